//! The inventory in the course of an apply: as it is written before, so that it never lacks an object, and after.

use std::collections::BTreeSet;

use crate::cluster::apply::{Outcome, Snapshot};
use crate::cluster::inventory::{Entry, Inventory};
use crate::cluster::object::Reference;

/// As it is written before: what will be applied, and what was applied before and is still there. Of what is `unchanged` it keeps
/// that the server has it; of what will be sent it does not say so yet.
pub(super) fn open(
    wanted: &Inventory,
    kept: Option<&Inventory>,
    before: &Snapshot,
    unchanged: &BTreeSet<Reference>,
) -> Inventory {
    let mut inventory = wanted.clone();
    let old = |object: &Reference| kept.and_then(|kept| kept.entries.get(object));
    for (object, entry) in &mut inventory.entries {
        // Ours until it was deleted by somebody else; then it is new.
        entry.created = old(object).is_some_and(|old| old.created) || !before.contains_key(object);
        let known = old(object).filter(|_| unchanged.contains(object));
        entry.hash = known.map(|it| it.hash.clone()).unwrap_or_default();
        entry.fields = known.map(|it| it.fields.clone()).unwrap_or_default();
    }
    for entry in kept.into_iter().flat_map(|kept| kept.entries.values()) {
        if !before.contains_key(&entry.object) {
            continue;
        }
        let unwanted = Entry {
            wanted: false,
            ..entry.clone()
        };
        let entries = &mut inventory.entries;
        entries.entry(entry.object.clone()).or_insert(unwanted);
    }
    // The same once more: nothing is missing, and nothing needs to be written.
    inventory.complete = kept.is_some_and(|kept| kept.complete);
    inventory
}

/// As it is written after: with what the server has taken, and without what was pruned.
pub(super) fn close(
    inventory: &mut Inventory,
    wanted: &Inventory,
    outcome: &Outcome,
    pruned: &[Reference],
) {
    for (object, fields) in &outcome.owned {
        if let (Some(entry), Some(new)) = (
            inventory.entries.get_mut(object),
            wanted.entries.get(object),
        ) {
            entry.hash.clone_from(&new.hash);
            entry.fields.clone_from(fields);
        }
    }
    for object in pruned {
        inventory.entries.remove(object);
    }
    inventory.complete = outcome.failed.is_empty() && outcome.untried.is_empty();
}
