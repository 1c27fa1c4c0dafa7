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

/// Gives istiod's webhooks these conditions and this failure policy.
fn set_conditions(cluster: &Cluster, conditions: &Value, failure_policy: &str) {
    let id = ResourceId::new(
        "admissionregistration.k8s.io",
        "v1",
        "mutatingwebhookconfigurations",
    );
    let key = Key::cluster("istio-sidecar-injector");
    let mut configuration = (*cluster.get(&id, &key).unwrap()).clone();
    for webhook in configuration["webhooks"].as_array_mut().unwrap() {
        webhook["matchConditions"] = conditions.clone();
        webhook["failurePolicy"] = json!(failure_policy);
    }
    let main = super::super::api::options::Subresource::Main;
    cluster
        .update(&id, &key, main, &configuration, &WriteOptions::default())
        .unwrap();
}

#[test]
fn conditions_of_the_webhook_decide_about_a_pod() {
    let cluster = cluster();
    install(&cluster, &MINIMAL);
    make_ready(&cluster, &MINIMAL, "istiod");
    let condition = |expression: &str| json!([{"name": "mine", "expression": expression}]);
    let made = |name: &str, labels: &Value| {
        let pod = create(&cluster, PODS, Some("shop"), app(name, labels));
        pod.map(|pod| names(&pod, "initContainers").len())
    };
    set_conditions(
        &cluster,
        &condition("object.metadata.labels['tier'] == 'web' && request.namespace == 'shop'"),
        "Fail",
    );
    assert_eq!(made("a", &json!({"tier": "web"})), Ok(2));
    assert_eq!(made("b", &json!({"tier": "data"})), Ok(0));
    let refused = made("c", &json!({"app": "c"})).unwrap_err();
    assert_eq!(refused.code, 403);
    assert_eq!(
        refused.message,
        "pods \"c\" is forbidden: match condition \"mine\": no such key: tier"
    );
    let users = condition("!('system:masters' in request.userInfo.groups)");
    set_conditions(&cluster, &users, "Fail");
    assert_eq!(made("d", &json!({})), Ok(0));
    let mut owned = app("e", &json!({}));
    owned["metadata"]["ownerReferences"] = json!([
        {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "x", "uid": "1", "controller": true}]);
    let owned = create(&cluster, PODS, Some("shop"), owned).unwrap();
    assert_eq!(names(&owned, "initContainers").len(), 2);
    set_conditions(&cluster, &condition("object.nothing"), "Ignore");
    assert_eq!(made("f", &json!({})), Ok(0));
}

#[test]
fn proxy_configs_of_mesh_namespace_and_workload_count() {
    let cluster = cluster();
    let all = generated(&["profile=minimal"]);
    let definition = |object: &&Value| {
        object["kind"] == "CustomResourceDefinition"
            && object["metadata"]["name"] == "proxyconfigs.networking.istio.io"
    };
    let definition = all.iter().find(definition).unwrap().clone();
    create(
        &cluster,
        ("apiextensions.k8s.io", "customresourcedefinitions"),
        None,
        definition,
    )
    .unwrap();
    install(&cluster, &MINIMAL);
    make_ready(&cluster, &MINIMAL, "istiod");
    let id = ResourceId::new("networking.istio.io", "v1beta1", "proxyconfigs");
    let configure = |namespace: &str, name: &str, spec: Value| {
        let object = json!({
            "apiVersion": "networking.istio.io/v1beta1", "kind": "ProxyConfig", "metadata": {"name": name}, "spec": spec,
        });
        let made = cluster.create(&id, Some(namespace), object, &WriteOptions::default());
        made.unwrap();
    };
    let proxy = |name: &str, labels: &Value| {
        let mut pod = app(name, labels);
        pod["metadata"]["annotations"] = json!({"proxy.istio.io/config": "concurrency: 7"});
        let pod = create(&cluster, PODS, Some("shop"), pod).unwrap();
        let proxy = pod["spec"]["initContainers"][1].clone();
        let variable = |name: &str| {
            let variables = proxy["env"].as_array().unwrap();
            let found = variables.iter().find(|it| it["name"] == name);
            found.map_or(String::new(), |it| it["value"].as_str().unwrap().to_owned())
        };
        let image = proxy["image"].as_str().unwrap().to_owned();
        (
            variable("A"),
            variable("B"),
            variable("PROXY_CONFIG"),
            image,
        )
    };
    assert_eq!(proxy("plain", &json!({})).0, "");
    configure(
        "istio-system",
        "mesh",
        json!({"concurrency": 1, "environmentVariables": {"A": "mesh", "B": "mesh"}}),
    );
    configure(
        "shop",
        "namespace",
        json!({"concurrency": 2, "environmentVariables": {"A": "shop"}, "image": {"imageType": "debug"}}),
    );
    configure(
        "shop",
        "workload",
        json!({"selector": {"matchLabels": {"app": "web"}}, "concurrency": 3}),
    );
    let (a, b, config, image) = proxy("a", &json!({}));
    assert_eq!((a.as_str(), b.as_str()), ("shop", "mesh"));
    assert!(config.contains("\"concurrency\":7"), "{config}");
    assert!(image.ends_with("-debug"), "{image}");
    let (_, _, config, _) = proxy("b", &json!({"app": "web"}));
    assert!(config.contains("\"concurrency\":3"), "{config}");
}

#[test]
fn on_openshift_the_proxy_has_the_last_user_of_the_namespace() {
    let cluster = cluster();
    let objects = generated(&["profile=minimal", "values.global.platform=openshift"]);
    install(&cluster, &objects);
    make_ready(&cluster, &objects, "istiod");
    let namespace = json!({"metadata": {
        "name": "apps", "labels": {"istio-injection": "enabled"},
        "annotations": {"openshift.io/sa.scc.uid-range": "1000620000/10000"},
    }});
    create(&cluster, ("", "namespaces"), None, namespace).unwrap();
    let pod = create(&cluster, PODS, Some("apps"), app("a", &json!({}))).unwrap();
    let proxy = pod["spec"]["initContainers"].as_array().unwrap();
    let proxy = proxy.iter().find(|it| it["name"] == "istio-proxy").unwrap();
    assert_eq!(proxy["securityContext"]["runAsUser"], 1_000_629_999);
}
