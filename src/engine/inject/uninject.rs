//! Taking sidecars out again: what injection is known to add goes, what it put in place of the user's own comes back from
//! where the injected pod remembers it.
//!
//! A pod does not remember everything: a port by its name, a label that the user had with the same value. `document` keeps
//! what is missing beside the pod: in the text, or in an annotation of the object, which goes with the sidecar.

use serde_json::Map;

use super::pod::{Containers, PROXY, Pod, name_of};
use super::workload::{self, Form, Kinds};
use super::{Outcome, Skip, annotations, describe, probes, prometheus};
use crate::yaml::Value;
use crate::yaml::node::Path;

/// Annotations that the templates add whatever the pod says.
const ANNOTATIONS: &[&str] = &[
    annotations::STATUS,
    annotations::OVERRIDES,
    "istio.io/rev",
    "kubectl.kubernetes.io/default-container",
    "kubectl.kubernetes.io/default-logs-container",
];

/// Annotations that tell the CNI agent what to capture.
const CAPTURE: &[&str] = &[
    annotations::INTERCEPTION_MODE,
    "traffic.sidecar.istio.io/includeOutboundIPRanges",
    "traffic.sidecar.istio.io/includeInboundPorts",
    "traffic.sidecar.istio.io/excludeInboundPorts",
];

/// Labels that the templates add, with the value that they have where the user has none of them.
const LABELS: &[(&str, Option<&str>)] = &[
    ("security.istio.io/tlsMode", Some("istio")),
    ("networking.istio.io/tunnel", Some("http")),
    ("service.istio.io/canonical-name", None),
    ("service.istio.io/canonical-revision", None),
];

/// Takes the sidecars out of the workloads in `object` (one, or those of a List). The outcomes are in order; none means that
/// the object holds no workload.
pub(crate) fn uninject(object: &mut Value, kinds: &Kinds) -> Vec<Outcome> {
    match workload::form(object, kinds) {
        Form::Other => Vec::new(),
        Form::Workload(place) => vec![uninject_workload(object, place)],
        Form::List => {
            let items = object.get_mut("items").and_then(Value::as_array_mut);
            let items = items.into_iter().flatten();
            items.flat_map(|item| uninject(item, kinds)).collect()
        }
    }
}

/// The workloads in `object` that have the record of an injection, and the ways to them.
pub(super) fn injected<'a>(object: &'a Value, kinds: &Kinds) -> Vec<(Path, &'a Value)> {
    let mut found = Vec::new();
    collect_injected(object, kinds, &Path::default(), &mut found);
    found
}

fn collect_injected<'a>(
    object: &'a Value,
    kinds: &Kinds,
    path: &Path,
    found: &mut Vec<(Path, &'a Value)>,
) {
    match workload::form(object, kinds) {
        Form::Workload(place) if has_record(object, place) => found.push((path.clone(), object)),
        Form::List => {
            let items = object.get("items").and_then(Value::as_array);
            let path = path.join("items");
            for (index, item) in items.into_iter().flatten().enumerate() {
                collect_injected(item, kinds, &path.join(index), found);
            }
        }
        Form::Workload(_) | Form::Other => {}
    }
}

/// Takes away what `document` keeps in an annotation of injected workloads, and what is empty then.
pub(super) fn forget_records(object: &mut Value, kinds: &Kinds) {
    match workload::form(object, kinds) {
        Form::Workload(place) if has_record(object, place) => forget_record(object),
        Form::List => {
            let items = object.get_mut("items").and_then(Value::as_array_mut);
            for item in items.into_iter().flatten() {
                forget_records(item, kinds);
            }
        }
        Form::Workload(_) | Form::Other => {}
    }
}

fn forget_record(object: &mut Value) {
    let Value::Object(object) = object else {
        return;
    };
    let Some(Value::Object(metadata)) = object.get_mut("metadata") else {
        return;
    };
    let Some(Value::Object(notes)) = metadata.get_mut("annotations") else {
        return;
    };
    if notes.remove(annotations::WAY_BACK).is_none() || !notes.is_empty() {
        return;
    }
    metadata.remove("annotations");
    if metadata.is_empty() {
        object.remove("metadata");
    }
}

fn has_record(object: &Value, place: workload::Place<'_>) -> bool {
    let metadata = super::image::at(object, &place.metadata());
    metadata.is_some_and(|it| it["annotations"][annotations::STATUS].is_string())
}

fn uninject_workload(object: &mut Value, place: workload::Place<'_>) -> Outcome {
    let described = describe(&workload::owner_of(object));
    let outcome = |result| Outcome {
        object: described,
        result,
        doubts: Vec::new(),
    };
    if !has_record(object, place) {
        return outcome(Err(Skip::NotInjected));
    }
    // What is no pod cannot have been injected.
    let Ok(mut pod) = workload::take_any_pod(&mut object.clone(), place) else {
        return outcome(Err(Skip::NotInjected));
    };
    let text = pod.annotation(annotations::STATUS).unwrap_or("");
    let Some(status) = serde_json::from_str::<Value>(text)
        .ok()
        .filter(Value::is_object)
    else {
        return outcome(Err(Skip::UnreadableRecord));
    };
    restore(&mut pod, &status);
    workload::replace_pod(object, place, pod);
    forget_record(object);
    outcome(Ok(Vec::new()))
}

fn restore(pod: &mut Pod, status: &Value) {
    let variable = |name: &str| {
        let variables = pod.proxy()?.get("env")?.as_array()?;
        let found = variables
            .iter()
            .find(|variable| name_of(variable) == name)?;
        found.get("value")?.as_str().map(str::to_owned)
    };
    let probers = variable(probes::VARIABLE);
    let scraped = variable(prometheus::VARIABLE);
    let network = variable("ISTIO_META_NETWORK");
    restore_containers(pod, status);
    pod.drop_named("volumes", |name| {
        names(status, "volumes").any(|it| it == name)
    });
    pod.drop_named("imagePullSecrets", |name| {
        names(status, "imagePullSecrets").any(|it| it == name)
    });
    drop_gateway_context(pod);
    if let Some(Value::Object(probers)) = probers.and_then(|text| serde_json::from_str(&text).ok())
    {
        probes::restore(pod, &probers);
    }
    prometheus::restore(pod, scraped.as_deref());
    for name in ANNOTATIONS {
        pod.remove_annotation(name);
    }
    if names(status, "initContainers").any(|name| name == "istio-validation") {
        for name in CAPTURE {
            pod.remove_annotation(name);
        }
    }
    for (name, value) in LABELS {
        if value.is_none() || pod.label(name) == *value {
            pod.remove_label(name);
        }
    }
    if network.is_some() && pod.label(annotations::NETWORK) == network.as_deref() {
        pod.remove_label(annotations::NETWORK);
    }
    pod.drop_empty();
}

fn names<'a>(status: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    let list = status.get(field).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str)
}

/// Takes the injected containers out. One that the user had too is in the pod's record of overrides.
fn restore_containers(pod: &mut Pod, status: &Value) {
    let text = pod.annotation(annotations::OVERRIDES).unwrap_or("{}");
    let overrides: Value = serde_json::from_str(text).unwrap_or_default();
    let own: Vec<Value> = [Containers::App, Containers::Init]
        .iter()
        .filter_map(|which| overrides.get(which.field()).and_then(Value::as_array))
        .flatten()
        .map(without_go)
        .collect();
    let mut back = Vec::new();
    for which in [Containers::App, Containers::Init] {
        let Some(list) = pod.existing_mut(which) else {
            continue;
        };
        let brought = |name: &str| names(status, which.field()).any(|it| it == name);
        let found = std::mem::take(list);
        for container in found {
            let name = name_of(&container);
            if !brought(name) {
                list.push(container);
                continue;
            }
            match own.iter().find(|it| name_of(it) == name) {
                // A proxy among the init containers was among the others, where its user can put it.
                Some(own) if which == Containers::Init && name == PROXY => back.push(own.clone()),
                Some(own) => list.push(own.clone()),
                None => {}
            }
        }
    }
    if !back.is_empty() {
        pod.containers_mut(Containers::App).extend(back);
    }
    for which in [Containers::App, Containers::Init] {
        pod.drop_named(which.field(), |_| false);
    }
}

/// A container without what Go writes and nobody does.
fn without_go(container: &Value) -> Value {
    let mut container = container.clone();
    if let Value::Object(map) = &mut container {
        map.retain(|name, value| {
            !(name == "resources" && value.as_object().is_some_and(Map::is_empty))
        });
    }
    container
}

/// The security context that a gateway gets where the user gives none.
fn drop_gateway_context(pod: &mut Pod) {
    let gateway = pod.annotation(annotations::TEMPLATES);
    if !gateway.is_some_and(|names| names.split(',').any(|name| name.trim() == "gateway")) {
        return;
    }
    let usual = serde_json::json!({"sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}]});
    if pod.spec().get("securityContext") == Some(&usual) {
        pod.drop_field("securityContext");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken_out(template: &Value) -> (Value, Vec<Outcome>) {
        let mut object = json!({
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop"},
            "spec": {"template": template},
        });
        let outcomes = uninject(&mut object, &Kinds::default());
        (object["spec"]["template"].take(), outcomes)
    }

    fn status(containers: &Value, init: &Value) -> String {
        json!({"containers": containers, "initContainers": init, "volumes": ["v"], "imagePullSecrets": null}).to_string()
    }

    #[test]
    fn what_injection_brought_goes_and_what_it_replaced_comes_back() {
        let probers = json!({
            "/app-health/app/readyz": {"httpGet": {"path": "/up", "port": 8080, "scheme": "HTTPS"}, "timeoutSeconds": 3},
            "/app-health/app/livez": {"grpc": {"port": 90, "service": null}},
        });
        let ask = |path: &str| json!({"path": path, "port": 15020, "scheme": "HTTP"});
        let injected = json!({
            "metadata": {
                "labels": {"app": "shop", "service.istio.io/canonical-name": "shop", "security.istio.io/tlsMode": "istio"},
                "annotations": {
                    annotations::STATUS: status(&json!(null), &json!(["istio-init", "istio-proxy"])),
                    "prometheus.io/port": "15020", "prometheus.io/path": "/stats/prometheus", "prometheus.io/scrape": "true",
                    "istio.io/rev": "default",
                },
            },
            "spec": {
                "initContainers": [
                    {"name": "istio-init"},
                    {"name": "istio-proxy", "env": [
                        {"name": "ISTIO_KUBE_APP_PROBERS", "value": probers.to_string()},
                        {"name": "ISTIO_PROMETHEUS_ANNOTATIONS", "value": json!({"scrape": "true", "path": "", "port": "80"}).to_string()},
                    ]},
                ],
                "containers": [{
                    "name": "app",
                    "readinessProbe": {"httpGet": ask("/app-health/app/readyz"), "timeoutSeconds": 3},
                    "livenessProbe": {"httpGet": ask("/app-health/app/livez")},
                }],
                "volumes": [{"name": "v"}, {"name": "mine"}],
            },
        });
        let (template, outcomes) = taken_out(&injected);
        assert!(outcomes[0].result.is_ok());
        assert_eq!(
            template,
            json!({
                "metadata": {
                    "labels": {"app": "shop"},
                    "annotations": {"prometheus.io/port": "80", "prometheus.io/scrape": "true"},
                },
                "spec": {
                    "containers": [{
                        "name": "app",
                        "readinessProbe": {"httpGet": {"path": "/up", "port": 8080, "scheme": "HTTPS"}, "timeoutSeconds": 3},
                        "livenessProbe": {"grpc": {"port": 90}},
                    }],
                    "volumes": [{"name": "mine"}],
                },
            })
        );
    }

    #[test]
    fn the_users_own_proxy_comes_back_as_it_was() {
        let own =
            json!({"containers": [{"name": "istio-proxy", "image": "auto", "resources": {}}]});
        let injected = json!({
            "metadata": {"annotations": {
                annotations::STATUS: status(&json!(["istio-proxy"]), &json!(null)),
                annotations::OVERRIDES: own.to_string(),
            }},
            "spec": {"containers": [{"name": "istio-proxy", "image": "x/proxyv2:1"}]},
        });
        let (template, _) = taken_out(&injected);
        assert_eq!(
            template,
            json!({"spec": {"containers": [{"name": "istio-proxy", "image": "auto"}]}})
        );
    }

    #[test]
    fn what_was_not_injected_stays() {
        let plain = json!({"metadata": {"annotations": {"a": "b"}}, "spec": {"containers": [{"name": "app"}]}});
        let (template, outcomes) = taken_out(&plain);
        assert_eq!(template, plain);
        assert_eq!(outcomes[0].result, Err(Skip::NotInjected));
        let unreadable = json!({"metadata": {"annotations": {annotations::STATUS: "?"}}, "spec": {"containers": [{"name": "app"}]}});
        let (template, outcomes) = taken_out(&unreadable);
        assert_eq!(template, unreadable);
        assert_eq!(outcomes[0].result, Err(Skip::UnreadableRecord));
    }
}
