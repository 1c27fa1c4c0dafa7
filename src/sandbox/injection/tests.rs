//! Pods that are created in a practice cluster where istiod is installed, in memory.

use std::sync::LazyLock;

use serde_json::json;

use super::*;
use crate::engine::install::{self, render, resolve};
use crate::sandbox::api::options::WriteOptions;
use crate::yaml;

const PODS: (&str, &str) = ("", "pods");

/// What `mesh manifest generate` gives, for some kinds.
fn generated(set: &[&str]) -> Vec<Value> {
    let inputs = install::Inputs {
        set: set.iter().map(|it| (*it).to_owned()).collect(),
        ..install::Inputs::default()
    };
    let resolved = resolve::resolve(&inputs).unwrap();
    let manifest = render::generate(&resolved).unwrap();
    let trees = manifest.objects.iter().map(install::object::Object::text);
    trees.map(|text| yaml::parse(&text).unwrap()).collect()
}

/// Most tests install this.
static MINIMAL: LazyLock<Vec<Value>> = LazyLock::new(|| generated(&["profile=minimal"]));

fn cluster() -> Cluster {
    let cluster = Cluster::start(&super::super::api::Config::default()).unwrap();
    cluster.add_admission(Injection::start().unwrap());
    create(
        &cluster,
        ("", "namespaces"),
        None,
        json!({"metadata": {"name": "istio-system"}}),
    )
    .unwrap();
    let labels = json!({"istio-injection": "enabled"});
    create(
        &cluster,
        ("", "namespaces"),
        None,
        json!({"metadata": {"name": "shop", "labels": labels}}),
    )
    .unwrap();
    cluster
}

fn create(
    cluster: &Cluster,
    (group, plural): (&str, &str),
    namespace: Option<&str>,
    object: Value,
) -> Result<Arc<Object>, Status> {
    let id = ResourceId::new(group, "v1", plural);
    let made = cluster.create(&id, namespace, object, &WriteOptions::default());
    made.map(|written| written.object)
}

/// Creates the objects of istiod, without the pod that would make it ready.
fn install(cluster: &Cluster, objects: &[Value]) {
    for object in objects {
        let of = match object["kind"].as_str().unwrap() {
            "ConfigMap" => ("", "configmaps"),
            "Service" => ("", "services"),
            "MutatingWebhookConfiguration" => (
                "admissionregistration.k8s.io",
                "mutatingwebhookconfigurations",
            ),
            _ => continue,
        };
        let namespace = object["metadata"]["namespace"].as_str();
        create(cluster, of, namespace, object.clone()).unwrap();
    }
}

/// The pod of a Deployment, as its controller makes it.
fn pod_of(objects: &[Value], deployment: &str) -> Value {
    let found = |object: &&Value| {
        object["kind"] == "Deployment" && object["metadata"]["name"] == deployment
    };
    let deployment = objects.iter().find(found).unwrap();
    let name = deployment["metadata"]["name"].as_str().unwrap();
    let mut pod = deployment["spec"]["template"].clone();
    pod["metadata"]["generateName"] = json!(format!("{name}-abc-"));
    pod["metadata"]["labels"]["pod-template-hash"] = json!("abc");
    pod["metadata"]["ownerReferences"] = json!([
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": format!("{name}-abc"), "uid": "1", "controller": true}]);
    pod
}

/// Makes istiod's pod and its endpoint.
fn make_ready(cluster: &Cluster, objects: &[Value], istiod: &str) {
    let system = Some("istio-system");
    let pod = create(cluster, PODS, system, pod_of(objects, istiod)).unwrap();
    let slice = json!({
        "metadata": {"name": format!("{istiod}-x"), "labels": {"kubernetes.io/service-name": istiod}},
        "addressType": "IPv4", "ports": [{"name": "https-webhook", "port": 15017, "protocol": "TCP"}],
        "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": true},
                       "targetRef": {"kind": "Pod", "namespace": "istio-system", "name": pod["metadata"]["name"]}}],
    });
    create(
        cluster,
        ("discovery.k8s.io", "endpointslices"),
        system,
        slice,
    )
    .unwrap();
}

fn app(name: &str, labels: &Value) -> Value {
    json!({"metadata": {"name": name, "labels": labels}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}})
}

fn names(pod: &Object, field: &str) -> Vec<String> {
    let list = pod["spec"][field].as_array().into_iter().flatten();
    list.map(|it| it["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_pod_of_a_labelled_namespace_gets_the_sidecar_and_its_defaults() {
    let cluster = cluster();
    install(&cluster, &MINIMAL);
    make_ready(&cluster, &MINIMAL, "istiod");
    let pod = create(&cluster, PODS, Some("shop"), app("a", &json!({}))).unwrap();
    assert_eq!(names(&pod, "containers"), ["app"]);
    assert_eq!(names(&pod, "initContainers"), ["istio-init", "istio-proxy"]);
    let proxy = &pod["spec"]["initContainers"][1];
    assert_eq!(proxy["terminationMessagePath"], "/dev/termination-log");
    assert_eq!(proxy["restartPolicy"], "Always");
    let variables = proxy["env"].as_array().unwrap();
    let namespace =
        json!({"name": "ISTIO_META_OWNER", "value": "kubernetes://apis/v1/namespaces/shop/pods/a"});
    assert!(variables.contains(&namespace), "{variables:?}");
    for (namespace, labels) in [
        ("default", json!({})),
        ("shop", json!({"sidecar.istio.io/inject": "false"})),
    ] {
        let pod = create(&cluster, PODS, Some(namespace), app("b", &labels)).unwrap();
        assert_eq!(
            names(&pod, "initContainers"),
            Vec::<String>::new(),
            "{namespace}"
        );
    }
    let wanted = json!({"sidecar.istio.io/inject": "true"});
    let pod = create(&cluster, PODS, Some("default"), app("c", &wanted)).unwrap();
    assert_eq!(names(&pod, "initContainers"), ["istio-init", "istio-proxy"]);
}

#[test]
fn a_gateway_becomes_a_proxy_of_one_container() {
    let cluster = cluster();
    let objects = generated(&["profile=demo"]);
    install(&cluster, &objects);
    make_ready(&cluster, &objects, "istiod");
    for gateway in ["istio-ingressgateway", "istio-egressgateway"] {
        let pod = create(
            &cluster,
            PODS,
            Some("istio-system"),
            pod_of(&objects, gateway),
        )
        .unwrap();
        assert_eq!(names(&pod, "containers"), ["istio-proxy"]);
        assert_eq!(names(&pod, "initContainers"), Vec::<String>::new());
        let image = pod["spec"]["containers"][0]["image"].as_str().unwrap();
        assert!(image.contains("/proxyv2:"), "{image}");
    }
}

#[test]
fn without_istiod_the_failure_policy_decides() {
    let cluster = cluster();
    install(&cluster, &MINIMAL);
    let refused = create(&cluster, PODS, Some("shop"), app("a", &json!({}))).unwrap_err();
    assert_eq!(refused.code, 500);
    assert_eq!(
        refused.message,
        "Internal error occurred: failed calling webhook \"namespace.sidecar-injector.istio.io\": failed to call webhook: \
         Post \"https://istiod.istio-system.svc:443/inject?timeout=10s\": no endpoints available for service \"istiod\""
    );
    create(&cluster, PODS, Some("default"), app("a", &json!({}))).unwrap();
    let id = ResourceId::new(
        "admissionregistration.k8s.io",
        "v1",
        "mutatingwebhookconfigurations",
    );
    let key = Key::cluster("istio-sidecar-injector");
    let mut configuration = (*cluster.get(&id, &key).unwrap()).clone();
    for webhook in configuration["webhooks"].as_array_mut().unwrap() {
        webhook["failurePolicy"] = json!("Ignore");
    }
    let main = super::super::api::options::Subresource::Main;
    cluster
        .update(&id, &key, main, &configuration, &WriteOptions::default())
        .unwrap();
    let pod = create(&cluster, PODS, Some("shop"), app("a", &json!({}))).unwrap();
    assert_eq!(names(&pod, "initContainers"), Vec::<String>::new());
}

#[test]
fn a_revision_injects_with_its_own_configuration() {
    let cluster = cluster();
    let labels = json!({"istio.io/rev": "canary"});
    create(
        &cluster,
        ("", "namespaces"),
        None,
        json!({"metadata": {"name": "new", "labels": labels}}),
    )
    .unwrap();
    let canary = generated(&[
        "profile=minimal",
        "revision=canary",
        "values.global.proxy.logLevel=debug",
        "values.pilot.env.ENABLE_NATIVE_SIDECARS=false",
    ]);
    for (objects, istiod) in [(&*MINIMAL, "istiod"), (&canary, "istiod-canary")] {
        install(&cluster, objects);
        make_ready(&cluster, objects, istiod);
    }
    let pod = create(&cluster, PODS, Some("new"), app("a", &json!({}))).unwrap();
    assert_eq!(names(&pod, "containers"), ["app", "istio-proxy"]);
    let status = pod["metadata"]["annotations"]["sidecar.istio.io/status"]
        .as_str()
        .unwrap();
    assert!(status.contains("\"revision\":\"canary\""), "{status}");
    let arguments = pod["spec"]["containers"][1]["args"].to_string();
    assert!(arguments.contains("--proxyLogLevel=debug"), "{arguments}");
    let pod = create(&cluster, PODS, Some("shop"), app("a", &json!({}))).unwrap();
    assert_eq!(names(&pod, "containers"), ["app"]);
}

#[test]
fn a_pod_that_cannot_be_injected_is_refused_with_the_reason() {
    let cluster = cluster();
    install(&cluster, &MINIMAL);
    make_ready(&cluster, &MINIMAL, "istiod");
    let mut pod = app("a", &json!({}));
    pod["metadata"]["annotations"] = json!({"inject.istio.io/templates": "nothing"});
    let refused = create(&cluster, PODS, Some("shop"), pod).unwrap_err();
    assert_eq!(refused.code, 400);
    assert!(
        refused.message.starts_with(
            "admission webhook \"namespace.sidecar-injector.istio.io\" denied the request: Pod \"shop/a\": there is no injection \
             template `nothing`"
        ),
        "{}",
        refused.message
    );
}

#[test]
fn a_change_of_the_configuration_counts_at_once() {
    let cluster = cluster();
    install(&cluster, &MINIMAL);
    make_ready(&cluster, &MINIMAL, "istiod");
    create(&cluster, PODS, Some("shop"), app("a", &json!({}))).unwrap();
    let id = ResourceId::new("", "v1", "configmaps");
    let key = Key::namespaced("istio-system", "istio-sidecar-injector");
    let patch = json!({"data": {"config": "policy: enabled\ntemplates:\n  sidecar: |\n    spec:\n      containers: [{name: mine, image: x}]\n"}});
    let (main, patch) = (
        super::super::api::options::Subresource::Main,
        super::super::api::options::Patch::Merge(patch),
    );
    cluster
        .patch(&id, &key, main, &patch, &WriteOptions::default())
        .unwrap();
    let pod = create(&cluster, PODS, Some("shop"), app("b", &json!({}))).unwrap();
    assert_eq!(names(&pod, "containers"), ["mine", "app"]);
}
