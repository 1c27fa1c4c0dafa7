//! sprig's regular expressions. Go's syntax and that of the `regex` crate agree but for rarities.

use regex::{NoExpand, Regex, Replacer};

use super::super::Failure;
use super::super::Value;
use super::super::call::Param::{Int, Text};
use super::super::call::{Builtin, fixed};
use super::super::{Answer, Call};

pub(super) const TABLE: &[Builtin] = &[
    fixed("regexMatch", &[Text, Text], is_match),
    fixed("mustRegexMatch", &[Text, Text], is_match),
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
    let pattern = call.text(0)?;
    let built = regex::RegexBuilder::new(pattern)
        .size_limit(1 << 20)
        .build();
    built.map_err(|error| format!("cannot read the regular expression {pattern:?}: {error}").into())
}

fn is_match(call: &Call<'_>) -> Answer {
    Ok(compile(call)?.is_match(call.text(1)?).into())
}

fn find(call: &Call<'_>) -> Answer {
    let found = compile(call)?.find(call.text(1)?);
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
    let (regex, text) = (compile(call)?, call.text(1)?);
    let hits = regex.find_iter(text).count();
    // A reference in the replacement can bring the whole text once a hit.
    let longest = call
        .text(2)?
        .len()
        .saturating_add(text.len() * usize::from(call.text(2)?.contains('$')));
    if hits > 1000 {
        call.check_size(hits.saturating_mul(longest))?;
    }
    Ok(regex.replace_all(text, replacement).into_owned().into())
}

fn split(call: &Call<'_>) -> Answer {
    let (regex, text) = (compile(call)?, call.text(1)?);
    Ok(match at_most(call)? {
        0 => Value::list(Vec::new()),
        usize::MAX => Value::texts(regex.split(text)),
        count => Value::texts(regex.splitn(text, count)),
    })
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
