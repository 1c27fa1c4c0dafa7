//! What goes wrong in a template, and where.

use std::fmt;
use std::ops::{Deref, DerefMut};

/// A template that cannot be read or run: the place, the text of the action there, and the cause.
///
/// The text form names every place on the way from the outermost template to the failing action, innermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Error(Box<Details>);

/// What an [`Error`] knows; read it through the error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Details {
    /// The file (or the name under which the text was parsed).
    pub(crate) template: String,
    /// Counts from 1.
    pub(crate) line: usize,
    /// Bytes from the start of the line, counted from 0, as Go and Helm count them.
    pub(crate) column: usize,
    /// The action as it stands in the template; empty where the text could not be parsed.
    pub(crate) action: String,
    /// The named template being run, if it is not the file itself.
    pub(crate) define: Option<String>,
    /// Why it failed; for `fail` and `required` the template's own words.
    pub(crate) message: String,
    /// The calls that led there, innermost first.
    pub(crate) included_from: Vec<Caller>,
}

/// Where a template called another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) template: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) action: String,
}

impl Error {
    /// An error without a place in a template: a chart that cannot be read, say.
    pub(crate) fn at_file(template: impl Into<String>, message: impl Into<String>) -> Self {
        Self(Box::new(Details {
            template: template.into(),
            line: 0,
            column: 0,
            action: String::new(),
            define: None,
            message: message.into(),
            included_from: Vec::new(),
        }))
    }
}

impl From<Details> for Error {
    fn from(details: Details) -> Self {
        Self(Box::new(details))
    }
}

impl Deref for Error {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

impl DerefMut for Error {
    fn deref_mut(&mut self) -> &mut Details {
        &mut self.0
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.template)?;
        if self.line > 0 {
            write!(formatter, ":{}:{}", self.line, self.column)?;
        }
        formatter.write_str(": ")?;
        if let Some(define) = &self.define {
            write!(formatter, "in {define:?}, ")?;
        }
        if !self.action.is_empty() {
            write!(formatter, "at <{}>: ", self.action)?;
        }
        formatter.write_str(&self.message)?;
        for place in &self.included_from {
            let Caller {
                template,
                line,
                column,
                action,
            } = place;
            write!(
                formatter,
                "\n  called from {template}:{line}:{column} at <{action}>"
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Why a function failed, before the place is known.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The function's own complaint.
    Message(String),
    /// A template that the function ran (`include`, `tpl`) failed.
    Template(Error),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for Failure {
    fn from(message: &str) -> Self {
        Self::Message(message.to_owned())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Template(error)
    }
}
