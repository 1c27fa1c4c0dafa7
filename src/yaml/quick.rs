//! Reads plainly written YAML without the parser, which takes most of the time of reading: blocks of mappings and lists with
//! values of one line, texts after `|`, and brackets. That is what Kubernetes' own writer, our templates and most people write.
//!
//! Whatever else is met (anchors, tags, values over several lines, tabs, anything that is wrong) gives `None`, and the parser
//! reads the text from its beginning: what a text means, and what is wrong with it, is decided there alone. Builds with debug
//! assertions read everything both ways and compare.

use std::borrow::Cow;

use serde_json::Map;

use super::Value;
use super::scalar::{self, Scalar};

/// Deeper than this, the parser may say what it thinks of it.
const MAX_DEPTH: usize = 100;
/// Longer keys are left to the parser, which has a limit for them.
const MAX_KEY: usize = 500;

/// At most `limit` documents of a text.
pub(super) fn documents(text: &str, limit: usize) -> Option<Vec<Value>> {
    if !is_plain_ascii(text) && !text.chars().all(is_usual) {
        return None;
    }
    // Texts in ConfigMaps and what templates give often lack the end of their last line.
    let ends = text.is_empty() || text.ends_with('\n');
    let ended = if ends {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("{text}\n"))
    };
    let mut reader = Reader {
        rest: &ended,
        ends,
        line: None,
        depth: 0,
    };
    reader.next_line();
    let mut documents = Vec::new();
    if reader.line.is_some_and(Line::is_marker) {
        reader.next_content()?;
    }
    while reader.line.is_some() && documents.len() < limit {
        documents.push(reader.node(0)?);
        match reader.line {
            Some(line) if line.is_marker() => reader.next_content()?,
            Some(_) => return None,
            None => {}
        }
    }
    Some(documents)
}

/// Nothing but ASCII without control characters, which most texts are; by stretches, since those are compared many at once.
fn is_plain_ascii(text: &str) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n');
    let stretch_is_plain = |bytes: &[u8]| bytes.iter().fold(true, |all, byte| all & is_plain(byte));
    text.as_bytes().chunks(256).all(stretch_is_plain)
}

/// Neither a control character nor one that ends a line for some, nor a mark of the order of bytes.
fn is_usual(character: char) -> bool {
    let ranges = [
        ' '..='~',
        '\u{A1}'..='\u{1FFF}',
        '\u{2010}'..='\u{2027}',
        '\u{2030}'..='\u{D7FF}',
    ];
    character == '\n' || ranges.iter().any(|range| range.contains(&character))
}

/// A line with something on it, or what is left of it.
#[derive(Clone, Copy)]
struct Line<'a> {
    /// The column of its first character that is not blank.
    indent: usize,
    /// From there to its end, without blanks after it.
    content: &'a str,
}

impl Line<'_> {
    fn is_marker(self) -> bool {
        self.indent == 0 && self.content == "---"
    }

    fn is_item(self) -> bool {
        self.content == "-" || self.content.starts_with("- ")
    }
}

struct Reader<'a> {
    /// What comes after `line`.
    rest: &'a str,
    /// Whether the last line had an end before it was given one.
    ends: bool,
    line: Option<Line<'a>>,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// Goes to the next line that is neither blank nor a comment.
    fn next_line(&mut self) {
        while let Some((line, rest)) = self.rest.split_once('\n') {
            self.rest = rest;
            let content = line.trim_start_matches(' ');
            if !content.is_empty() && !content.starts_with('#') {
                self.line = Some(Line {
                    indent: line.len() - content.len(),
                    content: content.trim_end_matches(' '),
                });
                return;
            }
        }
        self.line = None;
    }

    /// The same after a marker: with nothing after it, there is an empty document.
    fn next_content(&mut self) -> Option<()> {
        self.next_line();
        self.line.map(|_| ())
    }

    /// The list or mapping that begins on this line, at `indent` or further in.
    fn node(&mut self, indent: usize) -> Option<Value> {
        let line = self.line.filter(|line| line.indent >= indent)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return None;
        }
        let node = if line.is_item() {
            self.list(line.indent)
        } else if line.content.starts_with(['[', '{']) {
            let value = self.brackets(line.content, indent);
            self.next_line();
            value
        } else {
            self.mapping(line.indent)
        };
        self.depth -= 1;
        node
    }

    fn list(&mut self, indent: usize) -> Option<Value> {
        let mut items = Vec::new();
        while let Some(line) = self.line.filter(|line| line.indent >= indent) {
            if line.indent > indent {
                return None;
            }
            if !line.is_item() {
                break;
            }
            let after = &line.content[1..];
            let content = after.trim_start_matches(' ');
            if content.is_empty() || content.starts_with('#') {
                self.next_line();
                items.push(self.node(indent + 1)?);
                continue;
            }
            let column = indent + 1 + after.len() - content.len();
            let first = Line {
                indent: column,
                content,
            };
            if first.is_item() || key(content).is_some() {
                self.line = Some(first);
                items.push(self.node(column)?);
            } else {
                items.push(self.value(content, indent)?);
            }
        }
        Some(Value::Array(items))
    }

    fn mapping(&mut self, indent: usize) -> Option<Value> {
        let mut map = Map::new();
        while let Some(line) = self.line.filter(|line| line.indent >= indent) {
            if line.indent > indent {
                return None;
            }
            if line.is_marker() {
                break;
            }
            let (key, after) = key(line.content)?;
            let content = after.trim_start_matches(' ');
            let value = if content.is_empty() || content.starts_with('#') {
                self.next_line();
                match self.line {
                    Some(next) if next.indent > indent => self.node(indent + 1)?,
                    Some(next) if next.indent == indent && next.is_item() => self.node(indent)?,
                    _ => Value::Null,
                }
            } else {
                self.value(content, indent)?
            };
            // Of equal keys, the last counts.
            map.insert(key, value);
        }
        // A list stands here where a mapping was.
        (!map.is_empty()).then_some(Value::Object(map))
    }

    /// A value on this line, or a text after `|`; `indent` is that of the mapping or list that it belongs to.
    fn value(&mut self, content: &'a str, indent: usize) -> Option<Value> {
        if let Some(header) = content.strip_prefix('|') {
            return self.block_text(header, indent);
        }
        let value = if content.starts_with(['[', '{']) {
            self.brackets(content, indent + 1)?
        } else if let Some((text, rest)) = quoted(content) {
            ends(rest).then_some(Value::String(text))?
        } else {
            let text = content.find(" #").map_or(content, |at| &content[..at]);
            plain(text.trim_end_matches(' '))?
        };
        self.next_line();
        Some(value)
    }

    /// A list or mapping in brackets, of which no line stands further out than `margin`.
    fn brackets(&mut self, content: &'a str, margin: usize) -> Option<Value> {
        let mut brackets = Brackets {
            reader: self,
            rest: content,
            margin,
        };
        let value = brackets.value()?;
        ends(brackets.rest).then_some(value)
    }

    fn block_text(&mut self, header: &str, indent: usize) -> Option<Value> {
        let strips = match header {
            "" => false,
            "-" => true,
            _ => return None,
        };
        let mut text = String::new();
        let mut margin = None;
        let mut blanks = 0;
        while let Some((line, rest)) = self.rest.split_once('\n') {
            let content = line.trim_start_matches(' ');
            let column = line.len() - content.len();
            if content.is_empty() && column <= margin.unwrap_or(0) {
                blanks += 1;
            } else {
                // How blanks before the first line count is the parser's business, and those after which the text breaks off.
                if content.is_empty() && (margin.is_none() || rest.is_empty()) {
                    return None;
                }
                let margin = *margin.get_or_insert(column);
                if margin <= indent {
                    return None;
                }
                if column < margin {
                    if content.starts_with('#') {
                        return None;
                    }
                    break;
                }
                text.extend(std::iter::repeat_n('\n', blanks));
                blanks = 0;
                text.push_str(&line[margin..]);
                text.push('\n');
            }
            self.rest = rest;
        }
        margin?;
        let breaks_off = self.rest.is_empty() && !self.ends;
        if breaks_off && blanks > 0 {
            return None;
        }
        // The end that the last line was given is not part of the text.
        if strips || breaks_off {
            text.pop();
        }
        self.next_line();
        Some(Value::String(text))
    }
}

/// Whether nothing but blanks and a comment follow a value.
fn ends(rest: &str) -> bool {
    let content = rest.trim_start_matches(' ');
    content.is_empty() || content.len() < rest.len() && content.starts_with('#')
}

/// A key and what follows its colon, which is a blank or nothing.
fn key(content: &str) -> Option<(String, &str)> {
    let (key, rest) = if let Some((key, rest)) = quoted(content) {
        (key, rest.strip_prefix(':')?)
    } else {
        let is_usual = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./".contains(byte);
        let length = content.bytes().take_while(is_usual).count();
        let (key, rest) = content.split_at(length);
        let rest = rest.strip_prefix(':')?;
        let is_text = matches!(scalar::resolve(key), Scalar::Text | Scalar::Timestamp);
        let fits = is_text && !key.starts_with('-') && !key.is_empty();
        (fits.then(|| key.to_owned())?, rest)
    };
    let fits = key.len() <= MAX_KEY && (rest.is_empty() || rest.starts_with(' '));
    fits.then_some((key, rest))
}

/// A text in quotes that ends on its line, and what follows it.
fn quoted(content: &str) -> Option<(String, &str)> {
    let inside = content.get(1..)?;
    match content.as_bytes()[0] {
        b'"' => {
            let end = inside.find(['"', '\\'])?;
            if inside.as_bytes()[end] == b'"' {
                return Some((inside[..end].to_owned(), &inside[end + 1..]));
            }
            escaped(inside)
        }
        b'\'' => {
            let mut text = String::new();
            let mut rest = inside;
            loop {
                let (part, after) = rest.split_once('\'')?;
                text.push_str(part);
                match after.strip_prefix('\'') {
                    Some(after) => {
                        text.push('\'');
                        rest = after;
                    }
                    None => return Some((text, after)),
                }
            }
        }
        _ => None,
    }
}

/// A text in double quotes with the escapes that JSON has too, apart from those for characters by their number.
fn escaped(inside: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = inside;
    loop {
        let at = rest.find(['"', '\\'])?;
        text.push_str(&rest[..at]);
        if rest.as_bytes()[at] == b'"' {
            return Some((text, &rest[at + 1..]));
        }
        text.push(match rest.as_bytes().get(at + 1)? {
            b'n' => '\n',
            b't' => '\t',
            b'"' => '"',
            b'\\' => '\\',
            _ => return None,
        });
        rest = &rest[at + 2..];
    }
}

/// The value of a plain scalar, if it is one beyond doubt.
fn plain(text: &str) -> Option<Value> {
    let begins = match text.as_bytes() {
        [b'-', next, ..] => *next != b' ',
        [first, ..] => first.is_ascii_alphanumeric() || b"/._$(+<=~^\\;".contains(first),
        [] => false,
    };
    if !begins || text.ends_with(':') || text.contains(": ") {
        return None;
    }
    scalar::resolve(text).into_value(text)
}

/// Lists and mappings in brackets.
struct Brackets<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// What is left of the reader's line.
    rest: &'a str,
    /// The least indent of their lines.
    margin: usize,
}

impl<'a> Brackets<'_, 'a> {
    fn value(&mut self) -> Option<Value> {
        self.reader.depth += 1;
        if self.reader.depth > MAX_DEPTH {
            return None;
        }
        let value = if self.takes('[') {
            self.list()?
        } else if self.takes('{') {
            self.mapping()?
        } else {
            self.scalar()?
        };
        self.reader.depth -= 1;
        Some(value)
    }

    fn list(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        loop {
            self.skip_blanks()?;
            if self.takes(']') {
                return Some(Value::Array(items));
            }
            items.push(self.value()?);
            self.separator(']')?;
        }
    }

    fn mapping(&mut self) -> Option<Value> {
        let mut map = Map::new();
        loop {
            self.skip_blanks()?;
            if self.takes('}') {
                return Some(Value::Object(map));
            }
            let (key, rest) = self.key()?;
            self.rest = rest;
            self.skip_blanks()?;
            let value = self.value()?;
            map.insert(key, value);
            self.separator('}')?;
        }
    }

    /// A key and what follows its colon, which needs no blank after a key in quotes.
    fn key(&self) -> Option<(String, &'a str)> {
        let json = quoted(self.rest).and_then(|(key, rest)| Some((key, rest.strip_prefix(':')?)));
        match json {
            Some((text, _)) if text.len() > MAX_KEY => None,
            Some(json) => Some(json),
            None => key(self.rest),
        }
    }

    /// Takes the comma after an entry, which the last one may have too; the closing bracket stays.
    fn separator(&mut self, end: char) -> Option<()> {
        self.skip_blanks()?;
        (self.takes(',') || self.rest.starts_with(end)).then_some(())
    }

    fn takes(&mut self, mark: char) -> bool {
        let rest = self.rest.strip_prefix(mark);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Goes over blanks, the ends of lines and comments to what comes next.
    fn skip_blanks(&mut self) -> Option<()> {
        while ends(self.rest) {
            self.reader.next_line();
            let is_inside = |line: &Line| line.indent >= self.margin && !line.is_marker();
            self.rest = self.reader.line.filter(is_inside)?.content;
        }
        self.rest = self.rest.trim_start_matches(' ');
        Some(())
    }

    fn scalar(&mut self) -> Option<Value> {
        if let Some((text, rest)) = quoted(self.rest) {
            self.rest = rest;
            return Some(Value::String(text));
        }
        let is_usual = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./@+".contains(byte);
        let length = self.rest.bytes().take_while(is_usual).count();
        let (text, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.skip_blanks()?;
        let ends = self.rest.starts_with([',', ']', '}']);
        let begins = text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '/');
        (ends && begins).then(|| scalar::resolve(text).into_value(text))?
    }
}

#[cfg(test)]
mod tests;
