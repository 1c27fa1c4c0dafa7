//! The proxies of a cluster, read for commands that care whom they depend on.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::request::Selection;
use crate::engine::inject::attached::{Attached, attached, is_ambient_namespace};
use crate::error::Result;

/// The labels of pods in the mesh: injection and istiod give one to all that have a proxy, apart from ztunnel; and a pod may ask to
/// be in the ambient mesh for itself.
const LABELS: [&str; 3] = [
    "service.istio.io/canonical-name",
    "app=ztunnel",
    "istio.io/dataplane-mode=ambient",
];

/// Every proxy of the cluster, by workload, and the pods of the ambient mesh. Other pods are not read.
///
/// # Errors
/// Pods or namespaces cannot be listed.
pub(crate) async fn read(cluster: &Cluster) -> Result<Vec<Attached>> {
    let discovery = cluster.discovery().await?;
    let (Some(pods), Some(namespaces)) = (
        discovery.find("v1", "Pod"),
        discovery.find("v1", "Namespace"),
    ) else {
        return Ok(Vec::new());
    };
    let all = Selection::default();
    let [labelled, ztunnel, ambient] = LABELS.map(Selection::labels);
    let (namespaces, labelled, ztunnel, ambient) = tokio::try_join!(
        cluster.list(&namespaces, None, &all),
        cluster.list(&pods, None, &labelled),
        cluster.list(&pods, None, &ztunnel),
        cluster.list(&pods, None, &ambient),
    )?;
    let mut found = labelled.items;
    found.extend(ztunnel.items);
    found.extend(ambient.items);
    let namespaces = namespaces.items;
    for namespace in namespaces.iter().filter(|it| is_ambient_namespace(it)) {
        let name = namespace["metadata"]["name"].as_str();
        found.extend(cluster.list(&pods, name, &all).await?.items);
    }
    // One may have been found in several ways.
    let once: BTreeMap<String, &Value> = found
        .iter()
        .map(|pod| (pod["metadata"]["uid"].to_string(), pod))
        .collect();
    Ok(attached(once.into_values(), &namespaces))
}
