//! `mesh profile list`.

use std::fmt::Write as _;

use crate::engine::install::profile;
use crate::error::Result;
use crate::output::Ui;

/// List the built-in profiles and what each is for
#[derive(Debug, clap::Args)]
#[command(visible_alias = "ls")]
pub(crate) struct Args {}

/// Prints one line a profile.
pub(crate) fn run(_args: &Args, ui: &Ui) -> Result<()> {
    let profiles = profile::all();
    let width = profiles
        .iter()
        .map(|profile| profile.name.len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    for profile in &profiles {
        let _ = writeln!(text, "{:width$}  {}", profile.name, profile.summary());
    }
    ui.result(text.as_bytes())
}
