//! The looks of help, and the root's help, in which commands stand by task rather than by name.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use clap::Command;
use clap::builder::Styles;

const HEADING: Style = Style::new().bold();
const LITERAL: Style = AnsiColor::Cyan.on_default();

/// The looks of every help text.
pub(super) const STYLES: Styles = Styles::styled()
    .header(HEADING)
    .usage(HEADING)
    .literal(LITERAL)
    .placeholder(Style::new().dimmed())
    .error(AnsiColor::Red.on_default().bold())
    .invalid(AnsiColor::Yellow.on_default())
    .valid(AnsiColor::Green.on_default());

/// Every visible command, under the task that it is for.
const TASKS: &[(&str, &[&str])] = &[
    (
        "Install",
        &[
            "profile",
            "manifest",
            "precheck",
            "install",
            "upgrade",
            "verify-install",
            "status",
            "tag",
            "uninstall",
        ],
    ),
    (
        "Inject",
        &[
            "inject",
            "check-inject",
            "injector",
            "kube-inject",
            "kube-uninject",
        ],
    ),
    ("Release", &["canary"]),
    ("Learn", &["sample", "sandbox"]),
    ("This program", &["version", "completion", "help"]),
];

/// What follows the commands in `mesh --help`.
const AFTER_LONG_HELP: &str = "\
Exit codes:
  0   done (also when the reader of a pipe stops early)
  1   the input, the configuration or the cluster is at fault
  2   the command line is wrong
  3   somebody else changed, or owns, what was to be changed
  4   a precondition does not hold; nothing was changed
  8   a change failed halfway and could not be taken back: act now
  70  a bug in mesh: please report it
  130 interrupted by Ctrl-C; what was begun can be gone on with

Environment:
  KUBECONFIG      files that say how to reach clusters
  NO_COLOR        no colour, whatever the terminal
  CLICOLOR_FORCE  colour also when the output is not a terminal

Results go to stdout, everything else to stderr.";

/// Gives the root its help: by task, with the common flags, and where to read on.
pub(super) fn arrange(root: Command) -> Command {
    let template = template(&root);
    root.help_template(template)
        .after_help("`mesh help COMMAND` explains a command with examples; `mesh --help` lists the exit codes.")
        .after_long_help(AFTER_LONG_HELP)
}

/// Where the examples begin in a command's doc comment.
const EXAMPLES: &str = "\n\nEXAMPLES\n";

/// Gives every command its help as it is shown: paragraphs that fit any width, and the examples at the end, also in the
/// short help. A doc comment that holds examples is taken line by line by the parser, so it has to be put together again.
pub(super) fn with_examples(command: Command) -> Command {
    let command = command.mut_subcommands(with_examples);
    let Some(long) = command.get_long_about().map(ToString::to_string) else {
        return command;
    };
    let Some((about, examples)) = long.split_once(EXAMPLES) else {
        return command;
    };
    let paragraphs: Vec<_> = about
        .split("\n\n")
        .map(|paragraph| paragraph.replace('\n', " "))
        .collect();
    let lines: Vec<_> = examples.trim_end().lines().map(heading).collect();
    let examples = format!("{HEADING}Examples:{HEADING:#}\n{}", lines.join("\n"));
    command
        .long_about(paragraphs.join("\n\n"))
        .after_help(examples)
}

/// `EXIT CODES` as the other headings are written; any other line as it is.
fn heading(line: &str) -> String {
    let capitals = |c: char| c.is_ascii_uppercase() || c == ' ';
    if line.is_empty() || line.starts_with(' ') || !line.chars().all(capitals) {
        return line.to_string();
    }
    let (first, rest) = line.split_at(1);
    format!("{HEADING}{first}{}:{HEADING:#}", rest.to_lowercase())
}

fn template(root: &Command) -> String {
    let mut text = String::from("{about-with-newline}\n{usage-heading} {usage}\n\n");
    let width = TASKS
        .iter()
        .flat_map(|(_, names)| names.iter())
        .map(|name| name.len())
        .max()
        .unwrap_or(0);
    for (task, names) in TASKS {
        let lines: Vec<_> = names
            .iter()
            .filter_map(|name| line(root, name, width))
            .collect();
        if !lines.is_empty() {
            // Writing to a String cannot fail.
            let _ = write!(text, "{HEADING}{task}:{HEADING:#}\n{}\n", lines.concat());
        }
    }
    let _ = write!(
        text,
        "{HEADING}Options:{HEADING:#}\n{{options}}{{after-help}}"
    );
    text
}

fn line(root: &Command, name: &str, width: usize) -> Option<String> {
    let about = match name {
        "help" => "Explain a command".to_string(),
        _ => root.find_subcommand(name)?.get_about()?.to_string(),
    };
    Some(format!("  {LITERAL}{name:width$}{LITERAL:#}  {about}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_visible_command_once() {
        let root = super::super::command(&[]);
        let mut listed: Vec<_> = TASKS
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        listed.sort_unstable();
        let mut visible: Vec<_> = root
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .map(Command::get_name)
            .chain(["help"])
            .collect();
        visible.sort_unstable();
        listed.retain(|name| visible.contains(name)); // until the commands of the first issue have all landed
        assert_eq!(listed, visible, "add the command to a task in TASKS");
    }

    #[test]
    fn every_command_has_examples() {
        let mut groups = vec![with_examples(super::super::command(&[]))];
        while let Some(group) = groups.pop() {
            for command in group
                .get_subcommands()
                .filter(|command| !command.is_hide_set())
            {
                if command.has_subcommands() {
                    groups.push(command.clone());
                } else {
                    let help = command
                        .get_after_help()
                        .map(ToString::to_string)
                        .unwrap_or_default();
                    assert!(
                        help.contains("Examples:"),
                        "`{} {}` has no EXAMPLES",
                        group.get_name(),
                        command.get_name()
                    );
                }
            }
        }
    }
}
