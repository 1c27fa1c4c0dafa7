//! What Kubernetes checks in built-in kinds, in its own words. A file per family.
//!
//! What commonly goes wrong is checked, not everything that Kubernetes checks: names and references within an object, ranges,
//! choices, and what may not change. Types are right already: see `typed`.

mod network;
mod other;
mod pods;
mod workloads;

pub(crate) use pods::quantity;
use serde_json::Value;

use super::{FieldError, Object, ResourceInfo, names};

/// What is wrong with an object of a built-in kind; `old` is what it was, if it was.
pub(super) fn validate(
    info: &ResourceInfo,
    object: &Object,
    old: Option<&Object>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !info.builtin {
        return errors;
    }
    match (info.group.as_str(), info.kind.as_str()) {
        ("", "Pod") => pods::pod(object, old, &mut errors),
        ("", "ReplicationController") | ("apps" | "batch" | "autoscaling" | "policy", _) => {
            workloads::validate(&info.kind, object, old, &mut errors);
        }
        ("", "Service") | ("networking.k8s.io" | "discovery.k8s.io", _) => {
            network::validate(&info.kind, object, old, &mut errors);
        }
        _ => other::validate(&info.kind, object, old, &mut errors),
    }
    errors
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The elements of a list with their paths.
fn each<'a>(value: &'a Value, path: &str) -> impl Iterator<Item = (String, &'a Value)> {
    items(value)
        .iter()
        .enumerate()
        .map(move |(index, item)| (format!("{path}[{index}]"), item))
}

/// A text that must be there. Whether it is.
fn required(value: &Value, path: &str, detail: &str, errors: &mut Vec<FieldError>) -> bool {
    let there = !text(value).is_empty();
    if !there {
        errors.push(FieldError::required(path, detail));
    }
    there
}

/// A text, if it is there, that must be one of a few.
fn choice(value: &Value, path: &str, supported: &[&str], errors: &mut Vec<FieldError>) {
    if !text(value).is_empty() && !supported.contains(&text(value)) {
        errors.push(FieldError::not_supported(path, value, supported));
    }
}

/// A number, if it is there, that must not be negative.
fn not_negative(value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    if value.as_i64().is_some_and(|number| number < 0) {
        errors.push(FieldError::invalid(
            path,
            value,
            "must be greater than or equal to 0",
        ));
    }
}

/// A number that must be a port.
fn port(value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    let number = value.as_i64().unwrap_or_default();
    if !(1..=65_535).contains(&number) {
        errors.push(FieldError::invalid(
            path,
            &Value::from(number),
            "must be between 1 and 65535, inclusive",
        ));
    }
}

/// A number of pods, or a share of them in percent.
fn number_or_percent(value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    match value {
        Value::String(share) => {
            let digits = share.strip_suffix('%').unwrap_or_default();
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                let detail = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', \
                              regex used for validation is '[0-9]+%')";
                errors.push(FieldError::invalid(path, value, detail));
            }
        }
        other => not_negative(other, path, errors),
    }
}

/// The name of a port of a container or Service's target: an IANA service name.
fn port_name(value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    let name = text(value);
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let mut wrong = |detail: &str| errors.push(FieldError::invalid(path, value, detail));
    if name.len() > 15 {
        wrong("must be no more than 15 characters");
    }
    if name.is_empty() || !name.chars().all(inner) {
        wrong("must contain only alphanumeric characters (a-z, 0-9), and hyphens (-)");
    } else if !name.contains(|c: char| c.is_ascii_lowercase()) {
        wrong("must contain at least one letter (a-z)");
    }
    if name.contains("--") {
        wrong("must not contain consecutive hyphens");
    }
    if name.starts_with('-') || name.ends_with('-') {
        wrong("must not begin or end with a hyphen");
    }
}

/// A `LabelSelector`.
fn selector(value: &Value, path: &str, errors: &mut Vec<FieldError>) {
    names::labels(
        &value["matchLabels"],
        &format!("{path}.matchLabels"),
        errors,
    );
    for (path, one) in each(
        &value["matchExpressions"],
        &format!("{path}.matchExpressions"),
    ) {
        if let Some(why) = names::qualified(text(&one["key"])) {
            errors.push(FieldError::invalid(
                format!("{path}.key"),
                &one["key"],
                &why,
            ));
        }
        let values = items(&one["values"]).len();
        let at = format!("{path}.values");
        match text(&one["operator"]) {
            "In" | "NotIn" if values == 0 => {
                errors.push(FieldError::required(
                    at,
                    "must be specified when `operator` is 'In' or 'NotIn'",
                ));
            }
            "Exists" | "DoesNotExist" if values > 0 => {
                errors.push(FieldError::forbidden(
                    at,
                    "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
                ));
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            _ => {
                let what = "not a valid selector operator";
                errors.push(FieldError::invalid(
                    format!("{path}.operator"),
                    &one["operator"],
                    what,
                ));
            }
        }
    }
}

/// Whether a field differs from what it was.
fn changed(object: &Object, old: Option<&Object>, path: &[&str]) -> bool {
    let at = |object: &Object| {
        path.iter()
            .fold(object.clone(), |value, field| value[*field].clone())
    };
    old.is_some_and(|old| at(old) != at(object))
}

#[cfg(test)]
mod tests;
