//! One document after the other: injected, or handed on as it was written.

use std::fmt::Write as _;

use crate::engine::inject::document::{self, marker_end};
use crate::engine::inject::{self, Injector, Outcome};
use crate::error::{Error, Result};
use crate::output::Ui;
use crate::yaml;

/// Rewrites the documents of a run into one stream.
pub(crate) struct Rewriter<'a> {
    injector: &'a Injector,
    ui: &'a Ui,
    /// Documents are written anew, sorted.
    normalize: bool,
    tally: Tally,
    /// How the stream ends so far: what has to stand before the next document.
    written: Written,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    /// Nothing but comments.
    Nothing,
    Document,
    /// A document whose last line has no end.
    OpenLine,
}

/// What a run did.
#[derive(Default)]
pub(crate) struct Tally {
    injected: usize,
    skipped: usize,
    /// Documents that hold no workload.
    unchanged: usize,
}

impl Tally {
    /// One line for the user.
    pub(crate) fn summary(&self) -> String {
        let count = |number: usize, what: &str| {
            let plural = if number == 1 { "" } else { "s" };
            format!("{number} {what}{plural}")
        };
        let mut line = format!("injected {}", count(self.injected, "workload"));
        if self.skipped > 0 {
            let _ = write!(line, ", skipped {}", self.skipped);
        }
        if self.unchanged > 0 {
            let _ = write!(
                line,
                ", left {} as it was",
                count(self.unchanged, "other document")
            );
            if self.unchanged > 1 {
                line = line.replace("as it was", "as they were");
            }
        }
        line
    }
}

impl<'a> Rewriter<'a> {
    pub(crate) fn new(injector: &'a Injector, normalize: bool, ui: &'a Ui) -> Self {
        Self {
            injector,
            ui,
            normalize,
            tally: Tally::default(),
            written: Written::Nothing,
        }
    }

    /// Appends what becomes of one document of the file `name`, which begins on line `line`.
    pub(crate) fn rewrite(
        &mut self,
        name: &str,
        text: &str,
        line: usize,
        out: &mut String,
    ) -> Result<()> {
        let original = yaml::parse(text).map_err(|error| {
            let error = error.starting_at(line);
            Error::user(format!(
                "{name}:{}:{}: {}",
                error.line, error.column, error.message
            ))
            .hint("the file has to be YAML or JSON; nothing of it was changed")
        })?;
        if original.is_null() {
            self.append(text, !text.trim().is_empty(), out);
            return Ok(());
        }
        let place = || format!("{name}:{}", line + lines_before_content(text));
        if !original.is_object() {
            return Err(Error::user(format!(
                "{}: expected a Kubernetes object with `apiVersion` and `kind`",
                place()
            ))
            .hint("`-f` takes the YAML or JSON that `kubectl apply` takes"));
        }
        let written = document::inject(self.injector, text, original, self.normalize);
        let written = written.map_err(|error| {
            let hint = error
                .hint
                .clone()
                .unwrap_or_else(|| hint_for(&error).to_owned());
            Error::user(format!("{}: {error}", place())).hint(hint)
        })?;
        for note in &written.notes {
            self.ui.warning(format!("{}: {note}", place()));
        }
        self.count(&written.outcomes);
        self.append(written.text.as_deref().unwrap_or(text), true, out);
        Ok(())
    }

    /// The end of the input, which is called `input`. Fails when there was nothing in it.
    pub(crate) fn finish(self, input: &str) -> Result<Tally> {
        let Tally {
            injected,
            skipped,
            unchanged,
        } = self.tally;
        if injected + skipped + unchanged == 0 {
            return Err(Error::user(format!("{input} holds no Kubernetes object"))
                .hint("give `-f` the YAML of a Deployment, a Pod or the like"));
        }
        Ok(self.tally)
    }

    fn count(&mut self, outcomes: &[Outcome]) {
        if outcomes.is_empty() {
            self.tally.unchanged += 1;
        }
        for outcome in outcomes {
            match &outcome.result {
                Ok(templates) => {
                    self.tally.injected += 1;
                    self.ui.detail(format!(
                        "injected {} (template {})",
                        outcome.object,
                        templates.join(", ")
                    ));
                }
                Err(skip) => {
                    self.tally.skipped += 1;
                    self.ui.status(format!(
                        "Skipping injection because {} {skip}",
                        outcome.object
                    ));
                }
            }
        }
    }

    /// Appends a document, with `---` before it where the stream needs one and the document has none: at the seam of two
    /// files.
    fn append(&mut self, text: &str, is_document: bool, out: &mut String) {
        if self.written == Written::OpenLine {
            out.push('\n');
        }
        if self.written != Written::Nothing && is_document && !begins_with_marker(text) {
            out.push_str("---\n");
        }
        out.push_str(text);
        if !text.is_empty() {
            self.written = if !text.ends_with('\n') {
                Written::OpenLine
            } else if is_document || self.written != Written::Nothing {
                Written::Document
            } else {
                Written::Nothing
            };
        }
    }
}

/// What usually helps.
fn hint_for(error: &inject::Error) -> &'static str {
    if error.message.contains("template") && !error.message.starts_with("spec") {
        "check the template: `--injectConfigFile`, or `values.sidecarInjectorWebhook.templates`"
    } else {
        "correct the object, or keep it out of injection with the label sidecar.istio.io/inject: \"false\""
    }
}

/// Whether the first line that counts is a `---`.
fn begins_with_marker(text: &str) -> bool {
    marker_end(text).is_some()
}

/// How many lines of the document come before its content.
fn lines_before_content(text: &str) -> usize {
    let counts = |line: &str| {
        let line = line.trim();
        !(line.is_empty() || line.starts_with('#') || line.starts_with('%') || line == "---")
    };
    text.lines().position(counts).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_happened() {
        let tally = Tally {
            injected: 1,
            skipped: 0,
            unchanged: 1,
        };
        assert_eq!(
            tally.summary(),
            "injected 1 workload, left 1 other document as it was"
        );
        let tally = Tally {
            injected: 6,
            skipped: 2,
            unchanged: 3,
        };
        assert_eq!(
            tally.summary(),
            "injected 6 workloads, skipped 2, left 3 other documents as they were"
        );
    }
}
