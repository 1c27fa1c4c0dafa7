//! Objects and lists in the form that was asked for: as they are, as a table, or their metadata only.

use serde::Serialize;
use serde_json::{Value, json};

use super::accept::Form;
use super::jsonpath;
use crate::sandbox::api::options::List;
use crate::sandbox::api::{ResourceInfo, clock};
use crate::sandbox::kinds::columns::duration;
use crate::sandbox::kinds::{Cell, Column};

/// What a table's rows carry of their objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Include {
    Nothing,
    Metadata,
    Object,
}

impl Include {
    /// From `includeObject`; anything else is the default, as in Kubernetes.
    pub(super) fn parse(text: &str) -> Self {
        match text {
            "None" => Self::Nothing,
            "Object" => Self::Object,
            _ => Self::Metadata,
        }
    }
}

/// How answers about a kind are to be shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) form: Form,
    pub(super) include: Include,
}

/// One object.
pub(super) fn object(info: &ResourceInfo, object: &Value, view: View) -> Vec<u8> {
    match view.form {
        Form::Table => {
            let version = &object["metadata"]["resourceVersion"];
            let metadata = json!({"resourceVersion": version});
            bytes(&table(info, &metadata, &[object], view.include, true))
        }
        Form::Partial => bytes(&partial(object)),
        Form::Plain | Form::Discovery(_) => bytes(object),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    kind: &'a str,
    api_version: String,
    metadata: Value,
    items: Vec<&'a Value>,
}

/// A page of a list.
pub(super) fn list(info: &ResourceInfo, list: &List, view: View) -> Vec<u8> {
    let mut metadata = json!({"resourceVersion": list.resource_version.to_string()});
    if !list.continue_token.is_empty() {
        metadata["continue"] = json!(list.continue_token);
    }
    if let Some(remaining) = list.remaining {
        metadata["remainingItemCount"] = json!(remaining);
    }
    let items: Vec<&Value> = list.items.iter().map(|object| &**object).collect();
    match view.form {
        Form::Table => bytes(&table(info, &metadata, &items, view.include, true)),
        Form::Partial => {
            let items: Vec<Value> = items.into_iter().map(partial).collect();
            bytes(
                &json!({"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata,
                "items": items}),
            )
        }
        Form::Plain | Form::Discovery(_) => bytes(&Page {
            kind: &info.list_kind,
            api_version: info.api_version(),
            metadata,
            items,
        }),
    }
}

/// The object of a watch event. A table says its columns in the first event only.
pub(super) fn event(info: &ResourceInfo, object: &Value, view: View, first: bool) -> Value {
    match view.form {
        Form::Table => {
            let version = &object["metadata"]["resourceVersion"];
            let metadata = json!({"resourceVersion": version});
            table(info, &metadata, &[object], view.include, first)
        }
        Form::Partial => partial(object),
        Form::Plain | Form::Discovery(_) => object.clone(),
    }
}

fn bytes(value: &impl Serialize) -> Vec<u8> {
    // A tree of JSON values has only string keys, so writing it to memory cannot fail.
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn partial(object: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object["metadata"]})
}

fn table(
    info: &ResourceInfo,
    metadata: &Value,
    objects: &[&Value],
    include: Include,
    with_columns: bool,
) -> Value {
    let now = clock::seconds();
    let rows = objects.iter().map(|object| {
        let cells: Vec<Value> = info
            .columns
            .iter()
            .map(|column| cell(column, object, now))
            .collect();
        let mut row = json!({"cells": cells});
        match include {
            Include::Nothing => {}
            Include::Metadata => row["object"] = partial(object),
            Include::Object => row["object"] = Value::clone(object),
        }
        row
    });
    let rows: Vec<Value> = rows.collect();
    let columns: Vec<Value> = if with_columns {
        info.columns.iter().map(definition).collect()
    } else {
        Vec::new()
    };
    json!({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata, "columnDefinitions": columns,
        "rows": rows})
}

fn definition(column: &Column) -> Value {
    json!({"name": column.name, "type": column.kind, "format": column.format, "description": column.description,
        "priority": column.priority})
}

fn cell(column: &Column, object: &Value, now: i64) -> Value {
    match &column.cell {
        Cell::Function(function) => function(object, now),
        Cell::Path(path) => path
            .iter()
            .try_fold(object, |value, field| value.get(field))
            .cloned()
            .unwrap_or_else(|| json!("")),
        Cell::JsonPath(path) => custom(column, jsonpath::first(object, path), now),
    }
}

/// The cell of a definition's own column: absent is null, which kubectl shows as `<none>`; so is a value of another type.
fn custom(column: &Column, value: Option<&Value>, now: i64) -> Value {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Value::Null;
    };
    match (column.kind.as_str(), value) {
        ("string", Value::String(_))
        | ("boolean", Value::Bool(_))
        | ("number", Value::Number(_)) => value.clone(),
        ("string", other) => json!(other.to_string()),
        ("integer", Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
            (None, Some(float)) => json!(float.trunc()),
            _ => value.clone(),
        },
        ("date", Value::String(text)) => match clock::parse(text) {
            Some(moment) => json!(duration(now - moment)),
            None => json!("<invalid>"),
        },
        _ => Value::Null,
    }
}
