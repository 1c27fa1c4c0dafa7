//! `mesh canary`: progressive delivery.

mod change;
mod conditions;
mod files;
mod flags;
mod init;
mod live;
mod matching;
mod objects;
mod report;
mod selection;
mod shift;
mod status;
mod undo;

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
    Init(Box<init::Args>),
    Shift(Box<shift::Args>),
    Match(Box<matching::Args>),
    Status(status::Args),
    Undo(Box<undo::Args>),
}

/// Runs one of the subcommands.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::Init(args) => init::run(args, ui),
        Command::Shift(args) => shift::run(args, ui),
        Command::Match(args) => matching::run(args, ui),
        Command::Status(args) => status::run(args, ui),
        Command::Undo(args) => undo::run(args, ui),
    }
}
