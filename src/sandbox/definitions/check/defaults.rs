//! Defaults held against the schema that they stand in: known fields only, and all that a value of an object must be.

use serde_json::Value;

use super::super::path::Path;
use super::super::schema::Schema;
use super::super::{embedded, prune, rules, validate};
use crate::sandbox::api::field::FieldError;

/// Says what is wrong with the defaults of a schema and of all below it.
pub(super) fn check(schema: &Schema, path: &Path<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    place(schema, path, &mut errors);
    errors
}

fn place(schema: &Schema, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    if let Some(default) = schema.default.as_deref() {
        one(default, schema, &path.field("default"), errors);
    }
    if let Some(of) = schema.item() {
        place(of, &path.field("items"), errors);
    }
    let within = path.field("properties");
    for (name, of) in &schema.properties {
        place(of, &within.key(name), errors);
    }
}

fn one(default: &Value, schema: &Schema, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    let mut pruned = default.clone();
    if prune::prune_part(&mut pruned, schema) {
        let detail = "must not have unknown fields";
        errors.push(FieldError::invalid(path.to_string(), default, detail));
    }
    let wrong = embedded::validate(default, schema, path);
    if !wrong.is_empty() {
        return errors.extend(wrong);
    }
    let wrong = validate::validate(default, None, schema, &path.to_string());
    if !wrong.is_empty() {
        return errors.extend(wrong);
    }
    errors.extend(rules::validate(default, None, schema, path).errors);
}
