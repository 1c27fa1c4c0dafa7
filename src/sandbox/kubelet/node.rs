//! The Node, its Lease, and the taint that it has while it is cordoned.

use std::time::Duration;

use serde_json::{Value, json};

use super::container::list;
use super::core;
use crate::sandbox::api::options::{Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Cluster, Key, Object, ResourceId, clock};
use crate::sandbox::controllers::runtime::{Context, Controller, Next, Source, writes_of};
use crate::sandbox::http::VERSION;

/// The node's name.
pub(crate) const NAME: &str = "practice";
/// Where the node is: on loopback, as everything that will listen for it.
pub(crate) const ADDRESS: &str = "127.0.0.1";
/// How many pods the node takes.
const PODS: u32 = 4096;
/// How often the node says that it is alive. Nobody waits for it, so that it need not do so often.
const HEARTBEAT: Duration = Duration::from_secs(600);
/// The taint of a cordoned node.
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Keeps the node as it should be.
pub(super) struct Nodes;

fn key() -> Key {
    Key::cluster(NAME)
}

fn leases() -> ResourceId {
    ResourceId::new("coordination.k8s.io", "v1", "leases")
}

/// A node that has just registered, without its status.
fn fresh() -> Object {
    let arch = architecture();
    json!({"apiVersion": "v1", "kind": "Node",
        "metadata": {"name": NAME, "labels": {
            "beta.kubernetes.io/arch": arch, "beta.kubernetes.io/os": "linux", "kubernetes.io/arch": arch,
            "kubernetes.io/hostname": NAME, "kubernetes.io/os": "linux",
            "node-role.kubernetes.io/control-plane": "",
        }},
        "spec": {"podCIDR": "10.244.0.0/16", "podCIDRs": ["10.244.0.0/16"]}})
}

fn architecture() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

/// The status at a time; conditions keep the time of their last change.
fn status(node: &Object, now: &str) -> Value {
    let resources = json!({"cpu": "256", "memory": "1Ti", "ephemeral-storage": "1Ti", "pods": PODS.to_string()});
    let before = &node["status"]["conditions"];
    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        let old = list(before).find(|one| one["type"] == kind);
        let since = old.map_or(json!(now), |old| old["lastTransitionTime"].clone());
        json!({"type": kind, "status": status, "reason": reason, "message": message,
            "lastHeartbeatTime": now, "lastTransitionTime": since})
    };
    json!({
        "addresses": [{"type": "InternalIP", "address": ADDRESS}, {"type": "Hostname", "address": NAME}],
        "allocatable": resources, "capacity": resources,
        "conditions": [
            condition("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": {
            "architecture": architecture(), "bootID": node["metadata"]["uid"], "machineID": node["metadata"]["uid"],
            "systemUUID": node["metadata"]["uid"], "operatingSystem": "linux", "kernelVersion": "practice",
            "osImage": "mesh practice cluster", "containerRuntimeVersion": "containerd://practice",
            "kubeletVersion": VERSION, "kubeProxyVersion": VERSION,
        },
    })
}

/// Makes the node if it is not there, so that the first pod finds it.
pub(super) fn register(cluster: &Cluster) -> Result<(), Status> {
    let options = writes_of("kubelet");
    let made = match cluster.create(&core("nodes"), None, fresh(), &options) {
        Err(status) if status.reason == "AlreadyExists" => return Ok(()),
        made => made?,
    };
    let part = json!({"status": status(&made.object, &clock::now())});
    cluster.update(&core("nodes"), &key(), Subresource::Status, &part, &options)?;
    Ok(())
}

/// Says that the node is alive, by its status and its lease.
fn beat(context: &Context, node: &Object) -> Result<(), Status> {
    let options = writes_of("kubelet");
    let part = json!({"metadata": {"uid": node["metadata"]["uid"]}, "status": status(node, &context.clock.now())});
    let nodes = core("nodes");
    context
        .cluster
        .update(&nodes, &key(), Subresource::Status, &part, &options)?;
    let lease = Key::namespaced("kube-node-lease", NAME);
    let spec = json!({"holderIdentity": NAME, "leaseDurationSeconds": 40, "renewTime": clock::now_micro()});
    let renewed = context.cluster.patch(
        &leases(),
        &lease,
        Subresource::Main,
        &Patch::Merge(json!({"spec": spec})),
        &options,
    );
    match renewed {
        Err(status) if status.code == 404 => {
            let owner = json!({"apiVersion": "v1", "kind": "Node", "name": NAME, "uid": node["metadata"]["uid"]});
            let object =
                json!({"metadata": {"name": NAME, "ownerReferences": [owner]}, "spec": spec});
            context
                .cluster
                .create(&leases(), lease.namespace.as_deref(), object, &options)?;
            Ok(())
        }
        other => other.map(|_| ()),
    }
}

/// The taints that a node should have; `None` where it has them.
fn taints(node: &Object, now: &str) -> Option<Value> {
    let cordoned = node["spec"]["unschedulable"] == true;
    let mine = |taint: &Value| taint["key"] == UNSCHEDULABLE && taint["effect"] == "NoSchedule";
    let mut taints: Vec<Value> = list(&node["spec"]["taints"]).cloned().collect();
    match (cordoned, taints.iter().any(mine)) {
        (true, false) => {
            taints.push(json!({"key": UNSCHEDULABLE, "effect": "NoSchedule", "timeAdded": now}));
        }
        (false, true) => taints.retain(|taint| !mine(taint)),
        _ => return None,
    }
    Some(if taints.is_empty() {
        Value::Null
    } else {
        Value::Array(taints)
    })
}

impl Controller for Nodes {
    fn sources(&self) -> Vec<Source> {
        vec![Source::mapped(core("nodes"), |_, event| {
            let found = Key::of(&event.object);
            (found == key()).then_some(found).into_iter().collect()
        })]
    }

    fn reconcile(&self, context: &Context, _key: &Key) -> Result<Next, Status> {
        register(&context.cluster)?;
        let node = context.cluster.get(&core("nodes"), &key())?;
        if let Some(taints) = taints(&node, &context.clock.now()) {
            let patch = Patch::Merge(
                json!({"metadata": {"resourceVersion": node["metadata"]["resourceVersion"]},
                "spec": {"taints": taints}}),
            );
            let options = writes_of("kube-controller-manager");
            let nodes = core("nodes");
            context
                .cluster
                .patch(&nodes, &key(), Subresource::Main, &patch, &options)?;
        }
        let ready = list(&node["status"]["conditions"]).find(|one| one["type"] == "Ready");
        let last = ready.and_then(|one| one["lastHeartbeatTime"].as_str());
        let age = context.clock.seconds() - last.and_then(clock::parse).unwrap_or_default();
        let every = i64::try_from(HEARTBEAT.as_secs()).unwrap_or(i64::MAX);
        let has_lease = context
            .cluster
            .get(&leases(), &Key::namespaced("kube-node-lease", NAME))
            .is_ok();
        if age >= every || !has_lease {
            beat(context, &node)?;
            return Ok(Next::After(HEARTBEAT));
        }
        let left = u64::try_from(every - age).unwrap_or(1);
        Ok(Next::After(Duration::from_secs(left)))
    }

    fn all(&self, _context: &Context) -> Vec<Key> {
        vec![key()]
    }
}
