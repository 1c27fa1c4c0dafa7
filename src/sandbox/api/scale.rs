//! The `scale` subresource: an `autoscaling/v1` Scale as a view of a workload's `spec.replicas`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Cluster, FieldError, Key, Object, ResourceId, ResourceInfo, Status};

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
    if !selector.is_empty() {
        scale["status"]["selector"] = json!(selector);
    }
    scale
}

/// A selector as queries write it. That of a `ReplicationController` is a plain map.
fn selector(selector: &Value) -> String {
    let plain = !selector["matchLabels"].is_object() && !selector["matchExpressions"].is_array();
    let labels = if plain {
        selector
    } else {
        &selector["matchLabels"]
    };
    let mut parts: Vec<String> = Vec::new();
    for (key, value) in labels.as_object().into_iter().flatten() {
        parts.push(format!("{key}={}", value.as_str().unwrap_or_default()));
    }
    for one in selector["matchExpressions"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let key = one["key"].as_str().unwrap_or_default();
        let values: Vec<&str> = one["values"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        parts.push(match one["operator"].as_str().unwrap_or_default() {
            "In" => format!("{key} in ({})", values.join(",")),
            "NotIn" => format!("{key} notin ({})", values.join(",")),
            "DoesNotExist" => format!("!{key}"),
            _ => key.to_owned(),
        });
    }
    parts.join(",")
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
