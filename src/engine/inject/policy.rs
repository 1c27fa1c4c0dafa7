//! Whether a pod is injected at all.
//!
//! This is the decision for objects of files, where injecting is what the user asked for: a namespace's labels and the
//! injector's own selectors do not count.

use super::annotations::INJECT;
use super::pod::Pod;

/// Namespaces of Kubernetes itself, whose pods are never injected.
const SYSTEM_NAMESPACES: &[&str] = &[
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "local-path-storage",
];

/// Why a pod is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Skip {
    /// It uses the node's network, where capturing traffic would capture the node's.
    HostNetwork,
    /// Its label or annotation `sidecar.istio.io/inject` says no.
    Disabled,
    /// It belongs to Kubernetes itself.
    SystemNamespace(String),
}

impl std::fmt::Display for Skip {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::HostNetwork => formatter.write_str("has host networking enabled"),
            Self::Disabled => write!(
                formatter,
                "has sidecar injection disabled ({INJECT}: \"false\")"
            ),
            Self::SystemNamespace(name) => write!(formatter, "is in the system namespace {name}"),
        }
    }
}

/// Why this pod is not to be injected, if it is not.
pub(crate) fn skip(pod: &Pod) -> Option<Skip> {
    if pod
        .spec()
        .get("hostNetwork")
        .and_then(crate::yaml::Value::as_bool)
        == Some(true)
    {
        return Some(Skip::HostNetwork);
    }
    let namespace = pod
        .metadata()
        .get("namespace")
        .and_then(crate::yaml::Value::as_str);
    if let Some(namespace) = namespace.filter(|name| SYSTEM_NAMESPACES.contains(name)) {
        return Some(Skip::SystemNamespace(namespace.to_owned()));
    }
    // The label is the newer way, and wins.
    let wish = pod.label(INJECT).or_else(|| pod.annotation(INJECT));
    (wish == Some("false")).then_some(Skip::Disabled)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn decided(metadata: Value, spec: Value) -> Option<Skip> {
        skip(&Pod::new(metadata, spec).expect("a pod"))
    }

    #[test]
    fn a_label_wins_over_an_annotation() {
        let note = json!({"annotations": {INJECT: "false"}});
        assert_eq!(decided(note, json!({})), Some(Skip::Disabled));
        let both = json!({"annotations": {INJECT: "false"}, "labels": {INJECT: "true"}});
        assert_eq!(decided(both, json!({})), None);
        let label = json!({"labels": {INJECT: "false"}});
        assert_eq!(decided(label, json!({})), Some(Skip::Disabled));
    }

    #[test]
    fn pods_of_the_node_and_of_kubernetes_are_left_alone() {
        assert_eq!(
            decided(json!({}), json!({"hostNetwork": true})),
            Some(Skip::HostNetwork)
        );
        assert_eq!(
            decided(json!({"namespace": "kube-system"}), json!({})),
            Some(Skip::SystemNamespace("kube-system".into()))
        );
        assert_eq!(
            decided(json!({"namespace": "shop"}), json!({"hostNetwork": false})),
            None
        );
    }
}
