//! How far something is: a spinner for each part on a terminal, a line for each part that is finished elsewhere.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::output::Ui;

const TEMPLATE: &str = "{spinner:.cyan} {prefix:.bold} {wide_msg:.dim}";

/// The spinners of one command. All are gone from the screen when it is dropped.
pub(crate) struct Progress<'a> {
    ui: &'a Ui,
    /// `None` where nothing moves: no terminal, or `--quiet`.
    bars: Option<MultiProgress>,
}

/// One of the things that go on at the same time.
pub(crate) struct Part {
    bar: Option<ProgressBar>,
}

impl Ui {
    /// Starts to show progress, on stderr.
    pub(crate) fn progress(&self) -> Progress<'_> {
        Progress {
            ui: self,
            bars: self.moves().then(MultiProgress::new),
        }
    }
}

impl Progress<'_> {
    /// Adds a part.
    pub(crate) fn part(&self, name: &str) -> Part {
        let bar = self.bars.as_ref().map(|bars| {
            let style = ProgressStyle::with_template(TEMPLATE);
            let bar = bars.add(ProgressBar::new_spinner());
            bar.set_style(style.expect("the template is valid, as a test says"));
            bar.set_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Part { bar }
    }

    /// Says that a part is finished; its spinner makes room for a line that stays.
    pub(crate) fn finish(&self, part: &Part, line: &str) {
        if let Some(bar) = &part.bar {
            bar.finish_and_clear();
        }
        self.above(|ui| ui.status(line));
    }

    /// Writes above the spinners.
    pub(crate) fn above(&self, write: impl FnOnce(&Ui)) {
        match &self.bars {
            Some(bars) => bars.suspend(|| write(self.ui)),
            None => write(self.ui),
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bars) = &self.bars {
            // A terminal that is gone needs no cleaning.
            let _ = bars.clear();
        }
    }
}

impl Part {
    /// Says how far it is.
    pub(crate) fn say(&self, text: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(text);
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_valid() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
