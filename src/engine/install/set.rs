//! One `--set PATH=VALUE`: its path and its typed value.

use serde_json::Value;

use super::path::{Path, PathError, Segment};

/// A setting from the command line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Setting {
    /// As the user wrote it, for messages.
    pub(crate) text: String,
    pub(crate) path: Path,
    /// The value as its look suggests; [`Self::read_as_text`] takes the look back.
    pub(crate) value: Value,
    raw: String,
}

impl Setting {
    /// Reads `PATH=VALUE`. A path may start with `spec.`, as in the file. Values: `true` and `false`, integers and decimal
    /// numbers, `null`, `{a,b}` for a list, everything else text (`\,` is a comma).
    ///
    /// # Errors
    /// No `=`, or a malformed path.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let (path, value) = split(text)
            .ok_or_else(|| PathError(format!("`{text}` has no `=`: expected PATH=VALUE")))?;
        let mut path = Path::parse(path.trim())?;
        if let Some(first) = path
            .0
            .first()
            .filter(|first| !matches!(first, Segment::Key(_)))
        {
            return Err(PathError(format!(
                "`{first}` selects from a list, and the path begins with none: expected a name, such as `components`"
            )));
        }
        if path.0.len() > 1 && path.leading_keys().first() == Some(&"spec") {
            path.0.remove(0);
        }
        Ok(Self {
            text: text.to_owned(),
            path,
            value: typed(value.trim()),
            raw: value.trim().to_owned(),
        })
    }

    /// Takes a number or a boolean for the text that was written: a tag `1.10` must not become 1.1.
    pub(crate) fn read_as_text(&mut self) {
        if self.value.is_number() || self.value.is_boolean() {
            self.value = Value::String(self.raw.clone());
        }
    }

    /// Takes the empty list, written `{}`, for the empty map.
    pub(crate) fn read_as_map(&mut self) {
        if self.raw == "{}" {
            self.value = Value::Object(serde_json::Map::new());
        }
    }
}

/// Splits at the first `=` outside of brackets (a selector's value may hold one).
pub(super) fn split(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (position, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            b'=' if depth == 0 => return Some((&text[..position], &text[position + 1..])),
            _ => {}
        }
    }
    text.split_once('=')
}

fn typed(text: &str) -> Value {
    if let Some(list) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        return Value::Array(elements(list).iter().map(|item| scalar(item)).collect());
    }
    scalar(&text.replace("\\,", ","))
}

/// Splits `a,b\,c` into `a` and `b,c`; nothing at all is no element.
fn elements(list: &str) -> Vec<String> {
    if list.is_empty() {
        return Vec::new();
    }
    let mut items = vec![String::new()];
    let mut chars = list.chars();
    while let Some(char) = chars.next() {
        let last = items.len() - 1;
        match char {
            '\\' => match chars.next() {
                Some(',') => items[last].push(','),
                Some(other) => items[last].extend(['\\', other]),
                None => items[last].push('\\'),
            },
            ',' => items.push(String::new()),
            other => items[last].push(other),
        }
    }
    items.iter().map(|item| item.trim().to_owned()).collect()
}

fn scalar(text: &str) -> Value {
    match text {
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        "null" => return Value::Null,
        _ => {}
    }
    if let Ok(number) = text.parse::<i64>() {
        return Value::from(number);
    }
    let decimal = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    if decimal
        && let Ok(number) = text.parse::<f64>()
        && let Some(number) = serde_json::Number::from_f64(number)
    {
        return Value::Number(number);
    }
    Value::String(text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_values() {
        for (text, expected) in [
            ("a=1", json!(1)),
            ("a=-5", json!(-5)),
            ("a=1.5", json!(1.5)),
            ("a=true", json!(true)),
            ("a=False", json!(false)),
            ("a=null", json!(null)),
            ("a=", json!("")),
            ("a=x=y", json!("x=y")),
            ("a=10.0.0.0/8,10.1.0.0/16", json!("10.0.0.0/8,10.1.0.0/16")),
            (r"a=x\,y", json!("x,y")),
            ("a={}", json!([])),
            ("a={x,2,true}", json!(["x", 2, true])),
            (r"a={x\,y}", json!(["x,y"])),
            ("a=inf", json!("inf")),
            ("a=1.2.3", json!("1.2.3")),
            ("a=99999999999999999999", json!(1e20)),
        ] {
            assert_eq!(Setting::parse(text).unwrap().value, expected, "{text}");
        }
    }

    #[test]
    fn takes_the_look_of_a_number_back() {
        let mut setting = Setting::parse("tag= 1.10 ").unwrap();
        assert_eq!(setting.value, json!(1.1));
        setting.read_as_text();
        assert_eq!(setting.value, json!("1.10"));
    }

    #[test]
    fn a_leading_spec_is_the_file_s_spelling() {
        assert_eq!(
            Setting::parse("spec.hub=h").unwrap().path,
            Setting::parse("hub=h").unwrap().path
        );
    }

    #[test]
    fn an_equals_sign_in_a_selector_does_not_end_the_path() {
        let setting = Setting::parse("a[name:x=y].b=1").unwrap();
        assert_eq!(setting.path.to_string(), "a[name:x=y].b");
    }

    #[test]
    fn rejects_a_setting_without_a_value() {
        assert!(Setting::parse("profile").is_err());
        assert!(Setting::parse("=x").is_err());
        assert!(Setting::parse("[0].name=x").is_err());
    }

    #[test]
    fn an_empty_pair_of_braces_is_a_map_where_a_map_is_wanted() {
        let mut setting = Setting::parse("a={}").unwrap();
        setting.read_as_map();
        assert_eq!(setting.value, json!({}));
        let mut setting = Setting::parse("a={b}").unwrap();
        setting.read_as_map();
        assert_eq!(setting.value, json!(["b"]));
    }
}
