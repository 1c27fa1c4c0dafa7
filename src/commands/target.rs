//! The cluster that an installation is rendered for. Whatever reads or changes a cluster renders for that one, so that an object has the
//! same text, and the same hash in the inventory, whichever command looks at it.

use crate::cluster::Cluster;
use crate::engine::install::{Inputs, Target};
use crate::error::Result;

/// The inputs, to be rendered for the cluster.
///
/// # Errors
/// It cannot be asked.
pub(crate) async fn aim(inputs: Inputs, cluster: &Cluster) -> Result<Inputs> {
    Ok(Inputs {
        target: Some(ask(cluster).await?),
        ..inputs
    })
}

/// Asks the cluster for its version and for everything that it serves, once for the process.
///
/// # Errors
/// It cannot be asked. Where it does not answer at all, this is said of what it serves, whichever answer is the first.
pub(crate) async fn ask(cluster: &Cluster) -> Result<Target> {
    let (served, version) = tokio::join!(cluster.discovery(), cluster.kubernetes());
    let (served, version) = (served?, version?);
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
        version,
        api_versions,
    })
}
