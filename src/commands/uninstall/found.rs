//! What is read of the cluster before anything is decided.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::apply::{self, AT_ONCE, Snapshot};
use crate::cluster::delete::reference;
use crate::cluster::object::Reference;
use crate::cluster::request::Selection;
use crate::engine::install::removal::{
    ADMISSION, Istiod, KINDS, Reach, SELECTORS, is_made_for_all,
};
use crate::error::Result;

/// The state of the cluster, as far as it matters.
pub(super) struct Found {
    /// Those of the objects that were asked for which are there.
    pub(super) wanted: Snapshot,
    /// istiod's Deployments in all namespaces.
    pub(super) istiods: Vec<Value>,
    /// Webhook configurations of both kinds.
    pub(super) webhooks: Vec<Value>,
    pub(super) namespaces: Vec<Value>,
    /// What the control plane's namespace has of the kinds that istiod makes for itself, and its tags' Services.
    pub(super) own: Vec<Value>,
    /// Secrets by which istiod reads other clusters.
    pub(super) remotes: Vec<Value>,
}

impl Found {
    /// # Errors
    /// Something cannot be read.
    pub(super) async fn read(
        cluster: &Cluster,
        namespace: &str,
        wanted: &BTreeSet<Reference>,
    ) -> Result<Self> {
        let all = Selection::default;
        let here = Some(namespace);
        let (wanted, istiods, mut webhooks, validating, namespaces) = tokio::try_join!(
            apply::snapshot(cluster, wanted),
            cluster.list_if_served(
                "apps/v1",
                "Deployment",
                None,
                Selection::labels("app=istiod")
            ),
            cluster.list_if_served(ADMISSION, "MutatingWebhookConfiguration", None, all()),
            cluster.list_if_served(ADMISSION, "ValidatingWebhookConfiguration", None, all()),
            cluster.list_if_served("v1", "Namespace", None, all()),
        )?;
        let (mut own, services, remotes) = tokio::try_join!(
            own(cluster, namespace),
            cluster.list_if_served("v1", "Service", here, Selection::labels("istio.io/tag")),
            cluster.list_if_served(
                "v1",
                "Secret",
                here,
                Selection::labels("istio/multiCluster=true")
            ),
        )?;
        webhooks.extend(validating);
        own.extend(services);
        Ok(Self {
            wanted,
            istiods,
            webhooks,
            namespaces,
            own,
            remotes,
        })
    }

    /// The namespaces of every istiod that is not among `going`.
    pub(super) fn others(&self, going: &Snapshot) -> BTreeSet<String> {
        let staying = self.istiods.iter().map(reference);
        let staying = staying.filter(|istiod| !going.contains_key(istiod));
        staying.filter_map(|istiod| istiod.namespace).collect()
    }
}

/// What can be told by its labels to be of an installation.
///
/// # Errors
/// Something cannot be listed.
pub(super) async fn labelled(cluster: &Cluster, reach: Reach<'_>) -> Result<Snapshot> {
    let kinds = KINDS.iter().flat_map(|(api_version, kind)| {
        let each = SELECTORS.iter();
        each.map(move |selector| (*api_version, *kind, Selection::labels(*selector)))
    });
    let lists: Vec<_> = kinds
        .map(|(api_version, kind, selection)| {
            cluster.list_if_served(api_version, kind, None, selection)
        })
        .collect();
    let mut lists = stream::iter(lists).buffer_unordered(AT_ONCE);
    let mut found = Snapshot::new();
    while let Some(items) = lists.next().await {
        let held = items?.into_iter().filter(|item| reach.holds(item));
        found.extend(held.map(|item| (reference(&item), item)));
    }
    Ok(found)
}

/// What istiod made that goes with it, and where it is to be looked for.
#[derive(Debug, Default)]
pub(super) struct Byproducts {
    pub(super) namespace: String,
    /// Whether no other istiod is in the namespace.
    pub(super) last: bool,
    /// Whether none is in the whole cluster.
    pub(super) for_all: bool,
    /// The revisions that go.
    pub(super) revisions: BTreeSet<String>,
}

impl Byproducts {
    /// What there is of it now.
    ///
    /// # Errors
    /// Something cannot be listed.
    pub(super) async fn read(&self, cluster: &Cluster) -> Result<Snapshot> {
        let own = own(cluster, &self.namespace).await?;
        self.among(cluster, &own).await
    }

    /// What there is of it, with what is known of the namespace.
    ///
    /// # Errors
    /// Something cannot be listed.
    pub(super) async fn among(&self, cluster: &Cluster, own: &[Value]) -> Result<Snapshot> {
        let istiod = if self.last {
            Istiod::Last
        } else {
            Istiod::Revisions(&self.revisions)
        };
        let own = own.iter().filter(|it| {
            let object = reference(it);
            istiod.made(&object.kind, &object.name)
        });
        let mut made: Vec<Value> = own.cloned().collect();
        if self.for_all {
            made.extend(made_for_all(cluster).await?);
        }
        let made = made.into_iter().map(|it| (reference(&it), it));
        Ok(made.collect())
    }
}

/// What the namespace has of the kinds that istiod makes for itself.
async fn own(cluster: &Cluster, namespace: &str) -> Result<Vec<Value>> {
    let here = Some(namespace);
    let all = Selection::default;
    let authority = Selection::fields("metadata.name=istio-ca-secret");
    let (mut own, leases, secrets) = tokio::try_join!(
        cluster.list_if_served("v1", "ConfigMap", here, all()),
        cluster.list_if_served("coordination.k8s.io/v1", "Lease", here, all()),
        cluster.list_if_served("v1", "Secret", here, authority),
    )?;
    own.extend(leases.into_iter().chain(secrets));
    Ok(own)
}

/// What istiod makes in all namespaces and for the cluster.
async fn made_for_all(cluster: &Cluster) -> Result<Vec<Value>> {
    let all = Selection::default;
    let maps = Selection::labels("istio.io/config=true");
    let (mut found, classes, bundles) = tokio::try_join!(
        cluster.list_if_served("v1", "ConfigMap", None, maps),
        cluster.list_if_served("gateway.networking.k8s.io/v1", "GatewayClass", None, all()),
        cluster.list_if_served(
            "certificates.k8s.io/v1beta1",
            "ClusterTrustBundle",
            None,
            all()
        ),
    )?;
    found.extend(classes.into_iter().chain(bundles));
    found.retain(is_made_for_all);
    Ok(found)
}
