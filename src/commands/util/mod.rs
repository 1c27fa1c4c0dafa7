//! `mesh util`: what packagers and maintainers of `mesh` itself need. Hidden from help.

mod completions;
mod crds;
mod man;

use crate::error::{Error, Result};
use crate::output::Ui;

/// Write the files that a package of this program carries
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Completions(completions::Args),
    Crds(crds::Args),
    Man(man::Args),
}

/// Runs one of them.
pub(crate) fn run(command: &Command, ui: &Ui) -> Result<()> {
    match command {
        Command::Completions(args) => completions::run(args, ui),
        Command::Crds(args) => crds::run(args, ui),
        Command::Man(args) => man::run(args, ui),
    }
}

/// Makes the folder, unless it is there.
fn make_folder(folder: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::user(format!("cannot make the folder `{}`", folder.display())).caused_by(&error)
    })
}
