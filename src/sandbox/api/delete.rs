//! Deletion: preconditions, finalizers, propagation and grace periods.

use std::sync::Arc;

use serde_json::{Value, json};

use super::options::Deleted;
use super::read::in_version;
use super::{
    Cluster, DeleteOptions, Key, List, ListOptions, Object, Propagation, ResourceId, ResourceInfo,
    Status, clock, customs,
};
use crate::sandbox::store::{Expected, Range};

/// What holds a definition until its objects are gone.
const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

impl Cluster {
    /// Deletes an object, or marks it deleted where finalizers or a grace period hold it. The objects that it owns are for the
    /// garbage collector.
    ///
    /// # Errors
    /// 403 (namespaces that every cluster has), 404, 409 (preconditions).
    pub(crate) fn delete(
        &self,
        id: &ResourceId,
        key: &Key,
        options: &DeleteOptions,
    ) -> Result<Deleted, Status> {
        let info = self.info(id)?;
        let lasting = ["default", "kube-public", "kube-system"];
        if info.group.is_empty() && info.kind == "Namespace" && lasting.contains(&key.name.as_str())
        {
            return Err(Status::forbidden(
                &info,
                &key.name,
                "this namespace may not be deleted",
            ));
        }
        loop {
            let stored = self.shared.store.get(&info.collection, key);
            let stored = stored.ok_or_else(|| Status::not_found(&info, &key.name))?;
            check_preconditions(&info, key, &stored, options)?;
            if customs::is_definition(&info) && !options.dry_run {
                self.delete_objects_of(&stored)?;
            }
            let held = customs::is_definition(&info) && self.has_objects(&stored);
            let marked = mark(&info, &stored, options, held);
            if options.dry_run || marked.as_ref() == Some(&*stored) {
                return Ok(Deleted {
                    gone: marked.is_none(),
                    object: in_version(&info, marked.map_or(stored, Arc::new)),
                });
            }
            let gone = marked.is_none();
            if let Ok(object) = self.commit(&info, key, &Expected::Same(&stored), marked)? {
                if gone && !info.builtin {
                    self.finish_definition(&info);
                }
                let object = in_version(&info, object);
                return Ok(Deleted { object, gone });
            }
        }
    }

    /// Deletes what a list selects. Gives the list as it was.
    ///
    /// # Errors
    /// Those of lists; the first of a deletion that is not 404.
    pub(crate) fn delete_collection(
        &self,
        id: &ResourceId,
        namespace: Option<&str>,
        list: &ListOptions,
        options: &DeleteOptions,
    ) -> Result<List, Status> {
        let listed = self.list(id, namespace, list)?;
        for object in &listed.items {
            match self.delete(id, &Key::of(object), options) {
                Err(status) if status.code != 404 => return Err(status),
                _ => {}
            }
        }
        Ok(listed)
    }

    /// The objects of the kind that a definition brings.
    fn objects_of(&self, definition: &Object) -> (ResourceId, Vec<Arc<Object>>) {
        let spec = &definition["spec"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let versions = spec["versions"].as_array().into_iter().flatten();
        let served = versions.filter(|version| version["served"] == true);
        let version = served.map(|version| text(&version["name"])).next();
        let id = ResourceId {
            group: text(&spec["group"]),
            version: version.unwrap_or_default(),
            plural: text(&spec["names"]["plural"]),
        };
        let collection = super::kinds::collection(&id.group, &id.plural);
        let objects = self.shared.store.list(&collection, &Range::default());
        (id, objects.map(|(_, objects)| objects).unwrap_or_default())
    }

    fn has_objects(&self, definition: &Object) -> bool {
        !self.objects_of(definition).1.is_empty()
    }

    fn delete_objects_of(&self, definition: &Object) -> Result<(), Status> {
        let (id, objects) = self.objects_of(definition);
        for object in objects {
            match self.delete(&id, &Key::of(&object), &DeleteOptions::default()) {
                Err(status) if status.code != 404 => return Err(status),
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes a definition that only waited for the last object of its kind.
    pub(super) fn finish_definition(&self, info: &ResourceInfo) {
        let key = Key::cluster(&info.collection);
        let collection =
            super::kinds::collection("apiextensions.k8s.io", "customresourcedefinitions");
        let Some(stored) = self.shared.store.get(&collection, &key) else {
            return;
        };
        let waits = stored["metadata"]["deletionTimestamp"].is_string()
            && stored["metadata"]["finalizers"] == json!([CLEANUP])
            && !self.has_objects(&stored);
        if waits
            && let Ok(definitions) = self.info(&ResourceId::new(
                "apiextensions.k8s.io",
                "v1",
                "customresourcedefinitions",
            ))
        {
            // Whoever changed it meanwhile finishes it.
            let _ = self.commit(&definitions, &key, &Expected::Same(&stored), None);
        }
    }
}

fn check_preconditions(
    info: &ResourceInfo,
    key: &Key,
    stored: &Object,
    options: &DeleteOptions,
) -> Result<(), Status> {
    let metadata = &stored["metadata"];
    let pairs = [
        ("UID", &options.preconditions.uid, &metadata["uid"]),
        (
            "ResourceVersion",
            &options.preconditions.resource_version,
            &metadata["resourceVersion"],
        ),
    ];
    for (name, wanted, found) in pairs {
        if let Some(wanted) = wanted.as_ref().filter(|wanted| *found != wanted.as_str()) {
            let found = found.as_str().unwrap_or_default();
            let why = format!(
                "Precondition failed: {name} in precondition: {wanted}, {name} in object meta: {found}"
            );
            return Err(Status::conflict(info, &key.name, &why));
        }
    }
    Ok(())
}

/// The object with its deletion marked; `None` where nothing holds it. `held`: a definition whose objects are still there.
fn mark(
    info: &ResourceInfo,
    stored: &Object,
    options: &DeleteOptions,
    held: bool,
) -> Option<Object> {
    let mut object = stored.clone();
    let mut finalizers: Vec<Value> = stored["metadata"]["finalizers"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    if options.propagation.is_some() {
        finalizers.retain(|one| one != "foregroundDeletion" && one != "orphan");
    }
    let wanted = match options.propagation {
        Some(Propagation::Foreground) => Some("foregroundDeletion"),
        Some(Propagation::Orphan) => Some("orphan"),
        Some(Propagation::Background) | None => None,
    };
    finalizers.extend(wanted.map(|name| json!(name)));
    finalizers.retain(|one| one != CLEANUP);
    finalizers.extend(held.then(|| json!(CLEANUP)));
    let grace = grace_period(info, stored, options);
    let namespace = info.group.is_empty() && info.kind == "Namespace";
    let unfinished = namespace
        && stored["spec"]["finalizers"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
    if finalizers.is_empty() && grace == 0 && !unfinished {
        return None;
    }
    let metadata = &mut object["metadata"];
    metadata["finalizers"] = Value::Array(finalizers.clone());
    if let (true, Some(map)) = (finalizers.is_empty(), metadata.as_object_mut()) {
        map.remove("finalizers");
    }
    let first = !metadata["deletionTimestamp"].is_string();
    if first {
        metadata["deletionTimestamp"] = json!(clock::format(clock::seconds() + grace));
        if let Some(generation) = metadata["generation"].as_i64() {
            metadata["generation"] = json!(generation + 1);
        }
    }
    let before = metadata["deletionGracePeriodSeconds"].as_i64();
    if before.is_none_or(|before| grace < before) {
        metadata["deletionGracePeriodSeconds"] = json!(grace);
        if !first {
            metadata["deletionTimestamp"] = json!(clock::format(clock::seconds() + grace));
        }
    }
    if namespace {
        object["status"]["phase"] = json!("Terminating");
    }
    Some(object)
}

/// How long a pod may take to stop. Everything else stops at once, and so does a pod that never came to a node or has ended.
fn grace_period(info: &ResourceInfo, stored: &Object, options: &DeleteOptions) -> i64 {
    let pod = info.group.is_empty() && info.kind == "Pod";
    let phase = stored["status"]["phase"].as_str().unwrap_or_default();
    let node = stored["spec"]["nodeName"].as_str().unwrap_or_default();
    if !pod || node.is_empty() || matches!(phase, "Succeeded" | "Failed") {
        return 0;
    }
    let own = stored["spec"]["terminationGracePeriodSeconds"].as_i64();
    options.grace_period_seconds.or(own).unwrap_or(30).max(0)
}
