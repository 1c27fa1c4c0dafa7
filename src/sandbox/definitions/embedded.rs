//! Resources within an object (`x-kubernetes-embedded-resource`): each says of which kind and version it is.

use serde_json::Value;

use super::path::Path;
use super::schema::{Additional, Schema};
use crate::sandbox::api::field::FieldError;
use crate::sandbox::api::names;

/// Says what is wrong with the resources within a value.
pub(super) fn validate(value: &Value, schema: &Schema, path: &Path<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    part(value, schema, path, &mut errors);
    errors
}

fn part(value: &Value, schema: &Schema, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    match value {
        Value::Object(fields) => {
            if schema.embedded {
                resource(value, path, errors);
            }
            for (name, field) in fields {
                if let Some(of) = schema.properties.get(name.as_str()) {
                    part(field, of, &path.field(name), errors);
                } else if let Additional::Schema(of) = &schema.additional {
                    part(field, of, &path.key(name), errors);
                }
            }
        }
        Value::Array(items) => {
            let Some(of) = schema.item() else {
                return;
            };
            for (index, item) in items.iter().enumerate() {
                part(item, of, &path.index(index), errors);
            }
        }
        _ => {}
    }
}

fn resource(value: &Value, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    for name in ["apiVersion", "kind"] {
        let at = path.field(name).to_string();
        match &value[name] {
            Value::Null if value.get(name).is_none() => errors.push(FieldError::required(at, "")),
            Value::String(text) if text.is_empty() => {
                errors.push(FieldError::invalid(at, &value[name], "must not be empty"));
            }
            Value::String(text) => {
                let why = if name == "kind" {
                    names::service(&text.to_lowercase()).map(|why| {
                        format!("may have mixed case, but should otherwise match: {why}")
                    })
                } else {
                    let slashes = text.matches('/').count();
                    (slashes > 1).then(|| format!("unexpected GroupVersion string: {text}"))
                };
                if let Some(why) = why {
                    errors.push(FieldError::invalid(at, &value[name], &why));
                }
            }
            other => errors.push(FieldError::invalid(at, other, "must be a string")),
        }
    }
}
