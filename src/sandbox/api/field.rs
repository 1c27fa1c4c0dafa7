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
        let what = format!("Invalid value: {value}");
        Self::new("FieldValueInvalid", field, what, detail)
    }

    /// A field has a value of the wrong type; `detail` says which it should have.
    pub(crate) fn type_invalid(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        let what = format!("Invalid value: {value}");
        Self::new("FieldValueTypeInvalid", field, what, detail)
    }

    /// A field has none of the values that there are.
    pub(crate) fn not_supported(
        field: impl Into<String>,
        value: &Value,
        supported: &[&str],
    ) -> Self {
        let what = format!("Unsupported value: {value}");
        let mut detail = String::new();
        if !supported.is_empty() {
            let quoted: Vec<String> = supported.iter().map(|one| format!("{one:?}")).collect();
            detail = format!("supported values: {}", quoted.join(", "));
        }
        Self::new("FieldValueNotSupported", field, what, &detail)
    }

    /// The same value stands twice where it may stand once.
    pub(crate) fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        let what = format!("Duplicate value: {value}");
        Self::new("FieldValueDuplicate", field, what, "")
    }

    /// Something that the field names is not there.
    pub(crate) fn not_found(field: impl Into<String>, value: &Value) -> Self {
        let what = format!("Not found: {value}");
        Self::new("FieldValueNotFound", field, what, "")
    }

    /// The field may not be set, or not be changed, here.
    pub(crate) fn forbidden(field: impl Into<String>, detail: &str) -> Self {
        Self::new("FieldValueForbidden", field, "Forbidden".to_owned(), detail)
    }

    /// A text with more than `most` bytes.
    pub(crate) fn too_long(field: impl Into<String>, most: usize) -> Self {
        let detail = format!("may not be more than {most} bytes");
        Self::new("FieldValueTooLong", field, "Too long".to_owned(), &detail)
    }

    /// A list or map with more than `most` entries.
    pub(crate) fn too_many(field: impl Into<String>, actual: usize, most: usize) -> Self {
        let what = format!("Too many: {actual}");
        let detail = format!("must have at most {most} items");
        Self::new("FieldValueTooMany", field, what, &detail)
    }

    /// The field was changed although it must stay as it was created.
    pub(crate) fn immutable(field: impl Into<String>, value: &Value) -> Self {
        Self::invalid(field, value, "field is immutable")
    }

    pub(crate) fn cause(&self) -> Cause {
        Cause {
            reason: self.reason.to_owned(),
            message: self.message.clone(),
            field: self.field.clone(),
        }
    }
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
