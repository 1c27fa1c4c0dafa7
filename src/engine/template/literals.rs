//! Go's literals: what the text of a number, a character or a quoted string stands for.

use super::ast::Number;

/// Reads a number in any of Go's notations (`0x1F`, `1_000`, `0o17`, `017`, `1e3`, `0x1p-2`).
pub(super) fn number(text: &str) -> Result<Number, String> {
    let bad = || format!("bad number syntax: {text:?}");
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
        return Err(bad());
    }
    let plain = digits.replace('_', "").to_ascii_lowercase();
    let is_hex = plain.starts_with("0x");
    let is_float = plain.contains(['.', 'p']) || (!is_hex && plain.contains('e'));
    if is_float {
        let float = if is_hex {
            hex_float(&plain[2..])
        } else {
            plain.parse().ok()
        };
        let float: f64 = float
            .filter(|float: &f64| float.is_finite())
            .ok_or_else(bad)?;
        let float = if negative { -float } else { float };
        return Ok(Number {
            int: whole(float),
            float,
            is_float,
        });
    }
    let (radix, body) = match plain.as_bytes() {
        [b'0', b'x', ..] => (16, &plain[2..]),
        [b'0', b'o', ..] => (8, &plain[2..]),
        [b'0', b'b', ..] => (2, &plain[2..]),
        [b'0', _, ..] => (8, &plain[1..]),
        _ => (10, plain.as_str()),
    };
    let magnitude = i128::from(u64::from_str_radix(body, radix).map_err(|_| bad())?);
    let value = if negative { -magnitude } else { magnitude };
    let int = i64::try_from(value).ok();
    #[expect(
        clippy::cast_precision_loss,
        reason = "Go converts the constant in the same way"
    )]
    let float = value as f64;
    Ok(Number {
        int,
        float,
        is_float,
    })
}

/// The whole number that `float` is, if it is one.
fn whole(float: f64) -> Option<i64> {
    let fits = float.fract() == 0.0 && float.abs() < 9.2e18;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and in range, checked above"
    )]
    fits.then_some(float as i64)
}

/// Reads `1.8p3`, without the `0x`.
fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 13 {
        return None;
    }
    let digits = u64::from_str_radix(&digits, 16).ok()?;
    let places = i32::try_from(fraction.len()).ok()?;
    let exponent: i32 = exponent.parse().ok()?;
    #[expect(
        clippy::cast_precision_loss,
        reason = "13 hexadecimal digits are 52 bits"
    )]
    let digits = digits as f64;
    Some(digits * 2f64.powi(exponent.checked_sub(4 * places)?))
}

/// Reads `'x'`.
pub(super) fn character(text: &str) -> Result<char, String> {
    let inner = unescape(&text[1..text.len() - 1], '\'')?;
    let mut characters = inner.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(character),
        _ => Err(format!("malformed character constant: {text}")),
    }
}

/// Reads `"…"`.
pub(super) fn unquote(text: &str) -> Result<String, String> {
    unescape(&text[1..text.len() - 1], '"')
}

fn unescape(text: &str, quote: char) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        rest = escape(rest, quote, &mut bytes)?;
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads what follows a backslash and gives the rest.
fn escape<'a>(rest: &'a str, quote: char, bytes: &mut Vec<u8>) -> Result<&'a str, String> {
    let bad = || {
        format!(
            "bad escape \\{} in a quoted text",
            rest.chars().take(3).collect::<String>()
        )
    };
    let next = rest.chars().next().ok_or_else(bad)?;
    let simple = match next {
        'a' => Some(7),
        'b' => Some(8),
        'f' => Some(12),
        'n' => Some(b'\n'),
        'r' => Some(b'\r'),
        't' => Some(b'\t'),
        'v' => Some(11),
        '\\' => Some(b'\\'),
        _ if next == quote => u8::try_from(next).ok(),
        _ => None,
    };
    if let Some(byte) = simple {
        bytes.push(byte);
        return Ok(&rest[1..]);
    }
    let (skip, length, radix) = match next {
        'x' => (1, 2, 16),
        'u' => (1, 4, 16),
        'U' => (1, 8, 16),
        '0'..='7' => (0, 3, 8),
        _ => return Err(bad()),
    };
    let digits = rest.get(skip..skip + length).ok_or_else(bad)?;
    let code = u32::from_str_radix(digits, radix).map_err(|_| bad())?;
    if matches!(next, 'u' | 'U') {
        let character = char::from_u32(code).ok_or_else(bad)?;
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        bytes.push(u8::try_from(code).map_err(|_| bad())?);
    }
    Ok(&rest[skip + length..])
}
