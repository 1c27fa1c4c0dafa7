//! The question before a change, on a terminal.

use std::io::{self, BufRead as _, IsTerminal as _};

use crate::error::{Error, Kind, Result};
use crate::output::Ui;

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    No,
    /// Nobody is there to ask: stdin or stderr is no terminal.
    NotAsked,
}

impl Ui {
    /// Asks on stderr and reads a line from stdin; anything but yes is no.
    ///
    /// # Errors
    /// The terminal cannot be read.
    pub(crate) fn confirm(&self, question: &str) -> Result<Answer> {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Ok(Answer::NotAsked);
        }
        self.prompt(&format!("{question} [y/N] "));
        let mut line = String::new();
        io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|error| Error::new(Kind::User, "cannot read the answer").caused_by(&error))?;
        Ok(answer(&line))
    }
}

fn answer(line: &str) -> Answer {
    match line.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Answer::Yes,
        _ => Answer::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        assert_eq!(answer("y\n"), Answer::Yes);
        assert_eq!(answer(" YES \n"), Answer::Yes);
        for line in ["", "\n", "n\n", "yep\n"] {
            assert_eq!(answer(line), Answer::No, "{line:?}");
        }
    }
}
