//! All objects, in memory, under one revision counter; what changed lately, for watches; and the state file behind it.
//!
//! A collection is one kind's objects in the order of their keys. Each collection remembers its last changes: a watch reads
//! them from where it stands, and a list at an older revision is the present with those changes undone. Nothing here knows
//! what is in an object, except that its `metadata.resourceVersion` is set at commit and its owners are indexed.

mod disk;
mod owners;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Bound;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::{Value, json};

use self::disk::{Disk, Entry};
use self::owners::Owners;
use crate::error::Result as ResultOfCommand;

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

    /// The key that an object's own metadata give.
    pub(crate) fn of(object: &Object) -> Self {
        let metadata = &object["metadata"];
        Self {
            namespace: metadata["namespace"].as_str().map(str::to_owned),
            name: metadata["name"].as_str().unwrap_or_default().to_owned(),
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

/// A commit that went through.
pub(crate) struct Committed {
    pub(crate) revision: u64,
    /// The object as stored; for a removal the last state, with the revision of the removal.
    pub(crate) object: Arc<Object>,
}

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

/// Which objects of a collection are listed.
#[derive(Clone, Copy, Default)]
pub(crate) struct Range<'a> {
    pub(crate) namespace: Option<&'a str>,
    /// Only what comes after this key.
    pub(crate) after: Option<&'a Key>,
    /// As it was at this revision; `None` for now.
    pub(crate) at: Option<u64>,
}

impl Range<'_> {
    fn includes(&self, key: &Key) -> bool {
        let inside = self.namespace.is_none() || key.namespace.as_deref() == self.namespace;
        inside && self.after.is_none_or(|after| key > after)
    }
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

    fn listed(&self, range: &Range<'_>) -> Vec<Arc<Object>> {
        let first = range
            .namespace
            .map(|namespace| Key::namespaced(namespace, ""));
        let from = match (range.after, &first) {
            (Some(after), Some(first)) if after < first => Bound::Included(first),
            (Some(after), _) => Bound::Excluded(after),
            (None, Some(first)) => Bound::Included(first),
            (None, None) => Bound::Unbounded,
        };
        let Some(at) = range.at else {
            let entries = self.objects.range::<Key, _>((from, Bound::Unbounded));
            let entries = entries.take_while(|(key, _)| range.includes(key));
            return entries.map(|(_, object)| Arc::clone(object)).collect();
        };
        let entries = self.objects.range::<Key, _>((from, Bound::Unbounded));
        let entries = entries.take_while(|(key, _)| range.includes(key));
        let mut then: BTreeMap<&Key, &Arc<Object>> =
            entries.map(|(key, object)| (&**key, object)).collect();
        for change in self
            .history
            .iter()
            .rev()
            .take_while(|change| change.revision > at)
        {
            if !range.includes(&change.key) {
                continue;
            }
            match &change.before {
                Some(before) => then.insert(&change.key, before),
                None => then.remove(&*change.key),
            };
        }
        then.into_values().map(Arc::clone).collect()
    }
}

struct Inner {
    revision: u64,
    /// The revision at the start of the process: nothing before it is remembered.
    start: u64,
    collections: HashMap<Arc<str>, Collection>,
    owners: Owners,
}

impl Inner {
    fn collection(&mut self, name: &Arc<str>) -> &mut Collection {
        let start = self.start;
        self.collections
            .entry(Arc::clone(name))
            .or_insert_with(|| Collection::new(start))
    }
}

/// See the module.
pub(crate) struct Store {
    inner: RwLock<Inner>,
    window: usize,
    disk: Option<Disk>,
}

/// A restart leaves out this many revisions: some may have been told to watches without having reached the disk, and must
/// not come again with another content.
const GAP: u64 = 10_000;

impl Store {
    /// An empty store that remembers `window` changes of each collection.
    pub(crate) fn in_memory(window: usize) -> Self {
        let inner = Inner {
            revision: 1,
            start: 1,
            collections: HashMap::new(),
            owners: Owners::default(),
        };
        Self {
            inner: RwLock::new(inner),
            window,
            disk: None,
        }
    }

    /// A store with what is in the state file at `path`, which is made if it is not there.
    ///
    /// # Errors
    /// It is open elsewhere, cannot be read or written, is damaged, or is of a newer format.
    pub(crate) fn open(path: &Path, window: usize) -> ResultOfCommand<Self> {
        let (disk, loaded) = Disk::open(path)?;
        let start = if loaded.revision == 0 {
            1
        } else {
            loaded.revision + GAP
        };
        let mut inner = Inner {
            revision: start,
            start,
            collections: HashMap::new(),
            owners: Owners::default(),
        };
        for ((collection, key), object) in loaded.objects {
            inner.owners.change(&collection, &key, None, Some(&object));
            inner.collection(&collection).objects.insert(key, object);
        }
        Ok(Self {
            inner: RwLock::new(inner),
            window,
            disk: Some(disk),
        })
    }

    fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
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

    /// The objects of a collection in a range, and the revision at which they are so.
    ///
    /// # Errors
    /// `TooOld` for a revision whose changes since are no longer remembered.
    pub(crate) fn list(
        &self,
        collection: &str,
        range: &Range<'_>,
    ) -> Result<(u64, Vec<Arc<Object>>), TooOld> {
        let inner = self.read();
        let revision = range.at.unwrap_or(inner.revision);
        let found = inner.collections.get(collection);
        let oldest = found.map_or(inner.start, |found| found.oldest);
        if revision < oldest {
            return Err(TooOld { oldest });
        }
        Ok((
            revision,
            found.map(|found| found.listed(range)).unwrap_or_default(),
        ))
    }

    /// Puts `object` in place, or removes what is there if it is `None`. The commit is seen at once; that it is on the disk
    /// is for `wait`.
    ///
    /// # Errors
    /// `Raced` where the store is not as `expected`.
    pub(crate) fn commit(
        &self,
        collection: &Arc<str>,
        key: &Key,
        expected: &Expected<'_>,
        object: Option<Object>,
    ) -> Result<Committed, Raced> {
        let mut guard = self.write();
        let next = guard.revision + 1;
        let found = guard.collection(collection);
        let entry = found.objects.get_key_value(key);
        let before = entry.map(|(_, object)| Arc::clone(object));
        match (expected, &before) {
            (Expected::Absent, None) => {}
            (Expected::Same(expected), Some(current)) if Arc::ptr_eq(expected, current) => {}
            _ => return Err(Raced),
        }
        let shared = entry.map_or_else(|| Arc::new(key.clone()), |(key, _)| Arc::clone(key));
        let removes = object.is_none();
        let mut object = match (object, &before) {
            (Some(object), _) => object,
            (None, Some(before)) => (**before).clone(),
            (None, None) => return Err(Raced),
        };
        object["metadata"]["resourceVersion"] = json!(next.to_string());
        let object = Arc::new(object);
        let after = (!removes).then(|| Arc::clone(&object));
        match &after {
            Some(after) => found.objects.insert(Arc::clone(&shared), Arc::clone(after)),
            None => found.objects.remove(key),
        };
        found.history.push_back(Change {
            revision: next,
            key: Arc::clone(&shared),
            before: before.clone(),
            after: after.clone(),
            removed: removes.then(|| Arc::clone(&object)),
        });
        if found.history.len() > self.window
            && let Some(gone) = found.history.pop_front()
        {
            found.oldest = gone.revision;
        }
        found.changed.send_replace(next);
        guard.revision = next;
        guard
            .owners
            .change(collection, &shared, before.as_deref(), after.as_deref());
        if let Some(disk) = &self.disk {
            disk.push(Entry {
                revision: next,
                collection: Arc::clone(collection),
                key: shared,
                object: after,
            });
        }
        Ok(Committed {
            revision: next,
            object,
        })
    }

    /// Waits until a commit is on the disk; without a disk, it is as safe as it gets.
    ///
    /// # Errors
    /// Why it could not be written.
    pub(crate) fn wait(&self, revision: u64) -> Result<(), String> {
        self.disk
            .as_ref()
            .map_or(Ok(()), |disk| disk.wait(revision))
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
        let found = inner.collections.get(collection);
        let oldest = found.map_or(inner.start, |found| found.oldest);
        if after < oldest {
            return Err(TooOld { oldest });
        }
        let Some(found) = found else {
            return Ok((inner.revision, Vec::new()));
        };
        let from = found
            .history
            .partition_point(|change| change.revision <= after);
        Ok((
            inner.revision,
            found.history.range(from..).cloned().collect(),
        ))
    }

    /// The objects that name `uid` as an owner, with the names of their collections.
    pub(crate) fn owned(&self, uid: &str) -> Vec<(Arc<str>, Arc<Object>)> {
        let inner = self.read();
        let found = inner.owners.owned(uid).filter_map(|(collection, key)| {
            let object = inner.collections.get(collection)?.objects.get(key)?;
            Some((Arc::clone(collection), Arc::clone(object)))
        });
        found.collect()
    }

    /// Whether any object names `uid` as an owner.
    pub(crate) fn is_owner(&self, uid: &str) -> bool {
        self.read().owners.is_owner(uid)
    }

    /// The UIDs that objects name as owners.
    pub(crate) fn owners(&self) -> Vec<String> {
        self.read().owners.uids().map(str::to_owned).collect()
    }

    /// The objects of a namespace that have no controller.
    pub(crate) fn free(&self, collection: &str, namespace: &str) -> Vec<Arc<Object>> {
        let inner = self.read();
        let Some(found) = inner.collections.get(collection) else {
            return Vec::new();
        };
        let keys = inner.owners.free(collection, namespace);
        keys.filter_map(|key| found.objects.get(key).cloned())
            .collect()
    }

    /// Tells when the collection changes.
    pub(crate) fn subscribe(&self, collection: &Arc<str>) -> tokio::sync::watch::Receiver<u64> {
        self.write().collection(collection).changed.subscribe()
    }
}

#[cfg(test)]
mod tests;
