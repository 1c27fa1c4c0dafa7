//! `mesh profile diff`.

use super::source::{Source, operator};
use crate::error::{Error, Kind, Result};
use crate::output::Ui;
use crate::output::diff::{Side, unified};
use crate::yaml;

/// Compare two profiles, or IstioOperator files, in full
///
/// What is compared is what `mesh profile dump` prints of each. What they install is compared by
/// `mesh manifest diff`.
///
/// EXAMPLES
///   mesh profile diff default demo
///   mesh profile diff demo mesh.yaml
///
/// EXIT CODES
///   0  no difference
///   1  differences
///   2  a profile is unknown or a file cannot be read
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The first profile or file
    #[arg(value_name = "PROFILE|FILE")]
    left: Source,

    /// The second profile or file
    #[arg(value_name = "PROFILE|FILE")]
    right: Source,
}

/// Resolves both and prints how they differ.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let text = |source: &Source| -> Result<String> {
        let resolved = operator(source, ui).map_err(|error| error.with_kind(Kind::Usage))?;
        Ok(yaml::to_string(resolved.operator()))
    };
    let (left, right) = (text(&args.left)?, text(&args.right)?);
    let diff = unified(
        Side {
            name: args.left.name(),
            text: &left,
        },
        Side {
            name: args.right.name(),
            text: &right,
        },
    );
    if diff.is_empty() {
        ui.status("no difference");
        return Ok(());
    }
    ui.styled(&diff)?;
    Err(Error::new(Kind::Different, "the profiles differ"))
}
