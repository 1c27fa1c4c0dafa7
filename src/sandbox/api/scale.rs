//! The `scale` subresource: an `autoscaling/v1` Scale as a view of a workload's `spec.replicas`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Cluster, FieldError, Key, Object, ResourceId, ResourceInfo, Status};
use crate::sandbox::apply::{self, Managers, Typing, Writer};
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
        of(&info, &object).map(Arc::new)
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
///
/// # Errors
/// 500 for one of a CRD that has no count yet, as Kubernetes has it.
pub(super) fn of(info: &ResourceInfo, object: &Object) -> Result<Object, Status> {
    let Some(paths) = &info.scale else {
        return Err(Status::no_such_path());
    };
    let wanted = at(object, &paths.wanted);
    if wanted.is_null() && !info.builtin {
        let path = paths.wanted.join(".");
        let text = format!("the spec replicas field \".{path}\" does not exist");
        return Err(Status::internal(text));
    }
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
        "spec": {"replicas": number(wanted)},
        "status": {"replicas": number(at(object, &paths.present))},
    });
    let selector = match &paths.selector {
        Some(path) => at(object, path).clone(),
        None => selector(&object["spec"]["selector"]),
    };
    if selector.as_str().is_some_and(|text| !text.is_empty()) {
        scale["status"]["selector"] = selector;
    }
    Ok(scale)
}

/// What is at a path of fields; null for the empty path as well.
fn at<'a>(object: &'a Object, path: &[String]) -> &'a Value {
    if path.is_empty() {
        return &Value::Null;
    }
    path.iter().fold(object, |value, field| &value[field])
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
    put(info, object, json!(count));
    let version = &scale["metadata"]["resourceVersion"];
    if version.is_string() {
        object["metadata"]["resourceVersion"] = version.clone();
    }
    Ok(())
}

/// Who owns the fields of an object after its Scale was written. A Scale does not say zero, so that nobody owns that; and
/// where nobody owns the count, the Scale has no managers to begin with, and gets none.
pub(super) fn track(
    info: &ResourceInfo,
    (old, new): (&Object, &Object),
    typing: Typing<'_>,
    managers: Managers,
    writer: Writer,
    now: &str,
) -> Managers {
    let wanted = info.scale.as_ref().map(|paths| paths.wanted.as_slice());
    let Some((field, way)) = wanted.and_then(<[String]>::split_last) else {
        return managers;
    };
    let path = format!(".{}.{field}", way.join("."));
    let mut entries = managers.entries().iter();
    if !entries.any(|entry| entry.fields.paths().contains(&path)) {
        return managers;
    }
    let shown = |object: &Object| {
        let mut shown = object.clone();
        let place = way
            .iter()
            .try_fold(&mut shown, |at, field| at.get_mut(field));
        if let Some(Value::Object(place)) = place
            && place.get(field) == Some(&json!(0))
        {
            place.remove(field);
        }
        shown
    };
    apply::track(
        Some(&shown(old)),
        &shown(new),
        typing,
        managers,
        writer,
        now,
    )
}

/// Sets the count that an object asks for.
pub(super) fn put(info: &ResourceInfo, object: &mut Object, count: Value) {
    let paths = info.scale.as_ref().map(|paths| paths.wanted.as_slice());
    let mut place = object;
    for field in paths.unwrap_or_default() {
        if !place.is_object() {
            *place = json!({});
        }
        place = &mut place[field];
    }
    *place = count;
}
