//! The formats of texts that Kubernetes 1.34 holds values against. It ignores all others, those of numbers included.

use std::net::Ipv6Addr;
use std::sync::OnceLock;

use base64::Engine as _;
use regex::Regex;

use super::times;
use crate::go_regex;

/// A format that is known, as its definition writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format(&'static Known);

#[derive(Debug)]
struct Known {
    /// As definitions write it.
    names: &'static [&'static str],
    fits: fn(&str) -> bool,
}

impl PartialEq for Known {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Known {}

const fn known(names: &'static [&'static str], fits: fn(&str) -> bool) -> Known {
    Known { names, fits }
}

static ALL: [Known; 26] = [
    known(&["byte"], is_base64),
    known(&["bsonobjectid"], |text| {
        text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    }),
    known(&["cidr"], is_cidr),
    known(&["creditcard"], is_credit_card),
    known(&["date"], |text| times::date(text).is_some()),
    known(&["date-time", "datetime"], is_date_time),
    known(&["duration"], is_duration),
    known(&["email"], is_email),
    known(&["hexcolor"], |text| matches(0, text)),
    known(&["hostname"], is_host_name),
    known(&["ipv4"], is_ipv4),
    known(&["ipv6"], |text| text.parse::<Ipv6Addr>().is_ok()),
    known(&["isbn"], |text| is_isbn10(text) || is_isbn13(text)),
    known(&["isbn10"], is_isbn10),
    known(&["isbn13"], is_isbn13),
    known(&["k8s-long-name"], |text| {
        text.len() <= 253 && text.split('.').all(is_short_name)
    }),
    known(&["k8s-short-name"], is_short_name),
    known(&["mac"], is_mac),
    known(&["password"], |_| true),
    known(&["rgbcolor"], |text| matches(1, text)),
    known(&["ssn"], |text| matches(2, text)),
    known(&["uri"], is_uri),
    known(&["uuid"], |text| matches(3, text)),
    known(&["uuid3"], |text| matches(4, text)),
    known(&["uuid4"], |text| matches(5, text)),
    known(&["uuid5"], |text| matches(6, text)),
];

/// Those that are simplest said as regular expressions, in the order of their numbers in `ALL`.
const PATTERNS: [&str; 8] = [
    "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
    r"^rgb\(\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*,\s*(0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])\s*\)$",
    r"^\d{3}[- ]?\d{2}[- ]?\d{4}$",
    "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
    "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$",
    "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
    "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$",
    r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}](([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$",
];

fn matches(number: usize, text: &str) -> bool {
    static COMPILED: [OnceLock<Option<Regex>>; 8] = [const { OnceLock::new() }; 8];
    let regex = COMPILED[number].get_or_init(|| go_regex::compile(PATTERNS[number]).ok());
    regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

impl Format {
    /// The format of that name, if Kubernetes knows it.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let plain = |name: &str| name.replace('-', "");
        let wanted = plain(name);
        ALL.iter()
            .find(|known| plain(known.names[0]) == wanted)
            .map(Self)
    }

    /// As messages name it.
    pub(super) fn name(self) -> &'static str {
        self.0.names[0]
    }

    pub(super) fn fits(self, text: &str) -> bool {
        (self.0.fits)(text)
    }
}

/// The alphabet of RFC 4648, with padding.
fn is_base64(text: &str) -> bool {
    !text.is_empty()
        && base64::engine::general_purpose::STANDARD
            .decode(text)
            .is_ok()
}

fn is_ipv4(text: &str) -> bool {
    // Leading zeros are taken, and so are IPv4 addresses in the form of IPv6.
    sloppy_ipv4(text) || (text.contains('.') && text.parse::<Ipv6Addr>().is_ok())
}

fn sloppy_ipv4(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let part = |part: &&str| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        digits && part.parse::<u32>().is_ok_and(|number| number <= 255)
    };
    parts.len() == 4 && parts.iter().all(part)
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let most = if sloppy_ipv4(address) {
        32
    } else if address.parse::<Ipv6Addr>().is_ok() {
        128
    } else {
        return false;
    };
    let digits = !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit());
    digits && bits.parse::<u32>().is_ok_and(|bits| bits <= most)
}

fn is_mac(text: &str) -> bool {
    let hex = |part: &str, length: usize| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let of = |separator: char, length: usize, counts: [usize; 3]| {
        let parts: Vec<&str> = text.split(separator).collect();
        counts.contains(&parts.len()) && parts.iter().all(|part| hex(part, length))
    };
    of(':', 2, [6, 8, 20]) || of('-', 2, [6, 8, 20]) || of('.', 4, [3, 4, 10])
}

fn is_host_name(text: &str) -> bool {
    matches(7, text) && text.len() <= 255 && text.split('.').all(|part| part.len() <= 63)
}

fn is_short_name(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=63).contains(&text.len())
        && text.chars().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// An address, with a name before it or without.
fn is_email(text: &str) -> bool {
    let text = text.trim();
    let address = match (text.find('<'), text.strip_suffix('>')) {
        (Some(at), Some(inner)) => &inner[at + 1..],
        _ => text,
    };
    let atom = |part: &str| {
        let fits =
            |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || !c.is_ascii();
        !part.is_empty() && part.chars().all(fits)
    };
    address
        .rsplit_once('@')
        .is_some_and(|(local, domain)| local.split('.').all(atom) && domain.split('.').all(atom))
}

/// What a request line may ask for: an absolute path or a URI with a scheme.
fn is_uri(text: &str) -> bool {
    if text.is_empty() || text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
        return false;
    }
    if text.starts_with('/') || text == "*" {
        return true;
    }
    text.split_once(':').is_some_and(|(scheme, rest)| {
        let starts = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
        let inner = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        starts && scheme.chars().all(inner) && !rest.is_empty() && !rest.contains(' ')
    })
}

fn is_date_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let Some((day, time)) = lower.split_once('t') else {
        return false;
    };
    let mut zone = time.get(8..).unwrap_or_default();
    // One character, whatever it is, and digits.
    let mut fraction = zone.chars();
    if fraction.next().is_some() {
        let digits = fraction.as_str();
        let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_zone = |text: &str| text == "z" || times::offset(&text.to_uppercase()).is_some();
        if after.len() < digits.len() && !is_zone(zone) {
            zone = after;
        }
    }
    let offset = zone == "z"
        || (zone.len() == 6
            && zone.starts_with(['+', '-'])
            && zone.bytes().enumerate().all(|(at, byte)| match at {
                0 => true,
                3 => byte == b':',
                _ => byte.is_ascii_digit(),
            }));
    let clock = time.get(..8).is_some_and(|clock| {
        let parts: Vec<&str> = clock.split(':').collect();
        let two = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.len() == 3
            && parts.iter().all(two)
            && parts[0] <= "23"
            && parts[1] <= "59"
            && parts[2] <= "59"
    });
    times::date(day).is_some() && clock && offset
}

/// The units of durations, and what longer names of them start with.
const UNITS: [&[&str]; 8] = [
    &["ns", "nano"],
    &["us", "µs", "micro"],
    &["ms", "milli"],
    &["s", "sec"],
    &["m", "min"],
    &["h", "hr", "hour"],
    &["d", "day"],
    &["w", "wk", "week"],
];

/// As Go's durations, or as Scala's: `3 days`.
fn is_duration(text: &str) -> bool {
    if times::duration(text).is_some() {
        return true;
    }
    let letter = |c: char| c.is_ascii_alphabetic() || c == 'µ';
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = &rest[at..];
        let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
        let spaced = after.trim_start();
        let end = spaced.find(|c| !letter(c)).unwrap_or(spaced.len());
        let unit = spaced[..end].to_lowercase();
        let of = |names: &&[&str]| {
            let last = names.last().copied().unwrap_or_default();
            names.contains(&unit.as_str()) || unit.starts_with(last)
        };
        if end > 0 && UNITS.iter().any(of) {
            return true;
        }
        rest = &spaced[end..];
    }
    false
}

fn is_credit_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => *digit,
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        })
        .sum();
    (13..=16).contains(&digits.len()) && sum.is_multiple_of(10)
}

fn is_isbn10(text: &str) -> bool {
    let text = text.replace(['-', ' '], "");
    let digit = |(at, c): (usize, char)| match c {
        'X' | 'x' if at == 9 => Some(10),
        _ => c.to_digit(10),
    };
    let digits: Option<Vec<u32>> = text.chars().enumerate().map(digit).collect();
    digits.is_some_and(|digits| {
        let sum: u32 = (1..).zip(&digits).map(|(at, digit)| at * digit).sum();
        digits.len() == 10 && sum.is_multiple_of(11)
    })
}

fn is_isbn13(text: &str) -> bool {
    let text = text.replace(['-', ' '], "");
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let weighted = digits.iter().enumerate();
        let sum: u32 = weighted
            .map(|(at, digit)| if at % 2 == 0 { *digit } else { 3 * digit })
            .sum();
        digits.len() == 13 && sum.is_multiple_of(10)
    })
}
