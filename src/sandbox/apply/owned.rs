//! The fields that an applied configuration claims, and whether it fits its type.

use serde_json::Value;

use super::fields::{FieldSet, Node, add_member, field_element, shown};
use super::typing::{Form, Typing, keyed_element, set_element};

/// The fields that whoever applies `config` owns from then on, what nobody owns included.
pub(crate) fn fields_of(config: &Value, typing: Typing<'_>) -> FieldSet {
    FieldSet::new(node(config, typing))
}

/// The fields in a value; `Some` of an empty node is the value as a whole, `None` nothing at all (an empty list that merges).
fn node(value: &Value, typing: Typing<'_>) -> Option<Node> {
    let whole = Some(Node::new());
    match (typing.form(value), value) {
        (Form::Map, Value::Object(fields)) if !fields.is_empty() => {
            let mut out = Node::new();
            for (name, value) in fields {
                let of = typing.field(name).unwrap_or(Typing::Unknown);
                let under = node(value, of);
                // What the type names is owned by its content, an entry of a map also as such.
                let under = if typing.declares(name) {
                    under
                } else {
                    Some(as_member(under))
                };
                if let Some(under) = under {
                    out.insert(field_element(name), Value::Object(under));
                }
            }
            (!out.is_empty()).then_some(out)
        }
        (Form::Set, Value::Array(items)) => {
            elements(items, |item| Some((set_element(item), Node::new())))
        }
        (Form::Keyed(keys), Value::Array(items)) => {
            let of = typing.item();
            elements(items, |item| {
                let name = keyed_element(keys, of, item).ok()?;
                Some((name, as_member(node(item, of))))
            })
        }
        _ => whole,
    }
}

fn elements(items: &[Value], of: impl Fn(&Value) -> Option<(String, Node)>) -> Option<Node> {
    let found = items.iter().filter_map(of);
    let out: Node = found
        .map(|(name, node)| (name, Value::Object(node)))
        .collect();
    (!out.is_empty()).then_some(out)
}

fn as_member(node: Option<Node>) -> Node {
    let mut node = node.unwrap_or_default();
    add_member(&mut node);
    node
}

/// What is wrong with an applied configuration: fields that its type does not have, values of another form, elements without
/// keys or twice with the same.
pub(crate) fn check(config: &Value, typing: Typing<'_>) -> Vec<String> {
    let mut errors = Vec::new();
    check_at(config, typing, &Place::Root, &mut errors);
    errors
}

/// Where a value stands; written out only for an error.
enum Place<'a> {
    Root,
    Field(&'a Self, &'a str),
    Element(&'a Self, &'a str),
    Index(&'a Self, usize),
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Field(owner, name) => write!(out, "{owner}.{name}"),
            Self::Element(owner, element) => write!(out, "{owner}{}", shown(element)),
            Self::Index(owner, index) => write!(out, "{owner}[{index}]"),
        }
    }
}

fn check_at(value: &Value, typing: Typing<'_>, place: &Place<'_>, errors: &mut Vec<String>) {
    if let Some(expected) = typing.mismatch(value) {
        errors.push(format!("{place}: expected {expected}, got {value}"));
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let place = Place::Field(place, name);
                match typing.field(name) {
                    Some(of) => check_at(value, of, &place, errors),
                    None => errors.push(format!("{place}: field not declared in schema")),
                }
            }
        }
        Value::Array(items) => check_items(items, value, typing, place, errors),
        _ => {}
    }
}

fn check_items(
    items: &[Value],
    list: &Value,
    typing: Typing<'_>,
    place: &Place<'_>,
    errors: &mut Vec<String>,
) {
    let of = typing.item();
    let mut seen = std::collections::HashSet::new();
    for (index, item) in items.iter().enumerate() {
        let element = match typing.form(list) {
            Form::Set => Some(Ok(set_element(item))),
            Form::Keyed(keys) => Some(keyed_element(keys, of, item)),
            Form::Whole | Form::Map => None,
        };
        match element {
            None => check_at(item, of, &Place::Index(place, index), errors),
            Some(Err(why)) => errors.push(format!("{place}: element {index}: {why}")),
            Some(Ok(element)) => {
                check_at(item, of, &Place::Element(place, &element), errors);
                if seen.contains(&element) {
                    let shown = shown(&element);
                    errors.push(format!("{place}: duplicate entries for key {shown}"));
                }
                seen.insert(element);
            }
        }
    }
}
