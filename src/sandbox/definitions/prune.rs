//! What happens to an object before it is checked: defaults are filled in, unknown fields and nulls that may not be are
//! dropped, as apiextensions-apiserver does it when it decodes.

use serde_json::{Map, Value};

use super::path::Path;
use super::schema::{Additional, Schema};

/// The fields that every resource has, whatever its schema says.
const TYPE_FIELDS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// Fills in what is absent, or null where it may not be, and has a default.
pub(super) fn fill_in(value: &mut Value, schema: &Schema) {
    match value {
        Value::Object(fields) => {
            for (name, property) in &schema.properties {
                let Some(default) = property.default.as_deref() else {
                    continue;
                };
                match fields.get_mut(&**name) {
                    None => {
                        fields.insert(name.to_string(), default.clone());
                    }
                    Some(found) if found.is_null() && !property.nullable => {
                        *found = default.clone();
                    }
                    Some(_) => {}
                }
            }
            for (name, value) in fields.iter_mut() {
                if let Some(property) = schema.properties.get(name.as_str()) {
                    fill_in(value, property);
                } else if let Additional::Schema(values) = &schema.additional {
                    default_null(value, values);
                    fill_in(value, values);
                }
            }
        }
        Value::Array(items) => {
            if let Some(of) = schema.item() {
                for item in items {
                    default_null(item, of);
                    fill_in(item, of);
                }
            }
        }
        _ => {}
    }
}

fn default_null(value: &mut Value, schema: &Schema) {
    if value.is_null()
        && !schema.nullable
        && let Some(default) = schema.default.as_deref()
    {
        *value = default.clone();
    }
}

/// Drops what the schema does not have; gives the paths of what was dropped.
pub(super) fn prune(object: &mut Value, schema: &Schema) -> Vec<String> {
    let mut pruner = Pruner::default();
    let keeps = schema.preserves;
    pruner.value(object, Some(schema), true, keeps, &Path::ROOT);
    pruner.unknown.sort();
    pruner.unknown
}

/// As `prune` for a value that is no resource, as a default is. Whether there was something to drop.
pub(super) fn prune_part(value: &mut Value, schema: &Schema) -> bool {
    let mut pruner = Pruner::default();
    let (resource, keeps) = (schema.embedded, schema.preserves);
    pruner.value(value, Some(schema), resource, keeps, &Path::ROOT);
    pruner.dropped
}

#[derive(Default)]
struct Pruner {
    unknown: Vec<String>,
    dropped: bool,
}

impl Pruner {
    /// `resource`: the fields that resources have are known. `keeps`: unknown ones stay.
    fn value(
        &mut self,
        value: &mut Value,
        schema: Option<&Schema>,
        resource: bool,
        keeps: bool,
        path: &Path<'_>,
    ) {
        match value {
            Value::Object(entries) => entries.retain(|name, value| {
                let keep = self.field(name, value, schema, resource, keeps, path);
                self.dropped |= !keep;
                keep
            }),
            Value::Array(items) => {
                let of = schema.and_then(Schema::item);
                if keeps && of.is_none() {
                    return;
                }
                let embedded = of.is_some_and(|of| of.embedded);
                let keeps = keeps || of.is_some_and(|of| of.preserves);
                for (index, item) in items.iter_mut().enumerate() {
                    self.value(item, of, embedded, keeps, &path.index(index));
                }
            }
            _ => {}
        }
    }

    /// Whether a field stays.
    fn field(
        &mut self,
        name: &str,
        value: &mut Value,
        schema: Option<&Schema>,
        resource: bool,
        keeps: bool,
        path: &Path<'_>,
    ) -> bool {
        let at = path.field(name);
        let Some(schema) = schema else {
            self.unknown.push(at.to_string());
            return false;
        };
        let of_resources = TYPE_FIELDS.contains(&name);
        if resource && of_resources {
            return true;
        }
        match (schema.field(name), &schema.additional) {
            (Some(of), _) => {
                self.value(value, Some(of), of.embedded, of.preserves, &at);
                true
            }
            (None, Additional::Plain(_)) => {
                // Kubernetes keeps the field and drops all that is in it.
                self.value(value, None, false, false, &at);
                true
            }
            _ if keeps => true,
            _ => {
                if !(path.is_root() && of_resources) {
                    self.unknown.push(at.to_string());
                }
                false
            }
        }
    }
}

/// Drops nulls where they may not be and no default took their place.
pub(super) fn drop_nulls(value: &mut Value, schema: Option<&Schema>) {
    match value {
        Value::Object(entries) => drop_nulls_of(entries, schema),
        Value::Array(items) => {
            let of = schema.and_then(Schema::item);
            for item in items {
                drop_nulls(item, of);
            }
        }
        _ => {}
    }
}

fn drop_nulls_of(entries: &mut Map<String, Value>, schema: Option<&Schema>) {
    entries.retain(|name, value| {
        let of = schema.and_then(|schema| schema.field(name));
        let wrong = value.is_null() && of.is_some_and(|of| !of.nullable && of.default.is_none());
        if !wrong {
            drop_nulls(value, of);
        }
        !wrong
    });
}
