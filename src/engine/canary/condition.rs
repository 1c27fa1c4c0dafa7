//! Conditions on requests, as a VirtualService's `match` writes them: joined with one another, and compared.

use regex::Regex;
use serde_json::{Map, json};

use crate::yaml::Value;

/// What a request must be like: every field holds. An empty one means every request.
pub(crate) type Condition = Map<String, Value>;

/// Two conditions joined.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Joined {
    /// What fulfils both.
    Both(Condition),
    /// Nothing does.
    Never,
}

/// How a text is compared: `{"exact": "jason"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Text<'a> {
    /// It is there, whatever it is.
    Present,
    Exact(&'a str),
    Prefix(&'a str),
    Regex(&'a str),
}

impl<'a> Text<'a> {
    fn read(value: &'a Value) -> Option<Self> {
        let fields = value.as_object()?;
        let text = |field: &str| fields.get(field).and_then(Value::as_str);
        match fields.len() {
            0 => Some(Self::Present),
            1 => text("exact")
                .map(Self::Exact)
                .or_else(|| text("prefix").map(Self::Prefix))
                .or_else(|| text("regex").map(Self::Regex)),
            _ => None,
        }
    }

    /// Whether every text that is like `other` is like this.
    fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::Present, _) => true,
            (Self::Exact(one), Self::Exact(two)) | (Self::Regex(one), Self::Regex(two)) => {
                one == two
            }
            (Self::Prefix(one), Self::Exact(two) | Self::Prefix(two)) => two.starts_with(one),
            (Self::Regex(one), Self::Exact(two)) => matches(one, two) == Some(true),
            _ => false,
        }
    }

    /// Whether no text is like both; `None` if that is not known.
    fn excludes(self, other: Self) -> Option<bool> {
        match (self, other) {
            (Self::Present, _) | (_, Self::Present) => Some(false),
            (Self::Exact(one), Self::Exact(two)) => Some(one != two),
            (Self::Prefix(start), Self::Exact(text)) | (Self::Exact(text), Self::Prefix(start)) => {
                Some(!text.starts_with(start))
            }
            (Self::Prefix(one), Self::Prefix(two)) => {
                Some(!one.starts_with(two) && !two.starts_with(one))
            }
            (Self::Regex(pattern), Self::Exact(text))
            | (Self::Exact(text), Self::Regex(pattern)) => {
                matches(pattern, text).map(|found| !found)
            }
            (Self::Regex(one), Self::Regex(two)) if one == two => Some(false),
            _ => None,
        }
    }
}

/// Whether a text is like a pattern as a whole, as Envoy compares; `None` for a pattern that we cannot read.
fn matches(pattern: &str, text: &str) -> Option<bool> {
    Regex::new(&format!("^(?:{pattern})$"))
        .ok()
        .map(|regex| regex.is_match(text))
}

/// What fulfils both conditions. The error says which field cannot be joined.
pub(crate) fn join(one: &Condition, two: &Condition) -> Result<Joined, String> {
    let mut both = one.clone();
    for (field, value) in two {
        let Some(old) = both.get(field) else {
            both.insert(field.clone(), value.clone());
            continue;
        };
        if old == value {
            continue;
        }
        let joined = match field.as_str() {
            "headers" | "queryParams" => join_texts(old, value, field)?,
            "sourceLabels" => join_labels(old, value),
            "uri" if one.get("ignoreUriCase") == Some(&json!(true)) => {
                return Err("`uri`, whose case does not count".to_owned());
            }
            "uri" | "method" | "scheme" | "authority" => join_text(old, value, field)?,
            _ => return Err(format!("`{field}`")),
        };
        match joined {
            Some(value) => both.insert(field.clone(), value),
            None => return Ok(Joined::Never),
        };
    }
    if contradicts_itself(&both) {
        return Ok(Joined::Never);
    }
    Ok(Joined::Both(both))
}

fn join_text(one: &Value, two: &Value, name: &str) -> Result<Option<Value>, String> {
    let (Some(a), Some(b)) = (Text::read(one), Text::read(two)) else {
        return Err(format!("`{name}`"));
    };
    if a.covers(b) {
        return Ok(Some(two.clone()));
    }
    if b.covers(a) {
        return Ok(Some(one.clone()));
    }
    match a.excludes(b) {
        Some(true) => Ok(None),
        Some(false) | None => Err(format!("`{name}` with two patterns")),
    }
}

fn join_texts(one: &Value, two: &Value, field: &str) -> Result<Option<Value>, String> {
    let (Some(one), Some(two)) = (one.as_object(), two.as_object()) else {
        return Err(format!("`{field}`"));
    };
    let mut both = one.clone();
    for (name, value) in two {
        let joined = match one.get(name) {
            None => Some(value.clone()),
            Some(old) => join_text(old, value, name)?,
        };
        match joined {
            Some(value) => both.insert(name.clone(), value),
            None => return Ok(None),
        };
    }
    Ok(Some(both.into()))
}

fn join_labels(one: &Value, two: &Value) -> Option<Value> {
    let (one, two) = (one.as_object()?, two.as_object()?);
    let mut both = one.clone();
    for (name, value) in two {
        if both
            .insert(name.clone(), value.clone())
            .is_some_and(|old| old != *value)
        {
            return None;
        }
    }
    Some(both.into())
}

/// A header that must be and must not be so.
fn contradicts_itself(condition: &Condition) -> bool {
    let object = |field: &str| condition.get(field).and_then(Value::as_object);
    let (Some(wanted), Some(unwanted)) = (object("headers"), object("withoutHeaders")) else {
        return false;
    };
    wanted.iter().any(|(name, value)| {
        let texts = unwanted
            .get(name)
            .and_then(Text::read)
            .zip(Text::read(value));
        texts.is_some_and(|(unwanted, wanted)| unwanted.covers(wanted))
    })
}

/// Whether every request that fulfils `two` fulfils `one`. False where that is not known.
pub(crate) fn covers(one: &Condition, two: &Condition) -> bool {
    one.iter().all(|(field, value)| {
        let other = two.get(field);
        match field.as_str() {
            "name" | "statPrefix" => true,
            _ if other == Some(value) => true,
            "uri" | "method" | "scheme" | "authority" => {
                other.is_some_and(|other| text_covers(value, other))
            }
            "headers" | "queryParams" => each(value, other, text_covers),
            "sourceLabels" => each(value, other, |value, other| value == other),
            "gateways" => {
                let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned();
                let wide = list(Some(value)).unwrap_or_default();
                list(other).is_some_and(|narrow| narrow.iter().all(|name| wide.contains(name)))
            }
            _ => false,
        }
    })
}

fn text_covers(one: &Value, two: &Value) -> bool {
    let texts = Text::read(one).zip(Text::read(two));
    texts.is_some_and(|(one, two)| one.covers(two))
}

fn each(one: &Value, two: Option<&Value>, covers: impl Fn(&Value, &Value) -> bool) -> bool {
    let two = two.and_then(Value::as_object);
    one.as_object().is_some_and(|one| {
        one.iter().all(|(name, value)| {
            two.and_then(|two| two.get(name))
                .is_some_and(|other| covers(value, other))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(value: Value) -> Condition {
        let Value::Object(map) = value else {
            panic!("no object")
        };
        map
    }

    fn joined(one: Value, two: Value) -> Result<Joined, String> {
        join(&condition(one), &condition(two))
    }

    #[test]
    fn joins_what_can_be_joined() {
        let jason = json!({"headers": {"end-user": {"exact": "jason"}}});
        for (other, wanted) in [
            (json!({}), jason.clone()),
            (jason.clone(), jason.clone()),
            (
                json!({"uri": {"prefix": "/r"}}),
                json!({"headers": {"end-user": {"exact": "jason"}}, "uri": {"prefix": "/r"}}),
            ),
            (
                json!({"headers": {"x": {"exact": "1"}}}),
                json!({"headers": {"end-user": {"exact": "jason"}, "x": {"exact": "1"}}}),
            ),
            (
                json!({"headers": {"end-user": {"prefix": "ja"}}}),
                jason.clone(),
            ),
            (
                json!({"headers": {"end-user": {"regex": "j.*n"}}}),
                jason.clone(),
            ),
            (json!({"headers": {"end-user": {}}}), jason.clone()),
        ] {
            let wanted = Ok(Joined::Both(condition(wanted)));
            assert_eq!(joined(other.clone(), jason.clone()), wanted, "{other}");
            assert_eq!(joined(jason.clone(), other.clone()), wanted, "{other}");
        }
    }

    #[test]
    fn knows_what_can_never_be() {
        for (one, two) in [
            (
                json!({"uri": {"exact": "/a"}}),
                json!({"uri": {"exact": "/b"}}),
            ),
            (
                json!({"uri": {"prefix": "/a"}}),
                json!({"uri": {"exact": "/b"}}),
            ),
            (
                json!({"uri": {"prefix": "/a"}}),
                json!({"uri": {"prefix": "/b"}}),
            ),
            (
                json!({"uri": {"regex": "/a.*"}}),
                json!({"uri": {"exact": "/b"}}),
            ),
            (
                json!({"sourceLabels": {"a": "1"}}),
                json!({"sourceLabels": {"a": "2"}}),
            ),
            (
                json!({"withoutHeaders": {"u": {}}}),
                json!({"headers": {"u": {"exact": "x"}}}),
            ),
        ] {
            assert_eq!(
                joined(one.clone(), two.clone()),
                Ok(Joined::Never),
                "{one} {two}"
            );
        }
    }

    #[test]
    fn refuses_to_guess_at_patterns() {
        for (one, two) in [
            (
                json!({"uri": {"regex": "a.*"}}),
                json!({"uri": {"regex": "b.*"}}),
            ),
            (
                json!({"uri": {"regex": "a.*"}}),
                json!({"uri": {"prefix": "a"}}),
            ),
            (json!({"port": 1}), json!({"port": 2})),
            (
                json!({"uri": {"prefix": "/A"}, "ignoreUriCase": true}),
                json!({"uri": {"exact": "/a"}}),
            ),
        ] {
            assert!(joined(one.clone(), two.clone()).is_err(), "{one} {two}");
        }
    }

    #[test]
    fn knows_which_condition_is_the_wider_one() {
        let covers = |one: Value, two: Value| covers(&condition(one), &condition(two));
        let jason = json!({"headers": {"end-user": {"exact": "jason"}}});
        assert!(covers(json!({}), jason.clone()));
        assert!(!covers(jason.clone(), json!({})));
        assert!(covers(json!({"headers": {"end-user": {}}}), jason.clone()));
        assert!(!covers(jason.clone(), json!({"headers": {"end-user": {}}})));
        assert!(covers(
            json!({"uri": {"prefix": "/"}}),
            json!({"uri": {"exact": "/a"}, "port": 1})
        ));
        assert!(covers(
            json!({"gateways": ["a", "b"]}),
            json!({"gateways": ["a"]})
        ));
        assert!(!covers(json!({"gateways": ["a"]}), json!({})));
        assert!(!covers(json!({"unheardOf": 1}), json!({})));
    }
}
