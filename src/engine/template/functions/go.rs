//! Go's own template functions, `and` and `or` apart (those are in `exec`).

use std::cmp::Ordering;

use super::super::Failure;
use super::super::call::Param::{Any, Text};
use super::super::call::{Builtin, fixed, variadic};
use super::super::{Answer, Call};
use super::super::{IntKind, Value};
use super::super::{kinds, print, printf};

pub(super) const TABLE: &[Builtin] = &[
    variadic("eq", &[Any], Any, eq),
    fixed("ne", &[Any, Any], |call| {
        Ok((!equal(call.value(0)?, call.value(1)?)?).into())
    }),
    fixed("lt", &[Any, Any], |call| {
        Ok((order(call)? == Ordering::Less).into())
    }),
    fixed("le", &[Any, Any], |call| {
        Ok((order(call)? != Ordering::Greater).into())
    }),
    fixed("gt", &[Any, Any], |call| {
        Ok((order(call)? == Ordering::Greater).into())
    }),
    fixed("ge", &[Any, Any], |call| {
        Ok((order(call)? != Ordering::Less).into())
    }),
    fixed("not", &[Any], |call| Ok((!call.value(0)?.truth()).into())),
    fixed("len", &[Any], len),
    variadic("index", &[Any], Any, index),
    variadic("call", &[Any], Any, call_value),
    variadic("print", &[], Any, |call| {
        Ok(print::sprint(call.arguments, &call.run.budget)?.into())
    }),
    variadic("println", &[], Any, |call| {
        Ok(print::sprintln(call.arguments, &call.run.budget)?.into())
    }),
    variadic("printf", &[Text], Any, |call| {
        Ok(printf::sprintf(call)?.into())
    }),
    variadic("html", &[], Any, html),
    variadic("js", &[], Any, js),
    variadic("urlquery", &[], Any, url_query),
];

fn eq(call: &Call<'_>) -> Answer {
    let first = call.value(0)?;
    let others = call.rest(1);
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in others {
        if equal(first, other)? {
            return Ok(true.into());
        }
    }
    Ok(false.into())
}

/// Go's basic kinds, within which values compare.
fn basic_kind(value: &Value) -> Option<&'static str> {
    match value {
        Value::Bool(_) => Some("bool"),
        Value::Int(_, IntKind::Uint8 | IntKind::Uint32) => Some("uint"),
        Value::Int(..) => Some("int"),
        Value::Float(_) => Some("float"),
        Value::Str(_) => Some("string"),
        _ => None,
    }
}

fn not_comparable(value: &Value) -> Failure {
    let type_name = kinds::type_name(value);
    format!(
        "non-comparable type: {} of type {type_name}",
        print::shown(value)
    )
    .into()
}

fn incompatible(left: &Value, right: &Value) -> Failure {
    let (left, right) = (kinds::type_name(left), kinds::type_name(right));
    format!("incompatible types for comparison: {left} and {right}").into()
}

fn equal(left: &Value, right: &Value) -> Result<bool, Failure> {
    match (left, right) {
        (Value::Nil, Value::Nil) => Ok(true),
        (Value::Nil, other) | (other, Value::Nil) => match other {
            Value::Object(object) => Ok(object.is_nil()),
            _ => Ok(false),
        },
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::Int(left, _), Value::Int(right, _)) => Ok(left == right),
        #[expect(clippy::float_cmp, reason = "eq compares exactly")]
        (Value::Float(left), Value::Float(right)) => Ok(left == right),
        (Value::Str(left), Value::Str(right)) => Ok(left == right),
        (Value::Object(left), Value::Object(right)) => Ok(std::rc::Rc::ptr_eq(left, right)),
        (left, right) if basic_kind(left).is_some() && basic_kind(right).is_some() => {
            Err(incompatible(left, right))
        }
        (left, _) if basic_kind(left).is_none() => Err(not_comparable(left)),
        (_, right) => Err(not_comparable(right)),
    }
}

fn order(call: &Call<'_>) -> Result<Ordering, Failure> {
    let (left, right) = (call.value(0)?, call.value(1)?);
    match (left, right) {
        (Value::Int(left, _), Value::Int(right, _)) => Ok(left.cmp(right)),
        // NaN is neither less nor greater; it does not come out of data.
        (Value::Float(left), Value::Float(right)) => {
            Ok(left.partial_cmp(right).unwrap_or(Ordering::Greater))
        }
        (Value::Str(left), Value::Str(right)) => Ok(left.cmp(right)),
        _ => match (basic_kind(left), basic_kind(right)) {
            (Some("bool"), Some("bool")) | (None, _) | (_, None) => {
                Err("invalid type for comparison".into())
            }
            _ => Err(incompatible(left, right)),
        },
    }
}

fn len(call: &Call<'_>) -> Answer {
    let length = match call.value(0)? {
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Nil => return Err("len of nil".into()),
        other => return Err(format!("len of type {}", kinds::type_name(other)).into()),
    };
    Ok(Value::count(length))
}

fn index(call: &Call<'_>) -> Answer {
    let mut value = call.value(0)?.clone();
    if matches!(value, Value::Nil) {
        return Err("index of untyped nil".into());
    }
    for key in call.rest(1) {
        value = element(&value, key)?;
    }
    Ok(value)
}

fn element(value: &Value, key: &Value) -> Answer {
    match value {
        Value::Nil => Err("index of nil".into()),
        Value::Map(map) => match key {
            Value::Str(key) => Ok(map.get(key)),
            Value::Nil => Err("a map is indexed with a string, not with nil".into()),
            key => {
                let type_name = kinds::type_name(key);
                Err(format!("a map is indexed with a string, not with {type_name}").into())
            }
        },
        Value::List(list) => {
            let at = position(key, list.len())?;
            Ok(list.get(at).cloned().unwrap_or_default())
        }
        Value::Str(text) => byte(text.as_bytes(), key),
        Value::Bytes(bytes) => byte(bytes, key),
        Value::Object(object) => match object.data() {
            data @ (Value::Map(_) | Value::List(_)) if !object.type_name().starts_with('*') => {
                element(&data, key)
            }
            _ => Err(format!("can't index item of type {}", object.type_name()).into()),
        },
        other => Err(format!("can't index item of type {}", kinds::type_name(other)).into()),
    }
}

fn byte(bytes: &[u8], key: &Value) -> Answer {
    let at = position(key, bytes.len())?;
    let byte = bytes.get(at).copied().unwrap_or_default();
    Ok(Value::Int(i64::from(byte), IntKind::Uint8))
}

fn position(key: &Value, length: usize) -> Result<usize, Failure> {
    let Value::Int(number, _) = key else {
        let type_name = kinds::type_name(key);
        return Err(format!(
            "cannot index a list with type {type_name}; a whole number is expected"
        )
        .into());
    };
    let at = usize::try_from(*number).ok().filter(|at| *at < length);
    at.ok_or_else(|| format!("index out of range: {number} (length {length})").into())
}

fn call_value(call: &Call<'_>) -> Answer {
    let function = call.value(0)?;
    if let Value::Object(object) = function {
        let inner = Call {
            arguments: call.rest(1),
            ..*call
        };
        if let Some(answer) = object.method("", &inner) {
            return answer;
        }
    }
    let type_name = kinds::type_name(function);
    Err(format!(
        "non-function {} of type {type_name}",
        print::shown(function)
    )
    .into())
}

/// The arguments as Go's escaping functions take them: one string as it is, anything else printed.
fn joined(call: &Call<'_>) -> Result<String, Failure> {
    match call.arguments {
        [Value::Str(text)] => Ok(text.to_string()),
        // A nil shows as it does in an action.
        [Value::Nil] => Ok("<no value>".into()),
        values => print::sprint(values, &call.run.budget),
    }
}

fn html(call: &Call<'_>) -> Answer {
    let text = joined(call)?;
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(character),
        }
    }
    Ok(out.into())
}

fn js(call: &Call<'_>) -> Answer {
    use std::fmt::Write as _;
    let text = joined(call)?;
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '\'' | '"' => {
                out.push('\\');
                out.push(character);
            }
            '<' | '>' | '&' | '=' | '\0'..' ' => {
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
            _ if print::is_printable(character) => out.push(character),
            _ => {
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
        }
    }
    Ok(out.into())
}

fn url_query(call: &Call<'_>) -> Answer {
    use std::fmt::Write as _;
    let text = joined(call)?;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    Ok(out.into())
}
