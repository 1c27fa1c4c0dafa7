//! Go's names for the types and kinds of values.

use std::borrow::Cow;

use super::value::{IntKind, Value};

impl IntKind {
    /// Go's name of the type.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Int32 => "int32",
            Self::Uint8 => "uint8",
            Self::Uint32 => "uint32",
        }
    }
}

/// The type as `typeOf` and `%T` give it; `<nil>` for nil.
pub(crate) fn type_name(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Nil => "<nil>".into(),
        Value::Bool(_) => "bool".into(),
        Value::Int(_, kind) => kind.name().into(),
        Value::Float(_) => "float64".into(),
        Value::Str(_) => "string".into(),
        Value::Bytes(_) => "[]uint8".into(),
        Value::List(_) => "[]interface {}".into(),
        Value::Map(map) if map.holds_strings() => "map[string]string".into(),
        Value::Map(_) => "map[string]interface {}".into(),
        Value::Object(object) => object.type_name().to_owned().into(),
    }
}

/// The kind as `kindOf` gives it; `invalid` for nil.
pub(super) fn kind_name(value: &Value) -> &'static str {
    match value {
        Value::Nil => "invalid",
        Value::Bool(_) => "bool",
        Value::Int(_, kind) => kind.name(),
        Value::Float(_) => "float64",
        Value::Str(_) => "string",
        Value::Bytes(_) | Value::List(_) => "slice",
        Value::Map(_) => "map",
        Value::Object(object) if object.type_name().starts_with('*') => "ptr",
        Value::Object(_) => "struct",
    }
}
