//! `mesh sample`: the sample applications, listed, shown, applied and deleted.

mod apply;
mod delete;
mod list;
mod objects;
mod show;

use crate::error::Result;
use crate::output::Ui;

/// Try the sample applications that the course works with
///
/// They come with the binary: nothing is downloaded.
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Apply(apply::Args),
    Delete(delete::Args),
    List(list::Args),
    Show(show::Args),
}

/// Runs one of the subcommands.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::Apply(args) => apply::run(args, ui),
        Command::Delete(args) => delete::run(args, ui),
        Command::List(args) => list::run(args, ui),
        Command::Show(args) => show::run(args, ui),
    }
}
