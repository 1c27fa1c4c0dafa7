//! All text goes through [`Ui`]; `println!` is a lint elsewhere.

use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write};

use anstyle::{AnsiColor, Style};

use crate::error::{Error, Kind, Result};
use crate::settings::{Settings, Verbosity};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();
const DIM: Style = Style::new().dimmed();

/// The user's two streams.
pub(crate) struct Ui {
    settings: Settings,
}

impl Ui {
    /// Quiet silences status and hints of success, never results, warnings or errors.
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings }
    }

    fn stderr(&self) -> anstream::AutoStream<io::StderrLock<'static>> {
        anstream::AutoStream::new(io::stderr().lock(), self.settings.color)
    }

    /// Writes a result to stdout, byte for byte.
    ///
    /// A pipe that the reader closed gives [`Kind::ClosedPipe`], which ends the command without a word.
    #[expect(
        clippy::unused_self,
        reason = "all output goes through a Ui, so that a command's output can be seen"
    )]
    pub(crate) fn result(&self, bytes: &[u8]) -> Result<()> {
        let mut out = io::stdout().lock();
        stdout_result(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Writes text with escape sequences to stdout; they are taken out where colour is not wanted.
    pub(crate) fn styled(&self, text: &str) -> Result<()> {
        let mut out = anstream::AutoStream::new(io::stdout().lock(), self.settings.color);
        stdout_result(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
    }

    /// Writes what the parser says about a wrong command line to stderr.
    pub(crate) fn styled_error(&self, text: &str) {
        let _ = self.stderr().write_all(text.as_bytes());
    }

    /// Writes a question to stderr; the cursor stays behind it.
    pub(super) fn prompt(&self, text: &str) {
        let mut err = self.stderr();
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }

    /// Whether stderr can show something that moves.
    pub(super) fn moves(&self) -> bool {
        self.settings.verbosity >= Verbosity::Normal && io::stderr().is_terminal()
    }

    /// Whether more is to be said than usual.
    pub(crate) fn is_verbose(&self) -> bool {
        self.settings.verbosity >= Verbosity::Verbose
    }

    /// Says what was done, on stderr.
    pub(crate) fn status(&self, text: impl Display) {
        if self.settings.verbosity >= Verbosity::Normal {
            let _ = writeln!(self.stderr(), "{text}");
        }
    }

    /// Says how it is being done, on stderr, with `--verbose` only.
    pub(crate) fn detail(&self, text: impl Display) {
        if self.settings.verbosity >= Verbosity::Verbose {
            let _ = writeln!(self.stderr(), "{DIM}{text}{DIM:#}");
        }
    }

    /// Tells what to do next after a success, on stderr.
    pub(crate) fn hint(&self, text: impl Display) {
        if self.settings.verbosity >= Verbosity::Normal {
            let _ = writeln!(self.stderr(), "{HINT}hint:{HINT:#} {text}");
        }
    }

    /// Warns, on stderr.
    pub(crate) fn warning(&self, text: impl Display) {
        let _ = writeln!(self.stderr(), "{WARNING}warning:{WARNING:#} {text}");
    }

    /// Shows the error that ends the command, with its causes and hints; nothing for an end that is none.
    pub(crate) fn error(&self, error: &Error) {
        if matches!(error.kind(), Kind::ClosedPipe | Kind::Different) {
            return;
        }
        let mut err = self.stderr();
        let _ = writeln!(err, "{ERROR}error:{ERROR:#} {error}");
        for cause in error.causes() {
            let _ = writeln!(err, "  {DIM}caused by:{DIM:#} {cause}");
        }
        for hint in error.hints() {
            let _ = writeln!(err, "  {HINT}hint:{HINT:#} {hint}");
        }
    }
}

fn stdout_result(outcome: io::Result<()>) -> Result<()> {
    outcome.map_err(|error| {
        let kind = match error.kind() {
            io::ErrorKind::BrokenPipe => Kind::ClosedPipe,
            _ => Kind::User,
        };
        Error::new(kind, "cannot write to stdout").caused_by(&error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_closed_pipe_for_the_end_and_a_full_disk_for_an_error() {
        let kind = |kind: io::ErrorKind| stdout_result(Err(kind.into())).unwrap_err().kind();
        assert_eq!(kind(io::ErrorKind::BrokenPipe), Kind::ClosedPipe);
        assert_eq!(kind(io::ErrorKind::StorageFull), Kind::User);
    }
}
