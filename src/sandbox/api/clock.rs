//! Time as Kubernetes writes it, and identifiers that do not repeat.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::calendar;

/// Seconds since 1970 now.
pub(crate) fn seconds() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Now, as `metav1.Time` is written: `2025-01-31T08:30:00Z`.
pub(crate) fn now() -> String {
    format(seconds())
}

/// Now, as `metav1.MicroTime` is written: `2025-01-31T08:30:00.123456Z`.
pub(crate) fn now_micro() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let text = format(i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
    format!(
        "{}.{:06}Z",
        text.trim_end_matches('Z'),
        since.subsec_micros()
    )
}

/// A moment, in seconds since 1970, as `metav1.Time` is written.
pub(crate) fn format(seconds: i64) -> String {
    calendar::rfc3339(seconds)
}

/// Reads RFC 3339, with or without fractions, `Z` or an offset; `None` where it is not a time.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let bytes = text.as_bytes();
    if separators
        .iter()
        .any(|(at, byte)| bytes.get(*at) != Some(byte))
    {
        return None;
    }
    let (month, day) = (number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day);
    if !fits || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = text.get(19..)?;
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match zone.as_bytes() {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let at = text.len() - 5;
            let minutes = number(at..at + 2)? * 60 + number(at + 3..at + 5)?;
            if *sign == b'+' {
                minutes * 60
            } else {
                -minutes * 60
            }
        }
        _ => return None,
    };
    let days = calendar::days_to(number(0..4)?, month, day);
    Some(days * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

/// 64 bits that nobody can foresee well; not for secrets.
pub(crate) fn random() -> u64 {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u64(COUNTER.fetch_add(1, Ordering::Relaxed));
    hasher.finish()
}

/// A new UID (a version 4 UUID).
pub(crate) fn uid() -> String {
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff,
    )
}

/// The five letters that follow a `generateName`; no vowels, so that no words come out.
pub(crate) fn suffix() -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut bits = random();
    let mut out = String::new();
    for _ in 0..5 {
        let count = LETTERS.len() as u64;
        let at = usize::try_from(bits % count).unwrap_or_default();
        out.push(char::from(LETTERS[at]));
        bits /= count;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_back() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_738_312_200, "2025-01-31T08:30:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(format(seconds), text);
            assert_eq!(parse(text), Some(seconds));
        }
        assert_eq!(parse("2025-01-31T09:30:00.5+01:00"), Some(1_738_312_200));
        for wrong in [
            "",
            "yesterday",
            "2025-01-31",
            "2025-13-01T00:00:00Z",
            "2025-01-31T08:30:00",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn uids_have_the_form_of_a_uuid_and_differ() {
        let one = uid();
        assert_eq!(one.len(), 36);
        assert_eq!(one.as_bytes()[14], b'4');
        assert!("89ab".contains(char::from(one.as_bytes()[19])));
        assert_ne!(one, uid());
    }
}
