//! What injection knows about the types it handles: a type is a table of fields, and everything that depends on types
//! (leaving out zeros, JSON as Go writes it, Go's field names for templates) walks the same table.
//!
//! The tables are in `pod_types` (Kubernetes) and `mesh_types` (mesh configuration).

use std::fmt::Write as _;

use crate::kubernetes::schema;
use crate::yaml::Value;

use crate::kubernetes::quantity;

/// A struct: its fields in the order in which Go and protobuf write them.
pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

/// One field of a [`Type`].
pub(crate) struct Field {
    /// The name in JSON and YAML.
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) presence: Presence,
}

/// What a value looks like.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// Not looked into.
    Any,
    Text,
    Integer,
    Number,
    Bool,
    /// `resource.Quantity`: text or a number, written in its canonical form.
    Quantity,
    /// A port by number or by name.
    Port,
    /// A protobuf duration: seconds with a trailing "s".
    Duration,
    /// A protobuf enum: its names, that of its zero first.
    Enum(&'static [&'static str]),
    /// A protobuf wrapper: in JSON like what it wraps, but unset and zero are different.
    Wrapped(&'static Self),
    Object(&'static Type),
    List(&'static Self),
    Map(&'static Self),
}

/// When a field is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Always, zero or not.
    Required,
    /// When it is not zero.
    NonZero,
    /// When it was set, zero or not: a pointer in Go, a message in protobuf.
    Pointer,
}

/// A field that is written when it is not zero.
pub(crate) const fn field(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        presence: Presence::NonZero,
    }
}

impl Field {
    pub(crate) const fn required(mut self) -> Self {
        self.presence = Presence::Required;
        self
    }

    pub(crate) const fn pointer(mut self) -> Self {
        self.presence = Presence::Pointer;
        self
    }

    /// An absent field of this kind is still an (empty) object in Go: `resources` of a container.
    fn is_embedded(&self) -> bool {
        matches!(self.shape, Shape::Object(_)) && self.presence != Presence::Pointer
    }
}

impl Type {
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that Go calls `name`.
    pub(crate) fn field_of_go(&self, name: &str) -> Option<&'static Field> {
        match SPECIAL.iter().find(|(_, go)| *go == name) {
            Some((json, _)) => self.field(json),
            None => self
                .field(&with_first(name, char::to_ascii_lowercase))
                .filter(|field| go_name(field.name) == name),
        }
    }
}

/// The fields whose name in Go is not that in JSON with the first letter in upper case, sorted.
const SPECIAL: &[(&str, &str)] = &[
    ("apiVersion", "APIVersion"),
    ("awsElasticBlockStore", "AWSElasticBlockStore"),
    ("cephfs", "CephFS"),
    ("csi", "CSI"),
    ("dnsConfig", "DNSConfig"),
    ("dnsPolicy", "DNSPolicy"),
    ("fc", "FC"),
    ("fsGroup", "FSGroup"),
    ("fsGroupChangePolicy", "FSGroupChangePolicy"),
    ("fsType", "FSType"),
    ("gcePersistentDisk", "GCEPersistentDisk"),
    ("grpc", "GRPC"),
    ("httpGet", "HTTPGet"),
    ("httpHeaders", "HTTPHeaders"),
    ("ip", "IP"),
    ("iscsi", "ISCSI"),
    ("k8sSaJwtPath", "K8SSaJwtPath"),
    ("nfs", "NFS"),
    ("os", "OS"),
    ("rbd", "RBD"),
    ("seLinuxChangePolicy", "SELinuxChangePolicy"),
    ("seLinuxOptions", "SELinuxOptions"),
    ("serviceAccount", "DeprecatedServiceAccount"),
    ("storageos", "StorageOS"),
    ("tcpSocket", "TCPSocket"),
    ("tty", "TTY"),
    ("uid", "UID"),
];

/// The name that Go gives to the field that is `name` in JSON: the first letter in upper case, but for the acronyms that
/// Kubernetes writes in capitals.
pub(crate) fn go_name(name: &str) -> String {
    if let Ok(index) = SPECIAL.binary_search_by_key(&name, |(json, _)| json) {
        return SPECIAL[index].1.to_owned();
    }
    with_first(name, char::to_ascii_uppercase)
}

fn with_first(name: &str, change: fn(&char) -> char) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        std::iter::once(change(&first)).chain(letters).collect()
    })
}

/// Whether `value` is what an unset field of this shape holds.
pub(crate) fn is_zero(value: &Value, shape: &Shape) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(set) => !set,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => {
            text.is_empty()
                || match shape {
                    Shape::Enum(names) => names.first() == Some(&text.as_str()),
                    Shape::Quantity => text == "0",
                    _ => false,
                }
        }
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
    }
}

/// Brings a value into the form that has the effect, laid over a pod, that it has after a round trip through its type:
/// a zero that means "unset" deletes, an empty list or object changes nothing (or deletes, where lists are replaced),
/// quantities are canonical. Fields that the type does not have stay. `lists` says which lists merge.
pub(crate) fn as_patch(value: &mut Value, shape: &Shape, lists: Option<&schema::Shape>) {
    match (shape, value) {
        (Shape::Object(kind), Value::Object(map)) => map.retain(|name, value| {
            let Some(field) = kind.field(name) else {
                return true;
            };
            let list = lists.and_then(|lists| lists.field(name));
            as_patch(value, &field.shape, list);
            let unset = field.presence == Presence::NonZero && is_zero(value, &field.shape);
            if !unset || value.is_null() {
                return true;
            }
            let how = list.and_then(schema::Shape::merge);
            let merges = how.is_some_and(|how| how.patch_set || how.patch_key.is_some())
                || matches!(field.shape, Shape::Object(_) | Shape::Map(_));
            *value = Value::Null;
            !merges
        }),
        (Shape::List(item), Value::Array(items)) => {
            for value in items {
                as_patch(value, item, lists.and_then(schema::Shape::item));
            }
        }
        (Shape::Map(item), Value::Object(map)) => {
            for (name, value) in map {
                as_patch(value, item, lists.and_then(|lists| lists.field(name)));
            }
        }
        (Shape::Quantity, value) => {
            if let Some(canonical) = quantity::canonical(value) {
                *value = Value::String(canonical);
            }
        }
        _ => {}
    }
}

/// JSON as Go's `encoding/json` writes a value of this shape: fields in the order of the type, zeros left out, fields
/// that the type does not have after them.
pub(crate) fn go_json(value: &Value, shape: &Shape) -> String {
    let mut out = String::new();
    write_json(&mut out, value, shape, Dialect::Go);
    out
}

/// JSON as protobuf's canonical writer writes a message of this type: fields in the order of the type, zeros left out,
/// fields that the type does not have dropped.
pub(crate) fn proto_json(value: &Value, kind: &'static Type) -> String {
    let mut out = String::new();
    write_json(&mut out, value, &Shape::Object(kind), Dialect::Protobuf);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Go,
    Protobuf,
}

fn write_json(out: &mut String, value: &Value, shape: &Shape, dialect: Dialect) {
    match (shape, value) {
        (Shape::Wrapped(inner), value) => write_json(out, value, inner, dialect),
        (Shape::Object(kind), Value::Object(_)) => write_object(out, value, kind, dialect),
        (_, Value::Array(items)) => {
            let item = match shape {
                Shape::List(item) => item,
                _ => &Shape::Any,
            };
            out.push('[');
            for (index, value) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(out, value, item, dialect);
            }
            out.push(']');
        }
        (_, Value::Object(map)) => {
            let item = match shape {
                Shape::Map(item) => item,
                _ => &Shape::Any,
            };
            out.push('{');
            for (index, (name, value)) in map.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_text(out, name);
                out.push(':');
                write_json(out, value, item, dialect);
            }
            out.push('}');
        }
        (_, scalar) => write_scalar(out, scalar, shape),
    }
}

fn write_scalar(out: &mut String, value: &Value, shape: &Shape) {
    let canonical = match shape {
        Shape::Quantity => quantity::canonical(value),
        _ => None,
    };
    match (canonical, shape, value) {
        (Some(text), _, _) => write_text(out, &text),
        // Protobuf reads whole numbers in quotes, and writes them without.
        (None, Shape::Integer, Value::String(number)) => out.push_str(number),
        (None, _, Value::String(text)) => write_text(out, text),
        (None, _, other) => {
            let _ = write!(out, "{other}");
        }
    }
}

fn write_object(out: &mut String, value: &Value, kind: &Type, dialect: Dialect) {
    let empty = Value::Object(serde_json::Map::new());
    out.push('{');
    let start = out.len();
    let write = |out: &mut String, name: &str, value: &Value, shape: &Shape| {
        if out.len() > start {
            out.push(',');
        }
        write_text(out, name);
        out.push(':');
        write_json(out, value, shape, dialect);
    };
    for field in kind.fields {
        let present = value.get(field.name).filter(|value| !value.is_null());
        match (present, field.presence) {
            (Some(value), Presence::NonZero) => {
                if field.is_embedded() || !is_zero(value, &field.shape) {
                    write(out, field.name, value, &field.shape);
                }
            }
            (Some(value), _) => write(out, field.name, value, &field.shape),
            (None, _) if dialect == Dialect::Go && field.is_embedded() => {
                write(out, field.name, &empty, &field.shape);
            }
            (None, Presence::Required) => {
                write(out, field.name, zero(&field.shape), &Shape::Any);
            }
            (None, _) => {}
        }
    }
    if dialect == Dialect::Go {
        let unknown = value.as_object().into_iter().flatten();
        for (name, value) in unknown.filter(|(name, _)| kind.field(name).is_none()) {
            write(out, name, value, &Shape::Any);
        }
    }
    out.push('}');
}

/// What Go holds in a field that was not set.
pub(crate) fn zero(shape: &Shape) -> &'static Value {
    static NULL: Value = Value::Null;
    static FALSE: Value = Value::Bool(false);
    static TEXT: Value = Value::String(String::new());
    static NUMBER: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| Value::from(0));
    match shape {
        Shape::Text => &TEXT,
        Shape::Integer | Shape::Number | Shape::Port => &NUMBER,
        Shape::Bool => &FALSE,
        _ => &NULL,
    }
}

/// A string as Go writes it in JSON: `<`, `>`, `&` and the two line separators of Unicode are escaped as well.
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\u{0}'..='\u{1f}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::pod_types::{CONTAINER, CONTAINER_PORT};
    use super::*;

    #[test]
    fn go_names_are_sorted_for_the_search() {
        for name in ["apiVersion", "uid", "httpGet", "csi", "tty"] {
            assert!(
                go_name(name).starts_with(|first: char| first.is_uppercase()),
                "{name}"
            );
            assert_ne!(go_name(name), name);
        }
        assert_eq!(go_name("hostIP"), "HostIP");
        assert_eq!(go_name("httpGet"), "HTTPGet");
        assert_eq!(go_name(""), "");
    }

    #[test]
    fn go_json_keeps_the_order_of_the_type_and_leaves_out_zeros() {
        let port = json!({"containerPort": 80, "name": "web", "hostPort": 0});
        assert_eq!(
            go_json(&port, &Shape::Object(&CONTAINER_PORT)),
            r#"{"name":"web","containerPort":80}"#
        );
    }

    #[test]
    fn go_json_writes_embedded_objects_and_canonical_quantities() {
        let container = json!({"resources": {"limits": {"cpu": "1000m"}}, "name": "a"});
        assert_eq!(
            go_json(&container, &Shape::Object(&CONTAINER)),
            r#"{"name":"a","resources":{"limits":{"cpu":"1"}}}"#
        );
        assert_eq!(
            go_json(&json!({"name": "a"}), &Shape::Object(&CONTAINER)),
            r#"{"name":"a","resources":{}}"#
        );
    }

    #[test]
    fn go_json_escapes_as_go_does() {
        assert_eq!(
            go_json(&json!("a<b&\u{1}"), &Shape::Text),
            r#""a\u003cb\u0026\u0001""#
        );
    }

    #[test]
    fn a_patch_deletes_by_zero_and_keeps_what_was_set_on_purpose() {
        let mut container = json!({
            "name": "a", "image": "", "tty": false, "resources": {}, "env": [], "args": [],
            "readinessProbe": {"initialDelaySeconds": 0, "periodSeconds": 5},
            "securityContext": {"privileged": false},
        });
        as_patch(
            &mut container,
            &Shape::Object(&CONTAINER),
            Some(&schema::Shape::Object("core.v1.Container")),
        );
        assert_eq!(
            container,
            json!({
                "name": "a", "image": null, "tty": null, "args": null,
                "readinessProbe": {"initialDelaySeconds": null, "periodSeconds": 5},
                "securityContext": {"privileged": false},
            })
        );
    }
}
