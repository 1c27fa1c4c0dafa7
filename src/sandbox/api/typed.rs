//! Objects of built-in kinds held against their types, as Kubernetes does when it decodes them: unknown fields are found and
//! dropped, nulls are dropped, and a value of a wrong type refuses the object.

use base64::Engine as _;
use serde_json::{Map, Value};

use super::{Object, ResourceInfo, Status, clock};
use crate::kubernetes::quantity;
use crate::sandbox::kinds::schema::{self, Shape, Type};

/// Drops what the kind does not have, and gives the paths of unknown fields.
///
/// # Errors
/// 400 for a value that its field cannot hold, as Kubernetes says it.
pub(super) fn read(info: &ResourceInfo, object: &mut Object) -> Result<Vec<String>, Status> {
    let Some(kind) = schema::of(&info.group, &info.version, &info.kind) else {
        return Ok(Vec::new());
    };
    let mut reader = Reader::default();
    if let Some(fields) = object.as_object_mut() {
        reader.fields(kind, fields, "");
    }
    match reader.wrong {
        Some(why) => Err(cannot_be_handled(info, &why)),
        None => Ok(reader.unknown),
    }
}

/// As `read`, of the metadata of an object of any kind.
///
/// # Errors
/// As `read`.
pub(super) fn read_metadata(
    info: &ResourceInfo,
    object: &mut Object,
) -> Result<Vec<String>, Status> {
    let (Some(kind), Some(fields)) = (
        schema::named("meta.v1.ObjectMeta"),
        object["metadata"].as_object_mut(),
    ) else {
        return Ok(Vec::new());
    };
    let mut reader = Reader::default();
    reader.fields(kind, fields, "metadata");
    match reader.wrong {
        Some(why) => Err(cannot_be_handled(info, &why)),
        None => Ok(reader.unknown),
    }
}

/// 400 for a body that does not decode.
pub(super) fn cannot_be_handled(info: &ResourceInfo, why: &str) -> Status {
    let (kind, version) = (&info.kind, &info.version);
    Status::bad_request(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: {why}"
    ))
}

#[derive(Default)]
struct Reader {
    unknown: Vec<String>,
    /// The first value of a wrong type; decoding ends there.
    wrong: Option<String>,
}

impl Reader {
    /// A quantity becomes what Kubernetes writes for it.
    fn quantity(&mut self, value: &mut Value) {
        if let Some(text) = quantity::canonical(value) {
            *value = Value::from(text);
        } else {
            self.wrong.get_or_insert_with(|| {
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'".to_owned()
            });
        }
    }

    fn fields(&mut self, kind: &Type, fields: &mut Map<String, Value>, path: &str) {
        let root = path.is_empty();
        let mut dropped = Vec::new();
        for (name, value) in fields.iter_mut() {
            if (root || kind.says_its_kind()) && (name == "apiVersion" || name == "kind") {
                continue;
            }
            let at = if root {
                name.clone()
            } else {
                format!("{path}.{name}")
            };
            match kind.field(name) {
                None => {
                    // Its content may be anything, as Kubernetes does not look into it.
                    dropped.push(name.clone());
                    self.unknown.push(at);
                }
                Some(_) if value.is_null() || is_nothing(kind, name, value) => {
                    dropped.push(name.clone());
                }
                Some(field) => self.value(&field.shape, value, &at, kind),
            }
            if self.wrong.is_some() {
                return;
            }
        }
        for name in dropped {
            fields.remove(&name);
        }
    }

    fn value(&mut self, shape: &Shape, value: &mut Value, path: &str, owner: &Type) {
        match (shape, &mut *value) {
            (Shape::Any, _)
            | (Shape::Text, Value::String(_))
            | (Shape::Bool, Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => {}
            (Shape::Quantity, Value::String(_) | Value::Number(_)) => self.quantity(value),
            (Shape::Object(name), Value::Object(fields)) => {
                if let Some(kind) = schema::named(name) {
                    self.fields(kind, fields, path);
                }
            }
            (Shape::List(inner, _), Value::Array(items)) => {
                for (index, item) in items.iter_mut().enumerate() {
                    if item.is_null() {
                        // A null in a list decodes to the type's zero.
                        *item = zero(inner);
                    }
                    self.value(inner, item, &format!("{path}[{index}]"), owner);
                }
            }
            (Shape::Map { values, .. }, Value::Object(entries)) => {
                for (key, entry) in entries.iter_mut() {
                    if entry.is_null() {
                        *entry = zero(values);
                    }
                    self.value(values, entry, &format!("{path}.{key}"), owner);
                }
            }
            _ => {
                if let Some(why) = scalar(shape, value, path, owner) {
                    self.wrong.get_or_insert(why);
                }
            }
        }
    }
}

/// Whether a field is left out when it is written down again. Of texts it is those that are no pointers in Kubernetes' types;
/// this one is met in practice.
fn is_nothing(kind: &Type, name: &str, value: &Value) -> bool {
    kind.name == "core.v1.EnvVar" && name == "value" && *value == ""
}

fn zero(shape: &Shape) -> Value {
    match shape {
        Shape::Text | Shape::Bytes => Value::from(""),
        Shape::Int32 | Shape::Int64 | Shape::Number | Shape::IntOrString => Value::from(0),
        Shape::Quantity => Value::from("0"),
        Shape::Bool => Value::from(false),
        Shape::List(..) => Value::Array(Vec::new()),
        Shape::Map { .. } | Shape::Object(_) => Value::Object(Map::new()),
        Shape::Time | Shape::MicroTime | Shape::Any => Value::Null,
    }
}

/// What is wrong with a value of one of the scalar shapes, or of another type than its shape; nothing where it fits.
fn scalar(shape: &Shape, value: &Value, path: &str, owner: &Type) -> Option<String> {
    let fits = match (shape, value) {
        (Shape::Int32, Value::Number(number)) => {
            whole(number).is_some_and(|number| i32::try_from(number).is_ok())
        }
        (Shape::Int64, Value::Number(number)) => whole(number).is_some(),
        (Shape::IntOrString, Value::Number(number)) => {
            whole(number).is_some_and(|number| i32::try_from(number).is_ok())
        }
        (Shape::IntOrString, Value::String(_)) => true,
        (Shape::Time | Shape::MicroTime, Value::String(text)) => {
            if clock::parse(text).is_some() {
                return None;
            }
            return Some(format!(
                "parsing time {text:?} as \"2006-01-02T15:04:05Z07:00\": cannot parse {text:?} as \"2006\""
            ));
        }
        (Shape::Bytes, Value::String(text)) => {
            let text: String = text
                .chars()
                .filter(|letter| !matches!(letter, '\r' | '\n'))
                .collect();
            let Err(error) = base64::engine::general_purpose::STANDARD.decode(&text) else {
                return None;
            };
            let at = match error {
                base64::DecodeError::InvalidByte(at, _) => at,
                _ => text.len(),
            };
            return Some(format!("illegal base64 data at input byte {at}"));
        }
        _ => false,
    };
    if fits {
        return None;
    }
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(number)
            if matches!(shape, Shape::Int32 | Shape::Int64 | Shape::IntOrString) =>
        {
            format!("number {number}")
        }
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "string".to_owned(),
        Value::Array(_) => "array".to_owned(),
        Value::Object(_) => "object".to_owned(),
    };
    let owner = owner.name.rsplit('.').next().unwrap_or_default();
    let field = without_indices(path);
    Some(format!(
        "json: cannot unmarshal {found} into Go struct field {owner}.{field} of type {}",
        go_type(shape)
    ))
}

fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64()
}

/// Go's messages name a field by its path without the places in lists.
fn without_indices(path: &str) -> String {
    let parts = path.split('[').enumerate();
    parts
        .map(|(index, part)| {
            if index == 0 {
                part
            } else {
                part.split_once(']').map_or("", |(_, rest)| rest)
            }
        })
        .collect()
}

fn go_type(shape: &Shape) -> String {
    match shape {
        Shape::Text | Shape::Quantity | Shape::Any => "string".to_owned(),
        Shape::Int32 | Shape::IntOrString => "int32".to_owned(),
        Shape::Int64 => "int64".to_owned(),
        Shape::Number => "float64".to_owned(),
        Shape::Bool => "bool".to_owned(),
        Shape::Time | Shape::MicroTime => "v1.Time".to_owned(),
        Shape::Bytes => "[]uint8".to_owned(),
        Shape::List(inner, _) => format!("[]{}", go_type(inner)),
        Shape::Map { values, .. } => format!("map[string]{}", go_type(values)),
        Shape::Object(name) => name
            .split_once('.')
            .map_or(*name, |(_, name)| name)
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::sandbox::kinds::built_in;

    #[test]
    fn what_kubernetes_leaves_out_is_left_out() {
        let pod = json!({"spec": {"containers": [{"name": "a", "resources": {"limits": {"cpu": 2, "memory": "1024Mi"}},
            "env": [{"name": "EMPTY", "value": ""}, {"name": "B", "value": "b"}]}]}});
        let (read, unknown) = read_as("Pod", pod).unwrap();
        let container = &read["spec"]["containers"][0];
        assert_eq!(unknown, Vec::<String>::new());
        assert_eq!(
            container["resources"]["limits"],
            json!({"cpu": "2", "memory": "1Gi"})
        );
        assert_eq!(
            container["env"],
            json!([{"name": "EMPTY"}, {"name": "B", "value": "b"}])
        );
    }

    fn read_as(kind: &str, mut object: Value) -> Result<(Value, Vec<String>), String> {
        let info = built_in()
            .into_iter()
            .find(|info| info.kind == kind)
            .unwrap();
        let unknown = read(&info, &mut object).map_err(|status| status.message)?;
        Ok((object, unknown))
    }

    #[test]
    fn unknown_fields_and_nulls_are_dropped_and_the_former_are_told() {
        let object = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"creationTimestamp": null, "nmae": "a"},
            "spec": {"replica": 1, "template": {"spec": {"containers": [{"name": "a", "imagee": {"x": [1]}}]}}}});
        let (read, unknown) = read_as("Deployment", object).unwrap();
        assert_eq!(
            unknown,
            [
                "metadata.nmae",
                "spec.replica",
                "spec.template.spec.containers[0].imagee"
            ]
        );
        assert_eq!(
            read,
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {},
                "spec": {"template": {"spec": {"containers": [{"name": "a"}]}}}})
        );
    }

    #[test]
    fn wrong_types_refuse_the_object() {
        let cases = [
            (
                "Deployment",
                json!({"spec": {"replicas": "3"}}),
                "Deployment in version \"v1\" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct \
                 field DeploymentSpec.spec.replicas of type int32",
            ),
            (
                "Pod",
                json!({"spec": {"containers": [{"image": 5}]}}),
                "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal number into Go struct field \
                 Container.spec.containers.image of type string",
            ),
            (
                "Pod",
                json!({"spec": {"containers": {}}}),
                "Pod in version \"v1\" cannot be handled as a Pod: json: cannot unmarshal object into Go struct field \
                 PodSpec.spec.containers of type []v1.Container",
            ),
            (
                "ConfigMap",
                json!({"data": {"a": true}}),
                "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal bool into Go struct \
                 field ConfigMap.data.a of type string",
            ),
            (
                "Secret",
                json!({"data": {"a": "not base64!"}}),
                "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 3",
            ),
        ];
        for (kind, object, message) in cases {
            assert_eq!(read_as(kind, object).unwrap_err(), message);
        }
        let limits = json!({"spec": {"containers": [{"resources": {"limits": {"cpu": "lots"}}}]}});
        assert!(
            read_as("Pod", limits)
                .unwrap_err()
                .contains("quantities must match")
        );
    }
}
