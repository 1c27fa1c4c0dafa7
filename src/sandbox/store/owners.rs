//! Who owns what: an index of `metadata.ownerReferences`, kept at each commit, so that nobody has to read all objects to
//! find those of one owner.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

use super::{Key, Object};

/// An object's collection and key.
type Place = (Arc<str>, Arc<Key>);

/// See the module.
#[derive(Default)]
pub(super) struct Owners {
    /// By the owner's UID: collection and key of what names it.
    owned: HashMap<Box<str>, BTreeSet<Place>>,
    /// By collection: the objects that no controller owns.
    free: HashMap<Arc<str>, BTreeSet<Arc<Key>>>,
}

impl Owners {
    /// Takes note of a commit: `None` is no object.
    pub(super) fn change(
        &mut self,
        collection: &Arc<str>,
        key: &Arc<Key>,
        before: Option<&Object>,
        after: Option<&Object>,
    ) {
        let references = |object: Option<&Object>| -> Option<Value> {
            Some(object?["metadata"]["ownerReferences"].clone())
        };
        if before.is_some() && after.is_some() && references(before) == references(after) {
            return;
        }
        for uid in before.into_iter().flat_map(owners) {
            if let Some(owned) = self.owned.get_mut(uid) {
                owned.remove(&(Arc::clone(collection), Arc::clone(key)));
                if owned.is_empty() {
                    self.owned.remove(uid);
                }
            }
        }
        for uid in after.into_iter().flat_map(owners) {
            let owned = self.owned.entry(uid.into()).or_default();
            owned.insert((Arc::clone(collection), Arc::clone(key)));
        }
        let free = self.free.entry(Arc::clone(collection)).or_default();
        if after.is_some_and(|after| !is_controlled(after)) {
            free.insert(Arc::clone(key));
        } else {
            free.remove(key);
        }
    }

    pub(super) fn owned(&self, uid: &str) -> impl Iterator<Item = &Place> {
        self.owned.get(uid).into_iter().flatten()
    }

    pub(super) fn is_owner(&self, uid: &str) -> bool {
        self.owned.contains_key(uid)
    }

    /// All owners' UIDs that there are references to.
    pub(super) fn uids(&self) -> impl Iterator<Item = &str> {
        self.owned.keys().map(|uid| &**uid)
    }

    /// What no controller owns, in one namespace.
    pub(super) fn free(
        &self,
        collection: &str,
        namespace: &str,
    ) -> impl Iterator<Item = &Arc<Key>> {
        let first = Key::namespaced(namespace, "");
        let from = (Bound::Included(first), Bound::Unbounded);
        let keys = self.free.get(collection).into_iter();
        keys.flat_map(move |keys| keys.range::<Key, _>(from.clone()))
            .take_while(move |key| key.namespace.as_deref() == Some(namespace))
    }
}

fn owners(object: &Object) -> impl Iterator<Item = &str> {
    let references = object["metadata"]["ownerReferences"].as_array();
    references
        .into_iter()
        .flatten()
        .filter_map(|reference| reference["uid"].as_str())
}

fn is_controlled(object: &Object) -> bool {
    let references = object["metadata"]["ownerReferences"].as_array();
    references
        .into_iter()
        .flatten()
        .any(|reference| reference["controller"] == true)
}
