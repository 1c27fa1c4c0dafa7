//! Questions about owners, for controllers: answered from an index, without reading a whole collection.

use std::sync::Arc;

use super::{Cluster, Object, ResourceInfo};

impl Cluster {
    /// The objects of a collection (`pods`, `replicasets.apps`) that name `uid` as an owner.
    pub(crate) fn owned(&self, collection: &str, uid: &str) -> Vec<Arc<Object>> {
        let owned = self.shared.store.owned(uid).into_iter();
        owned
            .filter(|(name, _)| &**name == collection)
            .map(|(_, object)| object)
            .collect()
    }

    /// All objects that name `uid` as an owner, with the names of their collections.
    pub(crate) fn dependents(&self, uid: &str) -> Vec<(Arc<str>, Arc<Object>)> {
        self.shared.store.owned(uid)
    }

    /// Whether any object names `uid` as an owner.
    pub(crate) fn is_owner(&self, uid: &str) -> bool {
        self.shared.store.is_owner(uid)
    }

    /// The UIDs that objects name as owners, whether there are such owners or not.
    pub(crate) fn owners(&self) -> Vec<String> {
        self.shared.store.owners()
    }

    /// The objects of a collection and namespace that no controller owns: what may be adopted.
    pub(crate) fn uncontrolled(&self, collection: &str, namespace: &str) -> Vec<Arc<Object>> {
        self.shared.store.free(collection, namespace)
    }

    /// A kind by the name that objects have in `kind`; `None` if there is no such kind, or not in that version.
    pub(crate) fn kind(&self, group: &str, version: &str, kind: &str) -> Option<Arc<ResourceInfo>> {
        let registry = self.registry();
        let found = registry
            .all
            .iter()
            .find(|info| info.kind == kind && info.group == group && info.version == version)?;
        Some(Arc::clone(found))
    }

    /// The kind whose objects a collection has, in the first of its versions; `None` if there is no such kind.
    pub(crate) fn kind_of(&self, collection: &str) -> Option<Arc<ResourceInfo>> {
        let registry = self.registry();
        let found = registry
            .all
            .iter()
            .find(|info| &*info.collection == collection)?;
        Some(Arc::clone(found))
    }
}
