//! What istiod does in a cluster besides injection, as far as pods need it: the certificate of the mesh's authority, in a
//! ConfigMap of every namespace. Without it no proxy starts, here as in a real cluster.

use serde_json::json;

use crate::sandbox::api::options::{ListOptions, Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Cluster, Key, Object, ResourceId};
use crate::sandbox::controllers::runtime::{Context, Controller, Next, Source, keys_of, writes_of};

const NAME: &str = "istio-ca-root-cert";
/// Where istiod writes nothing.
const SPARED: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];

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

fn is_istiod(pod: &Object) -> bool {
    pod["metadata"]["labels"]["app"] == "istiod"
}

fn is_ready(pod: &Object) -> bool {
    let conditions = pod["status"]["conditions"].as_array();
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|one| one["type"] == "Ready" && one["status"] == "True")
}

fn has_istiod(cluster: &Cluster) -> bool {
    let options = ListOptions {
        label_selector: "app=istiod".to_owned(),
        ..ListOptions::default()
    };
    let listed = cluster.list(&core("pods"), None, &options);
    listed.is_ok_and(|list| list.items.iter().any(|pod| is_ready(pod)))
}

impl Controller for Istiod {
    fn sources(&self) -> Vec<Source> {
        let maps = Source::mapped(core("configmaps"), |_, event| {
            let metadata = &event.object["metadata"];
            let namespace = metadata["namespace"].as_str();
            let namespace = namespace.filter(|_| metadata["name"] == NAME);
            namespace.map(Key::cluster).into_iter().collect()
        });
        let pods = Source::mapped(core("pods"), |context, event| {
            let became = is_istiod(&event.object)
                && is_ready(&event.object)
                && !event.before.as_deref().is_some_and(is_ready);
            if became {
                keys_of(context, &core("namespaces"))
            } else {
                Vec::new()
            }
        });
        vec![Source::own(core("namespaces")), maps, pods]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let cluster = &context.cluster;
        if SPARED.contains(&key.name.as_str()) || !has_istiod(cluster) {
            return Ok(Next::Done);
        }
        let stays = cluster
            .get(&core("namespaces"), key)
            .is_ok_and(|namespace| namespace["metadata"]["deletionTimestamp"].is_null());
        if !stays {
            return Ok(Next::Done);
        }
        let maps = core("configmaps");
        let of = Key::namespaced(&key.name, NAME);
        let data = json!({"root-cert.pem": self.authority});
        let options = writes_of("pilot-discovery");
        let Ok(found) = cluster.get(&maps, &of) else {
            let object = json!({"metadata": {"name": NAME, "labels": {"istio.io/config": "true"}}, "data": data});
            return match cluster.create(&maps, Some(&key.name), object, &options) {
                Err(status) if status.code >= 500 => Err(status),
                // It is there by now, or its namespace goes.
                _ => Ok(Next::Done),
            };
        };
        if found["data"] != data {
            let patch = Patch::Json(json!([{"op": "add", "path": "/data", "value": data}]));
            cluster.patch(&maps, &of, Subresource::Main, &patch, &options)?;
        }
        Ok(Next::Done)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &core("namespaces"))
    }
}
