//! Whether a value has the type that its field has, and messages that say where it does not.

use std::fmt;

use crate::kubernetes::quantity;
use crate::yaml::Value;

use super::duration;
use super::types::{Shape, Type};

/// Who reads a value: protobuf takes whole numbers in quotes, and the numbers of words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Kubernetes,
    Protobuf,
}

/// Checks that what is there of an object of Kubernetes has the types that its fields have. What the type does not name is
/// not looked at, and null is nothing. The message names the field.
pub(crate) fn check(value: &Value, kind: &'static Type, place: &Place<'_>) -> Result<(), String> {
    check_shape(value, &Shape::Object(kind), place, Reader::Kubernetes)
}

/// As [`check`], for a message of protobuf.
pub(crate) fn check_message(
    value: &Value,
    kind: &'static Type,
    place: &Place<'_>,
) -> Result<(), String> {
    check_shape(value, &Shape::Object(kind), place, Reader::Protobuf)
}

fn check_shape(
    value: &Value,
    shape: &Shape,
    place: &Place<'_>,
    reader: Reader,
) -> Result<(), String> {
    if matches!(shape, Shape::Any) || value.is_null() {
        return Ok(());
    }
    let wanted = match (shape, value) {
        (Shape::Wrapped(inner), _) => return check_shape(value, inner, place, reader),
        (Shape::Object(kind), Value::Object(map)) => {
            return map.iter().try_for_each(|(name, value)| {
                kind.field(name).map_or(Ok(()), |field| {
                    check_shape(value, &field.shape, &place.field(name), reader)
                })
            });
        }
        (Shape::List(item), Value::Array(items)) => {
            return items.iter().enumerate().try_for_each(|(index, value)| {
                check_shape(value, item, &place.index(index), reader)
            });
        }
        (Shape::Map(item), Value::Object(map)) => {
            return map.iter().try_for_each(|(name, value)| {
                check_shape(value, item, &place.field(name), reader)
            });
        }
        (Shape::Duration, Value::String(text)) if duration::canonical(text).is_some() => {
            return Ok(());
        }
        (Shape::Enum(names), Value::Number(number))
            if (0..names.len()).any(|known| number.as_u64() == Some(known as u64)) =>
        {
            return Ok(());
        }
        (Shape::Enum(names), Value::String(text)) if names.contains(&text.as_str()) => {
            return Ok(());
        }
        (Shape::Enum(names), _) => {
            let names = names.join(", ");
            return Err(format!(
                "{place} must be one of {names}, not {}",
                shown(value)
            ));
        }
        (Shape::Integer, Value::String(text))
            if reader == Reader::Protobuf && text.parse::<i64>().is_ok() =>
        {
            return Ok(());
        }
        (Shape::Port, Value::Number(number)) if number.is_f64() => "a port's number or name",
        (Shape::Quantity, Value::String(text)) if !quantity::is_valid(text) => {
            "a quantity like 100m or 1Gi"
        }
        (Shape::Integer, Value::Number(number)) if !number.is_f64() => return Ok(()),
        (Shape::Text, Value::String(_))
        | (Shape::Bool, Value::Bool(_))
        | (Shape::Number, Value::Number(_))
        | (Shape::Port | Shape::Quantity, Value::String(_) | Value::Number(_)) => return Ok(()),
        (Shape::Text, Value::Bool(_) | Value::Number(_)) => {
            let found = describe(value);
            return Err(format!(
                "{place} must be a string, not {found}; write \"{value}\" in quotes"
            ));
        }
        (Shape::Duration, _) => "a duration like `5s` or `1m30s`",
        (Shape::Text, _) => "a string",
        (Shape::Bool, _) => "true or false",
        (Shape::Integer, _) => "a whole number",
        (Shape::Number, _) => "a number",
        (Shape::Port, _) => "a port's number or name",
        (Shape::Quantity, _) => "a quantity like 100m or 1Gi",
        (Shape::Any | Shape::Object(_) | Shape::Map(_), _) => "an object",
        (Shape::List(_), _) => "a list",
    };
    Err(format!("{place} must be {wanted}, not {}", shown(value)))
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => describe(other).to_owned(),
    }
}

/// "a string", "a number" …: a value's type in a message.
pub(crate) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Where a check is: a chain through the callers' frames, only written out (`spec.containers[0].name`) when there is
/// something to say.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    above: Option<&'a Self>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

impl<'a> Place<'a> {
    /// The start of a path; may be empty or a path itself.
    pub(crate) fn root(name: &'a str) -> Self {
        Self {
            above: None,
            step: Step::Field(name),
        }
    }

    pub(crate) fn field(&'a self, name: &'a str) -> Self {
        Self {
            above: Some(self),
            step: Step::Field(name),
        }
    }

    pub(crate) fn index(&'a self, index: usize) -> Self {
        Self {
            above: Some(self),
            step: Step::Index(index),
        }
    }

    fn is_empty(&self) -> bool {
        self.above.is_none() && matches!(self.step, Step::Field(""))
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let above = self.above.filter(|above| !above.is_empty());
        if let Some(above) = above {
            write!(formatter, "{above}")?;
        }
        match self.step {
            Step::Index(index) => write!(formatter, "[{index}]"),
            Step::Field(name) if above.is_some() => write!(formatter, ".{name}"),
            Step::Field(name) => formatter.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_written_as_a_path() {
        let root = Place::root("");
        let spec = root.field("spec");
        let list = spec.field("containers");
        assert_eq!(
            list.index(0).field("name").to_string(),
            "spec.containers[0].name"
        );
        assert_eq!(Place::root("a.b").field("c").to_string(), "a.b.c");
    }

    #[test]
    fn type_errors_say_where_and_what_to_write() {
        let container = serde_json::json!({"name": "a", "env": [{"name": "A", "value": 1}]});
        let place = Place::root("spec.containers[0]");
        let error = check(&container, &super::super::pod_types::CONTAINER, &place);
        assert_eq!(
            error.expect_err("a number"),
            "spec.containers[0].env[0].value must be a string, not a number; write \"1\" in quotes"
        );
    }
}
