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

fn definitions() -> ResourceId {
    ResourceId::new("apiextensions.k8s.io", "v1", "customresourcedefinitions")
}

fn condition<'a>(definition: &'a Object, kind: &str) -> &'a Value {
    let conditions = definition["status"]["conditions"].as_array().unwrap();
    conditions.iter().find(|one| one["type"] == kind).unwrap()
}

#[test]
fn a_name_that_is_taken_is_not_given_twice_until_it_is_free() {
    let cluster = cluster();
    with(&cluster, &definitions(), None, definition()).unwrap();
    let mut other = definition();
    other["metadata"]["name"] = json!("gadgets.example.com");
    other["spec"]["names"]["plural"] = json!("gadgets");
    let made = with(&cluster, &definitions(), None, other).unwrap();
    let accepted = condition(&made, "NamesAccepted");
    assert_eq!(
        (
            &accepted["status"],
            &accepted["reason"],
            &accepted["message"]
        ),
        (
            &json!("False"),
            &json!("ListKindConflict"),
            &json!("\"WidgetList\" is already in use")
        )
    );
    assert_eq!(condition(&made, "Established")["reason"], "NotAccepted");
    assert!(cluster.resource("example.com", "v1", "gadgets").is_none());
    let key = Key::cluster("widgets.example.com");
    cluster
        .delete(&definitions(), &key, &DeleteOptions::default())
        .unwrap();
    let key = Key::cluster("gadgets.example.com");
    let now = cluster.get(&definitions(), &key).unwrap();
    assert_eq!(condition(&now, "Established")["status"], "True");
    assert!(cluster.resource("example.com", "v1", "gadgets").is_some());
}

#[test]
fn a_definition_that_kubernetes_refuses_is_refused() {
    let cluster = cluster();
    let mut wrong = definition();
    wrong["spec"]["versions"][0]["schema"]["openAPIV3Schema"] =
        json!({"type": "object", "properties": {"spec": {}}});
    let refused = with(&cluster, &definitions(), None, wrong).unwrap_err();
    assert_eq!(
        refused.message,
        "CustomResourceDefinition.apiextensions.k8s.io \"widgets.example.com\" is invalid: \
         spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields"
    );
    with(&cluster, &definitions(), None, definition()).unwrap();
    let key = Key::cluster("widgets.example.com");
    let refused = patched(
        &cluster,
        &definitions(),
        &key,
        json!({"spec": {"scope": "Cluster"}}),
    )
    .unwrap_err();
    assert_eq!(
        refused.causes[0].message,
        "Invalid value: \"Cluster\": field is immutable"
    );
    let versions = json!({"spec": {"versions": [definition()["spec"]["versions"][0]]}});
    let mut versions = versions;
    versions["spec"]["versions"][0]["storage"] = json!(true);
    let refused = patched(&cluster, &definitions(), &key, versions).unwrap_err();
    assert_eq!(refused.causes[0].field, "status.storedVersions[0]");
}

#[test]
fn a_custom_kind_is_scaled_selected_by_its_fields_and_may_be_going_away() {
    let cluster = cluster();
    let mut made = definition();
    for version in [0, 1] {
        made["spec"]["versions"][version]["schema"]["openAPIV3Schema"] = json!({"type": "object", "properties": {
            "spec": {"type": "object", "properties": {"size": {"type": "integer"}, "mode": {"type": "string"}}},
            "status": {"type": "object", "properties": {"size": {"type": "integer"}, "labels": {"type": "string"}}}}});
        made["spec"]["versions"][version]["subresources"] = json!({"scale": {"specReplicasPath": ".spec.size",
            "statusReplicasPath": ".status.size", "labelSelectorPath": ".status.labels"}});
        made["spec"]["versions"][version]["selectableFields"] = json!([{"jsonPath": ".spec.mode"}]);
    }
    made["spec"]["versions"][0]["deprecated"] = json!(true);
    with(&cluster, &definitions(), None, made).unwrap();
    let widgets = ResourceId::new("example.com", "v1", "widgets");
    for (name, mode) in [("a", "x"), ("b", "y")] {
        let widget = json!({"metadata": {"name": name}, "spec": {"size": 2, "mode": mode}, "status": {"size": 1, "labels": "app=a"}});
        with(&cluster, &widgets, Some("default"), widget).unwrap();
    }
    let key = Key::namespaced("default", "a");
    let shown = cluster.scale(&widgets, &key).unwrap();
    assert_eq!(
        (&shown["spec"], &shown["status"]),
        (
            &json!({"replicas": 2}),
            &json!({"replicas": 1, "selector": "app=a"})
        )
    );
    let patch = Patch::Merge(json!({"spec": {"replicas": 5}}));
    cluster
        .patch(
            &widgets,
            &key,
            Subresource::Scale,
            &patch,
            &WriteOptions::default(),
        )
        .unwrap();
    assert_eq!(cluster.get(&widgets, &key).unwrap()["spec"]["size"], 5);
    let options = ListOptions {
        field_selector: "spec.mode=y".to_owned(),
        ..ListOptions::default()
    };
    let found = cluster.list(&widgets, None, &options).unwrap();
    assert_eq!(found.items.len(), 1);
    let old = cluster
        .resource("example.com", "v1beta1", "widgets")
        .unwrap();
    assert_eq!(
        old.custom.as_ref().unwrap().deprecation.as_deref(),
        Some("example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget")
    );
}

#[test]
fn definitions_that_come_at_once_all_bring_their_kinds() {
    for _ in 0..20 {
        let cluster = cluster();
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let cluster = &cluster;
                scope.spawn(move || {
                    let mut one = definition();
                    one["metadata"]["name"] = json!(format!("widgets{thread}.example.com"));
                    one["spec"]["names"] = json!({"plural": format!("widgets{thread}"), "kind": format!("Widget{thread}")});
                    with(cluster, &definitions(), None, one).unwrap();
                });
            }
        });
        for thread in 0..8 {
            let plural = format!("widgets{thread}");
            assert!(
                cluster.resource("example.com", "v1", &plural).is_some(),
                "{plural} is not served"
            );
        }
    }
}
