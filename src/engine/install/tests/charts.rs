//! What our charts make of values that no profile sets. Needs no reference data.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{generate, tree};
use crate::engine::install::{Inputs, render, resolve};

/// Every object of the default profile with these settings, but for the CRDs.
fn with(set: &[&str]) -> Vec<Value> {
    let inputs = Inputs {
        set: set.iter().map(|setting| (*setting).to_owned()).collect(),
        ..Inputs::default()
    };
    generate(&inputs)
        .iter()
        .filter(|object| object.kind != "CustomResourceDefinition")
        .map(tree)
        .collect()
}

/// Why these settings are refused.
fn refusal(set: &[&str]) -> String {
    let inputs = Inputs {
        set: set.iter().map(|setting| (*setting).to_owned()).collect(),
        ..Inputs::default()
    };
    let error = resolve::resolve(&inputs)
        .and_then(|resolved| render::generate(&resolved))
        .expect_err("these settings are wrong");
    format!("{error}: {}", error.causes().join(": "))
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn identity(object: &Value) -> String {
    format!(
        "{} {}/{}",
        text(object, "/kind"),
        text(object, "/metadata/namespace"),
        text(object, "/metadata/name")
    )
}

fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    objects
        .iter()
        .find(|object| text(object, "/kind") == kind && text(object, "/metadata/name") == name)
        .unwrap_or_else(|| panic!("there is no {kind} `{name}`"))
}

fn containers(object: &Value) -> impl Iterator<Item = &Value> {
    list(object, "/spec/template/spec/containers").iter()
}

/// The value of a variable in the first container.
fn variable<'a>(workload: &'a Value, name: &str) -> Option<&'a str> {
    list(workload, "/spec/template/spec/containers/0/env")
        .iter()
        .find(|entry| entry["name"] == name)
        .map(|entry| text(entry, "/value"))
}

/// Configurations that differ in what the charts decide by.
const CONFIGURATIONS: &[&[&str]] = &[
    &[],
    &["profile=demo"],
    &["profile=ambient"],
    &["profile=openshift-ambient", "revision=blue"],
    &["revision=canary", "values.revisionTags[0]=prod"],
    &[
        "values.global.istioNamespace=mesh",
        "values.pilot.autoscaleMin=2",
    ],
    &[
        "values.gateways.istio-ingressgateway.injectionTemplate=gateway",
        "values.gateways.istio-ingressgateway.autoscaleMin=2",
        "values.gateways.istio-egressgateway.enabled=true",
    ],
    &[
        "values.pilot.env.POD_NAME=me",
        "values.pilot.env.PILOT_TRACE_SAMPLING=5",
        "values.pilot.env.CLUSTER_ID=c",
        "values.gateways.istio-ingressgateway.env.CA_ADDR=ca:1",
        "meshConfig.defaultConfig.proxyMetadata.POD_NAME=other",
    ],
    &[
        "profile=remote",
        "values.global.remotePilotAddress=10.0.0.1",
        "values.istiodRemote.enabledLocalInjectorIstiod=true",
    ],
];

#[test]
fn no_container_names_a_variable_a_port_or_a_mount_twice() {
    for set in CONFIGURATIONS {
        for object in with(set) {
            for container in containers(&object) {
                for (field, key) in [
                    ("/env", "name"),
                    ("/volumeMounts", "mountPath"),
                    ("/ports", "containerPort"),
                ] {
                    let mut seen = BTreeSet::new();
                    for entry in list(container, field) {
                        let name = entry[key].to_string();
                        assert!(
                            seen.insert(name.clone()),
                            "{set:?}: {}: {field} has {name} twice",
                            identity(&object)
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_variable_that_is_given_replaces_that_of_the_chart() {
    let objects = with(&[
        "values.pilot.env.PILOT_TRACE_SAMPLING=5",
        "values.pilot.env.BIG=1000000",
        "values.gateways.istio-ingressgateway.env.CA_ADDR=ca:1",
    ]);
    let istiod = find(&objects, "Deployment", "istiod");
    assert_eq!(variable(istiod, "PILOT_TRACE_SAMPLING"), Some("5"));
    assert_eq!(variable(istiod, "BIG"), Some("1000000"));
    let gateway = find(&objects, "Deployment", "istio-ingressgateway");
    assert_eq!(variable(gateway, "CA_ADDR"), Some("ca:1"));
}

#[test]
fn a_variable_set_to_null_is_left_out() {
    let old = with(&["compatibilityVersion=1.30"]);
    let name = "PILOT_ENABLE_STRICT_GATEWAY_MERGING";
    assert_eq!(
        variable(find(&old, "Deployment", "istiod"), name),
        Some("false")
    );
    let setting = format!("values.pilot.env.{name}=null");
    let new = with(&["compatibilityVersion=1.30", &setting]);
    assert_eq!(variable(find(&new, "Deployment", "istiod"), name), None);
}

/// All that refers to something by name or labels refers to something that is there.
#[test]
fn what_refers_to_another_object_finds_it() {
    for set in CONFIGURATIONS {
        let objects = with(set);
        let names: BTreeSet<String> = objects.iter().map(identity).collect();
        let expect = |object: &Value, what: String| {
            assert!(
                names.contains(&what),
                "{set:?}: {} refers to {what}",
                identity(object)
            );
        };
        for object in &objects {
            let namespace = text(object, "/metadata/namespace");
            match text(object, "/kind") {
                "HorizontalPodAutoscaler" => {
                    let target = text(object, "/spec/scaleTargetRef/name");
                    expect(object, format!("Deployment {namespace}/{target}"));
                }
                kind @ ("RoleBinding" | "ClusterRoleBinding") => {
                    let role = kind.trim_end_matches("Binding");
                    let name = text(object, "/roleRef/name");
                    expect(object, format!("{role} {namespace}/{name}"));
                    for subject in list(object, "/subjects") {
                        let of = match text(subject, "/namespace") {
                            "" => namespace,
                            of => of,
                        };
                        let name = text(subject, "/name");
                        expect(object, format!("ServiceAccount {of}/{name}"));
                    }
                }
                "Deployment" | "DaemonSet" => {
                    let account = text(object, "/spec/template/spec/serviceAccountName");
                    expect(object, format!("ServiceAccount {namespace}/{account}"));
                    mounts_are_volumes(set, object);
                    let selector = &object["spec"]["selector"]["matchLabels"];
                    let labels = &object["spec"]["template"]["metadata"]["labels"];
                    assert!(
                        selects(selector, labels),
                        "{set:?}: {} selects other pods",
                        identity(object)
                    );
                }
                "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration"
                    if !set.contains(&"profile=remote") =>
                {
                    for webhook in list(object, "/webhooks") {
                        let service = &webhook["clientConfig"]["service"];
                        let (of, name) = (text(service, "/namespace"), text(service, "/name"));
                        expect(object, format!("Service {of}/{name}"));
                    }
                }
                "Service" | "PodDisruptionBudget" | "NetworkPolicy" => {
                    exactly_one_workload(set, object, &objects);
                }
                _ => {}
            }
        }
    }
}

fn mounts_are_volumes(set: &[&str], workload: &Value) {
    let volumes: BTreeSet<&str> = list(workload, "/spec/template/spec/volumes")
        .iter()
        .map(|volume| text(volume, "/name"))
        .collect();
    let mounts: BTreeSet<&str> = containers(workload)
        .flat_map(|container| list(container, "/volumeMounts"))
        .map(|mount| text(mount, "/name"))
        .collect();
    assert!(
        mounts.is_subset(&volumes),
        "{set:?}: {}: {mounts:?} are not all in {volumes:?}",
        identity(workload)
    );
}

fn exactly_one_workload(set: &[&str], object: &Value, objects: &[Value]) {
    let selector = [
        "/spec/selector/matchLabels",
        "/spec/podSelector/matchLabels",
        "/spec/selector",
    ]
    .iter()
    .find_map(|pointer| object.pointer(pointer));
    let Some(selector) = selector else {
        return;
    };
    let selected = objects
        .iter()
        .filter(|workload| {
            selects(
                selector,
                &workload["spec"]["template"]["metadata"]["labels"],
            )
        })
        .count();
    assert_eq!(
        selected,
        1,
        "{set:?}: {} should select the pods of one workload",
        identity(object)
    );
}

/// Whether all labels of `selector` are among `labels`.
fn selects(selector: &Value, labels: &Value) -> bool {
    selector.as_object().is_some_and(|wanted| {
        wanted
            .iter()
            .all(|(key, value)| labels.get(key) == Some(value))
    })
}

#[test]
fn revisions_share_only_what_the_cluster_has_once() {
    let names = |set: &[&str]| -> BTreeSet<String> { with(set).iter().map(identity).collect() };
    let minimal = names(&["profile=minimal"]);
    let canary = names(&["profile=minimal", "revision=canary"]);
    let shared: Vec<&String> = minimal.intersection(&canary).collect();
    assert_eq!(
        shared,
        [
            "Namespace /istio-system",
            "ServiceAccount istio-system/istio-reader-service-account"
        ]
    );
}

/// Whether the labels meet a label selector.
fn meets(selector: &Value, labels: &Map<String, Value>) -> bool {
    list(selector, "/matchExpressions")
        .iter()
        .all(|expression| {
            let found = labels.get(text(expression, "/key"));
            let listed = |value: &Value| list(expression, "/values").contains(value);
            match text(expression, "/operator") {
                "In" => found.is_some_and(listed),
                "NotIn" => !found.is_some_and(listed),
                "Exists" => found.is_some(),
                "DoesNotExist" => found.is_none(),
                other => panic!("there is no operator {other}"),
            }
        })
}

/// Whatever the labels of a namespace and of a pod in it, one webhook at most injects it.
#[test]
fn no_pod_is_injected_twice() {
    let everywhere = "values.sidecarInjectorWebhook.enableNamespacesByDefault=true";
    let mut objects = with(&[everywhere]);
    objects.extend(with(&["revision=canary", "values.revisionTags[0]=prod"]));
    let webhooks: Vec<&Value> = objects
        .iter()
        .filter(|object| text(object, "/kind") == "MutatingWebhookConfiguration")
        .flat_map(|object| list(object, "/webhooks"))
        .collect();
    let labels = |choices: &[(&str, Option<&str>)]| -> Map<String, Value> {
        choices
            .iter()
            .filter_map(|(key, value)| Some(((*key).to_owned(), json!((*value)?))))
            .collect()
    };
    let revisions = [
        None,
        Some("default"),
        Some("canary"),
        Some("prod"),
        Some("x"),
    ];
    let mut injected = 0;
    for injection in [None, Some("enabled"), Some("disabled")] {
        for revision in revisions {
            for asked in [None, Some("true"), Some("false")] {
                for pod_revision in revisions {
                    let namespace =
                        labels(&[("istio-injection", injection), ("istio.io/rev", revision)]);
                    let pod = labels(&[
                        ("sidecar.istio.io/inject", asked),
                        ("istio.io/rev", pod_revision),
                    ]);
                    let matching: Vec<&str> = webhooks
                        .iter()
                        .filter(|webhook| {
                            meets(&webhook["namespaceSelector"], &namespace)
                                && meets(&webhook["objectSelector"], &pod)
                        })
                        .map(|webhook| text(webhook, "/name"))
                        .collect();
                    assert!(matching.len() <= 1, "{namespace:?} {pod:?}: {matching:?}");
                    assert!(
                        asked != Some("false") || matching.is_empty(),
                        "{pod:?} does not want to be injected"
                    );
                    injected += matching.len();
                }
            }
        }
    }
    assert!(injected > 50, "only {injected} combinations are injected");
}

#[test]
fn the_two_scopes_make_up_an_installation() {
    let names = |scope: &str| -> BTreeSet<String> {
        let scope = format!("values.global.resourceScope={scope}");
        with(&["profile=openshift-ambient", &scope])
            .iter()
            .map(identity)
            .collect()
    };
    let (cluster, namespace) = (names("cluster"), names("namespace"));
    assert!(cluster.is_disjoint(&namespace));
    assert_eq!(
        cluster.union(&namespace).cloned().collect::<BTreeSet<_>>(),
        names("all")
    );
    for name in &cluster {
        assert!(name.contains(" /"), "{name} is in a namespace");
    }
    for name in &namespace {
        assert!(!name.contains(" /"), "{name} is not in a namespace");
    }
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    let objects = generate(&Inputs {
        files: vec![crate::engine::install::File {
            name: "odd.yaml".to_owned(),
            text: "\
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  tag: \"1.10\"
  values:
    global:
      network: \"1e3\"
    pilot:
      nodeSelector: {\"n\": \"1\", b: \"true\"}
      podAnnotations: {a: \"no\"}
      env: {\"Y\": \"on\", \"N\": \"0777\"}
    gateways:
      istio-ingressgateway:
        serviceAnnotations: {id: \"12\"}
"
            .to_owned(),
        }],
        ..Inputs::default()
    });
    let objects: Vec<Value> = objects.iter().map(tree).collect();
    let istiod = find(&objects, "Deployment", "istiod");
    let pod = &istiod["spec"]["template"];
    assert_eq!(pod["spec"]["nodeSelector"], json!({"n": "1", "b": "true"}));
    assert_eq!(pod["metadata"]["annotations"]["a"], "no");
    assert_eq!(variable(istiod, "Y"), Some("on"));
    assert_eq!(variable(istiod, "N"), Some("0777"));
    assert_eq!(
        pod["spec"]["containers"][0]["image"],
        "registry.istio.io/release/pilot:1.10"
    );
    let gateway = find(&objects, "Deployment", "istio-ingressgateway");
    assert_eq!(variable(gateway, "ISTIO_META_NETWORK"), Some("1e3"));
    let service = find(&objects, "Service", "istio-ingressgateway");
    assert_eq!(service["metadata"]["annotations"], json!({"id": "12"}));
}

#[test]
fn the_platform_comes_over_the_profile_and_the_user_over_both() {
    let config = |set: &[&str]| {
        find(&with(set), "ConfigMap", "istio-cni-config")["data"]["CNI_CONF_NAME"].clone()
    };
    let openshift = ["profile=ambient", "values.global.platform=openshift"];
    assert_eq!(config(&["profile=ambient"]), Value::Null);
    assert_eq!(config(&openshift), "istio-cni.conf");
    assert_eq!(
        config(&[
            openshift[0],
            openshift[1],
            "values.cni.cniConfFileName=mine.conf"
        ]),
        "mine.conf"
    );
}

#[test]
fn refuses_presets_and_tracers_that_are_not_there_and_names_those_that_are() {
    let platform = refusal(&["values.global.platform=openshft"]);
    assert!(
        platform
            .contains("values.global.platform: there is no \"openshft\"; choose one of: gke, k3d"),
        "{platform}"
    );
    let version = refusal(&["compatibilityVersion=1.20"]);
    assert!(
        version.contains("choose one of: 1.28, 1.29, 1.30"),
        "{version}"
    );
    let tracer = refusal(&["values.global.proxy.tracer=jaeger"]);
    assert!(tracer.contains("choose one of: none, datadog"), "{tracer}");
    let scope = refusal(&["values.global.resourceScope=some"]);
    assert!(
        scope.contains("is none of all, cluster, namespace"),
        "{scope}"
    );
}

#[test]
fn null_takes_a_section_away_and_breaks_nothing() {
    let set: Vec<String> = [
        "telemetry",
        "experimental",
        "istiodRemote",
        "sidecarInjectorWebhook",
        "meshConfig",
        "gateways.istio-ingressgateway.resources",
        "global.proxy",
        "global.logging",
        "global.istiod",
        "global.multiCluster",
        "global.sds",
        "global.networkPolicy",
        "global.defaultPodDisruptionBudget",
        "pilot.taint",
        "pilot.env",
        "pilot.tolerations",
        "pilot.podAnnotations",
        "pilot.resources",
        "cni.ambient",
        "cni.repair",
        "cni.logging",
        "cni.resourceQuotas",
        "ztunnel.multiCluster",
        "ztunnel.peerCaCrl",
        "ztunnel.resourceQuotas",
    ]
    .iter()
    .map(|section| format!("values.{section}=null"))
    .chain([
        "components.cni.enabled=true".to_owned(),
        "components.ztunnel.enabled=true".to_owned(),
    ])
    .collect();
    let set: Vec<&str> = set.iter().map(String::as_str).collect();
    let objects = with(&set);
    let resources = |name: &str| {
        find(&objects, "Deployment", name)["spec"]["template"]["spec"]["containers"][0]["resources"]
            .clone()
    };
    let least = json!({"requests": {"cpu": "10m"}});
    assert_eq!(resources("istiod"), least);
    assert_eq!(resources("istio-ingressgateway"), least);
    let mesh = text(find(&objects, "ConfigMap", "istio"), "/data/mesh");
    assert!(!mesh.contains("defaultProviders"), "{mesh}");
    for object in &objects {
        let text = object.to_string();
        assert!(!text.contains("<nil>"), "{}: {text}", identity(object));
    }
}

/// Values that are handed on whole, so that no template names what is in them.
const WHOLE: &[&str] = &[
    "defaultResources",
    "podAnnotations",
    "resources",
    "rollingUpdate",
    "updateStrategy",
];

/// Values that are read elsewhere: by `install`, by the injector, by a name that a template puts together.
const ELSEWHERE: &[&str] = &[
    "egressPorts",
    "enableIstioConfigCRDs",
    "enablePrometheusMerge",
    "ingressPorts",
    "istio-egressgateway",
    "istio-ingressgateway",
    "rewriteAppHTTPProbe",
];

#[test]
fn every_value_of_a_chart_is_read() {
    let manifests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests");
    for chart in [
        "base",
        "istiod",
        "istio-ingress",
        "istio-egress",
        "istio-cni",
        "ztunnel",
    ] {
        let mut read = String::new();
        texts_below(&manifests.join(chart).join("templates"), &mut read);
        texts_below(&manifests.join(chart).join("files"), &mut read);
        let values = std::fs::read_to_string(manifests.join(chart).join("values.yaml")).unwrap();
        let values = crate::yaml::parse(&values).unwrap();
        let mut idle = Vec::new();
        unread(&values["defaults"], &read, &mut idle);
        assert!(idle.is_empty(), "{chart}: nothing reads {idle:?}");
    }
}

fn texts_below(folder: &std::path::Path, texts: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("profiles") {
            continue;
        }
        if path.is_dir() {
            texts_below(&path, texts);
        } else {
            texts.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
}

fn unread(values: &Value, read: &str, idle: &mut Vec<String>) {
    let is_word = |at: usize, key: &str| {
        let beside = |character: Option<char>| {
            character.is_some_and(|character| character.is_ascii_alphanumeric())
        };
        !beside(read[..at].chars().next_back()) && !beside(read[at + key.len()..].chars().next())
    };
    for (key, value) in values.as_object().into_iter().flatten() {
        if !ELSEWHERE.contains(&key.as_str())
            && !read.match_indices(key).any(|(at, _)| is_word(at, key))
        {
            idle.push(key.clone());
        }
        if !WHOLE.contains(&key.as_str()) {
            unread(value, read, idle);
        }
    }
}
