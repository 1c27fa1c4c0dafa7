//! Faults of built-in kinds, in Kubernetes' words.

use serde_json::{Value, json};

use super::super::defaults;
use crate::sandbox::kinds::{ResourceInfo, built_in};

fn info(kind: &str) -> ResourceInfo {
    built_in()
        .into_iter()
        .find(|info| info.kind == kind)
        .unwrap()
}

/// What is wrong with a new object once it is filled in.
fn errors(kind: &str, mut object: Value) -> Vec<String> {
    let info = info(kind);
    defaults::apply(&info, &mut object, true);
    super::validate(&info, &object, None)
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// What is wrong with a change.
fn change_errors(kind: &str, mut old: Value, mut new: Value) -> Vec<String> {
    let info = info(kind);
    defaults::apply(&info, &mut old, true);
    defaults::apply(&info, &mut new, false);
    super::validate(&info, &new, Some(&old))
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn deployment(spec: &Value) -> Value {
    let mut object = json!({"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web:1"}]}}}});
    json_patch::merge(&mut object["spec"], spec);
    object
}

#[test]
fn a_deployment_without_faults_passes() {
    assert_eq!(
        errors("Deployment", deployment(&json!({}))),
        Vec::<String>::new()
    );
}

#[test]
fn faults_of_deployments_are_named() {
    let cases = [
        (
            json!({"selector": null}),
            vec!["spec.selector: Required value"],
        ),
        (
            json!({"selector": {"matchLabels": {"app": "other"}}}),
            vec![
                "spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not match template `labels`",
            ],
        ),
        (
            json!({"selector": {"matchLabels": null}}),
            vec!["spec.selector: Invalid value: {}: empty selector is invalid for deployment"],
        ),
        (
            json!({"replicas": -1}),
            vec!["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
        ),
        (
            json!({"strategy": {"type": "Rolling"}}),
            vec![
                "spec.strategy.type: Unsupported value: \"Rolling\": supported values: \"Recreate\", \"RollingUpdate\"",
            ],
        ),
        (
            json!({"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}}),
            vec![
                "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
            ],
        ),
        (
            json!({"template": {"spec": {"restartPolicy": "Never"}}}),
            vec![
                "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"",
            ],
        ),
        (
            json!({"template": {"spec": {"containers": null}}}),
            vec!["spec.template.spec.containers: Required value"],
        ),
        (
            json!({"template": {"spec": {"containers": [{"name": "a"}, {"name": "a", "image": "b",
                "ports": [{"containerPort": 70000, "name": "Bad_Name"}], "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                "resources": {"requests": {"cpu": "2"}, "limits": {"cpu": "1500m"}}}]}}}),
            vec![
                "spec.template.spec.containers[0].image: Required value",
                "spec.template.spec.containers[1].name: Duplicate value: \"a\"",
                "spec.template.spec.containers[1].ports[0].name: Invalid value: \"Bad_Name\": must contain only alphanumeric \
                 characters (a-z, 0-9), and hyphens (-)",
                "spec.template.spec.containers[1].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, \
                 inclusive",
                "spec.template.spec.containers[1].volumeMounts[0].name: Not found: \"v\"",
                "spec.template.spec.containers[1].resources.requests: Invalid value: \"2\": must be less than or equal to cpu \
                 limit of 1500m",
            ],
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(
            errors("Deployment", deployment(&change)),
            expected,
            "{change}"
        );
    }
}

#[test]
fn what_may_not_change_is_told() {
    let selector = json!({"selector": {"matchLabels": {"app": "b"}}, "template": {"metadata": {"labels": {"app": "b"}}}});
    assert_eq!(
        change_errors("Deployment", deployment(&json!({})), deployment(&selector)),
        ["spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"b\"}}: field is immutable"]
    );
    let pod = |image: &str, policy: &str| {
        json!({"metadata": {"name": "a"}, "spec": {"restartPolicy": policy,
        "nodeName": "n", "containers": [{"name": "a", "image": image, "imagePullPolicy": "Always"}],
        "enableServiceLinks": true, "serviceAccountName": "default", "serviceAccount": "default", "priority": 0,
        "preemptionPolicy": "PreemptLowerPriority"}})
    };
    assert_eq!(
        change_errors("Pod", pod("a:1", "Always"), pod("a:2", "Always")),
        Vec::<String>::new()
    );
    assert!(
        change_errors("Pod", pod("a:1", "Always"), pod("a:1", "Never"))[0]
            .starts_with("spec: Forbidden: pod updates")
    );
    let map =
        |value: &str| json!({"metadata": {"name": "a"}, "immutable": true, "data": {"a": value}});
    assert_eq!(
        change_errors("ConfigMap", map("x"), map("y")),
        ["data: Forbidden: field is immutable when `immutable` is set"]
    );
    let secret = |kind: &str| json!({"metadata": {"name": "a"}, "type": kind});
    assert_eq!(
        change_errors("Secret", secret("Opaque"), secret("other")),
        ["type: Invalid value: \"other\": field is immutable"]
    );
    let binding = |role: &str| json!({"metadata": {"name": "a"}, "roleRef": {"kind": "ClusterRole", "name": role}});
    assert!(
        change_errors("RoleBinding", binding("a"), binding("b"))[0]
            .ends_with("cannot change roleRef")
    );
}

#[test]
fn faults_of_services_are_named() {
    let service = |spec: Value| json!({"metadata": {"name": "web"}, "spec": spec});
    let cases = [
        (json!({}), vec!["spec.ports: Required value"]),
        (json!({"clusterIP": "None"}), vec![]),
        (
            json!({"ports": [{"port": 80}, {"port": 0, "name": "b"}]}),
            vec![
                "spec.ports[0].name: Required value",
                "spec.ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "spec.ports[1].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
            ],
        ),
        (
            json!({"ports": [{"port": 80, "nodePort": 30000}]}),
            vec!["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
        ),
        (
            json!({"type": "Cluster", "ports": [{"port": 80}]}),
            vec![
                "spec.type: Unsupported value: \"Cluster\": supported values: \"ClusterIP\", \"ExternalName\", \
                 \"LoadBalancer\", \"NodePort\"",
            ],
        ),
        (
            json!({"type": "ExternalName"}),
            vec!["spec.externalName: Required value"],
        ),
    ];
    for (spec, expected) in cases {
        assert_eq!(errors("Service", service(spec.clone())), expected, "{spec}");
    }
}

#[test]
fn faults_of_other_kinds_are_named() {
    let cases = [
        (
            "ConfigMap",
            json!({"data": {"a b": ""}}),
            "data[a b]: Invalid value: \"a b\": a valid config key must consist",
        ),
        (
            "Secret",
            json!({"type": "kubernetes.io/tls"}),
            "data[tls.crt]: Required value",
        ),
        (
            "Role",
            json!({"rules": [{"verbs": ["get"], "resources": ["pods"]}]}),
            "rules[0].apiGroups: Required value: resource rules must",
        ),
        (
            "RoleBinding",
            json!({"roleRef": {"kind": "Rule", "name": "a"}}),
            "roleRef.kind: Unsupported value: \"Rule\"",
        ),
        (
            "Job",
            json!({"metadata": {"name": "a", "uid": "u"}, "spec": {"template": {"spec": {"containers": [{"name": "a", "image": "b"}]}}}}),
            "spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\"",
        ),
        (
            "CronJob",
            json!({"metadata": {"name": "a"}, "spec": {"schedule": "* *", "jobTemplate": {"spec": {"template": {"spec": {
            "restartPolicy": "Never", "containers": [{"name": "a", "image": "b"}]}}}}}}),
            "spec.schedule: Invalid value: \"* *\": expected exactly 5 fields, found 2: [* *]",
        ),
        (
            "HorizontalPodAutoscaler",
            json!({"spec": {"scaleTargetRef": {"kind": "Deployment", "name": "a"}}}),
            "spec.maxReplicas: Invalid value: 0: must be greater than 0",
        ),
        (
            "PodDisruptionBudget",
            json!({"spec": {"minAvailable": 1, "maxUnavailable": 1}}),
            "spec: Invalid value: ",
        ),
        (
            "Ingress",
            json!({"spec": {}}),
            "spec: Invalid value: {}: either `defaultBackend` or `rules` must be specified",
        ),
        (
            "MutatingWebhookConfiguration",
            json!({"webhooks": [{"name": "short"}]}),
            "webhooks[0].name: Invalid value: \"short\": should be a domain with at least three segments separated by dots",
        ),
        (
            "CustomResourceDefinition",
            json!({"metadata": {"name": "a"}, "spec": {"group": "b.c", "scope": "Cluster",
            "names": {"plural": "as", "kind": "A"}, "versions": []}}),
            "metadata.name: Invalid value: \"a\": must be spec.names.plural+\".\"+spec.group",
        ),
        (
            "PersistentVolumeClaim",
            json!({"spec": {"resources": {"requests": {"storage": "1Gi"}}}}),
            "spec.accessModes: Required value: at least 1 access mode is required",
        ),
        ("Pod", json!({}), "spec.containers: Required value"),
    ];
    for (kind, object, expected) in cases {
        let found = errors(kind, object);
        assert!(
            found
                .first()
                .is_some_and(|first| first.starts_with(expected)),
            "{kind}: {found:?}"
        );
    }
}
