//! The root parser, the global flags and the dispatch to one command.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands;
use crate::output::Ui;

/// Install, inject, release on and diagnose an Istio service mesh
#[derive(Debug, Parser)]
#[command(
    name = "mesh",
    arg_required_else_help = true,
    disable_version_flag = true
)]
struct Cli {
    /// Do not print status, only results, warnings and errors
    #[arg(short, long, global = true)]
    quiet: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Version(commands::version::Args),
}

/// Runs one command line (the program's name first) and gives its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let ui = Ui::new(cli.quiet);
    let outcome = match cli.command {
        Command::Version(args) => commands::version::run(&args, &ui),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}
