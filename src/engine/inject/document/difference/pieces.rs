//! A text in pieces: lines, or tokens.

use std::ops::Range;

use crate::yaml::node::Tree;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Lines,
    Tokens,
}

impl Unit {
    /// What to compare a text of this tree by.
    pub(super) fn of(tree: &Tree) -> Self {
        match &tree.root {
            Some(root) if root.is_flow() => Self::Tokens,
            _ => Self::Lines,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Lines => "lines",
            Self::Tokens => "tokens",
        }
    }

    /// How much of a text its first piece takes.
    fn first(self, text: &str) -> usize {
        match self {
            Self::Lines => text.find('\n').map_or(text.len(), |end| end + 1),
            Self::Tokens => token(text),
        }
    }

    pub(super) fn is_same(self, one: &str, other: &str) -> bool {
        one == other || (self == Self::Tokens && one.trim() == other.trim())
    }
}

/// The length of the first token with the blanks before it.
fn token(text: &str) -> usize {
    const MARKS: &[char] = &['{', '}', '[', ']', ',', ':'];
    let word = text.trim_start();
    let length = match word.chars().next() {
        None => 0,
        Some('"') => {
            let mut escaped = false;
            let ends = |c: char| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            };
            word[1..].find(ends).map_or(word.len(), |end| end + 2)
        }
        Some('\'') => word[1..].find('\'').map_or(word.len(), |end| end + 2),
        Some(mark) if MARKS.contains(&mark) => 1,
        Some(_) => word
            .find(|c: char| c.is_whitespace() || MARKS.contains(&c))
            .unwrap_or(word.len()),
    };
    text.len() - word.len() + length
}

/// A text in pieces, which together are the text.
pub(super) struct Pieces<'a> {
    pub(super) parts: Vec<&'a str>,
    /// The byte at which each begins, and the length of the text.
    starts: Vec<usize>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(text: &'a str, unit: Unit) -> Self {
        let (mut parts, mut starts, mut at) = (Vec::new(), vec![0], 0);
        while at < text.len() {
            let length = unit.first(&text[at..]);
            parts.push(&text[at..at + length]);
            at += length;
            starts.push(at);
        }
        Self { parts, starts }
    }

    /// The pieces that hold these bytes.
    pub(super) fn around(&self, bytes: &Range<usize>) -> Range<usize> {
        let holding = |byte: usize| self.starts.partition_point(|start| *start <= byte).max(1) - 1;
        let last = holding(bytes.end.saturating_sub(1).max(bytes.start));
        holding(bytes.start)..(last + 1).min(self.parts.len())
    }

    pub(super) fn bytes(&self, pieces: &Range<usize>) -> Range<usize> {
        self.starts[pieces.start]..self.starts[pieces.end]
    }
}
