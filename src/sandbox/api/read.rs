//! Get and list.

use std::sync::Arc;

use serde_json::json;

use super::selector::{FieldSelector, LabelSelector};
use super::{Cluster, Key, List, ListOptions, Object, ResourceId, ResourceInfo, Status};

impl Cluster {
    /// One object.
    ///
    /// # Errors
    /// 404.
    pub(crate) fn get(&self, id: &ResourceId, key: &Key) -> Result<Arc<Object>, Status> {
        let info = self.info(id)?;
        let found = self.shared.store.get(&info.collection, key);
        found
            .map(|object| in_version(&info, object))
            .ok_or_else(|| Status::not_found(&info, &key.name))
    }

    /// The objects of a kind, of one namespace if it is given.
    ///
    /// # Errors
    /// 400 for selectors that make no sense, 410 for a page of a list that is too old.
    pub(crate) fn list(
        &self,
        id: &ResourceId,
        namespace: Option<&str>,
        options: &ListOptions,
    ) -> Result<List, Status> {
        let info = self.info(id)?;
        let labels = LabelSelector::parse(&options.label_selector)?;
        let fields = FieldSelector::parse(&options.field_selector, &info)?;
        let (revision, objects) = self.shared.store.list(&info.collection, namespace);
        let selected = objects
            .into_iter()
            .filter(|object| labels.matches(object) && fields.matches(object));
        Ok(List {
            resource_version: revision,
            continue_token: String::new(),
            remaining: None,
            items: selected.map(|object| in_version(&info, object)).collect(),
        })
    }
}

/// The object as the asked version shows it. CRDs here convert by strategy None: only `apiVersion` differs.
pub(super) fn in_version(info: &ResourceInfo, object: Arc<Object>) -> Arc<Object> {
    if info.builtin || info.version == info.storage_version {
        return object;
    }
    let mut other = Object::clone(&object);
    other["apiVersion"] = json!(info.api_version());
    Arc::new(other)
}
