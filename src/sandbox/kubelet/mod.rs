//! The practice cluster's one node: its scheduler, its kubelet, and what `kubectl logs` shows. No process runs; what a pod's
//! containers do is told from its spec (`plan`).
//!
//! - `machine`: what becomes of a pod, pure; `container`, `conditions`, `references` and `plan` are its parts.
//! - `scheduler`: which pods fit on the node, and why others do not.
//! - `node`: the Node, its Lease, and its taint while it is cordoned.
//! - `accounts`: pods are refused whose service account is missing.
//! - `logs`: what a container would have said.
//!
//! After a restart of the practice cluster, pods are where they were and their restarts are not counted: it is as if only the
//! kubelet had been away.

mod accounts;
mod conditions;
mod container;
mod fit;
pub(crate) mod logs;
mod machine;
mod node;
mod plan;
mod references;
mod scheduler;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use self::machine::{Memory, Notice, Outcome, World};
use super::api::options::{DeleteOptions, ListOptions, Preconditions, Subresource};
use super::api::status::Status;
use super::api::watch::EventKind;
use super::api::{Cluster, Key, Object, ResourceId};
use super::controllers::runtime::{
    Context, Controller, Happening, Next, Severity, Source, keys_of, writes_of,
};

/// All of the node's controllers. The node is there from now on.
pub(crate) fn controllers(cluster: &Cluster) -> Vec<Box<dyn Controller>> {
    // It is made again whenever it is looked at; without it pods say that there is no node.
    let _ = node::register(&cluster.impatient());
    cluster.add_admission(Arc::new(accounts::Accounts));
    vec![
        Box::new(node::Nodes),
        Box::new(scheduler::Scheduler::new(cluster)),
        Box::new(Kubelet::new(cluster)),
    ]
}

fn core(plural: &str) -> ResourceId {
    ResourceId::new("", "v1", plural)
}

/// Locks what no panic can leave half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All pods that are stored.
fn pods(cluster: &Cluster) -> Vec<Arc<Object>> {
    let listed = cluster.list(&core("pods"), None, &ListOptions::default());
    listed.map(|list| list.items).unwrap_or_default()
}

/// Pods' addresses come from 10.244.0.0/16, the first few left out.
const FIRST_ADDRESS: u32 = 0x0af4_000a;
const LAST_ADDRESS: u32 = 0x0af4_fffe;

/// Which pod has which address, by UID.
#[derive(Default)]
struct Addresses {
    by_pod: HashMap<String, u32>,
    taken: BTreeSet<u32>,
    /// Where the search for a free one goes on, so that what was just given back is not given out at once.
    next: u32,
}

impl Addresses {
    fn load(&mut self, pod: &Object) {
        let address = pod["status"]["podIP"].as_str();
        let address = address.and_then(|text| text.parse::<Ipv4Addr>().ok());
        if let Some(address) = address.map(u32::from) {
            let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
            self.by_pod.insert(uid.to_owned(), address);
            self.taken.insert(address);
            self.next = self.next.max(address + 1);
        }
    }

    fn of(&mut self, uid: &str) -> u32 {
        if let Some(address) = self.by_pod.get(uid) {
            return *address;
        }
        let start = self.next.clamp(FIRST_ADDRESS, LAST_ADDRESS);
        let free = (start..=LAST_ADDRESS)
            .chain(FIRST_ADDRESS..start)
            .find(|address| !self.taken.contains(address));
        // The node takes far fewer pods than there are addresses.
        let address = free.unwrap_or(LAST_ADDRESS);
        self.next = address + 1;
        self.taken.insert(address);
        self.by_pod.insert(uid.to_owned(), address);
        address
    }

    fn release(&mut self, uid: &str) {
        if let Some(address) = self.by_pod.remove(uid) {
            self.taken.remove(&address);
        }
    }
}

/// What the kubelet remembers.
#[derive(Default)]
struct Shared {
    addresses: Mutex<Addresses>,
    images: Mutex<HashSet<String>>,
    /// With the UID of the pod that they are of.
    memories: Mutex<HashMap<Key, (String, Memory)>>,
    /// Pods that lack something that they name.
    lacking: Mutex<HashSet<Key>>,
}

/// Takes the node's pods through their lives.
struct Kubelet {
    shared: Arc<Shared>,
}

impl Kubelet {
    fn new(cluster: &Cluster) -> Self {
        let shared = Shared::default();
        let mut addresses = lock(&shared.addresses);
        let mut images = lock(&shared.images);
        for pod in pods(cluster) {
            addresses.load(&pod);
            let statuses = container::list(&pod["status"]["containerStatuses"]);
            images.extend(statuses.filter_map(|one| one["image"].as_str().map(str::to_owned)));
        }
        drop((addresses, images));
        Self {
            shared: Arc::new(shared),
        }
    }

    /// The new status is written under the revision that it was made from. Gives whether that went through.
    fn write(context: &Context, pod: &Object, status: &Value) -> Result<bool, Status> {
        let metadata = &pod["metadata"];
        let part = json!({
            "metadata": {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]},
            "status": status,
        });
        let written = context.cluster.update(
            &core("pods"),
            &Key::of(pod),
            Subresource::Status,
            &part,
            &writes_of("kubelet"),
        );
        match written {
            Ok(_) => Ok(true),
            Err(status) if matches!(status.code, 404 | 409) => Ok(false),
            Err(status) => Err(status),
        }
    }

    /// The containers have stopped: the pod goes, unless finalizers hold it.
    fn remove(context: &Context, pod: &Object) -> Result<(), Status> {
        let uid = pod["metadata"]["uid"].as_str().map(str::to_owned);
        let options = DeleteOptions {
            grace_period_seconds: Some(0),
            preconditions: Preconditions {
                uid,
                resource_version: None,
            },
            ..DeleteOptions::default()
        };
        match context
            .cluster
            .delete(&core("pods"), &Key::of(pod), &options)
        {
            Err(status) if !matches!(status.code, 404 | 409) => Err(status),
            _ => Ok(()),
        }
    }
}

impl Controller for Kubelet {
    fn sources(&self) -> Vec<Source> {
        let shared = Arc::clone(&self.shared);
        let own = Source::mapped(core("pods"), move |_, event| {
            let key = Key::of(&event.object);
            if event.kind == EventKind::Deleted {
                let uid = event.object["metadata"]["uid"].as_str();
                lock(&shared.addresses).release(uid.unwrap_or_default());
            } else if event.object["spec"]["nodeName"] != node::NAME {
                return Vec::new();
            }
            vec![key]
        });
        let needed = ["configmaps", "secrets"].map(|plural| {
            let shared = Arc::clone(&self.shared);
            Source::mapped(core(plural), move |_, event| {
                let namespace = event.object["metadata"]["namespace"].as_str();
                let lacking = lock(&shared.lacking);
                let here = lacking
                    .iter()
                    .filter(|key| key.namespace.as_deref() == namespace);
                here.cloned().collect()
            })
        });
        std::iter::once(own).chain(needed).collect()
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let pod = match context.cluster.get(&core("pods"), key) {
            Ok(pod) if pod["spec"]["nodeName"] == node::NAME => pod,
            Err(status) if status.code != 404 => return Err(status),
            _ => {
                lock(&self.shared.memories).remove(key);
                lock(&self.shared.lacking).remove(key);
                return Ok(Next::Done);
            }
        };
        let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
        let mut memory = match lock(&self.shared.memories).get(key) {
            Some((of, memory)) if of == uid => memory.clone(),
            _ => Memory::default(),
        };
        let now = context.clock.millis();
        let mut world = OneNode {
            cluster: &context.cluster,
            shared: &self.shared,
        };
        let outcome = machine::step(&pod, &mut memory, now, &mut world);
        let Outcome {
            status,
            notices,
            remove,
            next,
        } = outcome;
        // A pod that is about to be gone shows its last status only to those whose finalizers hold it.
        let held = container::list(&pod["metadata"]["finalizers"])
            .next()
            .is_some();
        let shown = status.filter(|_| !remove || held);
        if let Some(status) = shown
            && !Self::write(context, &pod, &status)?
        {
            return Ok(Next::Retry);
        }
        let lacks = notices
            .iter()
            .any(|one| one.reason == "FailedMount" || one.message.starts_with("Error: "));
        if lacks {
            lock(&self.shared.lacking).insert(key.clone());
        }
        for notice in &notices {
            tell(context, &pod, notice);
        }
        lock(&self.shared.memories).insert(key.clone(), (uid.to_owned(), memory));
        if remove {
            Self::remove(context, &pod)?;
            return Ok(Next::Done);
        }
        Ok(next.map_or(Next::Done, |at| {
            Next::After(Duration::from_millis(
                u64::try_from(at - now).unwrap_or_default(),
            ))
        }))
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &core("pods"))
    }
}

fn tell(context: &Context, pod: &Object, notice: &Notice) {
    context.recorder.happened(&Happening {
        object: pod,
        field_path: &notice.part,
        component: "kubelet",
        host: node::NAME,
        severity: if notice.warning {
            Severity::Warning
        } else {
            Severity::Normal
        },
        reason: notice.reason,
        message: &notice.message,
    });
}

/// The world as the state machine asks for it.
struct OneNode<'a> {
    cluster: &'a Cluster,
    shared: &'a Shared,
}

impl World for OneNode<'_> {
    fn find(&self, plural: &str, namespace: &str, name: &str) -> Option<Arc<Object>> {
        let key = Key::namespaced(namespace, name);
        self.cluster.get(&core(plural), &key).ok()
    }

    fn address(&mut self, pod: &Value) -> String {
        if pod["spec"]["hostNetwork"] == true {
            return node::ADDRESS.to_owned();
        }
        let uid = pod["metadata"]["uid"].as_str().unwrap_or_default();
        Ipv4Addr::from(lock(&self.shared.addresses).of(uid)).to_string()
    }

    fn pull(&mut self, image: &str) -> bool {
        !lock(&self.shared.images).insert(image.to_owned())
    }
}

#[cfg(test)]
mod tests;
