//! The path language of `--set` and of overlays: `a.b`, `a\.b` (one key; `\\` is a backslash), `a[0]`, `a.[0]`, `a[-1]` (append),
//! `a[name:x]` (the element whose `name` is `x`) and `a[x]` (the element that is `x`).
//!
//! Only paths into a JSON tree: what a path may name is `schema`'s business.

use std::fmt;

use serde_json::{Map, Value};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// A key of a map.
    Key(String),
    /// A position in a list; `None` (written `[-1]`) is the place after the last.
    Index(Option<usize>),
    /// The element of a list of maps whose `key` prints as `value`.
    Select { key: String, value: String },
    /// The element of a list of scalars that prints as this.
    Element(String),
}

/// A path into a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<Segment>);

/// Why a path is malformed, or cannot be followed. The text says where, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathError(pub(crate) String);

impl fmt::Display for PathError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for PathError {}

impl Path {
    /// Reads a path. Empty steps (`a..b`, a leading or trailing dot) are passed over, as istioctl does.
    ///
    /// # Errors
    /// A bracket that is not closed, an empty bracket, or no step at all.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let mut segments = Vec::new();
        let mut key = String::new();
        let mut chars = text.chars();
        while let Some(char) = chars.next() {
            match char {
                '\\' => match chars.next() {
                    Some(escaped @ ('.' | '[' | ']' | '\\')) => key.push(escaped),
                    Some(other) => key.extend(['\\', other]),
                    None => key.push('\\'),
                },
                '.' => push_key(&mut segments, &mut key),
                '[' => {
                    push_key(&mut segments, &mut key);
                    segments.push(bracket(&mut chars, text)?);
                }
                other => key.push(other),
            }
        }
        push_key(&mut segments, &mut key);
        if segments.is_empty() {
            return Err(PathError("the path is empty".to_owned()));
        }
        Ok(Self(segments))
    }

    /// The steps as the parts of a printed path: keys as they are, everything else in brackets.
    pub(crate) fn parts(&self) -> Vec<String> {
        self.0
            .iter()
            .map(|segment| match segment {
                Segment::Key(key) => key.clone(),
                other => other.to_string(),
            })
            .collect()
    }

    /// A tree that has nothing but `value` at this path; a list on the way has one element.
    pub(crate) fn tree(&self, value: Value) -> Value {
        self.0
            .iter()
            .rev()
            .fold(value, |below, segment| match segment {
                Segment::Key(key) => Value::Object(Map::from_iter([(key.clone(), below)])),
                _ => Value::Array(vec![below]),
            })
    }

    /// The steps as keys, where every step is one; stops at the first that is not.
    pub(crate) fn leading_keys(&self) -> Vec<&str> {
        self.0
            .iter()
            .map_while(|segment| match segment {
                Segment::Key(key) => Some(key.as_str()),
                _ => None,
            })
            .collect()
    }
}

fn push_key(segments: &mut Vec<Segment>, key: &mut String) {
    if !key.is_empty() {
        segments.push(Segment::Key(std::mem::take(key)));
    }
}

/// Reads what stands between `[` (already taken) and `]`.
fn bracket(chars: &mut std::str::Chars<'_>, text: &str) -> Result<Segment, PathError> {
    let mut parts = vec![String::new()];
    let mut closed = false;
    while let Some(char) = chars.next() {
        let last = parts.len() - 1;
        match char {
            ']' => {
                closed = true;
                break;
            }
            '\\' => match chars.next() {
                Some(escaped @ ('.' | '[' | ']' | ':' | '\\')) => parts[last].push(escaped),
                Some(other) => parts[last].extend(['\\', other]),
                None => parts[last].push('\\'),
            },
            ':' if parts.len() == 1 => parts.push(String::new()),
            other => parts[last].push(other),
        }
    }
    if !closed {
        return Err(PathError(format!("`[` is not closed in `{text}`")));
    }
    match (parts.pop(), parts.pop()) {
        (Some(value), Some(key)) if key.is_empty() => Ok(Segment::Element(value)),
        (Some(value), Some(key)) => Ok(Segment::Select { key, value }),
        (Some(only), None) if only.is_empty() => {
            Err(PathError(format!("`[]` selects nothing in `{text}`")))
        }
        (Some(only), None) if only == "-1" => Ok(Segment::Index(None)),
        (Some(only), None) if only.parse::<i64>().is_ok_and(|index| index < 0) => {
            Err(PathError(format!(
                "`[{only}]` in `{text}` counts from the end, which only `[-1]` does: the place after the last"
            )))
        }
        (Some(only), None) => Ok(only
            .parse()
            .map_or(Segment::Element(only), |index| Segment::Index(Some(index)))),
        (None, _) => unreachable!("parts starts with one element and never shrinks"),
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => formatter.write_str(&escaped(key, &['.', '[', ']'])),
            Self::Index(Some(index)) => write!(formatter, "[{index}]"),
            Self::Index(None) => formatter.write_str("[-1]"),
            Self::Select { key, value } => {
                write!(
                    formatter,
                    "[{}:{}]",
                    escaped(key, &[':', ']']),
                    escaped(value, &[']'])
                )
            }
            // A number, or nothing, would be read as something else without the colon.
            Self::Element(value)
                if value.is_empty()
                    || value.parse::<i64>().is_ok()
                    || value.parse::<usize>().is_ok() =>
            {
                write!(formatter, "[:{value}]")
            }
            Self::Element(value) => write!(formatter, "[{}]", escaped(value, &[':', ']'])),
        }
    }
}

fn escaped(text: &str, special: &[char]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if char == '\\' || special.contains(&char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(formatter, &self.0)
    }
}

fn write_segments(formatter: &mut fmt::Formatter<'_>, segments: &[Segment]) -> fmt::Result {
    for (position, segment) in segments.iter().enumerate() {
        if position > 0 && matches!(segment, Segment::Key(_)) {
            formatter.write_str(".")?;
        }
        write!(formatter, "{segment}")?;
    }
    Ok(())
}

struct Shown<'a>(&'a [Segment]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_segments(formatter, self.0)
    }
}

/// How a scalar prints, for comparison with a selector.
pub(crate) fn printed(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// What a value is, in words for messages.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a map",
    }
}

/// Puts `value` at `path`, making the maps and lists on the way.
///
/// # Errors
/// A step into something of another kind, an index behind the end, a selector that no element matches.
pub(crate) fn set(root: &mut Value, path: &Path, value: Value) -> Result<(), PathError> {
    let mut node = root;
    for (position, segment) in path.0.iter().enumerate() {
        node = step(node, segment, &path.0[..position])?;
    }
    *node = value;
    Ok(())
}

fn step<'a>(
    node: &'a mut Value,
    segment: &Segment,
    walked: &[Segment],
) -> Result<&'a mut Value, PathError> {
    if let Segment::Key(key) = segment {
        if node.is_null() {
            *node = Value::Object(Map::new());
        }
        let kind = kind_of(node);
        return match node {
            Value::Object(map) => Ok(map.entry(key.as_str()).or_insert(Value::Null)),
            _ => Err(PathError(format!(
                "`{}` is {kind}, so it has no field `{key}`",
                Shown(walked)
            ))),
        };
    }
    if node.is_null() {
        *node = Value::Array(Vec::new());
    }
    let kind = kind_of(node);
    let Value::Array(list) = node else {
        return Err(PathError(format!(
            "`{}` is {kind}, not a list, so `{segment}` selects nothing",
            Shown(walked)
        )));
    };
    let index = position_in(list, segment).ok_or_else(|| {
        PathError(format!(
            "`{}` has no element `{segment}`{}",
            Shown(walked),
            elements_of(list, segment)
        ))
    })?;
    if index == list.len() {
        list.push(Value::Null);
    }
    Ok(&mut list[index])
}

/// The value at `path`, if there is one.
pub(crate) fn lookup<'a>(root: &'a Value, path: &Path) -> Option<&'a Value> {
    path.0.iter().try_fold(root, |node, segment| {
        if let Segment::Key(key) = segment {
            return node.get(key);
        }
        let list = node.as_array()?;
        list.get(position_in(list, segment)?)
    })
}

/// The position that `segment` selects; the length of the list for the place behind its end.
pub(crate) fn position_in(list: &[Value], segment: &Segment) -> Option<usize> {
    match segment {
        Segment::Key(_) => None,
        Segment::Index(None) => Some(list.len()),
        Segment::Index(Some(index)) => (*index <= list.len()).then_some(*index),
        Segment::Select { key, value } => list.iter().position(|element| {
            element
                .get(key)
                .and_then(printed)
                .is_some_and(|text| text == *value)
        }),
        Segment::Element(value) => list
            .iter()
            .position(|element| printed(element).is_some_and(|text| text == *value)),
    }
}

/// What there is in a list instead, for messages; begins with `; `.
pub(super) fn elements_of(list: &[Value], segment: &Segment) -> String {
    let names: Vec<String> = match segment {
        Segment::Select { key, .. } => list
            .iter()
            .filter_map(|element| element.get(key).and_then(printed))
            .map(|name| format!("`{name}`"))
            .collect(),
        Segment::Element(_) => list.iter().filter_map(printed).collect(),
        _ => return format!("; it has {}", list.len()),
    };
    if names.is_empty() {
        "; it is empty".to_owned()
    } else {
        format!("; it has {}", names.join(", "))
    }
}

/// The value at `keys`, where every step is a map.
pub(crate) fn get<'a>(root: &'a Value, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().try_fold(root, |node, key| node.get(key))
}

/// The string at `keys`; `None` where it is absent, empty or something else.
pub(crate) fn get_str<'a>(root: &'a Value, keys: &[&str]) -> Option<&'a str> {
    get(root, keys)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// Puts `value` at `keys`, replacing what is not a map on the way.
pub(crate) fn put(root: &mut Value, keys: &[&str], value: Value) {
    let mut node = root;
    for key in keys {
        if !node.is_object() {
            *node = Value::Object(Map::new());
        }
        let Value::Object(map) = node else {
            unreachable!("made a map just above")
        };
        node = map.entry(*key).or_insert(Value::Null);
    }
    *node = value;
}

/// Lays `over` on `base`: maps key by key, everything else (lists and nulls too) replaced.
pub(crate) fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                match base.get_mut(&key) {
                    Some(existing) if existing.is_object() && value.is_object() => {
                        merge(existing, value);
                    }
                    _ => {
                        base.insert(key, value);
                    }
                }
            }
        }
        (base, over) => *base = over,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(text: &str) -> Segment {
        Segment::Key(text.to_owned())
    }

    #[test]
    fn reads_every_kind_of_step() {
        let path = Path::parse(r"a.b\.c[0].d.[name:x\.y:z][-1].[30m].[:v]").unwrap();
        assert_eq!(
            path.0,
            vec![
                key("a"),
                key("b.c"),
                Segment::Index(Some(0)),
                key("d"),
                Segment::Select {
                    key: "name".into(),
                    value: "x.y:z".into()
                },
                Segment::Index(None),
                Segment::Element("30m".into()),
                Segment::Element("v".into()),
            ]
        );
    }

    #[test]
    fn a_printed_path_reads_as_itself() {
        for text in [r"a.b\.c[0].d[name:x]", "a[-1]", "a[v].b"] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn rejects_malformed_paths() {
        for text in ["", ".", "a[", "a[name:x", "a[]", "a[-2]"] {
            assert!(Path::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sets_through_maps_lists_and_selectors() {
        let mut tree = json!({"gateways": [{"name": "a"}, {"name": "b"}]});
        for (path, value) in [
            ("gateways[name:b].enabled", json!(true)),
            ("gateways[0].port", json!(80)),
            ("gateways[-1].name", json!("c")),
            ("new.list[0]", json!("x")),
            (r"new.a\.b/c", json!("y")),
        ] {
            set(&mut tree, &Path::parse(path).unwrap(), value).unwrap();
        }
        assert_eq!(
            tree,
            json!({
                "gateways": [{"name": "a", "port": 80}, {"name": "b", "enabled": true}, {"name": "c"}],
                "new": {"list": ["x"], "a.b/c": "y"},
            })
        );
    }

    #[test]
    fn says_why_a_path_cannot_be_followed() {
        let tree = json!({"hub": "h", "gateways": [{"name": "a"}]});
        for (path, expected) in [
            ("hub.x", "`hub` is a string, so it has no field `x`"),
            (
                "hub[0]",
                "`hub` is a string, not a list, so `[0]` selects nothing",
            ),
            (
                "gateways[name:z].x",
                "`gateways` has no element `[name:z]`; it has `a`",
            ),
            ("gateways[7]", "`gateways` has no element `[7]`; it has 1"),
        ] {
            let error = set(&mut tree.clone(), &Path::parse(path).unwrap(), json!(1)).unwrap_err();
            assert_eq!(error.to_string(), expected, "{path}");
        }
    }

    #[test]
    fn merges_maps_and_replaces_the_rest() {
        let mut base = json!({"a": {"b": 1, "c": [1, 2]}, "d": {"e": 1}});
        merge(
            &mut base,
            json!({"a": {"c": [3]}, "d": null, "f": {"g": {}}}),
        );
        assert_eq!(
            base,
            json!({"a": {"b": 1, "c": [3]}, "d": null, "f": {"g": {}}})
        );
    }
}
