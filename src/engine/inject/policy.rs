//! Whether a pod is injected at all.
//!
//! For objects of files injecting is what the user asked for, and only what the pod says of itself counts. The webhook also
//! goes by the injector's own policy and selectors. A namespace's labels are not looked at here: they decide whether the
//! webhook is asked (`selection`).

use super::annotations::{INJECT, STATUS};
use super::pod::Pod;
use super::selection;
use crate::yaml::Value;

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
    /// The injector's `neverInjectSelector` selects it.
    NeverSelected,
    /// There is no sidecar to be taken out.
    NotInjected,
    /// The annotation that says what was injected cannot be read.
    UnreadableRecord,
    /// The injector's policy (`disabled`, or one that it does not know) leaves it out.
    Policy(String),
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
            Self::NeverSelected => {
                formatter.write_str("is selected by the injector's neverInjectSelector")
            }
            Self::NotInjected => formatter.write_str("was not injected"),
            Self::UnreadableRecord => {
                write!(formatter, "has an annotation {STATUS} that cannot be read")
            }
            Self::Policy(policy) => {
                write!(formatter, "is left out by the injector's policy ({policy})")
            }
        }
    }
}

/// What the injector does about pods that do not say themselves whether they want a sidecar.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// `enabled` injects them, `disabled` does not; with any other word nothing is injected at all.
    pub(crate) word: String,
    /// `metav1.LabelSelector`s of pods that are left alone. They win over `always`; an empty one selects nothing.
    pub(crate) never: Vec<Value>,
    /// `metav1.LabelSelector`s of pods that are injected.
    pub(crate) always: Vec<Value>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            word: "enabled".to_owned(),
            never: Vec::new(),
            always: Vec::new(),
        }
    }
}

impl Policy {
    /// Why the webhook leaves this pod of `namespace` alone, if it does.
    pub(crate) fn skip(&self, pod: &Pod, namespace: &str) -> Option<Skip> {
        if let Some(skip) = ruled_out(pod, namespace) {
            return Some(skip);
        }
        let by_policy = || Some(Skip::Policy(self.word.clone()));
        if !matches!(self.word.as_str(), "enabled" | "disabled") {
            return by_policy();
        }
        match wish(pod) {
            Some("true") => return None,
            Some("false") => return Some(Skip::Disabled),
            _ => {}
        }
        let labels = pod.metadata().get("labels").unwrap_or(&Value::Null);
        // A selector that cannot be read selects nothing, as istiod has it.
        let selected = |selectors: &[Value]| {
            selectors.iter().any(|selector| {
                !selection::is_empty(selector)
                    && selection::matches(selector, labels).unwrap_or(false)
            })
        };
        if selected(&self.never) {
            return Some(Skip::NeverSelected);
        }
        if self.word == "enabled" || selected(&self.always) {
            return None;
        }
        by_policy()
    }
}

/// Why this pod of a file is not to be injected, if it is not.
pub(crate) fn skip(pod: &Pod) -> Option<Skip> {
    let namespace = pod.metadata().get("namespace").and_then(Value::as_str);
    ruled_out(pod, namespace.unwrap_or(""))
        .or_else(|| (wish(pod) == Some("false")).then_some(Skip::Disabled))
}

fn ruled_out(pod: &Pod, namespace: &str) -> Option<Skip> {
    if pod.spec().get("hostNetwork").and_then(Value::as_bool) == Some(true) {
        return Some(Skip::HostNetwork);
    }
    SYSTEM_NAMESPACES
        .contains(&namespace)
        .then(|| Skip::SystemNamespace(namespace.to_owned()))
}

/// A wish that is neither `true` nor `false`, and so does not count.
pub(crate) fn doubt(pod: &Pod) -> Option<String> {
    let wish = wish(pod).filter(|wish| !matches!(*wish, "true" | "false"))?;
    Some(format!(
        "{INJECT}: \"{wish}\" does not count, since only \"true\" and \"false\" do"
    ))
}

/// What the pod says itself. The label is the newer way, and wins.
fn wish(pod: &Pod) -> Option<&str> {
    pod.label(INJECT).or_else(|| pod.annotation(INJECT))
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
    fn the_webhook_goes_by_policy_and_selectors_where_the_pod_says_nothing() {
        let selector = |value: &str| json!({"matchLabels": {"app": value}});
        let policy = |word: &str| Policy {
            word: word.to_owned(),
            never: vec![selector("never"), json!({})],
            always: vec![selector("never"), selector("always"), json!({})],
        };
        let decided = |word: &str, labels: Value| {
            let pod = Pod::new(json!({"labels": labels}), json!({})).expect("a pod");
            policy(word).skip(&pod, "shop")
        };
        let by_policy = |word: &str| Some(Skip::Policy(word.to_owned()));
        assert_eq!(decided("enabled", json!({})), None);
        assert_eq!(decided("disabled", json!({})), by_policy("disabled"));
        assert_eq!(decided("off", json!({INJECT: "true"})), by_policy("off"));
        let never = json!({"app": "never"});
        assert_eq!(decided("enabled", never.clone()), Some(Skip::NeverSelected));
        assert_eq!(decided("disabled", json!({"app": "always"})), None);
        assert_eq!(decided("disabled", json!({INJECT: "true"})), None);
        assert_eq!(
            decided("enabled", json!({INJECT: "false"})),
            Some(Skip::Disabled)
        );
        let wanted = json!({"app": "never", INJECT: "true"});
        assert_eq!(decided("enabled", wanted), None);
        let unclear = json!({"app": "never", INJECT: "maybe"});
        assert_eq!(decided("enabled", unclear), Some(Skip::NeverSelected));
        let pod = Pod::new(never, json!({})).expect("a pod");
        assert_eq!(
            policy("enabled").skip(&pod, "kube-public"),
            Some(Skip::SystemNamespace("kube-public".into()))
        );
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
