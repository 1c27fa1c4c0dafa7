//! The error that commands end with: what went wrong, why, and what to do next.
//!
//! This is the only place that maps a failure to an exit code. Engines may have error types of their own (a template
//! error has a line and an action); they become an [`Error`] where the file or object they belong to is known.

use std::fmt;

/// What sort of failure it is; decides the exit code and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The input (a file, an object) is wrong.
    User,
    /// A configuration (profile, values, mesh config) is wrong.
    Config,
    /// The command line is wrong.
    Usage,
    /// Somebody else changed, or owns, what was to be changed.
    Conflict,
    /// A precondition of the change does not hold.
    Precondition,
    /// The cluster could not be reached or refused.
    Cluster,
    /// What was begun failed, and could not be taken back.
    Halfway,
    /// A bug in `mesh`.
    Internal,
    /// Somebody pressed Ctrl-C.
    Interrupted,
    /// Whoever read our stdout has stopped reading (`mesh … | head -1`): an end, not a failure.
    ClosedPipe,
    /// Two things that were compared differ: a result, not a failure.
    Different,
}

impl Kind {
    /// The exit code. The README and `mesh --help` carry the same table.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::ClosedPipe => 0,
            Self::User | Self::Config | Self::Cluster | Self::Different => 1,
            Self::Usage => 2,
            Self::Conflict => 3,
            Self::Precondition => 4,
            Self::Halfway => 8,
            Self::Internal => 70,
            Self::Interrupted => 130,
        }
    }
}

/// A failure with its cause chain and hints.
#[derive(Debug)]
pub(crate) struct Error {
    kind: Kind,
    message: String,
    causes: Vec<String>,
    hints: Vec<String>,
}

/// Shorthand for results that end a command.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of `kind`; `message` says what was tried and on which object, without a full stop.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// The input is wrong.
    pub(crate) fn user(message: impl Into<String>) -> Self {
        Self::new(Kind::User, message)
    }

    /// The configuration is wrong.
    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config, message)
    }

    /// The command line is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// The same error as one of another sort, where a command has exit codes of its own.
    #[must_use]
    pub(crate) fn with_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Adds a cause and the causes behind it, outermost first.
    #[must_use]
    pub(crate) fn caused_by(mut self, cause: &(dyn std::error::Error + 'static)) -> Self {
        let mut next = Some(cause);
        while let Some(error) = next {
            let text = error.to_string();
            if self.causes.last() != Some(&text) {
                self.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Adds a cause that is only known as text.
    #[must_use]
    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds a hint: a command or flag to try.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What sort of failure it is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The reasons behind it, outermost first.
    pub(crate) fn causes(&self) -> &[String] {
        &self.causes
    }

    /// What the user can do.
    pub(crate) fn hints(&self) -> &[String] {
        &self.hints
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
