//! Injection in the text of a document, and out of it again: what is not the sidecar's stays byte for byte.
//!
//! Taking a sidecar out gives back the text that it was put into. Mostly the injected text itself says what that was. Where it
//! does not (a probe's port by its name, quotes, `labels: {}`), the difference is kept in a comment above the document,
//! `# kube-uninject: …`, which only reads as lines to be replaced. JSON has no comments: there, such details are lost.
//!
//! A document that is injected again is first taken back to what it was, so that the result is the same as with the original.

use serde_json::json;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::uninject;
use super::{Error, Injector, Kinds, Outcome};
use crate::yaml::{self, Value};

/// How the comment begins that keeps what an injected document does not show.
const RECORD: &str = "# kube-uninject: ";

/// A document after it was worked on.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// `None` where it is as it was.
    pub(crate) text: Option<String>,
    /// What became of each workload in it.
    pub(crate) outcomes: Vec<Outcome>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
}

impl Written {
    fn begin_with(&mut self, mark: &str) {
        if let Some(text) = &mut self.text {
            text.insert_str(0, mark);
        }
    }
}

/// Injects the workloads of a document, whose value is `value`. With `normalize` it is written anew, sorted and without
/// comments. Fails like [`Injector::inject`].
pub(crate) fn inject(
    injector: &Injector,
    text: &str,
    value: &Value,
    normalize: bool,
) -> Result<Written, Error> {
    let (mark, text) = byte_order_mark(text);
    let mut written = inject_bare(injector, text, value, normalize)?;
    written.begin_with(mark);
    Ok(written)
}

/// The same for a text without a byte order mark, which may stand nowhere but at the beginning.
fn inject_bare(
    injector: &Injector,
    text: &str,
    value: &Value,
    normalize: bool,
) -> Result<Written, Error> {
    let kinds = injector.kinds();
    let mut notes = Vec::new();
    let before = uninject::is_injected(value, kinds).then(|| {
        let (text, lost) = original(text, value, kinds);
        notes.extend(lost);
        let value = yaml::parse(&text).unwrap_or_default();
        (text, value)
    });
    let (written, now) = (text, value);
    let (text, value) = match &before {
        // Only where the user changed the document by hand is the text not what it was.
        Some((text, value)) if !value.is_null() => (text.as_str(), value),
        _ => (text, value),
    };
    let mut object = value.clone();
    let outcomes = injector.inject(&mut object)?;
    if !outcomes.iter().any(|outcome| outcome.result.is_ok()) {
        return Ok(Written {
            outcomes,
            ..Written::default()
        });
    }
    if before.is_some() && object == *now && !normalize {
        // As it is already, however it is written.
        return Ok(Written {
            text: Some(written.to_owned()),
            outcomes,
            notes,
        });
    }
    let injected = if normalize {
        anew(text, &object)
    } else {
        reversible(text, (value, &object), kinds, &mut notes)
    };
    Ok(Written {
        text: Some(injected),
        outcomes,
        notes,
    })
}

/// Takes the sidecars out of the workloads of a document, whose value is `value`.
pub(crate) fn uninject(text: &str, value: &Value, kinds: &Kinds) -> Written {
    let outcomes = uninject::uninject(&mut value.clone(), kinds);
    if !outcomes.iter().any(|outcome| outcome.result.is_ok()) {
        return Written {
            outcomes,
            ..Written::default()
        };
    }
    let (mark, text) = byte_order_mark(text);
    let (text, notes) = original(text, value, kinds);
    let mut written = Written {
        text: Some(text),
        outcomes,
        notes,
    };
    written.begin_with(mark);
    written
}

/// The injected text, with a record of what is needed to get back to `text`, if something is.
fn reversible(
    text: &str,
    (before, after): (&Value, &Value),
    kinds: &Kinds,
    notes: &mut Vec<String>,
) -> String {
    // A comment that looks like a record, without an injection that it is of, must not be taken for the record of this one.
    let misleads = take_record(text).is_some();
    let injected = match yaml::edit::rewrite(text, before, after) {
        Ok(rewritten) if rewritten.goes_back => {
            let mut back = after.clone();
            uninject::uninject(&mut back, kinds);
            if back == *before && !misleads {
                return rewritten.text;
            }
            rewritten.text
        }
        Ok(rewritten) => rewritten.text,
        Err(refusal) => {
            notes.push(format!(
                "the document is written anew, without its comments: {}",
                refusal.message
            ));
            anew(text, after)
        }
    };
    let guess = guessed(&injected, after, kinds);
    if guess == text && !misleads {
        return injected;
    }
    let record = yaml::edit::json_escaped(difference(&guess, text).to_string());
    let record = format!("{RECORD}{record}");
    match place_of_record(&injected) {
        Some(place) => {
            let line_end = if injected.contains("\r\n") {
                "\r\n"
            } else {
                "\n"
            };
            format!(
                "{}{record}{line_end}{}",
                &injected[..place],
                &injected[place..]
            )
        }
        None => injected,
    }
}

/// The text that was injected, and what of it could not be found out.
fn original(text: &str, value: &Value, kinds: &Kinds) -> (String, Vec<String>) {
    let Some((without, record)) = take_record(text) else {
        return (guessed(text, value, kinds), Vec::new());
    };
    let guess = guessed(&without, value, kinds);
    patched(&guess, &record)
}

/// The text without what injection is known to add.
fn guessed(text: &str, value: &Value, kinds: &Kinds) -> String {
    let mut back = value.clone();
    uninject::uninject(&mut back, kinds);
    match yaml::edit::rewrite(text, value, &back) {
        Ok(rewritten) => rewritten.text,
        Err(_) => anew(text, &back),
    }
}

/// The lines that differ, as JSON: `[[line, [there], [wanted]], …]`, lines counted from 0. A stretch that is only added comes
/// with a line that stands before it, so that it is found again when lines elsewhere were added or taken away.
fn difference(from: &str, to: &str) -> Value {
    let (old, new): (Vec<&str>, Vec<&str>) = (from.split('\n').collect(), to.split('\n').collect());
    let mut hunks = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if matches!(operation, DiffOp::Equal { .. }) {
            continue;
        }
        let (mut was, mut wanted) = (operation.old_range(), operation.new_range());
        if was.is_empty() && was.start > 0 {
            was.start -= 1;
            wanted.start -= 1;
        }
        hunks.push(json!([was.start, old[was], new[wanted]]));
    }
    Value::Array(hunks)
}

/// Applies a [`difference`], and says what does not fit any more.
fn patched(text: &str, record: &Value) -> (String, Vec<String>) {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let mut notes = Vec::new();
    let hunks = record.as_array().map_or(&[][..], Vec::as_slice);
    for hunk in hunks.iter().rev() {
        let strings = |index: usize| -> Option<Vec<&str>> {
            hunk.get(index)?
                .as_array()?
                .iter()
                .map(Value::as_str)
                .collect()
        };
        let line = hunk
            .get(0)
            .and_then(Value::as_u64)
            .and_then(|line| usize::try_from(line).ok());
        let (Some(line), Some(there), Some(wanted)) = (line, strings(1), strings(2)) else {
            notes.push("its comment `# kube-uninject` cannot be read".to_owned());
            continue;
        };
        match nearest(&lines, &there, line) {
            Some(place) => {
                lines.splice(place..place + there.len(), wanted);
            }
            None => notes.push(format!(
                "it was changed since it was injected, and this is not as it was before: {}",
                wanted.join("\n").trim()
            )),
        }
    }
    (lines.join("\n"), notes)
}

/// Where these lines stand, as near to `wanted` as they do.
fn nearest(lines: &[&str], these: &[&str], wanted: usize) -> Option<usize> {
    let places = (0..=lines.len().checked_sub(these.len())?)
        .filter(|place| lines[*place..place + these.len()] == *these);
    places.min_by_key(|place| place.abs_diff(wanted))
}

/// The text without its record, and the record: the last line of its kind above the content, where it was put.
fn take_record(text: &str) -> Option<(String, Value)> {
    let mut at = 0;
    let mut found = None;
    for line in text.split_inclusive('\n') {
        if let Some(record) = line.strip_prefix(RECORD) {
            found = Some((at..at + line.len(), record));
        }
        if is_content(line) {
            break;
        }
        at += line.len();
    }
    let (place, record) = found?;
    let record = serde_json::from_str(record.trim_end()).unwrap_or(Value::from("?"));
    let without = format!("{}{}", &text[..place.start], &text[place.end..]);
    Some((without, record))
}

/// Where the record of an injected document goes: above its content. There is no such place where the content is JSON, or
/// stands on the line of the `---`.
fn place_of_record(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_content(line) {
            let is_on_marker = line.starts_with("---");
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
            return (!is_on_marker && !is_json).then_some(at);
        }
        at += line.len();
    }
    None
}

/// The mark that some editors begin a file with, and the rest.
fn byte_order_mark(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.trim_start_matches('\u{feff}').len())
}

/// Whether a line holds more than comments, directives and a marker.
fn is_content(line: &str) -> bool {
    let line = line.trim();
    let rest = line.strip_prefix("---").map_or(line, str::trim_start);
    !(rest.is_empty() || rest.starts_with('#') || line.starts_with('%'))
}

/// The document with `object` in place of its content; what stands up to its `---` and from its `...` on is kept.
pub(crate) fn anew(text: &str, object: &Value) -> String {
    let head = marker_end(text).unwrap_or(0);
    let mut out = text[..head].to_owned();
    if head > 0 && !out.ends_with('\n') {
        // The content stood on the line of the `---`, or the line ends the file.
        let marker = out.rfind("---").unwrap_or(0);
        out.truncate(marker + 3);
        out.push('\n');
    }
    yaml::write_to(&mut out, object);
    let mut at = head;
    for line in text[head..].split_inclusive('\n') {
        if line.trim_end() == "..." {
            out.push_str(&text[at..]);
            break;
        }
        at += line.len();
    }
    out
}

/// Where the `---` that begins the document ends: after its line, or right after it where content follows on the line.
pub(crate) fn marker_end(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if let Some(rest) = trimmed.strip_prefix("---") {
            if rest.is_empty() || rest.trim_start().starts_with('#') {
                return Some(at + line.len());
            }
            return rest.starts_with([' ', '\t']).then_some(at + 3);
        }
        let skipped = trimmed.trim_start_matches('\u{feff}').trim_start();
        if !(skipped.is_empty() || skipped.starts_with('#') || trimmed.starts_with('%')) {
            return None;
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
