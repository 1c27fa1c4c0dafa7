//! `mesh profile list`.

use serde::Serialize;

use crate::engine::install::profile;
use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::FormatFlag;
use crate::output::table::Table;

/// List the built-in profiles and what each is for
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

/// A profile, as it is listed.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    purpose: &'static str,
}

/// Prints one line a profile.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let rows = profile::all().into_iter().map(|profile| Row {
        name: profile.name,
        purpose: profile.summary(),
    });
    ui.report(&rows.collect::<Vec<_>>(), args.format.output, |rows| {
        table(rows)
    })
}

fn table(rows: &[Row]) -> String {
    let mut table = Table::new(["NAME", "WHAT IT IS FOR"]);
    for row in rows {
        table.row([row.name, row.purpose]);
    }
    table.to_string()
}
