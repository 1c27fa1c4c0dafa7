//! Which pods of a cluster are injected, by which webhook, and which would come out otherwise if they were made anew.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::annotations::INJECT;
use super::attached::recorded_revision;
use super::pod::{PROXY, Pod};
use super::policy::Policy;
use super::selection;
use crate::engine::versions::{self, Proxies};

/// The labels by which a namespace asks for injection.
pub(crate) const ENABLED: &str = "istio-injection";
pub(crate) const REVISION: &str = "istio.io/rev";
/// The label of a webhook configuration that serves a tag rather than a revision.
const TAG: &str = "istio.io/tag";

/// How the names of all of istiod's injecting webhooks end.
const INJECTOR: &str = "sidecar-injector.istio.io";

/// A webhook that adds sidecars.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Hook {
    /// The MutatingWebhookConfiguration.
    pub(crate) configuration: String,
    /// The webhook in it.
    pub(crate) webhook: String,
    /// The revision of istiod behind it.
    pub(crate) revision: String,
    /// The tag that it serves, if it serves one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<String>,
}

impl Hook {
    /// What a label asks for it by: the tag, or else the revision.
    pub(crate) fn name(&self) -> &str {
        self.tag.as_ref().unwrap_or(&self.revision)
    }
}

/// The injecting webhooks of a cluster, in the order in which the API server calls them.
pub(crate) struct Hooks<'a>(Vec<(Hook, &'a Value)>);

impl<'a> Hooks<'a> {
    /// Those in these MutatingWebhookConfigurations.
    pub(crate) fn of(configurations: &'a [Value]) -> Self {
        let mut configurations: Vec<&Value> = configurations.iter().collect();
        configurations.sort_by_key(|configuration| name_of(configuration));
        let mut hooks = Vec::new();
        for configuration in configurations {
            let webhooks = configuration["webhooks"].as_array();
            for webhook in webhooks.into_iter().flatten() {
                let name = webhook["name"].as_str().unwrap_or_default();
                if name.ends_with(INJECTOR) {
                    let hook = Hook {
                        configuration: name_of(configuration).to_owned(),
                        webhook: name.to_owned(),
                        revision: label(configuration, REVISION)
                            .unwrap_or("default")
                            .to_owned(),
                        tag: label(configuration, TAG).map(str::to_owned),
                    };
                    hooks.push((hook, webhook));
                }
            }
        }
        Self(hooks)
    }

    /// All of them, with their objects.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Hook, &'a Value)> {
        self.0.iter().map(|(hook, webhook)| (hook, *webhook))
    }

    /// The first that is called for a pod with these labels in a namespace with those. A selector that the API server would
    /// not have accepted selects nothing.
    pub(crate) fn acting(&self, namespace: &Value, pod: &Value) -> Option<&Hook> {
        let mut hooks = self.iter();
        let found =
            hooks.find(|(_, webhook)| selection::acts(webhook, namespace, pod).unwrap_or(false));
        found.map(|(hook, _)| hook)
    }

    /// What a namespace can ask for: revisions and tags, each once.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.iter().map(|(hook, _)| hook.name()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Coverage {
    pub(crate) namespace: String,
    /// The labels that decide, as far as it has them.
    pub(crate) labels: BTreeMap<String, String>,
    /// Who injects a new pod that asks for nothing itself; nobody where this is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) webhook: Option<Hook>,
    /// How many of the pods have a sidecar, or are a gateway.
    pub(crate) injected: usize,
    pub(crate) not_injected: usize,
    /// Pods that would come out otherwise if they were made anew: injected, or by another revision.
    pub(crate) to_restart: Vec<String>,
    /// The versions of their proxies.
    pub(crate) proxies: Vec<Proxies>,
}

/// How the pods of `namespace` are covered. Pods that have ended or are on their way out do not count.
pub(crate) fn coverage(hooks: &Hooks<'_>, namespace: &Value, pods: &[Value]) -> Coverage {
    let name = name_of(namespace);
    let pods: Vec<&Value> = pods
        .iter()
        .filter(|pod| pod["metadata"]["namespace"] == name && is_alive(pod))
        .collect();
    let injected = pods.iter().filter(|pod| is_injected(pod)).count();
    let stale = pods
        .iter()
        .filter(|pod| is_stale(hooks, namespace, pod))
        .map(|pod| name_of(pod).to_owned());
    Coverage {
        namespace: name.to_owned(),
        labels: [ENABLED, REVISION]
            .into_iter()
            .filter_map(|key| Some((key.to_owned(), label(namespace, key)?.to_owned())))
            .collect(),
        webhook: hooks.acting(namespace, &json!({})).cloned(),
        injected,
        not_injected: pods.len() - injected,
        to_restart: stale.collect(),
        proxies: versions::proxies(pods.iter().copied()),
    }
}

pub(super) fn is_alive(pod: &Value) -> bool {
    let phase = pod["status"]["phase"].as_str();
    !matches!(phase, Some("Succeeded" | "Failed")) && pod["metadata"]["deletionTimestamp"].is_null()
}

/// Whether a pod, or a pod template, holds the proxy.
pub(crate) fn is_injected(pod: &Value) -> bool {
    ["containers", "initContainers"].iter().any(|list| {
        let containers = pod["spec"][list].as_array();
        containers
            .into_iter()
            .flatten()
            .any(|it| it["name"] == PROXY)
    })
}

/// Whether a new pod in this one's place would get another sidecar, or its first. A sidecar that no webhook would bring was
/// added to the workload itself, and stays.
fn is_stale(hooks: &Hooks<'_>, namespace: &Value, pod: &Value) -> bool {
    let note = pod["metadata"]["annotations"][INJECT].as_str();
    if pod["spec"]["hostNetwork"] == true || (note == Some("false") && label(pod, INJECT).is_none())
    {
        return false;
    }
    let Some(hook) = hooks.acting(namespace, pod) else {
        return false;
    };
    !is_injected(pod) || recorded_revision(pod).is_some_and(|revision| revision != hook.revision)
}

/// Whether a pod is injected when it is made, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Check {
    /// `pod/web`, or the labels that were asked about.
    pub(crate) target: String,
    pub(crate) namespace: String,
    pub(crate) injected: bool,
    pub(crate) reason: String,
    /// Whether a pod that runs has a sidecar; absent for what is no such pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) has_sidecar: Option<bool>,
    /// Every injecting webhook, in the order in which they are called.
    pub(crate) webhooks: Vec<Verdict>,
}

/// What one webhook does about a pod.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Verdict {
    #[serde(flatten)]
    pub(crate) hook: Hook,
    pub(crate) acts: bool,
    pub(crate) reason: String,
}

/// Checks a pod, or a pod template, that is made in `namespace`.
pub(crate) fn check(hooks: &Hooks<'_>, target: String, namespace: &Value, pod: &Value) -> Check {
    let webhooks: Vec<Verdict> = hooks
        .iter()
        .map(|(hook, webhook)| {
            let (acts, reason) = selection::explain(webhook, namespace, pod);
            Verdict {
                hook: hook.clone(),
                acts,
                reason,
            }
        })
        .collect();
    let skip = Pod::new(pod["metadata"].clone(), pod["spec"].clone())
        .ok()
        .and_then(|pod| Policy::default().skip(&pod, name_of(namespace)));
    let acting = webhooks.iter().find(|it| it.acts);
    let (injected, reason) = match (acting, skip) {
        (Some(_), Some(skip)) => (false, format!("a webhook is asked, but the pod {skip}")),
        (Some(verdict), None) => (true, verdict.reason.clone()),
        (None, _) if webhooks.is_empty() => (false, "no injector is installed".to_owned()),
        (None, _) => (false, why_nobody(hooks, namespace, pod)),
    };
    Check {
        target,
        namespace: name_of(namespace).to_owned(),
        injected,
        reason,
        has_sidecar: None,
        webhooks,
    }
}

/// Why no webhook is asked about a pod: the label that keeps them away, or that asks for one that is not there.
fn why_nobody(hooks: &Hooks<'_>, namespace: &Value, pod: &Value) -> String {
    if label(pod, INJECT) == Some("false") {
        return format!("pod label {INJECT}=false");
    }
    let absent = |what: &str, label: &str, value: &str, revision: &str| {
        let known = hooks.names().join(", ");
        format!(
            "{what} label {label}={value} asks for {revision}, which is not installed; there is {known}"
        )
    };
    match label(namespace, ENABLED) {
        Some("enabled") => return absent("namespace", ENABLED, "enabled", "the default revision"),
        Some(other) => return format!("namespace label {ENABLED}={other}"),
        None => {}
    }
    for (what, object) in [("namespace", namespace), ("pod", pod)] {
        if let Some(revision) = label(object, REVISION).filter(|it| !hooks.names().contains(it)) {
            return absent(what, REVISION, revision, "a revision or tag");
        }
    }
    format!("neither the namespace nor the pod asks for it ({ENABLED}, {REVISION}, {INJECT})")
}

/// What a namespace's labels are to become: a merge patch's values, null for a label that goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish<'a> {
    /// Injection by the default revision.
    Default,
    /// By this revision or tag.
    Revision(&'a str),
    /// None.
    Off,
}

impl Wish<'_> {
    /// The labels of `namespace` that ask for it. `istio-injection` wins over `istio.io/rev`, so that never both are left;
    /// and where namespaces are injected unless they say no, `Off` says no.
    pub(crate) fn labels(
        self,
        hooks: &Hooks<'_>,
        namespace: &Value,
    ) -> BTreeMap<&'static str, Value> {
        let pair = |enabled: Value, revision: Value| {
            BTreeMap::from([(ENABLED, enabled), (REVISION, revision)])
        };
        match self {
            Self::Default => pair("enabled".into(), Value::Null),
            Self::Revision(name) => pair(Value::Null, name.into()),
            Self::Off => {
                let none = pair(Value::Null, Value::Null);
                let bare = labelled(namespace, &none);
                match hooks.acting(&bare, &json!({})) {
                    Some(_) => pair("disabled".into(), Value::Null),
                    None => none,
                }
            }
        }
    }
}

/// The namespace with other labels; null takes one away.
pub(crate) fn labelled(namespace: &Value, labels: &BTreeMap<&'static str, Value>) -> Value {
    let mut namespace = namespace.clone();
    if !namespace["metadata"]["labels"].is_object() {
        namespace["metadata"]["labels"] = json!({});
    }
    if let Some(map) = namespace["metadata"]["labels"].as_object_mut() {
        for (key, value) in labels {
            if value.is_null() {
                map.remove(*key);
            } else {
                map.insert((*key).to_owned(), value.clone());
            }
        }
    }
    namespace
}

/// The pods that have a sidecar from a webhook which no webhook would give them now. For a namespace whose injection was just
/// turned off: where the workload itself holds the sidecar, restarting would not take it away.
pub(crate) fn no_longer_wanted(
    hooks: &Hooks<'_>,
    namespace: &Value,
    pods: &[Value],
) -> Vec<String> {
    pods.iter()
        .filter(|pod| is_alive(pod) && is_injected(pod) && hooks.acting(namespace, pod).is_none())
        .map(|pod| name_of(pod).to_owned())
        .collect()
}

/// Whether a workload's own pod template holds the sidecar.
pub(crate) fn holds_sidecar(workload: &Value) -> bool {
    is_injected(&workload["spec"]["template"])
}

/// Whether a workload's selector selects a pod.
pub(crate) fn owns(workload: &Value, pod: &Value) -> bool {
    let selector = &workload["spec"]["selector"];
    !selection::is_empty(selector)
        && selection::matches(selector, &pod["metadata"]["labels"]).unwrap_or(false)
}

fn name_of(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

fn label<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object["metadata"]["labels"][name].as_str()
}

#[cfg(test)]
mod tests {
    use super::super::annotations::STATUS;
    use super::*;

    fn configuration(name: &str, revision: &str, everywhere: bool) -> Value {
        let webhook = |name: &str, namespace: Value| {
            json!({
                "name": format!("{name}.sidecar-injector.istio.io"),
                "rules": [{"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]}],
                "namespaceSelector": {"matchExpressions": namespace},
                "objectSelector": {"matchExpressions": [{"key": INJECT, "operator": "NotIn", "values": ["false"]}]},
            })
        };
        let is = |key: &str, value: &str| json!({"key": key, "operator": "In", "values": [value]});
        let no = |key: &str| json!({"key": key, "operator": "DoesNotExist"});
        let mut webhooks = vec![webhook(
            "rev.namespace",
            json!([is(REVISION, revision), no(ENABLED)]),
        )];
        if revision == "default" {
            webhooks.push(webhook("namespace", json!([is(ENABLED, "enabled")])));
        }
        if everywhere {
            webhooks.push(webhook("auto", json!([no(ENABLED), no(REVISION)])));
        }
        json!({"metadata": {"name": name, "labels": {REVISION: revision}}, "webhooks": webhooks})
    }

    fn namespace(labels: &Value) -> Value {
        json!({"metadata": {"name": "shop", "labels": labels}})
    }

    fn pod(name: &str, revision: Option<&str>) -> Value {
        let mut pod = json!({
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"containers": [{"name": "app"}]}, "status": {"phase": "Running"},
        });
        if let Some(revision) = revision {
            let record = json!({"revision": revision}).to_string();
            pod["metadata"]["annotations"] = json!({STATUS: record});
            pod["spec"]["initContainers"] = json!([{"name": PROXY, "image": "x/proxyv2:1.31.4"}]);
        }
        pod
    }

    #[test]
    fn counts_pods_and_names_those_that_would_come_out_otherwise() {
        let configurations = [
            configuration("a", "default", false),
            configuration("b", "canary", false),
        ];
        let hooks = Hooks::of(&configurations);
        let mut gone = pod("gone", None);
        gone["status"]["phase"] = json!("Succeeded");
        let mut refuses = pod("refuses", None);
        refuses["metadata"]["annotations"] = json!({INJECT: "false"});
        let mut elsewhere = pod("elsewhere", None);
        elsewhere["metadata"]["namespace"] = json!("other");
        let pods = [
            pod("bare", None),
            pod("old", Some("default")),
            pod("new", Some("canary")),
            gone,
            refuses,
            elsewhere,
        ];
        let found = coverage(&hooks, &namespace(&json!({REVISION: "canary"})), &pods);
        assert_eq!((found.injected, found.not_injected), (2, 2));
        assert_eq!(found.to_restart, ["bare", "old"]);
        assert_eq!(
            found.webhook.map(|hook| hook.revision).as_deref(),
            Some("canary")
        );
        assert_eq!(found.proxies[0].version, "1.31.4");
        let off = namespace(&json!({}));
        let found = coverage(&hooks, &off, &pods);
        assert_eq!(found.to_restart, Vec::<String>::new());
        assert_eq!(no_longer_wanted(&hooks, &off, &pods), ["old", "new"]);
    }

    #[test]
    fn a_check_says_by_which_webhook_and_why_not() {
        let configurations = [
            configuration("a", "default", false),
            configuration("b", "canary", false),
        ];
        let hooks = Hooks::of(&configurations);
        let template = |spec: Value| json!({"metadata": {}, "spec": spec});
        let canary = namespace(&json!({REVISION: "canary"}));
        let found = check(
            &hooks,
            "deployment/web".to_owned(),
            &canary,
            &template(json!({})),
        );
        assert!(found.injected);
        assert_eq!(found.reason, "namespace label istio.io/rev=canary");
        let acting: Vec<bool> = found.webhooks.iter().map(|it| it.acts).collect();
        assert_eq!(acting, [false, false, true]);
        let node = check(
            &hooks,
            String::new(),
            &canary,
            &template(json!({"hostNetwork": true})),
        );
        assert!(!node.injected);
        assert_eq!(
            node.reason,
            "a webhook is asked, but the pod has host networking enabled"
        );
        let plain = check(
            &hooks,
            String::new(),
            &namespace(&json!({})),
            &template(json!({})),
        );
        assert_eq!(
            plain.reason,
            "neither the namespace nor the pod asks for it (istio-injection, istio.io/rev, sidecar.istio.io/inject)"
        );
    }

    #[test]
    fn a_check_names_the_label_that_nobody_obeys() {
        let configurations = [configuration("b", "canary", false)];
        let hooks = Hooks::of(&configurations);
        let reason = |space: Value, labels: Value| {
            let pod = json!({"metadata": {"labels": labels}, "spec": {}});
            check(&hooks, String::new(), &namespace(&space), &pod).reason
        };
        assert_eq!(
            reason(json!({REVISION: "canary"}), json!({INJECT: "false"})),
            "pod label sidecar.istio.io/inject=false"
        );
        assert_eq!(
            reason(json!({ENABLED: "disabled"}), json!({})),
            "namespace label istio-injection=disabled"
        );
        assert_eq!(
            reason(json!({ENABLED: "enabled"}), json!({})),
            "namespace label istio-injection=enabled asks for the default revision, which is not installed; there is canary"
        );
        assert_eq!(
            reason(json!({REVISION: "old"}), json!({})),
            "namespace label istio.io/rev=old asks for a revision or tag, which is not installed; there is canary"
        );
    }

    #[test]
    fn never_leaves_both_labels() {
        let configurations = [configuration("a", "default", false)];
        let hooks = Hooks::of(&configurations);
        let both = namespace(&json!({ENABLED: "disabled", REVISION: "old", "team": "a"}));
        for (wish, expected) in [
            (Wish::Default, json!({ENABLED: "enabled", "team": "a"})),
            (Wish::Revision("new"), json!({REVISION: "new", "team": "a"})),
            (Wish::Off, json!({"team": "a"})),
        ] {
            let after = labelled(&both, &wish.labels(&hooks, &both));
            assert_eq!(after["metadata"]["labels"], expected);
        }
    }

    #[test]
    fn says_no_where_silence_means_yes() {
        let configurations = [configuration("a", "default", true)];
        let hooks = Hooks::of(&configurations);
        let labels = Wish::Off.labels(&hooks, &namespace(&json!({ENABLED: "enabled"})));
        assert_eq!(labels[ENABLED], "disabled");
    }

    #[test]
    fn lists_what_can_be_asked_for() {
        let mut tag = configuration("c", "canary", false);
        tag["metadata"]["labels"][TAG] = json!("prod");
        let configurations = [
            tag,
            configuration("b", "canary", false),
            configuration("a", "default", false),
        ];
        let hooks = Hooks::of(&configurations);
        assert_eq!(hooks.names(), ["canary", "default", "prod"]);
        assert_eq!(
            hooks
                .iter()
                .next()
                .map(|(hook, _)| hook.configuration.as_str()),
            Some("a")
        );
    }
}
