//! The data that injection templates are given: the pod, its owner, and the configuration, under the names that Go gives
//! to the fields of its structs.
//!
//! A template asks for `.Spec.Containers` where JSON has `spec.containers`, finds an empty string where a field is absent,
//! and may call `.GetTracing.GetTlsSettings` on a message that is not there. [`Record`] answers such questions from the
//! JSON and the tables of types.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value as Json;

use crate::engine::template::{Answer, Call, Map, Object, Struct, Value};

use super::mesh_config::{MeshConfig, ProxyConfig, compact_json};
use super::mesh_types::{MESH_CONFIG, PROXY_CONFIG};
use super::pod::Pod;
use super::pod_types::{OBJECT_META, POD_SPEC};
use super::types::{Field, Presence, Shape, Type, go_json, go_name, proto_json};
use crate::kubernetes::quantity;

/// The method that gives a record as JSON text, in the order of its type. No template can name it.
pub(crate) const JSON_METHOD: &str = "as JSON";

/// Who owns a pod: what telemetry calls the workload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) namespace: String,
}

/// What a template can read, apart from the pod.
pub(crate) struct Context<'a> {
    pub(crate) owner: &'a Owner,
    pub(crate) mesh: &'a MeshConfig,
    pub(crate) proxy: &'a ProxyConfig,
    /// `.MeshConfig`, made once for all pods by [`mesh_data`].
    pub(crate) mesh_data: &'a Value,
    /// `.Values`, made once for all pods.
    pub(crate) values: &'a Value,
    pub(crate) revision: &'a str,
    pub(crate) native_sidecars: bool,
    pub(crate) proxy_image: String,
    pub(crate) proxy_init_image: String,
    pub(crate) compliance_policy: &'a str,
    /// The user and group that the proxy runs as.
    pub(crate) proxy_ids: (i64, i64),
}

/// The mesh configuration as templates see it.
pub(crate) fn mesh_data(mesh: &MeshConfig) -> Value {
    record(&MESH_CONFIG, mesh.to_value(), Api::Protobuf)
}

/// The dot of an injection template.
pub(crate) fn template_data(pod: &Pod, context: Context<'_>) -> Value {
    let owner = context.owner;
    let text = |text: &str| Value::text(text);
    let type_meta = Struct::new("v1.TypeMeta")
        .field("APIVersion", text(&owner.api_version))
        .field("Kind", text(&owner.kind));
    let owner_name = Struct::new("types.NamespacedName")
        .field("Name", text(&owner.name))
        .field("Namespace", text(&owner.namespace));
    Struct::new("*inject.SidecarTemplateData")
        .field("TypeMeta", type_meta)
        .field("DeploymentMeta", owner_name)
        .field(
            "ObjectMeta",
            record(&OBJECT_META, pod.metadata().clone(), Api::Kubernetes),
        )
        .field(
            "Spec",
            record(&POD_SPEC, pod.spec().clone(), Api::Kubernetes),
        )
        .field(
            "ProxyConfig",
            record(&PROXY_CONFIG, context.proxy.to_value(), Api::Protobuf),
        )
        .field("MeshConfig", context.mesh_data.clone())
        .field("Values", context.values.clone())
        .field("Revision", text(context.revision))
        .field("NativeSidecars", context.native_sidecars)
        .field("ProxyImage", context.proxy_image)
        .field("ProxyInitImage", context.proxy_init_image)
        .field("ProxyUID", Value::int64(context.proxy_ids.0))
        .field("ProxyGID", Value::int64(context.proxy_ids.1))
        .field(
            "InboundTrafficPolicyMode",
            text(context.mesh.inbound_policy()),
        )
        .field("CompliancePolicy", text(context.compliance_policy))
        .into()
}

/// Which kind of Go struct a record stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Api {
    /// Fields only; absent ones are zero.
    Kubernetes,
    /// Fields, and a getter for each that works on an absent message as well.
    Protobuf,
}

/// A struct, or a pointer to one, backed by JSON. Fields are converted when they are asked for, once.
struct Record {
    kind: &'static Type,
    /// `None` is a nil pointer.
    value: Option<Json>,
    api: Api,
    known: RefCell<BTreeMap<String, Value>>,
}

/// Stands for every type that is not in a table: any field that the JSON has, by Go's name.
static UNTYPED: Type = Type {
    name: "struct",
    fields: &[],
};

fn record(kind: &'static Type, value: Json, api: Api) -> Value {
    Value::object(Record {
        kind,
        value: Some(value),
        api,
        known: RefCell::default(),
    })
}

fn nil(kind: &'static Type, api: Api) -> Value {
    Value::object(Record {
        kind,
        value: None,
        api,
        known: RefCell::default(),
    })
}

impl Record {
    fn find(&self, name: &str) -> Option<Value> {
        if let Some(known) = self.known.borrow().get(name) {
            return Some(known.clone());
        }
        let declared = self.kind.field_of_go(name);
        let found = if let Some(field) = declared {
            let json = self.value.as_ref().and_then(|value| value.get(field.name));
            of_field(field, json.filter(|json| !json.is_null()), self.api)
        } else {
            let mut entries = self.value.as_ref()?.as_object()?.iter();
            match entries.find(|(json, _)| go_name(json) == name) {
                Some((_, json)) => of_json(json, &Shape::Any, self.api),
                None if self.kind.fields.is_empty() => Value::Nil,
                None => return None,
            }
        };
        self.known
            .borrow_mut()
            .insert(name.to_owned(), found.clone());
        Some(found)
    }

    fn json(&self) -> String {
        let Some(value) = &self.value else {
            return "{}".to_owned();
        };
        match self.api {
            Api::Kubernetes => go_json(value, &Shape::Object(self.kind)),
            Api::Protobuf if std::ptr::eq(self.kind, &raw const PROXY_CONFIG) => {
                compact_json(value)
            }
            Api::Protobuf => proto_json(value, self.kind),
        }
    }
}

impl Object for Record {
    fn type_name(&self) -> &str {
        self.kind.name
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.value.as_ref()?;
        self.find(name)
    }

    fn method(&self, name: &str, _call: &Call<'_>) -> Option<Answer> {
        if name == JSON_METHOD {
            return Some(Ok(self.json().into()));
        }
        let getter = name
            .strip_prefix("Get")
            .filter(|_| self.api == Api::Protobuf)?;
        self.find(getter).map(Ok)
    }

    fn is_nil(&self) -> bool {
        self.value.is_none()
    }

    fn data(&self) -> Value {
        self.value.as_ref().map_or(Value::Nil, Value::from)
    }
}

fn of_field(field: &Field, json: Option<&Json>, api: Api) -> Value {
    match (json, field.shape) {
        (_, Shape::Enum(names)) => {
            let zero = names.first().copied().unwrap_or_default();
            Value::object(Enum(json.and_then(Json::as_str).unwrap_or(zero).into()))
        }
        (_, Shape::Wrapped(inner)) => Value::object(Wrapper {
            value: json.map(|json| of_json(json, inner, api)),
            zero: of_zero(inner),
        }),
        (Some(json), shape) => of_json(json, &shape, api),
        (None, Shape::Object(kind)) if field.presence == Presence::Pointer => nil(kind, api),
        (None, Shape::Object(kind)) => record(kind, Json::Object(serde_json::Map::new()), api),
        (None, Shape::Map(Shape::Text)) => Value::Map(Map::of_strings()),
        (None, _) if field.presence == Presence::Pointer => Value::Nil,
        (None, shape) => of_zero(&shape),
    }
}

fn of_zero(shape: &Shape) -> Value {
    match shape {
        Shape::Text | Shape::Quantity => Value::text(""),
        Shape::Integer | Shape::Port => Value::int64(0),
        Shape::Number => Value::Float(0.0),
        Shape::Bool => Value::Bool(false),
        Shape::List(_) => Value::list(Vec::new()),
        _ => Value::Nil,
    }
}

fn of_json(json: &Json, shape: &Shape, api: Api) -> Value {
    match (shape, json) {
        (Shape::Object(kind), Json::Object(_)) => record(kind, json.clone(), api),
        (Shape::List(item), Json::Array(items)) => {
            Value::list(items.iter().map(|json| of_json(json, item, api)).collect())
        }
        (Shape::Map(item), Json::Object(entries)) => {
            let map = match item {
                Shape::Text => Map::of_strings(),
                _ => Map::new(),
            };
            for (name, json) in entries {
                map.set(name.as_str(), of_json(json, item, api));
            }
            Value::Map(map)
        }
        (Shape::Quantity, json) => quantity::canonical(json).map_or(Value::Nil, Value::from),
        (Shape::Any, Json::Object(_)) if api == Api::Kubernetes => {
            record(&UNTYPED, json.clone(), api)
        }
        (Shape::Any, Json::Array(items)) if api == Api::Kubernetes => Value::list(
            items
                .iter()
                .map(|json| of_json(json, &Shape::Any, api))
                .collect(),
        ),
        (_, json) => Value::from(json),
    }
}

/// A protobuf enum: prints as its name, which `.String` gives as well.
struct Enum(Rc<str>);

impl Object for Enum {
    fn type_name(&self) -> &'static str {
        "enum"
    }

    fn field(&self, _name: &str) -> Option<Value> {
        None
    }

    fn method(&self, name: &str, _call: &Call<'_>) -> Option<Answer> {
        (name == "String").then(|| Ok(self.data()))
    }

    fn data(&self) -> Value {
        Value::Str(Rc::clone(&self.0))
    }
}

/// A protobuf wrapper (`BoolValue`): `.GetValue` is zero where it is not set.
struct Wrapper {
    value: Option<Value>,
    zero: Value,
}

impl Object for Wrapper {
    fn type_name(&self) -> &'static str {
        "*wrapperspb.Value"
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.value.clone().filter(|_| name == "Value")
    }

    fn method(&self, name: &str, _call: &Call<'_>) -> Option<Answer> {
        let value = || self.value.as_ref().unwrap_or(&self.zero).clone();
        (name == "GetValue").then(|| Ok(value()))
    }

    fn is_nil(&self) -> bool {
        self.value.is_none()
    }

    fn data(&self) -> Value {
        self.value.clone().unwrap_or_default()
    }
}
