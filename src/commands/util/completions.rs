//! `mesh util completions`.

use std::path::PathBuf;

use clap::ValueEnum as _;
use clap_complete::{Generator as _, Shell};

use crate::commands::completion;
use crate::error::{Error, Result};
use crate::output::Ui;

/// Write the completion scripts of all shells into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder, made if need be
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,
}

/// Writes the scripts.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    super::make_folder(&args.dir)?;
    for shell in Shell::value_variants() {
        let path = args.dir.join(shell.file_name("mesh"));
        std::fs::write(&path, completion::script(*shell)).map_err(|error| {
            Error::user(format!("cannot write `{}`", path.display())).caused_by(&error)
        })?;
    }
    ui.status(format!(
        "wrote {} scripts to `{}`",
        Shell::value_variants().len(),
        args.dir.display()
    ));
    Ok(())
}
