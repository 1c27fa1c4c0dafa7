//! The text of a new value, in the style of a neighbour.

use std::fmt::Write as _;

use super::super::node::{Kind, Node, Style, Tree};
use super::super::write;
use super::Value;

/// How a document is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout<'a> {
    pub(super) text: &'a str,
    pub(super) line_end: &'static str,
    /// Whether the text is JSON, and what is written into it has to be JSON too.
    pub(super) json: bool,
    /// Columns from a mapping to the mapping in it.
    step: usize,
    /// Columns from a key to the dashes of its list.
    dash: usize,
}

impl<'a> Layout<'a> {
    /// The layout of `text`, as far as it shows one; otherwise two columns, and lists at the indent of their key.
    pub(super) fn of(text: &'a str, tree: &Tree) -> Self {
        let mut layout = Self {
            text,
            line_end: if text.contains("\r\n") { "\r\n" } else { "\n" },
            json: is_json(text),
            step: 0,
            dash: usize::MAX,
        };
        if let Some(root) = &tree.root {
            layout.learn(root);
        }
        if layout.step == 0 {
            layout.step = 2;
        }
        if layout.dash == usize::MAX {
            layout.dash = 0;
        }
        layout
    }

    fn learn(&mut self, node: &Node) {
        match &node.kind {
            Kind::Mapping {
                flow: false,
                entries,
            } => {
                for entry in entries {
                    let own = self.column(entry.start);
                    match &entry.value.kind {
                        Kind::Mapping {
                            flow: false,
                            entries,
                        } if self.step == 0 => {
                            self.step = entries
                                .first()
                                .map_or(0, |inner| self.column(inner.start).saturating_sub(own));
                        }
                        Kind::Sequence { flow: false, items } if self.dash == usize::MAX => {
                            if let Some(item) = items.first() {
                                self.dash = self.column(item.start).saturating_sub(own);
                            }
                        }
                        _ => {}
                    }
                    self.learn(&entry.value);
                }
            }
            Kind::Sequence { flow: false, items } => {
                for item in items {
                    self.learn(&item.node);
                }
            }
            _ => {}
        }
    }

    /// The column (from 0, in characters) of a byte.
    pub(super) fn column(&self, offset: usize) -> usize {
        self.text[self.line_start(offset)..offset].chars().count()
    }

    /// The first byte of the line that `offset` is on.
    pub(super) fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |index| index + 1)
    }

    /// The first byte of the line after the one that `offset` is on, or the end of the text.
    pub(super) fn next_line(&self, offset: usize) -> usize {
        self.text[offset..]
            .find('\n')
            .map_or(self.text.len(), |index| offset + index + 1)
    }

    fn new_line(&self, out: &mut String, indent: usize) {
        out.push_str(self.line_end);
        out.extend(std::iter::repeat_n(' ', indent));
    }

    /// A value in block style whose text begins at column `indent` of its line.
    pub(super) fn block(
        &self,
        out: &mut String,
        value: &Value,
        like: Option<&Node>,
        indent: usize,
    ) {
        if like.is_some_and(Node::is_flow) {
            return self.flow(out, value, like);
        }
        match value {
            Value::Object(map) if !map.is_empty() => {
                for (index, (key, value)) in in_order(map, like).into_iter().enumerate() {
                    if index > 0 {
                        self.new_line(out, indent);
                    }
                    self.entry(out, key, value, like, indent);
                }
            }
            Value::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.new_line(out, indent);
                    }
                    out.push_str("- ");
                    self.block(out, item, item_like(like), indent + 2);
                }
            }
            Value::String(text)
                if like.is_none()
                    && self.line_end == "\n"
                    && write::block_text(out, text, indent) => {}
            leaf => scalar(out, leaf, like.and_then(style), false),
        }
    }

    /// `key: value` in block style, the key at column `indent`; `like` is the mapping that it goes into.
    pub(super) fn entry(
        &self,
        out: &mut String,
        key: &str,
        value: &Value,
        like: Option<&Node>,
        indent: usize,
    ) {
        let neighbour = like
            .and_then(|like| like.entry(key))
            .map(|entry| &entry.value);
        write_key(out, key, like, false);
        out.push(':');
        self.after_colon(out, value, neighbour, indent);
    }

    /// What follows a colon in block style, if its key stands at column `indent`.
    pub(super) fn after_colon(
        &self,
        out: &mut String,
        value: &Value,
        like: Option<&Node>,
        indent: usize,
    ) {
        let flow = like.is_some_and(Node::is_flow);
        let inner = match value {
            Value::Object(map) if !map.is_empty() && !flow => indent + self.step,
            Value::Array(items) if !items.is_empty() && !flow => indent + self.dash,
            _ => {
                out.push(' ');
                return self.block(out, value, like, indent + self.step);
            }
        };
        self.new_line(out, inner);
        self.block(out, value, like, inner);
    }

    /// A value in JSON; over several lines, where the text has several, with the margin of the line of `offset`.
    pub(super) fn json_at(&self, value: &Value, offset: usize) -> String {
        if !self.text.trim_end().contains('\n') {
            return escaped(value.to_string());
        }
        let line = &self.text[self.line_start(offset)..];
        let margin = line.len() - line.trim_start_matches([' ', '\t']).len();
        let between = format!("{}{}", self.line_end, &line[..margin]);
        let lines = escaped(format!("{value:#}"));
        lines.lines().collect::<Vec<_>>().join(&between)
    }

    /// A value in flow style, on one line.
    pub(super) fn flow(&self, out: &mut String, value: &Value, like: Option<&Node>) {
        match value {
            Value::Object(map) => {
                let pad = self.padding(like);
                out.push('{');
                out.push_str(pad);
                for (index, (key, value)) in in_order(map, like).into_iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    self.flow_entry(out, key, value, like);
                }
                out.push_str(pad);
                out.push('}');
            }
            Value::Array(items) => {
                let pad = self.padding(like);
                out.push('[');
                out.push_str(pad);
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    self.flow(out, item, item_like(like));
                }
                out.push_str(pad);
                out.push(']');
            }
            leaf => scalar(out, leaf, like.and_then(style), true),
        }
    }

    /// `key: value` in flow style; `like` is the mapping that it goes into.
    pub(super) fn flow_entry(
        &self,
        out: &mut String,
        key: &str,
        value: &Value,
        like: Option<&Node>,
    ) {
        let neighbour = like
            .and_then(|like| like.entry(key))
            .map(|entry| &entry.value);
        write_key(out, key, like, true);
        out.push_str(": ");
        self.flow(out, value, neighbour);
    }

    /// The blank inside the brackets of a neighbour on one line.
    fn padding(&self, like: Option<&Node>) -> &'static str {
        let inside = like.map(|like| &self.text[like.span.clone()]);
        match inside.map(str::as_bytes) {
            Some([b'{' | b'[', b' ', ..]) => " ",
            _ => "",
        }
    }
}

/// Whether a text is JSON, of an object.
pub(crate) fn is_json(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn write_key(out: &mut String, key: &str, like: Option<&Node>, flow: bool) {
    let neighbour = like.and_then(|like| match &like.kind {
        Kind::Mapping { entries, .. } => entries.last().map(|entry| &entry.key),
        _ => None,
    });
    match neighbour.map(|key| &key.kind) {
        Some(Kind::Scalar(Style::Double)) => write::double_quoted(out, key),
        _ => scalar(out, &Value::from(key), None, flow),
    }
}

/// A scalar, or an empty list or mapping; text in quotes `like` these.
pub(super) fn scalar(out: &mut String, value: &Value, like: Option<Style>, flow: bool) {
    match value {
        Value::String(text) => write::quoted_like(out, text, like, flow),
        _ => write::leaf(out, value),
    }
}

/// How a scalar is written; `None` for what is none.
pub(super) fn style(node: &Node) -> Option<Style> {
    match node.kind {
        Kind::Scalar(style) => Some(style),
        _ => None,
    }
}

/// The keys in the neighbour's order, then the others.
fn in_order<'a>(
    map: &'a serde_json::Map<String, Value>,
    like: Option<&Node>,
) -> Vec<(&'a String, &'a Value)> {
    let place = |key: &str| match like.map(|like| &like.kind) {
        Some(Kind::Mapping { entries, .. }) => entries
            .iter()
            .position(|entry| entry.name == key)
            .unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let mut entries: Vec<(&String, &Value)> = map.iter().collect();
    if like.is_some() {
        entries.sort_by_key(|(key, _)| place(key));
    }
    entries
}

fn item_like(like: Option<&Node>) -> Option<&Node> {
    match &like?.kind {
        Kind::Sequence { items, .. } => items.last().map(|item| &item.node),
        _ => None,
    }
}

/// JSON with those characters escaped that JSON allows in texts and YAML does not, or takes for the end of a line.
pub(crate) fn escaped(json: String) -> String {
    let is_refused = |c: char| {
        matches!(
            c,
            '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
        )
    };
    if !json.contains(is_refused) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 8);
    for c in json.chars() {
        if is_refused(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}
