//! sprig's functions on strings. Case styles and wrapping are in `words`.

use super::super::Failure;
use super::super::call::Param::{Any, Int, Text};
use super::super::call::{Builtin, fixed, variadic};
use super::super::print;
use super::super::{Answer, Call};
use super::super::{Map, Value};
use super::cast;
use super::words::{simple_lower, simple_upper};

pub(super) const TABLE: &[Builtin] = &[
    fixed("upper", &[Text], |call| {
        Ok(call
            .text(0)?
            .chars()
            .map(simple_upper)
            .collect::<String>()
            .into())
    }),
    fixed("lower", &[Text], |call| {
        Ok(call
            .text(0)?
            .chars()
            .map(simple_lower)
            .collect::<String>()
            .into())
    }),
    fixed("trim", &[Text], |call| Ok(call.text(0)?.trim().into())),
    fixed("trimAll", &[Text, Text], trim_all),
    fixed("trimall", &[Text, Text], trim_all),
    fixed("trimSuffix", &[Text, Text], |call| {
        let (suffix, text) = (call.text(0)?, call.text(1)?);
        Ok(text.strip_suffix(suffix).unwrap_or(text).into())
    }),
    fixed("trimPrefix", &[Text, Text], |call| {
        let (prefix, text) = (call.text(0)?, call.text(1)?);
        Ok(text.strip_prefix(prefix).unwrap_or(text).into())
    }),
    fixed("nospace", &[Text], |call| {
        let text = call.text(0)?.chars().filter(|next| !next.is_whitespace());
        Ok(text.collect::<String>().into())
    }),
    fixed("trunc", &[Int, Text], trunc),
    fixed("substr", &[Int, Int, Text], substr),
    fixed("abbrev", &[Int, Text], abbrev),
    fixed("abbrevboth", &[Int, Int, Text], abbrev_both),
    fixed("repeat", &[Int, Text], repeat),
    fixed("contains", &[Text, Text], |call| {
        Ok(call.text(1)?.contains(call.text(0)?).into())
    }),
    fixed("hasPrefix", &[Text, Text], |call| {
        Ok(call.text(1)?.starts_with(call.text(0)?).into())
    }),
    fixed("hasSuffix", &[Text, Text], |call| {
        Ok(call.text(1)?.ends_with(call.text(0)?).into())
    }),
    variadic("quote", &[], Any, |call| quote_each(call, print::quote)),
    variadic("squote", &[], Any, |call| {
        quote_each(call, |text| format!("'{text}'"))
    }),
    variadic("cat", &[], Any, cat),
    fixed("indent", &[Int, Text], |call| Ok(indent(call, "")?.into())),
    fixed("nindent", &[Int, Text], |call| {
        Ok(indent(call, "\n")?.into())
    }),
    fixed("replace", &[Text, Text, Text], replace),
    fixed("plural", &[Text, Text, Int], |call| {
        let chosen = usize::from(call.int(2)? != 1);
        Ok(call.text(chosen)?.into())
    }),
    fixed("join", &[Text, Any], join),
    fixed("split", &[Text, Text], |call| {
        Ok(numbered(split(call.text(1)?, call.text(0)?).into_iter()))
    }),
    fixed("splitn", &[Text, Int, Text], splitn),
    fixed("splitList", &[Text, Text], split_list),
    fixed("toStrings", &[Any], |call| {
        Ok(Value::texts(cast::texts(call.value(0)?, &call.run.budget)?))
    }),
];

fn trim_all(call: &Call<'_>) -> Answer {
    let cut = call.text(0)?;
    Ok(call.text(1)?.trim_matches(|next| cut.contains(next)).into())
}

/// Bytes of a string; a character cut in two becomes the replacement character.
fn cut(text: &str, from: usize, to: usize) -> Value {
    let bytes = text.as_bytes().get(from..to).unwrap_or_default();
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn trunc(call: &Call<'_>) -> Answer {
    let (count, text) = (call.int(0)?, call.text(1)?);
    let length = text.len();
    let size = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    Ok(match count < 0 {
        true if size < length => cut(text, length - size, length),
        false if size < length => cut(text, 0, size),
        _ => text.into(),
    })
}

fn substr(call: &Call<'_>) -> Answer {
    let (start, end, text) = (call.int(0)?, call.int(1)?, call.text(2)?);
    let length = text.len();
    let from = usize::try_from(start).unwrap_or(0);
    let to = usize::try_from(end)
        .ok()
        .filter(|to| start < 0 || *to <= length)
        .unwrap_or(length);
    if from > to || to > length {
        return Err(
            format!("cannot cut {start} to {end} out of a string of {length} bytes").into(),
        );
    }
    Ok(cut(text, from, to))
}

fn abbrev(call: &Call<'_>) -> Answer {
    let (width, text) = (call.int(0)?, call.text(1)?);
    let width = usize::try_from(width).unwrap_or(0);
    if width < 4 || text.len() <= width {
        return Ok(text.into());
    }
    let kept = String::from_utf8_lossy(&text.as_bytes()[..width - 3]).into_owned();
    Ok((kept + "...").into())
}

fn abbrev_both(call: &Call<'_>) -> Answer {
    let (offset, width, text) = (call.int(0)?, call.int(1)?, call.text(2)?);
    let (offset, width) = (
        usize::try_from(offset).unwrap_or(0),
        usize::try_from(width).unwrap_or(0),
    );
    let length = text.len();
    if width < 4 || (offset > 0 && width < 7) || length <= width {
        return Ok(text.into());
    }
    let offset = offset
        .min(length)
        .min(if length - offset.min(length) < width - 3 {
            length - (width - 3)
        } else {
            offset
        });
    let bytes =
        |from: usize, to: usize| String::from_utf8_lossy(&text.as_bytes()[from..to]).into_owned();
    if offset <= 4 {
        return Ok((bytes(0, width - 3) + "...").into());
    }
    if offset + width - 3 < length {
        return Ok(format!("...{}...", bytes(offset, offset + width - 6)).into());
    }
    Ok(format!("...{}", bytes(length - (width - 3), length)).into())
}

fn repeat(call: &Call<'_>) -> Answer {
    let (count, text) = (call.int(0)?, call.text(1)?);
    let Ok(count) = usize::try_from(count) else {
        return Err(format!("cannot repeat {count} times").into());
    };
    call.check_size(count.saturating_mul(text.len()))?;
    Ok(text.repeat(count).into())
}

fn quote_each(call: &Call<'_>, quote: fn(&str) -> String) -> Answer {
    with_spaces(call, |out, value| {
        match value {
            Value::Str(text) => out.push_str(&quote(text)),
            value => out.push_str(&quote(&cast::text(value, &call.run.budget)?)),
        }
        Ok(())
    })
}

fn cat(call: &Call<'_>) -> Answer {
    with_spaces(call, |out, value| {
        print::write(out, value, &call.run.budget)
    })
}

/// The arguments that are something, as `write` writes them, with spaces between.
fn with_spaces(
    call: &Call<'_>,
    write: impl Fn(&mut String, &Value) -> Result<(), Failure>,
) -> Answer {
    let mut out = String::new();
    let given = call.arguments.iter();
    for value in given.filter(|value| !matches!(value, Value::Nil)) {
        if !out.is_empty() {
            out.push(' ');
        }
        write(&mut out, value)?;
        call.check_size(out.len())?;
    }
    Ok(out.into())
}

fn indent(call: &Call<'_>, before: &str) -> Result<String, Failure> {
    let (count, text) = (call.int(0)?, call.text(1)?);
    let Ok(count) = usize::try_from(count) else {
        return Err(format!("cannot indent by {count} spaces").into());
    };
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let size = count
        .saturating_mul(lines)
        .saturating_add(text.len() + before.len());
    call.check_size(size)?;
    let mut out = String::with_capacity(size);
    out.push_str(before);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.extend(std::iter::repeat_n(' ', count));
        out.push_str(line);
    }
    Ok(out)
}

fn replace(call: &Call<'_>) -> Answer {
    let (old, new, text) = (call.text(0)?, call.text(1)?, call.text(2)?);
    if new.len() > old.len() {
        let hits = text.matches(old).count();
        call.check_size(hits.saturating_mul(new.len()).saturating_add(text.len()))?;
    }
    Ok(text.replace(old, new).into())
}

fn join(call: &Call<'_>) -> Answer {
    let separator = call.text(0)?;
    let mut out = String::new();
    for (index, text) in cast::texts(call.value(1)?, &call.run.budget)?
        .into_iter()
        .enumerate()
    {
        if index > 0 {
            out.push_str(separator);
        }
        out.push_str(&text);
        call.check_size(out.len())?;
    }
    Ok(out.into())
}

/// Parts as a `map[string]string` with the keys `_0`, `_1`, ….
fn numbered<'a>(parts: impl Iterator<Item = &'a str>) -> Value {
    let map = Map::of_strings();
    for (index, part) in parts.enumerate() {
        map.set(format!("_{index}"), part.into());
    }
    map.into()
}

/// Splits as Go does: an empty separator splits between characters.
pub(super) fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    if separator.is_empty() {
        let mut parts = text.split("").collect::<Vec<_>>();
        parts.retain(|part| !part.is_empty());
        return parts;
    }
    text.split(separator).collect()
}

fn split_list(call: &Call<'_>) -> Answer {
    let parts = split(call.text(1)?, call.text(0)?);
    call.charge(parts.len())?;
    Ok(Value::texts(parts))
}

fn splitn(call: &Call<'_>) -> Answer {
    let (separator, count, text) = (call.text(0)?, call.int(1)?, call.text(2)?);
    match usize::try_from(count) {
        Ok(0) => Ok(Value::Map(Map::new())),
        Ok(count) if separator.is_empty() => {
            let starts = text.char_indices().map(|(at, _)| at).take(count);
            let starts: Vec<usize> = starts.collect();
            let ends = starts.iter().skip(1).copied().chain([text.len()]);
            Ok(numbered(
                starts
                    .iter()
                    .zip(ends)
                    .map(|(start, end)| &text[*start..end]),
            ))
        }
        Ok(count) => Ok(numbered(text.splitn(count, separator))),
        Err(_) => Ok(numbered(split(text, separator).into_iter())),
    }
}
