//! The scheduler of one node: whether a pod fits on it, and why not, in Kubernetes' words.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::container::{list, stamp};
use super::fit::{Usage, fit, message, text};
use super::references;
use super::{conditions, core, lock, node, pods};
use crate::sandbox::api::options::Subresource;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::EventKind;
use crate::sandbox::api::{Cluster, Key, Object, ResourceId};
use crate::sandbox::controllers::runtime::{
    Context, Controller, Next, Severity, Source, keys_of, writes_of,
};

const COMPONENT: &str = "default-scheduler";

/// What the scheduler remembers.
#[derive(Default)]
struct Shared {
    usage: Mutex<Usage>,
    /// Pods that did not fit.
    waiting: Mutex<BTreeSet<Key>>,
}

/// Gives pods their node.
pub(super) struct Scheduler {
    shared: Arc<Shared>,
}

impl Scheduler {
    pub(super) fn new(cluster: &Cluster) -> Self {
        let shared = Shared::default();
        let mut usage = lock(&shared.usage);
        for pod in pods(cluster) {
            usage.see(&pod, EventKind::Added);
        }
        drop(usage);
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Why the pod's claims keep it from every node.
    fn claims(context: &Context, pod: &Object) -> Option<String> {
        let namespace = text(&pod["metadata"]["namespace"]);
        let classes = ResourceId::new("storage.k8s.io", "v1", "storageclasses");
        for name in references::claims(pod) {
            let claim = context.cluster.get(
                &core("persistentvolumeclaims"),
                &Key::namespaced(namespace, name),
            );
            let Ok(claim) = claim else {
                return Some(format!("persistentvolumeclaim {name:?} not found"));
            };
            if claim["metadata"]["deletionTimestamp"].is_string() {
                return Some(format!("persistentvolumeclaim {name:?} is being deleted"));
            }
            let class = Key::cluster(text(&claim["spec"]["storageClassName"]));
            let later = context
                .cluster
                .get(&classes, &class)
                .is_ok_and(|class| class["volumeBindingMode"] == "WaitForFirstConsumer");
            if claim["status"]["phase"] != "Bound" && !later {
                return Some("pod has unbound immediate PersistentVolumeClaims".to_owned());
            }
        }
        None
    }

    /// Says that a pod cannot have a node now, and why.
    fn refuse(
        &self,
        context: &Context,
        pod: &Object,
        reason: &str,
        why: &str,
    ) -> Result<(), Status> {
        let conditions = &pod["status"]["conditions"];
        let old = list(conditions).find(|one| one["type"] == "PodScheduled");
        if reason == "Unschedulable" {
            lock(&self.shared.waiting).insert(Key::of(pod));
        }
        if old.is_some_and(|old| old["reason"] == reason && old["message"] == why) {
            return Ok(());
        }
        let generation = &pod["metadata"]["generation"];
        let now = stamp(context.clock.millis());
        let new = conditions::condition(
            conditions,
            "PodScheduled",
            false,
            reason,
            why,
            generation,
            &now,
        );
        let others = list(conditions).filter(|one| one["type"] != "PodScheduled");
        let mut status = pod["status"].clone();
        status["conditions"] = others.cloned().chain([new]).collect();
        let metadata = &pod["metadata"];
        let part = json!({"metadata": {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]},
            "status": status});
        let options = writes_of("kube-scheduler");
        context.cluster.update(
            &core("pods"),
            &Key::of(pod),
            Subresource::Status,
            &part,
            &options,
        )?;
        if reason == "Unschedulable" {
            context
                .recorder
                .record(COMPONENT, pod, Severity::Warning, "FailedScheduling", why);
        }
        Ok(())
    }

    fn place(&self, context: &Context, pod: &Object) -> Result<(), Status> {
        if let Some(why) = Self::claims(context, pod) {
            // The last words are of a plugin for resource claims, which has not got as far as this pod.
            let text = format!("0/1 nodes are available: {why}. not found");
            return self.refuse(context, pod, "Unschedulable", &text);
        }
        let key = Key::of(pod);
        let Ok(node) = context
            .cluster
            .get(&core("nodes"), &Key::cluster(node::NAME))
        else {
            let text = "no nodes available to schedule pods";
            return self.refuse(context, pod, "Unschedulable", text);
        };
        let mut usage = lock(&self.shared.usage);
        let fits = fit(pod, &node, &usage);
        if fits.is_ok() {
            // Before it is bound, so that no other pod gets the same room.
            usage.place(pod);
        }
        drop(usage);
        if let Err(unfit) = fits {
            return self.refuse(context, pod, "Unschedulable", &message(&unfit));
        }
        let uid = text(&pod["metadata"]["uid"]);
        if let Err(status) = context.cluster.bind(&key, uid, node::NAME) {
            lock(&self.shared.usage).remove(&key);
            return Err(status);
        }
        lock(&self.shared.waiting).remove(&key);
        let namespace = text(&pod["metadata"]["namespace"]);
        let name = text(&pod["metadata"]["name"]);
        let told = format!("Successfully assigned {namespace}/{name} to {}", node::NAME);
        context
            .recorder
            .record(COMPONENT, pod, Severity::Normal, "Scheduled", &told);
        Ok(())
    }

    /// A source whose changes may let pods in that wait.
    fn hope(&self, kind: &str) -> Source {
        let shared = Arc::clone(&self.shared);
        Source::mapped(core(kind), move |_, _| {
            lock(&shared.waiting).iter().cloned().collect()
        })
    }
}

impl Controller for Scheduler {
    fn sources(&self) -> Vec<Source> {
        let shared = Arc::clone(&self.shared);
        let own = Source::mapped(core("pods"), move |_, event| {
            let pod = &event.object;
            let key = Key::of(pod);
            if event.kind == EventKind::Deleted {
                lock(&shared.waiting).remove(&key);
            }
            let room = lock(&shared.usage).see(pod, event.kind);
            let mut keys = Vec::new();
            if room || pod["spec"]["affinity"].is_object() {
                keys.extend(lock(&shared.waiting).iter().cloned());
            }
            if text(&pod["spec"]["nodeName"]).is_empty() {
                keys.push(key);
            }
            keys
        });
        vec![own, self.hope("nodes"), self.hope("persistentvolumeclaims")]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let pod = match context.cluster.get(&core("pods"), key) {
            Err(status) if status.code == 404 => return Ok(Next::Done),
            pod => pod?,
        };
        let spec = &pod["spec"];
        let mine = text(&spec["nodeName"]).is_empty()
            && spec["schedulerName"] == COMPONENT
            && !pod["metadata"]["deletionTimestamp"].is_string();
        if !mine {
            return Ok(Next::Done);
        }
        if list(&spec["schedulingGates"]).next().is_some() {
            let why = "Scheduling is blocked due to non-empty scheduling gates";
            self.refuse(context, &pod, "SchedulingGated", why)?;
        } else {
            self.place(context, &pod)?;
        }
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &core("pods"))
    }
}
