//! What a plain scalar means in the YAML 1.1 that kubectl reads: null, a truth value, a number or a string.
//!
//! The rules are those of go-yaml v2 behind sigs.k8s.io/yaml, found by running it (see the tests of this module and of
//! [`super`]). Quoted scalars are always strings and never come here.

use super::Value;

/// The meaning of a plain scalar.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    /// Only what does not fit [`Scalar::Int`].
    Unsigned(u64),
    Float(f64),
    /// A date or time; read as a string, but written in quotes.
    Timestamp,
    Text,
}

impl Scalar {
    /// The value in JSON's terms; `None` for a number that JSON does not have (infinity, not-a-number). `text` is what
    /// was written.
    pub(super) fn into_value(self, text: &str) -> Option<Value> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Int(number) => Value::from(number),
            Self::Unsigned(number) => {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "kubectl's JSON reader does the same to integers above 2^63"
                )]
                let number = number as f64;
                Value::from(number)
            }
            Self::Float(number) => float_value(number)?,
            Self::Timestamp | Self::Text => Value::String(text.to_owned()),
        })
    }
}

/// A float as kubectl has it after going through JSON: whole numbers become integers.
pub(super) fn float_value(number: f64) -> Option<Value> {
    if !number.is_finite() {
        return None;
    }
    // Go's JSON writes floats below 1e21 without an exponent, in the shortest digits; an integer is what parses as one.
    if number.fract() == 0.0
        && number.abs() < 1e21
        && let Ok(whole) = format!("{number}").parse::<i64>()
    {
        return Some(Value::from(whole));
    }
    Some(Value::from(number))
}

/// Resolves an untagged plain scalar.
pub(super) fn resolve(text: &str) -> Scalar {
    let Some(&first) = text.as_bytes().first() else {
        return Scalar::Null;
    };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text),
        b'.' => match word(text) {
            Scalar::Text => float(text, true).map_or(Scalar::Text, Scalar::Float),
            found => found,
        },
        b'+' | b'-' | b'0'..=b'9' => match word(text) {
            Scalar::Text => number(text),
            found => found,
        },
        _ => Scalar::Text,
    }
}

fn word(text: &str) -> Scalar {
    match text {
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Scalar::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Scalar::Bool(false)
        }
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => Scalar::Text,
    }
}

fn number(text: &str) -> Scalar {
    if is_timestamp(text) {
        return Scalar::Timestamp;
    }
    // Underscores are dropped wherever they stand: `1_000`, `_` excepted because it does not start a number.
    let without;
    let digits = if text.contains('_') {
        without = text.replace('_', "");
        without.as_str()
    } else {
        text
    };
    integer(digits).unwrap_or_else(|| float(digits, false).map_or(Scalar::Text, Scalar::Float))
}

/// An integer with an optional sign and base: `0x`, `0b`, `0o`, and `0` for octal, as Go's `ParseInt` with base 0.
fn integer(text: &str) -> Option<Scalar> {
    let (negative, magnitude) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (base, digits) = match magnitude.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &magnitude[2..]),
        [b'0', b'b' | b'B', ..] => (2, &magnitude[2..]),
        [b'0', b'o' | b'O', ..] => (8, &magnitude[2..]),
        [b'0', _, ..] => (8, &magnitude[1..]),
        _ => (10, magnitude),
    };
    // `from_str_radix` would take a second sign.
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    let value = u64::from_str_radix(digits, base).ok()?;
    if negative {
        return 0i64.checked_sub_unsigned(value).map(Scalar::Int);
    }
    match i64::try_from(value) {
        Ok(value) => Some(Scalar::Int(value)),
        // Go reads an unsigned number only where no sign stands.
        Err(_) if text.starts_with('+') => None,
        Err(_) => Some(Scalar::Unsigned(value)),
    }
}

/// A decimal float: digits with at most one point, and an exponent. `underscores` allows `_` between digits.
fn float(text: &str, underscores: bool) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut digits = 0;
    let mut rest = unsigned.as_bytes();
    let mut point = false;
    let mut before = 0u8;
    while let Some((&byte, tail)) = rest.split_first() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' if !point && before != b'_' => point = true,
            b'_' if underscores
                && before.is_ascii_digit()
                && tail.first().is_some_and(u8::is_ascii_digit) => {}
            b'e' | b'E' if digits > 0 => break,
            _ => return None,
        }
        before = byte;
        rest = tail;
    }
    if digits == 0 || !exponent(rest) {
        return None;
    }
    let value: f64 = if underscores && text.contains('_') {
        text.replace('_', "").parse().ok()?
    } else {
        text.parse().ok()?
    };
    // Go reports a range error for what overflows, and the scalar stays a string.
    value.is_finite().then_some(value)
}

fn exponent(text: &[u8]) -> bool {
    match text {
        [] => true,
        [_, b'+' | b'-', digits @ ..] | [_, digits @ ..] => {
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
    }
}

/// A date, or a date and time, in one of the four forms that YAML 1.1 libraries know.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return false;
    }
    let Some((month, rest)) = one_or_two(&bytes[5..]) else {
        return false;
    };
    let Some((day, rest)) = rest.strip_prefix(b"-").and_then(one_or_two) else {
        return false;
    };
    let year = text[..4].parse().unwrap_or(0);
    if month == 0 || month > 12 || day == 0 || day > days(year, month) {
        return false;
    }
    match rest {
        [] => true,
        [b'T' | b't', rest @ ..] => clock(rest).is_some_and(is_zone),
        [b' ', rest @ ..] => clock(rest).is_some_and(<[u8]>::is_empty),
        _ => false,
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// One or two digits and what follows them.
fn one_or_two(bytes: &[u8]) -> Option<(u32, &[u8])> {
    match bytes {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(tens - b'0') * 10 + u32::from(ones - b'0'), rest))
        }
        [ones @ b'0'..=b'9', rest @ ..] => Some((u32::from(ones - b'0'), rest)),
        _ => None,
    }
}

/// What follows a time of day with optional fractions of a second.
fn clock(bytes: &[u8]) -> Option<&[u8]> {
    let (hour, rest) = one_or_two(bytes)?;
    let (minute, rest) = one_or_two(rest.strip_prefix(b":")?)?;
    let (second, mut rest) = one_or_two(rest.strip_prefix(b":")?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if let [b'.' | b',', b'0'..=b'9', ..] = rest {
        let fraction = rest[1..].iter().take_while(|byte| byte.is_ascii_digit());
        rest = &rest[1 + fraction.count()..];
    }
    Some(rest)
}

fn is_zone(bytes: &[u8]) -> bool {
    match bytes {
        b"Z" => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

/// Base 60 in YAML 1.1 (`12:30:45`); this reader takes it as a string, others do not, so it is written in quotes.
pub(super) fn is_sexagesimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let head = parts.next().unwrap_or_default();
    if !head.starts_with(|c: char| c.is_ascii_digit())
        || !head
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
    {
        return false;
    }
    let mut count = 0;
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let digits = match part.split_once('.') {
            Some((digits, fraction))
                if parts.peek().is_none()
                    && fraction
                        .bytes()
                        .all(|byte| byte.is_ascii_digit() || byte == b'_') =>
            {
                digits
            }
            Some(_) => return false,
            None => part,
        };
        let fits = match digits.as_bytes() {
            [ones] => ones.is_ascii_digit(),
            [tens, ones] => matches!(tens, b'0'..=b'5') && ones.is_ascii_digit(),
            _ => false,
        };
        if !fits {
            return false;
        }
        count += 1;
    }
    count > 0
}
