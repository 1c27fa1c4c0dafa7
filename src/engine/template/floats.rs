//! Numbers with a fraction as Go writes them.

/// Writes `number` by one of Go's verbs for floats; `None` for another verb.
pub(super) fn format(number: f64, verb: char, precision: Option<usize>) -> Option<String> {
    if !matches!(verb, 'v' | 'g' | 'G' | 'e' | 'E' | 'f' | 'F') {
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
