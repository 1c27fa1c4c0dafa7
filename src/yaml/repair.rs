//! Mends what kubectl reads and our parser, which keeps to YAML 1.2, refuses: lines inside brackets or quotes that are
//! indented less than the key they belong to, and a tab after a colon.
//!
//!     args: [
//!       "--verbose",
//!     ]
//!
//! Such lines get more indentation before the text is parsed again; the spaces have no meaning there. Places in the
//! mended text are brought back to places in the text as it was written.

use std::borrow::Cow;

use saphyr_parser::{Marker, ScanError};

/// How often a text is mended before its error is believed. One mending covers a whole pair of brackets or quotes.
const MAX_ATTEMPTS: usize = 200;

/// Indentation beyond this is not worth mending.
const MAX_INDENT: usize = 256;

/// A text, perhaps mended.
pub(super) struct Source<'a> {
    pub(super) text: Cow<'a, str>,
    written: &'a str,
    /// Spaces put at the start of lines: the line (from 1) and how many, in the order of lines.
    inserted: Vec<(usize, usize)>,
    attempts: usize,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            written: text,
            inserted: Vec::new(),
            attempts: 0,
        }
    }

    /// The index in characters, and the column from 1, that `marker` has in the text as it was written.
    pub(super) fn place(&self, marker: Marker) -> (usize, usize) {
        let before = self
            .inserted
            .iter()
            .take_while(|(line, _)| *line < marker.line());
        let earlier: usize = before.map(|(_, count)| count).sum();
        let here = self
            .inserted
            .iter()
            .find(|(line, _)| *line == marker.line())
            .map_or(0, |(_, count)| (*count).min(marker.col()));
        (marker.index() - earlier - here, marker.col() - here + 1)
    }

    /// Mends the cause of `error` if kubectl would not mind it; otherwise the error stands.
    pub(super) fn mend(&mut self, error: &ScanError) -> bool {
        self.attempts += 1;
        if self.attempts > MAX_ATTEMPTS {
            return false;
        }
        let line = error.marker().line();
        match error.info() {
            "invalid indentation"
            | "invalid indentation in flow construct"
            | "tabs disallowed within this context (block indentation)" => {
                let last = last_line_in_brackets(&self.text, line);
                last.is_some_and(|last| self.indent(line, last))
            }
            "invalid indentation in quoted scalar" => {
                let last = last_line_in_quotes(&self.text, *error.marker());
                last.is_some_and(|last| self.indent(line + 1, last))
            }
            "tab cannot be used as indentation" => self.indent(line, line),
            info if info.starts_with("':' must be followed by") => self.untab(*error.marker()),
            _ => false,
        }
    }

    /// Gives lines `first` to `last` more indentation than any block before them has.
    fn indent(&mut self, first: usize, last: usize) -> bool {
        let widest = |line: &str| line.len() - line.trim_start_matches([' ', '-', '?', ':']).len();
        let count = self
            .written
            .lines()
            .take(first)
            .map(widest)
            .max()
            .unwrap_or(0)
            + 1;
        if count > MAX_INDENT {
            return false;
        }
        let mut mended = String::with_capacity(self.text.len() + count * (last + 1 - first));
        for (index, line) in self.text.split_inclusive('\n').enumerate() {
            if (first..=last).contains(&(index + 1)) && !line.trim().is_empty() {
                mended.extend(std::iter::repeat_n(' ', count));
                match self
                    .inserted
                    .binary_search_by_key(&(index + 1), |(line, _)| *line)
                {
                    // The same line again: more did not help.
                    Ok(_) => return false,
                    Err(place) => self.inserted.insert(place, (index + 1, count)),
                }
            }
            mended.push_str(line);
        }
        self.text = Cow::Owned(mended);
        true
    }

    /// Replaces the tabs between a colon and its value by spaces.
    fn untab(&mut self, value: Marker) -> bool {
        let Some((offset, _)) = self.text.char_indices().nth(value.index()) else {
            return false;
        };
        let gap = self.text[..offset].trim_end_matches([' ', '\t']).len();
        if gap == offset {
            return false;
        }
        let spaces = " ".repeat(offset - gap);
        self.text.to_mut().replace_range(gap..offset, &spaces);
        true
    }
}

/// The last line of the brackets that are open at the start of `line`, if any are.
fn last_line_in_brackets(text: &str, line: usize) -> Option<usize> {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(index, _)| index + 1))
        .collect();
    let target = *starts.get(line.checked_sub(1)?)?;
    for first in (0..line - 1).rev() {
        let Some(open) = bracket_on_line(text, starts[first]) else {
            continue;
        };
        // Brackets that close before the line are not the ones.
        let end = end_of_brackets(text, open);
        if end > target {
            return Some(starts.partition_point(|start| *start < end));
        }
    }
    None
}

/// The first bracket that begins a value on the line at `start`.
fn bracket_on_line(text: &str, start: usize) -> Option<usize> {
    let line = text[start..].lines().next().unwrap_or_default();
    line.char_indices()
        .find(|(index, character)| {
            matches!(character, '[' | '{')
                && line[..*index]
                    .chars()
                    .next_back()
                    .is_none_or(|before| matches!(before, ' ' | '\t' | '[' | '{' | ','))
        })
        .map(|(index, _)| start + index)
}

/// Where the bracket at `open` is closed; the end of the text if it is not.
fn end_of_brackets(text: &str, open: usize) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut index = open;
    let mut begins = true;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => {
                depth -= 1;
                if depth == 0 {
                    return index + 1;
                }
            }
            b'\'' | b'"' if begins => {
                index = end_of_quotes(bytes, index);
                begins = false;
                continue;
            }
            b'#' if bytes[index - 1].is_ascii_whitespace() => {
                while bytes.get(index).is_some_and(|byte| *byte != b'\n') {
                    index += 1;
                }
                continue;
            }
            _ => {}
        }
        begins =
            matches!(byte, b'[' | b'{' | b',' | b':') || (begins && byte.is_ascii_whitespace());
        index += 1;
    }
    bytes.len()
}

/// What follows the quoted text that begins at `open`; the end of the text if the quote is not closed.
fn end_of_quotes(bytes: &[u8], open: usize) -> usize {
    let quote = bytes[open];
    let mut index = open + 1;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'\\' if quote == b'"' => index += 1,
            byte if *byte == quote => {
                if quote == b'\'' && bytes.get(index + 1) == Some(&quote) {
                    index += 1;
                } else {
                    return index + 1;
                }
            }
            _ => {}
        }
        index += 1;
    }
    bytes.len()
}

fn last_line_in_quotes(text: &str, open: Marker) -> Option<usize> {
    let (offset, _) = text.char_indices().nth(open.index())?;
    let end = end_of_quotes(text.as_bytes(), offset).min(text.len());
    let lines = text[offset..end].matches('\n').count();
    (lines > 0).then(|| open.line() + lines)
}
