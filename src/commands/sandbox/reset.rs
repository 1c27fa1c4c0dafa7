//! `mesh sandbox reset`.

use super::{FolderFlag, named};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;

/// Delete all objects of the practice cluster, its certificate and its kubeconfig
///
/// It must not run. The next start is that of a new cluster.
///
/// EXAMPLES
///   mesh sandbox down && mesh sandbox reset
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    folder: FolderFlag,
}

/// Empties the folder.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let folder = args.folder.folder()?;
    let Some(lock) = folder.lock()? else {
        let what = format!(
            "the practice cluster runs ({})",
            named(folder.process().as_ref())
        );
        return Err(Error::new(Kind::Precondition, what).hint(format!(
            "`mesh sandbox down{}` stops it",
            args.folder.as_typed()
        )));
    };
    folder.clear(&lock)?;
    ui.status(format_args!("emptied `{}`", folder.path().display()));
    Ok(())
}
