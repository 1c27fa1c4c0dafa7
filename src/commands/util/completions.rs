//! `mesh util completions`.

use std::path::Path;

use clap::ValueEnum as _;
use clap_complete::{Generator as _, Shell};

use crate::commands::completion;
use crate::error::Result;
use crate::output::Ui;

/// Writes the script of each shell, under the name by which the shell looks for it.
pub(super) fn run(folder: &Path, ui: &Ui) -> Result<()> {
    super::make_folder(folder)?;
    let shells = Shell::value_variants();
    for shell in shells {
        super::write_file(
            &folder.join(shell.file_name("mesh")),
            completion::script(*shell),
        )?;
    }
    ui.status(format_args!(
        "wrote {} scripts to `{}`",
        shells.len(),
        folder.display()
    ));
    Ok(())
}
