//! What is known about the type of a value, as far as ownership of fields goes: from the table of built-in types, from the
//! schema of a CustomResourceDefinition, or from the value alone.

use serde_json::Value;

use crate::sandbox::kinds::schema::{self, Shape, Type};

/// The type of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Typing<'a> {
    /// A type of the table.
    Object(&'static Type),
    /// Any other shape of the table.
    Shape(&'static Shape),
    /// An object of a CRD with this `openAPIV3Schema`. Its metadata is that of all objects, whatever the schema says of it.
    Custom(&'a Value),
    /// A part of such a schema.
    Schema(&'a Value),
    /// Nothing is known: maps are owned field by field, all else is one value. So says Kubernetes of values without schema.
    Unknown,
}

/// How the owners of a value divide it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form<'a> {
    /// Not at all: scalars, and lists and maps that are atomic.
    Whole,
    /// Field by field, or entry by entry.
    Map,
    /// Element by element, told apart by their values.
    Set,
    /// Element by element, told apart by some of their fields.
    Keyed(Keys<'a>),
}

/// The fields that tell elements of a list apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Keys<'a> {
    Table(&'static [&'static str]),
    Schema(&'a [Value]),
}

impl<'a> Keys<'a> {
    fn names(self) -> impl Iterator<Item = &'a str> {
        let (table, schema): (&'a [&'static str], &'a [Value]) = match self {
            Self::Table(names) => (names, &[]),
            Self::Schema(names) => (&[], names),
        };
        let table = table.iter().copied();
        table.chain(schema.iter().filter_map(Value::as_str))
    }
}

static TEXT: Shape = Shape::Text;

fn of_shape(shape: &'static Shape) -> Typing<'static> {
    match shape {
        Shape::Object(name) => schema::named(name).map_or(Typing::Unknown, Typing::Object),
        Shape::Any => Typing::Unknown,
        other => Typing::Shape(other),
    }
}

fn metadata() -> Typing<'static> {
    schema::named("meta.v1.ObjectMeta").map_or(Typing::Unknown, Typing::Object)
}

impl<'a> Typing<'a> {
    /// Of the objects of a built-in kind.
    pub(crate) fn built_in(group: &str, version: &str, kind: &str) -> Typing<'static> {
        schema::of(group, version, kind).map_or(Typing::Unknown, Typing::Object)
    }

    /// How a value of this type is divided. `sample` decides where the type leaves it open.
    pub(crate) fn form(self, sample: &Value) -> Form<'a> {
        let by_value = || {
            if sample.is_object() {
                Form::Map
            } else {
                Form::Whole
            }
        };
        match self {
            Self::Object(kind) if kind.atomic => Form::Whole,
            Self::Object(_) | Self::Custom(_) | Self::Shape(Shape::Map { atomic: false, .. }) => {
                Form::Map
            }
            Self::Shape(Shape::List(_, how)) if how.set => Form::Set,
            Self::Shape(Shape::List(_, how)) if !how.keys.is_empty() => {
                Form::Keyed(Keys::Table(&how.keys))
            }
            Self::Shape(_) => Form::Whole,
            Self::Unknown => by_value(),
            Self::Schema(schema) => match schema["type"].as_str() {
                Some("object") if schema["x-kubernetes-map-type"] == "atomic" => Form::Whole,
                Some("object") => Form::Map,
                Some("array") => match schema["x-kubernetes-list-type"].as_str() {
                    Some("set") => Form::Set,
                    Some("map") => Form::Keyed(Keys::Schema(
                        schema["x-kubernetes-list-map-keys"]
                            .as_array()
                            .map_or(&[], Vec::as_slice),
                    )),
                    _ => Form::Whole,
                },
                Some(_) => Form::Whole,
                None if schema["x-kubernetes-int-or-string"] == true => Form::Whole,
                None => by_value(),
            },
        }
    }

    /// The type of a field or entry; `None` where there is no such field.
    pub(crate) fn field(self, name: &str) -> Option<Self> {
        match self {
            Self::Object(kind) => kind
                .field(name)
                .map(|field| of_shape(&field.shape))
                .or_else(|| of_kind(kind, name)),
            Self::Shape(Shape::Map { values, .. }) => Some(of_shape(values)),
            Self::Shape(_) => None,
            Self::Custom(schema) => match name {
                "metadata" => Some(metadata()),
                "apiVersion" | "kind" => Some(Typing::Shape(&TEXT)),
                _ if schema.is_object() => Self::Schema(schema).field(name),
                _ => Some(Self::Unknown),
            },
            Self::Schema(schema) => of_schema(schema, name),
            Self::Unknown => Some(Self::Unknown),
        }
    }

    /// Whether the type names this field, which an entry of a map or a field that is merely tolerated is not.
    pub(crate) fn declares(self, name: &str) -> bool {
        match self {
            Self::Object(kind) => kind.field(name).is_some(),
            Self::Custom(schema) => name == "metadata" || schema["properties"].get(name).is_some(),
            Self::Schema(schema) => schema["properties"].get(name).is_some(),
            Self::Shape(_) | Self::Unknown => false,
        }
    }

    /// The type of the elements of a list.
    pub(crate) fn item(self) -> Self {
        match self {
            Self::Shape(Shape::List(items, _)) => of_shape(items),
            Self::Schema(schema) if schema["items"].is_object() => Self::Schema(&schema["items"]),
            _ => Self::Unknown,
        }
    }

    /// Whether an object that Kubernetes makes of nothing has this field already, because it cannot be left out in its own
    /// types. Such a field does not count as added with its first content.
    pub(crate) fn has_from_the_start(self, name: &str) -> bool {
        /// Structs that are written as `{}` or left out when empty, but are never absent.
        const STRUCTS: [&str; 7] = [
            "jobTemplate",
            "metadata",
            "spec",
            "status",
            "strategy",
            "template",
            "updateStrategy",
        ];
        let Self::Object(kind) = self else {
            return false;
        };
        kind.field(name).is_some_and(|field| match field.shape {
            Shape::Object(_) => field.required || STRUCTS.contains(&name),
            Shape::List(..) | Shape::Map { .. } => field.required,
            _ => false,
        })
    }

    /// What a value must be, as messages name it, unless it is that.
    pub(crate) fn mismatch(self, value: &Value) -> Option<&'static str> {
        let expected = match self {
            Self::Object(_) | Self::Custom(_) | Self::Shape(Shape::Map { .. }) => "map",
            Self::Shape(shape) => match shape {
                Shape::List(..) => "list",
                Shape::Bool => "boolean",
                Shape::Int32 | Shape::Int64 | Shape::Number => "numeric (int or float)",
                Shape::Text | Shape::Time | Shape::MicroTime | Shape::Bytes => "string",
                _ => "any scalar",
            },
            Self::Schema(schema) => match schema["type"].as_str() {
                Some("object") => "map",
                Some("array") => "list",
                Some("boolean") => "boolean",
                Some("integer" | "number") => "numeric (int or float)",
                Some("string") => "string",
                _ => return None,
            },
            Self::Unknown => return None,
        };
        let fits = match expected {
            "map" => value.is_object(),
            "list" => value.is_array(),
            "boolean" => value.is_boolean(),
            "string" => value.is_string(),
            "any scalar" => !value.is_object() && !value.is_array(),
            _ => value.is_number(),
        };
        (!fits && !value.is_null()).then_some(expected)
    }

    fn default_of(self, key: &str) -> Option<Value> {
        match self {
            // The only key of a built-in list that may be left out.
            Self::Object(_) if key == "protocol" => Some(Value::from("TCP")),
            Self::Schema(schema) => schema["properties"][key].get("default").cloned(),
            _ => None,
        }
    }
}

/// What an object is, which all objects say. Only objects have metadata of this sort, save for templates, which nobody
/// takes for objects.
fn of_kind(of: &Type, name: &str) -> Option<Typing<'static>> {
    let says = matches!(name, "apiVersion" | "kind") && of.field("metadata").is_some();
    let template = of.name.ends_with("TemplateSpec") || of.name.ends_with("ClaimTemplate");
    (says && !template).then_some(Typing::Shape(&TEXT))
}

fn of_schema<'a>(schema: &'a Value, name: &str) -> Option<Typing<'a>> {
    if let Some(field) = schema["properties"].get(name) {
        return Some(Typing::Schema(field));
    }
    if schema["x-kubernetes-embedded-resource"] == true {
        match name {
            "metadata" => return Some(metadata()),
            "apiVersion" | "kind" => return Some(Typing::Shape(&TEXT)),
            _ => {}
        }
    }
    match schema.get("additionalProperties") {
        Some(values @ Value::Object(_)) => return Some(Typing::Schema(values)),
        Some(Value::Bool(true)) => return Some(Typing::Unknown),
        _ => {}
    }
    let open = schema["x-kubernetes-preserve-unknown-fields"] == true || schema["type"].is_null();
    open.then_some(Typing::Unknown)
}

/// What tells an element of a set from the others, as a path in `fieldsV1` writes it: `v:"a"`.
pub(crate) fn set_element(item: &Value) -> String {
    ["v:", &json(item)].concat()
}

/// What tells an element of a keyed list from the others, as a path in `fieldsV1` writes it: `k:{"name":"a"}`. `items` is the
/// type of the elements.
///
/// # Errors
/// Why the element has no key.
pub(crate) fn keyed_element(
    keys: Keys<'_>,
    items: Typing<'_>,
    item: &Value,
) -> Result<String, String> {
    let Some(fields) = item.as_object() else {
        return Err("associative list with keys may not have non-map elements".to_owned());
    };
    let mut pairs: Vec<(&str, String)> = Vec::new();
    for key in keys.names() {
        let value = match fields.get(key) {
            Some(value) => json(value),
            None => json(&items.default_of(key).ok_or_else(|| {
                format!(
                    "associative list with keys has an element that omits key field {key:?} (and doesn't have default value)"
                )
            })?),
        };
        pairs.push((key, value));
    }
    pairs.sort_by_key(|(key, _)| *key);
    let mut text = String::from("k:");
    for (index, (key, value)) in pairs.iter().enumerate() {
        text.push_str(if index == 0 { "{\"" } else { ",\"" });
        text.push_str(key);
        text.push_str("\":");
        text.push_str(value);
    }
    text.push('}');
    Ok(text)
}

/// As JSON; the usual case without the detour over a formatter.
fn json(value: &Value) -> String {
    match value {
        Value::String(text)
            if text
                .bytes()
                .all(|byte| byte >= b' ' && !matches!(byte, b'"' | b'\\')) =>
        {
            ["\"", text, "\""].concat()
        }
        other => other.to_string(),
    }
}
