//! Builds values from the parser's events, as kubectl's reader would.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use serde_json::Map;

use super::repair::Source;
use super::scalar::{self, Scalar};
use super::{Error, MAX_DEPTH, Value, message, quick};

/// How many values may be copied for the anchors and aliases of one document, so that a few lines of nested aliases
/// cannot fill the memory ("billion laughs"). go-yaml grows suspicious at the same number.
const MAX_COPIED: usize = 400_000;

/// Reads at most `limit` documents.
pub(super) fn documents(text: &str, limit: usize) -> Result<Vec<Value>, Error> {
    let Some(read) = quick::documents(text, limit) else {
        return with_parser(text, limit);
    };
    debug_assert_eq!(Ok(&read), with_parser(text, limit).as_ref(), "{text:?}");
    Ok(read)
}

/// What [`quick`] does not read, and a check of what it does.
pub(super) fn with_parser(text: &str, limit: usize) -> Result<Vec<Value>, Error> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    message::check_characters(text)?;
    let mut source = Source::new(text);
    loop {
        match attempt(&source.text, limit) {
            Ok(values) => return Ok(values),
            Err(Failure::Scan(error)) if source.mend(&error) => {}
            Err(failure) => return Err(failure.explain(text, &source)),
        }
    }
}

/// Why a text could not be read.
pub(super) enum Failure {
    Scan(ScanError),
    /// It is YAML, but means nothing in JSON.
    Content(Marker, String),
}

impl Failure {
    /// The failure at its place in `text`, which `source` mended.
    pub(super) fn explain(self, text: &str, source: &Source<'_>) -> Error {
        match self {
            Self::Scan(error) => message::explain(text, &error, source.place(*error.marker()).1),
            Self::Content(at, message) => Error {
                line: at.line(),
                column: source.place(at).1,
                message,
            },
        }
    }
}

/// A list or mapping stands where a key must be.
pub(super) fn complex_key(at: Marker) -> Failure {
    Failure::Content(
        at,
        "a mapping key must be a single value, here it is a list or mapping \
         (`{{ … }}` of a template? quote it or render the template first)"
            .to_owned(),
    )
}

/// Deeper than [`MAX_DEPTH`].
pub(super) fn too_deep(at: Marker) -> Failure {
    Failure::Content(at, format!("nested deeper than {MAX_DEPTH} levels"))
}

fn attempt(text: &str, limit: usize) -> Result<Vec<Value>, Failure> {
    let mut events = Events::new(text);
    let mut values = Vec::new();
    let mut document = Document::default();
    while values.len() < limit {
        let (event, span) = events.next().map_err(Failure::Scan)?;
        match event {
            Event::StreamEnd => break,
            Event::DocumentEnd => {
                let document = std::mem::take(&mut document);
                values.push(document.root.unwrap_or(Value::Null));
            }
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
            event => document.take(event, span)?,
        }
    }
    Ok(values)
}

/// The parser's events.
pub(super) struct Events<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    /// The characters of the text, counted when first needed.
    length: Option<usize>,
}

impl<'a> Events<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            parser: Parser::new_from_str(text),
            length: None,
        }
    }

    /// The next event; after the end of the stream, that end again.
    pub(super) fn next(&mut self) -> Result<(Event<'a>, Span), ScanError> {
        let Some(event) = self.parser.next_event() else {
            return Ok((Event::StreamEnd, Span::default()));
        };
        let (mut event, span) = event?;
        if let Event::Scalar(text, ScalarStyle::Literal | ScalarStyle::Folded, ..) = &mut event {
            self.unended(text, span);
        }
        Ok((event, span))
    }

    /// Takes back the line break that the parser adds to a block of text that ends with the stream, in mid-line.
    fn unended(&mut self, text: &mut Cow<'_, str>, span: Span) {
        if self.text.ends_with(['\n', '\r']) || !text.ends_with('\n') {
            return;
        }
        let length = *self.length.get_or_insert_with(|| self.text.chars().count());
        if span.end.index() >= length {
            text.to_mut().pop();
        }
    }
}

/// What a document has become so far.
#[derive(Default)]
struct Document {
    root: Option<Value>,
    open: Vec<Frame>,
    anchors: BTreeMap<usize, Anchor>,
    copied: usize,
}

struct Anchor {
    value: Value,
    size: usize,
    height: usize,
}

/// A list or mapping whose end has not come yet.
struct Frame {
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping(Map<String, Value>, Option<Key>),
}

/// A key of a mapping.
pub(super) enum Key {
    Name(String),
    /// `<<`: the value's entries are copied into the mapping.
    Merge,
}

fn fail<T>(at: Marker, message: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Content(at, message.into()))
}

impl Document {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Failure> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.expects_key() {
                    let key = scalar_key(&text, style, tag.as_deref(), span.start)?;
                    if anchor > 0 {
                        self.remember(anchor, &Value::String(text.into_owned()), span.start)?;
                    }
                    self.set_key(key);
                    return Ok(());
                }
                let value = scalar_value(text, style, tag.as_deref(), span.start)?;
                if anchor > 0 {
                    self.remember(anchor, &value, span.start)?;
                }
                self.add(value, span.start)
            }
            Event::Alias(id) => self.alias(id, span.start),
            Event::SequenceStart(anchor, _) => {
                self.open(anchor, Content::Sequence(Vec::new()), span.start)
            }
            Event::MappingStart(anchor, _) => {
                self.open(anchor, Content::Mapping(Map::new(), None), span.start)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(frame) = self.open.pop() else {
                    return Ok(());
                };
                let value = match frame.content {
                    Content::Sequence(items) => Value::Array(items),
                    Content::Mapping(map, _) => Value::Object(map),
                };
                if frame.anchor > 0 {
                    self.remember(frame.anchor, &value, span.start)?;
                }
                self.add(value, span.start)
            }
            _ => Ok(()),
        }
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.open.last().map(|frame| &frame.content),
            Some(Content::Mapping(_, None))
        )
    }

    fn set_key(&mut self, name: Key) {
        if let Some(Frame {
            content: Content::Mapping(_, key),
            ..
        }) = self.open.last_mut()
        {
            *key = Some(name);
        }
    }

    fn open(&mut self, anchor: usize, content: Content, at: Marker) -> Result<(), Failure> {
        if self.expects_key() {
            return Err(complex_key(at));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(at));
        }
        self.open.push(Frame { anchor, content });
        Ok(())
    }

    fn add(&mut self, value: Value, at: Marker) -> Result<(), Failure> {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(value);
            return Ok(());
        };
        match &mut frame.content {
            Content::Sequence(items) => items.push(value),
            Content::Mapping(map, key) => match key.take() {
                Some(Key::Name(name)) => {
                    map.insert(name, value);
                }
                Some(Key::Merge) => merge(map, value, at)?,
                None => {}
            },
        }
        Ok(())
    }

    /// Keeps an anchored value for its aliases.
    fn remember(&mut self, id: usize, value: &Value, at: Marker) -> Result<(), Failure> {
        let (size, height) = measure(value);
        self.count(size, at)?;
        let value = value.clone();
        let anchor = Anchor {
            value,
            size,
            height,
        };
        self.anchors.insert(id, anchor);
        Ok(())
    }

    fn count(&mut self, size: usize, at: Marker) -> Result<(), Failure> {
        self.copied += size;
        if self.copied > MAX_COPIED {
            return fail(
                at,
                format!(
                    "the anchors and aliases of this document stand for more than {MAX_COPIED} values"
                ),
            );
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, at: Marker) -> Result<(), Failure> {
        let Some(anchor) = self.anchors.get(&id) else {
            return fail(
                at,
                "this alias (`*name`) stands inside the value it refers to, or refers to another document",
            );
        };
        let (size, height) = (anchor.size, anchor.height);
        if self.open.len() + height > MAX_DEPTH {
            return fail(
                at,
                format!("nested deeper than {MAX_DEPTH} levels by aliases"),
            );
        }
        let value = anchor.value.clone();
        self.count(size, at)?;
        if self.expects_key() {
            let key = value_key(value, at)?;
            self.set_key(key);
            return Ok(());
        }
        self.add(value, at)
    }
}

/// Number of values, and levels of lists and mappings.
fn measure(value: &Value) -> (usize, usize) {
    let add = |(size, height): (usize, usize), inner: &Value| {
        let (inner_size, inner_height) = measure(inner);
        (size + inner_size, height.max(inner_height + 1))
    };
    match value {
        Value::Array(items) => items.iter().fold((1, 1), add),
        Value::Object(map) => map.values().fold((1, 1), add),
        _ => (1, 0),
    }
}

/// Entries come in the order of the text: a merge overrides what stands before it and is overridden by what follows;
/// of several mappings the first wins.
fn merge(map: &mut Map<String, Value>, value: Value, at: Marker) -> Result<(), Failure> {
    const NEEDS: &str = "`<<` needs a mapping or a list of mappings";
    match value {
        Value::Object(entries) => map.extend(entries),
        Value::Array(items) => {
            for item in items.into_iter().rev() {
                let Value::Object(entries) = item else {
                    return fail(at, NEEDS);
                };
                map.extend(entries);
            }
        }
        _ => return fail(at, NEEDS),
    }
    Ok(())
}

/// The name of a core tag (`str`, `int`, …); `None` for no tag; `Some("")` for a tag of the user's own.
fn core_tag(tag: Option<&Tag>) -> Option<&str> {
    let tag = tag?;
    Some(if tag.is_yaml_core_schema() {
        &tag.suffix
    } else if tag.handle.is_empty() {
        tag.suffix
            .strip_prefix("tag:yaml.org,2002:")
            .unwrap_or_default()
    } else {
        ""
    })
}

fn resolve(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    at: Marker,
) -> Result<Scalar, Failure> {
    let Some(tag) = core_tag(tag) else {
        return Ok(match style {
            ScalarStyle::Plain => scalar::resolve(text),
            _ => Scalar::Text,
        });
    };
    let scalar = match (tag, scalar::resolve(text)) {
        ("int", found @ (Scalar::Int(_) | Scalar::Unsigned(_)))
        | ("float", found @ (Scalar::Float(_) | Scalar::Int(_) | Scalar::Unsigned(_)))
        | ("bool", found @ Scalar::Bool(_))
        | ("null", found @ Scalar::Null) => found,
        ("timestamp", Scalar::Timestamp) => Scalar::Text,
        ("int" | "float" | "bool" | "null" | "timestamp", _) => {
            return fail(at, format!("`{text}` is not what the tag `!!{tag}` says"));
        }
        _ => Scalar::Text,
    };
    Ok(scalar)
}

fn scalar_value(
    text: Cow<'_, str>,
    style: ScalarStyle,
    tag: Option<&Tag>,
    at: Marker,
) -> Result<Value, Failure> {
    if core_tag(tag) == Some("binary") {
        return decode(&text, at).map(Value::String);
    }
    match resolve(&text, style, tag, at)? {
        Scalar::Text => Ok(Value::String(text.into_owned())),
        scalar => match scalar.into_value(&text) {
            Some(value) => Ok(value),
            None => fail(
                at,
                format!(
                    "`{text}` is a number that JSON does not have; quote it if it is meant as text"
                ),
            ),
        },
    }
}

/// `!!binary`: base64; JSON has no bytes, so what is not UTF-8 is lost, as in kubectl.
fn decode(text: &str, at: Marker) -> Result<String, Failure> {
    use base64::Engine as _;
    let compact: String = text.split_ascii_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(compact)
        .ok();
    match bytes {
        Some(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        None => fail(at, "`!!binary` holds base64, and this is not"),
    }
}

/// The key that a scalar stands for.
pub(super) fn scalar_key(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Tag>,
    at: Marker,
) -> Result<Key, Failure> {
    let merges = match tag {
        None => style == ScalarStyle::Plain,
        tag => core_tag(tag) == Some("merge"),
    };
    if text == "<<" && merges {
        return Ok(Key::Merge);
    }
    Ok(Key::Name(match resolve(text, style, tag, at)? {
        Scalar::Text | Scalar::Timestamp => text.to_owned(),
        Scalar::Bool(truth) => truth.to_string(),
        Scalar::Int(number) => number.to_string(),
        Scalar::Float(number) => float_key(number),
        Scalar::Unsigned(_) => {
            return fail(at, format!("`{text}` is too large for a key; quote it"));
        }
        Scalar::Null => {
            return fail(
                at,
                "a mapping key is missing, or is null; quote it if it is meant as text",
            );
        }
    }))
}

/// A float as a key: the shortest text of its single-precision value.
fn float_key(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "kubectl's reader does the same to keys"
    )]
    let number = number as f32;
    let mut key = String::new();
    super::write::float(&mut key, number);
    key
}

fn value_key(value: Value, at: Marker) -> Result<Key, Failure> {
    match value {
        Value::String(text) => Ok(Key::Name(text)),
        Value::Bool(_) | Value::Number(_) => Ok(Key::Name(value.to_string())),
        _ => fail(at, "this alias stands for something that cannot be a key"),
    }
}
