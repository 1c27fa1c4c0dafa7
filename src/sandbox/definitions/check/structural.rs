//! Whether a schema is structural: each value's type is said once, outside of the alternatives that restrict it.

use serde_json::{Map, Value, json};

use super::super::path::Path;
use super::{items, says, text};
use crate::go_regex;
use crate::sandbox::api::field::FieldError;

/// Where in a schema a part of it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// What no structural schema may have anywhere, in Kubernetes' words.
pub(super) fn unsupported(source: &Value) -> Option<String> {
    let told = |what: &str| Some(format!("OpenAPIV3Schema '{what}' is not supported"));
    for (field, name) in [
        ("id", "id"),
        ("$schema", "schema"),
        ("$ref", "$ref"),
        ("patternProperties", "patternProperties"),
        ("dependencies", "dependencies"),
        ("definitions", "definitions"),
    ] {
        if says(&source[field]) {
            return told(name);
        }
    }
    if !source["additionalItems"].is_null() {
        return told("additionalItems");
    }
    if source["items"].is_array() {
        return Some("OpenAPIV3Schema 'items' must be a schema, but is an array".to_owned());
    }
    if source["x-kubernetes-preserve-unknown-fields"] == false {
        return Some(
            "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined"
                .to_owned(),
        );
    }
    super::openapi::below(source).find_map(unsupported)
}

/// Says what is not structural.
pub(super) fn check(source: &Value, path: &Path<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    part(source, Level::Root, path, &mut errors);
    complete(source, Some(source), path, path, &mut errors);
    errors.sort_by_key(ToString::to_string);
    errors
}

fn properties(source: &Value) -> impl Iterator<Item = (&String, &Value)> {
    source["properties"]
        .as_object()
        .into_iter()
        .flat_map(Map::iter)
}

fn push(errors: &mut Vec<FieldError>, error: FieldError) {
    errors.push(error);
}

/// A part that says types.
fn part(source: &Value, level: Level, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    let kind = text(&source["type"]);
    if kind == "array" && !source["items"].is_object() {
        push(
            errors,
            FieldError::required(path.field("items").to_string(), "must be specified"),
        );
    }
    if source["items"].is_object() {
        part(&source["items"], Level::Item, &path.field("items"), errors);
    }
    let within = path.field("properties");
    for (name, of) in properties(source) {
        part(of, Level::Field, &within.key(name), errors);
    }
    let additional = &source["additionalProperties"];
    let at = path.field("additionalProperties");
    if !additional.is_null() && level == Level::Root {
        push(
            errors,
            FieldError::forbidden(at.to_string(), "must not be used at the root"),
        );
    }
    if additional.is_object() {
        part(additional, Level::Field, &at, errors);
    }
    extensions(source, path, errors);
    let first = &source["allOf"][0]["anyOf"];
    let skip = (is_int_or_string(&source["anyOf"]), is_int_or_string(first));
    values(source, skip, path, errors);
    type_of(source, level, path, errors);
    metadata(source, level, path, errors);
}

fn extensions(source: &Value, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    if source["x-kubernetes-int-or-string"] != true {
        return;
    }
    for name in [
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource",
    ] {
        if source[name] == true {
            let detail = "must be false if x-kubernetes-int-or-string is true";
            push(
                errors,
                FieldError::invalid(path.field(name).to_string(), &json!(true), detail),
            );
        }
    }
}

fn is_int_or_string(any_of: &Value) -> bool {
    *any_of == json!([{"type": "integer"}, {"type": "string"}])
}

fn type_of(source: &Value, level: Level, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    let kind = text(&source["type"]);
    let at = path.field("type").to_string();
    let embedded = source["x-kubernetes-embedded-resource"] == true;
    let free = source["x-kubernetes-int-or-string"] == true
        || source["x-kubernetes-preserve-unknown-fields"] == true;
    if embedded && kind != "object" {
        let detail = "must be object if x-kubernetes-embedded-resource is true";
        push(
            errors,
            if kind.is_empty() {
                FieldError::required(at.clone(), detail)
            } else {
                FieldError::invalid(at.clone(), &source["type"], detail)
            },
        );
    } else if kind.is_empty() && !free {
        let detail = match level {
            Level::Root => "must not be empty at the root",
            Level::Item => "must not be empty for specified array items",
            Level::Field => "must not be empty for specified object fields",
        };
        push(errors, FieldError::required(at.clone(), detail));
    }
    if embedded && !source["additionalProperties"].is_null() {
        let detail = "must not be used if x-kubernetes-embedded-resource is set";
        push(
            errors,
            FieldError::forbidden(path.field("additionalProperties").to_string(), detail),
        );
    }
    if level == Level::Root && !kind.is_empty() && kind != "object" {
        push(
            errors,
            FieldError::invalid(at, &source["type"], "must be object at the root"),
        );
    }
    if embedded
        && source["x-kubernetes-preserve-unknown-fields"] != true
        && !says(&source["properties"])
    {
        let detail = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
        push(
            errors,
            FieldError::required(path.field("properties").to_string(), detail),
        );
    }
}

/// Of kind, version and metadata, a schema may say little.
fn metadata(source: &Value, level: Level, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    let resource = level == Level::Root || source["x-kubernetes-embedded-resource"] == true;
    if !resource && level != Level::Root {
        return;
    }
    let within = path.field("properties");
    let of = &source["properties"];
    for name in ["kind", "apiVersion"] {
        if of[name].is_object() && of[name]["type"] != "string" {
            let given = json!(text(&of[name]["type"]));
            let at = within.key(name);
            push(
                errors,
                FieldError::invalid(at.field("type").to_string(), &given, "must be string"),
            );
        }
    }
    let Some(fields) = of["metadata"].as_object() else {
        return;
    };
    let at = within.key("metadata");
    if of["metadata"]["type"] != "object" {
        let given = json!(text(&of["metadata"]["type"]));
        push(
            errors,
            FieldError::invalid(at.field("type").to_string(), &given, "must be object"),
        );
    }
    let names = |value: &Value| {
        let fields = value.as_object();
        fields.is_some_and(|fields| {
            fields
                .keys()
                .all(|name| matches!(name.as_str(), "name" | "generateName"))
        })
    };
    let harmless = |name: &str, value: &Value| match name {
        "type" | "default" => true,
        "properties" => names(value),
        _ => !says(value),
    };
    if level == Level::Root && !fields.iter().all(|(name, value)| harmless(name, value)) {
        let detail = "must not specify anything other than name and generateName, but metadata is implicitly specified";
        push(errors, FieldError::forbidden(at.to_string(), detail));
    }
}

/// The alternatives of a part. `skip`: the first two are the known way to say "a number or a text".
fn values(source: &Value, skip: (bool, bool), path: &Path<'_>, errors: &mut Vec<FieldError>) {
    for name in ["anyOf", "allOf", "oneOf"] {
        if name == "anyOf" && skip.0 {
            continue;
        }
        let within = path.field(name);
        for (index, one) in items(&source[name]).iter().enumerate() {
            let skip_any = name == "allOf" && index == 0 && skip.1;
            nested(one, skip_any, &within.index(index), errors);
        }
    }
    if source["not"].is_object() {
        nested(&source["not"], false, &path.field("not"), errors);
    }
    if let Some(pattern) = source["pattern"].as_str().filter(|text| !text.is_empty())
        && let Err(why) = go_regex::compile(pattern)
    {
        let why = why.rsplit("`: ").next().unwrap_or_default().to_owned();
        let detail =
            format!("must be a valid regular expression, but isn't: error parsing regexp: {why}");
        push(
            errors,
            FieldError::invalid(
                path.field("pattern").to_string(),
                &source["pattern"],
                &detail,
            ),
        );
    }
}

/// A part of an alternative, which may say no types.
fn nested(source: &Value, skip_any: bool, path: &Path<'_>, errors: &mut Vec<FieldError>) {
    values(source, (skip_any, false), path, errors);
    if source["items"].is_object() {
        nested(&source["items"], false, &path.field("items"), errors);
    }
    let within = path.field("properties");
    for (name, of) in properties(source) {
        nested(of, false, &within.key(name), errors);
    }
    let additional = &source["additionalProperties"];
    if additional.is_object() || *additional == true {
        let at = path.field("additionalProperties").to_string();
        push(
            errors,
            FieldError::forbidden(at, "must be undefined to be structural"),
        );
    }
    for (name, what) in [
        ("type", "empty"),
        ("default", "undefined"),
        ("title", "empty"),
        ("description", "empty"),
        ("nullable", "false"),
        ("x-kubernetes-preserve-unknown-fields", "false"),
        ("x-kubernetes-embedded-resource", "false"),
        ("x-kubernetes-int-or-string", "false"),
        ("x-kubernetes-list-map-keys", "empty"),
        ("x-kubernetes-list-type", "undefined"),
        ("x-kubernetes-map-type", "undefined"),
        ("x-kubernetes-validations", "empty"),
    ] {
        let set = if what == "undefined" {
            !source[name].is_null()
        } else {
            says(&source[name])
        };
        if set {
            let detail = format!("must be {what} to be structural");
            push(
                errors,
                FieldError::forbidden(path.field(name).to_string(), &detail),
            );
        }
    }
    if !source["properties"]["metadata"].is_null() {
        let at = within.key("metadata").to_string();
        push(
            errors,
            FieldError::forbidden(at, "must not be specified in a nested context"),
        );
    }
}

/// Each place that alternatives restrict must be there in the part that says types.
fn complete(
    source: &Value,
    of: Option<&Value>,
    at: &Path<'_>,
    restricted: &Path<'_>,
    errors: &mut Vec<FieldError>,
) {
    let mut one = |one: &Value, path: &Path<'_>| complete_one(one, of, at, path, errors);
    if source["not"].is_object() {
        one(&source["not"], &restricted.field("not"));
    }
    for name in ["allOf", "anyOf", "oneOf"] {
        let within = restricted.field(name);
        for (index, alternative) in items(&source[name]).iter().enumerate() {
            one(alternative, &within.index(index));
        }
    }
}

fn complete_one(
    source: &Value,
    of: Option<&Value>,
    at: &Path<'_>,
    restricted: &Path<'_>,
    errors: &mut Vec<FieldError>,
) {
    let Some(of) = of else {
        let detail = format!("because it is defined in {restricted}");
        return push(errors, FieldError::required(at.to_string(), &detail));
    };
    complete(source, Some(of), at, restricted, errors);
    if source["items"].is_object() {
        let found = Some(&of["items"]).filter(|items| items.is_object());
        complete_one(
            &source["items"],
            found,
            &at.field("items"),
            &restricted.field("items"),
            errors,
        );
    }
    let (within, restricted) = (at.field("properties"), restricted.field("properties"));
    for (name, property) in properties(source) {
        let found = Some(&of["properties"][name]).filter(|property| property.is_object());
        complete_one(
            property,
            found,
            &within.key(name),
            &restricted.key(name),
            errors,
        );
    }
}
