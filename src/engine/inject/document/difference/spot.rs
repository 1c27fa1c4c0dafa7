//! Values, the ways to them, and the pieces of a text that are theirs.
//!
//! A way is a JSON pointer in which the items of lists are called by their names, so that it leads to the same item when others
//! come and go.

use std::collections::BTreeMap;
use std::ops::Range;

use super::pieces::Pieces;
use crate::yaml::Value;
use crate::yaml::edit::identity;
use crate::yaml::node::{Kind, Node, Path, Tree, escaped, unescaped};

/// A value, where it stands in a text, and which of its pieces are its.
#[derive(Clone)]
pub(super) struct Spot<'a> {
    node: &'a Node,
    value: &'a Value,
    pub(super) pieces: Range<usize>,
}

impl<'a> Spot<'a> {
    /// The value at `base`; that of the document itself has all there is.
    pub(super) fn base(
        tree: &'a Tree,
        value: &'a Value,
        base: &Path,
        pieces: &Pieces<'_>,
    ) -> Option<Self> {
        let node = tree.find(base)?;
        let whole = 0..pieces.parts.len();
        Some(Self {
            node,
            value: base
                .steps()
                .iter()
                .try_fold(value, |at, step| step.of(at))?,
            pieces: if base.steps().is_empty() {
                whole
            } else {
                pieces.around(&node.span)
            },
        })
    }

    /// The children, in the order in which they stand.
    fn children(&self, pieces: &Pieces<'_>) -> Vec<Self> {
        match (&self.node.kind, self.value) {
            (Kind::Mapping { entries, .. }, Value::Object(map)) => entries
                .iter()
                .filter(|entry| {
                    // Of two with one key, the last one counts.
                    let found = self.node.entry(&entry.name);
                    found.is_some_and(|found| std::ptr::eq(found, *entry))
                })
                .filter_map(|entry| {
                    Some(Self {
                        node: &entry.value,
                        value: map.get(&entry.name)?,
                        pieces: pieces.around(&(entry.start..entry.end())),
                    })
                })
                .collect(),
            (Kind::Sequence { items, .. }, Value::Array(values)) if items.len() == values.len() => {
                let items = items.iter().zip(values);
                items
                    .map(|(item, value)| Self {
                        node: &item.node,
                        value,
                        pieces: pieces.around(&(item.start..item.end())),
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// What the child is called that is at `value`.
    fn name_of(&self, value: &Value) -> String {
        match self.value {
            Value::Object(map) => {
                let found = map.iter().find(|(_, it)| std::ptr::eq(*it, value));
                let key = found.map_or("", |(key, _)| key.as_str());
                escaped(key)
            }
            Value::Array(values) => {
                let index = values.iter().position(|it| std::ptr::eq(it, value));
                let index = index.unwrap_or(0).to_string();
                let Some(known) = known_by(value) else {
                    return index;
                };
                let count = values
                    .iter()
                    .filter(|it| known_by(it).as_ref() == Some(&known))
                    .count();
                if count == 1 { known } else { index }
            }
            _ => String::new(),
        }
    }

    pub(super) fn child(&self, name: &str, pieces: &Pieces<'_>) -> Option<Self> {
        let wanted = match self.value {
            Value::Object(map) => map.get(&unescaped(name))?,
            Value::Array(values) => {
                let known = values
                    .iter()
                    .find(|it| known_by(it).as_deref() == Some(name));
                known.or_else(|| values.get(name.parse::<usize>().ok()?))?
            }
            _ => return None,
        };
        let children = self.children(pieces);
        children
            .into_iter()
            .find(|child| std::ptr::eq(child.value, wanted))
    }

    /// The way from here, and the pieces, of the smallest value that holds all of `stretch`.
    pub(super) fn holding(
        &self,
        stretch: &Range<usize>,
        pieces: &Pieces<'_>,
    ) -> (String, Range<usize>) {
        let (mut smallest, mut way) = ((String::new(), self.pieces.clone()), String::new());
        let mut here = self.clone();
        let holds =
            |spot: &Self| spot.pieces.start <= stretch.start && stretch.end <= spot.pieces.end;
        while let Some(child) = here.children(pieces).into_iter().find(holds) {
            way.push('/');
            way.push_str(&here.name_of(child.value));
            if child.pieces.len() < smallest.1.len() {
                smallest = (way.clone(), child.pieces.clone());
            }
            here = child;
        }
        smallest
    }
}

/// The named items of lists that pieces of a text are of, by number: the same in the two texts that share this.
#[derive(Default)]
pub(super) struct Items(BTreeMap<String, usize>);

impl Items {
    /// Of each piece of a value the innermost item that it is of, or 0.
    pub(super) fn of(&mut self, spot: &Spot<'_>, pieces: &Pieces<'_>) -> Vec<usize> {
        let mut found = vec![0; spot.pieces.len()];
        self.number(spot, "", pieces, (spot.pieces.start, &mut found));
        found
    }

    fn number(
        &mut self,
        spot: &Spot<'_>,
        way: &str,
        pieces: &Pieces<'_>,
        (start, found): (usize, &mut [usize]),
    ) {
        for child in spot.children(pieces) {
            let mut way = format!("{way}/");
            if spot.value.is_object() {
                way.push_str(&spot.name_of(child.value));
            } else if let Some(known) = known_by(child.value) {
                way.push_str(&known);
                let next = self.0.len() + 1;
                let number = *self.0.entry(way.clone()).or_insert(next);
                let (from, to) = (child.pieces.start, child.pieces.end);
                found[from - start..to - start].fill(number);
            }
            self.number(&child, &way, pieces, (start, &mut *found));
        }
    }
}

/// What an item of a list is known by, in a way.
pub(super) fn known_by(item: &Value) -> Option<String> {
    let words = identity(item)?;
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let known = escaped(&words.join(" "));
    (!known.is_empty()).then_some(known)
}
