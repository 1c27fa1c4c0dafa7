//! The parts of a definition that have rules of their own: scale, columns, selectable fields, conversion.

use serde_json::Value;

use super::super::schema::Schema;
use super::{choice, items, required, says, text};
use crate::sandbox::api::field::FieldError;

pub(super) fn scale(scale: &Value, at: &str, errors: &mut Vec<FieldError>) {
    if !scale.is_object() {
        return;
    }
    let replicas = [
        (
            "specReplicasPath",
            ".spec.",
            "should be a json path under .spec",
        ),
        (
            "statusReplicasPath",
            ".status.",
            "should be a json path under .status",
        ),
    ];
    for (field, prefix, detail) in replicas {
        let (path, at) = (&scale[field], format!("{at}.scale.{field}"));
        if !required(path, &at, errors) {
            continue;
        }
        if !text(path).starts_with('.') {
            errors.push(FieldError::invalid(
                at,
                path,
                "must be a simple json path starting with .",
            ));
        } else if !text(path).starts_with(prefix) {
            errors.push(FieldError::invalid(at, path, detail));
        }
    }
    let path = &scale["labelSelectorPath"];
    let at = format!("{at}.scale.labelSelectorPath");
    if !says(path) {
        return;
    }
    if !text(path).starts_with('.') {
        errors.push(FieldError::invalid(
            at,
            path,
            "must be a simple json path starting with .",
        ));
    } else if !text(path).starts_with(".spec.") && !text(path).starts_with(".status.") {
        let detail = "should be a json path under either .spec or .status";
        errors.push(FieldError::invalid(at, path, detail));
    }
}

pub(super) fn columns(columns: &Value, at: &str, errors: &mut Vec<FieldError>) {
    const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
    const FORMATS: [&str; 8] = [
        "byte",
        "date",
        "date-time",
        "double",
        "float",
        "int32",
        "int64",
        "password",
    ];
    for (index, column) in items(columns).iter().enumerate() {
        let at = format!("{at}[{index}]");
        required(&column["name"], &format!("{at}.name"), errors);
        let of_types = format!("must be one of {}", TYPES.join(","));
        let kind = &column["type"];
        if text(kind).is_empty() {
            errors.push(FieldError::required(format!("{at}.type"), &of_types));
        } else if !TYPES.contains(&text(kind)) {
            errors.push(FieldError::invalid(format!("{at}.type"), kind, &of_types));
        }
        let format = &column["format"];
        if says(format) && !FORMATS.contains(&text(format)) {
            let detail = format!("must be one of {}", FORMATS.join(","));
            errors.push(FieldError::invalid(format!("{at}.format"), format, &detail));
        }
        let path = &column["jsonPath"];
        if required(path, &format!("{at}.JSONPath"), errors) && !text(path).starts_with('.') {
            let detail = "must be a simple json path starting with .";
            errors.push(FieldError::invalid(format!("{at}.JSONPath"), path, detail));
        }
    }
}

/// How many fields may be selected by.
const SELECTABLE: usize = 8;

pub(super) fn selectable(version: &Value, at: &str, errors: &mut Vec<FieldError>) {
    let fields = items(&version["selectableFields"]);
    if fields.is_empty() {
        return;
    }
    let schema = Schema::read(&version["schema"]["openAPIV3Schema"]);
    let mut seen: Vec<String> = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let (path, at) = (&field["jsonPath"], format!("{at}[{index}].jsonPath"));
        if !required(path, &at, errors) {
            continue;
        }
        let found = match schema.follow(text(path), false) {
            Ok(found) => found,
            Err(why) => {
                errors.push(FieldError::invalid(
                    at,
                    path,
                    &format!("is an invalid path: {why}"),
                ));
                continue;
            }
        };
        if found.path.split('.').next() == Some("metadata") {
            errors.push(FieldError::invalid(
                &*at,
                path,
                "must not point to fields in metadata",
            ));
        }
        if !matches!(found.schema.kind_name(), "string" | "boolean" | "integer") {
            let detail = "must point to a field of type string, boolean or integer. Enum string fields and strings with formats \
                          are allowed.";
            errors.push(FieldError::invalid(&*at, path, detail));
        }
        if seen.contains(&found.path) {
            errors.push(FieldError::duplicate(at, path));
        } else {
            seen.push(found.path);
        }
    }
    if seen.len() > SELECTABLE {
        errors.push(FieldError::too_many(at, seen.len(), SELECTABLE));
    }
}

pub(super) fn conversion(conversion: &Value, errors: &mut Vec<FieldError>) {
    if !conversion.is_object() {
        return;
    }
    let at = "spec.conversion";
    choice(
        &conversion["strategy"],
        &format!("{at}.strategy"),
        &["None", "Webhook"],
        errors,
    );
    let webhook = &conversion["webhook"];
    let config = &webhook["clientConfig"];
    let reviews = items(&webhook["conversionReviewVersions"]);
    if conversion["strategy"] == "Webhook" {
        let field = format!("{at}.webhookClientConfig");
        if !config.is_object() {
            errors.push(FieldError::required(
                field,
                "required when strategy is set to Webhook",
            ));
        } else if config["url"].is_string() == config["service"].is_object() {
            errors.push(FieldError::required(
                field,
                "exactly one of url or service is required",
            ));
        }
        let field = format!("{at}.conversionReviewVersions");
        if reviews.is_empty() {
            errors.push(FieldError::required(field, ""));
        } else if !reviews
            .iter()
            .any(|version| version == "v1" || version == "v1beta1")
        {
            let detail = "must include at least one of v1, v1beta1";
            errors.push(FieldError::invalid(
                field,
                &webhook["conversionReviewVersions"],
                detail,
            ));
        }
    } else {
        let detail = "should not be set when strategy is not set to Webhook";
        if config.is_object() {
            errors.push(FieldError::forbidden(
                format!("{at}.webhookClientConfig"),
                detail,
            ));
        }
        if !reviews.is_empty() {
            errors.push(FieldError::forbidden(
                format!("{at}.conversionReviewVersions"),
                detail,
            ));
        }
    }
}
