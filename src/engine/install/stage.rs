//! In which order the objects of an installation are applied to a cluster, and taken away again. What is in one stage can be
//! sent at the same time.

use serde_json::Value;

use super::object::{Content, Object};

/// Objects that can be applied at the same time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stage {
    pub(crate) objects: Vec<Object>,
    /// What the next stage cannot do without: these of the objects must be ready first.
    pub(crate) gate: Gate,
}

/// What has to be ready before the next stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Nothing.
    #[default]
    Open,
    /// Everything in the stage.
    All,
    /// The workloads of istiod.
    ControlPlane,
}

impl Gate {
    /// Whether the object has to be ready.
    pub(crate) fn holds(self, object: &Object) -> bool {
        match self {
            Self::Open => false,
            Self::All => true,
            Self::ControlPlane => object.component == "Pilot" && is_workload(object),
        }
    }
}

/// What an object stands on, in the order of applying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ground {
    /// Namespaces, and the kinds themselves.
    Foundations,
    /// Accounts, rights, configuration, addresses and webhooks.
    Settings,
    Workloads,
    /// Pods that istiod's webhook completes, or that mount the certificate which istiod hands out, and resources that its webhook
    /// checks. Made before istiod answers, they would be refused or stay incomplete, or be started again later and later.
    OnTheControlPlane,
}

/// The stages in the order of applying; none is empty.
pub(crate) fn stages(objects: Vec<Object>) -> Vec<Stage> {
    let mut stages = [
        (Ground::Foundations, Stage::default()),
        (Ground::Settings, Stage::default()),
        (Ground::Workloads, Stage::default()),
        (Ground::OnTheControlPlane, Stage::default()),
    ];
    for object in objects {
        let ground = ground(&object);
        if let Some((_, stage)) = stages.iter_mut().find(|(one, _)| *one == ground) {
            stage.objects.push(object);
        }
    }
    let mut filled: Vec<Stage> = Vec::new();
    for (ground, mut stage) in stages {
        stage.gate = match ground {
            Ground::Foundations => Gate::All,
            Ground::Workloads => Gate::ControlPlane,
            Ground::Settings | Ground::OnTheControlPlane => Gate::Open,
        };
        if !stage.objects.is_empty() {
            filled.push(stage);
        }
    }
    // After the last one there is nothing that could not do without.
    if let Some(last) = filled.last_mut() {
        last.gate = Gate::Open;
    }
    filled
}

/// When to take an object away: the lower, the earlier. Webhooks first, lest they refuse or hold up what follows when istiod
/// is gone; pods before the accounts and settings they use; definitions and namespaces last.
pub(crate) fn removal_rank(group: &str, kind: &str) -> u8 {
    match (group, kind) {
        ("", "Namespace") => 4,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => 3,
        ("admissionregistration.k8s.io", _) => 0,
        _ if is_custom(group) => 0,
        _ if WORKLOADS.contains(&(group, kind)) => 1,
        ("autoscaling" | "policy", _) => 1,
        _ => 2,
    }
}

fn ground(object: &Object) -> Ground {
    match (object.group(), object.kind.as_str()) {
        ("", "Namespace")
        | ("apiextensions.k8s.io", "CustomResourceDefinition")
        | ("scheduling.k8s.io", "PriorityClass") => Ground::Foundations,
        ("autoscaling" | "policy", _) => Ground::Workloads,
        (group, _) if is_custom(group) => Ground::OnTheControlPlane,
        _ if !is_workload(object) => Ground::Settings,
        _ if awaits_istiod(object) => Ground::OnTheControlPlane,
        _ => Ground::Workloads,
    }
}

/// Group and kind of what runs pods.
const WORKLOADS: &[(&str, &str)] = &[
    ("", "Pod"),
    ("", "ReplicationController"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("batch", "CronJob"),
    ("batch", "Job"),
];

fn is_workload(object: &Object) -> bool {
    WORKLOADS.contains(&(object.group(), object.kind.as_str()))
}

/// Whether a group is not Kubernetes' own, so that its kinds come by definitions.
fn is_custom(group: &str) -> bool {
    group.contains('.') && (!group.ends_with(".k8s.io") || group == "gateway.networking.k8s.io")
}

/// Whether the pods are to be completed by the injection webhook (`image: auto` is no image), or mount istiod's certificate, as
/// gateways do.
fn awaits_istiod(object: &Object) -> bool {
    let Content::Tree(tree) = &object.content else {
        return false;
    };
    let template = &tree["spec"]["template"];
    let containers = template["spec"]["containers"].as_array();
    let auto = |container: &Value| container["image"] == "auto";
    let volumes = template["spec"]["volumes"].as_array();
    let certificate = |volume: &Value| {
        let map = &volume["configMap"];
        map["name"] == "istio-ca-root-cert" && map["optional"] != true
    };
    template["metadata"]["labels"]["sidecar.istio.io/inject"] == "true"
        || containers.is_some_and(|containers| containers.iter().any(auto))
        || volumes.is_some_and(|volumes| volumes.iter().any(certificate))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Inputs, render, resolve};
    use super::*;

    fn demo() -> Vec<Object> {
        let inputs = Inputs {
            profile: Some("demo".to_owned()),
            ..Inputs::default()
        };
        render::generate(&resolve::resolve(&inputs).unwrap())
            .unwrap()
            .objects
    }

    fn names(stage: &Stage) -> Vec<String> {
        let named = |object: &Object| format!("{} {}", object.kind, object.name);
        stage.objects.iter().map(named).collect()
    }

    #[test]
    fn gateways_come_after_istiod_is_ready() {
        let stages = stages(demo());
        let place = |name: &str| {
            stages
                .iter()
                .position(|stage| names(stage).iter().any(|one| one == name))
        };
        assert_eq!(place("Namespace istio-system"), Some(0));
        assert_eq!(
            place("CustomResourceDefinition gateways.networking.istio.io"),
            Some(0)
        );
        assert_eq!(place("ServiceAccount istiod"), Some(1));
        assert_eq!(
            place("MutatingWebhookConfiguration istio-sidecar-injector"),
            Some(1)
        );
        assert_eq!(place("Deployment istiod"), Some(2));
        assert_eq!(place("Deployment kiali"), Some(2));
        assert_eq!(place("Deployment istio-ingressgateway"), Some(3));
        assert_eq!(stages.len(), 4);
        let held: Vec<&str> = stages[2]
            .objects
            .iter()
            .filter(|object| stages[2].gate.holds(object))
            .map(|object| object.name.as_str())
            .collect();
        assert_eq!(held, ["istiod"]);
        assert_eq!(stages[3].gate, Gate::Open);
    }

    #[test]
    fn resources_of_a_definition_come_after_it() {
        let object = |api_version: &str, kind: &str| {
            let tree = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}});
            Object::from_tree("Base", tree).unwrap()
        };
        let stages = stages(vec![
            object("telemetry.istio.io/v1", "Telemetry"),
            object("networking.k8s.io/v1", "NetworkPolicy"),
            Object::definition("Base", "telemetries.telemetry.istio.io", ""),
        ]);
        let kinds: Vec<_> = stages
            .iter()
            .map(|stage| stage.objects[0].kind.as_str())
            .collect();
        assert_eq!(
            kinds,
            ["CustomResourceDefinition", "NetworkPolicy", "Telemetry"]
        );
        assert_eq!(stages[0].gate, Gate::All);
        assert_eq!(stages[2].gate, Gate::Open);
    }

    #[test]
    fn webhooks_go_first_and_the_namespace_last() {
        let ranks = [
            (
                "admissionregistration.k8s.io",
                "MutatingWebhookConfiguration",
            ),
            ("apps", "Deployment"),
            ("", "ServiceAccount"),
            ("apiextensions.k8s.io", "CustomResourceDefinition"),
            ("", "Namespace"),
        ]
        .map(|(group, kind)| removal_rank(group, kind));
        assert_eq!(ranks, [0, 1, 2, 3, 4]);
    }
}
