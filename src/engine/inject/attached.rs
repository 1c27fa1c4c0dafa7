//! Which proxies get their configuration from which control plane, read from pods: what would be without one if that
//! control plane went, and what still runs the proxy of an older version. Which revision a *new* pod would get is told
//! in `coverage`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::annotations::{STATUS, TEMPLATES};
use super::coverage::{REVISION, is_alive};
use super::pod::{PROXY, Pod};
use super::workload::owner_of_pod;
use crate::engine::versions::{self, Version};

/// The label of a pod or a namespace that says how it takes part in the mesh.
const MODE: &str = "istio.io/dataplane-mode";
/// By what the node agent records that a pod's traffic goes through ztunnel.
const REDIRECTED: &str = "ambient.istio.io/redirection";
/// The Gateway that istiod made a pod for.
const GATEWAY: &str = "gateway.networking.k8s.io/gateway-name";
/// Where a proxy asks that was told nothing else.
const DEFAULT_ADDRESS: &str = "istiod.istio-system.svc:15012";

/// What a proxy does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Role {
    Gateway,
    Waypoint,
    Ztunnel,
    Sidecar,
    /// No proxy of its own: the node's ztunnel carries its traffic.
    Ambient,
}

/// The proxies of one workload that ask the same control plane and are of the same version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Attached {
    pub(crate) namespace: String,
    /// Of the workload: `Deployment`; `Pod` for one without an owner.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    /// The revision of istiod, `default` for the one without a name; none for [`Role::Ambient`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<String>,
    /// The host where it asks, `istiod.istio-system.svc`; none where the pod does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// The tag of the proxy's image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    pub(crate) pods: usize,
}

impl Attached {
    /// The namespace of the istiod that it asks; `None` where that is not one of this cluster's Services.
    pub(crate) fn istio_namespace(&self) -> Option<&str> {
        let mut parts = self.address.as_deref()?.split('.').skip(1);
        let namespace = parts.next()?;
        (parts.next() == Some("svc")).then_some(namespace)
    }
}

/// The revision that an object makes proxies ask for, or answers them for: istiod's Deployment, or the webhook of a revision or tag.
pub(crate) fn serves(object: &Value) -> Option<String> {
    let labels = &object["metadata"]["labels"];
    let serving = match object["kind"].as_str() {
        Some("Deployment") => labels["app"] == "istiod",
        Some("MutatingWebhookConfiguration") => labels["app"] == "sidecar-injector",
        _ => false,
    };
    let revision = labels[REVISION].as_str().filter(|it| !it.is_empty());
    serving.then(|| revision.unwrap_or("default").to_owned())
}

/// What is about to go of a cluster.
pub(crate) struct Departure<'a> {
    /// The namespace of the istiod that goes.
    pub(crate) istio_namespace: &'a str,
    /// The revisions whose istiod or injector goes.
    pub(crate) revisions: BTreeSet<String>,
    /// Whether ztunnel goes, or what leads traffic to it.
    pub(crate) ambient: bool,
    /// Whether the workload goes as well: namespace, kind and name.
    pub(crate) goes: &'a dyn Fn(&str, &str, &str) -> bool,
}

/// Those that would be left without what they need. One whose istiod is outside of the cluster needs the injector here.
pub(crate) fn dependents(attached: Vec<Attached>, departure: &Departure<'_>) -> Vec<Attached> {
    let needs = |one: &Attached| match &one.revision {
        None => departure.ambient,
        Some(revision) => {
            let here = one.istio_namespace();
            departure.revisions.contains(revision)
                && here.is_none_or(|it| it == departure.istio_namespace)
        }
    };
    let stays = |one: &Attached| !(departure.goes)(&one.namespace, &one.kind, &one.name);
    let left = attached.into_iter();
    left.filter(|one| needs(one) && stays(one)).collect()
}

/// What proxies should ask and run by now.
pub(crate) struct Newest<'a> {
    pub(crate) revision: &'a str,
    /// `None` where it is not known.
    pub(crate) version: Option<Version>,
    /// The revision that they are to leave.
    pub(crate) old: Option<&'a str>,
}

/// Those of a control plane's namespace that still ask the old revision, or run an older version of the newest.
pub(crate) fn outdated<'a>(
    attached: &'a [Attached],
    istio_namespace: &str,
    newest: &Newest<'_>,
) -> Vec<&'a Attached> {
    let is_old = |one: &&Attached| {
        let home = one.istio_namespace();
        let asks = one.revision.as_deref();
        let runs = one.version.as_deref().and_then(Version::parse);
        let older = runs.zip(newest.version).is_some_and(|(is, to)| is < to);
        home.is_none_or(|it| it == istio_namespace)
            && (asks.is_some() && asks == newest.old || asks == Some(newest.revision) && older)
    };
    attached.iter().filter(is_old).collect()
}

/// The proxies in these pods, by namespace and workload. Pods that have ended or are on their way out do not count. The
/// namespaces say which of the pods without a proxy are in the ambient mesh.
pub(crate) fn attached<'a>(
    pods: impl IntoIterator<Item = &'a Value>,
    namespaces: &[Value],
) -> Vec<Attached> {
    let mut found: BTreeMap<Attached, usize> = BTreeMap::new();
    for pod in pods.into_iter().filter(|pod| is_alive(pod)) {
        if let Some(one) = of_pod(pod, namespaces) {
            *found.entry(one).or_default() += 1;
        }
    }
    let counted = found
        .into_iter()
        .map(|(one, pods)| Attached { pods, ..one });
    counted.collect()
}

fn of_pod(pod: &Value, namespaces: &[Value]) -> Option<Attached> {
    let (role, revision, address, version) = match proxy(pod) {
        Some(proxy) => {
            let address = address(proxy);
            let version = proxy["image"].as_str().map(versions::tag);
            let revision = revision(pod, address.as_deref());
            (role(pod, proxy), Some(revision), address, version)
        }
        None if is_ambient(pod, namespaces) => (Role::Ambient, None, None, None),
        None => return None,
    };
    let (kind, name) = workload(pod);
    Some(Attached {
        namespace: text(&pod["metadata"]["namespace"]).to_owned(),
        kind,
        name,
        role,
        revision,
        address: address.map(|it| it.split(':').next().unwrap_or_default().to_owned()),
        version,
        pods: 0,
    })
}

/// The container that is the proxy, an ordinary one or a native sidecar.
fn proxy(pod: &Value) -> Option<&Value> {
    let lists = ["containers", "initContainers"].map(|list| pod["spec"][list].as_array());
    let mut containers = lists.into_iter().flatten().flatten();
    containers.find(|container| container["name"] == PROXY)
}

fn role(pod: &Value, proxy: &Value) -> Role {
    let arguments = proxy["args"].as_array().into_iter().flatten();
    let said = |word: &str| arguments.clone().any(|one| one == word);
    let metadata = &pod["metadata"];
    let templates = text(&metadata["annotations"][TEMPLATES]);
    if metadata["labels"]["app"] == "ztunnel" {
        Role::Ztunnel
    } else if said("waypoint") {
        Role::Waypoint
    } else if said("router")
        || metadata["labels"].get(GATEWAY).is_some()
        || templates.split(',').any(|one| one == "gateway")
    {
        Role::Gateway
    } else {
        Role::Sidecar
    }
}

/// What the injector recorded; else what istiod's templates write on the pods that it makes; else whom the proxy asks.
fn revision(pod: &Value, address: Option<&str>) -> String {
    let metadata = &pod["metadata"];
    let injected = recorded_revision(pod);
    let written = ["annotations", "labels"].map(|map| metadata[map][REVISION].as_str());
    let of_address = address.and_then(|it| it.split('.').next()?.strip_prefix("istiod-"));
    let mut known = injected
        .as_deref()
        .into_iter()
        .chain(written.into_iter().flatten())
        .chain(of_address)
        .filter(|revision| !revision.is_empty());
    known.next().unwrap_or("default").to_owned()
}

/// The revision that injected a pod, as the pod itself records it.
pub(super) fn recorded_revision(pod: &Value) -> Option<String> {
    let record = pod["metadata"]["annotations"][STATUS].as_str()?;
    let record: Value = serde_json::from_str(record).ok()?;
    record["revision"].as_str().map(str::to_owned)
}

/// Where the proxy asks for its configuration, by its environment. The address of the authority is a hint only where it
/// is an istiod, since there are others.
fn address(proxy: &Value) -> Option<String> {
    let variable = |name: &str| {
        let variables = proxy["env"].as_array().into_iter().flatten();
        let mut found = variables.filter(|it| it["name"] == name);
        found.find_map(|it| it["value"].as_str())
    };
    let configured = || {
        let config: Value = serde_json::from_str(variable("PROXY_CONFIG")?).ok()?;
        let address = config["discoveryAddress"].as_str();
        Some(address.unwrap_or(DEFAULT_ADDRESS).to_owned())
    };
    let authority = || variable("CA_ADDR").filter(|it| it.starts_with("istiod"));
    variable("XDS_ADDRESS")
        .map(str::to_owned)
        .or_else(configured)
        .or_else(|| authority().map(str::to_owned))
}

/// Whether ztunnel carries the traffic of a pod without a proxy: as its node recorded, or as it will once it has.
fn is_ambient(pod: &Value, namespaces: &[Value]) -> bool {
    let metadata = &pod["metadata"];
    if let Some(recorded) = metadata["annotations"][REDIRECTED].as_str() {
        return recorded == "enabled";
    }
    let of_namespace = || {
        let mut own = namespaces.iter().map(|it| &it["metadata"]);
        own.find(|it| it["name"] == metadata["namespace"])?["labels"][MODE].as_str()
    };
    let mode = metadata["labels"][MODE].as_str().or_else(of_namespace);
    mode == Some("ambient") && pod["spec"]["hostNetwork"] != true
}

/// Whether the pods of a namespace are in the ambient mesh unless they say otherwise.
pub(crate) fn is_ambient_namespace(namespace: &Value) -> bool {
    namespace["metadata"]["labels"][MODE] == "ambient"
}

/// Kind and name of what the pod belongs to.
fn workload(pod: &Value) -> (String, String) {
    // Only what its owner is told by: the rest of a pod may be large.
    match Pod::new(pod["metadata"].clone(), serde_json::json!({})) {
        Ok(pod) => {
            let owner = owner_of_pod(&pod);
            (owner.kind, owner.name)
        }
        Err(_) => ("Pod".to_owned(), text(&pod["metadata"]["name"]).to_owned()),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A pod of a Deployment, with this proxy.
    fn pod(workload: &str, proxy: &Value) -> Value {
        let mut proxy = proxy.clone();
        proxy["name"] = json!(PROXY);
        proxy["image"] = json!("registry.example/proxyv2:1.31.4");
        json!({
            "metadata": {
                "name": format!("{workload}-5d-x"), "generateName": format!("{workload}-5d-"), "namespace": "shop",
                "labels": {"pod-template-hash": "5d"}, "annotations": {},
                "ownerReferences": [{"kind": "ReplicaSet", "name": format!("{workload}-5d"), "controller": true}],
            },
            "spec": {"containers": [{"name": "app"}], "initContainers": [proxy]},
            "status": {"phase": "Running"},
        })
    }

    fn sidecar(workload: &str, revision: &str, address: &str) -> Value {
        let config = json!({"discoveryAddress": address}).to_string();
        let mut pod = pod(
            workload,
            &json!({"args": ["proxy", "sidecar"], "env": [{"name": "PROXY_CONFIG", "value": config}]}),
        );
        pod["metadata"]["annotations"][STATUS] = json!(json!({"revision": revision}).to_string());
        pod
    }

    #[test]
    fn older_proxies_and_those_of_the_old_revision_are_outdated() {
        let here = "istiod.istio-system.svc:15012";
        let pods = [
            sidecar("new", "blue", here),
            sidecar("old", "default", here),
            sidecar("other", "red", here),
        ];
        let all = attached(&pods, &[]);
        let names = |version: &str, old| -> Vec<&str> {
            let version = Version::parse(version);
            let newest = Newest {
                revision: "blue",
                version,
                old,
            };
            outdated(&all, "istio-system", &newest)
                .iter()
                .map(|it| it.name.as_str())
                .collect()
        };
        assert_eq!(names("1.31.4", Some("default")), ["old"]);
        assert_eq!(names("1.31.5", Some("default")), ["new", "old"]);
        assert_eq!(names("1.32.0", None), ["new"]);
        assert_eq!(names("latest", None), [""; 0]);
    }

    #[test]
    fn counts_the_proxies_of_a_workload_by_revision() {
        let canary = "istiod-canary.mesh-system.svc:15012";
        let mut ended = sidecar("web", "canary", canary);
        ended["status"]["phase"] = json!("Succeeded");
        let plain =
            json!({"metadata": {"name": "plain", "namespace": "shop"}, "spec": {"containers": []}});
        let pods = [
            sidecar("web", "canary", canary),
            sidecar("web", "canary", canary),
            sidecar("web", "default", "istiod.mesh-system.svc:15012"),
            ended,
            plain,
        ];
        let found = attached(&pods, &[]);
        let told: Vec<_> = found
            .iter()
            .map(|it| (it.revision.as_deref().unwrap(), it.pods))
            .collect();
        assert_eq!(told, [("canary", 2), ("default", 1)]);
        let first = &found[0];
        assert_eq!(
            (
                first.namespace.as_str(),
                first.kind.as_str(),
                first.name.as_str()
            ),
            ("shop", "Deployment", "web")
        );
        assert_eq!(first.role, Role::Sidecar);
        assert_eq!(first.version.as_deref(), Some("1.31.4"));
        assert_eq!(
            first.address.as_deref(),
            Some("istiod-canary.mesh-system.svc")
        );
        assert_eq!(first.istio_namespace(), Some("mesh-system"));
    }

    #[test]
    fn a_proxy_that_was_told_no_address_asks_the_default_one() {
        let env = json!([{"name": "PROXY_CONFIG", "value": "{}\n"}]);
        let found = attached(&[pod("web", &json!({"env": env}))], &[]);
        assert_eq!(found[0].istio_namespace(), Some("istio-system"));
        let outside = sidecar("web", "default", "istiod.example.com:15012");
        assert_eq!(attached(&[outside], &[])[0].istio_namespace(), None);
    }

    #[test]
    fn tells_gateways_waypoints_and_ztunnel_apart() {
        let router = pod("ingress", &json!({"args": ["proxy", "router"]}));
        let waypoint = pod("waypoint", &json!({"args": ["proxy", "waypoint"]}));
        let mut made = pod("made", &json!({}));
        made["metadata"]["labels"][GATEWAY] = json!("made");
        made["metadata"]["annotations"][REVISION] = json!("canary");
        let address = "istiod-blue.istio-system.svc:15012";
        let mut ztunnel = pod(
            "ztunnel",
            &json!({"env": [{"name": "XDS_ADDRESS", "value": address}]}),
        );
        ztunnel["metadata"]["labels"]["app"] = json!("ztunnel");
        let found = attached(&[router, waypoint, made, ztunnel], &[]);
        let told: Vec<_> = found
            .iter()
            .map(|it| (it.name.as_str(), it.role, it.revision.as_deref().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                ("ingress", Role::Gateway, "default"),
                ("made", Role::Gateway, "canary"),
                ("waypoint", Role::Waypoint, "default"),
                ("ztunnel", Role::Ztunnel, "blue"),
            ]
        );
    }

    #[test]
    fn depends_on_what_goes_and_does_not_go_itself() {
        let pods = [
            sidecar("web", "canary", "istiod-canary.mesh.svc:15012"),
            sidecar("old", "default", "istiod.mesh.svc:15012"),
            sidecar("elsewhere", "canary", "istiod-canary.other.svc:15012"),
            sidecar("outside", "canary", "istiod.example.com:15012"),
            sidecar("ours", "canary", "istiod-canary.mesh.svc:15012"),
        ];
        let departure = Departure {
            istio_namespace: "mesh",
            revisions: BTreeSet::from(["canary".to_owned()]),
            ambient: false,
            goes: &|namespace, kind, name| {
                (namespace, kind, name) == ("shop", "Deployment", "ours")
            },
        };
        let left = dependents(attached(&pods, &[]), &departure);
        let names: Vec<_> = left.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["outside", "web"]);
    }

    #[test]
    fn a_pod_is_in_the_ambient_mesh_as_its_node_says_or_its_namespace() {
        let namespace = json!({"metadata": {"name": "shop", "labels": {MODE: "ambient"}}});
        let bare = |name: &str, labels: Value, annotations: Value| {
            json!({"metadata": {"name": name, "namespace": "shop", "labels": labels, "annotations": annotations},
                "spec": {"containers": []}})
        };
        let pods = [
            bare("in", json!({}), json!({})),
            bare("out", json!({MODE: "none"}), json!({})),
            bare(
                "recorded",
                json!({MODE: "none"}),
                json!({REDIRECTED: "enabled"}),
            ),
            bare("undone", json!({}), json!({REDIRECTED: "disabled"})),
        ];
        let names = |namespaces: &[Value]| -> Vec<String> {
            let found = attached(&pods, namespaces).into_iter();
            found.map(|it| it.name).collect()
        };
        assert_eq!(names(&[namespace]), ["in", "recorded"]);
        assert_eq!(names(&[]), ["recorded"]);
    }
}
