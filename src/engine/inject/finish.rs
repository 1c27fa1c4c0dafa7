//! The last steps on a pod that the templates were merged into: what cannot be said in a template.

use std::collections::BTreeMap;

use crate::yaml::Value;

use super::annotations::{self, parse_bool};
use super::mesh_config::{MeshConfig, ProxyConfig};
use super::pod::{Containers, PROXY, Pod, name_of};
use super::{probes, prometheus, webhook};

/// What the last steps depend on besides the pod.
pub(crate) struct Settings<'a> {
    pub(crate) mesh: &'a MeshConfig,
    pub(crate) proxy: &'a ProxyConfig,
    /// `values.sidecarInjectorWebhook.rewriteAppHTTPProbe`
    pub(crate) rewrite_probes: bool,
    /// `values.global.proxy.holdApplicationUntilProxyStarts`
    pub(crate) hold_application: bool,
    /// Empty for the default revision.
    pub(crate) revision: &'a str,
    /// What the proxy is told about its place in the mesh.
    pub(crate) variables: &'a BTreeMap<String, String>,
    /// Annotations that every injected pod gets.
    pub(crate) annotations: Option<&'a BTreeMap<String, String>>,
}

/// Finishes `pod`; `rendered` is what the templates made, for the record of what was injected.
pub(crate) fn finish(pod: &mut Pod, rendered: &Pod, settings: &Settings<'_>) -> Result<(), String> {
    let agent_port = settings.proxy.status_port();
    webhook::tell_place(pod, settings.variables);
    prometheus::merge_metrics(pod, settings.mesh, agent_port)?;
    prometheus::announce_secure_port(pod);
    let rewrite = pod
        .annotation(annotations::REWRITE_PROBES)
        .and_then(parse_bool)
        .unwrap_or(settings.rewrite_probes);
    if rewrite && pod.proxy().is_some() {
        probes::rewrite(pod, agent_port);
    }
    if let Some(network) = webhook::network(settings.variables) {
        pod.set_label(annotations::NETWORK, network);
    }
    pod.set_annotation(annotations::STATUS, status(rendered, settings.revision));
    for (name, value) in settings.annotations.into_iter().flatten() {
        pod.set_annotation(name, value);
    }
    reorder(
        pod,
        settings.proxy.holds_application() || settings.hold_application,
    );
    Ok(())
}

/// What was injected, by name: the value of `sidecar.istio.io/status`.
fn status(rendered: &Pod, revision: &str) -> String {
    let names = |field: &str| {
        let names: Vec<&str> = rendered.list(field).iter().map(name_of).collect();
        if names.is_empty() {
            "null".to_owned()
        } else {
            Value::from(names).to_string()
        }
    };
    let revision = if revision.is_empty() {
        "default"
    } else {
        revision
    };
    format!(
        r#"{{"initContainers":{},"containers":{},"volumes":{},"imagePullSecrets":{},"revision":{}}}"#,
        names("initContainers"),
        names("containers"),
        names("volumes"),
        names("imagePullSecrets"),
        Value::from(revision)
    )
}

/// Puts the containers that injection brings where they have to be.
///
/// A proxy among the containers comes last, so that `kubectl exec` still means the application, or first when the
/// application waits for it. A native sidecar comes right after the capture is set up, before the application's init
/// containers; with a classic sidecar these run before the capture, or they would have no network.
fn reorder(pod: &mut Pod, proxy_first: bool) {
    if let Some(list) = pod.existing_mut(Containers::App) {
        place(list, PROXY, proxy_first);
    }
    let native = pod.has_container(Containers::Init, PROXY);
    let moves: &[(&str, bool)] = if native {
        &[
            ("enable-core-dump", true),
            (PROXY, true),
            ("istio-validation", true),
            ("istio-init", true),
        ]
    } else {
        &[
            ("istio-validation", true),
            ("istio-init", false),
            ("enable-core-dump", false),
        ]
    };
    if let Some(list) = pod.existing_mut(Containers::Init) {
        for (name, first) in moves {
            place(list, name, *first);
        }
    }
}

/// Moves the container of this name to one end of the list.
fn place(list: &mut Vec<Value>, name: &str, first: bool) {
    if let Some(place) = list.iter().position(|it| name_of(it) == name) {
        let container = list.remove(place);
        list.insert(if first { 0 } else { list.len() }, container);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(pod: &Pod, which: Containers) -> Vec<&str> {
        pod.containers(which).iter().map(name_of).collect()
    }

    fn reordered(spec: Value, proxy_first: bool) -> Pod {
        let mut pod = Pod::new(json!(null), spec).expect("a pod");
        reorder(&mut pod, proxy_first);
        pod
    }

    #[test]
    fn a_native_sidecar_comes_before_the_applications_init_containers() {
        let pod = reordered(
            json!({"initContainers": [{"name": "mine"}, {"name": "istio-proxy"}, {"name": "istio-init"}]}),
            false,
        );
        assert_eq!(
            names(&pod, Containers::Init),
            ["istio-init", "istio-proxy", "mine"]
        );
    }

    #[test]
    fn a_classic_capture_comes_after_the_applications_init_containers() {
        let spec = json!({
            "initContainers": [{"name": "istio-init"}, {"name": "mine"}],
            "containers": [{"name": "istio-proxy"}, {"name": "app"}],
        });
        let pod = reordered(spec.clone(), false);
        assert_eq!(names(&pod, Containers::Init), ["mine", "istio-init"]);
        assert_eq!(names(&pod, Containers::App), ["app", "istio-proxy"]);
        assert_eq!(
            names(&reordered(spec, true), Containers::App),
            ["istio-proxy", "app"]
        );
    }

    #[test]
    fn the_status_names_what_was_rendered() {
        let rendered = Pod::new(
            json!(null),
            json!({"containers": [{"name": "istio-proxy"}], "volumes": [{"name": "a"}, {"name": "b"}]}),
        )
        .expect("a pod");
        assert_eq!(
            status(&rendered, ""),
            r#"{"initContainers":null,"containers":["istio-proxy"],"volumes":["a","b"],"imagePullSecrets":null,"revision":"default"}"#
        );
    }
}
