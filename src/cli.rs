//! The root parser, the global flags and the dispatch to one command.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands;
use crate::error::{Kind, Result};
use crate::output::Ui;
use crate::settings::{self, GlobalFlags, Settings, Verbosity};

/// Install, inject, release on and diagnose an Istio service mesh
#[derive(Debug, Parser)]
#[command(
    name = "mesh",
    arg_required_else_help = true,
    disable_version_flag = true,
    max_term_width = 100
)]
struct Cli {
    #[command(flatten)]
    global: GlobalFlags,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Profile(commands::profile::Args),
    Sample(commands::sample::Args),
    Version(commands::version::Args),
}

/// Runs one command line (the program's name first) and gives its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let command = command();
    let matches = match command.clone().try_get_matches_from(&args) {
        Ok(matches) => matches,
        Err(error) => return answer_parser(&error, settings::color_before_parsing(&args)),
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => return answer_parser(&error, settings::color_before_parsing(&args)),
    };
    let ui = Ui::new(Settings::resolve(&cli.global));
    match settings::reject_unused(&command, &matches).and_then(|()| dispatch(cli.command, &ui)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn dispatch(command: Command, ui: &Ui) -> Result<()> {
    match command {
        Command::Profile(args) => commands::profile::run(&args, ui),
        Command::Sample(args) => commands::sample::run(&args, ui),
        Command::Version(args) => commands::version::run(&args, ui),
    }
}

/// The whole command tree.
pub(crate) fn command() -> clap::Command {
    settings::hoist(Cli::command())
}

/// Shows what the parser has to say: help on stdout, a wrong command line on stderr. `mesh` alone asks for help.
fn answer_parser(error: &clap::Error, color: anstream::ColorChoice) -> ExitCode {
    let ui = Ui::new(Settings {
        verbosity: Verbosity::Normal,
        color,
    });
    let text = error.render().ansi().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => match ui.styled(&text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => ExitCode::from(error.kind().exit_code()),
        },
        _ => {
            ui.styled_error(&text);
            ExitCode::from(Kind::Usage.exit_code())
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn has_no_flag_or_name_twice() {
        super::command().debug_assert();
    }
}
