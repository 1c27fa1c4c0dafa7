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

#[test]
fn objects_are_held_against_their_definition() {
    let cluster = cluster();
    let definitions = ResourceId::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let mut definition = definition();
    for version in [0, 1] {
        definition["spec"]["versions"][version]["schema"]["openAPIV3Schema"] = json!({"type": "object", "properties": {
            "spec": {"type": "object", "required": ["hosts"], "properties": {
                "hosts": {"type": "array", "items": {"type": "string"}}, "mode": {"type": "string", "default": "A"}}},
            "status": {"type": "object", "properties": {"ready": {"type": "boolean"}}}}});
    }
    with(&cluster, &definitions, None, definition).unwrap();
    let widgets = ResourceId::new("example.com", "v1", "widgets");
    let widget = |spec: Value| json!({"metadata": {"name": "a", "lables": {}}, "spec": spec});
    let options = WriteOptions::default();
    let good = widget(json!({"hosts": ["b"], "foo": 1}));
    let made = cluster.create(&widgets, Some("default"), good.clone(), &options);
    let made = made.unwrap();
    let told = [
        "unknown field \"metadata.lables\"",
        "unknown field \"spec.foo\"",
    ];
    assert_eq!(made.warnings, told);
    assert_eq!(made.object["spec"], json!({"hosts": ["b"], "mode": "A"}));
    let strict = WriteOptions {
        field_validation: super::super::options::FieldValidation::Strict,
        ..options.clone()
    };
    let refused = cluster.create(&widgets, Some("default"), good, &strict);
    assert_eq!(
        refused.unwrap_err().message,
        "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"metadata.lables\", \
         unknown field \"spec.foo\""
    );
    let key = Key::namespaced("default", "a");
    let refused = patched(&cluster, &widgets, &key, json!({"spec": {"hosts": null}})).unwrap_err();
    assert_eq!(
        (refused.code, refused.message.as_str()),
        (
            422,
            "Widget.example.com \"a\" is invalid: spec.hosts: Required value"
        )
    );
    let status = Patch::Merge(json!({"status": {"ready": 5}}));
    let refused = cluster
        .patch(&widgets, &key, Subresource::Status, &status, &options)
        .unwrap_err();
    assert_eq!(refused.causes[0].field, "status.ready");
}
