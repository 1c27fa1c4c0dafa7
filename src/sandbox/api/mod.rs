//! The API machine: what each verb of the Kubernetes API does to the store, without HTTP.
//!
//! `Cluster` is a cheap handle; its methods are synchronous and may be called from any thread. `write` has create and
//! update, `delete` deletion, `watch` watches; `options` what a request may say besides the object; `status` and `field` how
//! the API refuses.

mod apply;
mod autoscaling;
mod bind;
pub(crate) mod clock;
mod customs;
mod defaults;
mod delete;
mod evict;
pub(crate) mod field;
mod metadata;
pub(crate) mod names;
pub(crate) mod options;
mod owners;
mod patch;
mod read;
mod scale;
pub(crate) mod selector;
mod services;
pub(crate) mod status;
mod typed;
mod validation;
pub(crate) mod watch;
mod write;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, RwLock};

use serde_json::json;

pub(crate) use super::kinds::{ResourceId, ResourceInfo};
pub(crate) use super::store::{Key, Object};
use field::FieldError;
use options::{
    DeleteOptions, List, ListOptions, Patch, Propagation, Subresource, WatchOptions, WriteOptions,
    Written,
};
use status::Status;
pub(crate) use validation::quantity;

use super::kinds;
use super::store::{Range, Store};
use crate::error::{Error, Kind, Result};

/// How a practice cluster is to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// The state file; `None` keeps everything in memory. Files with `.lock` and `.new` at the end of its name come beside it.
    pub(crate) database: Option<std::path::PathBuf>,
    /// How many changes of each collection watches can go back; 0 for the default.
    pub(crate) window: usize,
}

/// What may change an object, or refuse it, before it is validated: the practice cluster's webhooks.
pub(crate) trait Admission: Send + Sync {
    /// Called for each create (`old` is `None`) and update of a main resource.
    ///
    /// # Errors
    /// The refusal that the client gets.
    fn admit(
        &self,
        cluster: &Cluster,
        info: &ResourceInfo,
        object: &mut Object,
        old: Option<&Object>,
    ) -> Result<Admitted, Status>;
}

/// What an [`Admission`] did to an object that it let through.
#[derive(Debug, Default)]
pub(crate) struct Admitted {
    pub(crate) warnings: Vec<String>,
    /// Whether the object is another one now, and needs its defaults once more.
    pub(crate) changed: bool,
}

/// A handle on the practice cluster. Cloning it is cheap; all clones are the same cluster.
#[derive(Clone)]
pub(crate) struct Cluster {
    shared: Arc<Shared>,
    /// Whether a write waits until it is on the disk.
    patient: bool,
}

struct Shared {
    store: Store,
    registry: RwLock<Arc<Registry>>,
    /// Tells when `registry` is another.
    kinds_changed: tokio::sync::watch::Sender<()>,
    admission: RwLock<Vec<Arc<dyn Admission>>>,
    addresses: services::Addresses,
    compiled: customs::Compiled,
}

/// The kinds that there are at a moment.
#[derive(Default)]
struct Registry {
    all: Vec<Arc<ResourceInfo>>,
    by_id: HashMap<ResourceId, Arc<ResourceInfo>>,
}

impl Registry {
    fn built_in() -> Self {
        let mut registry = Self::default();
        for info in kinds::built_in() {
            registry.add(info);
        }
        registry
    }

    /// Adds a kind; one that is there already stays as it is.
    fn add(&mut self, info: ResourceInfo) {
        let id = info.id();
        if let Entry::Vacant(place) = self.by_id.entry(id) {
            let info = Arc::new(info);
            place.insert(Arc::clone(&info));
            self.all.push(info);
        }
    }
}

const WINDOW: usize = 1024;

impl Cluster {
    /// Opens the state file, or starts empty.
    ///
    /// # Errors
    /// The state file is in use, cannot be opened or read, is damaged, or was written by a newer version.
    pub(crate) fn start(config: &Config) -> Result<Self> {
        let window = if config.window == 0 {
            WINDOW
        } else {
            config.window
        };
        let store = match &config.database {
            Some(path) => Store::open(path, window)?,
            None => Store::in_memory(window),
        };
        let cluster = Self {
            shared: Arc::new(Shared {
                store,
                registry: RwLock::new(Arc::new(Registry::built_in())),
                kinds_changed: tokio::sync::watch::channel(()).0,
                admission: RwLock::default(),
                addresses: services::Addresses::default(),
                compiled: customs::Compiled::default(),
            }),
            patient: true,
        };
        cluster.refresh_kinds();
        let (_, services) = cluster
            .shared
            .store
            .list("services", &Range::default())
            .unwrap_or_default();
        services::load(&cluster.shared.addresses, &services);
        cluster.impatient().ensure_objects().map_err(|status| {
            Error::new(
                Kind::Internal,
                "cannot make the objects that every cluster has",
            )
            .caused_by(&status)
        })?;
        Ok(cluster)
    }

    /// A handle whose writes do not wait for the disk. What it wrote may be missing after a crash, but never while something
    /// later is there: for controllers, which would do the same again.
    pub(crate) fn impatient(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            patient: false,
        }
    }

    /// The namespaces and the Service that every cluster has.
    fn ensure_objects(&self) -> Result<(), Status> {
        let id = ResourceId::new("", "v1", "namespaces");
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            self.ensure(&id, None, json!({"metadata": {"name": name}}))?;
        }
        let labels = json!({"component": "apiserver", "provider": "kubernetes"});
        let service = json!({"metadata": {"name": "kubernetes", "labels": labels}, "spec": {
            "clusterIP": "10.96.0.1", "ports": [{"name": "https", "port": 443, "targetPort": 6443}]}});
        self.ensure(
            &ResourceId::new("", "v1", "services"),
            Some("default"),
            service,
        )
    }

    fn ensure(
        &self,
        id: &ResourceId,
        namespace: Option<&str>,
        object: Object,
    ) -> Result<(), Status> {
        let options = WriteOptions {
            field_manager: "kube-apiserver".to_owned(),
            ..WriteOptions::default()
        };
        match self.create(id, namespace, object, &options) {
            Err(status) if status.reason != "AlreadyExists" => Err(status),
            _ => Ok(()),
        }
    }

    fn registry(&self) -> Arc<Registry> {
        let guard = self
            .shared
            .registry
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(&guard)
    }

    /// What is known about a kind; `None` if there is no such kind, or not in that version.
    pub(crate) fn resource(
        &self,
        group: &str,
        version: &str,
        plural: &str,
    ) -> Option<Arc<ResourceInfo>> {
        self.registry()
            .by_id
            .get(&ResourceId::new(group, version, plural))
            .cloned()
    }

    /// All kinds in all their versions: built-in ones first, then those of CRDs.
    pub(crate) fn resources(&self) -> Vec<Arc<ResourceInfo>> {
        self.registry().all.clone()
    }

    /// Tells when kinds come or go.
    pub(crate) fn kinds_changed(&self) -> tokio::sync::watch::Receiver<()> {
        self.shared.kinds_changed.subscribe()
    }

    /// Has each write of a main resource pass by `admission`, after those that were added before.
    pub(crate) fn add_admission(&self, admission: Arc<dyn Admission>) {
        let mut guard = self
            .shared
            .admission
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        guard.push(admission);
    }

    /// The revision of the last write.
    pub(crate) fn revision(&self) -> u64 {
        self.shared.store.revision()
    }

    fn info(&self, id: &ResourceId) -> Result<Arc<ResourceInfo>, Status> {
        self.registry()
            .by_id
            .get(id)
            .cloned()
            .ok_or_else(Status::no_such_path)
    }
}

#[cfg(test)]
mod tests;
