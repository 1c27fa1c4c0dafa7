//! What belongs to an installation although no inventory of `mesh` lists it, told from the objects themselves: what istioctl,
//! Helm or kubectl made, by the labels of Istio's charts; what istiod makes of its own; what would call an istiod that is gone.

use std::collections::BTreeSet;

use serde_json::Value;

use super::tags::{DEFAULT, REVISION, TAG};

/// apiVersion and kind of what Istio's charts consist of, definitions and namespaces apart.
pub(crate) const KINDS: &[(&str, &str)] = &[
    (ADMISSION, "MutatingWebhookConfiguration"),
    (ADMISSION, "ValidatingAdmissionPolicy"),
    (ADMISSION, "ValidatingAdmissionPolicyBinding"),
    (ADMISSION, "ValidatingWebhookConfiguration"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition"),
    ("networking.istio.io/v1alpha3", "EnvoyFilter"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
    ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"),
    ("v1", "ConfigMap"),
    ("v1", "ResourceQuota"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
];
pub(crate) const ADMISSION: &str = "admissionregistration.k8s.io/v1";

/// Label selectors that find all that [`Reach::holds`] can hold: istioctl labels everything with the component, Helm's charts
/// with what they are part of, and tags carry their name.
pub(crate) const SELECTORS: [&str; 3] = [
    "operator.istio.io/component",
    "app.kubernetes.io/part-of=istio",
    "istio.io/tag",
];

/// The components that belong to a revision, unlike what all of them stand on.
const OF_A_REVISION: &[&str] = &[
    "Pilot",
    "IngressGateways",
    "EgressGateways",
    "Cni",
    "Ztunnel",
];

/// What of the objects with Istio's labels is meant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach<'a> {
    pub(crate) istio_namespace: &'a str,
    /// One revision, without what all stand on; everything without.
    pub(crate) revision: Option<&'a str>,
    /// No istiod is in another namespace, so that everything is of this one.
    pub(crate) alone: bool,
}

impl Reach<'_> {
    /// Whether the object is part of it. What has an owner goes with that, and a gateway of Helm's chart `gateway` is a
    /// user of the control plane, not a part of it.
    pub(crate) fn holds(&self, object: &Value) -> bool {
        let label = |name: &str| object["metadata"]["labels"][name].as_str();
        let owners = object["metadata"]["ownerReferences"].as_array();
        let component = label("operator.istio.io/component");
        let chart = label("helm.sh/chart").unwrap_or_default();
        let of_charts =
            label("app.kubernetes.io/part-of") == Some("istio") && !chart.starts_with("gateway-");
        if owners.is_some_and(|owners| !owners.is_empty())
            || component.is_none() && label(TAG).is_none() && !of_charts
        {
            return false;
        }
        let of_revision = self.revision.is_none_or(|revision| {
            label(REVISION) == Some(revision)
                && component.is_none_or(|it| OF_A_REVISION.contains(&it))
                && !chart.starts_with("base-")
        });
        of_revision && (self.alone || self.is_here(object))
    }

    /// Whether it shows that it belongs to the istiod of this namespace.
    fn is_here(&self, object: &Value) -> bool {
        let metadata = &object["metadata"];
        if let Some(namespace) = metadata["namespace"].as_str() {
            return namespace == self.istio_namespace;
        }
        let suffix = format!("-{}", self.istio_namespace);
        text(&metadata["name"]).ends_with(&suffix)
            || services(object).any(|(namespace, _)| namespace == self.istio_namespace)
    }
}

/// Whose by-products are meant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Istiod<'a> {
    /// Of the last istiod of the namespace: all.
    Last,
    /// Of these revisions, while others stay: what each has for itself.
    Revisions(&'a BTreeSet<String>),
}

/// By what istiod's replicas agree on who acts, as ConfigMaps and Leases; some with `-REVISION`.
const LOCKS: &[&str] = &[
    "istio-analyze-leader",
    "istio-clustertrustbundle-controller-election",
    "istio-gateway-deployment",
    "istio-gateway-inferencepool",
    "istio-gateway-status-leader",
    "istio-ip-autoallocate",
    "istio-leader",
    "istio-namespace-controller-election",
    "istio-node-untaint",
    "istio-serviceexport-controller-election",
    "istio-status-leader",
];

impl Istiod<'_> {
    /// Whether istiod made a ConfigMap, Lease or Secret of its own namespace for itself.
    pub(crate) fn made(self, kind: &str, name: &str) -> bool {
        match (kind, self) {
            ("Secret", Self::Last) => name == "istio-ca-secret",
            ("ConfigMap" | "Lease", _) => LOCKS.iter().any(|lock| {
                let Some(rest) = name.strip_prefix(lock) else {
                    return false;
                };
                match (rest.strip_prefix('-'), self) {
                    (None, Self::Last) => rest.is_empty(),
                    (Some(_), Self::Last) => true,
                    (Some(revision), Self::Revisions(going)) => going.contains(revision),
                    (None, Self::Revisions(_)) => false,
                }
            }),
            _ => false,
        }
    }
}

/// Whether any istiod makes objects of this name: in every namespace the certificates that proxies trust; for the cluster the
/// bundle with the same, and the classes of the Gateway API. They are needed until the last istiod of the cluster goes.
pub(crate) fn is_made_for_all(object: &Value) -> bool {
    const CLASSES: &[&str] = &[
        "istio",
        "istio-agentgateway",
        "istio-agentgateway-waypoint",
        "istio-east-west",
        "istio-remote",
        "istio-waypoint",
    ];
    let name = text(&object["metadata"]["name"]);
    match object["kind"].as_str() {
        Some("ConfigMap") => {
            object["metadata"]["labels"]["istio.io/config"] == "true"
                && IN_EVERY_NAMESPACE.contains(&name)
        }
        Some("ClusterTrustBundle") => object["spec"]["signerName"] == "istio.io/istiod-ca",
        Some("GatewayClass") => {
            CLASSES.contains(&name)
                && text(&object["spec"]["controllerName"]).starts_with("istio.io/")
        }
        _ => false,
    }
}

/// The ConfigMaps with istiod's certificate and with those that it has revoked.
pub(crate) const IN_EVERY_NAMESPACE: [&str; 2] = ["istio-ca-root-cert", "istio-ca-crl"];

/// Whether a webhook configuration of Istio's, such as a tag's, calls one of these Services (namespace and name): without
/// it, it would refuse pods or resources, or do nothing.
pub(crate) fn calls(webhook: &Value, going: &BTreeSet<(&str, &str)>) -> bool {
    let labels = &webhook["metadata"]["labels"];
    let is_istios = labels.get(REVISION).is_some()
        || labels.get(TAG).is_some()
        || labels["app.kubernetes.io/part-of"] == "istio";
    is_istios && services(webhook).any(|service| going.contains(&service))
}

/// What namespaces ask for that will inject their pods no more: revisions and tags whose webhooks go. `stays` are the
/// webhooks that stay.
pub(crate) fn without_injector<'a>(
    namespaces: &'a [Value],
    goes: &BTreeSet<String>,
    stays: &BTreeSet<String>,
) -> Vec<&'a str> {
    let asks_in_vain = |namespace: &Value| {
        let label = |name: &str| namespace["metadata"]["labels"][name].as_str();
        let asked = match label("istio-injection") {
            Some("enabled") => Some(DEFAULT),
            Some(_) => None,
            None => label(REVISION),
        };
        asked.is_some_and(|it| goes.contains(it) && !stays.contains(it))
    };
    namespaces
        .iter()
        .filter(|it| asks_in_vain(it))
        .map(|it| text(&it["metadata"]["name"]))
        .collect()
}

/// What a mutating webhook serves: the tag, or the revision.
pub(crate) fn asked_for(webhook: &Value) -> Option<String> {
    let labels = &webhook["metadata"]["labels"];
    let name = labels[TAG].as_str().or_else(|| labels[REVISION].as_str());
    name.map(str::to_owned)
}

/// Namespace and name of the Services that webhooks call.
fn services(configuration: &Value) -> impl Iterator<Item = (&str, &str)> {
    let webhooks = configuration["webhooks"].as_array();
    webhooks.into_iter().flatten().filter_map(|webhook| {
        let service = &webhook["clientConfig"]["service"];
        Some((service["namespace"].as_str()?, service["name"].as_str()?))
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const EVERYTHING: Reach<'_> = Reach {
        istio_namespace: "istio-system",
        revision: None,
        alone: true,
    };

    fn object(namespace: Option<&str>, name: &str, labels: &Value) -> Value {
        json!({"kind": "ClusterRole", "metadata": {"name": name, "namespace": namespace, "labels": labels}})
    }

    #[test]
    fn finds_what_istioctl_and_helm_made_by_their_labels() {
        let is = |labels: Value| EVERYTHING.holds(&object(None, "a", &labels));
        assert!(is(json!({"operator.istio.io/component": "Base"})));
        assert!(is(
            json!({"app.kubernetes.io/part-of": "istio", "helm.sh/chart": "istiod-1.31.4"})
        ));
        assert!(is(json!({"istio.io/tag": "prod"})));
        assert!(!is(
            json!({"app.kubernetes.io/part-of": "istio", "helm.sh/chart": "gateway-1.31.4"})
        ));
        assert!(!is(json!({"istio.io/rev": "default"})));
        let mut owned = object(None, "a", &json!({"operator.istio.io/component": "Pilot"}));
        owned["metadata"]["ownerReferences"] = json!([{"kind": "Deployment"}]);
        assert!(!EVERYTHING.holds(&owned));
    }

    #[test]
    fn a_revision_leaves_what_all_stand_on() {
        let canary = Reach {
            revision: Some("canary"),
            ..EVERYTHING
        };
        let is = |component: &str, revision: &str| {
            let labels =
                json!({"operator.istio.io/component": component, "istio.io/rev": revision});
            canary.holds(&object(None, "a", &labels))
        };
        assert!(is("Pilot", "canary"));
        assert!(!is("Pilot", "default"));
        assert!(!is("Base", "canary"));
    }

    #[test]
    fn beside_another_istiod_only_what_shows_where_it_belongs() {
        let here = Reach {
            alone: false,
            ..EVERYTHING
        };
        let labels = json!({"operator.istio.io/component": "Pilot"});
        let is = |namespace, name| here.holds(&object(namespace, name, &labels));
        assert!(is(Some("istio-system"), "istiod"));
        assert!(!is(Some("other"), "istiod"));
        assert!(is(None, "istiod-clusterrole-istio-system"));
        assert!(!is(None, "istiod-clusterrole-other"));
        let mut webhook = object(None, "istio-sidecar-injector", &labels);
        webhook["webhooks"] =
            json!([{"clientConfig": {"service": {"namespace": "istio-system", "name": "istiod"}}}]);
        assert!(here.holds(&webhook));
    }

    #[test]
    fn locks_of_a_revision_go_with_it_and_the_rest_with_the_last() {
        let going = BTreeSet::from(["canary".to_owned()]);
        let made = |kind: &str, name: &str| {
            (
                Istiod::Revisions(&going).made(kind, name),
                Istiod::Last.made(kind, name),
            )
        };
        let both = |name: &str| made("Lease", name);
        assert_eq!(both("istio-gateway-deployment-canary"), (true, true));
        assert_eq!(both("istio-gateway-deployment-default"), (false, true));
        assert_eq!(both("istio-leader"), (false, true));
        assert_eq!(both("istio-leaderboard"), (false, false));
        assert_eq!(made("Secret", "istio-ca-secret"), (false, true));
    }

    #[test]
    fn a_class_of_the_users_own_is_not_istiods() {
        let class = |name: &str, controller: &str| {
            let spec = json!({"controllerName": controller});
            is_made_for_all(
                &json!({"kind": "GatewayClass", "metadata": {"name": name}, "spec": spec}),
            )
        };
        assert!(class("istio", "istio.io/gateway-controller"));
        assert!(!class("mine", "istio.io/gateway-controller"));
        assert!(!class("istio", "example.com/gateway"));
    }

    #[test]
    fn a_webhook_of_somebody_else_is_left_alone() {
        let going = BTreeSet::from([("istio-system", "istiod")]);
        let webhook = |labels: Value, service: &str| {
            let service = json!({"namespace": "istio-system", "name": service});
            calls(
                &json!({"metadata": {"labels": labels}, "webhooks": [{"clientConfig": {"service": service}}]}),
                &going,
            )
        };
        assert!(webhook(json!({"istio.io/tag": "prod"}), "istiod"));
        assert!(!webhook(json!({"istio.io/tag": "prod"}), "istiod-canary"));
        assert!(!webhook(json!({}), "istiod"));
    }

    #[test]
    fn a_namespace_is_without_injector_if_no_other_webhook_serves_what_it_asks_for() {
        let set = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        let namespaces = [
            json!({"metadata": {"name": "a", "labels": {"istio-injection": "enabled"}}}),
            json!({"metadata": {"name": "b", "labels": {"istio.io/rev": "prod"}}}),
            json!({"metadata": {"name": "c", "labels": {"istio-injection": "disabled"}}}),
        ];
        let going = set(&["default", "prod"]);
        assert_eq!(without_injector(&namespaces, &going, &set(&[])), ["a", "b"]);
        assert_eq!(
            without_injector(&namespaces, &going, &set(&["default"])),
            ["b"]
        );
    }
}
