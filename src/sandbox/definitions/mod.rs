//! What a CustomResourceDefinition says of its objects, and objects held against it: pruning, defaults, validation, as
//! apiextensions-apiserver of Kubernetes 1.34 does them. Pure: a definition and an object in, the object and errors out.
//! Which definitions there are, and when this happens, is for `api`.

mod cel;
pub(crate) mod check;
pub(crate) mod conditions;
mod embedded;
mod formats;
mod lists;
mod path;
mod pointers;
mod prune;
mod rules;
mod schema;
mod times;
mod validate;

use serde_json::Value;

pub(crate) use schema::Schema;

use super::api::field::FieldError;

/// One version of a definition, ready to check objects.
#[derive(Debug)]
pub(crate) struct Version {
    schema: Schema,
}

/// Which part of an object is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Main,
    Status,
}

impl Version {
    /// Reads an element of a definition's `spec.versions`.
    pub(crate) fn read(version: &Value) -> Self {
        Self {
            schema: Schema::read(&version["schema"]["openAPIV3Schema"]),
        }
    }

    /// Fills in defaults and drops unknown fields and nulls that may not be. Gives the paths of unknown fields.
    pub(crate) fn read_object(&self, object: &mut Value) -> Vec<String> {
        prune::fill_in(object, &self.schema);
        let unknown = prune::prune(object, &self.schema);
        prune::drop_nulls(object, Some(&self.schema));
        unknown
    }

    /// What is wrong with an object, and what is but was so before; `old` is what it was.
    pub(crate) fn validate(
        &self,
        object: &Value,
        old: Option<&Value>,
        part: Part,
    ) -> (Vec<FieldError>, Vec<String>) {
        let mut errors = match part {
            Part::Main => validate::validate(object, old, &self.schema, ""),
            Part::Status => self.validate_status(object, old),
        };
        errors.extend(embedded::validate(object, &self.schema, &path::Path::ROOT));
        let before = old.map(|old| lists::validate(old, &self.schema));
        if before.is_none_or(|errors| errors.is_empty()) {
            errors.extend(lists::validate(object, &self.schema));
        }
        if !self.schema.has_rules {
            return (errors, Vec::new());
        }
        if errors.iter().any(hides_rules) {
            let told = "some validation rules were not checked because the object was invalid; correct the existing errors to \
                        complete validation";
            errors.push(FieldError::invalid("<nil>", &Value::Null, told));
            return (errors, Vec::new());
        }
        let verdict = rules::validate(object, old, &self.schema, &path::Path::ROOT);
        errors.extend(verdict.errors);
        (errors, verdict.warnings)
    }

    fn validate_status(&self, object: &Value, old: Option<&Value>) -> Vec<FieldError> {
        let (Some(status), Some(schema)) = (object.get("status"), self.schema.field("status"))
        else {
            return Vec::new();
        };
        let old = old.and_then(|old| old.get("status"));
        validate::validate(status, old, schema, "status")
    }
}

/// Whether rules could not rely on the object's form.
fn hides_rules(error: &FieldError) -> bool {
    matches!(
        error.reason,
        "FieldValueNotSupported"
            | "FieldValueRequired"
            | "FieldValueTooLong"
            | "FieldValueTooMany"
            | "FieldValueTypeInvalid"
    )
}

#[cfg(test)]
mod tests;
