//! `mesh util man`.

use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::output::Ui;

/// Write the manual pages, one for each command, into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder, made if need be
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,
}

/// Writes the pages.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    super::make_folder(&args.dir)?;
    clap_mangen::generate_to(crate::cli::documented_command(), &args.dir).map_err(|error| {
        Error::user(format!(
            "cannot write the manual pages to `{}`",
            args.dir.display()
        ))
        .caused_by(&error)
    })?;
    ui.status(format!(
        "wrote the manual pages to `{}`",
        args.dir.display()
    ));
    Ok(())
}
