//! `mesh profile list`.

use crate::engine::install::profile::{self, Summary};
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::FormatFlag;
use crate::output::table::Table;

/// List the built-in profiles, what each is for and what it turns on
///
/// EXAMPLES
///   mesh profile list
///   mesh profile list -o json
#[derive(Debug, clap::Args)]
#[command(visible_alias = "ls", verbatim_doc_comment)]
pub(crate) struct Args {
    #[command(flatten)]
    format: FormatFlag,
}

/// Prints one line a profile.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    ui.report(&profile::summaries()?, args.format.output, |profiles| {
        table(profiles)
    })
}

fn table(profiles: &[Summary]) -> String {
    let mut table = Table::new(["NAME", "WHAT IT IS FOR", "TURNS ON"]);
    for profile in profiles {
        let components = match profile.components.as_slice() {
            [] => "nothing".to_owned(),
            components => components.join(", "),
        };
        table.row([profile.name, profile.purpose, &components]);
    }
    table.to_string()
}
