//! The root parser, the global flags and the dispatch to one command.

mod bug;
mod help;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Instant;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands;
use crate::error::{Kind, Result};
use crate::output::Ui;
use crate::settings::{self, GlobalFlags, Settings, Verbosity};

/// istioctl's group of commands that may change; what is in it there is found here with and without it.
const EXPERIMENTAL: &str = "experimental";

/// Install, inject, release on and diagnose an Istio service mesh
#[derive(Debug, Parser)]
#[command(
    name = "mesh",
    arg_required_else_help = true,
    version,
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
    KubeInject(commands::kube_inject::Args),
    Inject(commands::inject::Args),
    CheckInject(commands::check_inject::Args),
    Injector(commands::injector::Args),
    KubeUninject(commands::kube_uninject::Args),
    Canary(commands::canary::Args),
    Install(commands::install::Args),
    Manifest(commands::manifest::Args),
    Precheck(commands::precheck::Args),
    Profile(commands::profile::Args),
    Completion(commands::completion::Args),
    Sample(commands::sample::Args),
    Sandbox(commands::sandbox::Args),
    Status(commands::status::Args),
    Tag(commands::tag::Args),
    Uninstall(commands::uninstall::Args),
    Upgrade(commands::upgrade::Args),
    #[command(subcommand, hide = true)]
    Util(commands::util::Command),
    VerifyInstall(commands::verify_install::Args),
    Version(commands::version::Args),
}

/// Runs one command line (the program's name first) and gives its exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let begin = Instant::now();
    bug::announce();
    let args: Vec<OsString> = args.into_iter().collect();
    let mut command = command(&args);
    if args.len() <= 1 {
        return show_help(
            &command.render_help().ansi().to_string(),
            anstream::ColorChoice::Auto,
        );
    }
    let parsed = command
        .try_get_matches_from_mut(&args)
        .and_then(|matches| Ok((parse(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return answer_parser(&error, settings::color_before_parsing(&args)),
    };
    let ui = Ui::new(Settings::resolve(&cli.global));
    let outcome =
        settings::reject_unused(&command, &matches).and_then(|()| dispatch(cli.command, &ui));
    ui.detail(format_args!("done in {:.1?}", begin.elapsed()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui.error(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

/// Takes `experimental` off the front of a command: what istioctl calls so is here an ordinary command.
fn parse(matches: &ArgMatches) -> Result<Cli, clap::Error> {
    match matches.subcommand() {
        Some((EXPERIMENTAL, inner)) => Cli::from_arg_matches(inner),
        _ => Cli::from_arg_matches(matches),
    }
}

fn dispatch(command: Command, ui: &Ui) -> Result<()> {
    match command {
        Command::KubeInject(args) => commands::kube_inject::run(&args, ui),
        Command::Inject(args) => commands::inject::run(&args, ui),
        Command::CheckInject(args) => commands::check_inject::run(&args, ui),
        Command::Injector(args) => commands::injector::run(&args, ui),
        Command::KubeUninject(args) => commands::kube_uninject::run(&args, ui),
        Command::Canary(args) => commands::canary::run(&args, ui),
        Command::Install(args) => commands::install::run(&args, ui),
        Command::Manifest(args) => commands::manifest::run(&args, ui),
        Command::Precheck(args) => commands::precheck::run(&args, ui),
        Command::Profile(args) => commands::profile::run(&args, ui),
        Command::Completion(args) => commands::completion::run(&args, ui),
        Command::Sample(args) => commands::sample::run(&args, ui),
        Command::Sandbox(args) => commands::sandbox::run(&args, ui),
        Command::Tag(args) => commands::tag::run(&args, ui),
        Command::Status(args) => commands::status::run(&args, ui),
        Command::Uninstall(args) => commands::uninstall::run(&args, ui),
        Command::Upgrade(args) => commands::upgrade::run(&args, ui),
        Command::Util(command) => commands::util::run(&command, ui),
        Command::VerifyInstall(args) => commands::verify_install::run(&args, ui),
        Command::Version(args) => commands::version::run(&args, ui),
    }
}

/// The whole command tree, as these arguments need it parsed.
fn command(args: &[OsString]) -> clap::Command {
    let mut root = settings::hoist(help::arrange(Cli::command()));
    if args
        .iter()
        .any(|arg| arg == "-h" || arg == "--help" || arg == "help")
    {
        root = help::with_examples(root);
    }
    if args
        .iter()
        .any(|arg| arg == EXPERIMENTAL || arg == "x" || arg == "exp")
    {
        let moved = root
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .cloned();
        let experimental = clap::Command::new(EXPERIMENTAL)
            .aliases(["x", "exp"])
            .hide(true)
            .subcommand_required(true)
            .subcommands(moved.collect::<Vec<_>>());
        return root.subcommand(experimental);
    }
    root
}

/// The command tree as completions and manual pages show it: nothing hidden, a shared flag only where it counts.
pub(crate) fn documented_command() -> clap::Command {
    let whole = help::with_examples(help::arrange(Cli::command()));
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
            let text = error.render().ansi().to_string();
            early_ui(color).styled_error(&format!("{}\n", text.trim_end_matches('\n')));
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
    match early_ui(color).styled(&format!("{}\n", text.trim_end_matches('\n'))) {
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
    use std::ffi::OsString;

    #[test]
    fn has_no_flag_or_name_twice() {
        super::command(&[OsString::from("x")]).debug_assert();
    }
}
