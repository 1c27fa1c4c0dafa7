//! The `scale` subresource: an `autoscaling/v1` Scale as a view of a workload's `spec.replicas`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Cluster, FieldError, Key, Object, ResourceId, ResourceInfo, Status};
use crate::sandbox::kinds::columns::label_selector;

impl Cluster {
    /// The Scale of an object.
    ///
    /// # Errors
    /// 404, also where the kind has no such subresource.
    pub(crate) fn scale(&self, id: &ResourceId, key: &Key) -> Result<Arc<Object>, Status> {
        let info = self.info(id)?;
        check(&info)?;
        let object = self.get(id, key)?;
        Ok(Arc::new(of(&object)))
    }
}

pub(super) fn check(info: &ResourceInfo) -> Result<(), Status> {
    if info.has_subresource("scale") {
        Ok(())
    } else {
        Err(Status::no_such_path())
    }
}

/// The Scale that shows an object.
pub(super) fn of(object: &Object) -> Object {
    let from = &object["metadata"];
    let mut metadata = json!({});
    for field in [
        "name",
        "namespace",
        "uid",
        "resourceVersion",
        "creationTimestamp",
    ] {
        if !from[field].is_null() {
            metadata[field] = from[field].clone();
        }
    }
    let number = |value: &Value| value.as_i64().unwrap_or_default();
    let mut scale = json!({
        "apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata,
        "spec": {"replicas": number(&object["spec"]["replicas"])},
        "status": {"replicas": number(&object["status"]["replicas"])},
    });
    let selector = selector(&object["spec"]["selector"]);
    if selector != "" {
        scale["status"]["selector"] = selector;
    }
    scale
}

/// A selector as queries write it. That of a `ReplicationController` is a plain map.
fn selector(selector: &Value) -> Value {
    if selector["matchLabels"].is_object() || selector["matchExpressions"].is_array() {
        label_selector(selector, "")
    } else {
        label_selector(&json!({"matchLabels": selector}), "")
    }
}

/// Writes a Scale's wish into the object that it shows.
///
/// # Errors
/// 422 for a count that is none.
pub(super) fn write(
    info: &ResourceInfo,
    scale: &Object,
    object: &mut Object,
) -> Result<(), Status> {
    let wanted = &scale["spec"]["replicas"];
    let count = match wanted {
        Value::Null => 0,
        other => other.as_i64().unwrap_or(-1),
    };
    if !(0..=i64::from(i32::MAX)).contains(&count) {
        let name = object["metadata"]["name"].as_str().unwrap_or_default();
        let error = FieldError::invalid(
            "spec.replicas",
            wanted,
            "must be greater than or equal to 0",
        );
        let mut status = Status::invalid(info, name, &[error]);
        status.message = status.message.replacen(&info.kind, "Scale", 1);
        return Err(status);
    }
    object["spec"]["replicas"] = json!(count);
    let version = &scale["metadata"]["resourceVersion"];
    if version.is_string() {
        object["metadata"]["resourceVersion"] = version.clone();
    }
    Ok(())
}
