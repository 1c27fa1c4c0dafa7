//! What the parser says of a wrong command line, in the form of all other errors.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::Error;

/// Takes the parser's text apart: the first paragraph is the message, its tips and the usage become hints.
pub(super) fn error(parser: &clap::Error) -> Error {
    let text = parser.render().to_string();
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let mut error = Error::usage(backticks(&one_line(message)));
    if let Some(hint) = probably_meant(parser, &text) {
        error = error.hint(hint);
    }
    for paragraph in paragraphs.filter(|text| !text.is_empty()) {
        if paragraph.starts_with("For more information") {
            continue;
        }
        if let Some(usage) = paragraph.strip_prefix("Usage: ") {
            let help = command_in(usage);
            error = error.hint(format!(
                "usage: `{}`, explained by `{help} --help`",
                one_line(usage)
            ));
            continue;
        }
        for tip in paragraph.lines().map(str::trim) {
            let tip = tip.strip_prefix("tip: ").unwrap_or(tip);
            error = error.hint(backticks(tip));
        }
    }
    error
}

/// What users of other tools tend to write, and how it is written here.
fn probably_meant(parser: &clap::Error, text: &str) -> Option<String> {
    let Some(ContextValue::String(argument)) = parser.get(ContextKind::InvalidArg) else {
        return None;
    };
    match parser.kind() {
        ErrorKind::UnknownArgument
            if !argument.starts_with('-') && text.contains("--filename <") =>
        {
            let is_path = argument.contains(['.', '/']);
            let namespace = if text.contains("kube-inject") && !is_path {
                ", `--istio-namespace` the control plane's namespace (`-i` is `--in-place` here)"
            } else {
                ""
            };
            Some(format!(
                "`-f {argument}` names a file, a folder or a URL{namespace}"
            ))
        }
        _ => None,
    }
}

/// The command that a usage line is about: its words up to the first flag or placeholder.
fn command_in(usage: &str) -> String {
    let words = usage.split_whitespace();
    let names = words.take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()));
    names.collect::<Vec<_>>().join(" ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The parser's `'literal'` becomes our `` `literal` ``; an apostrophe within a word stays.
fn backticks(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut open = false;
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let opens = !open && !before.is_alphanumeric();
        let closes = open && rest.peek().is_none_or(|next| !next.is_alphanumeric());
        if c == '\'' && (opens || closes) {
            open = !open;
            result.push('`');
        } else {
            result.push(c);
        }
        before = c;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_apostrophes_within_words() {
        assert_eq!(
            backticks("invalid value 'x' for '--to <SUBSET>'"),
            "invalid value `x` for `--to <SUBSET>`"
        );
        assert_eq!(backticks("it doesn't fit"), "it doesn't fit");
    }

    #[test]
    fn knows_what_users_of_other_tools_mean() {
        let hint = |args: &[&str]| {
            let parsed = super::super::command(&[]).try_get_matches_from(args);
            error(&parsed.unwrap_err()).hints()[0].clone()
        };
        assert_eq!(
            hint(&["mesh", "kube-inject", "app.yaml"]),
            "`-f app.yaml` names a file, a folder or a URL"
        );
        assert!(hint(&["mesh", "kube-inject", "-i", "system", "-f", "a"]).contains("`--in-place`"));
    }

    #[test]
    fn turns_tips_and_usage_into_hints() {
        let parsed = super::super::command(&[]).try_get_matches_from(["mesh", "statsu"]);
        let error = error(&parsed.unwrap_err());
        assert_eq!(error.to_string(), "unrecognized subcommand `statsu`");
        assert_eq!(
            error.hints(),
            [
                "a similar subcommand exists: `status`",
                "usage: `mesh [OPTIONS] <COMMAND>`, explained by `mesh --help`"
            ]
        );
    }
}
