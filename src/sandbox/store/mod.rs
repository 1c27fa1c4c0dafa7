//! All objects, in memory, under one revision counter; and what changed lately, for watches.
//!
//! A collection is one kind's objects in the order of their keys. Each collection remembers its last changes: a watch reads
//! them from where it stands, and a list at an older revision is the present with those changes undone. Nothing here knows
//! what is in an object, except that its `metadata.resourceVersion` is set at commit.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Value, json};

/// An object as it goes over the wire.
pub(crate) type Object = Value;

/// Which object of a collection. Ordered as Kubernetes lists: by namespace, then by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Key {
    /// `None` for kinds whose objects are in no namespace.
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
}

impl Key {
    /// The key of an object in a namespace.
    pub(crate) fn namespaced(namespace: &str, name: &str) -> Self {
        Self {
            namespace: Some(namespace.to_owned()),
            name: name.to_owned(),
        }
    }

    /// The key of an object in no namespace.
    pub(crate) fn cluster(name: &str) -> Self {
        Self {
            namespace: None,
            name: name.to_owned(),
        }
    }
}

/// What has to be in the store for a commit to go through.
pub(crate) enum Expected<'a> {
    /// No object of that key.
    Absent,
    /// This very object, as it was read.
    Same(&'a Arc<Object>),
}

/// The store is not as the commit expected it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Raced;

/// One change of a collection.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) revision: u64,
    pub(crate) key: Arc<Key>,
    /// What was there before; `None`: the object was created.
    pub(crate) before: Option<Arc<Object>>,
    /// What is there since; `None`: the object was deleted.
    pub(crate) after: Option<Arc<Object>>,
    /// For a deletion: the last state, with the deletion's revision, as a DELETED event shows it.
    pub(crate) removed: Option<Arc<Object>>,
}

/// The changes asked for are no longer remembered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooOld {
    /// The oldest revision that a watch can start from.
    pub(crate) oldest: u64,
}

struct Collection {
    objects: BTreeMap<Arc<Key>, Arc<Object>>,
    history: VecDeque<Change>,
    /// A watch that stands at an older revision has missed something.
    oldest: u64,
    changed: tokio::sync::watch::Sender<u64>,
}

impl Collection {
    fn new(oldest: u64) -> Self {
        Self {
            objects: BTreeMap::new(),
            history: VecDeque::new(),
            oldest,
            changed: tokio::sync::watch::channel(oldest).0,
        }
    }
}

struct Inner {
    revision: u64,
    /// The revision at the start of the process: nothing before it is remembered.
    start: u64,
    collections: HashMap<Arc<str>, Collection>,
}

/// See the module.
pub(crate) struct Store {
    inner: RwLock<Inner>,
    window: usize,
}

impl Store {
    /// An empty store that remembers `window` changes of each collection.
    pub(crate) fn in_memory(window: usize) -> Self {
        let inner = Inner {
            revision: 1,
            start: 1,
            collections: HashMap::new(),
        };
        Self {
            inner: RwLock::new(inner),
            window,
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The revision of the last commit.
    pub(crate) fn revision(&self) -> u64 {
        self.read().revision
    }

    /// One object.
    pub(crate) fn get(&self, collection: &str, key: &Key) -> Option<Arc<Object>> {
        self.read()
            .collections
            .get(collection)?
            .objects
            .get(key)
            .cloned()
    }

    /// The objects of a collection, of one namespace if it is given, and the revision at which they are so.
    pub(crate) fn list(
        &self,
        collection: &str,
        namespace: Option<&str>,
    ) -> (u64, Vec<Arc<Object>>) {
        let inner = self.read();
        let Some(found) = inner.collections.get(collection) else {
            return (inner.revision, Vec::new());
        };
        let objects = match namespace {
            None => found.objects.values().cloned().collect(),
            Some(namespace) => {
                let from = Key::namespaced(namespace, "");
                let range = (Bound::Included(&from), Bound::<&Key>::Unbounded);
                let inside = |key: &Key| key.namespace.as_deref() == Some(namespace);
                let entries = found.objects.range::<Key, _>(range);
                entries
                    .take_while(|(key, _)| inside(key))
                    .map(|(_, object)| Arc::clone(object))
                    .collect()
            }
        };
        (inner.revision, objects)
    }

    /// Puts `object` in place, or removes what is there if it is `None`. Gives the object as stored; for a removal the last
    /// state, with the revision of the removal.
    ///
    /// # Errors
    /// `Raced` where the store is not as `expected`.
    pub(crate) fn commit(
        &self,
        collection: &Arc<str>,
        key: &Key,
        expected: &Expected<'_>,
        object: Option<Object>,
    ) -> Result<Arc<Object>, Raced> {
        let mut guard = self.write();
        let inner = &mut *guard;
        let start = inner.start;
        let found = inner
            .collections
            .entry(Arc::clone(collection))
            .or_insert_with(|| Collection::new(start));
        let before = found.objects.get(key).cloned();
        match (expected, &before) {
            (Expected::Absent, None) => {}
            (Expected::Same(expected), Some(current)) if Arc::ptr_eq(expected, current) => {}
            _ => return Err(Raced),
        }
        inner.revision += 1;
        let revision = inner.revision;
        let removed = object.is_none();
        let mut object = match (object, &before) {
            (Some(object), _) => object,
            (None, Some(before)) => (**before).clone(),
            (None, None) => return Err(Raced),
        };
        object["metadata"]["resourceVersion"] = json!(revision.to_string());
        let object = Arc::new(object);
        let shared = Arc::new(key.clone());
        let after = if removed {
            found.objects.remove(key);
            None
        } else {
            found
                .objects
                .insert(Arc::clone(&shared), Arc::clone(&object));
            Some(Arc::clone(&object))
        };
        found.history.push_back(Change {
            revision,
            key: shared,
            before,
            after,
            removed: removed.then(|| Arc::clone(&object)),
        });
        if found.history.len() > self.window
            && let Some(gone) = found.history.pop_front()
        {
            found.oldest = gone.revision;
        }
        found.changed.send_replace(revision);
        Ok(object)
    }

    /// The changes of a collection after a revision, and the revision up to which they are complete.
    ///
    /// # Errors
    /// `TooOld` where some of them are no longer remembered.
    pub(crate) fn changes(
        &self,
        collection: &str,
        after: u64,
    ) -> Result<(u64, Vec<Change>), TooOld> {
        let inner = self.read();
        let Some(found) = inner.collections.get(collection) else {
            return if after < inner.start {
                Err(TooOld {
                    oldest: inner.start,
                })
            } else {
                Ok((inner.revision, Vec::new()))
            };
        };
        if after < found.oldest {
            return Err(TooOld {
                oldest: found.oldest,
            });
        }
        let from = found
            .history
            .partition_point(|change| change.revision <= after);
        Ok((
            inner.revision,
            found.history.range(from..).cloned().collect(),
        ))
    }

    /// Tells when the collection changes.
    pub(crate) fn subscribe(&self, collection: &Arc<str>) -> tokio::sync::watch::Receiver<u64> {
        let mut guard = self.write();
        let start = guard.start;
        let found = guard
            .collections
            .entry(Arc::clone(collection))
            .or_insert_with(|| Collection::new(start));
        found.changed.subscribe()
    }
}
