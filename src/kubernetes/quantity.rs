//! Kubernetes quantities ("500m", "1Gi") in their canonical form.
//!
//! Only what writing and comparing them needs; no arithmetic. The rules are those of `resource.Quantity`: the suffix family (decimal,
//! binary, exponent) is kept, the largest suffix that leaves a whole number is chosen, and what is finer than a
//! thousand-millionth is rounded up.

use serde_json::Value;

/// The family of suffixes that a quantity was written with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Decimal,
    Binary,
    Exponent,
}

const DECIMAL: &[(&str, i32)] = &[
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY: &[(&str, u32)] = &[
    ("", 0),
    ("Ki", 10),
    ("Mi", 20),
    ("Gi", 30),
    ("Ti", 40),
    ("Pi", 50),
    ("Ei", 60),
];
/// Everything is counted in thousand-millionths, the finest that a quantity can hold.
const NANO: i128 = 1_000_000_000;

/// The canonical form of a quantity given as text or as a number; `None` when it is not a quantity.
pub(crate) fn canonical(value: &Value) -> Option<String> {
    let (nanos, family) = read(value)?;
    match value {
        Value::String(text) if is_kept(text, family) => Some(text.clone()),
        _ => Some(write(nanos, family)),
    }
}

/// Whether Kubernetes leaves a decimal quantity as it is written, though not canonical (`1.500`, `+1`, `1E3`): where its
/// digits, the point aside, begin and end as if they were a whole number of thousands, thousandths and so on.
fn is_kept(text: &str, family: Family) -> bool {
    /// As many digits as are sure to fit into 64 bits.
    const MOST: usize = 18;
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let end = unsigned
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.trim_start_matches('0');
    let power = match family {
        Family::Binary => None,
        Family::Decimal => {
            let mut known = DECIMAL.iter();
            known.find_map(|(name, power)| (*name == suffix).then_some(*power))
        }
        Family::Exponent => suffix.get(1..).and_then(|power| power.parse().ok()),
    };
    let decimals = i32::try_from(fraction.len()).unwrap_or(i32::MAX);
    let Some(power) = power.and_then(|power: i32| power.checked_sub(decimals)) else {
        return false;
    };
    let digits = whole.len() + fraction.len();
    // Without a digit before the point there is a zero, and zeros at the front are never kept.
    !whole.is_empty()
        && digits <= MOST
        && power >= -9
        && power % 3 == 0
        && !format!("{whole}{fraction}").ends_with("000")
}

/// What a quantity is worth, in thousand-millionths; `None` when it is not a quantity.
pub(crate) fn value(value: &Value) -> Option<i128> {
    read(value).map(|(nanos, _)| nanos)
}

fn read(value: &Value) -> Option<(i128, Family)> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => parse(&number.to_string()),
        _ => None,
    }
}

/// Whether `text` is a quantity.
pub(crate) fn is_valid(text: &str) -> bool {
    parse(text).is_some()
}

fn parse(text: &str) -> Option<(i128, Family)> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = unsigned
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let mut digits: i128 = format!("0{whole}{fraction}").parse().ok()?;
    let decimals = i32::try_from(fraction.len()).ok()?;
    let (power, family) = if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| *name == suffix)
    {
        (*power, Family::Decimal)
    } else if let Some((_, bits)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        digits = digits.checked_mul(1_i128 << bits)?;
        (0, Family::Binary)
    } else {
        let exponent = suffix.strip_prefix(['e', 'E'])?;
        (exponent.parse().ok()?, Family::Exponent)
    };
    Some((sign * scale(digits, power - decimals + 9)?, family))
}

/// `digits` times ten to the power; what gets lost is rounded up.
fn scale(digits: i128, power: i32) -> Option<i128> {
    let factor = 10_i128.checked_pow(power.unsigned_abs())?;
    if power >= 0 {
        digits.checked_mul(factor)
    } else {
        Some(digits.div_euclid(factor) + i128::from(digits.rem_euclid(factor) != 0))
    }
}

fn write(nanos: i128, family: Family) -> String {
    if nanos == 0 {
        return "0".to_owned();
    }
    // A binary quantity that is not a whole number, or is less than 1024, is written as a decimal one.
    if family == Family::Binary && nanos % NANO == 0 && (nanos / NANO).abs() >= 1024 {
        let number = nanos / NANO;
        let best = BINARY
            .iter()
            .rev()
            .find(|(_, bits)| number % (1_i128 << bits) == 0);
        let (suffix, bits) = best.copied().unwrap_or(("", 0));
        return format!("{}{suffix}", number >> bits);
    }
    let best = DECIMAL
        .iter()
        .rev()
        .find(|(_, power)| nanos % 10_i128.pow((power + 9).unsigned_abs()) == 0);
    let (suffix, power) = best.copied().unwrap_or(("n", -9));
    let number = nanos / 10_i128.pow((power + 9).unsigned_abs());
    match family {
        Family::Exponent if power != 0 => format!("{number}e{power}"),
        Family::Exponent => number.to_string(),
        _ => format!("{number}{suffix}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn quantities_get_the_largest_suffix_of_their_family() {
        for (written, expected) in [
            ("2000m", "2"),
            ("1024Mi", "1Gi"),
            ("100m", "100m"),
            ("0.5", "500m"),
            ("1000", "1k"),
            ("1500Mi", "1500Mi"),
            ("512", "512"),
            ("0", "0"),
            ("0m", "0"),
            ("1e3", "1e3"),
            ("12345e2", "1234500"),
            ("0.5Gi", "512Mi"),
            ("-1.5", "-1500m"),
            ("128M", "128M"),
            ("0.0000000001", "1n"),
            ("1500m", "1500m"),
            ("0.1", "100m"),
            ("1536Mi", "1536Mi"),
            ("0.5Ki", "512"),
            ("1024", "1024"),
            ("1000M", "1G"),
            ("1100k", "1100k"),
            ("12e2", "1200"),
            ("10e5", "1e6"),
            ("0.3Gi", "322122547200m"),
            ("1023Ki", "1023Ki"),
            ("1E", "1E"),
            ("0.0001", "100u"),
            ("100e-3", "100e-3"),
            ("-2000m", "-2"),
            ("0Mi", "0"),
            ("00.50", "500m"),
            ("10n", "10n"),
            // As the API server keeps them.
            ("+1", "+1"),
            ("+0.5", "500m"),
            ("1E3", "1E3"),
            ("1E-2", "10e-3"),
            ("1.", "1."),
            ("1.500", "1.500"),
            ("1.000", "1"),
            ("0.500", "500m"),
            ("-1", "-1"),
            ("007", "007"),
            ("9999999999999999999", "9999999999999999999"),
        ] {
            assert_eq!(
                canonical(&json!(written)).as_deref(),
                Some(expected),
                "{written}"
            );
        }
        assert_eq!(canonical(&json!(3)).as_deref(), Some("3"));
        assert_eq!(canonical(&json!(0.25)).as_deref(), Some("250m"));
    }

    #[test]
    fn tells_quantities_from_other_texts() {
        for text in [
            "0",
            "1",
            "100m",
            "1.5Gi",
            "2e3",
            "1E-2",
            ".5",
            "+1k",
            "-3",
            "128974848",
        ] {
            assert!(is_valid(text), "{text:?}");
        }
        for text in [
            "", "m", "1 Gi", "1.2.3", "1kb", "0x10", "100m\n", "e3", "1e", ".", "1x", "1KiB",
            "--1", "GiB",
        ] {
            assert!(!is_valid(text), "{text:?}");
        }
    }
}
