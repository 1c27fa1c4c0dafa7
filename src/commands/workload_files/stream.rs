//! One document after the other into one stream, and what is said about each.

use std::fmt::Write as _;

use super::{Words, Worked};
use crate::engine::inject::Outcome;
use crate::engine::inject::document::marker_end;
use crate::error::{Error, Result};
use crate::output::Ui;

/// The documents of a run, put together again.
pub(super) struct Stream<'a> {
    ui: &'a Ui,
    words: &'static Words,
    tally: Tally,
    /// How the stream ends so far: what has to stand before the next document.
    written: End,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nothing but comments.
    Nothing,
    Document,
    /// A document whose last line has no end.
    OpenLine,
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    changed: usize,
    pub(super) skipped: usize,
    /// Documents that hold no workload.
    unchanged: usize,
}

impl Tally {
    /// One line for the user.
    pub(super) fn summary(&self, words: &Words) -> String {
        let count = |number: usize, what: &str| {
            let plural = if number == 1 { "" } else { "s" };
            format!("{number} {what}{plural}")
        };
        let mut line = format!("{} {}", words.done, count(self.changed, "workload"));
        if self.skipped > 0 {
            let _ = write!(line, ", skipped {}", self.skipped);
        }
        if self.unchanged > 0 {
            let was = if self.unchanged > 1 {
                "they were"
            } else {
                "it was"
            };
            let others = count(self.unchanged, "other document");
            let _ = write!(line, ", left {others} as {was}");
        }
        line
    }
}

impl<'a> Stream<'a> {
    pub(super) fn new(words: &'static Words, ui: &'a Ui) -> Self {
        Self {
            ui,
            words,
            tally: Tally::default(),
            written: End::Nothing,
        }
    }

    /// Appends a document that was worked on, and says what became of it.
    pub(super) fn append(&mut self, text: &str, worked: &Worked, out: &mut String) {
        let Worked::Object { place, written } = worked else {
            self.put(text, !text.trim().is_empty(), out);
            return;
        };
        for note in &written.notes {
            self.ui.warning(format!("{place}: {note}"));
        }
        self.count(place, &written.outcomes);
        self.put(written.text.as_deref().unwrap_or(text), true, out);
    }

    /// The next document stands in another file, and what was written so far is not before it.
    pub(super) fn next_file(&mut self) {
        self.written = End::Nothing;
    }

    /// The end of the input, which is called `input`. Fails when there was nothing in it.
    pub(super) fn finish(self, input: &str) -> Result<Tally> {
        let Tally {
            changed,
            skipped,
            unchanged,
        } = self.tally;
        if changed + skipped + unchanged == 0 {
            return Err(Error::user(format!("{input} holds no Kubernetes object"))
                .hint("give `-f` the YAML of a Deployment, a Pod or the like"));
        }
        Ok(self.tally)
    }

    fn count(&mut self, place: &str, outcomes: &[Outcome]) {
        if outcomes.is_empty() {
            self.tally.unchanged += 1;
        }
        for outcome in outcomes {
            for doubt in &outcome.doubts {
                self.ui
                    .warning(format!("{place}: {}: {doubt}", outcome.object));
            }
            match &outcome.result {
                Ok(templates) => {
                    self.tally.changed += 1;
                    let with = if templates.is_empty() {
                        String::new()
                    } else {
                        format!(" (template {})", templates.join(", "))
                    };
                    let done = self.words.done;
                    self.ui.detail(format!("{done} {}{with}", outcome.object));
                }
                Err(skip) => {
                    self.tally.skipped += 1;
                    let skipping = self.words.skipping;
                    self.ui
                        .status(format!("{skipping} because {} {skip}", outcome.object));
                }
            }
        }
    }

    /// Appends text, with `---` before it where the stream needs one and the document has none: at the seam of two files.
    fn put(&mut self, text: &str, is_document: bool, out: &mut String) {
        if self.written == End::OpenLine {
            out.push('\n');
        }
        if self.written != End::Nothing && is_document && marker_end(text).is_none() {
            out.push_str("---\n");
        }
        out.push_str(text);
        if !text.is_empty() {
            self.written = if !text.ends_with('\n') {
                End::OpenLine
            } else if is_document || self.written != End::Nothing {
                End::Document
            } else {
                End::Nothing
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_happened() {
        let words = Words {
            done: "injected",
            skipping: "Skipping injection",
        };
        let tally = Tally {
            changed: 1,
            skipped: 0,
            unchanged: 1,
        };
        assert_eq!(
            tally.summary(&words),
            "injected 1 workload, left 1 other document as it was"
        );
        let tally = Tally {
            changed: 6,
            skipped: 2,
            unchanged: 3,
        };
        assert_eq!(
            tally.summary(&words),
            "injected 6 workloads, skipped 2, left 3 other documents as they were"
        );
    }
}
