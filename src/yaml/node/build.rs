//! How the tree is built: the parser's events say what there is, and the text between them where dashes, colons, anchors and
//! ends are. What the tree is, and what can be asked of it, is said one level up.

use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Marker, ScalarStyle, Span};

use super::{Entry, Item, Kind, Node, Style, Tree};
use crate::yaml::read::{self, Events, Failure};
use crate::yaml::repair::Source;
use crate::yaml::{MAX_DEPTH, documents};

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
pub(super) struct Builder<'a> {
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
    pub(super) fn new(text: &'a str, source: &'a Source<'a>) -> Self {
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

    pub(super) fn build(mut self) -> Result<Tree, Failure> {
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
        for line in documents::lines(&self.text[start..]) {
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
