//! Kinds that definitions bring, and what a restart finds.

use super::services::{service, services};
use super::*;

fn definition() -> Value {
    let version = |name: &str, storage: bool| {
        json!({"name": name, "served": true, "storage": storage,
        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
        "subresources": {"status": {}}, "additionalPrinterColumns": [{"name": "Hosts", "type": "string", "jsonPath": ".spec.hosts"}]})
    };
    json!({"metadata": {"name": "widgets.example.com"}, "spec": {"group": "example.com", "scope": "Namespaced",
        "names": {"plural": "widgets", "kind": "Widget", "shortNames": ["wd"]},
        "versions": [version("v1beta1", false), version("v1", true)]}})
}

#[test]
fn a_definition_brings_its_kinds_and_takes_them_along() {
    let cluster = cluster();
    let definitions = ResourceId::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let widgets = ResourceId::new("example.com", "v1", "widgets");
    let refused = with(
        &cluster,
        &widgets,
        Some("default"),
        json!({"metadata": {"name": "a"}}),
    )
    .unwrap_err();
    assert_eq!(refused.code, 404);
    let made = with(&cluster, &definitions, None, definition()).unwrap();
    assert_eq!(made["status"]["acceptedNames"]["listKind"], "WidgetList");
    assert!(
        cluster
            .resource("example.com", "v1beta1", "widgets")
            .is_some()
    );
    with(
        &cluster,
        &widgets,
        Some("default"),
        json!({"metadata": {"name": "a"}, "spec": {"hosts": ["b"]}}),
    )
    .unwrap();
    let old = ResourceId::new("example.com", "v1beta1", "widgets");
    let key = Key::namespaced("default", "a");
    assert_eq!(
        cluster.get(&old, &key).unwrap()["apiVersion"],
        "example.com/v1beta1"
    );
    let changed = patched(&cluster, &old, &key, json!({"spec": {"hosts": ["c"]}})).unwrap();
    assert_eq!(
        (&changed["apiVersion"], &changed["metadata"]["generation"]),
        (&json!("example.com/v1beta1"), &json!(2))
    );
    assert_eq!(
        cluster.get(&widgets, &key).unwrap()["apiVersion"],
        "example.com/v1"
    );
    let key = Key::cluster("widgets.example.com");
    assert!(
        cluster
            .delete(&definitions, &key, &DeleteOptions::default())
            .unwrap()
            .gone
    );
    assert!(cluster.resource("example.com", "v1", "widgets").is_none());
}

#[test]
fn a_restart_finds_everything_again() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        database: Some(folder.path().join("state")),
        window: 0,
    };
    let cluster = Cluster::start(&config).unwrap();
    let definitions = ResourceId::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    with(&cluster, &definitions, None, definition()).unwrap();
    let made = with(
        &cluster,
        &services(),
        Some("default"),
        service(
            "one",
            &json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 31000}]}),
        ),
    );
    let made = made.unwrap();
    drop(cluster);
    let cluster = Cluster::start(&config).unwrap();
    assert_eq!(
        cluster
            .get(&services(), &Key::namespaced("default", "one"))
            .unwrap(),
        made
    );
    assert!(cluster.resource("example.com", "v1", "widgets").is_some());
    let taken = with(
        &cluster,
        &services(),
        Some("default"),
        service(
            "two",
            &json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 31000}]}),
        ),
    );
    assert!(taken.unwrap_err().message.contains("already allocated"));
}
