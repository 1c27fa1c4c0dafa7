//! `mesh util man`.

use std::path::Path;

use crate::error::{Error, Result};
use crate::output::Ui;

/// Writes the pages, `mesh.1` and one for each command below it.
pub(super) fn run(folder: &Path, ui: &Ui) -> Result<()> {
    super::make_folder(folder)?;
    clap_mangen::generate_to(crate::cli::documented_command(), folder).map_err(|error| {
        Error::user(format!(
            "cannot write the manual pages to `{}`",
            folder.display()
        ))
        .caused_by(&error)
    })?;
    ui.status(format_args!(
        "wrote the manual pages to `{}`",
        folder.display()
    ));
    Ok(())
}
