//! Which resources the cluster serves: two requests, kept for the life of the process, asked anew when definitions were added.

use std::collections::BTreeMap;
use std::sync::Arc;

use hyper::http::{Request, header::ACCEPT};
use serde_json::Value;

use super::Cluster;
use super::object::Reference;
use crate::error::{Error, Kind, Result};

/// All of a group's resources in one document; Kubernetes has it since 1.27.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// A resource: where the objects of one kind are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    /// The last part of its path: `deployments`.
    pub(crate) plural: String,
    pub(crate) namespaced: bool,
    /// What can be done with it: `get`, `list`, `watch`, …
    pub(crate) verbs: Vec<String>,
}

impl Resource {
    /// One that every cluster serves.
    pub(crate) fn known(api_version: &str, kind: &str, plural: &str, namespaced: bool) -> Self {
        Self {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            plural: plural.to_owned(),
            namespaced,
            verbs: Vec::new(),
        }
    }

    /// The path of all its objects, or of those in a namespace.
    pub(crate) fn path(&self, namespace: Option<&str>) -> String {
        let root = if self.api_version.contains('/') {
            "apis"
        } else {
            "api"
        };
        let within = match namespace {
            Some(namespace) if self.namespaced => format!("namespaces/{namespace}/"),
            _ => String::new(),
        };
        format!("/{root}/{}/{within}{}", self.api_version, self.plural)
    }

    /// As kubectl names it: `deployments.apps`.
    pub(crate) fn name(&self) -> String {
        match self.api_version.split_once('/') {
            Some((group, _)) => format!("{}.{group}", self.plural),
            None => self.plural.clone(),
        }
    }

    /// Whether the server can do this with it.
    pub(crate) fn can(&self, verb: &str) -> bool {
        self.verbs.iter().any(|one| one == verb)
    }
}

/// Everything that is served.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    /// By apiVersion and kind.
    resources: BTreeMap<(String, String), Arc<Resource>>,
}

impl Discovery {
    /// Where objects of this kind are; `None` if the cluster does not serve it.
    pub(crate) fn find(&self, api_version: &str, kind: &str) -> Option<Arc<Resource>> {
        let key = (api_version.to_owned(), kind.to_owned());
        self.resources.get(&key).cloned()
    }

    /// The resource of an object.
    ///
    /// # Errors
    /// The cluster does not serve it.
    pub(crate) fn of(&self, object: &Reference) -> Result<Arc<Resource>> {
        self.find(&object.api_version, &object.kind).ok_or_else(|| {
            let group = format!("{}/", object.group());
            let served = self
                .resources
                .keys()
                .filter(|(version, kind)| {
                    *kind == object.kind
                        && (version.starts_with(&group)
                            || !version.contains('/') && object.group().is_empty())
                })
                .map(|(version, _)| format!("`{version}`"))
                .collect::<Vec<_>>();
            let error = Error::new(
                Kind::Cluster,
                format!(
                    "the cluster does not serve {} of `{}`",
                    object.kind, object.api_version
                ),
            );
            error.hint(way_on(object.group(), &served))
        })
    }

    /// Every resource, by apiVersion and kind.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.resources.values()
    }

    /// Reads an aggregated discovery document; `None` if it is none.
    fn add(&mut self, document: &Value) -> Option<()> {
        if document["kind"] != "APIGroupDiscoveryList" {
            return None;
        }
        for group in list(document, "items") {
            let name = group["metadata"]["name"].as_str().unwrap_or_default();
            for version in list(group, "versions") {
                let version_name = version["version"].as_str().unwrap_or_default();
                let api_version = if name.is_empty() {
                    version_name.to_owned()
                } else {
                    format!("{name}/{version_name}")
                };
                for resource in list(version, "resources") {
                    self.add_resource(&api_version, resource);
                }
            }
        }
        Some(())
    }

    fn add_resource(&mut self, api_version: &str, resource: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kind = text(&resource["responseKind"]["kind"]);
        let found = Resource {
            api_version: api_version.to_owned(),
            kind: kind.clone(),
            plural: text(&resource["resource"]),
            namespaced: resource["scope"] == "Namespaced",
            verbs: list(resource, "verbs").map(text).collect(),
        };
        if !found.kind.is_empty() && !found.plural.is_empty() {
            self.resources
                .insert((api_version.to_owned(), kind), Arc::new(found));
        }
    }
}

/// Groups of Kubernetes' own, besides those without a dot.
const BUILT_IN: &[&str] = &[
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// Whether a group's kinds come with Kubernetes, and not with definitions.
fn is_built_in(group: &str) -> bool {
    !group.contains('.') || BUILT_IN.contains(&group)
}

/// What to do about a kind that is not served; `others` are the versions in which it is.
fn way_on(group: &str, others: &[String]) -> String {
    let known = is_built_in(group);
    if !others.is_empty() {
        let rest = if known {
            "another version of Kubernetes is needed"
        } else {
            "install a release of its definition (CRD) that has this version"
        };
        return format!("it serves it as {}; {rest}", others.join(", "));
    }
    match group {
        _ if known => "this kind comes with Kubernetes: another version of it is needed".to_owned(),
        "k8s.cni.cncf.io" => "this kind comes with OpenShift, or with Multus: on another cluster, use a profile that is not for OpenShift".to_owned(),
        "gateway.networking.k8s.io" => "install the Gateway API first: `standard-install.yaml` of a release at github.com/kubernetes-sigs/gateway-api".to_owned(),
        group if group.ends_with(".istio.io") => "this kind comes with Istio's definitions (CRDs): `--set values.base.enableIstioConfigCRDs=true` installs them".to_owned(),
        group => format!("install the definitions (CRDs) of `{group}` first"),
    }
}

fn list<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(field)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

impl Cluster {
    /// What the cluster serves, as it was when first asked, or last asked anew.
    ///
    /// # Errors
    /// The server cannot be asked, or is too old to answer in this form.
    pub(crate) async fn discovery(&self) -> Result<Arc<Discovery>> {
        let mut kept = self.discovery.lock().await;
        if let Some(known) = &*kept {
            return Ok(Arc::clone(known));
        }
        let found = Arc::new(self.discover().await?);
        *kept = Some(Arc::clone(&found));
        Ok(found)
    }

    /// Asks anew.
    ///
    /// # Errors
    /// As for [`Self::discovery`].
    pub(crate) async fn rediscover(&self) -> Result<Arc<Discovery>> {
        let found = Arc::new(self.discover().await?);
        *self.discovery.lock().await = Some(Arc::clone(&found));
        Ok(found)
    }

    async fn discover(&self) -> Result<Discovery> {
        let what = "ask which resources the cluster serves";
        let request = |path: &str| {
            Request::get(path)
                .header(ACCEPT, AGGREGATED)
                .body(Vec::new())
                .expect("the path and the header are literals that HTTP accepts")
        };
        let (core, groups) = (request("/api"), request("/apis"));
        let (core, groups) = tokio::try_join!(self.send(&core), self.send(&groups))
            .map_err(|trouble| self.explain(what, &trouble))?;
        let mut discovery = Discovery::default();
        let read = discovery.add(&core).and_then(|()| discovery.add(&groups));
        read.map(|()| discovery).ok_or_else(|| {
            Error::new(Kind::Cluster, format!("cannot {what}"))
                .because(format!(
                    "{} does not answer with an APIGroupDiscoveryList",
                    self.server()
                ))
                .hint("Kubernetes 1.30 or newer is needed")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn discovery() -> Discovery {
        let resource = |plural: &str, kind: &str, scope: &str| json!({"resource": plural, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["get", "list"]});
        let mut discovery = Discovery::default();
        discovery
            .add(&json!({"kind": "APIGroupDiscoveryList", "items": [{"metadata": {}, "versions": [
                {"version": "v1", "resources": [resource("namespaces", "Namespace", "Cluster"), resource("services", "Service", "Namespaced")]}]}]}))
            .unwrap();
        discovery
            .add(&json!({"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": "apps"}, "versions": [
                {"version": "v1", "resources": [resource("deployments", "Deployment", "Namespaced")]}]}]}))
            .unwrap();
        discovery
    }

    #[test]
    fn gives_the_path_of_a_kind() {
        let discovery = discovery();
        let deployments = discovery.find("apps/v1", "Deployment").unwrap();
        assert_eq!(
            deployments.path(Some("shop")),
            "/apis/apps/v1/namespaces/shop/deployments"
        );
        assert_eq!(deployments.path(None), "/apis/apps/v1/deployments");
        assert_eq!(deployments.name(), "deployments.apps");
        let namespaces = discovery.find("v1", "Namespace").unwrap();
        assert_eq!(namespaces.path(Some("ignored")), "/api/v1/namespaces");
    }

    #[test]
    fn says_in_which_version_a_kind_is_served() {
        let object = Reference::new("apps/v1beta1", "Deployment", Some("a"), "b");
        let error = discovery().of(&object).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the cluster does not serve Deployment of `apps/v1beta1`"
        );
        let way_on = "it serves it as `apps/v1`; another version of Kubernetes is needed";
        assert_eq!(error.hints(), [way_on]);
    }

    #[test]
    fn says_where_a_kind_comes_from() {
        let hint = |api_version, kind| {
            let object = Reference::new(api_version, kind, Some("a"), "b");
            discovery().of(&object).unwrap_err().hints()[0].clone()
        };
        let gateway = hint("gateway.networking.k8s.io/v1", "Gateway");
        assert!(gateway.contains("install the Gateway API first"));
        let disruption = hint("policy/v1", "PodDisruptionBudget");
        assert!(disruption.contains("comes with Kubernetes"));
        let monitor = hint("monitoring.coreos.com/v1", "ServiceMonitor");
        assert!(monitor.contains("of `monitoring.coreos.com` first"));
    }

    #[test]
    fn refuses_the_older_form() {
        assert!(
            Discovery::default()
                .add(&json!({"kind": "APIGroupList"}))
                .is_none()
        );
    }
}
