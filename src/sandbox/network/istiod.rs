//! What istiod writes into a cluster besides injection. In every namespace, the certificate of the mesh's authority, without which
//! no proxy starts, and the list of what that has revoked. In its own namespace, the authority's key, and by what its replicas
//! agree on who acts. It is written again as long as istiod runs, and stays when it goes; so it is with a real one.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::sandbox::api::options::{ListOptions, Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::Event;
use crate::sandbox::api::{Cluster, Key, Object, ResourceId};
use crate::sandbox::controllers::runtime::{Context, Controller, Next, Source, keys_of, writes_of};

const ROOT: &str = "istio-ca-root-cert";
const REVOKED: &str = "istio-ca-crl";
/// What all istiods of a namespace agree by.
const SHARED_LOCKS: [&str; 3] = [
    "istio-ip-autoallocate",
    "istio-leader",
    "istio-namespace-controller-election",
];
/// What those of a revision do.
const LOCKS: [&str; 2] = ["istio-gateway-deployment", "istio-gateway-status-leader"];
/// Where istiod writes nothing.
const SPARED: [&str; 3] = ["kube-node-lease", "kube-public", "local-path-storage"];

/// See the module. While an istiod is ready it does this; what it wrote stays when it goes, as it does in a real cluster.
pub(super) struct Istiod {
    /// The certificate, as PEM: that of the practice cluster's own authority.
    authority: String,
}

impl Istiod {
    pub(super) fn new(authority: &str) -> Self {
        Self {
            authority: authority.to_owned(),
        }
    }
}

fn core(plural: &str) -> ResourceId {
    ResourceId::new("", "v1", plural)
}

pub(super) fn revision(pod: &Object) -> &str {
    pod["metadata"]["labels"]["istio.io/rev"]
        .as_str()
        .unwrap_or("default")
}

fn is_istiod(pod: &Object) -> bool {
    pod["metadata"]["labels"]["app"] == "istiod"
}

fn is_ready(pod: &Object) -> bool {
    let conditions = pod["status"]["conditions"].as_array();
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|one| one["type"] == "Ready" && one["status"] == "True")
}

/// Whether a pod of istiod is ready that was not before.
pub(super) fn became_ready(event: &Event) -> bool {
    is_istiod(&event.object)
        && is_ready(&event.object)
        && !event.before.as_deref().is_some_and(is_ready)
}

/// The pods of istiod that are ready.
pub(super) fn istiods(cluster: &Cluster) -> Vec<Arc<Object>> {
    let options = ListOptions {
        label_selector: "app=istiod".to_owned(),
        ..ListOptions::default()
    };
    let listed = cluster.list(&core("pods"), None, &options);
    let mut found = listed.map_or_else(|_| Vec::new(), |list| list.items);
    found.retain(|pod| is_ready(pod));
    found
}

fn config_map(name: &str, data: &Value) -> Object {
    let labels = json!({"istio.io/config": "true"});
    json!({"metadata": {"name": name, "labels": labels}, "data": data})
}

/// What istiod writes for itself into the namespace that it is in.
fn own(pod: &Object, authority: &str) -> Vec<(ResourceId, Object)> {
    let metadata = &pod["metadata"];
    let (holder, revision) = (&metadata["name"], revision(pod));
    let root = STANDARD.encode(authority);
    let secret = json!({
        "metadata": {"name": "istio-ca-secret"}, "type": "istio.io/ca-root",
        "data": {"ca-cert.pem": root, "root-cert.pem": root, "ca-key.pem": "", "cert-chain.pem": "", "key.pem": ""},
    });
    let mut all = vec![(core("secrets"), secret)];
    for name in SHARED_LOCKS {
        let leader =
            json!({"holderIdentity": holder, "holderKey": revision, "leaseDurationSeconds": 30});
        let annotations = json!({"control-plane.alpha.kubernetes.io/leader": leader.to_string()});
        let map = json!({"metadata": {"name": name, "annotations": annotations}});
        all.push((core("configmaps"), map));
    }
    let leases = ResourceId::new("coordination.k8s.io", "v1", "leases");
    for name in LOCKS {
        let lease = json!({
            "metadata": {"name": format!("{name}-{revision}")},
            "spec": {"holderIdentity": holder, "leaseDurationSeconds": 30, "leaseTransitions": 0},
        });
        all.push((leases.clone(), lease));
    }
    all
}

/// Writes an object if it is not there, and its data if they are not as they should be.
fn keep(
    cluster: &Cluster,
    resource: &ResourceId,
    namespace: &str,
    object: Object,
) -> Result<(), Status> {
    let name = object["metadata"]["name"].as_str().unwrap_or_default();
    let of = Key::namespaced(namespace, name);
    let options = writes_of("pilot-discovery");
    let Ok(found) = cluster.get(resource, &of) else {
        return match cluster.create(resource, Some(namespace), object, &options) {
            Err(status) if status.code >= 500 => Err(status),
            // It is there by now, or its namespace goes.
            _ => Ok(()),
        };
    };
    let data = &object["data"];
    if !data.is_null() && found["data"] != *data {
        let patch = Patch::Json(json!([{"op": "add", "path": "/data", "value": data}]));
        cluster.patch(resource, &of, Subresource::Main, &patch, &options)?;
    }
    Ok(())
}

impl Controller for Istiod {
    fn sources(&self) -> Vec<Source> {
        let maps = Source::mapped(core("configmaps"), |_, event| {
            let metadata = &event.object["metadata"];
            let namespace = metadata["namespace"].as_str();
            let ours = |name: &str| [ROOT, REVOKED].contains(&name) || SHARED_LOCKS.contains(&name);
            let namespace = namespace.filter(|_| metadata["name"].as_str().is_some_and(ours));
            namespace.map(Key::cluster).into_iter().collect()
        });
        let pods = Source::mapped(core("pods"), |context, event| {
            if became_ready(event) {
                keys_of(context, &core("namespaces"))
            } else {
                Vec::new()
            }
        });
        vec![Source::own(core("namespaces")), maps, pods]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let cluster = &context.cluster;
        if SPARED.contains(&key.name.as_str()) {
            return Ok(Next::Done);
        }
        let istiods = istiods(cluster);
        let stays = cluster
            .get(&core("namespaces"), key)
            .is_ok_and(|namespace| namespace["metadata"]["deletionTimestamp"].is_null());
        if istiods.is_empty() || !stays {
            return Ok(Next::Done);
        }
        let root = config_map(ROOT, &json!({"root-cert.pem": self.authority}));
        let revoked = config_map(REVOKED, &json!({"ca-crl.pem": ""}));
        let mut all = vec![(core("configmaps"), root), (core("configmaps"), revoked)];
        let here = istiods
            .iter()
            .filter(|pod| pod["metadata"]["namespace"] == *key.name);
        for pod in here {
            all.extend(own(pod, &self.authority));
        }
        for (resource, object) in all {
            keep(cluster, &resource, &key.name, object)?;
        }
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &core("namespaces"))
    }
}
