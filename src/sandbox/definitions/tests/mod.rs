//! Objects held against small definitions; what is expected is what Kubernetes 1.34 says.

use serde_json::{Value, json};

use super::*;

mod definitions;
mod rules;
mod schema;

/// A version with a schema for `spec`.
fn version(spec: &Value) -> Version {
    let schema = json!({"type": "object", "properties": {"spec": spec, "status": {"type": "object", "properties": {
        "ready": {"type": "boolean"}}}}});
    Version::read(
        &json!({"name": "v1", "schema": {"openAPIV3Schema": schema}, "subresources": {"status": {}}}),
    )
}

fn object(spec: &Value) -> Value {
    json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": spec})
}

/// The errors of a new object, as they are written.
fn faults(version: &Version, spec: &Value) -> Vec<String> {
    told(version, spec, None)
}

/// The errors of a changed object.
fn faults_of_change(version: &Version, old: &Value, new: &Value) -> Vec<String> {
    told(version, new, Some(&object(old)))
}

fn told(version: &Version, spec: &Value, old: Option<&Value>) -> Vec<String> {
    let mut object = object(spec);
    version.read_object(&mut object);
    let (errors, _) = version.validate(&object, old, Part::Main);
    errors.iter().map(ToString::to_string).collect()
}
