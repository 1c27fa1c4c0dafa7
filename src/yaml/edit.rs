//! Edits of a document in place: what is not touched stays byte for byte as it was written, comments included.
//!
//! The operations are those of JSON Patch (RFC 6902), so that one plan serves files and clusters. They work on the spans
//! of our own tree and not on a second YAML library (yaml-edit was the candidate): what is edited is then what
//! [`super::parse`] reads, byte for byte, mended lines and all; values shared by aliases can be refused; and the result
//! is proved before it is given: it must read as the old value with the operations applied.

mod alignment;
mod place;
mod render;
mod rewrite;

use std::fmt;
use std::ops::Range;

use super::node::{self, Path, Step, Tree};
use super::{Error, Value};

pub(crate) use alignment::identity;
pub(crate) use render::{escaped as json_escaped, is_json};
pub(crate) use rewrite::rewrite;

/// One change of a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operation {
    /// Gives the value at `path` another value.
    Replace { path: Path, value: Value },
    /// Adds an entry to a mapping (its last), or an item to a list (before the item that has this index now; one past the
    /// end appends).
    Add { path: Path, value: Value },
    /// Takes an entry or item away, with the lines it stands on.
    Remove { path: Path },
}

impl Operation {
    /// The value that is changed.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Replace { path, .. } | Self::Add { path, .. } | Self::Remove { path } => path,
        }
    }

    /// The same operation on a value that stands at `place` of another.
    #[must_use]
    pub(crate) fn within(mut self, place: &Path) -> Self {
        let (Self::Replace { path, .. } | Self::Add { path, .. } | Self::Remove { path }) =
            &mut self;
        *path = place.steps().iter().chain(path.steps()).cloned().collect();
        self
    }

    /// Makes the change in a value; false, and the value as it was, where the way leads nowhere or the entry to add is there.
    pub(crate) fn apply_to(&self, root: &mut Value) -> bool {
        patch(root, self)
    }

    /// An operation as [`Self::to_json`] writes it; numbers in its path are places in lists.
    pub(crate) fn from_json(value: &Value) -> Option<Self> {
        let path = Path::from_pointer(value.get("path")?.as_str()?)?;
        let new = || value.get("value").cloned();
        match value.get("op")?.as_str()? {
            "add" => Some(Self::Add {
                path,
                value: new()?,
            }),
            "replace" => Some(Self::Replace {
                path,
                value: new()?,
            }),
            "remove" => Some(Self::Remove { path }),
            _ => None,
        }
    }

    /// The operation as RFC 6902 writes it.
    pub(crate) fn to_json(&self) -> Value {
        let path = self.path().pointer();
        match self {
            Self::Replace { value, .. } => {
                serde_json::json!({"op": "replace", "path": path, "value": value})
            }
            Self::Add { value, .. } => {
                serde_json::json!({"op": "add", "path": path, "value": value})
            }
            Self::Remove { .. } => serde_json::json!({"op": "remove", "path": path}),
        }
    }
}

/// Why an edit was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The line of the document, from 1.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Refusal {
    fn at(text: &str, offset: usize, message: impl Into<String>) -> Self {
        Self {
            line: node::line_and_column(text, offset).0,
            message: message.into(),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self {
            line: error.line,
            message: error.to_string(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for Refusal {}

/// A stretch of text and what is put in its place.
#[derive(Debug)]
struct Change {
    range: Range<usize>,
    text: String,
}

/// Applies `operations` to the first document of `text`, one after the other.
///
/// Refused are: values that are shared through an anchor or come from an alias or merge (an edit would change every place
/// that shares them), documents with `{{ }}` of a template, ways that lead nowhere, and whatever cannot be written in the
/// style of the text. Then nothing is changed.
pub(crate) fn apply(text: &str, operations: &[Operation]) -> Result<String, Refusal> {
    if let Some(offset) = template(text) {
        let message =
            "`{{ … }}` of a template stands here: render it first, or edit the template by hand";
        return Err(Refusal::at(text, offset, message));
    }
    let mut expected = super::parse(text)?;
    let mut edited = text.to_owned();
    for operation in operations {
        let tree = Tree::parse(&edited)?;
        let change = place::change(&edited, &tree, operation)?;
        edited.replace_range(change.range, &change.text);
        if !patch(&mut expected, operation) {
            let message = format!("`{}` does not lead to a value", operation.path());
            return Err(Refusal::at(&edited, tree.locate(operation.path()), message));
        }
    }
    if super::parse(&edited).as_ref() != Ok(&expected) {
        let first = operations.first().map(Operation::path);
        let line = first
            .and_then(|path| node::line_of(text, path))
            .unwrap_or(1);
        return Err(Refusal {
            line,
            message: "this place cannot be edited without changing what stands around it; edit it by hand"
                .to_owned(),
        });
    }
    Ok(edited)
}

/// The first `{{` that is not in a comment of its own line.
fn template(text: &str) -> Option<usize> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start().starts_with('#')
            && let Some(index) = line.find("{{")
        {
            return Some(offset + index);
        }
        offset += line.len();
    }
    None
}

/// The same operation on the value; false where it does not fit.
fn patch(root: &mut Value, operation: &Operation) -> bool {
    let Some((last, way)) = operation.path().steps().split_last() else {
        if let Operation::Replace { value, .. } = operation {
            root.clone_from(value);
            return true;
        }
        return false;
    };
    let parent = way.iter().try_fold(root, |value, step| step.of_mut(value));
    match (operation, last, parent) {
        (Operation::Replace { value, .. }, Step::Key(key), Some(Value::Object(map))) => {
            map.get_mut(key).map(|old| old.clone_from(value)).is_some()
        }
        (Operation::Replace { value, .. }, Step::Index(index), Some(Value::Array(items))) => items
            .get_mut(*index)
            .map(|old| old.clone_from(value))
            .is_some(),
        (Operation::Add { value, .. }, Step::Key(key), Some(Value::Object(map))) => {
            map.insert(key.clone(), value.clone()).is_none()
        }
        (Operation::Add { value, .. }, Step::Index(index), Some(Value::Array(items))) => {
            let fits = *index <= items.len();
            if fits {
                items.insert(*index, value.clone());
            }
            fits
        }
        (Operation::Remove { .. }, Step::Key(key), Some(Value::Object(map))) => {
            map.remove(key).is_some()
        }
        (Operation::Remove { .. }, Step::Index(index), Some(Value::Array(items))) => {
            let fits = *index < items.len();
            if fits {
                items.remove(*index);
            }
            fits
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
