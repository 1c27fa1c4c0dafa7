//! YAML as Kubernetes means it: the only place that knows which YAML library is used.
//!
//! Reading follows kubectl (sigs.k8s.io/yaml): YAML 1.1 scalars (`yes`, `on`, `0644`), the last of two equal keys wins,
//! merge keys, numbers as JSON has them. Writing gives the bytes of the same library, so that kubectl reads back what
//! was meant. [`mod@documents`] splits a stream without loss, [`node`] keeps the place of everything for messages and for
//! edits in place ([`edit`]). Reading and writing files is not here.

pub(crate) mod documents;
pub(crate) mod edit;
mod message;
pub(crate) mod node;
mod quick;
mod read;
mod repair;
mod scalar;
mod write;

pub(crate) use serde_json::Value;

/// How deep lists and mappings may be nested. Real manifests stay below 30; kubectl stops at 10,000, which our
/// recursive users of a [`Value`] (its own `Drop` among them) could not take on a small stack. In brackets the parser itself
/// stops at 255.
pub(crate) const MAX_DEPTH: usize = 500;

/// Where and why a text is not YAML. Lines and columns (in characters) count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
}

impl Error {
    /// The same error in a text whose first line is line `first_line` of a file, as in [`documents::RawDocument::line`].
    #[must_use]
    pub(crate) fn starting_at(mut self, first_line: usize) -> Self {
        self.line += first_line.saturating_sub(1);
        self
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}

impl std::error::Error for Error {}

/// Reads the first document; an empty text is `Null`. What follows the first document is not looked at, as in kubectl's
/// own reader.
pub(crate) fn parse(text: &str) -> Result<Value, Error> {
    Ok(read::documents(text, 1)?.pop().unwrap_or(Value::Null))
}

/// Reads every document of a stream. A text of nothing but comments has none; an empty document between two `---` is
/// `Null`.
pub(crate) fn parse_all(text: &str) -> Result<Vec<Value>, Error> {
    read::documents(text, usize::MAX)
}

/// Writes one document as Kubernetes' own writer does, ending in a line break: sorted keys, two spaces, lists at the
/// indent of their parent, quotes where they are needed.
pub(crate) fn to_string(value: &Value) -> String {
    let mut out = String::new();
    write_to(&mut out, value);
    out
}

/// Writes one document as [`to_string`] does, with long texts folded at 80 columns: Helm's `toYaml`.
pub(crate) fn to_string_folded(value: &Value) -> String {
    let mut out = String::new();
    write::document(&mut out, value, write::LongLines::Folded);
    out
}

/// Appends one document to `out` as [`to_string`] writes it. No `---` is written.
pub(crate) fn write_to(out: &mut String, value: &Value) {
    write::document(out, value, write::LongLines::Kept);
}

/// The documents of a text as they were written, without loss: see [`mod@documents`].
pub(crate) fn documents(text: &str) -> impl Iterator<Item = documents::RawDocument<'_>> {
    documents::split(text)
}

#[cfg(test)]
mod tests;
