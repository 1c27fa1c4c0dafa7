//! Lines inside `[…]`, `{…}` and quotes that are indented less than YAML 1.2 wants, which kubectl reads all the same:
//!
//! ```yaml
//! command: [
//!   "start"
//! ]
//! ```
//!
//! The parser refuses them. Blanks at the start of such a line mean nothing, so they are added until it does not. This
//! happens only after a text was refused; a text without such lines costs nothing.

use std::collections::BTreeMap;

use saphyr_parser::{Parser, ScanError};

use super::Error;

/// How many places are mended in one text before it is given up: each costs a reading from the start.
const MAX_REPAIRS: usize = 200;

/// A text whose lines were indented further where needed.
#[derive(Debug)]
pub(super) struct Indented {
    pub(super) text: String,
    /// The blanks added to a line, by its number from 1.
    added: BTreeMap<usize, usize>,
}

impl Indented {
    /// The same error at its place in the text as it was.
    pub(super) fn in_original(&self, mut error: Error) -> Error {
        if let Some(added) = self.added.get(&error.line) {
            error.column = error.column.saturating_sub(*added).max(1);
        }
        error
    }
}

/// The text with such lines indented; `None` where the parser has another complaint or none.
pub(super) fn indent_continuations(text: &str) -> Option<Indented> {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut added = BTreeMap::new();
    for _ in 0..MAX_REPAIRS {
        let joined = lines.concat();
        let Some(region) = Region::refused(&joined) else {
            return (!added.is_empty()).then_some(Indented {
                text: joined,
                added,
            });
        };
        let width = region.width(&lines)?;
        for number in region.lines(&lines) {
            lines.get_mut(number)?.insert_str(0, &" ".repeat(width));
            *added.entry(number + 1).or_insert(0) += width;
        }
    }
    None
}

/// Where the lines to be indented are; lines and columns count from 0.
enum Region {
    /// In the quoted text that begins here.
    Quoted { line: usize, column: usize },
    /// From here to the bracket that closes the innermost list or mapping.
    Flow { line: usize, column: usize },
}

impl Region {
    /// The first place at which the parser refuses the indentation of a continuation.
    fn refused(text: &str) -> Option<Self> {
        let error = first_error(text)?;
        let line = error.marker().line().checked_sub(1)?;
        let column = error.marker().col();
        match error.info() {
            "invalid indentation in quoted scalar" => Some(Self::Quoted { line, column }),
            // Outside brackets, indentation ends a block and is never invalid in itself.
            "invalid indentation" | "invalid indentation in flow construct" => {
                Some(Self::Flow { line, column })
            }
            _ => None,
        }
    }

    /// How many blanks are enough: the block that these lines are in begins before what opens them.
    fn width(&self, lines: &[String]) -> Option<usize> {
        match self {
            Self::Quoted { column, .. } => Some(column + 1),
            Self::Flow { line, .. } => {
                let opens = |line: &&String| {
                    line.contains(['[', '{']) && !line.trim_start().starts_with('#')
                };
                let opening = lines.get(..*line)?.iter().rev().find(opens)?;
                Some(opening.chars().count())
            }
        }
    }

    /// The lines to be indented.
    fn lines(&self, lines: &[String]) -> Vec<usize> {
        let (start, column, mut scan) = match *self {
            Self::Quoted { line, column } => (line, column, Scan::default()),
            Self::Flow { line, column } => (
                line,
                column,
                Scan {
                    depth: 1,
                    quote: None,
                },
            ),
        };
        let mut numbers = Vec::new();
        for (number, line) in lines.iter().enumerate().skip(start) {
            let skipped = if number == start { column } else { 0 };
            if number > start || matches!(self, Self::Flow { .. }) {
                numbers.push(number);
            }
            if scan.ends_in(line, skipped) {
                break;
            }
        }
        numbers
    }
}

fn first_error(text: &str) -> Option<ScanError> {
    let mut parser = Parser::new_from_str(text);
    loop {
        if let Err(error) = parser.next_event()? {
            return Some(error);
        }
    }
}

/// Follows brackets and quotes to the end of what is open.
#[derive(Default)]
struct Scan {
    depth: usize,
    quote: Option<char>,
}

impl Scan {
    /// Reads a line from its character `skipped` on; whether all that was open is closed in it.
    fn ends_in(&mut self, line: &str, skipped: usize) -> bool {
        let mut characters = line.chars().skip(skipped).peekable();
        // Whether a quote or comment may begin here: not in the middle of a word.
        let mut between = true;
        while let Some(character) = characters.next() {
            match (self.quote, character) {
                (Some('"'), '\\') => drop(characters.next()),
                (Some('\''), '\'') if characters.peek() == Some(&'\'') => {
                    characters.next();
                }
                (Some(quote), _) if quote == character => {
                    self.quote = None;
                    between = false;
                    if self.depth == 0 {
                        return true;
                    }
                }
                (Some(_), _) => {}
                (None, '"' | '\'') if between => self.quote = Some(character),
                (None, '#') if between => return false,
                (None, '[' | '{') => {
                    self.depth += 1;
                    between = true;
                }
                (None, ']' | '}') => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return true;
                    }
                    between = false;
                }
                (None, _) => between = character.is_whitespace() || ",:".contains(character),
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::{parse, parse_all};
    use serde_json::json;

    #[test]
    fn reads_continuations_that_are_not_indented_as_kubectl_does() {
        for (text, value) in [
            (
                "a:\n  b: [\n    x, # [\n    z\n  ]\n",
                json!({"a": {"b": ["x", "z"]}}),
            ),
            (
                "a:\n- b: {\nx: 1,\n z: [\n2\n]\n}\n  c: 3\n",
                json!({"a": [{"b": {"x": 1, "z": [2]}, "c": 3}]}),
            ),
            (
                "a:\n  b: 'it''s\n  one\n\nline'\n  c: 1\n",
                json!({"a": {"b": "it's one\nline", "c": 1}}),
            ),
            (
                "a: \"x \\\" [\ny\"\nb: [it's,\n1]\n",
                json!({"a": "x \" [ y", "b": ["it's", 1]}),
            ),
            (
                "a:\n    b: '[\n    {\n    }\n   ]'\n",
                json!({"a": {"b": "[ { } ]"}}),
            ),
        ] {
            assert_eq!(parse(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn keeps_the_place_of_a_later_error() {
        let error = parse_all("a:\n  b: [\n  1,\n  ]]\n").unwrap_err();
        assert_eq!((error.line, error.column), (4, 4), "{error}");
        let error = parse_all("a:\n  b: [\n  1\n  ]\nc: [\n").unwrap_err();
        assert_eq!(error.line, 6, "{error}");
    }

    #[test]
    fn gives_up_where_the_end_never_comes() {
        for text in [
            "a: [\n1",
            "a: 'x\ny",
            "a:\n b: {\nc: \"\n",
            "a: [\n\t1\n]\nb",
            "]",
        ] {
            assert!(parse_all(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn mends_many_places_but_not_without_end() {
        let place = |key: usize| format!("k{key}:\n  v: [\n  {key}\n  ]\n");
        let some: String = (0..150).map(place).collect();
        assert_eq!(parse(&some).unwrap()["k149"]["v"][0], 149);
        let many: String = (0..400).map(place).collect();
        assert!(parse(&many).is_err());
    }
}
