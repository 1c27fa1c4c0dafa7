//! What of the mesh runs, read from workloads, namespaces and pods.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::versions::{self, Proxies};

/// What was read from the cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    /// Of kinds Deployment and DaemonSet, of all namespaces.
    pub(crate) workloads: Vec<Value>,
    pub(crate) namespaces: Vec<Value>,
    /// Services, of all namespaces that have a gateway.
    pub(crate) services: Vec<Value>,
    /// Pods that can have a proxy, and all pods of the namespaces that are injected.
    pub(crate) pods: Vec<Value>,
}

/// What runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) control_plane: Vec<Workload>,
    pub(crate) gateways: Vec<Gateway>,
    pub(crate) addons: Vec<Workload>,
    /// Those with something to say about injection.
    pub(crate) namespaces: Vec<Namespace>,
    pub(crate) proxies: Vec<Proxies>,
}

/// A Deployment or DaemonSet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Workload {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<String>,
    pub(crate) version: String,
    pub(crate) wanted: u64,
    pub(crate) ready: u64,
}

/// A gateway, and where it is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Gateway {
    #[serde(flatten)]
    pub(crate) workload: Workload,
    /// The type of its Service; none without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
    /// Addresses of the load balancer.
    pub(crate) addresses: Vec<String>,
}

/// A namespace that is in the mesh, or was taken out of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Namespace {
    pub(crate) name: String,
    /// `enabled`, `disabled`, `revision NAME` or `ambient`.
    pub(crate) injection: String,
    pub(crate) pods: usize,
    pub(crate) with_proxy: usize,
}

/// The names of the add-ons' workloads.
const ADDONS: &[&str] = &["grafana", "jaeger", "kiali", "prometheus"];
/// Those of kind DaemonSet that belong to the control plane.
const NODE_AGENTS: &[&str] = &["istio-cni-node", "ztunnel"];

/// Sorts what was read into what it is for.
pub(crate) fn report(snapshot: &Snapshot, istio_namespace: &str) -> Report {
    let mut report = Report::default();
    for live in &snapshot.workloads {
        let (name, namespace) = (
            text(live, "/metadata/name"),
            text(live, "/metadata/namespace"),
        );
        if text(live, "/metadata/labels/app") == "istiod" && live["kind"] == "Deployment" {
            report.control_plane.push(workload(live, "discovery"));
        } else if live["kind"] == "DaemonSet" && NODE_AGENTS.contains(&name) {
            report.control_plane.push(workload(live, ""));
        } else if is_gateway(live) {
            report.gateways.push(gateway(live, snapshot));
        } else if namespace == istio_namespace && ADDONS.contains(&name) {
            report.addons.push(workload(live, ""));
        }
    }
    report.control_plane.sort();
    report.gateways.sort();
    report.addons.sort();
    report.namespaces = namespaces(snapshot);
    report.proxies = versions::proxies(snapshot.pods.iter());
    report
}

/// What a namespace's labels say about injection; `None` if they say nothing.
pub(crate) fn injection(namespace: &Value) -> Option<String> {
    let label = |name: &str| namespace["metadata"]["labels"][name].as_str();
    match (label("istio-injection"), label("istio.io/rev")) {
        (Some("enabled"), _) => Some("enabled".to_owned()),
        (Some(_), _) => Some("disabled".to_owned()),
        (None, Some(revision)) => Some(format!("revision {revision}")),
        (None, None) => {
            (label("istio.io/dataplane-mode") == Some("ambient")).then(|| "ambient".to_owned())
        }
    }
}

/// Whether the pods are gateways: of an IstioOperator or Helm, or of a Gateway of the Gateway API.
fn is_gateway(workload: &Value) -> bool {
    let template = &workload["spec"]["template"]["metadata"];
    let component = text(workload, "/metadata/labels/operator.istio.io~1component");
    let templates = template["annotations"]["inject.istio.io/templates"].as_str();
    ["IngressGateways", "EgressGateways"].contains(&component)
        || templates.is_some_and(|names| names.split(',').any(|name| name == "gateway"))
        || template["labels"]
            .get("gateway.networking.k8s.io/gateway-name")
            .is_some()
}

fn workload(live: &Value, container: &str) -> Workload {
    let daemon_set = live["kind"] == "DaemonSet";
    let count = |field: &str| live["status"][field].as_u64().unwrap_or(0);
    let revision = live["metadata"]["labels"]["istio.io/rev"].as_str();
    let containers = live["spec"]["template"]["spec"]["containers"].as_array();
    let mut containers = containers.into_iter().flatten();
    let image = containers
        .find(|one| container.is_empty() || one["name"] == container)
        .and_then(|one| one["image"].as_str());
    Workload {
        namespace: text(live, "/metadata/namespace").to_owned(),
        name: text(live, "/metadata/name").to_owned(),
        kind: text(live, "/kind").to_owned(),
        revision: revision.map(str::to_owned),
        version: image.map_or_else(String::new, versions::tag),
        wanted: if daemon_set {
            count("desiredNumberScheduled")
        } else {
            live["spec"]["replicas"].as_u64().unwrap_or(1)
        },
        ready: count(if daemon_set {
            "numberReady"
        } else {
            "readyReplicas"
        }),
    }
}

fn gateway(live: &Value, snapshot: &Snapshot) -> Gateway {
    let mut workload = workload(live, "istio-proxy");
    let labels = &live["spec"]["selector"]["matchLabels"];
    let in_namespace = |it: &&Value| it["metadata"]["namespace"] == workload.namespace.as_str();
    let own = |pod: &&Value| {
        let wanted = labels.as_object().into_iter().flatten();
        in_namespace(pod)
            && wanted
                .into_iter()
                .all(|(key, value)| pod["metadata"]["labels"].get(key) == Some(value))
    };
    let proxies = versions::proxies(snapshot.pods.iter().filter(own));
    // The image of the template is `auto`; what was injected says more.
    let found: Vec<String> = proxies.into_iter().map(|it| it.version).collect();
    let service = snapshot
        .services
        .iter()
        .find(|it| in_namespace(it) && it["metadata"]["name"] == workload.name.as_str());
    let ingress = service.and_then(|it| it["status"]["loadBalancer"]["ingress"].as_array());
    let addresses = ingress
        .into_iter()
        .flatten()
        .filter_map(|one| one["ip"].as_str().or_else(|| one["hostname"].as_str()));
    let addresses = addresses.map(str::to_owned).collect();
    let service = service.map(|it| {
        it["spec"]["type"]
            .as_str()
            .unwrap_or("ClusterIP")
            .to_owned()
    });
    workload.version = found.join(", ");
    Gateway {
        workload,
        service,
        addresses,
    }
}

fn namespaces(snapshot: &Snapshot) -> Vec<Namespace> {
    let mut pods: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for pod in &snapshot.pods {
        let counts = pods.entry(text(pod, "/metadata/namespace")).or_default();
        let ended = ["Succeeded", "Failed"].contains(&text(pod, "/status/phase"));
        counts.0 += usize::from(!ended);
        counts.1 += usize::from(!ended && !versions::proxies([pod].into_iter()).is_empty());
    }
    let mut found: Vec<Namespace> = snapshot
        .namespaces
        .iter()
        .filter_map(|namespace| {
            let name = text(namespace, "/metadata/name");
            let (pods, with_proxy) = pods.get(name).copied().unwrap_or_default();
            Some(Namespace {
                name: name.to_owned(),
                injection: injection(namespace)?,
                pods,
                with_proxy,
            })
        })
        .collect();
    found.sort();
    found
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(name: &str, labels: &Value, image: &str) -> Value {
        json!({"kind": "Deployment", "metadata": {"name": name, "namespace": "istio-system", "labels": labels},
            "spec": {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": {"spec": {"containers": [{"name": "discovery", "image": image}]}}},
            "status": {"readyReplicas": 1}})
    }

    fn pod(namespace: &str, app: &str, container: &str) -> Value {
        json!({"metadata": {"name": "p", "namespace": namespace, "labels": {"app": app}},
            "spec": {"containers": [{"name": container, "image": "registry.example/proxyv2:1.31.4"}]}, "status": {"phase": "Running"}})
    }

    #[test]
    fn tells_what_each_workload_is_for() {
        let snapshot = Snapshot {
            workloads: vec![
                deployment(
                    "istiod",
                    &json!({"app": "istiod", "istio.io/rev": "default"}),
                    "pilot:1.31.4",
                ),
                deployment(
                    "istio-ingressgateway",
                    &json!({"operator.istio.io/component": "IngressGateways"}),
                    "auto",
                ),
                deployment("kiali", &json!({}), "kiali:v2"),
                deployment("mine", &json!({}), "mine:v2"),
            ],
            services: vec![
                json!({"metadata": {"name": "istio-ingressgateway", "namespace": "istio-system"},
                "spec": {"type": "LoadBalancer"}, "status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}}}),
            ],
            namespaces: vec![
                json!({"metadata": {"name": "bookinfo", "labels": {"istio-injection": "enabled"}}}),
                json!({"metadata": {"name": "plain"}}),
            ],
            pods: vec![
                pod("istio-system", "istio-ingressgateway", "istio-proxy"),
                pod("bookinfo", "ratings", "istio-proxy"),
                pod("bookinfo", "old", "app"),
            ],
        };
        let report = report(&snapshot, "istio-system");
        assert_eq!(report.control_plane.len(), 1);
        assert_eq!(report.control_plane[0].version, "1.31.4");
        let gateway = &report.gateways[0];
        assert_eq!(gateway.workload.version, "1.31.4");
        assert_eq!(gateway.addresses, ["127.0.0.1"]);
        assert_eq!(report.addons.len(), 1);
        assert_eq!(report.addons[0].name, "kiali");
        assert_eq!(
            report.namespaces,
            [Namespace {
                name: "bookinfo".to_owned(),
                injection: "enabled".to_owned(),
                pods: 2,
                with_proxy: 1
            }]
        );
        assert_eq!(report.proxies[0].count, 2);
    }

    #[test]
    fn the_injection_label_is_stronger_than_the_revision() {
        let of = |labels: Value| injection(&json!({"metadata": {"labels": labels}}));
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(
            of(json!({"istio-injection": "enabled", "istio.io/rev": "a"})),
            is("enabled")
        );
        assert_eq!(of(json!({"istio-injection": "disabled"})), is("disabled"));
        assert_eq!(of(json!({"istio.io/rev": "a"})), is("revision a"));
        assert_eq!(
            of(json!({"istio.io/dataplane-mode": "ambient"})),
            is("ambient")
        );
        assert_eq!(of(json!({})), None);
    }

    #[test]
    fn an_empty_cluster_has_an_empty_report() {
        assert_eq!(
            report(&Snapshot::default(), "istio-system"),
            Report::default()
        );
    }
}
