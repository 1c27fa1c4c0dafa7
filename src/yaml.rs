//! The only place that knows which YAML library is used.
//!
//! PLACEHOLDER, replaced by the real reader and writer; the signatures stay.

pub(crate) use serde_json::Value;

/// Where and why a text is not YAML. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
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

/// Reads the first document; an empty text is `Null`.
pub(crate) fn parse(text: &str) -> Result<Value, Error> {
    Ok(parse_all(text)?.into_iter().next().unwrap_or(Value::Null))
}

/// Reads every document of a stream.
pub(crate) fn parse_all(text: &str) -> Result<Vec<Value>, Error> {
    serde_saphyr::from_multiple(text).map_err(|error| Error {
        line: 1,
        column: 1,
        message: error.to_string(),
    })
}

/// Writes one document as Kubernetes' own writer does: sorted keys, two spaces, lists at the parent's indent.
pub(crate) fn to_string(value: &Value) -> String {
    serde_saphyr::to_string(value).unwrap_or_default()
}
