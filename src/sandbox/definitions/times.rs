//! Durations and moments as Go's `time` reads them, to the nanosecond.

use crate::calendar;

pub(super) const SECOND: i64 = 1_000_000_000;

/// Reads `1h30m`, `-1.5s`, `300ms`, `0`; in nanoseconds. `None` where it is no duration, or longer than some 290 years.
pub(super) fn duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let whole = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = &rest[..rest.len() - whole.len()];
        let (fraction, after) = match whole.strip_prefix('.') {
            Some(after) => {
                let end = after.trim_start_matches(|c: char| c.is_ascii_digit());
                (&after[..after.len() - end.len()], end)
            }
            None => ("", whole),
        };
        if number.is_empty() && fraction.is_empty() {
            return None;
        }
        let length = after
            .find(|c: char| c == '.' || c.is_ascii_digit())
            .unwrap_or(after.len());
        let unit: i128 = match &after[..length] {
            "ns" => 1,
            "us" | "µs" | "μs" => 1000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        if number.len() > 19 {
            return None;
        }
        let number: i128 = if number.is_empty() {
            0
        } else {
            number.parse().ok()?
        };
        total += number * unit;
        total += part_of(unit, fraction);
        rest = &after[length..];
    }
    let total = if negative { -total } else { total };
    i64::try_from(total).ok()
}

/// `0.fraction` of a unit, cut to whole nanoseconds.
fn part_of(unit: i128, fraction: &str) -> i128 {
    let digits = &fraction[..fraction.len().min(18)];
    let number: i128 = digits.parse().unwrap_or_default();
    let power = u32::try_from(digits.len()).unwrap_or_default();
    number * unit / 10_i128.pow(power)
}

/// A moment: nanoseconds since 1970, and the offset in seconds that it was written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) nanoseconds: i128,
    pub(super) offset: i64,
}

/// Reads RFC 3339; the time zone may be in small letters, as Kubernetes' formats allow.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let text = text.to_ascii_uppercase();
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators
        .iter()
        .any(|(at, byte)| bytes.get(*at) != Some(byte))
    {
        return None;
    }
    let number = |from: usize, to: usize| digits(text.get(from..to)?);
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !is_date(year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let rest = text.get(19..)?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let zone = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            (&rest[..rest.len() - zone.len()], zone)
        }
        None => ("", rest),
    };
    if fraction.is_empty() && rest.starts_with('.') {
        return None;
    }
    let offset = offset(zone)?;
    let seconds =
        calendar::days_to(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    let unit = i128::from(SECOND);
    Some(Moment {
        nanoseconds: i128::from(seconds) * unit + part_of(unit, fraction),
        offset,
    })
}

/// `Z`, `+01:00`; in seconds.
pub(super) fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours <= 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Reads `2006-01-02`.
pub(super) fn date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let number = |from: usize, to: usize| digits(text.get(from..to)?);
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    is_date(year, month, day).then(|| calendar::days_to(year, month, day))
}

fn is_date(year: i64, month: i64, day: i64) -> bool {
    (1..=12).contains(&month)
        && day >= 1
        && calendar::date_of(calendar::days_to(year, month, day)) == (year, month, day)
}

fn digits(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, expected) in [
            ("0", Some(0)),
            ("1s", Some(SECOND)),
            ("1.5h", Some(5400 * SECOND)),
            ("-1h2m3s4ms5us6ns", Some(-3_723_004_005_006)),
            (".5s", Some(SECOND / 2)),
            ("1.s", Some(SECOND)),
            ("1µs", Some(1000)),
            ("", None),
            ("1", None),
            ("s", None),
            (".s", None),
            ("1d", None),
            ("1s ", None),
            ("9999999h", None),
        ] {
            assert_eq!(duration(text), expected, "{text:?}");
        }
    }

    #[test]
    fn moments_know_their_offset() {
        let one = moment("2025-01-31T09:30:00.25+01:00").unwrap();
        assert_eq!(one.nanoseconds, 1_738_312_200_250_000_000);
        assert_eq!(one.offset, 3600);
        for wrong in [
            "2025-02-29T00:00:00Z",
            "2025-01-31T24:00:00Z",
            "2025-01-31",
            "2025-01-31T00:00:00",
        ] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
        assert_eq!(date("2024-02-29"), Some(19_782));
    }
}
