//! Deletion of many objects: stage by stage, each waited for until it is gone, with what belongs to it.

use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use tokio::time::Instant;

use super::Cluster;
use super::apply::{AT_ONCE, Snapshot};
use super::interrupt::Interrupt;
use super::object::Reference;
use super::readiness;
use super::request::{List, Selection};
use super::wait::{Unready, Wait};
use crate::error::{Error, Result};

/// How to delete.
pub(crate) struct Removal<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) dry_run: bool,
    pub(crate) deadline: Instant,
    pub(crate) interrupt: &'a Interrupt,
    /// Told of each object when it is gone, or in a dry run, when the server would delete it.
    pub(crate) told: &'a dyn Fn(&Reference),
}

/// What became of the objects.
#[derive(Debug, Default)]
pub(crate) struct Removed {
    pub(crate) gone: Vec<Reference>,
    pub(crate) failed: Vec<(Reference, Error)>,
    /// Being deleted, and still there.
    pub(crate) unready: Vec<Unready>,
    pub(crate) untried: Vec<Reference>,
    pub(crate) interrupted: bool,
}

impl Removed {
    /// Whether all is gone.
    pub(crate) fn is_complete(&self) -> bool {
        self.failed.is_empty()
            && self.untried.is_empty()
            && self.unready.is_empty()
            && !self.interrupted
    }

    /// The outcome of this and of what was deleted after it.
    pub(crate) fn and(mut self, later: Self) -> Self {
        self.gone.extend(later.gone);
        self.failed.extend(later.failed);
        self.unready.extend(later.unready);
        self.untried.extend(later.untried);
        self.interrupted |= later.interrupted;
        self
    }
}

impl Removal<'_> {
    /// Deletes the stages in order. `before` is what was there: an object that has since been replaced by another of its name
    /// is left alone.
    ///
    /// # Errors
    /// The server can no longer be asked while something is waited for. What it refuses is in the outcome.
    pub(crate) async fn run(
        &self,
        stages: Vec<Vec<Reference>>,
        before: &Snapshot,
    ) -> Result<Removed> {
        let mut removed = Removed::default();
        let mut stages = stages.into_iter();
        for stage in stages.by_ref() {
            let sent = self.stage(&stage, before, &mut removed).await;
            if self.dry_run {
                for object in &sent {
                    (self.told)(object);
                }
                removed.gone.extend(sent);
            } else {
                self.wait_for(sent, before, &mut removed).await?;
            }
            if !removed.is_complete() {
                break;
            }
        }
        removed.untried.extend(stages.flatten());
        Ok(removed)
    }

    /// Sends the deletions of a stage; gives the objects that were there.
    async fn stage(
        &self,
        stage: &[Reference],
        before: &Snapshot,
        removed: &mut Removed,
    ) -> Vec<Reference> {
        let sending: Vec<_> = stage
            .iter()
            .map(|object| self.one(object, before))
            .collect();
        let mut sending = stream::iter(sending).buffer_unordered(AT_ONCE);
        let mut sent = Vec::new();
        while let Some((object, result)) = sending.next().await {
            match result {
                None => removed.untried.push(object.clone()),
                Some(Ok(())) => sent.push(object.clone()),
                Some(Err(error)) => removed.failed.push((object.clone(), error)),
            }
        }
        sent.sort();
        removed.untried.sort();
        removed
            .failed
            .sort_by(|(one, _), (other, _)| one.cmp(other));
        removed.interrupted |= self.interrupt.is_raised();
        sent
    }

    async fn one<'o>(
        &self,
        object: &'o Reference,
        before: &Snapshot,
    ) -> (&'o Reference, Option<Result<()>>) {
        if self.interrupt.is_raised() {
            return (object, None);
        }
        let uid = before
            .get(object)
            .and_then(|it| it["metadata"]["uid"].as_str());
        let delete = async {
            let resource = self.cluster.discovery().await?.of(object)?;
            let namespace = object.namespace.as_deref();
            let removing =
                self.cluster
                    .remove(&resource, namespace, &object.name, uid, self.dry_run);
            removing.await.map(|_| ())
        };
        (object, Some(delete.await))
    }

    async fn wait_for(
        &self,
        sent: Vec<Reference>,
        before: &Snapshot,
        removed: &mut Removed,
    ) -> Result<()> {
        let wait = Wait {
            cluster: self.cluster,
            rule: readiness::gone,
            deadline: self.deadline,
            interrupt: self.interrupt,
            done: self.told,
        };
        let objects = sent.iter().map(|it| (it.clone(), before.get(it)));
        let unready = wait.all(objects).await?;
        let still = |object: &Reference| unready.iter().any(|it| it.object == *object);
        removed
            .gone
            .extend(sent.into_iter().filter(|it| !still(it)));
        removed.unready.extend(unready);
        removed.interrupted |= self.interrupt.is_raised();
        Ok(())
    }
}

/// What is in a namespace that Kubernetes and its controllers did not put there by themselves, apart from `ours`.
///
/// # Errors
/// Something cannot be listed.
pub(crate) async fn foreign(
    cluster: &Cluster,
    namespace: &str,
    ours: impl Fn(&Reference) -> bool,
) -> Result<Vec<Reference>> {
    let discovery = cluster.discovery().await?;
    let listable = discovery.all().filter(|it| {
        it.namespaced
            && it.can("list")
            && it.can("delete")
            && !is_transient(&it.api_version, &it.kind)
    });
    // Several versions of a kind are one and the same.
    let mut kinds = std::collections::BTreeMap::new();
    for resource in listable {
        kinds.entry(resource.name()).or_insert(resource);
    }
    let lists: Vec<_> = kinds
        .into_values()
        .map(|resource| async move {
            let selection = Selection::default();
            cluster.list(resource, Some(namespace), &selection).await
        })
        .collect();
    let mut lists = stream::iter(lists).buffer_unordered(AT_ONCE);
    let mut found = std::collections::BTreeSet::new();
    while let Some(list) = lists.next().await {
        let List { items, .. } = list?;
        let objects = items.iter().filter(|item| !is_made_by_kubernetes(item));
        found.extend(objects.map(reference).filter(|object| !ours(object)));
    }
    Ok(found.into_iter().collect())
}

/// Kinds that say something about others, and go with them.
fn is_transient(api_version: &str, kind: &str) -> bool {
    matches!(kind, "Event" | "Endpoints" | "EndpointSlice" | "Lease")
        || api_version.starts_with("metrics.k8s.io/")
}

fn is_made_by_kubernetes(object: &Value) -> bool {
    let metadata = &object["metadata"];
    let owned = metadata["ownerReferences"]
        .as_array()
        .is_some_and(|owners| !owners.is_empty());
    let name = metadata["name"].as_str().unwrap_or_default();
    owned
        || metadata.get("deletionTimestamp").is_some()
        || matches!(
            (object["kind"].as_str().unwrap_or_default(), name),
            ("ServiceAccount", "default") | ("ConfigMap", "kube-root-ca.crt")
        )
        || object["type"] == "kubernetes.io/service-account-token"
}

/// The name of an object that was read.
pub(crate) fn reference(object: &Value) -> Reference {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Reference {
        api_version: text(&object["apiVersion"]),
        kind: text(&object["kind"]),
        namespace: object["metadata"]["namespace"].as_str().map(str::to_owned),
        name: text(&object["metadata"]["name"]),
    }
}
