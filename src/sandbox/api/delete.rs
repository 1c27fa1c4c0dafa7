//! Deletion: preconditions, finalizers, propagation and grace periods.

use std::sync::Arc;

use serde_json::{Value, json};

use super::options::Deleted;
use super::read::in_version;
use super::{
    Cluster, DeleteOptions, Key, List, ListOptions, Object, Propagation, ResourceId, ResourceInfo,
    Status, clock,
};
use crate::sandbox::store::Expected;

impl Cluster {
    /// Deletes an object, or marks it deleted where finalizers or a grace period hold it.
    ///
    /// # Errors
    /// 404, 409 (preconditions).
    pub(crate) fn delete(
        &self,
        id: &ResourceId,
        key: &Key,
        options: &DeleteOptions,
    ) -> Result<Deleted, Status> {
        let info = self.info(id)?;
        loop {
            let stored = self.shared.store.get(&info.collection, key);
            let stored = stored.ok_or_else(|| Status::not_found(&info, &key.name))?;
            check_preconditions(&info, key, &stored, options)?;
            let marked = mark(&info, &stored, options);
            if options.dry_run {
                return Ok(Deleted {
                    gone: marked.is_none(),
                    object: in_version(&info, marked.map_or(stored, Arc::new)),
                });
            }
            if marked.as_ref() == Some(&*stored) {
                return Ok(Deleted {
                    object: in_version(&info, stored),
                    gone: false,
                });
            }
            let gone = marked.is_none();
            let expected = Expected::Same(&stored);
            if let Ok(object) = self
                .shared
                .store
                .commit(&info.collection, key, &expected, marked)
            {
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
            let metadata = &object["metadata"];
            let key = Key {
                namespace: metadata["namespace"].as_str().map(str::to_owned),
                name: metadata["name"].as_str().unwrap_or_default().to_owned(),
            };
            match self.delete(id, &key, options) {
                Err(status) if status.code != 404 => return Err(status),
                _ => {}
            }
        }
        Ok(listed)
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

/// The object with its deletion marked; `None` where nothing holds it.
fn mark(info: &ResourceInfo, stored: &Object, options: &DeleteOptions) -> Option<Object> {
    let mut object = stored.clone();
    let mut finalizers: Vec<Value> = stored["metadata"]["finalizers"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let wanted = match options.propagation {
        Some(Propagation::Foreground) => Some("foregroundDeletion"),
        Some(Propagation::Orphan) => Some("orphan"),
        Some(Propagation::Background) | None => None,
    };
    if options.propagation.is_some() {
        finalizers.retain(|one| one != "foregroundDeletion" && one != "orphan");
    }
    finalizers.extend(wanted.map(|name| json!(name)));
    let grace = grace_period(info, stored, options);
    let namespace = info.group.is_empty() && info.kind == "Namespace";
    let held = namespace
        && stored["spec"]["finalizers"]
            .as_array()
            .is_some_and(|all| !all.is_empty());
    if finalizers.is_empty() && grace == 0 && !held {
        return None;
    }
    let metadata = &mut object["metadata"];
    metadata["finalizers"] = Value::Array(finalizers.clone());
    if let (true, Some(map)) = (finalizers.is_empty(), metadata.as_object_mut()) {
        map.remove("finalizers");
    }
    if !metadata["deletionTimestamp"].is_string() {
        metadata["deletionTimestamp"] = json!(clock::format(clock::seconds() + grace));
        metadata["deletionGracePeriodSeconds"] = json!(grace);
    }
    if namespace {
        object["status"]["phase"] = json!("Terminating");
    }
    Some(object)
}

/// How long a pod may take to stop. Everything else stops at once.
fn grace_period(info: &ResourceInfo, stored: &Object, options: &DeleteOptions) -> i64 {
    let pod = info.group.is_empty() && info.kind == "Pod";
    let phase = stored["status"]["phase"].as_str().unwrap_or_default();
    if !pod || stored["spec"]["nodeName"].is_null() || matches!(phase, "Succeeded" | "Failed") {
        return 0;
    }
    let own = stored["spec"]["terminationGracePeriodSeconds"].as_i64();
    options.grace_period_seconds.or(own).unwrap_or(30).max(0)
}
