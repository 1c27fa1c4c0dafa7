//! Where it is kept what an injected document does not show of the one before: in YAML in a comment, and in JSON, which has no
//! comments, in an annotation of each object.

use std::ops::Range;

use serde_json::json;

use crate::engine::inject::{Kinds, annotations, uninject};
use crate::yaml::node::{Node, Path, Tree};
use crate::yaml::{self, Value};

/// How the comment begins.
pub(super) const COMMENT: &str = "# kube-uninject: ";

/// The text of YAML without its record, and the record: the last line of its kind above the content, where it was put, or the
/// comment behind content that begins on the line of the `---`.
pub(super) fn take_comment(text: &str) -> Option<(String, Value)> {
    let (place, record) = match content(text)? {
        Content::Below(start) => {
            let (mut at, mut found) = (0, None);
            for line in text[..start].split_inclusive('\n') {
                if let Some(record) = line.strip_prefix(COMMENT) {
                    found = Some((at..at + line.len(), record));
                }
                at += line.len();
            }
            found?
        }
        Content::OnMarker => {
            let behind = behind(text)?;
            let tail = &text[behind.clone()];
            let start = tail
                .rfind(COMMENT)
                .filter(|at| tail[..*at].ends_with(' '))?;
            let record = &tail[start + COMMENT.len()..];
            (behind.start + start - 1..behind.end, record)
        }
    };
    let record = serde_json::from_str(record.trim_end()).unwrap_or_default();
    let without = format!("{}{}", &text[..place.start], &text[place.end..]);
    Some((without, record))
}

/// Puts a record above the content of YAML, or behind it. `false` where neither is possible.
pub(super) fn put_comment(text: &mut String, record: &Value) -> bool {
    // The last `#` of a line is that of the record.
    let record = yaml::edit::json_escaped(record.to_string()).replace('#', "\\u0023");
    match content(text) {
        Some(Content::Below(start)) => {
            let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
            text.insert_str(start, &format!("{COMMENT}{record}{line_end}"));
            true
        }
        Some(Content::OnMarker) => behind(text).is_some_and(|behind| {
            text.insert_str(behind.end, &format!(" {COMMENT}{record}"));
            true
        }),
        None => false,
    }
}

/// Where the content of a document begins.
enum Content {
    /// On this line.
    Below(usize),
    /// On that of the `---`. A comment above that would be one of the document before, where there is one.
    OnMarker,
}

fn content(text: &str) -> Option<Content> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let marked = trimmed.strip_prefix("---");
        let mut words = marked.unwrap_or(trimmed).split_whitespace();
        let is_property = |word: &&str| marked.is_some() && word.starts_with(['&', '!']);
        let first = words.find(|word| !is_property(word));
        if first.is_some_and(|word| !word.starts_with('#')) && !trimmed.starts_with('%') {
            return Some(match marked {
                Some(_) => Content::OnMarker,
                None => Content::Below(at),
            });
        }
        at += line.len();
    }
    None
}

/// What stands behind content in brackets on its last line.
fn behind(text: &str) -> Option<Range<usize>> {
    let tree = Tree::parse(text).ok()?;
    let start = tree.root.filter(Node::is_flow)?.span.end;
    let end = text[start..]
        .find(['\n', '\r'])
        .map_or(text.len(), |end| start + end);
    Some(start..end)
}

/// A record of nothing.
pub(super) fn empty() -> Value {
    json!({"tokens": []})
}

/// The records that injected objects have in an annotation, and where the objects are.
pub(super) fn annotated(value: &Value, kinds: &Kinds) -> Vec<(Path, Value)> {
    let injected = uninject::injected(value, kinds).into_iter();
    injected
        .filter_map(|(path, object)| {
            let record = object.get("metadata")?.get("annotations")?;
            let record = record.get(annotations::WAY_BACK)?.as_str()?;
            Some((path, serde_json::from_str(record).unwrap_or_default()))
        })
        .collect()
}

/// Gives the object at `path` a record; `false` where its metadata are such that they can have none.
pub(super) fn annotate(value: &mut Value, path: &Path, record: &Value) -> bool {
    let mut steps = path.steps().iter();
    let mut at = steps.try_fold(value, |at, step| step.of_mut(at));
    for name in ["metadata", "annotations"] {
        at = at
            .and_then(Value::as_object_mut)
            .map(|map| map.entry(name).or_insert(Value::Null));
        if let Some(empty) = at.as_mut().filter(|it| it.is_null()) {
            **empty = Value::Object(serde_json::Map::new());
        }
    }
    let Some(Value::Object(annotations)) = at else {
        return false;
    };
    annotations.insert(annotations::WAY_BACK.into(), record.to_string().into());
    true
}
