//! The root parser, the global flags and the dispatch to one command.

mod bug;
mod help;
mod usage;

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
    max_term_width = 100,
    styles = help::STYLES,
    infer_subcommands = false // it would run `instal` as `install`
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
    Completion(commands::completion::Args),
    Sample(commands::sample::Args),
    #[command(subcommand, hide = true)]
    Util(commands::util::Command),
    Version(commands::version::Args),
}

/// Runs one command line (the program's name first) and gives its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    bug::announce();
    let args: Vec<OsString> = args.into_iter().collect();
    let command = command();
    if args.len() <= 1 {
        return show_help(
            &command.clone().render_help().ansi().to_string(),
            anstream::ColorChoice::Auto,
        );
    }
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
        Command::Completion(args) => commands::completion::run(&args, ui),
        Command::Sample(args) => commands::sample::run(&args, ui),
        Command::Util(command) => commands::util::run(&command, ui),
        Command::Version(args) => commands::version::run(&args, ui),
    }
}

/// The whole command tree, as it is parsed.
fn command() -> clap::Command {
    settings::hoist(help::arrange(Cli::command()))
}

/// The command tree as completions and manual pages show it: nothing hidden, a shared flag only where it counts.
pub(crate) fn documented_command() -> clap::Command {
    let whole = help::arrange(Cli::command());
    let visible = whole
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    clap::Command::new("mesh")
        .about(whole.get_about().cloned().unwrap_or_default())
        .args(whole.get_arguments().cloned())
        .subcommands(visible.cloned())
        .subcommand_required(true)
}

/// Shows what the parser has to say: help that was asked for on stdout, a wrong command line on stderr.
fn answer_parser(error: &clap::Error, color: anstream::ColorChoice) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            show_help(&error.render().ansi().to_string(), color)
        }
        // A group of commands without one of them: its help is the answer.
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            early_ui(color).styled_error(&error.render().ansi().to_string());
            ExitCode::from(Kind::Usage.exit_code())
        }
        _ => {
            let error = usage::error(error);
            early_ui(color).error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn show_help(text: &str, color: anstream::ColorChoice) -> ExitCode {
    match early_ui(color).styled(text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => ExitCode::from(error.kind().exit_code()),
    }
}

/// What there is to write with before the flags are known.
fn early_ui(color: anstream::ColorChoice) -> Ui {
    Ui::new(Settings {
        verbosity: Verbosity::Normal,
        color,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn has_no_flag_or_name_twice() {
        super::command().debug_assert();
    }
}
