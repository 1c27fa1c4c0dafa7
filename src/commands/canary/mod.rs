//! `mesh canary`: progressive delivery.

mod objects;
mod report;
mod shift;

use crate::error::Result;
use crate::output::Ui;

/// Release a new version step by step
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Shift(Box<shift::Args>),
}

/// Runs one of the subcommands.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::Shift(args) => shift::run(args, ui),
    }
}
