//! `mesh util`: what packagers and maintainers of `mesh` itself need. Hidden from help.

mod completions;
mod crds;
mod man;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::output::Ui;

/// Write the files that a package of this program carries
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Write the completion scripts of all shells
    Completions(Folder),
    Crds(crds::Args),
    /// Write the manual pages, one for each command
    Man(Folder),
}

/// Where to write.
#[derive(Debug, clap::Args)]
pub(crate) struct Folder {
    /// Folder to write to, made if need be
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: PathBuf,
}

/// Runs one of them.
pub(crate) fn run(command: &Command, ui: &Ui) -> Result<()> {
    match command {
        Command::Completions(folder) => completions::run(&folder.dir, ui),
        Command::Crds(args) => crds::run(args, ui),
        Command::Man(folder) => man::run(&folder.dir, ui),
    }
}

/// Makes the folder, unless it is there.
fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| {
        Error::user(format!("cannot make the folder `{}`", folder.display())).caused_by(&error)
    })
}

/// Writes a file anew.
fn write_file(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    std::fs::write(path, content).map_err(|error| {
        Error::user(format!("cannot write `{}`", path.display())).caused_by(&error)
    })
}
