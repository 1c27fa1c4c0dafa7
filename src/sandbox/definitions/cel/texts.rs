//! Functions of texts. Places in texts count characters.

use super::super::formats::Format;
use super::evaluate::{Budget, Fault, no_overload};
use super::functions::{NamedFormat, one, text, whole};
use super::value::Val;
use crate::calendar;
use crate::go_regex;
use crate::kubernetes::names::is_label;

type Done<'a> = Result<Val<'a>, Fault>;

/// What it costs to read a pattern that does not stand in the rule.
const PATTERN: usize = 2000;

/// `contains` and its like.
pub(super) fn compare<'a>(
    values: &[Val<'a>],
    budget: &mut Budget,
    holds: fn(&str, &str) -> bool,
) -> Done<'a> {
    let (one, other) = (text(values, 0)?, text(values, 1)?);
    budget.spend_on_text(one.len())?;
    Ok(Val::Bool(holds(one, other)))
}

/// `lowerAscii` and its like.
pub(super) fn change<'a>(
    values: &[Val<'a>],
    budget: &mut Budget,
    change: fn(&str) -> String,
) -> Done<'a> {
    let text = text(values, 0)?;
    budget.spend_on_text(text.len())?;
    Ok(Val::text(change(text)))
}

fn pattern(values: &[Val<'_>], budget: &mut Budget) -> Result<regex::Regex, Fault> {
    let source = text(values, 1)?;
    budget.spend(PATTERN + source.len())?;
    budget.spend_on_text(text(values, 0)?.len())?;
    go_regex::compile(source).map_err(Fault::Error)
}

/// `matches` with a pattern that was computed.
pub(super) fn matches<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let pattern = pattern(values, budget)?;
    Ok(Val::Bool(pattern.is_match(text(values, 0)?)))
}

/// `find(pattern)`: the first match, or nothing.
pub(super) fn find<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let pattern = pattern(values, budget)?;
    let found = pattern.find(text(values, 0)?);
    Ok(Val::text(found.map_or("", |found| found.as_str())))
}

/// `findAll(pattern, most)`.
pub(super) fn find_all<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let pattern = pattern(values, budget)?;
    let most = match whole(values, 2)? {
        Some(most) if most >= 0 => usize::try_from(most).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let found = pattern.find_iter(text(values, 0)?).take(most);
    Ok(Val::list(
        found.map(|found| Val::text(found.as_str())).collect(),
    ))
}

/// The byte at which a character starts; the end for the place after the last.
fn place(text: &str, at: i64) -> Result<usize, Fault> {
    let wrong = || Fault::Error(format!("index out of range: {at}"));
    let at = usize::try_from(at).map_err(|_| wrong())?;
    let starts = text.char_indices().map(|(start, _)| start);
    starts.chain([text.len()]).nth(at).ok_or_else(wrong)
}

/// How many characters there are before a byte.
fn count(text: &str, byte: usize) -> i64 {
    let before = text.get(..byte).unwrap_or_default();
    i64::try_from(before.chars().count()).unwrap_or(i64::MAX)
}

/// `charAt(n)`.
pub(super) fn char_at<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let text = text(values, 0)?;
    budget.spend_on_text(text.len())?;
    let at = place(text, whole(values, 1)?.unwrap_or_default())?;
    let found = text[at..].chars().next();
    Ok(Val::text(found.map(String::from).unwrap_or_default()))
}

/// `indexOf(x, from)`.
pub(super) fn index_of<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let (text, wanted) = (text(values, 0)?, text(values, 1)?);
    budget.spend_on_text(text.len())?;
    let from = place(text, whole(values, 2)?.unwrap_or_default())?;
    let found = text[from..].find(&**wanted);
    Ok(Val::Int(found.map_or(-1, |at| count(text, from + at))))
}

/// `lastIndexOf(x, from)`.
pub(super) fn last_index_of<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let (text, wanted) = (text(values, 0)?, text(values, 1)?);
    budget.spend_on_text(text.len())?;
    let end = match whole(values, 2)? {
        Some(from) => place(text, from)?
            .saturating_add(wanted.len())
            .min(text.len()),
        None => text.len(),
    };
    let found = text.get(..end).unwrap_or(text).rfind(&**wanted);
    Ok(Val::Int(found.map_or(-1, |at| count(text, at))))
}

/// `replace(old, new, most)`.
pub(super) fn replace<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let (text, old, new) = (text(values, 0)?, text(values, 1)?, text(values, 2)?);
    let times = match whole(values, 3)? {
        Some(most) if most >= 0 => usize::try_from(most).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let found = text.matches(&**old).take(times).count();
    budget.spend_on_text(text.len().saturating_add(found.saturating_mul(new.len())))?;
    Ok(Val::text(text.replacen(&**old, new, times)))
}

/// `split(separator, most)`.
pub(super) fn split<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let (text, separator) = (text(values, 0)?, text(values, 1)?);
    budget.spend(text.len())?;
    let most = match whole(values, 2)? {
        Some(0) => return Ok(Val::list(Vec::new())),
        Some(most) if most > 0 => usize::try_from(most).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let parts: Vec<Val<'a>> = if separator.is_empty() {
        text.chars()
            .take(most)
            .map(|c| Val::text(String::from(c)))
            .collect()
    } else {
        text.splitn(most, &**separator).map(Val::text).collect()
    };
    Ok(Val::list(parts))
}

/// `substring(from, to)`.
pub(super) fn substring<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let text = text(values, 0)?;
    budget.spend_on_text(text.len())?;
    let from = place(text, whole(values, 1)?.unwrap_or_default())?;
    let to = match whole(values, 2)? {
        Some(to) => place(text, to)?,
        None => text.len(),
    };
    match text.get(from..to) {
        Some(part) => Ok(Val::text(part)),
        None => Err(Fault::Error(format!(
            "invalid substring range. start: {}, end: {}",
            count(text, from),
            count(text, to)
        ))),
    }
}

/// `[…].join(separator)`.
pub(super) fn join<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let Some(items) = one(values)?.items() else {
        return no_overload();
    };
    let separator = if values.len() > 1 {
        text(values, 1)?.to_string()
    } else {
        String::new()
    };
    let mut parts = Vec::new();
    for item in items {
        let Val::Text(part) = item else {
            return no_overload();
        };
        budget.spend_on_text(part.len() + separator.len())?;
        parts.push(part.to_string());
    }
    Ok(Val::text(parts.join(&separator)))
}

/// `strings.quote(x)`.
pub(super) fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// `"…".format([…])`.
pub(super) fn format<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let source = text(values, 0)?;
    let Some(arguments) = values.get(1).and_then(Val::items) else {
        return no_overload();
    };
    let mut next = arguments.iter();
    let mut out = String::new();
    let mut rest: &str = source;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let digits = rest.strip_prefix('.').map(|after| {
            let end = after
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(after.len());
            after.split_at(end)
        });
        let (precision, after) = match digits {
            Some((digits, after)) => (Some(digits.parse().unwrap_or(0_usize).min(100)), after),
            None => (None, rest),
        };
        let Some(clause) = after.chars().next() else {
            return Err(Fault::from("unexpected end of string"));
        };
        let Some(argument) = next.next() else {
            return Err(Fault::Error(format!(
                "index {} out of range",
                arguments.len()
            )));
        };
        out.push_str(&clause_of(clause, precision, argument)?);
        budget.spend_on_text(out.len())?;
        rest = &after[clause.len_utf8()..];
    }
    out.push_str(rest);
    Ok(Val::text(out))
}

fn clause_of(clause: char, precision: Option<usize>, argument: &Val<'_>) -> Result<String, Fault> {
    Ok(match (clause, argument) {
        ('s', argument) => shown(argument)?,
        ('d', Val::Int(number)) => number.to_string(),
        ('d', Val::Uint(number)) => number.to_string(),
        ('f', Val::Double(number)) => format!("{number:.*}", precision.unwrap_or(6)),
        ('f', Val::Int(number)) => format!("{number}.{}", "0".repeat(precision.unwrap_or(6))),
        ('e', Val::Double(number)) => format!("{number:.*e}", precision.unwrap_or(6)),
        ('b', Val::Int(number)) => format!("{number:b}"),
        ('b', Val::Bool(value)) => u8::from(*value).to_string(),
        ('x', Val::Int(number)) => format!("{number:x}"),
        ('X', Val::Int(number)) => format!("{number:X}"),
        ('o', Val::Int(number)) => format!("{number:o}"),
        ('x', Val::Text(text)) => {
            let digits: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
            digits.concat()
        }
        ('d' | 'f' | 'e' | 'b' | 'x' | 'X' | 'o', other) => {
            let what = format!(
                "could not parse formatting clause: \"{clause}\" does not take a {}",
                other.type_name()
            );
            return Err(Fault::Error(what));
        }
        (other, _) => {
            let what = format!(
                "could not parse formatting clause: unrecognized formatting clause \"{other}\""
            );
            return Err(Fault::Error(what));
        }
    })
}

/// A value as `%s` shows it.
fn shown(value: &Val<'_>) -> Result<String, Fault> {
    if let Some(items) = value.items() {
        let items: Result<Vec<String>, Fault> = items.iter().map(shown).collect();
        return Ok(format!("[{}]", items?.join(", ")));
    }
    if let (Val::Object(..) | Val::Map(_), Some(keys)) = (value, value.range()) {
        let mut parts = Vec::new();
        for key in keys {
            let entry = value.get(&key)?.unwrap_or(Val::Null);
            parts.push(format!("{}: {}", shown(&key)?, shown(&entry)?));
        }
        return Ok(format!("{{{}}}", parts.join(", ")));
    }
    written(value).map_or_else(|| Ok(value.to_string()), Ok)
}

/// A scalar as `string(x)` gives it.
fn written(value: &Val<'_>) -> Option<String> {
    Some(match value {
        Val::Text(text) => text.to_string(),
        Val::Int(_) | Val::Uint(_) | Val::Double(_) | Val::Bool(_) => value.to_string(),
        Val::Bytes(bytes) => String::from_utf8(bytes.to_vec()).ok()?,
        Val::Duration(length) => {
            let sign = if *length < 0 { "-" } else { "" };
            let (seconds, rest) = (
                length.unsigned_abs() / 1_000_000_000,
                length.unsigned_abs() % 1_000_000_000,
            );
            let fraction = format!("{rest:09}");
            let fraction = fraction.trim_end_matches('0');
            let point = if fraction.is_empty() { "" } else { "." };
            format!("{sign}{seconds}{point}{fraction}s")
        }
        Val::Timestamp(at) => {
            let seconds = i64::try_from(at.nanoseconds.div_euclid(1_000_000_000))
                .unwrap_or_default()
                + at.offset;
            let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
            let (year, month, day) = calendar::date_of(days);
            let fraction = format!("{:09}", at.nanoseconds.rem_euclid(1_000_000_000));
            let fraction = fraction.trim_end_matches('0');
            let point = if fraction.is_empty() { "" } else { "." };
            let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
            let zone = if at.offset == 0 {
                "Z".to_owned()
            } else {
                let sign = if at.offset < 0 { '-' } else { '+' };
                let minutes = at.offset.abs() / 60;
                format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
            };
            format!(
                "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{point}{fraction}{zone}"
            )
        }
        Val::Ip(address) => address.to_string(),
        Val::Cidr(address, bits) => format!("{address}/{bits}"),
        Val::Url(url) => url.text().to_owned(),
        _ => return None,
    })
}

/// `string(x)`.
pub(super) fn to_text<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let value = one(values)?;
    if let Val::Text(_) = value {
        return Ok(value.clone());
    }
    let Some(text) = written(value) else {
        return match value {
            Val::Bytes(_) => Err(Fault::from(
                "invalid UTF-8 in bytes, cannot convert to string",
            )),
            _ => no_overload(),
        };
    };
    budget.spend_on_text(text.len())?;
    Ok(Val::text(text))
}

/// `bytes(x)`.
pub(super) fn to_bytes<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    match one(values)? {
        Val::Bytes(bytes) => Ok(Val::Bytes(bytes.clone())),
        Val::Text(text) => {
            budget.spend_on_text(text.len())?;
            Ok(Val::Bytes(text.as_bytes().into()))
        }
        _ => no_overload(),
    }
}

/// Whether a text can be the beginning of a label, to which something is added: it may end in a dash.
fn is_label_prefix(text: &str) -> bool {
    text.len() <= 63 && is_label(text.trim_end_matches('-'))
}

fn told(fits: bool, what: &str) -> Vec<String> {
    if fits {
        Vec::new()
    } else {
        vec![what.to_owned()]
    }
}

fn of_schema(name: &str, text: &str, what: &str) -> Vec<String> {
    told(
        Format::parse(name).is_none_or(|format| format.fits(text)),
        what,
    )
}

fn is_name(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    text.len() <= 63 && text.starts_with(edge) && text.ends_with(edge) && text.chars().all(inner)
}

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const DNS1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";

fn is_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

fn is_subdomain_prefix(text: &str) -> bool {
    let (whole, last) = match text.rsplit_once('.') {
        Some((whole, last)) => (Some(whole), last),
        None => (None, text),
    };
    text.len() <= 253 && whole.is_none_or(is_subdomain) && is_label_prefix(last)
}

/// What a DNS-1035 label has beyond one of RFC 1123.
fn starts_with_letter(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
}

static FORMATS: [NamedFormat; 13] = [
    NamedFormat {
        name: "dns1123Label",
        check: |text| told(is_label(text), LABEL),
    },
    NamedFormat {
        name: "dns1123Subdomain",
        check: |text| told(is_subdomain(text), SUBDOMAIN),
    },
    NamedFormat {
        name: "dns1035Label",
        check: |text| told(starts_with_letter(text) && is_label(text), DNS1035),
    },
    NamedFormat {
        name: "dns1123LabelPrefix",
        check: |text| told(is_label_prefix(text), LABEL),
    },
    NamedFormat {
        name: "dns1123SubdomainPrefix",
        check: |text| told(is_subdomain_prefix(text), SUBDOMAIN),
    },
    NamedFormat {
        name: "dns1035LabelPrefix",
        check: |text| told(starts_with_letter(text) && is_label_prefix(text), DNS1035),
    },
    NamedFormat {
        name: "qualifiedName",
        check: |text| {
            let fits = match text.split_once('/') {
                Some((domain, name)) => is_subdomain(domain) && is_name(name),
                None => is_name(text),
            };
            told(fits, "must be a qualified name")
        },
    },
    NamedFormat {
        name: "labelValue",
        check: |text| {
            told(
                text.is_empty() || is_name(text),
                "must be a valid label value",
            )
        },
    },
    NamedFormat {
        name: "uri",
        check: |text| of_schema("uri", text, "invalid URI for request"),
    },
    NamedFormat {
        name: "uuid",
        check: |text| of_schema("uuid", text, "does not match the UUID format"),
    },
    NamedFormat {
        name: "byte",
        check: |text| of_schema("byte", text, "invalid base64"),
    },
    NamedFormat {
        name: "date",
        check: |text| of_schema("date", text, "invalid date"),
    },
    NamedFormat {
        name: "datetime",
        check: |text| of_schema("datetime", text, "invalid datetime"),
    },
];

/// `format.dns1123Label()` and its like.
pub(super) fn format_of<'a>(name: &str) -> Done<'a> {
    let found = FORMATS.iter().find(|format| format.name == name);
    found.map_or_else(no_overload, |format| Ok(Val::Format(*format)))
}

/// `format.named(x)`.
pub(super) fn named_format<'a>(values: &[Val<'a>], _: &mut Budget) -> Done<'a> {
    let name = text(values, 0)?;
    let found = FORMATS.iter().find(|format| *format.name == **name);
    Ok(found.map_or(Val::Optional(None), |format| {
        Val::some(Val::Format(*format))
    }))
}

/// `format.….validate(x)`: nothing where it fits, else what is wrong.
pub(super) fn validate<'a>(values: &[Val<'a>], budget: &mut Budget) -> Done<'a> {
    let Val::Format(format) = one(values)? else {
        return no_overload();
    };
    let text = text(values, 1)?;
    budget.spend_on_text(text.len())?;
    let wrong = (format.check)(text);
    if wrong.is_empty() {
        return Ok(Val::Optional(None));
    }
    Ok(Val::some(Val::list(
        wrong.into_iter().map(Val::text).collect(),
    )))
}
