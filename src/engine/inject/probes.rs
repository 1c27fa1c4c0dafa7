//! Probes of the application: the kubelet cannot reach an application that wants mutual TLS or is captured, so it asks the
//! agent instead, and the agent asks the application.
//!
//! Each HTTP, TCP and gRPC probe (and HTTP and TCP lifecycle hook) becomes an HTTP request to the agent's port under
//! `/app-health/…` or `/app-lifecycle/…`; what it was goes into the agent's variable `ISTIO_KUBE_APP_PROBERS`. Commands
//! (`exec`) run inside the container and stay.

use serde_json::{Map, json};

use crate::yaml::Value;

use super::annotations;
use super::pod::{Containers, PROXY, Pod, name_of};
use super::pod_types::{GRPC_ACTION, HTTP_GET_ACTION, TCP_SOCKET_ACTION};
use super::types::{Shape, go_json};

pub(crate) const VARIABLE: &str = "ISTIO_KUBE_APP_PROBERS";

/// Where a container keeps its probes and hooks, and under which path the agent takes each over.
const PLACES: &[(&[&str], &str, &str)] = &[
    (&["readinessProbe"], "app-health", "readyz"),
    (&["livenessProbe"], "app-health", "livez"),
    (&["startupProbe"], "app-health", "startupz"),
    (&["lifecycle", "preStop"], "app-lifecycle", "prestopz"),
    (&["lifecycle", "postStart"], "app-lifecycle", "poststartz"),
];

/// Rewrites the probes of every container but the proxy. `agent_port` is where the mesh's agents listen; the pod's own
/// annotation can move it.
pub(crate) fn rewrite(pod: &mut Pod, agent_port: i64) {
    let probers = collect(pod, agent_port);
    if !probers.is_empty() {
        record(pod, probers);
    }
    let port = pod
        .annotation(annotations::STATUS_PORT)
        .and_then(|port| port.trim().parse().ok())
        .unwrap_or(agent_port);
    for which in [Containers::App, Containers::Init] {
        let containers = pod.existing_mut(which).into_iter().flatten();
        for container in containers.filter(|it| name_of(it) != PROXY) {
            redirect(container, port);
        }
    }
}

/// What the agent has to know: path → prober, as JSON text.
type Probers = std::collections::BTreeMap<String, String>;

fn collect(pod: &Pod, agent_port: i64) -> Probers {
    let mut probers = Probers::new();
    for which in [Containers::Init, Containers::App] {
        for container in pod.containers(which) {
            let name = name_of(container);
            if name == PROXY {
                continue;
            }
            for (keys, folder, file) in PLACES {
                let probe = keys.iter().try_fold(container, |at, key| at.get(key));
                let is_hook = keys.len() > 1;
                let prober = probe.and_then(|probe| prober(probe, container, agent_port, is_hook));
                if let Some(prober) = prober {
                    probers.insert(format!("/{folder}/{name}/{file}"), prober);
                }
            }
        }
    }
    probers
}

/// The prober of one probe; `None` when there is nothing to take over: a command, a port name that the container does not
/// have, or a probe that asks the agent already.
fn prober(probe: &Value, container: &Value, agent_port: i64, is_hook: bool) -> Option<String> {
    let action = |name: &str| probe.get(name).filter(|it| it.is_object());
    let (name, written) = if let Some(http) = action("httpGet") {
        let resolved = with_port(http, container, agent_port)?;
        (
            "httpGet",
            go_json(&resolved, &Shape::Object(&HTTP_GET_ACTION)),
        )
    } else if let Some(tcp) = action("tcpSocket") {
        let resolved = with_port(tcp, container, agent_port)?;
        (
            "tcpSocket",
            go_json(&resolved, &Shape::Object(&TCP_SOCKET_ACTION)),
        )
    } else {
        let grpc = action("grpc").filter(|_| !is_hook)?;
        ("grpc", go_json(grpc, &Shape::Object(&GRPC_ACTION)))
    };
    let timeout = probe.get("timeoutSeconds").and_then(Value::as_i64);
    let timeout = timeout
        .filter(|seconds| *seconds != 0 && !is_hook)
        .map_or_else(String::new, |seconds| {
            format!(",\"timeoutSeconds\":{seconds}")
        });
    Some(format!("{{\"{name}\":{written}{timeout}}}"))
}

/// The action with its port as a number.
fn with_port(action: &Value, container: &Value, agent_port: i64) -> Option<Value> {
    let number = match action.get("port") {
        Some(Value::String(name)) => {
            let ports = container.get("ports").and_then(Value::as_array);
            let port = ports
                .into_iter()
                .flatten()
                .find(|port| name_of(port) == name)?;
            port.get("containerPort")?.clone()
        }
        Some(number) if number.as_i64() == Some(agent_port) => return None,
        Some(number) => number.clone(),
        None => json!(0),
    };
    let mut resolved = action.clone();
    resolved["port"] = number;
    Some(resolved)
}

/// Puts the probers into the agent's environment. In a pod that was injected before, the probes that were taken over then
/// are there already and win.
fn record(pod: &mut Pod, mut probers: Probers) {
    let again = pod.annotation(annotations::STATUS).is_some();
    let variables = pod.proxy_mut().and_then(|proxy| proxy.get_mut("env"));
    let known = variables
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .find(|variable| again && name_of(variable) == VARIABLE);
    if let Some(known) = known {
        let text = known.get("value").and_then(Value::as_str).unwrap_or("{}");
        if let Ok(Value::Object(old)) = serde_json::from_str::<Value>(text) {
            probers.extend(
                old.iter()
                    .map(|(path, prober)| (path.clone(), old_prober(prober))),
            );
        }
        known["value"] = Value::String(joined(&probers));
        return;
    }
    pod.add_proxy_variable(VARIABLE, &joined(&probers));
}

/// A prober that was read back from JSON, written in the order in which it was.
fn old_prober(prober: &Value) -> String {
    let mut parts = Vec::new();
    for (name, kind) in [
        ("httpGet", &HTTP_GET_ACTION),
        ("tcpSocket", &TCP_SOCKET_ACTION),
        ("grpc", &GRPC_ACTION),
    ] {
        if let Some(action) = prober.get(name) {
            parts.push(format!(
                "\"{name}\":{}",
                go_json(action, &Shape::Object(kind))
            ));
        }
    }
    if let Some(timeout) = prober.get("timeoutSeconds") {
        parts.push(format!("\"timeoutSeconds\":{timeout}"));
    }
    format!("{{{}}}", parts.join(","))
}

fn joined(probers: &Probers) -> String {
    let entries: Vec<String> = probers
        .iter()
        .map(|(path, prober)| format!("{}:{prober}", go_json(&json!(path), &Shape::Text)))
        .collect();
    format!("{{{}}}", entries.join(","))
}

fn redirect(container: &mut Value, port: i64) {
    let name = name_of(container).to_owned();
    for (keys, folder, file) in PLACES {
        let probe = keys
            .iter()
            .try_fold(&mut *container, |at, key| at.get_mut(*key));
        let Some(Value::Object(probe)) = probe else {
            continue;
        };
        let is_hook = keys.len() > 1;
        let has = |name: &str| probe.get(name).is_some_and(Value::is_object);
        let taken_over = has("httpGet") || has("tcpSocket") || (has("grpc") && !is_hook);
        if taken_over {
            ask_agent(probe, format!("/{folder}/{name}/{file}"), port);
        }
    }
}

/// Puts back the probes and hooks that the agent took over, as its variable remembers them: with numbers for ports.
pub(crate) fn restore(pod: &mut Pod, probers: &Map<String, Value>) {
    for which in [Containers::App, Containers::Init] {
        for container in pod.existing_mut(which).into_iter().flatten() {
            for (keys, ..) in PLACES {
                let probe = keys
                    .iter()
                    .try_fold(&mut *container, |at, key| at.get_mut(*key));
                // The container may have another name since.
                let asks = probe
                    .as_ref()
                    .and_then(|probe| probe.get("httpGet")?.get("path")?.as_str());
                let prober = asks.and_then(|path| probers.get(path));
                let (Some(Value::Object(probe)), Some(prober)) = (probe, prober) else {
                    continue;
                };
                for action in ["httpGet", "tcpSocket", "grpc"] {
                    if let Some(Value::Object(action_was)) = prober.get(action) {
                        probe.remove("httpGet");
                        let mut action_was = action_was.clone();
                        action_was.retain(|_, value| !value.is_null());
                        probe.insert(action.to_owned(), Value::Object(action_was));
                    }
                }
            }
        }
    }
}

fn ask_agent(probe: &mut Map<String, Value>, path: String, port: i64) {
    let mut action = Map::new();
    if let Some(Value::Object(http)) = probe.remove("httpGet") {
        action = http;
    } else if probe.remove("tcpSocket").is_none() {
        probe.remove("grpc");
    }
    action.insert("path".into(), Value::String(path));
    action.insert("port".into(), json!(port));
    // The agent is asked in the clear; it asks the application by TLS itself.
    if action.get("scheme").and_then(Value::as_str) == Some("HTTPS") {
        action.insert("scheme".into(), json!("HTTP"));
    }
    probe.insert("httpGet".into(), Value::Object(action));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(container: &Value) -> (Value, Value) {
        let spec = json!({"containers": [container, {"name": "istio-proxy"}]});
        let mut pod = Pod::new(json!(null), spec).expect("a pod");
        rewrite(&mut pod, 15020);
        let (_, spec) = pod.into_parts();
        let variable = spec["containers"][1]["env"][0]["value"].clone();
        (spec["containers"][0].clone(), variable)
    }

    #[test]
    fn an_http_probe_asks_the_agent() {
        let (container, variable) = rewritten(&json!({
            "name": "app", "ports": [{"name": "web", "containerPort": 8080}],
            "readinessProbe": {"httpGet": {"path": "/up", "port": "web", "scheme": "HTTPS"}, "timeoutSeconds": 3},
        }));
        assert_eq!(
            container["readinessProbe"],
            json!({"httpGet": {"path": "/app-health/app/readyz", "port": 15020, "scheme": "HTTP"}, "timeoutSeconds": 3})
        );
        assert_eq!(
            variable,
            r#"{"/app-health/app/readyz":{"httpGet":{"path":"/up","port":8080,"scheme":"HTTPS"},"timeoutSeconds":3}}"#
        );
    }

    #[test]
    fn tcp_and_grpc_become_http() {
        let (container, variable) = rewritten(&json!({
            "name": "app",
            "livenessProbe": {"tcpSocket": {"port": 90}, "periodSeconds": 5},
            "startupProbe": {"grpc": {"port": 9000}},
        }));
        assert_eq!(
            container["livenessProbe"],
            json!({"httpGet": {"path": "/app-health/app/livez", "port": 15020}, "periodSeconds": 5})
        );
        assert_eq!(
            variable,
            r#"{"/app-health/app/livez":{"tcpSocket":{"port":90}},"/app-health/app/startupz":{"grpc":{"port":9000,"service":null}}}"#
        );
    }

    #[test]
    fn commands_and_unknown_port_names_are_not_recorded() {
        let probe = json!({"exec": {"command": ["true"]}});
        let (container, variable) = rewritten(&json!({
            "name": "app", "livenessProbe": probe, "readinessProbe": {"httpGet": {"port": "nowhere"}},
        }));
        assert_eq!(container["livenessProbe"], probe);
        assert_eq!(variable, Value::Null);
    }

    #[test]
    fn hooks_are_taken_over_as_well() {
        let (container, variable) = rewritten(&json!({
            "name": "app", "lifecycle": {"preStop": {"httpGet": {"port": 91}}, "postStart": {"tcpSocket": {"port": 93}}},
        }));
        assert_eq!(
            container["lifecycle"]["postStart"],
            json!({"httpGet": {"path": "/app-lifecycle/app/poststartz", "port": 15020}})
        );
        assert_eq!(
            variable,
            r#"{"/app-lifecycle/app/poststartz":{"tcpSocket":{"port":93}},"/app-lifecycle/app/prestopz":{"httpGet":{"port":91}}}"#
        );
    }
}
