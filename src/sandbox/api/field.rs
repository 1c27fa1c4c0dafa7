//! One wrong field: its path, what sort of error, and Kubernetes' words for it (as `field.Error` of apimachinery).

use std::fmt;

use serde_json::Value;

use super::status::Cause;

/// What is wrong with one field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldError {
    /// The word for programs, as `FieldValueRequired`.
    pub(crate) reason: &'static str,
    /// The path, as `spec.containers[0].name`.
    pub(crate) field: String,
    /// What is wrong, without the path: `Required value: must have a name`.
    pub(crate) message: String,
}

impl FieldError {
    fn new(reason: &'static str, field: impl Into<String>, what: String, detail: &str) -> Self {
        let message = if detail.is_empty() {
            what
        } else {
            format!("{what}: {detail}")
        };
        Self {
            reason,
            field: field.into(),
            message,
        }
    }

    /// A field is missing; `detail` may be empty.
    pub(crate) fn required(field: impl Into<String>, detail: &str) -> Self {
        Self::new(
            "FieldValueRequired",
            field,
            "Required value".to_owned(),
            detail,
        )
    }

    /// A field has a value that it must not have.
    pub(crate) fn invalid(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        let what = format!("Invalid value: {}", written(value));
        Self::new("FieldValueInvalid", field, what, detail)
    }

    /// A field has a value of the wrong type; `detail` says which it should have.
    pub(crate) fn type_invalid(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        let what = format!("Invalid value: {}", written(value));
        Self::new("FieldValueTypeInvalid", field, what, detail)
    }

    /// A field has none of the values that there are.
    pub(crate) fn not_supported(
        field: impl Into<String>,
        value: &Value,
        supported: &[&str],
    ) -> Self {
        let what = format!("Unsupported value: {}", written(value));
        let mut detail = String::new();
        if !supported.is_empty() {
            let quoted: Vec<String> = supported.iter().map(|one| format!("{one:?}")).collect();
            detail = format!("supported values: {}", quoted.join(", "));
        }
        Self::new("FieldValueNotSupported", field, what, &detail)
    }

    /// The same value stands twice where it may stand once.
    pub(crate) fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        let what = format!("Duplicate value: {}", written(value));
        Self::new("FieldValueDuplicate", field, what, "")
    }

    /// Something that the field names is not there.
    pub(crate) fn not_found(field: impl Into<String>, value: &Value) -> Self {
        let what = format!("Not found: {}", written(value));
        Self::new("FieldValueNotFound", field, what, "")
    }

    /// The field may not be set, or not be changed, here.
    pub(crate) fn forbidden(field: impl Into<String>, detail: &str) -> Self {
        Self::new("FieldValueForbidden", field, "Forbidden".to_owned(), detail)
    }

    /// A text with more than `most` bytes.
    pub(crate) fn too_long(field: impl Into<String>, most: usize) -> Self {
        let bytes = if most == 1 { "byte" } else { "bytes" };
        let detail = format!("may not be more than {most} {bytes}");
        Self::new("FieldValueTooLong", field, "Too long".to_owned(), &detail)
    }

    /// A list or map with more than `most` entries.
    pub(crate) fn too_many(field: impl Into<String>, actual: usize, most: usize) -> Self {
        let what = format!("Too many: {actual}");
        let items = if most == 1 { "item" } else { "items" };
        let detail = format!("must have at most {most} {items}");
        Self::new("FieldValueTooMany", field, what, &detail)
    }

    /// The field was changed although it must stay as it was created.
    pub(crate) fn immutable(field: impl Into<String>, value: &Value) -> Self {
        Self::invalid(field, value, "field is immutable")
    }

    /// As it stands in a `Status`.
    pub(crate) fn cause(&self) -> Cause {
        Cause {
            reason: self.reason.to_owned(),
            message: self.message.clone(),
            field: self.field.clone(),
        }
    }
}

/// A value as Kubernetes' messages show it: JSON, but for a number that has a fraction, or had one.
fn written(value: &Value) -> String {
    match value {
        Value::Number(number) if number.is_f64() => go_float(number.as_f64().unwrap_or_default()),
        other => as_go(other.clone()).to_string(),
    }
}

/// In JSON, Go writes numbers without a fraction as whole ones.
fn as_go(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e18 => {
                Value::from(float as i64)
            }
            _ => Value::Number(number),
        },
        Value::Array(items) => items.into_iter().map(as_go).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            fields.map(|(name, value)| (name, as_go(value))).collect()
        }
        other => other,
    }
}

/// A number as Go's `%v` writes it: `1.5`, `100`, `1e+06`.
pub(crate) fn go_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

impl fmt::Display for FieldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            formatter.write_str(&self.message)
        } else {
            write!(formatter, "{}: {}", self.field, self.message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        for (number, text) in [
            (100.0, "100"),
            (1.5, "1.5"),
            (1e6, "1e+06"),
            (4_294_967_295.0, "4.294967295e+09"),
            (1e-5, "1e-05"),
        ] {
            assert_eq!(go_float(number), text);
        }
        let value = serde_json::json!({"a": [5.0, 1.5, "x"]});
        assert_eq!(written(&value), r#"{"a":[5,1.5,"x"]}"#);
    }
}
