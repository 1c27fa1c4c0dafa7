//! The JSONPath of a definition's printer columns: fields, quoted fields, indexes, wildcards and filters by equality, as in
//! `.status.conditions[?(@.type=="Ready")].status`. The full language, as `kubectl -o jsonpath` has it, is kubectl's own work.

use serde_json::Value;

/// The first value that a path leads to; `None` where it leads nowhere, or is not understood.
pub(super) fn first<'a>(root: &'a Value, path: &str) -> Option<&'a Value> {
    let mut found = vec![root];
    let mut rest = path.trim();
    while !rest.is_empty() {
        let (step, after) = next(rest)?;
        found = found
            .into_iter()
            .flat_map(|value| step.take(value))
            .collect();
        rest = after;
    }
    found.first().copied()
}

enum Step<'a> {
    Field(String),
    Index(i64),
    All,
    /// A path within an element, and the text that it must have.
    Filter(&'a str, &'a str),
}

impl Step<'_> {
    fn take<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match self {
            Self::Field(name) => value.get(name).into_iter().collect(),
            Self::Index(at) => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                let place = if *at < 0 {
                    items
                        .len()
                        .checked_sub(at.unsigned_abs().try_into().unwrap_or(usize::MAX))
                } else {
                    usize::try_from(*at).ok()
                };
                place
                    .and_then(|place| items.get(place))
                    .into_iter()
                    .collect()
            }
            Self::All => match value {
                Value::Array(items) => items.iter().collect(),
                Value::Object(fields) => fields.values().collect(),
                _ => Vec::new(),
            },
            Self::Filter(path, wanted) => {
                let items = value.as_array().map_or(&[][..], Vec::as_slice);
                let fits = |item: &&Value| match first(item, path) {
                    Some(Value::String(text)) => text == wanted,
                    Some(other) => {
                        let text = other.to_string();
                        text == *wanted
                    }
                    None => false,
                };
                items.iter().filter(fits).collect()
            }
        }
    }
}

/// The first step of a path, and the path after it.
fn next(path: &str) -> Option<(Step<'_>, &str)> {
    if let Some(rest) = path.strip_prefix('[') {
        let end = closing(rest)?;
        return Some((bracket(rest[..end].trim())?, &rest[end + 1..]));
    }
    let rest = path.strip_prefix('.').unwrap_or(path);
    if rest.starts_with('[') {
        return next(rest);
    }
    // A backslash before a dot makes it part of the name, as in `.metadata.annotations.example\.com/key`.
    let mut name = String::new();
    let mut characters = rest.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
            '.' | '[' => return Some((field(name)?, &rest[at..])),
            _ => name.push(character),
        }
    }
    Some((field(name)?, ""))
}

fn field(name: String) -> Option<Step<'static>> {
    match name.as_str() {
        "" => None,
        "*" => Some(Step::All),
        _ => Some(Step::Field(name)),
    }
}

/// Where the bracket closes that `text` is the inside of.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (None, ']') => return Some(at),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
    }
    None
}

fn bracket(inside: &str) -> Option<Step<'_>> {
    if inside == "*" {
        return Some(Step::All);
    }
    if let Some(filter) = inside
        .strip_prefix("?(")
        .and_then(|text| text.strip_suffix(')'))
    {
        let (path, wanted) = filter.split_once("==")?;
        let path = path.trim().strip_prefix('@')?;
        return Some(Step::Filter(path, unquoted(wanted.trim())));
    }
    if let Ok(index) = inside.parse() {
        return Some(Step::Index(index));
    }
    let name = unquoted(inside);
    (name.len() < inside.len()).then(|| Step::Field(name.to_owned()))
}

fn unquoted(text: &str) -> &str {
    let strip = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    strip('"').or_else(|| strip('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finds_what_printer_columns_point_at() {
        let object = json!({"metadata": {"annotations": {"example.com/key": "v"}}, "spec": {"hosts": ["a", "b"]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Other", "status": "False"}]}});
        for (path, wanted) in [
            (".spec.hosts", json!(["a", "b"])),
            ("spec.hosts[1]", json!("b")),
            (".spec.hosts[-1]", json!("b")),
            (".spec.hosts[*]", json!("a")),
            (".metadata.annotations.example\\.com/key", json!("v")),
            (".metadata.annotations['example.com/key']", json!("v")),
            (
                ".status.conditions[?(@.type==\"Other\")].status",
                json!("False"),
            ),
            (
                ".status.conditions[?(@.type == 'Ready')].status",
                json!("True"),
            ),
        ] {
            assert_eq!(first(&object, path), Some(&wanted), "{path}");
        }
    }

    #[test]
    fn finds_nothing_where_there_is_nothing() {
        let object = json!({"spec": {"hosts": []}});
        for path in [
            ".spec.none",
            ".spec.hosts[0]",
            ".spec.hosts[0",
            ".spec..x",
            "[]",
            ".spec[?(@.a)]",
            "[-9]",
        ] {
            assert_eq!(first(&object, path), None, "{path}");
        }
    }
}
