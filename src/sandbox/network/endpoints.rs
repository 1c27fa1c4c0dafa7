//! What is behind a Service: from it and its pods to `EndpointSlice`s and to the older Endpoints. Pure.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::sandbox::api::Object;

/// How many endpoints a slice has at most.
const PER_SLICE: usize = 100;
/// How many addresses Endpoints have at most.
const MOST_ADDRESSES: usize = 1000;
/// Who keeps slices.
pub(super) const MANAGER: &str = "endpointslice-controller.k8s.io";
/// The label that names a slice's Service.
pub(super) const SERVICE: &str = "kubernetes.io/service-name";
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const HEADLESS: &str = "service.kubernetes.io/headless";

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Whether a Service's endpoints are for us to keep: others have no selector, or are names of something outside.
pub(super) fn has_endpoints(service: &Object) -> bool {
    let spec = &service["spec"];
    spec["type"] != "ExternalName"
        && spec["selector"]
            .as_object()
            .is_some_and(|all| !all.is_empty())
}

/// Whether a Service selects a pod.
pub(super) fn selects(service: &Object, pod: &Object) -> bool {
    let labels = &pod["metadata"]["labels"];
    let mut wanted = service["spec"]["selector"]
        .as_object()
        .into_iter()
        .flatten();
    has_endpoints(service) && wanted.all(|(key, value)| labels[key] == *value)
}

/// A pod behind a Service.
struct Endpoint<'a> {
    pod: &'a Object,
    address: &'a str,
    serving: bool,
    terminating: bool,
}

impl Endpoint<'_> {
    fn new(pod: &Object) -> Option<Endpoint<'_>> {
        let status = &pod["status"];
        let address = text(&status["podIP"]);
        if address.is_empty() || matches!(text(&status["phase"]), "Succeeded" | "Failed") {
            return None;
        }
        let ready = list(&status["conditions"]).find(|one| one["type"] == "Ready");
        Some(Endpoint {
            pod,
            address,
            serving: ready.is_some_and(|one| one["status"] == "True"),
            terminating: pod["metadata"]["deletionTimestamp"].is_string(),
        })
    }

    fn target(&self) -> Value {
        let metadata = &self.pod["metadata"];
        json!({"kind": "Pod", "namespace": metadata["namespace"], "name": metadata["name"], "uid": metadata["uid"]})
    }

    /// The pod's own name under the Service's, where it has one.
    fn hostname(&self, service: &Object) -> Option<&Value> {
        let spec = &self.pod["spec"];
        let named =
            spec["hostname"].is_string() && spec["subdomain"] == service["metadata"]["name"];
        named.then(|| &spec["hostname"])
    }

    fn of_slice(&self, service: &Object) -> Value {
        let published = service["spec"]["publishNotReadyAddresses"] == true;
        let mut out = json!({
            "addresses": [self.address], "nodeName": self.pod["spec"]["nodeName"], "targetRef": self.target(),
            "conditions": {
                "ready": published || self.serving && !self.terminating,
                "serving": self.serving, "terminating": self.terminating,
            },
        });
        if let Some(name) = self.hostname(service) {
            out["hostname"] = name.clone();
        }
        out
    }

    fn of_endpoints(&self, service: &Object) -> Value {
        let mut out = json!({"ip": self.address, "nodeName": self.pod["spec"]["nodeName"], "targetRef": self.target()});
        if let Some(name) = self.hostname(service) {
            out["hostname"] = name.clone();
        }
        out
    }
}

/// The number of the port that a Service's port leads to in a pod; `None` where the pod has no port of the name.
fn target_port(port: &Value, pod: &Object) -> Option<i64> {
    match &port["targetPort"] {
        Value::String(name) => {
            let containers = list(&pod["spec"]["containers"]);
            let sidecars =
                list(&pod["spec"]["initContainers"]).filter(|one| one["restartPolicy"] == "Always");
            let mut ports = containers
                .chain(sidecars)
                .flat_map(|one| list(&one["ports"]));
            let found = ports.find(|one| {
                one["name"] == *name
                    && one["protocol"].as_str().unwrap_or("TCP")
                        == port["protocol"].as_str().unwrap_or("TCP")
            });
            found?["containerPort"].as_i64()
        }
        Value::Number(number) => number.as_i64(),
        _ => port["port"].as_i64(),
    }
}

/// A Service's ports as they are in a pod.
fn ports(service: &Object, pod: &Object) -> Vec<Value> {
    let ports = list(&service["spec"]["ports"]).filter_map(|port| {
        let mut out = json!({
            "name": text(&port["name"]), "protocol": port["protocol"].as_str().unwrap_or("TCP"),
            "port": target_port(port, pod)?,
        });
        if port["appProtocol"].is_string() {
            out["appProtocol"] = port["appProtocol"].clone();
        }
        Some(out)
    });
    ports.collect()
}

/// The Service's pods by the ports that they have, since a name may stand for another number in each.
fn groups<'a>(service: &Object, pods: &'a [Arc<Object>]) -> Vec<(Vec<Value>, Vec<Endpoint<'a>>)> {
    let mut groups: BTreeMap<String, (Vec<Value>, Vec<Endpoint<'a>>)> = BTreeMap::new();
    for endpoint in pods.iter().filter_map(|pod| Endpoint::new(pod)) {
        let ports = ports(service, endpoint.pod);
        let key = Value::Array(ports.clone()).to_string();
        let group = groups.entry(key).or_insert_with(|| (ports, Vec::new()));
        group.1.push(endpoint);
    }
    groups.into_values().collect()
}

/// The labels that both sorts of objects take over from their Service.
fn labels(service: &Object, manager: (&str, &str)) -> Value {
    let mut labels = service["metadata"]["labels"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    labels.insert(manager.0.to_owned(), json!(manager.1));
    labels.remove(HEADLESS);
    if service["spec"]["clusterIP"] == "None" {
        labels.insert(HEADLESS.to_owned(), json!(""));
    }
    Value::Object(labels)
}

/// The slices that a Service should have, without names. At least one: that there is nothing is told by an empty one.
pub(super) fn slices(service: &Object, pods: &[Arc<Object>]) -> Vec<Object> {
    let metadata = &service["metadata"];
    let mut labels = labels(service, (MANAGED_BY, MANAGER));
    labels[SERVICE] = metadata["name"].clone();
    let owner = json!({"apiVersion": "v1", "kind": "Service", "name": metadata["name"], "uid": metadata["uid"],
        "controller": true, "blockOwnerDeletion": true});
    let slice = |ports: &[Value], endpoints: Vec<Value>| {
        json!({
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": {"generateName": format!("{}-", text(&metadata["name"])), "namespace": metadata["namespace"],
                "labels": labels, "ownerReferences": [owner]},
            "addressType": "IPv4", "endpoints": endpoints, "ports": ports,
        })
    };
    let mut out = Vec::new();
    for (ports, endpoints) in groups(service, pods) {
        for part in endpoints.chunks(PER_SLICE) {
            let part = part.iter().map(|one| one.of_slice(service)).collect();
            out.push(slice(&ports, part));
        }
    }
    if out.is_empty() {
        out.push(slice(&[], Vec::new()));
    }
    out
}

/// The Endpoints that a Service should have.
pub(super) fn endpoints(service: &Object, pods: &[Arc<Object>]) -> Object {
    let metadata = &service["metadata"];
    let published = service["spec"]["publishNotReadyAddresses"] == true;
    let mut subsets = Vec::new();
    let (mut count, mut truncated) = (0, false);
    for (mut ports, group) in groups(service, pods) {
        let (mut ready, mut unready) = (Vec::new(), Vec::new());
        for one in &group {
            if one.terminating && !published {
                continue;
            }
            if count == MOST_ADDRESSES {
                truncated = true;
                break;
            }
            count += 1;
            let list = if published || one.serving {
                &mut ready
            } else {
                &mut unready
            };
            list.push(one.of_endpoints(service));
        }
        for port in ports.iter_mut().filter_map(Value::as_object_mut) {
            if port["name"] == "" {
                port.remove("name");
            }
        }
        let mut subset = json!({});
        for (field, values) in [
            ("addresses", ready),
            ("notReadyAddresses", unready),
            ("ports", ports),
        ] {
            if !values.is_empty() {
                subset[field] = Value::Array(values);
            }
        }
        if subset["addresses"].is_array() || subset["notReadyAddresses"].is_array() {
            subsets.push(subset);
        }
    }
    let labels = labels(
        service,
        ("endpoints.kubernetes.io/managed-by", "endpoint-controller"),
    );
    let mut out = json!({"apiVersion": "v1", "kind": "Endpoints",
        "metadata": {"name": metadata["name"], "namespace": metadata["namespace"], "labels": labels}});
    if truncated {
        out["metadata"]["annotations"] =
            json!({"endpoints.kubernetes.io/over-capacity": "truncated"});
    }
    if !subsets.is_empty() {
        out["subsets"] = Value::Array(subsets);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str, ready: bool, port: i64) -> Object {
        json!({"metadata": {"name": name, "namespace": "shop", "uid": name, "labels": {"app": "web", "tier": "front"}},
            "spec": {"nodeName": "practice", "containers": [{"ports": [{"name": "http", "containerPort": port, "protocol": "TCP"}]}]},
            "status": {"phase": "Running", "podIP": format!("10.0.0.{}", name.len()),
                "conditions": [{"type": "Ready", "status": if ready { "True" } else { "False" }}]}})
    }

    fn service(spec: &Value) -> Object {
        let mut out = json!({"metadata": {"name": "web", "namespace": "shop", "uid": "u", "labels": {"team": "a"}},
            "spec": {"clusterIP": "10.96.0.9", "selector": {"app": "web"},
                "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": "http"}]}});
        json_patch::merge(&mut out["spec"], spec);
        out
    }

    fn shared(pods: &[Object]) -> Vec<Arc<Object>> {
        pods.iter().cloned().map(Arc::new).collect()
    }

    #[test]
    fn a_slice_says_which_pods_are_ready_and_under_which_port() {
        let pods = shared(&[pod("a", true, 8080), pod("bb", false, 8080)]);
        let slices = slices(&service(&json!({})), &pods);
        assert_eq!(slices.len(), 1);
        let slice = &slices[0];
        assert_eq!(
            slice["ports"],
            json!([{"name": "http", "port": 8080, "protocol": "TCP"}])
        );
        assert_eq!(
            slice["metadata"]["labels"],
            json!({
            "team": "a", "kubernetes.io/service-name": "web",
            "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"})
        );
        let conditions: Vec<&Value> = list(&slice["endpoints"])
            .map(|one| &one["conditions"])
            .collect();
        assert_eq!(
            conditions,
            [
                &json!({"ready": true, "serving": true, "terminating": false}),
                &json!({"ready": false, "serving": false, "terminating": false})
            ]
        );
    }

    #[test]
    fn pods_with_another_port_of_the_name_have_a_slice_of_their_own() {
        let pods = shared(&[pod("a", true, 8080), pod("bb", true, 9090)]);
        let slices = slices(&service(&json!({})), &pods);
        let ports: Vec<&Value> = slices
            .iter()
            .map(|slice| &slice["ports"][0]["port"])
            .collect();
        assert_eq!(ports, [&json!(8080), &json!(9090)]);
    }

    #[test]
    fn many_endpoints_are_in_several_slices() {
        let pods: Vec<Object> = (0..250).map(|_| pod("a", true, 80)).collect();
        let sizes: Vec<usize> = slices(&service(&json!({})), &shared(&pods))
            .iter()
            .map(|slice| list(&slice["endpoints"]).count())
            .collect();
        assert_eq!(sizes, [100, 100, 50]);
    }

    #[test]
    fn a_pod_that_stops_serves_but_is_not_ready() {
        let mut stopping = pod("a", true, 80);
        stopping["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        let pods = shared(&[stopping]);
        let of =
            |spec: &Value| slices(&service(spec), &pods)[0]["endpoints"][0]["conditions"].clone();
        let expected = json!({"ready": false, "serving": true, "terminating": true});
        assert_eq!(of(&json!({})), expected);
        assert_eq!(
            of(&json!({"publishNotReadyAddresses": true}))["ready"],
            true
        );
        let old = endpoints(&service(&json!({})), &pods);
        assert_eq!(old["subsets"], Value::Null);
    }

    #[test]
    fn endpoints_tell_ready_addresses_from_others() {
        let pods = shared(&[pod("a", true, 80), pod("bb", false, 80)]);
        let out = endpoints(&service(&json!({"clusterIP": "None"})), &pods);
        assert_eq!(out["subsets"][0]["addresses"][0]["ip"], "10.0.0.1");
        assert_eq!(out["subsets"][0]["notReadyAddresses"][0]["ip"], "10.0.0.2");
        assert_eq!(
            out["metadata"]["labels"]["service.kubernetes.io/headless"],
            ""
        );
    }

    #[test]
    fn services_without_a_selector_are_left_alone() {
        assert!(has_endpoints(&service(&json!({}))));
        assert!(!has_endpoints(&service(&json!({"selector": null}))));
        assert!(!has_endpoints(&service(&json!({"type": "ExternalName"}))));
    }
}
