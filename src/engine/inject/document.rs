//! Injection in the text of a document, and out of it again: what is not the sidecar's stays byte for byte.
//!
//! Taking a sidecar out gives back the text that it was put into. Mostly the injected text itself says what that was. Where it
//! does not (a probe's port by its name, quotes, `labels: {}`), the [`mod@difference`] is kept beside it: [`record`] says where.
//!
//! A document that is injected again is first taken back to what it was, so that the result is the same as with the original.

mod difference;
mod record;

use std::borrow::Cow;

use difference::Comparison;

use super::uninject;
use super::{Error, Injector, Kinds, Outcome};
use crate::yaml::node::Path;
use crate::yaml::{self, Value};

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
    let before = (!uninject::injected(value, kinds).is_empty()).then(|| {
        let (text, lost) = original(text, value, kinds);
        notes.extend(lost);
        let value = yaml::parse(&text).unwrap_or_default();
        (text, value)
    });
    let now = before.is_some().then(|| {
        let mut now = value.clone();
        uninject::forget_records(&mut now, kinds);
        now
    });
    let written = text;
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
    if now.as_ref() == Some(&object) && !normalize {
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
    let misleads = record::take_comment(text).is_some();
    let mut injected = match yaml::edit::rewrite(text, before, after) {
        Ok(rewritten) if rewritten.goes_back && !misleads => {
            let mut back = after.clone();
            uninject::uninject(&mut back, kinds);
            if back == *before {
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
    let (guess, back) = guessed(&injected, after, kinds);
    if guess == text && !misleads {
        return injected;
    }
    if yaml::edit::is_json(&injected) {
        let annotated = annotated((&injected, after), (&guess, &back), (text, before), kinds);
        return annotated.unwrap_or_else(|| {
            notes.push(NOT_KEPT.to_owned());
            injected
        });
    }
    let comparison = Comparison::new((&guess, &back), (text, before));
    let difference = comparison.and_then(|it| it.difference(&Path::default()));
    let difference = difference.unwrap_or_else(record::empty);
    if !record::put_comment(&mut injected, &difference) {
        notes.push(NOT_KEPT.to_owned());
    }
    injected
}

const NOT_KEPT: &str = "there is no place in it for what taking the sidecar out again has to know";

/// Injected JSON with an annotation on each object that is not the original again when the sidecar is taken out. `guess` is what all
/// are then without one. `None` where an object cannot have an annotation.
fn annotated(
    (injected, after): (&str, &Value),
    (guess, back): (&str, &Value),
    original: (&str, &Value),
    kinds: &Kinds,
) -> Option<String> {
    let comparison = Comparison::new((guess, back), original)?;
    let paths = uninject::injected(after, kinds).into_iter();
    let paths: Vec<Path> = paths
        .map(|(path, _)| path)
        .filter(|path| comparison.difference(path).is_some())
        .collect();
    // Taking an annotation out may take more with it: `annotations: {}`. What it says has no part in that.
    let mut kept = after.clone();
    for path in &paths {
        record::annotate(&mut kept, path, &record::empty()).then_some(())?;
    }
    let draft = yaml::edit::rewrite(injected, after, &kept).ok()?.text;
    let (guess, back) = guessed(&draft, &kept, kinds);
    let comparison = Comparison::new((&guess, &back), original)?;
    let mut whole = kept.clone();
    for path in &paths {
        let difference = comparison.difference(path).unwrap_or_else(record::empty);
        record::annotate(&mut whole, path, &difference);
    }
    Some(yaml::edit::rewrite(&draft, &kept, &whole).ok()?.text)
}

/// The text that was injected, and what of it could not be found out.
fn original(text: &str, value: &Value, kinds: &Kinds) -> (String, Vec<String>) {
    let (without, records) = match record::take_comment(text) {
        Some((without, record)) => (Cow::from(without), vec![(Path::default(), record)]),
        None => (Cow::from(text), record::annotated(value, kinds)),
    };
    let (guess, back) = guessed(&without, value, kinds);
    if records.is_empty() {
        return (guess, Vec::new());
    }
    difference::apply(&guess, &back, &records)
}

/// The text without what injection is known to add, and its value.
fn guessed(text: &str, value: &Value, kinds: &Kinds) -> (String, Value) {
    let mut back = value.clone();
    uninject::uninject(&mut back, kinds);
    let text = match yaml::edit::rewrite(text, value, &back) {
        Ok(rewritten) => rewritten.text,
        Err(_) => anew(text, &back),
    };
    (text, back)
}

/// The mark that some editors begin a file with, and the rest.
fn byte_order_mark(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.trim_start_matches('\u{feff}').len())
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
