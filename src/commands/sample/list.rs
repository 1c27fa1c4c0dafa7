//! `mesh sample list`.

use std::fmt::Write as _;

use crate::engine::samples::{Role, SAMPLES, Sample};
use crate::error::Result;
use crate::output::Ui;

/// List the samples, their parts and what each is for
///
/// `mesh sample show NAME` prints the parts marked `base`; a `step` of the course is shown by its name.
#[derive(Debug, clap::Args)]
#[command(visible_alias = "ls")]
pub(crate) struct Args {}

/// Prints one block a sample.
pub(crate) fn run(_args: &Args, ui: &Ui) -> Result<()> {
    let blocks: Vec<String> = SAMPLES.iter().map(block).collect();
    ui.result(blocks.join("\n").as_bytes())
}

/// The sample's name and purpose, and below it a line for each part.
fn block(sample: &Sample) -> String {
    let mut text = format!("{}: {}\n", sample.name, sample.purpose);
    let width = sample.parts.iter().map(|part| part.name.len()).max();
    for part in sample.parts {
        let role = match part.role {
            Role::Base => "base",
            Role::Step => "step",
        };
        let width = width.unwrap_or_default();
        let _ = writeln!(text, "  {:width$}  {role}  {}", part.name, part.purpose);
    }
    text
}
