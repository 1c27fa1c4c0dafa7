//! What an apply would make of objects, asked of the server by dry runs: it checks and answers, and stores nothing.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use super::Cluster;
use super::apply::{AT_ONCE, Item, Snapshot, Stage, definition_of, to_come};
use super::object::Reference;
use super::request::{Trouble, Writing};
use crate::error::{Error, Result};

/// What would become of an object.
#[derive(Debug)]
pub(crate) enum Foreseen {
    /// As the server says it would be.
    Object {
        after: Value,
        /// Fields that others own, each with its manager; they are taken in `after`, where an apply would end with a conflict.
        conflicts: Vec<(String, String)>,
    },
    /// It would be made, and the server cannot be asked: its namespace, or its kind, is not there yet.
    Unchecked,
    /// The user may not write it, and so may not have it tried either.
    Forbidden,
    Failed(Error),
}

/// Has the server try every object of the stages at once. `before` is what is there.
///
/// # Errors
/// The server cannot be asked what it serves. What fails for one object is said of that object.
pub(crate) async fn foresee(
    cluster: &Cluster,
    stages: &[Stage],
    before: &Snapshot,
    force: bool,
) -> Result<Vec<(Reference, Foreseen)>> {
    cluster.discovery().await?;
    let trial = Trial {
        cluster,
        force,
        to_come: to_come(stages, before),
        going: going(before),
    };
    let items = stages.iter().flat_map(|stage| &stage.items);
    let asking: Vec<_> = items.map(|item| trial.of(item)).collect();
    Ok(stream::iter(asking).buffered(AT_ONCE).collect().await)
}

/// Namespaces that are being deleted: what is in them will be made anew.
fn going(before: &Snapshot) -> BTreeSet<&str> {
    before
        .iter()
        .filter(|(object, live)| {
            object.is("", "Namespace") && live["metadata"].get("deletionTimestamp").is_some()
        })
        .map(|(object, _)| object.name.as_str())
        .collect()
}

struct Trial<'a> {
    cluster: &'a Cluster,
    force: bool,
    to_come: BTreeSet<String>,
    going: BTreeSet<&'a str>,
}

impl Trial<'_> {
    async fn of(&self, item: &Item) -> (Reference, Foreseen) {
        let object = item.object.clone();
        let foreseen = match self.one(item).await {
            Ok(foreseen) => foreseen,
            Err(error) => Foreseen::Failed(error),
        };
        (object, foreseen)
    }

    async fn one(&self, item: &Item) -> Result<Foreseen> {
        let object = &item.object;
        let home = match object.namespace.as_deref() {
            Some(namespace) => Some(namespace),
            None => object
                .is("", "Namespace")
                .then_some(object.name.as_str())
                .filter(|name| self.going.contains(name)),
        };
        let awaits = |name: &str| self.going.contains(name) || self.to_come.contains(name);
        if home.is_some_and(awaits) {
            return Ok(Foreseen::Unchecked);
        }
        let discovery = self.cluster.discovery().await?;
        let Some(resource) = discovery.find(&object.api_version, &object.kind) else {
            if self.to_come.contains(&definition_of(object)) {
                return Ok(Foreseen::Unchecked);
            }
            return discovery.of(object).map(|_| Foreseen::Unchecked);
        };
        let put = async |force: bool| {
            let writing = Writing {
                force,
                dry_run: true,
            };
            let namespace = object.namespace.as_deref();
            self.cluster
                .put(&resource, namespace, &object.name, &item.text, writing)
                .await
        };
        let mut conflicts = Vec::new();
        let mut answer = put(self.force || item.force).await;
        if let Err(trouble) = &answer {
            conflicts = trouble.conflicts();
            if !conflicts.is_empty() {
                answer = put(true).await;
            }
        }
        match answer {
            Ok(answer) => Ok(Foreseen::Object {
                after: answer.value,
                conflicts,
            }),
            Err(trouble) if trouble.is_forbidden() => Ok(Foreseen::Forbidden),
            Err(trouble) => Err(self.explain(object, &trouble)),
        }
    }

    fn explain(&self, object: &Reference, trouble: &Trouble) -> Error {
        self.cluster
            .explain(&format!("try {object} by a dry run"), trouble)
    }
}
