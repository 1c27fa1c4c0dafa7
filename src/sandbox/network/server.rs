//! What is behind the Service `kubernetes`: the API server itself, which says so when it starts.

use serde_json::{Value, json};

use crate::sandbox::api::options::{Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Cluster, Key, ResourceId};
use crate::sandbox::controllers::runtime::writes_of;

const NAME: &str = "kubernetes";

/// Has the Service lead to the API server, which listens on loopback.
///
/// # Errors
/// Those of writes.
pub(crate) fn announce(cluster: &Cluster, port: u16) -> Result<(), Status> {
    let ports = json!([{"name": "https", "port": port, "protocol": "TCP"}]);
    let slice = json!({
        "metadata": {"name": NAME, "labels": {"kubernetes.io/service-name": NAME}}, "addressType": "IPv4",
        "endpoints": [{"addresses": ["127.0.0.1"], "conditions": {"ready": true}}], "ports": ports,
    });
    let endpoints = json!({
        "metadata": {"name": NAME, "labels": {"endpointslice.kubernetes.io/skip-mirror": "true"}},
        "subsets": [{"addresses": [{"ip": "127.0.0.1"}], "ports": ports}],
    });
    put(
        cluster,
        &ResourceId::new("discovery.k8s.io", "v1", "endpointslices"),
        slice,
    )?;
    put(cluster, &ResourceId::new("", "v1", "endpoints"), endpoints)
}

/// Creates an object of the namespace `default`, or changes the one that is there into it.
fn put(cluster: &Cluster, kind: &ResourceId, object: Value) -> Result<(), Status> {
    let options = writes_of("kube-apiserver");
    let key = Key::namespaced("default", NAME);
    if cluster.get(kind, &key).is_ok() {
        let patch = Patch::Merge(object);
        return cluster
            .patch(kind, &key, Subresource::Main, &patch, &options)
            .map(drop);
    }
    cluster
        .create(kind, key.namespace.as_deref(), object, &options)
        .map(drop)
}
