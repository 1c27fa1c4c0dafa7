//! Numbers with a fraction as Go writes them.

/// Writes `number` by one of Go's verbs for floats; `None` for another verb.
pub(super) fn format(number: f64, verb: char, precision: Option<usize>) -> Option<String> {
    if !matches!(
        verb,
        'v' | 'g' | 'G' | 'e' | 'E' | 'f' | 'F' | 'x' | 'X' | 'b'
    ) {
        return None;
    }
    if number.is_nan() {
        return Some("NaN".into());
    }
    if number.is_infinite() {
        return Some(if number > 0.0 { "+Inf" } else { "-Inf" }.into());
    }
    let text = match (verb, precision) {
        ('v' | 'g' | 'G', None) => general(number, None, 6),
        ('v' | 'g' | 'G', Some(digits)) => general(number, Some(digits.max(1)), 0),
        ('x' | 'X', precision) => hexadecimal(number, precision),
        ('b', _) => binary_exponent(number),
        ('e' | 'E', precision) => go_exponent(&format!("{number:.*e}", precision.unwrap_or(6))),
        (_, precision) => format!("{number:.*}", precision.unwrap_or(6)),
    };
    Some(if verb.is_ascii_uppercase() {
        text.to_uppercase()
    } else {
        text
    })
}

/// The shortest text that reads back as the same number (`%v`).
pub(super) fn shortest(number: f64) -> String {
    format(number, 'v', None).unwrap_or_default()
}

/// As JSON and YAML have it: an exponent only from 1e21 on and below 1e-6.
pub(super) fn json(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        let text = go_exponent(&format!("{number:e}"));
        // JSON writes e-9, not e-09.
        return text.replace("e-0", "e-");
    }
    format!("{number}")
}

/// `%g`: scientific where the exponent is below -4 or at least the precision.
fn general(number: f64, digits: Option<usize>, threshold: i32) -> String {
    let scientific = match digits {
        Some(digits) => format!("{number:.*e}", digits - 1),
        None => format!("{number:e}"),
    };
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // With a precision trailing zeros go.
    let mantissa = if mantissa.contains('.') {
        mantissa.trim_end_matches('0').trim_end_matches('.')
    } else {
        mantissa
    };
    let threshold = match digits {
        Some(digits) => i32::try_from(digits).unwrap_or(i32::MAX),
        None => threshold,
    };
    if exponent < -4 || exponent >= threshold {
        return go_exponent(&format!("{mantissa}e{exponent}"));
    }
    let places = mantissa.trim_start_matches('-').len().saturating_sub(2);
    let places = i32::try_from(places)
        .unwrap_or(0)
        .saturating_sub(exponent)
        .max(0);
    match digits {
        None => format!("{number}"),
        Some(_) => format!("{number:.*}", usize::try_from(places).unwrap_or(0)),
    }
}

/// The 52 bits after the point, and the exponent that goes with them.
fn parts(number: f64) -> (u64, i64) {
    let bits = number.to_bits();
    let exponent = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0);
    (bits & ((1 << 52) - 1), exponent)
}

/// `%x`: `0x1.8p+00`
fn hexadecimal(number: f64, precision: Option<usize>) -> String {
    let (mut fraction, mut exponent) = parts(number);
    let mut whole = 1;
    if number == 0.0 {
        (whole, exponent) = (0, 0);
    } else if exponent == 0 {
        // Below the smallest normal number; shifted until a one stands before the point.
        let shift = fraction.leading_zeros() - 11;
        fraction = fraction << shift & ((1 << 52) - 1);
        exponent = -1022 - i64::from(shift);
    } else {
        exponent -= 1023;
    }
    if let Some(digits) = precision.filter(|digits| *digits < 13) {
        let dropped = 52 - 4 * u32::try_from(digits).unwrap_or(0);
        let all = whole << 52 | fraction;
        let half = 1u64 << (dropped - 1);
        let (mut kept, rest) = (all >> dropped, all & ((1 << dropped) - 1));
        if rest > half || (rest == half && kept & 1 == 1) {
            kept += 1;
        }
        whole = kept << dropped >> 52;
        fraction = kept << dropped & ((1 << 52) - 1);
    }
    let mut digits = format!("{fraction:013x}");
    match precision {
        None => digits.truncate(digits.trim_end_matches('0').len()),
        Some(length) => {
            digits.truncate(length);
            digits.extend(std::iter::repeat_n('0', length - digits.len()));
        }
    }
    let point = if digits.is_empty() { "" } else { "." };
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let direction = if exponent < 0 { '-' } else { '+' };
    format!(
        "{sign}0x{whole:x}{point}{digits}p{direction}{:02}",
        exponent.unsigned_abs()
    )
}

/// `%b`: `4503599627370496p-52`
fn binary_exponent(number: f64) -> String {
    let (fraction, exponent) = parts(number);
    let (digits, exponent) = if exponent == 0 {
        (fraction, 1)
    } else {
        (fraction | 1 << 52, exponent)
    };
    let sign = if number.is_sign_negative() { "-" } else { "" };
    format!("{sign}{digits}p{:+}", exponent - 1075)
}

/// Rust's `1e3` as Go's `1e+03`.
fn go_exponent(text: &str) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return text.to_owned();
    };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}
