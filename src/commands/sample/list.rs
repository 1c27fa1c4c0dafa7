//! `mesh sample list`.

use crate::engine::samples::{Role, SAMPLES, Sample};
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::FormatFlag;
use crate::output::table::Table;

/// List the samples, their parts and what each is for
///
/// `mesh sample show NAME` prints the parts marked `base`; a `step` of the course is shown when it is
/// named.
///
/// EXAMPLES
///   mesh sample list
///   mesh sample list -o json
#[derive(Debug, clap::Args)]
#[command(visible_alias = "ls", verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    format: FormatFlag,
}

/// Prints a line for each sample, and one for each of its parts.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    ui.report(&SAMPLES, args.format.output, |samples| table(samples))
}

fn table(samples: &[Sample]) -> String {
    let mut table = Table::new(["NAME", "PART", "ROLE", "WHAT IT IS FOR"]);
    for sample in samples {
        table.row([sample.name, "", "", sample.purpose]);
        for part in sample.parts {
            let role = match part.role {
                Role::Base => "base",
                Role::Step => "step",
            };
            table.row([sample.name, part.name, role, part.purpose]);
        }
    }
    table.to_string()
}
