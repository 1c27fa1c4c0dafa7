//! The tree of one document with the place of everything in its text: for messages that name a line, and for edits in
//! place ([`super::edit`]). Values are not interpreted here beyond the names of keys; [`super::parse`] does that.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use saphyr_parser::{Event, Marker, ScalarStyle, Span};

use super::read::{self, Events, Failure};
use super::repair::Source;
use super::{Error, MAX_DEPTH, message};

/// One step of a way into a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// The entry of a mapping with this key.
    Key(String),
    /// The item of a list, from 0.
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The way to a value: `spec.http[0].route`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path(Vec<Step>);

impl Path {
    /// The way one step further.
    #[must_use]
    pub(crate) fn join(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }

    /// Goes one step further.
    pub(crate) fn push(&mut self, step: Step) {
        self.0.push(step);
    }

    /// Goes one step back.
    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// The steps from the root.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Reads a JSON pointer (RFC 6901). A number is a place in a list: of what is behind the way nothing is known.
    pub(crate) fn from_pointer(pointer: &str) -> Option<Self> {
        let steps = pointer.strip_prefix('/')?.split('/');
        let step = |text: &str| match text.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(text.replace("~1", "/").replace("~0", "~")),
        };
        Some(Self(steps.map(step).collect()))
    }

    /// The way as a JSON pointer (RFC 6901): `/spec/http/0/route`.
    pub(crate) fn pointer(&self) -> String {
        use std::fmt::Write as _;
        let mut pointer = String::new();
        for step in &self.0 {
            let _ = match step {
                Step::Key(key) => {
                    write!(pointer, "/{}", key.replace('~', "~0").replace('/', "~1"))
                }
                Step::Index(index) => write!(pointer, "/{index}"),
            };
        }
        pointer
    }
}

impl<S: Into<Step>> FromIterator<S> for Path {
    fn from_iter<I: IntoIterator<Item = S>>(steps: I) -> Self {
        Self(steps.into_iter().map(Into::into).collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if key.contains(['.', '[', ' ']) || key.is_empty() => {
                    write!(formatter, "[{key:?}]")?;
                }
                Step::Key(key) if index == 0 => formatter.write_str(key)?,
                Step::Key(key) => write!(formatter, ".{key}")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// One document and where everything in it stands.
#[derive(Debug)]
pub(crate) struct Tree {
    /// `None` for a document of comments.
    pub(crate) root: Option<Node>,
    /// How many aliases refer to each anchor that is used at all.
    aliases: BTreeMap<usize, usize>,
}

/// A value in the text.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// The bytes of the value, without anchor and tag. Empty for a value that was left out. Block text ends after its
    /// last line that is not blank.
    pub(crate) span: Range<usize>,
    pub(crate) kind: Kind,
    anchor: usize,
}

/// What a [`Node`] is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Scalar(Style),
    /// `*name`.
    Alias,
    Sequence {
        flow: bool,
        items: Vec<Item>,
    },
    Mapping {
        flow: bool,
        entries: Vec<Entry>,
    },
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    /// `|` or `>`.
    Block,
}

/// An item of a list.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Where the item begins: its dash, or in flow style its first byte (anchor and tag included).
    pub(crate) start: usize,
    pub(crate) node: Node,
}

/// An entry of a mapping.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Where the entry begins: its key (anchor and tag included) or the `?` before it.
    pub(crate) start: usize,
    /// The key as kubectl reads it; `<<` for a merge.
    pub(crate) name: String,
    pub(crate) merges: bool,
    pub(crate) key: Node,
    /// What follows the colon, or the key where there is none.
    pub(crate) after_colon: usize,
    pub(crate) value: Node,
}

impl Entry {
    /// Where the entry ends.
    pub(crate) fn end(&self) -> usize {
        self.value.span.end.max(self.after_colon)
    }
}

impl Item {
    /// Where the item ends; in block style at least after its dash.
    pub(crate) fn end(&self) -> usize {
        self.node.span.end.max(self.start)
    }
}

impl Node {
    /// The entry with this key; of several the last, which is the one that counts.
    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Mapping { entries, .. } => entries
                .iter()
                .rev()
                .find(|entry| entry.name == name && !entry.merges),
            _ => None,
        }
    }

    /// The child that `step` leads to.
    pub(crate) fn child(&self, step: &Step) -> Option<&Self> {
        match (step, &self.kind) {
            (Step::Key(name), _) => self.entry(name).map(|entry| &entry.value),
            (Step::Index(index), Kind::Sequence { items, .. }) => {
                items.get(*index).map(|item| &item.node)
            }
            _ => None,
        }
    }

    /// Whether the value is written in brackets.
    pub(crate) fn is_flow(&self) -> bool {
        matches!(
            self.kind,
            Kind::Sequence { flow: true, .. } | Kind::Mapping { flow: true, .. }
        )
    }
}

impl Tree {
    /// Reads the first document of `text`. Errors are those of [`super::parse`].
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        message::check_characters(bare)?;
        let mut source = Source::new(bare);
        loop {
            match Builder::new(text, &source).build() {
                Ok(tree) => return Ok(tree),
                Err(Failure::Scan(error)) if source.mend(&error) => {}
                Err(failure) => return Err(failure.explain(bare, &source)),
            }
        }
    }

    /// The node at `path`.
    pub(crate) fn find(&self, path: &Path) -> Option<&Node> {
        path.steps()
            .iter()
            .try_fold(self.root.as_ref()?, |node, step| node.child(step))
    }

    /// Where to point for `path`: at its key or item, or at the nearest one above it that stands in the text. The offset
    /// is in bytes.
    pub(crate) fn locate(&self, path: &Path) -> usize {
        let Some(mut node) = self.root.as_ref() else {
            return 0;
        };
        let mut offset = node.span.start;
        for step in path.steps() {
            let next = match (step, &node.kind) {
                (Step::Key(name), _) => node.entry(name).map(|entry| (entry.start, &entry.value)),
                (Step::Index(index), Kind::Sequence { items, .. }) => {
                    items.get(*index).map(|item| (item.start, &item.node))
                }
                (Step::Index(_), _) => None,
            };
            let Some(next) = next else {
                break;
            };
            (offset, node) = next;
        }
        offset
    }

    /// How many aliases share the anchor of `node`.
    pub(crate) fn aliases_of(&self, node: &Node) -> usize {
        self.aliases.get(&node.anchor).copied().unwrap_or(0)
    }
}

/// Line and column (in characters) of a byte of a text, both from 1.
pub(crate) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |index| index + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// The line (from 1) on which `path`, or the nearest thing above it, stands in the first document of `text`; `None`
/// where the text cannot be read.
pub(crate) fn line_of(text: &str, path: &Path) -> Option<usize> {
    let tree = Tree::parse(text).ok()?;
    Some(line_and_column(text, tree.locate(path)).0)
}

/// From the parser's places (in characters of the mended text) to bytes of the text.
struct Offsets {
    base: usize,
    /// Byte offsets of every 64th character; empty for ASCII.
    samples: Vec<usize>,
}

const SAMPLE: usize = 64;

impl Offsets {
    fn new(text: &str) -> Self {
        let bare = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let samples = if bare.is_ascii() {
            Vec::new()
        } else {
            bare.char_indices()
                .step_by(SAMPLE)
                .map(|(offset, _)| offset)
                .collect()
        };
        Self {
            base: text.len() - bare.len(),
            samples,
        }
    }

    fn byte(&self, text: &str, index: usize) -> usize {
        if self.samples.is_empty() {
            return (self.base + index).min(text.len());
        }
        let sample = (index / SAMPLE).min(self.samples.len() - 1);
        let from = self.base + self.samples[sample];
        text[from..]
            .char_indices()
            .nth(index - sample * SAMPLE)
            .map_or(text.len(), |(offset, _)| from + offset)
    }
}

/// Builds the tree; the parser says what there is, and the text between says where dashes and colons are.
struct Builder<'a> {
    text: &'a str,
    source: &'a Source<'a>,
    events: Events<'a>,
    offsets: Offsets,
    aliases: BTreeMap<usize, usize>,
    depth: usize,
    /// How many brackets are open.
    flow: usize,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, source: &'a Source<'a>) -> Self {
        Self {
            text,
            source,
            events: Events::new(&source.text),
            offsets: Offsets::new(text),
            aliases: BTreeMap::new(),
            depth: 0,
            flow: 0,
        }
    }

    fn build(mut self) -> Result<Tree, Failure> {
        loop {
            let (event, span) = self.event()?;
            match event {
                Event::StreamEnd | Event::DocumentEnd => {
                    return Ok(Tree {
                        root: None,
                        aliases: self.aliases,
                    });
                }
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
                event => {
                    let root = self.node(event, span, self.document_start(span))?;
                    // What follows must at least be the end of the document.
                    self.event()?;
                    return Ok(Tree {
                        root: Some(root),
                        aliases: self.aliases,
                    });
                }
            }
        }
    }

    fn event(&mut self) -> Result<(Event<'a>, Span), Failure> {
        self.events.next().map_err(Failure::Scan)
    }

    fn offset(&self, marker: Marker) -> usize {
        self.offsets.byte(self.text, self.source.place(marker).0)
    }

    /// Where the content of the document may begin: after its `---`, if it has one.
    fn document_start(&self, root: Span) -> usize {
        let limit = self.offset(root.start);
        let mut start = self.offsets.base;
        let mut offset = start;
        for line in super::documents::lines(&self.text[start..]) {
            if offset > limit {
                break;
            }
            if line.starts_with("---") {
                start = offset + 3;
                break;
            }
            offset += line.len();
        }
        start
    }

    /// A node whose text begins at or after `cursor`.
    fn node(&mut self, event: Event<'a>, span: Span, cursor: usize) -> Result<Node, Failure> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let given = anchor > 0 || tag.is_some();
                let left_out = text.is_empty() && style == ScalarStyle::Plain;
                let (style, span) = if left_out {
                    let place = if given {
                        self.end_of_properties(cursor)
                    } else {
                        cursor
                    };
                    (Style::Plain, place..place)
                } else {
                    let begin = self.past_properties(cursor, given);
                    self.scalar(style, begin, self.offset(span.end))
                };
                let kind = Kind::Scalar(style);
                Ok(Node { span, kind, anchor })
            }
            Event::Alias(id) => {
                *self.aliases.entry(id).or_insert(0) += 1;
                Ok(Node {
                    span: self.offset(span.start)..self.offset(span.end),
                    kind: Kind::Alias,
                    anchor: 0,
                })
            }
            Event::SequenceStart(anchor, tag) => {
                let given = anchor > 0 || tag.is_some();
                self.collection(span, cursor, anchor, given, Self::sequence)
            }
            Event::MappingStart(anchor, tag) => {
                let given = anchor > 0 || tag.is_some();
                self.collection(span, cursor, anchor, given, Self::mapping)
            }
            _ => Err(Failure::Content(
                span.start,
                "expected a value here".to_owned(),
            )),
        }
    }

    fn collection(
        &mut self,
        span: Span,
        cursor: usize,
        anchor: usize,
        given: bool,
        build: impl FnOnce(&mut Self, Span, usize) -> Result<(Range<usize>, Kind), Failure>,
    ) -> Result<Node, Failure> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(read::too_deep(span.start));
        }
        let cursor = self.past_properties(cursor, given);
        let (span, kind) = build(self, span, cursor)?;
        self.depth -= 1;
        Ok(Node { span, kind, anchor })
    }

    fn scalar(&self, style: ScalarStyle, begin: usize, end: usize) -> (Style, Range<usize>) {
        let begin = begin.min(end);
        match style {
            ScalarStyle::Plain => (Style::Plain, begin..end),
            ScalarStyle::SingleQuoted => (Style::Single, begin..self.end_of_quotes(begin, end)),
            ScalarStyle::DoubleQuoted => (Style::Double, begin..self.end_of_quotes(begin, end)),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                (Style::Block, begin..self.end_of_block(begin, end))
            }
        }
    }

    /// The end of a text in quotes: the parser counts blanks and a comment after it in.
    fn end_of_quotes(&self, begin: usize, end: usize) -> usize {
        let bytes = self.text.as_bytes();
        let Some(quote) = bytes.get(begin) else {
            return end;
        };
        let mut at = begin + 1;
        while at < end {
            let is_escape = match quote {
                b'"' => bytes[at] == b'\\',
                _ => bytes[at..].starts_with(b"''"),
            };
            if is_escape {
                at += 2;
            } else if bytes[at] == *quote {
                return at + 1;
            } else {
                at += 1;
            }
        }
        end
    }

    /// The end of a block of text without the blank lines after it, and without the next line's indentation.
    fn end_of_block(&self, begin: usize, end: usize) -> usize {
        let end_of_text = begin + self.text[begin..end].trim_end().len();
        let line_end = self.text[end_of_text..end].find('\n');
        line_end.map_or(end, |index| end_of_text + index + 1)
    }

    /// The first byte at or after `offset` that is neither blank nor in a comment.
    fn skip_blank(&self, mut offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(offset) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => offset += 1,
                Some(b'#')
                    if offset == self.offsets.base
                        || matches!(bytes[offset - 1], b' ' | b'\t' | b'\n' | b'\r') =>
                {
                    let rest = &self.text[offset..];
                    offset += rest.find(['\n', '\r']).unwrap_or(rest.len());
                }
                _ => return offset,
            }
        }
    }

    /// What follows blanks, and the anchor and tag if there are any.
    fn past_properties(&self, cursor: usize, given: bool) -> usize {
        if given {
            self.skip_blank(self.end_of_properties(cursor))
        } else {
            self.skip_blank(cursor)
        }
    }

    /// The end of the anchor and tag that follow `cursor`.
    fn end_of_properties(&self, cursor: usize) -> usize {
        let mut end = cursor;
        loop {
            let start = self.skip_blank(end);
            if !matches!(self.text.as_bytes().get(start), Some(b'&' | b'!')) {
                return end;
            }
            let rest = &self.text[start..];
            let length = if rest.starts_with("!<") {
                rest.find('>').map(|index| index + 1)
            } else {
                rest.find(|character: char| {
                    character.is_ascii_whitespace() || ",[]{}".contains(character)
                })
            };
            end = start + length.unwrap_or(rest.len());
        }
    }

    fn starts_with(&self, offset: usize, indicator: u8) -> bool {
        self.text.as_bytes().get(offset) == Some(&indicator)
    }

    fn sequence(&mut self, span: Span, begin: usize) -> Result<(Range<usize>, Kind), Failure> {
        let flow = !span.is_empty() && self.starts_with(begin, b'[');
        let mut cursor = if flow { begin + 1 } else { begin };
        let mut items = Vec::new();
        self.flow += usize::from(flow);
        loop {
            let (event, span) = self.event()?;
            if matches!(event, Event::SequenceEnd) {
                self.flow -= usize::from(flow);
                let end = if flow {
                    self.skip_blank(cursor) + 1
                } else {
                    cursor
                };
                let end = end.min(self.text.len());
                return Ok((begin..end, Kind::Sequence { flow, items }));
            }
            let start = self.skip_blank(cursor);
            if !flow && !self.starts_with(start, b'-') {
                return Err(misplaced(span));
            }
            let node = self.node(event, span, if flow { start } else { start + 1 })?;
            let item = Item { start, node };
            cursor = item.end();
            if flow {
                cursor = self.past(cursor, b',');
            }
            items.push(item);
        }
    }

    fn mapping(&mut self, span: Span, begin: usize) -> Result<(Range<usize>, Kind), Failure> {
        let braces = !span.is_empty() && self.starts_with(begin, b'{');
        // A single pair in a flow list, `[a: b]`, has no braces, but is flow style too.
        let flow = braces || self.flow > 0;
        let mut cursor = if braces { begin + 1 } else { begin };
        let mut entries: Vec<Entry> = Vec::new();
        self.flow += usize::from(braces);
        loop {
            let (event, span) = self.event()?;
            if matches!(event, Event::MappingEnd) {
                self.flow -= usize::from(braces);
                let end = if braces {
                    self.skip_blank(cursor) + 1
                } else {
                    cursor
                };
                let end = end.min(self.text.len());
                return Ok((begin..end, Kind::Mapping { flow, entries }));
            }
            let start = self.skip_blank(cursor);
            let entry = self.entry(event, span, start)?;
            cursor = entry.end();
            if braces {
                cursor = self.past(cursor, b',');
            }
            entries.push(entry);
        }
    }

    fn entry(&mut self, event: Event<'a>, span: Span, start: usize) -> Result<Entry, Failure> {
        let bytes = self.text.as_bytes();
        let explicit = self.starts_with(start, b'?')
            && bytes.get(start + 1).is_none_or(u8::is_ascii_whitespace);
        let (name, merges) = match &event {
            Event::Scalar(text, style, _, tag) => {
                match read::scalar_key(text, *style, tag.as_deref(), span.start)? {
                    read::Key::Name(name) => (name, false),
                    read::Key::Merge => ("<<".to_owned(), true),
                }
            }
            // An alias as a key is never looked for by name.
            Event::Alias(_) => (String::new(), false),
            _ => return Err(read::complex_key(span.start)),
        };
        let key = self.node(event, span, if explicit { start + 1 } else { start })?;
        let colon = self.skip_blank(key.span.end);
        let after_colon = if self.starts_with(colon, b':') {
            colon + 1
        } else {
            key.span.end
        };
        let (event, span) = self.event()?;
        let value = self.node(event, span, after_colon)?;
        Ok(Entry {
            start,
            name,
            merges,
            key,
            after_colon,
            value,
        })
    }

    /// What follows `separator`, if it comes next.
    fn past(&self, cursor: usize, separator: u8) -> usize {
        let next = self.skip_blank(cursor);
        if self.starts_with(next, separator) {
            next + 1
        } else {
            cursor
        }
    }
}

fn misplaced(span: Span) -> Failure {
    Failure::Content(
        span.start,
        "expected `- ` of a list item before this".to_owned(),
    )
}

#[cfg(test)]
mod tests;
