//! Names, labels and annotations: what Kubernetes takes, and its words for what it does not.

use serde_json::{Value, json};

use super::FieldError;
use crate::kubernetes::names::has_label_form;

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and \
                     end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is \
                     '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and \
                         must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
                         '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const SERVICE: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
                       character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for \
                       validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const QUALIFIED: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                         alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
                         '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
                           must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', \
                           regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Annotations of an object may not have more bytes than this, keys and values together.
const ANNOTATIONS: usize = 256 << 10;

/// Which names a kind's objects may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// As a host name: `a.b-c`.
    Subdomain,
    /// One part of a host name.
    Label,
    /// As `Label`, and it starts with a letter.
    Service,
    /// Anything that fits into a path: the names of access rules, as `system:node`.
    PathSegment,
}

/// What is wrong with a name, if anything.
pub(super) fn check(rule: Rule, name: &str) -> Option<String> {
    match rule {
        Rule::Subdomain => subdomain(name),
        Rule::Label => label(name),
        Rule::Service => service(name),
        Rule::PathSegment => {
            if name == "." || name == ".." {
                return Some(format!("may not be '{name}'"));
            }
            let found = ['/', '%'].into_iter().find(|letter| name.contains(*letter));
            found.map(|letter| format!("may not contain '{letter}'"))
        }
    }
}

/// What is wrong with a text as an RFC 1123 label, if anything.
pub(super) fn label(text: &str) -> Option<String> {
    if text.len() > 63 {
        return Some("must be no more than 63 bytes".to_owned());
    }
    (!has_label_form(text)).then(|| LABEL.to_owned())
}

/// What is wrong with a text as an RFC 1123 subdomain, if anything.
pub(crate) fn subdomain(text: &str) -> Option<String> {
    if text.len() > 253 {
        return Some("must be no more than 253 bytes".to_owned());
    }
    (!text.split('.').all(has_label_form)).then(|| SUBDOMAIN.to_owned())
}

/// What is wrong with a text as a DNS-1035 label, if anything.
pub(crate) fn service(text: &str) -> Option<String> {
    if text.len() > 63 {
        return Some("must be no more than 63 bytes".to_owned());
    }
    let fits = has_label_form(text) && text.starts_with(|c: char| c.is_ascii_lowercase());
    (!fits).then(|| SERVICE.to_owned())
}

/// Whether the characters are those of a label's value, with letters and digits at both ends.
fn is_word(text: &str) -> bool {
    let end = |c: char| c.is_ascii_alphanumeric();
    text.chars().all(|c| end(c) || "-_.".contains(c))
        && text.starts_with(end)
        && text.ends_with(end)
}

/// What is wrong with the key of a label or annotation, if anything.
pub(super) fn qualified(key: &str) -> Option<String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if name.contains('/') {
        return Some(format!(
            "a qualified name must consist of alphanumeric characters, '-', '_' or '.', with an optional DNS subdomain prefix \
             and '/' (e.g. 'example.com/MyName'), {key:?} has more than one '/'"
        ));
    }
    match prefix {
        Some("") => return Some("prefix part must be non-empty".to_owned()),
        Some(prefix) => {
            if let Some(why) = subdomain(prefix) {
                return Some(format!("prefix part {why}"));
            }
        }
        None => {}
    }
    if name.is_empty() {
        return Some("name part must be non-empty".to_owned());
    }
    if name.len() > 63 {
        return Some("name part must be no more than 63 bytes".to_owned());
    }
    (!is_word(name)).then(|| QUALIFIED.to_owned())
}

/// What is wrong with a label's value, if anything.
pub(super) fn label_value(text: &str) -> Option<String> {
    if text.len() > 63 {
        return Some("must be no more than 63 bytes".to_owned());
    }
    (!text.is_empty() && !is_word(text)).then(|| LABEL_VALUE.to_owned())
}

/// Checks a map of labels at `path`.
pub(super) fn labels(map: &Value, path: &str, errors: &mut Vec<FieldError>) {
    for (key, value) in map.as_object().into_iter().flatten() {
        if let Some(why) = qualified(key) {
            errors.push(FieldError::invalid(path, &json!(key), &why));
        }
        match value.as_str().map(label_value) {
            Some(Some(why)) => errors.push(FieldError::invalid(path, value, &why)),
            Some(None) => {}
            None => errors.push(FieldError::type_invalid(
                format!("{path}.{key}"),
                value,
                "must be a string",
            )),
        }
    }
}

/// Checks a map of annotations at `path`.
pub(super) fn annotations(map: &Value, path: &str, errors: &mut Vec<FieldError>) {
    let mut size = 0;
    for (key, value) in map.as_object().into_iter().flatten() {
        if let Some(why) = qualified(&key.to_lowercase()) {
            errors.push(FieldError::invalid(path, &json!(key), &why));
        }
        match value.as_str() {
            Some(text) => size += key.len() + text.len(),
            None => errors.push(FieldError::type_invalid(
                format!("{path}.{key}"),
                value,
                "must be a string",
            )),
        }
    }
    if size > ANNOTATIONS {
        errors.push(FieldError::too_long(path, ANNOTATIONS));
    }
}
