//! What differs between two states of an object, as sets of fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::{FieldSet, Node, add_member, field_element};
use super::typing::{Form, Typing, keyed_element, set_element};

/// The difference of two states.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) added: FieldSet,
    pub(crate) modified: FieldSet,
    pub(crate) removed: FieldSet,
}

impl Comparison {
    /// From `old` (nothing: the object is new) to `new`. What nobody owns is left out.
    pub(crate) fn of(old: Option<&Value>, new: &Value, typing: Typing<'_>) -> Self {
        let old = old.map_or(Old::Zero, Old::Value);
        let found = compare(old, Some(new), typing);
        let mut comparison = Self {
            added: FieldSet::new(found.added),
            modified: FieldSet::new(found.modified),
            removed: FieldSet::new(found.removed),
        };
        for set in comparison.sets() {
            set.strip();
        }
        comparison
    }

    /// Leaves out fields at the root.
    pub(crate) fn drop_fields(&mut self, names: &[&str]) {
        for set in self.sets() {
            set.drop_fields(names);
        }
    }

    fn sets(&mut self) -> [&mut FieldSet; 3] {
        [&mut self.added, &mut self.modified, &mut self.removed]
    }

    /// Whether nothing differs.
    pub(crate) fn is_same(&self) -> bool {
        self.added.is_empty() && self.modified.is_empty() && self.removed.is_empty()
    }

    /// What has another value than before.
    pub(crate) fn changed(&self) -> FieldSet {
        let mut changed = self.modified.clone();
        changed.unite(&self.added);
        changed
    }
}

/// What was there.
#[derive(Clone, Copy)]
enum Old<'a> {
    Absent,
    /// What an object made of nothing has: see `Typing::has_from_the_start`.
    Zero,
    Value(&'a Value),
}

#[derive(Default)]
struct Found {
    added: Option<Node>,
    modified: Option<Node>,
    removed: Option<Node>,
}

impl Found {
    fn slots(&mut self) -> [&mut Option<Node>; 3] {
        [&mut self.added, &mut self.modified, &mut self.removed]
    }

    fn put(&mut self, name: impl Fn() -> String, mut found: Self) {
        for (slot, node) in self.slots().into_iter().zip(found.slots()) {
            if let Some(node) = node.take() {
                slot.get_or_insert_default()
                    .insert(name(), Value::Object(node));
            }
        }
    }
}

fn member(slot: &mut Option<Node>) {
    match slot {
        Some(node) => add_member(node),
        None => *slot = Some(Node::new()),
    }
}

static NOTHING: Value = Value::Null;

fn compare(old: Old<'_>, new: Option<&Value>, typing: Typing<'_>) -> Found {
    let before = match old {
        Old::Value(value) => value,
        Old::Absent | Old::Zero => &NOTHING,
    };
    let after = new.unwrap_or(&NOTHING);
    let mut found = Found::default();
    if matches!(old, Old::Value(_)) && new.is_some() && before == after {
        return found;
    }
    let sample = if new.is_some() { after } else { before };
    let divided = match typing.form(sample) {
        Form::Whole => false,
        Form::Map => maps(old, before, after, typing, &mut found),
        Form::Set => lists(before, after, Typing::Unknown, &mut found, |item| {
            Some(set_element(item))
        }),
        Form::Keyed(keys) => lists(before, after, typing.item(), &mut found, |item| {
            keyed_element(keys, typing.item(), item).ok()
        }),
    };
    match (old, new) {
        (Old::Absent, Some(_)) => member(&mut found.added),
        (Old::Zero, Some(_)) if !divided => member(&mut found.added),
        (Old::Value(_), None) => member(&mut found.removed),
        (Old::Value(_), Some(_)) if !divided => member(&mut found.modified),
        _ => {}
    }
    found
}

/// Compares entry by entry, unless there is nothing to divide.
fn maps(
    old: Old<'_>,
    before: &Value,
    after: &Value,
    typing: Typing<'_>,
    found: &mut Found,
) -> bool {
    let empty = Map::new();
    let (before, after) = match (before, after) {
        (Value::Object(before), Value::Object(after)) => (before, after),
        (Value::Object(before), Value::Null) => (before, &empty),
        (Value::Null, Value::Object(after)) => (&empty, after),
        _ => return false,
    };
    if before.is_empty() && after.is_empty() {
        return false;
    }
    let of = |name: &str| typing.field(name).unwrap_or(Typing::Unknown);
    for (field, value) in after {
        let was = match before.get(field) {
            Some(value) => Old::Value(value),
            None if !matches!(old, Old::Absent) && typing.has_from_the_start(field) => Old::Zero,
            None => Old::Absent,
        };
        found.put(
            || field_element(field),
            compare(was, Some(value), of(field)),
        );
    }
    for (field, value) in before {
        if !after.contains_key(field) {
            found.put(
                || field_element(field),
                compare(Old::Value(value), None, of(field)),
            );
        }
    }
    true
}

/// Compares element by element, unless there is nothing to divide or an element has no key.
fn lists(
    before: &Value,
    after: &Value,
    items: Typing<'_>,
    found: &mut Found,
    element: impl Fn(&Value) -> Option<String>,
) -> bool {
    let (Some(before), Some(after)) = (index(before, &element), index(after, &element)) else {
        return false;
    };
    if before.is_empty() && after.is_empty() {
        return false;
    }
    for (name, new) in &after {
        let old = before.get(name).map_or(&[][..], Vec::as_slice);
        found.put(|| name.clone(), elements(old, new, items));
    }
    for (name, old) in &before {
        if !after.contains_key(name) {
            found.put(|| name.clone(), elements(old, &[], items));
        }
    }
    true
}

/// The elements of a list by what tells them apart; nothing where one has no key or the value is no list.
fn index<'a>(
    list: &'a Value,
    element: &impl Fn(&Value) -> Option<String>,
) -> Option<BTreeMap<String, Vec<&'a Value>>> {
    let list = match list {
        Value::Array(list) => list.as_slice(),
        Value::Null => &[],
        _ => return None,
    };
    let mut index: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for item in list {
        index.entry(element(item)?).or_default().push(item);
    }
    Some(index)
}

/// Compares the elements of one key. Where there are several, as only old objects may have, they are one value.
fn elements(old: &[&Value], new: &[&Value], items: Typing<'_>) -> Found {
    match (old, new) {
        ([], [new]) => compare(Old::Absent, Some(new), items),
        ([old], []) => compare(Old::Value(old), None, items),
        ([old], [new]) => compare(Old::Value(old), Some(new), items),
        _ => {
            let mut found = Found::default();
            match (old, new) {
                ([], _) => member(&mut found.added),
                (_, []) => member(&mut found.removed),
                _ if old != new => member(&mut found.modified),
                _ => {}
            }
            found
        }
    }
}
