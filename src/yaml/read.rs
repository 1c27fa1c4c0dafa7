//! Builds values from the parser's events, as kubectl's reader would.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput, Tag};
use serde_json::Map;

use super::scalar::{self, Scalar};
use super::{Error, MAX_DEPTH, Value, message};

/// How many values the aliases of one document may stand for, so that a few lines of nested aliases cannot fill the
/// memory ("billion laughs"). go-yaml grows suspicious at the same number.
const MAX_ALIASED: usize = 400_000;

/// Reads one document after the other.
pub(super) struct Reader<'a> {
    text: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    /// The characters of the text, counted when first needed.
    length: Option<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        message::check_characters(text)?;
        Ok(Self {
            text,
            parser: Parser::new_from_str(text),
            length: None,
        })
    }

    /// The next document; `None` at the end of the stream.
    pub(super) fn next(&mut self) -> Result<Option<Value>, Error> {
        let mut document = Document::default();
        loop {
            let Some(event) = self.parser.next_event() else {
                return Ok(None);
            };
            let (mut event, span) = event.map_err(|error| message::explain(self.text, &error))?;
            if let Event::Scalar(text, ScalarStyle::Literal | ScalarStyle::Folded, ..) = &mut event
            {
                self.unended(text, span);
            }
            match event {
                Event::StreamEnd => return Ok(None),
                Event::DocumentEnd => return Ok(Some(document.root.unwrap_or(Value::Null))),
                Event::Nothing | Event::StreamStart | Event::DocumentStart(_) => {}
                event => document.take(event, span)?,
            }
        }
    }
}

impl Reader<'_> {
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
    anchors: Vec<Anchor>,
    aliased: usize,
}

struct Anchor {
    id: usize,
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

enum Key {
    Name(String),
    /// `<<`: the value's entries are copied into the mapping.
    Merge,
}

fn fail<T>(at: Marker, message: impl Into<String>) -> Result<T, Error> {
    Err(message::at(at, message))
}

impl Document {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Error> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                if self.expects_key() {
                    let key = scalar_key(&text, style, tag.as_deref(), span.start)?;
                    if anchor > 0 {
                        self.remember(anchor, &Value::String(text.into_owned()));
                    }
                    self.set_key(key);
                    return Ok(());
                }
                let value = scalar_value(text, style, tag.as_deref(), span.start)?;
                if anchor > 0 {
                    self.remember(anchor, &value);
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
                    self.remember(frame.anchor, &value);
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

    fn open(&mut self, anchor: usize, content: Content, at: Marker) -> Result<(), Error> {
        if self.expects_key() {
            return fail(
                at,
                "a mapping key must be a single value, here it is a list or mapping \
                 (`{{ … }}` of a template? quote it or render the template first)",
            );
        }
        if self.open.len() >= MAX_DEPTH {
            return fail(at, format!("nested deeper than {MAX_DEPTH} levels"));
        }
        self.open.push(Frame { anchor, content });
        Ok(())
    }

    fn add(&mut self, value: Value, at: Marker) -> Result<(), Error> {
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

    fn remember(&mut self, id: usize, value: &Value) {
        let (size, height) = measure(value);
        self.anchors.push(Anchor {
            id,
            value: value.clone(),
            size,
            height,
        });
    }

    fn alias(&mut self, id: usize, at: Marker) -> Result<(), Error> {
        let Some(anchor) = self.anchors.iter().rev().find(|anchor| anchor.id == id) else {
            return fail(
                at,
                "this alias (`*name`) stands inside the value it refers to, or refers to another document",
            );
        };
        self.aliased += anchor.size;
        if self.aliased > MAX_ALIASED {
            return fail(
                at,
                format!("the aliases of this document stand for more than {MAX_ALIASED} values"),
            );
        }
        if self.open.len() + anchor.height > MAX_DEPTH {
            return fail(
                at,
                format!("nested deeper than {MAX_DEPTH} levels by aliases"),
            );
        }
        let value = anchor.value.clone();
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
fn merge(map: &mut Map<String, Value>, value: Value, at: Marker) -> Result<(), Error> {
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

fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Marker) -> Result<Scalar, Error> {
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
) -> Result<Value, Error> {
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
fn decode(text: &str, at: Marker) -> Result<String, Error> {
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

fn scalar_key(text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Marker) -> Result<Key, Error> {
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

fn value_key(value: Value, at: Marker) -> Result<Key, Error> {
    match value {
        Value::String(text) => Ok(Key::Name(text)),
        Value::Bool(_) | Value::Number(_) => Ok(Key::Name(value.to_string())),
        _ => fail(at, "this alias stands for something that cannot be a key"),
    }
}
