//! Tests over all kinds: equality with the reference definitions, fresh files, descriptions, and reading.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::RESOURCES;

/// The keyword positions of a schema, where `description` is the keyword and not the name of a property.
fn without_descriptions(schema: &mut Value) {
    let Value::Object(schema) = schema else {
        return;
    };
    schema.remove("description");
    for (keyword, value) in schema {
        match keyword.as_str() {
            "properties" => {
                if let Value::Object(properties) = value {
                    properties.values_mut().for_each(without_descriptions);
                }
            }
            "items" | "additionalProperties" | "not" => without_descriptions(value),
            "oneOf" | "anyOf" | "allOf" => {
                if let Value::Array(schemas) = value {
                    schemas.iter_mut().for_each(without_descriptions);
                }
            }
            _ => {}
        }
    }
}

fn strip(definition: &mut Value) {
    for version in definition["spec"]["versions"]
        .as_array_mut()
        .expect("a definition has versions")
    {
        without_descriptions(&mut version["schema"]["openAPIV3Schema"]);
    }
}

/// Collects the paths at which two values differ. Numbers are compared as numbers.
fn differences(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for key in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
                let path = format!("{path}.{key}");
                match (ours.get(key), theirs.get(key)) {
                    (Some(ours), Some(theirs)) => differences(&path, ours, theirs, found),
                    (Some(_), None) => found.push(format!("{path}: only in ours")),
                    (None, _) => found.push(format!("{path}: missing in ours")),
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                differences(&format!("{path}[{index}]"), ours, theirs, found);
            }
        }
        (Value::Number(ours), Value::Number(theirs)) if ours.as_f64() == theirs.as_f64() => {}
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: ours {ours}, reference {theirs}")),
    }
}

#[test]
fn definitions_equal_the_reference() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/reference/crds");
    if !folder.is_dir() {
        eprintln!("SKIPPED: no reference definitions at {}", folder.display());
        return;
    }
    let mut found = Vec::new();
    for resource in RESOURCES {
        let file = folder.join(format!("{}.json", resource.name()));
        let text = std::fs::read_to_string(&file).expect("a reference definition");
        let mut theirs: Value = serde_json::from_str(&text).expect("JSON");
        let mut ours = resource.definition();
        strip(&mut ours);
        strip(&mut theirs);
        differences(resource.kind, &ours, &theirs, &mut found);
    }
    assert!(
        found.is_empty(),
        "{} differences:\n{}",
        found.len(),
        found.join("\n")
    );
}
