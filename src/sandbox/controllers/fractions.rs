//! Numbers that may be percentages, as `maxSurge: 25%`.

use serde_json::Value;

use super::text;

/// A number, or so many per cent of `total`, rounded up or down. What is neither is 0.
pub(super) fn of(value: &Value, total: i64, up: bool) -> i64 {
    if let Some(number) = value.as_i64() {
        return number;
    }
    let percent = text(value).strip_suffix('%');
    let Some(percent) = percent.and_then(|percent| percent.parse::<i64>().ok()) else {
        return 0;
    };
    let hundredfold = percent.saturating_mul(total);
    if up {
        hundredfold.saturating_add(99).div_euclid(100)
    } else {
        hundredfold.div_euclid(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn percentages_are_rounded_as_asked() {
        for (value, total, up, down) in [
            (json!("25%"), 3, 1, 0),
            (json!("25%"), 4, 1, 1),
            (json!("25%"), 10, 3, 2),
            (json!("100%"), 7, 7, 7),
            (json!(2), 10, 2, 2),
            (Value::Null, 10, 0, 0),
        ] {
            assert_eq!(of(&value, total, true), up, "{value} of {total}");
            assert_eq!(of(&value, total, false), down, "{value} of {total}");
        }
    }
}
