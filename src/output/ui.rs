//! All text goes through [`Ui`]; `println!` is a lint elsewhere.

use std::io::Write as _;

use crate::error::{Error, Kind, Result};

/// The user's two streams.
pub(crate) struct Ui {
    quiet: bool,
    color: anstream::ColorChoice,
}

impl Ui {
    /// `quiet` silences status and hints, never results, warnings or errors.
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            quiet,
            color: anstream::ColorChoice::Auto,
        }
    }

    fn stderr(&self) -> anstream::AutoStream<std::io::StderrLock<'static>> {
        anstream::AutoStream::new(std::io::stderr().lock(), self.color)
    }

    /// Writes a result to stdout, as it is.
    pub(crate) fn result(&self, text: &[u8]) -> Result<()> {
        let mut out = anstream::AutoStream::new(std::io::stdout().lock(), self.color);
        out.write_all(text)
            .and_then(|()| out.flush())
            .map_err(|error| Error::new(Kind::User, "cannot write to stdout").caused_by(&error))
    }

    /// Says what was done, on stderr.
    pub(crate) fn status(&self, text: impl std::fmt::Display) {
        if !self.quiet {
            let _ = writeln!(self.stderr(), "{text}");
        }
    }

    /// Warns, on stderr.
    pub(crate) fn warning(&self, text: impl std::fmt::Display) {
        let _ = writeln!(self.stderr(), "warning: {text}");
    }

    /// Shows the error that ends the command, with its causes and hints.
    pub(crate) fn error(&self, error: &Error) {
        let mut err = self.stderr();
        let _ = writeln!(err, "error: {error}");
        for cause in error.causes() {
            let _ = writeln!(err, "  caused by: {cause}");
        }
        for hint in error.hints() {
            let _ = writeln!(err, "  hint: {hint}");
        }
    }
}
