//! The annotation in which `kubectl apply` keeps what it applied from the client's side, for those who go on from the
//! server's side.

use serde_json::{Value, json};

use super::compare::Comparison;
use super::fields::FieldSet;
use super::owned::fields_of;
use super::typing::Typing;

const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// The size of all annotations of an object.
const LARGEST: usize = 256 * 1024;

/// The fields that were applied from the client's side and still are as applied: kubectl owns them, whoever is on record.
/// `None` where nothing was applied so, or in another version.
pub(crate) fn unchanged(live: &Value, typing: Typing<'_>, api_version: &str) -> Option<FieldSet> {
    let text = live["metadata"]["annotations"][ANNOTATION].as_str()?;
    let applied: Value = serde_json::from_str(text).ok()?;
    if applied["apiVersion"] != api_version {
        return None;
    }
    let mut fields = fields_of(&applied, typing);
    let comparison = Comparison::of(Some(&applied), live, typing);
    fields.subtract(&comparison.changed());
    fields.subtract(&comparison.removed);
    Some(fields)
}

/// Writes what was applied into the annotation, where there is one.
pub(crate) fn renew(object: &mut Value, config: &Value) {
    if !object["metadata"]["annotations"][ANNOTATION].is_string() {
        return;
    }
    let mut config = config.clone();
    if let Some(annotations) = config
        .pointer_mut("/metadata/annotations")
        .and_then(Value::as_object_mut)
    {
        annotations.remove(ANNOTATION);
    }
    let text = format!("{config}\n");
    if text.len() < LARGEST {
        object["metadata"]["annotations"][ANNOTATION] = json!(text);
    }
}
