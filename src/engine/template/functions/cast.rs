//! The lenient conversions that sprig applies to arguments: to text, to a whole number, to a fraction.

use super::super::Failure;
use super::super::Value;
use super::super::limits::Budget;
use super::super::print;

/// sprig's `strval`: strings and bytes as they are, everything else as Go prints it.
pub(super) fn text(value: &Value, budget: &Budget) -> Result<String, Failure> {
    match value {
        Value::Bytes(bytes) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        value => print::text(value, budget),
    }
}

/// The texts of a list without its nils; a value that is no list counts as a list of one.
pub(super) fn texts(value: &Value, budget: &Budget) -> Result<Vec<String>, Failure> {
    let one = std::slice::from_ref(value);
    let items = match value {
        Value::List(list) => list,
        _ => one,
    };
    let items = items.iter().filter(|item| !matches!(item, Value::Nil));
    items.map(|item| text(item, budget)).collect()
}

/// A whole number; what is none counts as 0, as in sprig.
pub(super) fn int(value: &Value) -> i64 {
    match value {
        Value::Int(number, _) => *number,
        #[expect(
            clippy::cast_possible_truncation,
            reason = "fractions are cut off, as Go does"
        )]
        Value::Float(number) => *number as i64,
        Value::Bool(value) => i64::from(*value),
        Value::Str(text) => parse_int(text).unwrap_or(0),
        _ => 0,
    }
}

/// A number in Go's notation with base prefixes; `5.7` counts as 5.
pub(super) fn parse_int(text: &str) -> Option<i64> {
    let text = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => whole,
        _ => text,
    };
    super::super::literals::number(text)
        .ok()
        .filter(|number| !number.is_float)?
        .int
}

/// A fraction; what is none counts as 0.
pub(super) fn float(value: &Value) -> f64 {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "Go converts in the same way")]
        Value::Int(number, _) => *number as f64,
        Value::Float(number) => *number,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Str(text) => text.parse().unwrap_or(0.0),
        _ => 0.0,
    }
}
