//! The cluster that an installation is rendered for.

use crate::cluster::Cluster;
use crate::engine::install::Target;
use crate::error::Result;

/// Asks the cluster for its version and for everything that it serves.
///
/// # Errors
/// It cannot be asked.
pub(crate) async fn ask(cluster: &Cluster) -> Result<Target> {
    let client = cluster.client();
    let version = cluster
        .call("ask for the Kubernetes version", client.apiserver_version())
        .await?;
    let served = cluster.discovery().await?;
    let mut api_versions: Vec<String> = served
        .all()
        .flat_map(|resource| {
            let kind = format!("{}/{}", resource.api_version, resource.kind);
            [resource.api_version.clone(), kind]
        })
        .collect();
    api_versions.sort();
    api_versions.dedup();
    Ok(Target {
        version: version.git_version,
        api_versions,
    })
}
