//! An applied configuration laid over the live object, and what goes because it is no longer applied.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::fields::{Node, field_element, is_member};
use super::typing::{Form, Typing, keyed_element, set_element};

/// `live` with `applied` laid over it.
pub(crate) fn merge(live: Option<&Value>, applied: &Value, typing: Typing<'_>) -> Value {
    let Some(live) = live else {
        return applied.clone();
    };
    match (typing.form(applied), live, applied) {
        (Form::Map, Value::Object(live), Value::Object(applied)) => {
            let mut out = live.clone();
            for (name, value) in applied {
                let of = typing.field(name).unwrap_or(Typing::Unknown);
                let merged = merge(live.get(name), value, of);
                out.insert(name.clone(), merged);
            }
            Value::Object(out)
        }
        // Nothing applied to something that is owned in parts takes nothing away.
        (Form::Map, Value::Object(entries), Value::Null) if !entries.is_empty() => live.clone(),
        (Form::Set | Form::Keyed(_), Value::Array(items), Value::Null) if !items.is_empty() => {
            live.clone()
        }
        (Form::Set, Value::Array(live), Value::Array(applied)) => {
            lists(live, applied, Typing::Unknown, |item| {
                Some(set_element(item))
            })
        }
        (Form::Keyed(keys), Value::Array(live), Value::Array(applied)) => {
            let of = typing.item();
            lists(live, applied, of, |item| keyed_element(keys, of, item).ok())
        }
        _ => applied.clone(),
    }
}

/// The elements of both lists: those applied in their order, those that are only live where they stood among them.
fn lists(
    live: &[Value],
    applied: &[Value],
    of: Typing<'_>,
    element: impl Fn(&Value) -> Option<String>,
) -> Value {
    let names = |list: &[Value]| list.iter().map(&element).collect::<Option<Vec<String>>>();
    let (Some(left), Some(right)) = (names(live), names(applied)) else {
        // An old object without keys: what is applied replaces it.
        return Value::Array(applied.to_vec());
    };
    let mut places: HashMap<&str, Option<usize>> = HashMap::new();
    for (place, name) in left.iter().enumerate() {
        places
            .entry(name)
            .and_modify(|place| *place = None)
            .or_insert(Some(place));
    }
    let wanted: HashSet<&str> = right.iter().map(String::as_str).collect();
    let mut shared = right
        .iter()
        .filter(|name| places.contains_key(name.as_str()))
        .peekable();
    let mut done = HashSet::new();
    let mut out = Vec::new();
    let (mut from, mut to) = (0, 0);
    loop {
        match (left.get(from), right.get(to)) {
            (Some(name), _) if !wanted.contains(name.as_str()) => {
                out.push(live[from].clone());
                from += 1;
            }
            // It comes where it was applied.
            (Some(name), next)
                if next != Some(name)
                    && (next.is_none()
                        || done.contains(name)
                        || shared.peek().is_some_and(|next| *next != name)) =>
            {
                from += 1;
            }
            (_, Some(name)) => {
                let twin = places.get(name.as_str()).copied().flatten();
                out.push(merge(twin.map(|place| &live[place]), &applied[to], of));
                if left.get(from) == Some(name) {
                    from += 1;
                }
                shared.next_if(|next| *next == name);
                done.insert(name);
                to += 1;
            }
            (_, None) => break,
        }
    }
    Value::Array(out)
}

/// Takes out of `value` what is in `last` (what a manager applied before) and in no set of `kept` (what anybody owns now).
/// What a type names counts as owned where something in it is. Gives nothing where nothing is left.
pub(crate) fn prune(value: Value, last: &Node, kept: &Node, typing: Typing<'_>) -> Option<Value> {
    let form = typing.form(&value);
    match (form, value) {
        (Form::Map, Value::Object(fields)) => {
            let before = fields.len();
            let mut out = Map::new();
            for (name, value) in fields {
                let of = typing.field(&name).unwrap_or(Typing::Unknown);
                let declared = typing.declares(&name);
                if let Some(value) = part(value, &field_element(&name), last, kept, of, declared) {
                    out.insert(name, value);
                }
            }
            let emptied = before > 0 && out.is_empty() && !is_member(kept);
            (!emptied).then_some(Value::Object(out))
        }
        (Form::Set, Value::Array(items)) => {
            let name = |item: &Value| Some(set_element(item));
            elements(items, last, kept, Typing::Unknown, name)
        }
        (Form::Keyed(keys), Value::Array(items)) => {
            let of = typing.item();
            let name = |item: &Value| keyed_element(keys, of, item).ok();
            elements(items, last, kept, of, name)
        }
        (_, value) => Some(value),
    }
}

fn elements(
    items: Vec<Value>,
    last: &Node,
    kept: &Node,
    of: Typing<'_>,
    name: impl Fn(&Value) -> Option<String>,
) -> Option<Value> {
    let before = items.len();
    let kept_items = items.into_iter().filter_map(|item| match name(&item) {
        Some(name) => part(item, &name, last, kept, of, false),
        None => Some(item),
    });
    let out: Vec<Value> = kept_items.collect();
    let emptied = before > 0 && out.is_empty() && !is_member(kept);
    (!emptied).then_some(Value::Array(out))
}

/// A field or element, pruned. `named`: the type names it.
fn part(
    value: Value,
    name: &str,
    last: &Node,
    kept: &Node,
    of: Typing<'_>,
    named: bool,
) -> Option<Value> {
    /// For what nobody owns: a node with something under it, so that it does not itself count as owned.
    static NOTHING: std::sync::LazyLock<Node> = std::sync::LazyLock::new(|| {
        let unreal = [(String::new(), Value::Object(Node::new()))];
        unreal.into_iter().collect()
    });
    let Some(last) = under(last, name) else {
        return Some(value);
    };
    let owned = |node: &Node| named || is_member(node);
    let kept = under(kept, name);
    if owned(last) && !kept.is_some_and(owned) {
        return None;
    }
    prune(value, last, kept.unwrap_or(&NOTHING), of)
}

fn under<'a>(set: &'a Node, name: &str) -> Option<&'a Node> {
    set.get(name).and_then(Value::as_object)
}
