//! What Kubernetes fills in where a built-in kind's object leaves it out. CRDs have defaults of their own.
//!
//! The values are those of Kubernetes' `SetDefaults_*` functions and of its admission plugins that every cluster runs.
//! Nothing here fails: what has a wrong type is left as it is, for the checks to name.

mod network;
mod other;
mod pods;
mod workloads;

use serde_json::Value;

use super::{Object, ResourceInfo};

/// Fills in an object of a built-in kind. `new` says that it is being created.
pub(super) fn apply(info: &ResourceInfo, object: &mut Object, new: bool) {
    match (info.group.as_str(), info.kind.as_str()) {
        ("", "Pod") => pods::pod(object, new),
        ("", "ReplicationController" | "PodTemplate") | ("apps" | "batch" | "autoscaling", _) => {
            workloads::apply(&info.kind, object, new);
        }
        ("", "Service" | "Endpoints") | ("networking.k8s.io" | "discovery.k8s.io", _) => {
            network::apply(&info.kind, object);
        }
        _ => other::apply(&info.kind, object, new),
    }
}

/// Puts a value where there is none.
fn set(owner: &mut Value, field: &str, value: impl Into<Value>) {
    if let Some(map) = owner.as_object_mut()
        && map.get(field).is_none_or(Value::is_null)
    {
        map.insert(field.to_owned(), value.into());
    }
}

/// The map in a field, if there is one.
fn map<'a>(owner: &'a mut Value, field: &str) -> Option<&'a mut Value> {
    owner.get_mut(field).filter(|value| value.is_object())
}

/// The map in a field, made if there is nothing.
fn made<'a>(owner: &'a mut Value, field: &str) -> Option<&'a mut Value> {
    set(owner, field, serde_json::json!({}));
    map(owner, field)
}

/// The maps of the list in a field.
fn each<'a>(owner: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    let list = owner.get_mut(field).and_then(Value::as_array_mut);
    list.into_iter().flatten().filter(|value| value.is_object())
}

#[cfg(test)]
mod tests;
