//! `/openapi/v3`: an index, and for each group and version the types of its kinds. It says what kubectl asks of it: that
//! patches take `fieldValidation`, and what fields there are. Built-in kinds are told from the table of types, others from
//! their definitions. Descriptions are those that definitions have; built-in kinds have none here.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::sandbox::api::ResourceInfo;
use crate::sandbox::kinds::join_version;
use crate::sandbox::kinds::schema::{self, Shape};

type Kinds = [Arc<ResourceInfo>];

fn path_of(group: &str, version: &str) -> String {
    let root = if group.is_empty() { "api" } else { "apis" };
    format!("{root}/{}", join_version(group, version))
}

/// `/openapi/v3`. `revision` changes with the kinds, so that clients do not keep old documents.
pub(super) fn index(kinds: &Kinds, revision: u64) -> Value {
    let mut paths = Map::new();
    for info in kinds.iter().filter(|info| is_stored(info)) {
        let path = path_of(&info.group, &info.version);
        let url = format!("/openapi/v3/{path}?hash={revision}");
        paths.insert(path, json!({"serverRelativeURL": url}));
    }
    json!({"paths": paths})
}

/// How clients ask for `/openapi/v2`.
pub(super) const V2: &str = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

/// What the answer is then: the same, as a media type may be written.
pub(super) const V2_ANSWER: &str = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/// `/openapi/v2`: a document without types. kubectl looks for kinds here that version 3 does not have, and takes a document
/// in which there is none for an answer; the error that there is no document it would report.
pub(super) fn empty_v2() -> Vec<u8> {
    let text = |number: u8, text: &[u8]| {
        let length = u8::try_from(text.len()).unwrap_or_default();
        [&[number << 3 | 2, length], text].concat()
    };
    let info = [text(1, b"Kubernetes"), text(2, super::VERSION.as_bytes())].concat();
    // swagger, info, paths and definitions.
    [text(1, b"2.0"), text(2, &info), text(8, b""), text(9, b"")].concat()
}

/// `/openapi/v3/api/v1`, `/openapi/v3/apis/GROUP/VERSION`; `None` if there is nothing in it. `custom` gives the schema of a
/// kind that is not built in.
pub(super) fn document(
    kinds: &Kinds,
    group: &str,
    version: &str,
    custom: impl Fn(&ResourceInfo) -> Option<Value>,
) -> Option<Value> {
    let kinds = kinds
        .iter()
        .filter(|info| is_stored(info) && info.group == group && info.version == version);
    let (mut paths, mut schemas, mut wanted) = (Map::new(), Map::new(), BTreeSet::new());
    for info in kinds {
        let kind = json!({"group": info.group, "version": info.version, "kind": info.kind});
        paths.extend([path(info, &kind)]);
        let mut own = if info.builtin {
            built_in(info, &mut wanted)
        } else {
            custom(info).unwrap_or_else(|| json!({"type": "object"}))
        };
        own["x-kubernetes-group-version-kind"] = json!([kind]);
        wanted.insert("meta.v1.ObjectMeta");
        own["properties"]["apiVersion"] = json!({"type": "string"});
        own["properties"]["kind"] = json!({"type": "string"});
        own["properties"]["metadata"] = reference("meta.v1.ObjectMeta");
        schemas.insert(own_name(info), own);
    }
    if paths.is_empty() {
        return None;
    }
    while let Some(name) = wanted.pop_first() {
        if schemas.contains_key(name) {
            continue;
        }
        let found = schema::named(name)
            .map_or_else(|| json!({"type": "object"}), |one| object(one, &mut wanted));
        schemas.insert(name.to_owned(), found);
    }
    Some(
        json!({"openapi": "3.0.0", "info": {"title": "Kubernetes", "version": super::VERSION}, "paths": paths,
        "components": {"schemas": schemas}}),
    )
}

fn own_name(info: &ResourceInfo) -> String {
    let group = if info.group.is_empty() {
        "core"
    } else {
        &info.group
    };
    format!("{group}.{}.{}", info.version, info.kind)
}

/// Whether there are objects of the kind; questions are answered and forgotten.
fn is_stored(info: &ResourceInfo) -> bool {
    info.verbs.iter().any(|verb| verb == "patch")
}

/// Where one object is found, and that patches of it take `fieldValidation`.
fn path(info: &ResourceInfo, kind: &Value) -> (String, Value) {
    let namespace = if info.namespaced {
        "/namespaces/{namespace}"
    } else {
        ""
    };
    let root = path_of(&info.group, &info.version);
    let parameter = |name: &str, kind: &str| json!({"name": name, "in": "query", "schema": {"type": kind, "uniqueItems": true}});
    let parameters = [
        parameter("dryRun", "string"),
        parameter("fieldManager", "string"),
        parameter("fieldValidation", "string"),
        parameter("force", "boolean"),
    ];
    let schema = json!({"$ref": format!("#/components/schemas/{}", own_name(info))});
    let answer = json!({"description": "OK", "content": {"application/json": {"schema": schema}}});
    let operation = |action: &str| {
        json!({"x-kubernetes-action": action, "x-kubernetes-group-version-kind": kind,
        "parameters": parameters, "responses": {"200": answer}})
    };
    let operations = json!({"get": operation("get"), "patch": operation("patch")});
    (
        format!("/{root}{namespace}/{}/{{name}}", info.plural),
        operations,
    )
}

fn built_in(info: &ResourceInfo, wanted: &mut BTreeSet<&'static str>) -> Value {
    schema::of(&info.group, &info.version, &info.kind)
        .map_or_else(|| json!({"type": "object"}), |one| object(one, wanted))
}

fn object(of: &schema::Type, wanted: &mut BTreeSet<&'static str>) -> Value {
    let mut properties = Map::new();
    for field in &of.fields {
        properties.insert(field.name.to_owned(), shape(&field.shape, wanted));
    }
    json!({"type": "object", "properties": properties})
}

fn reference(name: &str) -> Value {
    json!({"allOf": [{"$ref": format!("#/components/schemas/{name}")}], "default": {}})
}

fn shape(of: &Shape, wanted: &mut BTreeSet<&'static str>) -> Value {
    match of {
        Shape::Text => json!({"type": "string"}),
        Shape::Int32 => json!({"type": "integer", "format": "int32"}),
        Shape::Int64 => json!({"type": "integer", "format": "int64"}),
        Shape::Number => json!({"type": "number", "format": "double"}),
        Shape::Bool => json!({"type": "boolean"}),
        Shape::Quantity => json!({"oneOf": [{"type": "string"}, {"type": "number"}]}),
        Shape::IntOrString => {
            json!({"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]})
        }
        Shape::Time | Shape::MicroTime => json!({"type": "string", "format": "date-time"}),
        Shape::Bytes => json!({"type": "string", "format": "byte"}),
        Shape::Any => json!({"type": "object"}),
        Shape::List(items, _) => json!({"type": "array", "items": shape(items, wanted)}),
        Shape::Map { values, .. } => {
            json!({"type": "object", "additionalProperties": shape(values, wanted)})
        }
        Shape::Object(name) => {
            wanted.insert(name);
            reference(name)
        }
    }
}
