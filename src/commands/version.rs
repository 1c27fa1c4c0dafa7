//! `mesh version`.

use crate::error::Result;
use crate::output::Ui;

/// Show the version of this binary
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// Prints the version.
pub(crate) fn run(_args: &Args, ui: &Ui) -> Result<()> {
    ui.result(format!("client version: {}\n", env!("CARGO_PKG_VERSION")).as_bytes())
}
