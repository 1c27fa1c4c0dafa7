//! `mesh version`.

use serde::Serialize;

use crate::error::Result;
use crate::output::Ui;
use crate::output::structured::{Format, FormatFlag};

/// Show the version of this program
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  # the version of this program, also for scripts
  mesh version
  mesh version --short
  mesh version -o json")]
pub(crate) struct Args {
    /// Print the bare version
    #[arg(long, short, conflicts_with = "output")]
    short: bool,

    #[command(flatten)]
    format: FormatFlag,
}

/// What runs where.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    client_version: Client,
}

/// This program.
#[derive(Debug, Serialize)]
struct Client {
    version: &'static str,
}

/// Prints the versions.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    let report = Report {
        client_version: Client {
            version: env!("CARGO_PKG_VERSION"),
        },
    };
    let format = args.format.output;
    if args.short && format == Format::Table {
        return ui.result(format!("{}\n", report.client_version.version).as_bytes());
    }
    ui.report(&report, format, |report| {
        format!("client version: {}\n", report.client_version.version)
    })
}
