//! Which objects a controller's object controls: those that it made, those that it adopts because its selector selects them
//! and nobody controls them, less those that its selector no longer selects.

use std::sync::Arc;

use serde_json::{Value, json};

use super::runtime::Context;
use super::{pods, references, text, writes};
use crate::sandbox::api::options::{Patch, Subresource};
use crate::sandbox::api::selector::LabelSelector;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, ResourceId};
use crate::sandbox::kinds::collection;

/// The objects of a kind that `owner` controls, in the order of their names. Adopts and lets go, unless it is on its way out.
///
/// # Errors
/// Those of writes.
pub(super) fn claim(
    context: &Context,
    kind: &ResourceId,
    owner: &Object,
    selector: &LabelSelector,
) -> Result<Vec<Arc<Object>>, Status> {
    let collection = collection(&kind.group, &kind.plural);
    let uid = text(&owner["metadata"]["uid"]);
    let namespace = text(&owner["metadata"]["namespace"]);
    let ends = pods::is_terminating(owner);
    let mut claimed = Vec::new();
    for object in context.cluster.owned(&collection, uid) {
        let controlled = references(&object)
            .any(|reference| reference["uid"] == uid && reference["controller"] == true);
        if !controlled {
            continue;
        }
        if selector.matches(&object) || ends {
            claimed.push(object);
        } else {
            release(context, kind, &object, uid)?;
        }
    }
    if ends {
        return Ok(claimed);
    }
    for object in context.cluster.uncontrolled(&collection, namespace) {
        if selector.matches(&object) && !pods::is_terminating(&object) {
            claimed.extend(adopt(context, kind, &object, owner)?);
        }
    }
    claimed
        .sort_by(|one, other| text(&one["metadata"]["name"]).cmp(text(&other["metadata"]["name"])));
    Ok(claimed)
}

fn release(context: &Context, kind: &ResourceId, object: &Object, uid: &str) -> Result<(), Status> {
    let kept = references(object).filter(|reference| reference["uid"] != uid);
    let kept: Vec<Value> = kept.cloned().collect();
    write_references(context, kind, object, &kept).map(drop)
}

fn adopt(
    context: &Context,
    kind: &ResourceId,
    object: &Object,
    owner: &Object,
) -> Result<Option<Arc<Object>>, Status> {
    let reference = pods::controller_reference(owner);
    let others = references(object).filter(|one| one["uid"] != reference["uid"]);
    let mut all: Vec<Value> = others.cloned().collect();
    all.push(reference);
    write_references(context, kind, object, &all)
}

/// Gives the object as written; `None` if it is gone.
fn write_references(
    context: &Context,
    kind: &ResourceId,
    object: &Object,
    references: &[Value],
) -> Result<Option<Arc<Object>>, Status> {
    let metadata = &object["metadata"];
    let change = json!({"metadata": {
        "uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"], "ownerReferences": references}});
    let written = context.cluster.patch(
        kind,
        &Key::of(object),
        Subresource::Main,
        &Patch::Merge(change),
        &writes(),
    );
    match written {
        Ok(written) => Ok(Some(written.object)),
        Err(status) if status.code == 404 => Ok(None),
        Err(status) => Err(status),
    }
}

/// The selector of a workload's `spec.selector`; `None` where there is none or it makes no sense, and for one that selects
/// everything, which Kubernetes leaves alone too.
pub(super) fn selector_of(owner: &Object) -> Option<LabelSelector> {
    let selector = &owner["spec"]["selector"];
    if selector.is_null() {
        return None;
    }
    let selector = LabelSelector::from_object(selector).ok()?;
    (!selector.is_empty()).then_some(selector)
}

/// The keys of the owners of a kind in an object's namespace that would adopt it: to be looked at when it comes free.
pub(super) fn adopters(context: &Context, kind: &ResourceId, object: &Object) -> Vec<Key> {
    if references(object).any(|reference| reference["controller"] == true)
        || pods::is_terminating(object)
        || object["metadata"]["labels"].is_null()
    {
        return Vec::new();
    }
    let options = crate::sandbox::api::options::ListOptions::default();
    let namespace = object["metadata"]["namespace"].as_str();
    let listed = context.cluster.list(kind, namespace, &options);
    let owners = listed.map(|list| list.items).unwrap_or_default();
    let adopts =
        |owner: &&Arc<Object>| selector_of(owner).is_some_and(|selector| selector.matches(object));
    owners
        .iter()
        .filter(adopts)
        .map(|owner| Key::of(owner))
        .collect()
}
