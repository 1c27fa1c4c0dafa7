//! Create, update and patch.

use std::sync::Arc;

use serde_json::{Value, json};

use super::read::in_version;
use super::{
    Cluster, Key, Object, Patch, ResourceId, ResourceInfo, Status, Subresource, WriteOptions,
    Written, clock,
};
use crate::sandbox::store::Expected;

impl Cluster {
    /// Creates an object, in `namespace` if its kind has one.
    ///
    /// # Errors
    /// 400, 403, 404 (no such namespace), 409 (there is one of that name), 422.
    pub(crate) fn create(
        &self,
        id: &ResourceId,
        namespace: Option<&str>,
        mut object: Object,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let info = self.info(id)?;
        let key = prepare_new(&info, namespace, &mut object)?;
        if let Some(namespace) = &key.namespace {
            self.check_namespace(&info, &key.name, namespace)?;
        }
        let warnings = self.admit(&info, &mut object, None)?;
        let object = if options.dry_run {
            if self.shared.store.get(&info.collection, &key).is_some() {
                return Err(Status::already_exists(&info, &key.name));
            }
            Arc::new(object)
        } else {
            let done =
                self.shared
                    .store
                    .commit(&info.collection, &key, &Expected::Absent, Some(object));
            done.map_err(|_| Status::already_exists(&info, &key.name))?
        };
        Ok(Written {
            object: in_version(&info, object),
            warnings,
            created: true,
        })
    }

    /// Replaces an object, or the part of it that the subresource stands for.
    ///
    /// # Errors
    /// 404, 409 (it was written since `metadata.resourceVersion`), 422.
    pub(crate) fn update(
        &self,
        id: &ResourceId,
        key: &Key,
        subresource: Subresource,
        object: &Object,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let info = self.info(id)?;
        self.change(&info, key, subresource, options, &|_| Ok(object.clone()))
    }

    /// Changes an object, or the part of it that the subresource stands for.
    ///
    /// # Errors
    /// As `update`; 415 for a sort of patch that the kind does not take.
    pub(crate) fn patch(
        &self,
        id: &ResourceId,
        key: &Key,
        subresource: Subresource,
        patch: &Patch,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let info = self.info(id)?;
        self.change(&info, key, subresource, options, &|current| {
            apply_patch(current, patch)
        })
    }

    /// Computes the new object from the present one until nobody else was faster.
    fn change(
        &self,
        info: &Arc<ResourceInfo>,
        key: &Key,
        subresource: Subresource,
        options: &WriteOptions,
        make: &dyn Fn(&Object) -> Result<Object, Status>,
    ) -> Result<Written, Status> {
        loop {
            let stored = self.shared.store.get(&info.collection, key);
            let stored = stored.ok_or_else(|| Status::not_found(info, &key.name))?;
            let mut new = make(&stored)?;
            check_revision(info, key, &stored, &new)?;
            keep_what_is_not_written(info, &stored, &mut new, subresource);
            let warnings = if subresource == Subresource::Main {
                self.admit(info, &mut new, Some(&stored))?
            } else {
                Vec::new()
            };
            if new == *stored || options.dry_run {
                return Ok(Written {
                    object: in_version(info, Arc::new(new)),
                    warnings,
                    created: false,
                });
            }
            let expected = Expected::Same(&stored);
            if let Ok(object) =
                self.shared
                    .store
                    .commit(&info.collection, key, &expected, Some(new))
            {
                return Ok(Written {
                    object: in_version(info, object),
                    warnings,
                    created: false,
                });
            }
        }
    }

    fn admit(
        &self,
        info: &ResourceInfo,
        object: &mut Object,
        old: Option<&Object>,
    ) -> Result<Vec<String>, Status> {
        let guard = self
            .shared
            .admission
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let hooks = guard.clone();
        drop(guard);
        let mut warnings = Vec::new();
        for hook in hooks {
            warnings.extend(hook.admit(self, info, object, old)?);
        }
        Ok(warnings)
    }

    fn check_namespace(
        &self,
        info: &ResourceInfo,
        name: &str,
        namespace: &str,
    ) -> Result<(), Status> {
        let Some(found) = self
            .shared
            .store
            .get("namespaces", &Key::cluster(namespace))
        else {
            let namespaces = self.info(&ResourceId::new("", "v1", "namespaces"))?;
            return Err(Status::not_found(&namespaces, namespace));
        };
        if found["metadata"]["deletionTimestamp"].is_string() {
            return Err(Status::namespace_terminating(info, name, namespace));
        }
        Ok(())
    }
}

/// Fills in what the server gives to a new object. Gives its key.
fn prepare_new(
    info: &ResourceInfo,
    namespace: Option<&str>,
    object: &mut Object,
) -> Result<Key, Status> {
    if !object["metadata"].is_object() {
        object["metadata"] = json!({});
    }
    object["apiVersion"] = json!(super::kinds::join_version(
        &info.group,
        &info.storage_version
    ));
    object["kind"] = json!(info.kind);
    let metadata = &mut object["metadata"];
    let generate = metadata["generateName"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if metadata["name"].as_str().unwrap_or_default().is_empty() {
        if generate.is_empty() {
            let error =
                super::FieldError::required("metadata.name", "name or generateName is required");
            return Err(Status::invalid(info, "", &[error]));
        }
        metadata["name"] = json!(format!("{generate}{}", clock::suffix()));
    }
    let name = metadata["name"].as_str().unwrap_or_default().to_owned();
    let namespace = namespace.filter(|_| info.namespaced);
    if let Some(namespace) = namespace {
        metadata["namespace"] = json!(namespace);
    }
    metadata["uid"] = json!(clock::uid());
    metadata["creationTimestamp"] = json!(clock::now());
    metadata["generation"] = json!(1);
    Ok(Key {
        namespace: namespace.map(str::to_owned),
        name,
    })
}

fn check_revision(
    info: &ResourceInfo,
    key: &Key,
    stored: &Object,
    new: &Object,
) -> Result<(), Status> {
    let asked = new["metadata"]["resourceVersion"]
        .as_str()
        .unwrap_or_default();
    if asked.is_empty() || stored["metadata"]["resourceVersion"] == asked {
        Ok(())
    } else {
        Err(Status::modified(info, &key.name))
    }
}

/// Puts back what this sort of write leaves alone: identity, and status or everything but status.
fn keep_what_is_not_written(
    info: &ResourceInfo,
    stored: &Object,
    new: &mut Object,
    subresource: Subresource,
) {
    if subresource == Subresource::Status {
        let status = new["status"].take();
        *new = stored.clone();
        new["status"] = status;
        return;
    }
    for field in [
        "uid",
        "creationTimestamp",
        "generation",
        "resourceVersion",
        "namespace",
        "name",
    ] {
        keep(&stored["metadata"], &mut new["metadata"], field);
    }
    keep(stored, new, "kind");
    keep(stored, new, "apiVersion");
    if info.has_status {
        keep(stored, new, "status");
    }
    if stored["spec"] != new["spec"] {
        let generation = stored["metadata"]["generation"]
            .as_i64()
            .unwrap_or_default();
        new["metadata"]["generation"] = json!(generation + 1);
    }
}

fn keep(from: &Value, to: &mut Value, field: &str) {
    match (from.get(field), to.as_object_mut()) {
        (Some(value), Some(to)) => {
            to.insert(field.to_owned(), value.clone());
        }
        (None, Some(to)) => {
            to.remove(field);
        }
        _ => {}
    }
}

fn apply_patch(current: &Object, patch: &Patch) -> Result<Object, Status> {
    let mut new = current.clone();
    match patch {
        Patch::Json(operations) => {
            let operations: json_patch::Patch = serde_json::from_value(operations.clone())
                .map_err(|error| Status::bad_request(format!("error decoding patch: {error}")))?;
            json_patch::patch(&mut new, &operations)
                .map_err(|error| Status::new(422, "Invalid", error.to_string()))?;
        }
        Patch::Merge(changes) => json_patch::merge(&mut new, changes),
        Patch::Strategic(_) | Patch::Apply(_) => {
            let accepted = [
                "application/json-patch+json",
                "application/merge-patch+json",
            ];
            return Err(Status::unsupported_patch(&accepted));
        }
    }
    Ok(new)
}
