//! Lists that are sets, and lists that are maps by keys of their elements: no element twice, and which element of an old list
//! is the same as one of a new.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::path::Path;
use super::schema::{Additional, List, Schema};
use crate::sandbox::api::field::FieldError;

/// The elements of a list by their keys.
pub(super) struct Before<'a> {
    keys: &'a [Box<str>],
    by_key: HashMap<String, &'a Value>,
}

impl<'a> Before<'a> {
    /// `None` for lists whose elements have no keys.
    pub(super) fn of(list: &'a Value, schema: &'a Schema) -> Option<Self> {
        let keys = schema.list.keys()?;
        let items = list.as_array()?;
        let mut by_key = HashMap::with_capacity(items.len());
        for item in items {
            if let Some(key) = key(item, keys) {
                by_key.entry(key).or_insert(item);
            }
        }
        Some(Self { keys, by_key })
    }

    /// The old element with the keys of a new one.
    pub(super) fn same(&self, item: &Value) -> Option<&'a Value> {
        self.by_key.get(&key(item, self.keys)?).copied()
    }
}

/// What an element is known by, as JSON; `None` where a key is missing or no scalar.
fn key(item: &Value, keys: &[Box<str>]) -> Option<String> {
    let scalar = |name: &str| match item.get(name) {
        None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => None,
        found => found,
    };
    let values: Option<Vec<&Value>> = keys.iter().map(|name| scalar(name)).collect();
    values.map(|values| serde_json::json!(values).to_string())
}

fn key_object(item: &Value, keys: &[Box<str>]) -> Value {
    let pairs = keys.iter().filter_map(|name| {
        item.get(&**name)
            .map(|value| (name.to_string(), value.clone()))
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// Whether a value is what it was. Of lists that are maps, each element is held against the old one with its keys; one that
/// there was none of, or whose keys are not told, is new.
pub(super) fn unchanged(value: &Value, old: &Value, schema: &Schema) -> bool {
    match (value, old) {
        (Value::Object(fields), Value::Object(before)) => {
            fields.len() == before.len()
                && fields.iter().all(|(name, value)| {
                    let pair = before.get(name).zip(schema.field(name));
                    pair.is_some_and(|(old, of)| unchanged(value, old, of))
                })
        }
        (Value::Array(items), Value::Array(before)) => {
            if items.len() != before.len() {
                return false;
            }
            let (Some(of), Some(by_key)) = (schema.item(), Before::of(old, schema)) else {
                return value == old;
            };
            let same = |item| {
                by_key
                    .same(item)
                    .is_some_and(|old| unchanged(item, old, of))
            };
            items.iter().all(same)
        }
        _ => value == old,
    }
}

/// The places of elements that were there before; each repeated value is told once.
pub(super) fn duplicates<'a>(items: impl Iterator<Item = &'a Value>) -> Vec<usize> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut places = Vec::new();
    for (index, item) in items.enumerate() {
        let times = seen.entry(item.to_string()).or_default();
        *times += 1;
        if *times == 2 {
            places.push(index);
        }
    }
    places
}

/// What stands twice in sets and maps.
pub(super) fn validate(object: &Value, schema: &Schema) -> Vec<FieldError> {
    let mut errors = Vec::new();
    value(object, schema, &Path::ROOT, &mut errors);
    errors
}

fn value(at: &Value, schema: &Schema, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    match at {
        Value::Object(fields) => {
            for (name, field) in fields {
                if let Some(of) = schema.properties.get(name.as_str()) {
                    value(field, of, &path.field(name), errors);
                } else if let Additional::Schema(of) = &schema.additional {
                    value(field, of, &path.key(name), errors);
                }
            }
        }
        Value::Array(items) => {
            match &schema.list {
                List::Atomic => {}
                List::Set => {
                    for index in duplicates(items.iter()) {
                        let at = path.index(index).to_string();
                        errors.push(FieldError::duplicate(at, &items[index]));
                    }
                }
                List::Map(keys) => map(items, keys, path, errors),
            }
            if let Some(of) = schema.item() {
                for (index, item) in items.iter().enumerate() {
                    value(item, of, &path.index(index), errors);
                }
            }
        }
        _ => {}
    }
}

fn map(items: &[Value], keys: &[Box<str>], path: &Path<'_>, errors: &mut Vec<FieldError>) {
    let wrong = items
        .iter()
        .position(|item| !item.is_object() && !item.is_null());
    if let Some(index) = wrong {
        let detail = "must be an object for an array of list-type map";
        let at = path.index(index).to_string();
        errors.push(FieldError::invalid(at, &items[index], detail));
        return;
    }
    let objects: Vec<Value> = items.iter().map(|item| key_object(item, keys)).collect();
    for index in duplicates(objects.iter()) {
        let at = path.index(index).to_string();
        errors.push(FieldError::duplicate(at, &objects[index]));
    }
}
