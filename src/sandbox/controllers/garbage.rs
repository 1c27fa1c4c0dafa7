//! The garbage collector: what happens to objects when their owners go.
//!
//! A key here is the collection and the name, `replicasets.apps/web-1`, since it looks at objects of all kinds.

use std::sync::Arc;

use serde_json::{Value, json};

use super::runtime::{Context, Controller, Next, Source};
use super::{references, writes};
use crate::sandbox::api::options::{DeleteOptions, Patch, Preconditions, Propagation, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::{Event, EventKind};
use crate::sandbox::api::{Key, Object, ResourceInfo};

/// See the module.
pub(super) struct Garbage;

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

impl Controller for Garbage {
    fn sources(&self) -> Vec<Source> {
        vec![Source::everything(changed)]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Some((info, object)) = found(context, key) else {
            return Ok(Next::Done);
        };
        if is_deleting(&object) {
            if has_finalizer(&object, ORPHAN) {
                orphan(context, &info, &object)?;
            } else if has_finalizer(&object, FOREGROUND) {
                wait_for_dependents(context, &info, &object)?;
            }
        } else {
            check_owners(context, &info, &object)?;
        }
        Ok(Next::Done)
    }

    /// Everything that has owners; the owners that wait are told of anew by their own kind's list.
    fn all(&self, context: &Context) -> Vec<Key> {
        let mut keys = Vec::new();
        for uid in context.cluster.owners() {
            for (collection, object) in context.cluster.dependents(&uid) {
                keys.push(key_of(&collection, &object));
                keys.extend(owner_keys(context, &object));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

fn key_of(collection: &str, object: &Object) -> Key {
    let key = Key::of(object);
    Key {
        name: format!("{collection}/{}", key.name),
        ..key
    }
}

fn found(context: &Context, key: &Key) -> Option<(Arc<ResourceInfo>, Arc<Object>)> {
    let (collection, name) = key.name.split_once('/')?;
    let info = context.cluster.kind_of(collection)?;
    let key = Key {
        namespace: key.namespace.clone(),
        name: name.to_owned(),
    };
    let object = context.cluster.get(&info.id(), &key).ok()?;
    Some((info, object))
}

/// What a change may concern: the object itself, what it owned, and owners that wait for it.
fn changed(context: &Context, event: &Event) -> Vec<Key> {
    let object = &*event.object;
    let mut keys = Vec::new();
    let references = &object["metadata"]["ownerReferences"];
    if event.kind == EventKind::Deleted {
        let uid = object["metadata"]["uid"].as_str().unwrap_or_default();
        if context.cluster.is_owner(uid) {
            let dependents = context.cluster.dependents(uid);
            keys.extend(dependents.iter().map(|(name, one)| key_of(name, one)));
        }
        keys.extend(owner_keys(context, object));
        return keys;
    }
    let ends =
        is_deleting(object) && (has_finalizer(object, FOREGROUND) || has_finalizer(object, ORPHAN));
    let before = event.before.as_deref();
    let other_owners = before.map_or(
        &Value::Null,
        |before| &before["metadata"]["ownerReferences"],
    ) != references;
    if (ends || other_owners)
        && let Some(collection) = collection_of(context, object)
    {
        keys.push(key_of(&collection, object));
    }
    if other_owners && let Some(before) = before {
        keys.extend(owner_keys(context, before));
    }
    keys
}

fn collection_of(context: &Context, object: &Object) -> Option<Arc<str>> {
    let info = info_of(
        context,
        object["apiVersion"].as_str()?,
        object["kind"].as_str()?,
    )?;
    Some(Arc::clone(&info.collection))
}

fn info_of(context: &Context, api_version: &str, kind: &str) -> Option<Arc<ResourceInfo>> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    context.cluster.kind(group, version, kind)
}

/// The keys of an object's owners that wait for their dependents to go.
fn owner_keys(context: &Context, object: &Object) -> Vec<Key> {
    let waiting =
        references(object).filter_map(|reference| match owner(context, object, reference) {
            Owner::Waits(owner) => {
                let collection = collection_of(context, &owner)?;
                Some(key_of(&collection, &owner))
            }
            _ => None,
        });
    waiting.collect()
}

fn is_deleting(object: &Object) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

fn has_finalizer(object: &Object, name: &str) -> bool {
    let all = object["metadata"]["finalizers"].as_array();
    all.is_some_and(|all| all.iter().any(|one| one == name))
}

enum Owner {
    /// There, and to stay.
    Solid,
    /// Being deleted, once its dependents are gone.
    Waits(Arc<Object>),
    /// Not there, or another object of the same name.
    Absent,
    /// Of a kind that there is not: nobody can tell.
    Unknown,
}

fn owner(context: &Context, object: &Object, reference: &Value) -> Owner {
    let text = |field: &str| reference[field].as_str().unwrap_or_default();
    let Some(info) = info_of(context, text("apiVersion"), text("kind")) else {
        return Owner::Unknown;
    };
    let namespace = object["metadata"]["namespace"].as_str();
    let key = Key {
        namespace: namespace.filter(|_| info.namespaced).map(str::to_owned),
        name: text("name").to_owned(),
    };
    match context.cluster.get(&info.id(), &key) {
        Ok(owner) if owner["metadata"]["uid"] == text("uid") => {
            if is_deleting(&owner) && has_finalizer(&owner, FOREGROUND) {
                Owner::Waits(owner)
            } else {
                Owner::Solid
            }
        }
        _ => Owner::Absent,
    }
}

/// Deletes an object that has had owners and has none left; drops the references to those that are gone.
fn check_owners(context: &Context, info: &ResourceInfo, object: &Object) -> Result<(), Status> {
    let (mut solid, mut waits, mut gone) = (false, false, Vec::new());
    for reference in references(object) {
        match owner(context, object, reference) {
            Owner::Solid => solid = true,
            Owner::Waits(_) => {
                waits = true;
                gone.push(&reference["uid"]);
            }
            Owner::Absent => gone.push(&reference["uid"]),
            Owner::Unknown => return Ok(()),
        }
    }
    if gone.is_empty() {
        return Ok(());
    }
    if solid {
        return drop_references(context, info, object, |reference| {
            gone.contains(&&reference["uid"])
        });
    }
    let uid = object["metadata"]["uid"].as_str().unwrap_or_default();
    let own = |name: &str| has_finalizer(object, name);
    let propagation = if (waits && context.cluster.is_owner(uid)) || own(FOREGROUND) {
        Propagation::Foreground
    } else if own(ORPHAN) {
        Propagation::Orphan
    } else {
        Propagation::Background
    };
    let version = object["metadata"]["resourceVersion"].as_str();
    let options = DeleteOptions {
        propagation: Some(propagation),
        preconditions: Preconditions {
            uid: Some(uid.to_owned()),
            // Somebody may have given it another owner since.
            resource_version: version.map(str::to_owned),
        },
        ..DeleteOptions::default()
    };
    match context
        .cluster
        .delete(&info.id(), &Key::of(object), &options)
    {
        Err(status) if status.code != 404 => Err(status),
        _ => Ok(()),
    }
}

/// Lets dependents go on without their owner, and then the owner go.
fn orphan(context: &Context, info: &ResourceInfo, object: &Object) -> Result<(), Status> {
    let uid = &object["metadata"]["uid"];
    for (collection, dependent) in context.cluster.dependents(uid.as_str().unwrap_or_default()) {
        let Some(info) = context.cluster.kind_of(&collection) else {
            continue;
        };
        drop_references(context, &info, &dependent, |reference| {
            reference["uid"] == *uid
        })?;
    }
    remove_finalizer(context, info, object, ORPHAN)
}

/// Deletes dependents, and lets the owner go when none is left that blocks it.
fn wait_for_dependents(
    context: &Context,
    info: &ResourceInfo,
    object: &Object,
) -> Result<(), Status> {
    let uid = &object["metadata"]["uid"];
    let dependents = context.cluster.dependents(uid.as_str().unwrap_or_default());
    for (collection, dependent) in &dependents {
        if !is_deleting(dependent)
            && let Some(info) = context.cluster.kind_of(collection)
        {
            check_owners(context, &info, dependent)?;
        }
    }
    let left = context.cluster.dependents(uid.as_str().unwrap_or_default());
    let blocks = left.iter().any(|(_, dependent)| {
        references(dependent)
            .any(|reference| reference["uid"] == *uid && reference["blockOwnerDeletion"] == true)
    });
    if blocks {
        // It is looked at again when one of them is gone.
        return Ok(());
    }
    remove_finalizer(context, info, object, FOREGROUND)
}

fn drop_references(
    context: &Context,
    info: &ResourceInfo,
    object: &Object,
    drop: impl Fn(&Value) -> bool,
) -> Result<(), Status> {
    let kept: Vec<&Value> = references(object)
        .filter(|reference| !drop(reference))
        .collect();
    change(context, info, object, &json!({"ownerReferences": kept}))
}

fn remove_finalizer(
    context: &Context,
    info: &ResourceInfo,
    object: &Object,
    name: &str,
) -> Result<(), Status> {
    let all = object["metadata"]["finalizers"].as_array();
    let kept: Vec<&Value> = all
        .into_iter()
        .flatten()
        .filter(|one| *one != name)
        .collect();
    change(context, info, object, &json!({"finalizers": kept}))
}

/// Changes metadata, unless somebody else changed the object since.
fn change(
    context: &Context,
    info: &ResourceInfo,
    object: &Object,
    metadata: &Value,
) -> Result<(), Status> {
    let mut patch = json!({"metadata": metadata});
    for field in ["uid", "resourceVersion"] {
        patch["metadata"][field] = object["metadata"][field].clone();
    }
    let done = context.cluster.patch(
        &info.id(),
        &Key::of(object),
        Subresource::Main,
        &Patch::Merge(patch),
        &writes(),
    );
    match done {
        Err(status) if status.code != 404 => Err(status),
        _ => Ok(()),
    }
}
