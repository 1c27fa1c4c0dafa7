//! Flags that several commands share, and what the flags and the environment resolve to, once, before a command runs.
//!
//! A command that uses a namespace or a cluster flattens the struct it needs; the flag is then in that command's help
//! and nowhere else. [`hoist`] lets the same flags stand in front of the command's name as well (`mesh -n shop
//! kube-inject …`), and [`reject_unused`] refuses them in front of a command that would ignore them. Opening a
//! connection is not done here.

use std::ffi::OsString;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command, ValueEnum};

use crate::error::{Error, Result};
use crate::kubernetes::names::is_label;

// Headings stand at each flag, since one that is set for a struct would also hold for what follows where it is flattened.
const GLOBAL: &str = "Global options";
const NAMESPACE: &str = "Namespace";
const CLUSTER: &str = "Cluster";

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Flags of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct GlobalFlags {
    /// Print results, warnings and errors only
    #[arg(
        short,
        long,
        global = true,
        help_heading = GLOBAL,
        conflicts_with = "verbose",
        display_order = 900
    )]
    pub(crate) quiet: bool,

    /// Say more about what is being done
    #[arg(short, long, global = true,
        help_heading = GLOBAL, display_order = 901)]
    pub(crate) verbose: bool,

    /// When to use colour: auto, always or never
    #[arg(
        long,
        global = true,
        help_heading = GLOBAL,
        value_name = "WHEN",
        hide_possible_values = true,
        default_value = "auto",
        hide_default_value = true,
        display_order = 902
    )]
    pub(crate) color: Color,
}

/// `-n`, for a command that works in one namespace.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct NamespaceFlag {
    /// Namespace to work in, and of objects without one
    #[arg(short, long, global = true,
        help_heading = NAMESPACE, value_name = "NAMESPACE", value_parser = namespace_name, display_order = 800)]
    pub(crate) namespace: Option<String>,
}

/// `-i`, for a command that looks at the control plane.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct IstioNamespaceFlag {
    /// Namespace of the control plane [default: istio-system]
    #[arg(
        short = 'i',
        long,
        global = true,
        help_heading = NAMESPACE,
        alias = "istioNamespace",
        value_name = "NAMESPACE",
        value_parser = namespace_name,
        display_order = 801
    )]
    istio_namespace: Option<String>,
}

impl IstioNamespaceFlag {
    pub(crate) const ID: &str = "istio_namespace";

    /// Leaves `-i` to a command that edits files, where it is `--in-place`.
    pub(crate) fn leave_i(flag: Arg) -> Arg {
        flag.short(None)
    }

    /// The namespace's name.
    pub(crate) fn name(&self) -> &str {
        self.istio_namespace.as_deref().unwrap_or("istio-system")
    }

    /// Whether it was given, rather than left at its default.
    pub(crate) fn is_given(&self) -> bool {
        self.istio_namespace.is_some()
    }
}

/// How to reach the cluster, for a command that does.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ConnectionFlags {
    /// Kubeconfig file, instead of `$KUBECONFIG` or `~/.kube/config`
    #[arg(
        short = 'c',
        long,
        global = true,
        help_heading = CLUSTER,
        value_name = "FILE",
        display_order = 810
    )]
    pub(crate) kubeconfig: Option<std::path::PathBuf>,

    /// Context of the kubeconfig, instead of its current one
    #[arg(long, global = true,
        help_heading = CLUSTER, value_name = "NAME", display_order = 811)]
    pub(crate) context: Option<String>,

    /// User to impersonate
    #[arg(long = "as", global = true,
        help_heading = CLUSTER, value_name = "USER", display_order = 812)]
    pub(crate) as_user: Option<String>,

    /// Group to impersonate, repeatable
    #[arg(
        long,
        global = true,
        help_heading = CLUSTER,
        value_name = "GROUP",
        requires = "as_user",
        display_order = 813
    )]
    pub(crate) as_group: Vec<String>,

    /// UID to impersonate
    #[arg(
        long,
        global = true,
        help_heading = CLUSTER,
        value_name = "UID",
        requires = "as_user",
        display_order = 814
    )]
    pub(crate) as_uid: Option<String>,

    /// Give up on one request after this time, for example 5s or 1m [default: 15s]
    #[arg(
        long,
        global = true,
        help_heading = CLUSTER,
        alias = "kubeclient-timeout",
        value_name = "DURATION",
        value_parser = duration,
        display_order = 815
    )]
    request_timeout: Option<Duration>,
}

impl ConnectionFlags {
    /// How long one request may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.request_timeout.unwrap_or(Duration::from_secs(15))
    }

    /// Whether any of them was given.
    pub(crate) fn is_given(&self) -> bool {
        self.kubeconfig.is_some()
            || self.context.is_some()
            || self.as_user.is_some()
            || self.request_timeout.is_some()
    }
}

/// What the flags and the environment say about the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// How much is said on stderr.
    pub(crate) verbosity: Verbosity,
    /// Whether to colour; `Auto` asks the stream and the environment.
    pub(crate) color: anstream::ColorChoice,
}

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Warnings and errors.
    Quiet,
    /// Also what was done.
    Normal,
    /// Also how.
    Verbose,
}

impl Settings {
    /// Resolves the global flags; the environment's part (`NO_COLOR`, `CLICOLOR_FORCE`, `TERM`) is anstream's rule.
    pub(crate) fn resolve(flags: &GlobalFlags) -> Self {
        let verbosity = match (flags.quiet, flags.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        Self {
            verbosity,
            color: flags.color.into(),
        }
    }
}

impl From<Color> for anstream::ColorChoice {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

/// `--color` as the command line has it, for the errors of the parser itself, which come before any parsed flag.
pub(crate) fn color_before_parsing(args: &[OsString]) -> anstream::ColorChoice {
    let mut choice = Color::Auto;
    let mut words = args.iter().filter_map(|arg| arg.to_str());
    while let Some(word) = words.next() {
        let value = match word {
            "--" => break,
            "--color" => words.next(),
            _ => word.strip_prefix("--color="),
        };
        if let Some(color) = value.and_then(|text| Color::from_str(text, false).ok()) {
            choice = color;
        }
    }
    choice.into()
}

/// Adds the shared flags to the root, hidden, so that they are also accepted in front of the command's name. A command
/// that flattens the same flag keeps its own, visible; clap passes the value on.
pub(crate) fn hoist(root: Command) -> Command {
    let root = root.mut_subcommands(guard_own_i);
    shared_flags().get_arguments().fold(root, |root, arg| {
        root.arg(arg.clone().global(true).hide(true))
    })
}

/// Keeps the root's `-i` from a command whose own `-i` is another flag.
fn guard_own_i(command: Command) -> Command {
    let has = |test: fn(&Arg) -> bool| command.get_arguments().any(test);
    let guards = has(|arg| arg.get_short() == Some('i'))
        && !has(|arg| arg.get_id() == IstioNamespaceFlag::ID);
    if !guards {
        return command;
    }
    let guard = Arg::new(IstioNamespaceFlag::ID)
        .long("istio-namespace")
        .global(true)
        .hide(true);
    command.arg(guard)
}

/// Refuses a shared flag on a command that does not use it: silence would suggest that it did something.
pub(crate) fn reject_unused(root: &Command, matches: &ArgMatches) -> Result<()> {
    let (mut command, mut leaf) = (root, matches);
    let mut path = root.get_name().to_string();
    let mut defined: Vec<&str> = Vec::new();
    while let Some((name, next)) = leaf.subcommand() {
        let Some(subcommand) = command.find_subcommand(name) else {
            break;
        };
        (command, leaf) = (subcommand, next);
        path = format!("{path} {}", subcommand.get_name());
        defined.extend(
            command
                .get_arguments()
                .filter(|arg| !arg.is_hide_set())
                .map(|arg| arg.get_id().as_str()),
        );
    }
    for arg in shared_flags().get_arguments() {
        let id = arg.get_id().as_str();
        let given = matches!(leaf.value_source(id), Some(ValueSource::CommandLine));
        if given && !defined.contains(&id) {
            let flag = arg.get_long().unwrap_or(id);
            return Err(
                Error::usage(format!("`--{flag}` does nothing for `{path}`")).hint(format!(
                    "leave `--{flag}` out; `{path} --help` lists the flags that count"
                )),
            );
        }
    }
    Ok(())
}

fn shared_flags() -> Command {
    let flags = NamespaceFlag::augment_args(Command::new("shared"));
    ConnectionFlags::augment_args(IstioNamespaceFlag::augment_args(flags))
}

fn namespace_name(text: &str) -> Result<String, String> {
    if is_label(text) {
        Ok(text.to_string())
    } else {
        Err("a namespace has lower-case letters, digits and `-`, at most 63 characters".to_string())
    }
}

/// A duration as Go writes it (`1m30s`, `500ms`); a bare number is seconds, as in kubectl; zero is an error here.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let expected = || "expected a duration such as `5s`, `1m30s` or `500ms`".to_string();
    if let Ok(seconds) = text.parse::<u32>() {
        return nonzero(Duration::from_secs(seconds.into())).ok_or_else(expected);
    }
    let mut total = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .ok_or_else(expected)?;
        let number: u32 = rest[..digits].parse().map_err(|_| expected())?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let unit = match &rest[..letters] {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(3600),
            _ => return Err(expected()),
        };
        total = unit
            .checked_mul(number)
            .and_then(|part| total.checked_add(part))
            .ok_or_else(expected)?;
        rest = &rest[letters..];
    }
    nonzero(total).ok_or_else(expected)
}

fn nonzero(duration: Duration) -> Option<Duration> {
    (!duration.is_zero()).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_durations_as_go_writes_them() {
        assert_eq!(duration("1m30s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("7"), Ok(Duration::from_secs(7)));
        for bad in ["", "0", "0s", "5x", "s", "-1s", "5s3", "99999999999s"] {
            assert!(duration(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn accepts_only_names_that_a_namespace_can_have() {
        assert!(namespace_name("istio-system").is_ok());
        for bad in ["", "a-", "a.b"] {
            assert!(namespace_name(bad).is_err(), "{bad:?} was accepted");
        }
    }

    #[test]
    fn finds_the_color_flag_without_the_parser() {
        let color = |args: &[&str]| {
            color_before_parsing(&args.iter().map(OsString::from).collect::<Vec<_>>())
        };
        assert_eq!(
            color(&["mesh", "--color=never", "x"]),
            anstream::ColorChoice::Never
        );
        assert_eq!(
            color(&["mesh", "x", "--color", "always"]),
            anstream::ColorChoice::Always
        );
        assert_eq!(
            color(&["mesh", "x", "--", "--color=never"]),
            anstream::ColorChoice::Auto
        );
    }
}
