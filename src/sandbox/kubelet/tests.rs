//! The node and the network with a cluster in memory, without threads, and with a clock that the test moves.

use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::sandbox::api::Config;
use crate::sandbox::api::options::{Patch, WriteOptions};
use crate::sandbox::controllers::runtime::{Clock, Hub, Stepper};
use crate::sandbox::network;

struct Practice {
    cluster: Cluster,
    stepper: Stepper,
}

impl Practice {
    fn new() -> Self {
        Self::on(Cluster::start(&Config::default()).unwrap())
    }

    fn on(cluster: Cluster) -> Self {
        let context = Context::new(&cluster, Clock::manual());
        let mut all = controllers(&cluster);
        all.extend(network::controllers("AUTHORITY"));
        let mut stepper = Stepper::new(Hub::new(context, all));
        stepper.settle();
        Self { cluster, stepper }
    }

    fn create(&mut self, plural: &str, object: Value) {
        let options = WriteOptions::default();
        let namespace = Some("default");
        self.cluster
            .create(&core(plural), namespace, object, &options)
            .unwrap();
        self.stepper.settle();
    }

    fn pod(&mut self, name: &str, spec: &Value) {
        let mut object = json!({"metadata": {"name": name, "labels": {"app": "web"}},
            "spec": {"containers": [{"name": "app", "image": "nginx", "ports": [{"name": "http", "containerPort": 8080}]}]}});
        json_patch::merge(&mut object["spec"], spec);
        self.create("pods", object);
    }

    fn advance(&mut self, seconds: f64) {
        self.stepper.advance(Duration::from_secs_f64(seconds));
    }

    fn patch(&mut self, id: &ResourceId, key: &Key, patch: Value) {
        let options = WriteOptions::default();
        self.cluster
            .patch(id, key, Subresource::Main, &Patch::Merge(patch), &options)
            .unwrap();
        self.stepper.settle();
    }

    fn list(&self, id: &ResourceId) -> Vec<Arc<Object>> {
        let listed = self
            .cluster
            .list(id, Some("default"), &ListOptions::default());
        listed.unwrap().items
    }

    fn get(&self, name: &str) -> Arc<Object> {
        let key = Key::namespaced("default", name);
        self.cluster.get(&core("pods"), &key).unwrap()
    }

    fn is_ready(&self, name: &str) -> bool {
        let pod = self.get(name);
        let mut conditions = container::list(&pod["status"]["conditions"]);
        conditions.any(|one| one["type"] == "Ready" && one["status"] == "True")
    }

    /// The reasons of a pod's events, in the order in which they are listed.
    fn reasons(&self, name: &str) -> Vec<String> {
        let events = self.list(&core("events"));
        let of = events
            .iter()
            .filter(|one| one["involvedObject"]["name"] == name);
        of.map(|one| one["reason"].as_str().unwrap().to_owned())
            .collect()
    }

    fn slices(&self) -> Vec<Arc<Object>> {
        self.list(&ResourceId::new("discovery.k8s.io", "v1", "endpointslices"))
    }
}

fn service(kind: &str) -> Value {
    json!({"metadata": {"name": "web"}, "spec": {"type": kind, "selector": {"app": "web"},
        "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}})
}

fn node() -> Key {
    Key::cluster(node::NAME)
}

#[test]
fn a_pod_gets_a_node_an_address_and_runs() {
    let mut practice = Practice::new();
    practice.pod("web", &json!({}));
    practice.advance(2.0);
    assert!(practice.is_ready("web"));
    let pod = practice.get("web");
    assert_eq!(pod["spec"]["nodeName"], "practice");
    assert_eq!(pod["status"]["podIP"], "10.244.0.10");
    let expected = ["Scheduled", "Pulling", "Pulled", "Created", "Started"];
    assert_eq!(practice.reasons("web"), expected);
}

#[test]
fn a_service_leads_to_its_pods_once_they_are_ready() {
    let mut practice = Practice::new();
    practice.create("services", service("LoadBalancer"));
    assert_eq!(practice.slices()[0]["endpoints"], json!([]));
    practice.pod("web", &json!({}));
    practice.advance(2.0);
    let slices = practice.slices();
    assert_eq!(slices.len(), 1);
    assert_eq!(
        slices[0]["endpoints"][0]["addresses"],
        json!(["10.244.0.10"])
    );
    assert_eq!(slices[0]["endpoints"][0]["conditions"]["ready"], true);
    assert_eq!(slices[0]["ports"][0]["port"], 8080);
    let old = &practice.list(&core("endpoints"))[0];
    assert_eq!(
        old["subsets"][0]["addresses"][0]["targetRef"]["name"],
        "web"
    );
    let key = Key::namespaced("default", "web");
    let service = practice.cluster.get(&core("services"), &key).unwrap();
    assert_eq!(
        service["status"]["loadBalancer"]["ingress"][0]["ip"],
        "127.0.0.1"
    );

    practice
        .cluster
        .delete(&core("pods"), &key, &DeleteOptions::default())
        .unwrap();
    practice.advance(0.15);
    let slices = practice.slices();
    let conditions = &slices[0]["endpoints"][0]["conditions"];
    assert_eq!(
        *conditions,
        json!({"ready": false, "serving": true, "terminating": true})
    );
    practice.advance(2.0);
    assert_eq!(practice.slices()[0]["endpoints"], json!([]));
    practice
        .cluster
        .delete(&core("services"), &key, &DeleteOptions::default())
        .unwrap();
    practice.advance(1.0);
    assert_eq!(practice.list(&core("endpoints")), Vec::<Arc<Object>>::new());
}

#[test]
fn a_ready_istiod_gives_every_namespace_the_certificate_that_proxies_need() {
    let mut practice = Practice::new();
    let needs = json!([{"name": "c", "configMap": {"name": "istio-ca-root-cert"}}]);
    practice.pod("proxy", &json!({"volumes": needs}));
    practice.advance(1.0);
    assert!(!practice.is_ready("proxy"));
    let istiod = json!({"metadata": {"name": "istiod", "labels": {"app": "istiod"}},
        "spec": {"containers": [{"name": "discovery", "image": "pilot"}]}});
    practice.create("pods", istiod);
    practice.advance(2.0);
    assert!(practice.is_ready("proxy"));
    let id = core("configmaps");
    let key = Key::namespaced("default", "istio-ca-root-cert");
    let map = practice.cluster.get(&id, &key).unwrap();
    assert_eq!(map["data"], json!({"root-cert.pem": "AUTHORITY"}));
    practice
        .cluster
        .delete(&id, &key, &DeleteOptions::default())
        .unwrap();
    practice.stepper.settle();
    assert!(practice.cluster.get(&id, &key).is_ok(), "it comes back");
    for (namespace, spared) in [("kube-system", false), ("kube-public", true)] {
        let key = Key::namespaced(namespace, "istio-ca-root-cert");
        assert_eq!(practice.cluster.get(&id, &key).is_err(), spared);
    }
    // What it writes for itself is there as well, and it makes what is deleted anew, until it goes.
    let lease = ResourceId::new("coordination.k8s.io", "v1", "leases");
    for (id, name) in [
        (core("configmaps"), "istio-ca-crl"),
        (core("configmaps"), "istio-leader"),
        (core("secrets"), "istio-ca-secret"),
        (lease, "istio-gateway-deployment-default"),
    ] {
        let key = Key::namespaced("default", name);
        assert!(practice.cluster.get(&id, &key).is_ok(), "{name}");
    }
    let leader = Key::namespaced("default", "istio-leader");
    practice
        .cluster
        .delete(&id, &leader, &DeleteOptions::default())
        .unwrap();
    practice.stepper.settle();
    assert!(practice.cluster.get(&id, &leader).is_ok(), "it comes back");
}

#[test]
fn a_ready_istiod_takes_over_what_its_webhooks_do_without_it() {
    let mut practice = Practice::new();
    let kinds = [
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
    ]
    .map(|plural| ResourceId::new("admissionregistration.k8s.io", "v1", plural));
    for (kind, id) in ["Mutating", "Validating"].iter().zip(&kinds) {
        for revision in ["default", "canary"] {
            let webhook = |name: &str| {
                json!({"name": name, "failurePolicy": "Ignore", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                    "clientConfig": {"service": {"name": "istiod", "namespace": "default"}}})
            };
            let configuration = json!({"apiVersion": "admissionregistration.k8s.io/v1", "kind": format!("{kind}WebhookConfiguration"),
                "metadata": {"name": revision, "labels": {"istio.io/rev": revision}},
                "webhooks": [webhook("rev.object.sidecar-injector.istio.io"), webhook("other.example.com")]});
            let options = WriteOptions {
                field_manager: "a".to_owned(),
                ..WriteOptions::default()
            };
            practice
                .cluster
                .create(id, None, configuration, &options)
                .unwrap();
        }
    }
    practice.create(
        "pods",
        json!({"metadata": {"name": "istiod", "labels": {"app": "istiod", "istio.io/rev": "default"}},
            "spec": {"containers": [{"name": "discovery", "image": "pilot"}]}}),
    );
    practice.advance(2.0);
    let written = |id: &ResourceId, revision: &str| {
        let found = practice.cluster.get(id, &Key::cluster(revision)).unwrap();
        let webhooks = found["webhooks"].as_array().unwrap().iter();
        let of = |one: &Value| {
            (
                one["clientConfig"]["caBundle"].clone(),
                one["failurePolicy"].clone(),
            )
        };
        let owners = found["metadata"]["managedFields"]
            .as_array()
            .unwrap()
            .iter();
        let owners: Vec<_> = owners.map(|it| it["manager"].clone()).collect();
        (webhooks.map(of).collect::<Vec<_>>(), owners)
    };
    let (ours, ignore, fail) = (json!("QVVUSE9SSVRZ"), json!("Ignore"), json!("Fail"));
    let both = vec![json!("a"), json!("pilot-discovery")];
    let untouched = (Value::Null, ignore.clone());
    assert_eq!(
        written(&kinds[0], "default"),
        (
            vec![(ours.clone(), ignore), untouched.clone()],
            both.clone()
        )
    );
    assert_eq!(
        written(&kinds[1], "default"),
        (vec![(ours.clone(), fail.clone()), (ours, fail)], both)
    );
    for id in &kinds {
        let (webhooks, owners) = written(id, "canary");
        assert_eq!(webhooks, [untouched.clone(), untouched.clone()]);
        assert_eq!(owners, ["a"]);
    }
}

#[test]
fn a_pod_whose_service_account_is_missing_is_refused() {
    let practice = Practice::new();
    let pod = json!({"metadata": {"name": "web"},
        "spec": {"serviceAccountName": "gone", "containers": [{"name": "app", "image": "nginx"}]}});
    let options = WriteOptions::default();
    let create = || {
        practice
            .cluster
            .create(&core("pods"), Some("default"), pod.clone(), &options)
    };
    let refused = create().unwrap_err();
    assert_eq!(refused.code, 403);
    assert_eq!(
        refused.message,
        "pods \"web\" is forbidden: error looking up service account default/gone: serviceaccount \"gone\" not found"
    );
    let account = json!({"metadata": {"name": "gone"}});
    practice
        .cluster
        .create(&core("serviceaccounts"), Some("default"), account, &options)
        .unwrap();
    assert!(create().is_ok());
}

#[test]
fn nothing_is_placed_on_a_cordoned_node_until_it_is_uncordoned() {
    let mut practice = Practice::new();
    practice.patch(
        &core("nodes"),
        &node(),
        json!({"spec": {"unschedulable": true}}),
    );
    let taints = practice.cluster.get(&core("nodes"), &node()).unwrap()["spec"]["taints"].clone();
    assert_eq!(taints[0]["key"], "node.kubernetes.io/unschedulable");
    practice.pod("web", &json!({}));
    practice.advance(1.0);
    assert_eq!(practice.reasons("web"), ["FailedScheduling"]);
    let pod = practice.get("web");
    assert_eq!(pod["status"]["conditions"][0]["reason"], "Unschedulable");
    practice.patch(
        &core("nodes"),
        &node(),
        json!({"spec": {"unschedulable": null}}),
    );
    practice.advance(2.0);
    assert!(practice.is_ready("web"));
}

#[test]
fn a_pod_whose_secret_comes_late_does_not_wait_for_its_next_try() {
    let mut practice = Practice::new();
    practice.pod(
        "web",
        &json!({"volumes": [{"name": "v", "secret": {"secretName": "late"}}]}),
    );
    practice.advance(1.0);
    assert_eq!(practice.reasons("web"), ["Scheduled", "FailedMount"]);
    practice.create("secrets", json!({"metadata": {"name": "late"}}));
    practice.advance(0.5);
    assert!(practice.is_ready("web"));
}

#[test]
fn a_deleted_pod_is_seen_to_terminate_and_is_gone_soon() {
    let mut practice = Practice::new();
    practice.pod("web", &json!({}));
    practice.advance(2.0);
    let key = Key::namespaced("default", "web");
    practice
        .cluster
        .delete(&core("pods"), &key, &DeleteOptions::default())
        .unwrap();
    practice.stepper.settle();
    assert!(practice.get("web")["metadata"]["deletionTimestamp"].is_string());
    practice.advance(1.0);
    assert_eq!(practice.list(&core("pods")).len(), 0);
    assert_eq!(practice.reasons("web").last().unwrap(), "Killing");
}

#[test]
fn pods_that_run_go_on_when_the_cluster_starts_again() {
    let mut practice = Practice::new();
    practice.pod("web", &json!({}));
    practice.advance(2.0);
    let before = practice.get("web");
    let mut again = Practice::on(practice.cluster.clone());
    again.advance(2.0);
    assert_eq!(again.get("web"), before);
    again.pod("other", &json!({}));
    again.advance(2.0);
    assert_eq!(again.get("other")["status"]["podIP"], "10.244.0.11");
}

#[test]
fn a_claim_that_is_missing_keeps_a_pod_from_every_node() {
    let mut practice = Practice::new();
    let claim = json!([{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]);
    practice.pod("web", &json!({"volumes": claim}));
    let pod = practice.get("web");
    let message = pod["status"]["conditions"][0]["message"].as_str().unwrap();
    assert!(
        message.ends_with("available: persistentvolumeclaim \"data\" not found. not found"),
        "{message}"
    );
}

#[test]
fn a_node_that_was_deleted_registers_again() {
    let mut practice = Practice::new();
    practice
        .cluster
        .delete(&core("nodes"), &node(), &DeleteOptions::default())
        .unwrap();
    practice.advance(1.0);
    let again = practice.cluster.get(&core("nodes"), &node()).unwrap();
    assert_eq!(again["status"]["conditions"][3]["type"], "Ready");
}
