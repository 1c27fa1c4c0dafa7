//! `mesh profile`: the built-in profiles.

mod diff;
mod dump;
mod list;
mod source;

use crate::error::Result;
use crate::output::Ui;

/// Show the built-in profiles
///
/// A profile is a starting point for an installation: `mesh manifest generate --profile NAME`.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Diff(diff::Args),
    Dump(dump::Args),
    List(list::Args),
}

/// Runs one of the subcommands.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::Diff(args) => diff::run(args, ui),
        Command::Dump(args) => dump::run(args, ui),
        Command::List(args) => list::run(args, ui),
    }
}
