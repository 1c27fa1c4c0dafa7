//! What is wrong with a text that is not YAML, in our own words, with the usual cause where it can be told.

use saphyr_parser::ScanError;

use super::Error;

/// Refuses the control characters that YAML forbids (the parser would take NUL for the end of the text).
pub(super) fn check_characters(text: &str) -> Result<(), Error> {
    let is_control =
        |byte: u8| (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F;
    let Some(offset) = text.bytes().position(is_control) else {
        return Ok(());
    };
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |index| index + 1);
    Err(Error {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message: format!(
            "control character 0x{:02X} is not allowed; write it as an escape in double quotes, or is the file binary?",
            text.as_bytes()[offset]
        ),
    })
}

/// The parser's complaint about `text`, reworded. `column` is where it was found in the text as it was written.
pub(super) fn explain(text: &str, error: &ScanError, mut column: usize) -> Error {
    let marker = *error.marker();
    let lines: Vec<&str> = text.lines().take(marker.line() + 1).collect();
    let mut place = marker.line().saturating_sub(1).min(lines.len());
    if error.info().contains("simple key") && column == 1 {
        // Noticed at the start of the next line; meant is the line before it.
        let written = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        if let Some(before) = lines[..place].iter().rposition(written) {
            place = before;
            column = lines[before].len() - lines[before].trim_start().len() + 1;
        }
    }
    let line = lines.get(place).copied().unwrap_or_default();
    let mut message = reword(error.info(), line).to_owned();
    if let Some(cause) = usual_cause(&lines, place, error.info()) {
        message.push_str("; ");
        message.push_str(&cause);
    }
    Error {
        line: place + 1,
        column,
        message,
    }
}

/// Phrases of the parser and what they mean to somebody who writes YAML; the first that fits counts.
const WORDING: &[(&str, &str)] = &[
    (
        "unknown anchor",
        "this alias (`*name`) refers to no anchor (`&name`) before it",
    ),
    (
        "duplicated anchor",
        "a value can have one anchor (`&name`) only",
    ),
    (
        "unexpected end of stream",
        "the quote that opens here is never closed",
    ),
    (
        "unexpected document indicator",
        "a document ends (`---` or `...`) inside a quoted text",
    ),
    (
        "tab cannot be used as indentation",
        "a tab indents this line, and YAML indents with spaces only",
    ),
    (
        "tabs disallowed",
        "a tab stands where only spaces may indent",
    ),
    (
        "cannot start with a tab",
        "a tab indents this block of text, and YAML indents with spaces only",
    ),
    (
        "found a tab",
        "a tab indents this line, and YAML indents with spaces only",
    ),
    (
        "expected ',' or '}'",
        "a flow mapping `{…}` is not closed: expected `,` or `}`",
    ),
    (
        "expected ',' or ']'",
        "a flow list `[…]` is not closed: expected `,` or `]`",
    ),
    (
        "misplaced bracket",
        "a closing bracket without its opening one",
    ),
    (
        "did not find expected '-'",
        "expected `- ` of the next list item at this indentation",
    ),
    (
        "did not find expected key",
        "expected a key of the mapping at this indentation",
    ),
    (
        "mapping values are not allowed",
        "a `: ` that begins a value is not possible here",
    ),
    ("illegal placement of ':'", "a `:` is not possible here"),
    (
        "mapping keys are not allowed",
        "a key (`? `) is not possible here",
    ),
    (
        "block sequence entries are not allowed",
        "a list item (`- `) is not possible here",
    ),
    (
        "only valid inside a block",
        "a list item (`- `) is not possible inside `[…]` or `{…}`",
    ),
    ("simple key expect", "expected `:` after this key"),
    (
        "simple key",
        "expected `:` after this key, on the same line",
    ),
    (
        "did not find expected hexadecimal",
        "an escape in this text lacks its hexadecimal digits",
    ),
    (
        "invalid Unicode character escape",
        "an escape in this text is no Unicode character",
    ),
    (
        "unknown escape character",
        "unknown escape after `\\` in double quotes",
    ),
    (
        "trailing content after double-quoted",
        "text follows a quoted value",
    ),
    (
        "indentation indicator equal to 0",
        "a block of text (`|` or `>`) cannot be indented by 0",
    ),
    (
        "block scalar",
        "after `|` or `>` only `+`, `-`, an indentation and a comment may stand on the line",
    ),
    (
        "wrongly indented line",
        "a line of this block of text is indented less than its first",
    ),
    (
        "comment intercepting",
        "a comment stands inside a text of several lines",
    ),
    (
        "byte order mark",
        "a byte order mark stands inside a document",
    ),
    (
        "handle wasn't declared",
        "this tag (`!name!…`) was not declared by `%TAG`",
    ),
    (
        "after document end marker",
        "text follows the end of a document (`...`) on its line",
    ),
    (
        "document end marker before directive",
        "a directive (`%…`) must follow `...`",
    ),
    ("directive", "this directive (`%…`) is not understood"),
    ("<document start>", "expected the end of the document here"),
    ("expected alphabetic or numeric", "`&` or `*` needs a name"),
    (
        "in flow construct",
        "a line inside `[…]` or `{…}` is indented less than the line that opens it",
    ),
    (
        "invalid indentation",
        "this line is not indented as its neighbours are",
    ),
    ("recursion limit", "nested too deep"),
    ("a tag", "this tag (`!…`) is not understood"),
    ("TAG", "this tag (`!…`) is not understood"),
    (
        "unexpected character",
        "a text cannot begin with this character; quote it",
    ),
    (
        "expected next token",
        "a text cannot begin with this character; quote it",
    ),
    (
        "unprintable",
        "a character that YAML does not allow; write it as an escape in double quotes",
    ),
    (
        "did not find expected node content",
        "expected a value here",
    ),
    ("unexpected end of plain scalar", "expected a value here"),
    ("unexpected eof", "the text ends too early"),
];

fn reword(info: &str, line: &str) -> &'static str {
    if line.trim_start_matches(' ').starts_with('\t') {
        return "a tab indents this line, and YAML indents with spaces only";
    }
    WORDING
        .iter()
        .find(|(phrase, _)| info.contains(phrase))
        .map_or("this is not YAML", |(_, words)| words)
}

fn usual_cause(lines: &[&str], place: usize, info: &str) -> Option<String> {
    let near = &lines[place.saturating_sub(2)..lines.len().min(place + 2)];
    if near.iter().any(|line| is_conflict_marker(line)) {
        return Some("the markers of a merge conflict are still in the file".to_owned());
    }
    if lines.get(place).is_some_and(|line| line.contains("{{")) {
        return Some("`{{ … }}` looks like a template: render it first".to_owned());
    }
    if info.contains("mapping values are not allowed") {
        return Some(
            "quote a text that contains `: `, or check the indentation of this line and the one before"
                .to_owned(),
        );
    }
    let misaligned = [
        "did not find expected key",
        "did not find expected '-'",
        "<document start>",
    ];
    if misaligned.iter().any(|phrase| info.contains(phrase)) {
        return Some(unclosed_quote(lines, place).map_or_else(
            || "check the indentation of this line against the lines before it".to_owned(),
            |number| format!("check the indentation, and the quotes of line {number}"),
        ));
    }
    None
}

fn is_conflict_marker(line: &str) -> bool {
    ["<<<<<<< ", ">>>>>>> "]
        .iter()
        .any(|marker| line.starts_with(marker))
        || line == "======="
}

/// The nearest line up to `place`, counted from 1, with an odd number of double quotes.
fn unclosed_quote(lines: &[&str], place: usize) -> Option<usize> {
    (place.saturating_sub(2)..lines.len().min(place + 1))
        .rev()
        .find(|index| lines[*index].matches('"').count() % 2 == 1)
        .map(|index| index + 1)
}
