//! Revisions of stateful sets and daemon sets: a `ControllerRevision` for each template that they have had.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::runtime::Context;
use super::{apps, claims, number, pods, templates, text, writes};
use crate::sandbox::api::options::{DeleteOptions, Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object};

/// The label of pods that tells their revision.
pub(super) const LABEL: &str = "controller-revision-hash";

/// How an owner's revisions are labelled.
pub(super) struct Style {
    /// The label that holds the hash.
    pub(super) label: &'static str,
}

/// What came of looking at the revisions.
pub(super) struct History {
    /// All of them, by number.
    pub(super) all: Vec<Arc<Object>>,
    /// That of the present template: it is among `all`.
    pub(super) update: Arc<Object>,
    /// How often a name was taken.
    pub(super) collisions: i64,
}

/// The revisions of an owner. The present template gets one if it has none, and the highest number.
///
/// # Errors
/// Those of writes.
pub(super) fn sync(context: &Context, owner: &Object, style: &Style) -> Result<History, Status> {
    let kind = apps("controllerrevisions");
    let mut all = match claims::selector_of(owner) {
        Some(selector) => claims::claim(context, &kind, owner, &selector)?,
        None => Vec::new(),
    };
    all.sort_by_key(|revision| {
        let name = text(&revision["metadata"]["name"]).to_owned();
        (number(&revision["revision"]), name)
    });
    let collisions = number(&owner["status"]["collisionCount"]);
    let data = data_of(owner);
    let next = all.last().map_or(0, |last| number(&last["revision"])) + 1;
    let Some(at) = all.iter().rposition(|revision| revision["data"] == data) else {
        let (update, collisions) = create(context, owner, style, &data, next, collisions)?;
        all.push(Arc::clone(&update));
        return Ok(History {
            all,
            update,
            collisions,
        });
    };
    if at + 1 < all.len() {
        // An old template is back.
        let change = Patch::Merge(json!({"revision": next}));
        let key = Key::of(&all[at]);
        let written = context
            .cluster
            .patch(&kind, &key, Subresource::Main, &change, &writes())?;
        all.remove(at);
        all.push(written.object);
    }
    let update = Arc::clone(&all[all.len() - 1]);
    Ok(History {
        all,
        update,
        collisions,
    })
}

/// What kubectl patches into an owner to roll it back.
fn data_of(owner: &Object) -> Value {
    let mut template = owner["spec"]["template"].clone();
    template["$patch"] = json!("replace");
    json!({"spec": {"template": template}})
}

/// The template that a revision keeps.
pub(super) fn template_of(revision: &Object) -> Value {
    let mut template = revision["data"]["spec"]["template"].clone();
    if let Some(template) = template.as_object_mut() {
        template.remove("$patch");
    }
    template
}

fn create(
    context: &Context,
    owner: &Object,
    style: &Style,
    data: &Value,
    number: i64,
    mut collisions: i64,
) -> Result<(Arc<Object>, i64), Status> {
    let kind = apps("controllerrevisions");
    let namespace = owner["metadata"]["namespace"].as_str();
    loop {
        let hash = templates::hash(&owner["spec"]["template"], collisions);
        let name = format!("{}{hash}", pods::name_prefix(owner));
        let labels = owner["spec"]["template"]["metadata"]["labels"].as_object();
        let mut labels: Map<String, Value> = labels.cloned().unwrap_or_default();
        labels.insert(style.label.to_owned(), json!(hash));
        let object = json!({
            "metadata": {"name": name, "labels": labels, "annotations": owner["metadata"]["annotations"],
                         "ownerReferences": [pods::controller_reference(owner)]},
            "data": data, "revision": number,
        });
        match context.cluster.create(&kind, namespace, object, &writes()) {
            Ok(written) => return Ok((written.object, collisions)),
            Err(status) if status.reason == "AlreadyExists" && collisions < 100 => collisions += 1,
            Err(status) => return Err(status),
        }
    }
}

/// Deletes the oldest revisions above the owner's limit, except those in `live` (names).
///
/// # Errors
/// Those of deletions.
pub(super) fn forget(
    context: &Context,
    owner: &Object,
    all: &[Arc<Object>],
    live: &[&str],
) -> Result<(), Status> {
    let limit = owner["spec"]["revisionHistoryLimit"].as_u64().unwrap_or(10);
    let unused = all
        .iter()
        .filter(|revision| !live.contains(&text(&revision["metadata"]["name"])));
    let unused: Vec<_> = unused.collect();
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    for revision in &unused[..unused.len().saturating_sub(limit)] {
        let deleted = context.cluster.delete(
            &apps("controllerrevisions"),
            &Key::of(revision),
            &DeleteOptions::default(),
        );
        match deleted {
            Err(status) if status.code != 404 => return Err(status),
            _ => {}
        }
    }
    Ok(())
}
