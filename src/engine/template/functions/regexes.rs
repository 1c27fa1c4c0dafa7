//! sprig's regular expressions, in Go's syntax (see `crate::go_regex`).

use regex::{NoExpand, Regex, Replacer};

use super::super::call::Param::{Int, Text};
use super::super::call::{Builtin, fixed};
use super::super::{Answer, Call, Failure, Value};

pub(super) const TABLE: &[Builtin] = &[
    fixed("regexMatch", &[Text, Text], |call| {
        // An expression that cannot be read matches nothing here, and is an error in `mustRegexMatch`.
        Ok(is_match(call).unwrap_or(false).into())
    }),
    fixed("mustRegexMatch", &[Text, Text], |call| {
        Ok(is_match(call)?.into())
    }),
    fixed("regexFind", &[Text, Text], find),
    fixed("mustRegexFind", &[Text, Text], find),
    fixed("regexFindAll", &[Text, Text, Int], find_all),
    fixed("mustRegexFindAll", &[Text, Text, Int], find_all),
    fixed("regexReplaceAll", &[Text, Text, Text], |call| {
        replace(call, call.text(2)?)
    }),
    fixed("mustRegexReplaceAll", &[Text, Text, Text], |call| {
        replace(call, call.text(2)?)
    }),
    fixed("regexReplaceAllLiteral", &[Text, Text, Text], |call| {
        replace(call, NoExpand(call.text(2)?))
    }),
    fixed("mustRegexReplaceAllLiteral", &[Text, Text, Text], |call| {
        replace(call, NoExpand(call.text(2)?))
    }),
    fixed("regexSplit", &[Text, Text, Int], split),
    fixed("mustRegexSplit", &[Text, Text, Int], split),
    fixed("regexQuoteMeta", &[Text], |call| {
        Ok(quote_meta(call.text(0)?).into())
    }),
];

fn compile(call: &Call<'_>) -> Result<Regex, Failure> {
    call.run.regex(call.text(0)?)
}

fn is_match(call: &Call<'_>) -> Result<bool, Failure> {
    Ok(compile(call)?.is_match(call.text(1)?))
}

fn find(call: &Call<'_>) -> Answer {
    let regex = compile(call)?;
    let found = regex.find(call.text(1)?);
    Ok(found.map_or("", |found| found.as_str()).into())
}

/// At most how many: all, if negative.
fn at_most(call: &Call<'_>) -> Result<usize, Failure> {
    Ok(usize::try_from(call.int(2)?).unwrap_or(usize::MAX))
}

fn find_all(call: &Call<'_>) -> Answer {
    let regex = compile(call)?;
    let found = regex.find_iter(call.text(1)?).take(at_most(call)?);
    Ok(Value::texts(found.map(|found| found.as_str())))
}

fn replace(call: &Call<'_>, replacement: impl Replacer) -> Answer {
    let (regex, text, new) = (compile(call)?, call.text(1)?, call.text(2)?);
    let hits = regex.find_iter(text).count();
    call.charge(hits)?;
    // Each reference in the replacement brings at most the text of its own hit, and hits do not overlap.
    let references = new.matches('$').count();
    let longest = hits
        .saturating_mul(new.len())
        .saturating_add(text.len().saturating_mul(1 + references));
    call.check_size(longest)?;
    Ok(regex.replace_all(text, replacement).into_owned().into())
}

/// As Go splits: an empty match at the very start gives no empty part.
fn split(call: &Call<'_>) -> Answer {
    let (regex, text, most) = (compile(call)?, call.text(1)?, at_most(call)?);
    if most == 0 {
        return Ok(Value::list(Vec::new()));
    }
    if text.is_empty() && !call.text(0)?.is_empty() {
        return Ok(Value::texts([""]));
    }
    let mut parts = Vec::new();
    let (mut start, mut end) = (0, 0);
    for found in regex.find_iter(text) {
        if parts.len() + 1 == most {
            break;
        }
        end = found.start();
        if found.end() != 0 {
            parts.push(&text[start..end]);
        }
        start = found.end();
    }
    if end != text.len() {
        parts.push(&text[start..]);
    }
    Ok(Value::texts(parts))
}

fn quote_meta(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\.+*?()|[]{}^$".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
