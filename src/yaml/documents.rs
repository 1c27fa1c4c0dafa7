//! Splits a stream into documents without losing a byte: the slices in order are the text.
//!
//! The rule is YAML's own: `---` at the start of a line, followed by a blank or the end of the line, begins a document,
//! and `...` ends one; neither can stand inside quoted text or a block of text, because those are indented. Comments and
//! directives before a `---` go with the document that it begins; what follows the last `...` stays with that document
//! unless it holds content.

use std::io::{self, BufRead};

/// One document as it was written, with its `---`, comments and line endings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RawDocument<'a> {
    pub(crate) text: &'a str,
    /// The line of the whole text on which `text` begins, from 1.
    pub(crate) line: usize,
}

impl RawDocument<'_> {
    /// Whether nothing but comments, directives, markers and blank lines stand here.
    pub(crate) fn is_blank(&self) -> bool {
        is_blank(self.text)
    }
}

/// Whether a text holds nothing but comments, directives, markers and blank lines.
pub(crate) fn is_blank(text: &str) -> bool {
    lines(text).all(|line| {
        !matches!(
            Line::of(line),
            Line::Start { content: true } | Line::Content
        )
    })
}

/// The documents of a text. An empty text has none; any other has at least one, perhaps [blank](RawDocument::is_blank).
pub(super) fn split(text: &str) -> impl Iterator<Item = RawDocument<'_>> {
    let mut rest = text;
    let mut line = 1;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut splitter = Splitter::default();
        let mut length = 0;
        let mut count = 0;
        // Where the slice ends if what follows turns out to begin a document.
        let mut kept = (0, 0);
        for each in lines(rest) {
            match splitter.next(Line::of(each)) {
                Place::Here => {
                    length += each.len();
                    count += 1;
                    kept = (length, count);
                }
                Place::Pending => {
                    length += each.len();
                    count += 1;
                }
                Place::Next => {
                    (length, count) = kept;
                    break;
                }
            }
        }
        let (head, tail) = rest.split_at(length);
        let document = RawDocument { text: head, line };
        rest = tail;
        line += count;
        Some(document)
    })
}

/// Reads documents from a stream, one at a time, so that a pipe can be served as it flows.
pub(crate) struct DocumentReader<R> {
    input: R,
    /// Lines that were read and belong to the next document.
    pending: String,
    line: usize,
    buffer: Vec<u8>,
}

impl<R: BufRead> DocumentReader<R> {
    /// Nothing is read yet.
    pub(crate) fn new(input: R) -> Self {
        Self {
            input,
            pending: String::new(),
            line: 1,
            buffer: Vec::new(),
        }
    }

    /// The next document and the line on which it begins, or `None` at the end. Fails where reading fails, and where the
    /// bytes are not UTF-8 (`InvalidData`, with the line in the message).
    pub(crate) fn next_document(&mut self) -> io::Result<Option<(String, usize)>> {
        let mut text = std::mem::take(&mut self.pending);
        let mut splitter = Splitter::default();
        let mut kept = 0;
        let mut checked = 0;
        loop {
            // Lines that came with the last document's end, and those of a chunk with bare carriage returns.
            while let Some(length) = complete_line(&text[checked..]) {
                match splitter.next(Line::of(&text[checked..checked + length])) {
                    Place::Here => kept = checked + length,
                    Place::Pending => {}
                    Place::Next => {
                        self.pending = text.split_off(kept);
                        return Ok(Some(self.finish(text)));
                    }
                }
                checked += length;
            }
            if !self.fill(&mut text)? {
                break;
            }
        }
        if checked < text.len() && splitter.next(Line::of(&text[checked..])) == Place::Next {
            self.pending = text.split_off(kept);
        }
        Ok((!text.is_empty()).then(|| self.finish(text)))
    }

    fn finish(&mut self, text: String) -> (String, usize) {
        let line = self.line;
        self.line += lines(&text).count();
        (text, line)
    }

    fn fill(&mut self, text: &mut String) -> io::Result<bool> {
        self.buffer.clear();
        if self.input.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(false);
        }
        let Ok(chunk) = std::str::from_utf8(&self.buffer) else {
            let line = self.line + lines(text).count();
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("line {line}: the text is not UTF-8"),
            ));
        };
        text.push_str(chunk);
        Ok(true)
    }
}

/// The length of the first line with its end, if its end is there for certain.
fn complete_line(text: &str) -> Option<usize> {
    let end = text.find(['\n', '\r'])?;
    match text.as_bytes()[end..] {
        [b'\r', b'\n', ..] => Some(end + 2),
        [b'\n', ..] | [b'\r', _, ..] => Some(end + 1),
        // A carriage return at the end of what was read may be half of a line end.
        _ => None,
    }
}

/// Lines with their ends (LF, CRLF or CR).
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length = complete_line(rest).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(length);
        rest = tail;
        Some(line)
    })
}

#[derive(Clone, Copy)]
enum Line {
    /// `---`, with or without something after it.
    Start {
        content: bool,
    },
    /// `...`
    End,
    /// Blank or a comment.
    Blank,
    /// Begins with `%`: a directive where no document is open, otherwise content.
    Directive,
    Content,
}

impl Line {
    fn of(line: &str) -> Self {
        let line = line.trim_start_matches('\u{FEFF}');
        if let Some(after) = marker(line, "---") {
            let after = after.trim_start();
            return Self::Start {
                content: !(after.is_empty() || after.starts_with('#')),
            };
        }
        if marker(line, "...").is_some() {
            return Self::End;
        }
        let content = line.trim_start();
        if content.is_empty() || content.starts_with('#') {
            Self::Blank
        } else if line.starts_with('%') {
            Self::Directive
        } else {
            Self::Content
        }
    }
}

/// What follows a document marker on its line.
fn marker<'a>(line: &'a str, marker: &str) -> Option<&'a str> {
    line.strip_prefix(marker)
        .filter(|after| after.is_empty() || after.starts_with([' ', '\t', '\n', '\r']))
}

/// Where a line goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Here,
    /// Here if the stream ends before the next document begins, otherwise there.
    Pending,
    Next,
}

#[derive(Default)]
enum Splitter {
    /// Nothing but comments and directives yet.
    #[default]
    Before,
    Inside,
    /// After `...`.
    After,
}

impl Splitter {
    fn next(&mut self, line: Line) -> Place {
        match (&self, line) {
            (Self::Before, Line::Start { .. } | Line::Content) => {
                *self = Self::Inside;
                Place::Here
            }
            (Self::Inside, Line::End) => {
                *self = Self::After;
                Place::Here
            }
            (Self::After, Line::Blank) => Place::Pending,
            (Self::Inside, Line::Start { .. })
            | (Self::After, Line::Start { .. } | Line::Directive | Line::Content) => Place::Next,
            (Self::Before | Self::Inside, _) | (Self::After, Line::End) => Place::Here,
        }
    }
}
