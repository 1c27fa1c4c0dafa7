//! What the checks look at, read from the cluster.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cluster::Cluster;
use crate::cluster::access::Right;
use crate::cluster::apply;
use crate::cluster::discovery::Discovery;
use crate::cluster::inventory;
use crate::cluster::object::Reference;
use crate::cluster::readiness::takes_time;
use crate::cluster::request::Selection;
use crate::commands::proxies;
use crate::engine::inject::attached::Attached;
use crate::engine::install::tags::REVISION;
use crate::engine::precheck::{Access, Snapshot, Unserved};
use crate::engine::versions::Version;
use crate::error::{Error, Result};

/// The last release that sent traces to a Service of this name without being told to.
const SENT_TO_ZIPKIN: Version = Version::of(1, 21);
const ADMISSION: &str = "admissionregistration.k8s.io/v1";
const GATEWAY_API: &[&str] = &[
    "gatewayclasses",
    "gateways",
    "grpcroutes",
    "httproutes",
    "referencegrants",
];

/// What is asked before every change: four requests, and one for each kind of request where the user is no administrator.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    kubernetes: Option<String>,
    access: Vec<Access>,
    unserved: Vec<Unserved>,
    istiods: Vec<Value>,
    injectors: Vec<Value>,
    /// What could not be asked, such as for somebody who may not list what is in other namespaces.
    pub(crate) failures: Vec<Error>,
}

impl Asked {
    fn told<T>(&mut self, answer: Result<T>) -> Option<T> {
        answer.map_err(|error| self.failures.push(error)).ok()
    }

    /// With the objects that are there already.
    pub(crate) fn snapshot<'a>(&'a self, live: &'a apply::Snapshot) -> Snapshot<'a> {
        Snapshot {
            kubernetes: self.kubernetes.as_deref(),
            access: self.access.clone(),
            unserved: &self.unserved,
            live: live.values().collect(),
            istiods: self.istiods.iter().collect(),
            injectors: self.injectors.iter().collect(),
            ..Snapshot::default()
        }
    }
}

/// Asks what stands in the way of applying these objects. What the server does not tell is left out.
///
/// # Errors
/// The server does not say which resources it serves.
pub(crate) async fn ask(
    cluster: &Cluster,
    objects: &[&Reference],
    istio_namespace: &str,
) -> Result<Asked> {
    let rights = rights(cluster, objects, istio_namespace).await?;
    let (kubernetes, denied, istiods, injectors) = tokio::join!(
        cluster.kubernetes(),
        cluster.denied(&rights),
        list(cluster, "apps/v1", "Deployment", "app=istiod"),
        list(cluster, ADMISSION, "MutatingWebhookConfiguration", REVISION),
    );
    let mut asked = Asked {
        unserved: unserved(&*cluster.discovery().await?, objects),
        ..Asked::default()
    };
    asked.kubernetes = asked.told(kubernetes);
    asked.istiods = asked.told(istiods).unwrap_or_default();
    asked.injectors = asked.told(injectors).unwrap_or_default();
    if let Some(denied) = asked.told(denied) {
        asked.access = access(rights, &denied);
    }
    Ok(asked)
}

/// The kinds of these objects that are not served.
fn unserved(discovery: &Discovery, objects: &[&Reference]) -> Vec<Unserved> {
    let mut kinds: BTreeMap<(&str, &str), Unserved> = BTreeMap::new();
    for object in objects {
        let Err(error) = discovery.of(object) else {
            continue;
        };
        let kind = (object.api_version.as_str(), object.kind.as_str());
        let unserved = kinds.entry(kind).or_insert_with(|| Unserved {
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            objects: Vec::new(),
            message: error.to_string(),
            hint: error.hints().first().cloned(),
        });
        unserved.objects.push(object.to_string());
    }
    kinds.into_values().collect()
}

fn access(rights: Vec<Right>, denied: &[(Right, String)]) -> Vec<Access> {
    let access = rights.into_iter().map(|right| Access {
        denied: denied
            .iter()
            .find(|(one, _)| *one == right)
            .map(|(_, why)| why.clone()),
        resource: match right.group.as_str() {
            "" => right.plural,
            group => format!("{}.{group}", right.plural),
        },
        namespace: right.namespace,
        verb: right.verb,
    });
    access.collect()
}

/// What takes longer, and is asked by `mesh precheck` and before an upgrade.
#[derive(Debug, Default)]
pub(crate) struct AskedMore {
    gateways: Vec<Value>,
    proxies: Vec<Attached>,
    zipkin: bool,
}

impl AskedMore {
    /// Adds it to a snapshot.
    pub(crate) fn add_to<'a>(&'a self, snapshot: &mut Snapshot<'a>) {
        snapshot.gateways = Some(self.gateways.iter().collect());
        snapshot.proxies.clone_from(&self.proxies);
        snapshot.zipkin = self.zipkin;
    }
}

/// Asks for definitions of the Gateway API, for all proxies, and for what old releases depended on.
///
/// # Errors
/// The server does not answer, or refuses.
pub(crate) async fn ask_more(
    cluster: &Cluster,
    istio_namespace: &str,
    from: Option<Version>,
) -> Result<AskedMore> {
    let definition = |plural: &&str| {
        let name = format!("{plural}.gateway.networking.k8s.io");
        Reference::new(
            "apiextensions.k8s.io/v1",
            "CustomResourceDefinition",
            None,
            &name,
        )
    };
    let definitions: Vec<Reference> = GATEWAY_API.iter().map(definition).collect();
    let zipkin = Reference::new("v1", "Service", Some(istio_namespace), "zipkin");
    let zipkin = from
        .is_some_and(|from| from.line() <= SENT_TO_ZIPKIN)
        .then_some(&zipkin);
    let (gateways, proxies, zipkin) = tokio::try_join!(
        apply::snapshot(cluster, &definitions),
        proxies::read(cluster),
        apply::snapshot(cluster, zipkin),
    )?;
    Ok(AskedMore {
        gateways: gateways.into_values().collect(),
        proxies,
        zipkin: !zipkin.is_empty(),
    })
}

/// Every kind of request that applying these objects takes.
async fn rights(
    cluster: &Cluster,
    objects: &[&Reference],
    istio_namespace: &str,
) -> Result<Vec<Right>> {
    let discovery = cluster.discovery().await?;
    let inventory = inventory::object(istio_namespace, "");
    let mut rights = BTreeSet::new();
    for object in objects.iter().copied().chain([&inventory]) {
        // What is not served yet comes with its definition.
        let Some(resource) = discovery.find(&object.api_version, &object.kind) else {
            continue;
        };
        let mut verbs = vec!["create", "get", "patch"];
        if takes_time(object) {
            verbs.extend(["list", "watch"]);
        }
        rights.extend(verbs.into_iter().map(|verb| Right {
            group: object.group().to_owned(),
            plural: resource.plural.clone(),
            namespace: object.namespace.clone().filter(|_| resource.namespaced),
            verb: verb.to_owned(),
        }));
    }
    Ok(rights.into_iter().collect())
}

async fn list(
    cluster: &Cluster,
    api_version: &str,
    kind: &str,
    labels: &str,
) -> Result<Vec<Value>> {
    let Some(resource) = cluster.discovery().await?.find(api_version, kind) else {
        return Ok(Vec::new());
    };
    let selection = Selection::labels(labels);
    Ok(cluster.list(&resource, None, &selection).await?.items)
}
