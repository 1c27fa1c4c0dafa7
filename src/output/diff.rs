//! Differences between two texts, as `diff -u` shows them.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const PLACE: Style = AnsiColor::Cyan.on_default();

/// One side of a comparison.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    /// What the header calls it.
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
}

/// A unified diff with three lines of context, with escape sequences; empty where the texts are the same.
pub(crate) fn unified(before: Side<'_>, after: Side<'_>) -> String {
    let mut out = String::new();
    if before.text == after.text {
        return out;
    }
    let _ = writeln!(out, "{REMOVED}--- {}{REMOVED:#}", before.name);
    let _ = writeln!(out, "{ADDED}+++ {}{ADDED:#}", after.name);
    let diff = TextDiff::from_lines(before.text, after.text);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        let _ = writeln!(out, "{PLACE}{}{PLACE:#}", hunk.header());
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Delete => ('-', REMOVED),
                ChangeTag::Insert => ('+', ADDED),
                ChangeTag::Equal => (' ', Style::new()),
            };
            let line = change.value().trim_end_matches(['\r', '\n']);
            let _ = writeln!(out, "{style}{sign}{line}{style:#}");
            if change.missing_newline() {
                out.push_str("\\ no line break at the end of the file\n");
            }
        }
    }
    out
}
