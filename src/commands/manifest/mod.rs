//! `mesh manifest`: what an installation consists of.

mod diff;
mod generate;
mod images;
mod live;
mod translate;

use crate::commands::{install, uninstall};
use crate::error::Result;
use crate::output::Ui;

/// Work with the manifests of an installation
#[derive(Debug, clap::Args)]
#[command(arg_required_else_help = true, subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Apply(install::Args),
    Delete(uninstall::Args),
    Diff(diff::Args),
    Generate(generate::Args),
    Images(images::Args),
    Translate(translate::Args),
}

/// Runs one of the subcommands.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<()> {
    match &args.command {
        Command::Apply(args) => install::run(args, ui),
        Command::Delete(args) => uninstall::run(args, ui),
        Command::Diff(args) => diff::run(args, ui),
        Command::Generate(args) => generate::run(args, ui),
        Command::Images(args) => images::run(args, ui),
        Command::Translate(args) => translate::run(args, ui),
    }
}
