//! What a namespace begins with, and how it ends.

use super::*;

fn shop(practice: &mut Practice) -> Key {
    let namespaces = core("namespaces");
    practice.create(&namespaces, json!({"metadata": {"name": "shop"}}));
    Key::cluster("shop")
}

fn map(name: &str, finalizers: &[&str]) -> Value {
    json!({"metadata": {"name": name, "namespace": "shop", "finalizers": finalizers}})
}

#[test]
fn a_namespace_has_an_account_and_the_authority() {
    let mut practice = practice();
    shop(&mut practice);
    let account = Key::namespaced("shop", "default");
    assert!(practice.get(&core("serviceaccounts"), &account).is_some());
    let root = Key::namespaced("shop", "kube-root-ca.crt");
    let found = practice.get(&core("configmaps"), &root).unwrap();
    assert_eq!(found["data"], json!({"ca.crt": "AUTHORITY"}));
    practice.delete(&core("configmaps"), &root, Propagation::Background);
    assert!(
        practice.get(&core("configmaps"), &root).is_some(),
        "it is made anew"
    );
}

#[test]
fn a_namespace_goes_with_everything_in_it() {
    let mut practice = practice();
    let key = shop(&mut practice);
    practice.create(&core("configmaps"), map("one", &[]));
    practice.delete(&core("namespaces"), &key, Propagation::Background);
    let one = Key::namespaced("shop", "one");
    assert!(
        practice.get(&core("configmaps"), &one).is_some(),
        "a manifest's other objects can still be deleted one by one"
    );
    practice.advance(0.4);
    let found = practice.get(&core("namespaces"), &key).unwrap();
    assert_eq!(found["status"]["phase"], "Terminating");
    practice.advance(0.2);
    assert!(practice.get(&core("namespaces"), &key).is_none());
    assert!(practice.get(&core("configmaps"), &one).is_none());
    assert!(
        practice
            .cluster
            .list(
                &core("serviceaccounts"),
                Some("shop"),
                &ListOptions::default()
            )
            .unwrap()
            .items
            .is_empty()
    );
}

#[test]
fn deletions_put_off_the_end_of_a_namespace_for_a_while() {
    let mut practice = practice();
    let key = shop(&mut practice);
    for number in 0..20 {
        practice.create(&core("configmaps"), map(&format!("map-{number}"), &[]));
    }
    practice.delete(&core("namespaces"), &key, Propagation::Background);
    for number in 0..11 {
        practice.advance(0.4);
        let one = Key::namespaced("shop", &format!("map-{number}"));
        practice.delete(&core("configmaps"), &one, Propagation::Background);
    }
    assert!(practice.get(&core("namespaces"), &key).is_some());
    practice.advance(0.4);
    let one = Key::namespaced("shop", "map-12");
    practice.delete(&core("configmaps"), &one, Propagation::Background);
    practice.advance(0.4);
    assert!(
        practice.get(&core("namespaces"), &key).is_none(),
        "5 s are enough"
    );
}

#[test]
fn a_namespace_says_which_finalizers_it_waits_for() {
    let mut practice = practice();
    let key = shop(&mut practice);
    practice.create(&core("configmaps"), map("held", &["example.com/hold"]));
    practice.delete(&core("namespaces"), &key, Propagation::Background);
    practice.advance(1.0);
    let found = practice.get(&core("namespaces"), &key).unwrap();
    let message = |kind: &str| {
        let condition = conditions::find(&found["status"], kind).unwrap();
        condition["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        message("NamespaceContentRemaining"),
        "Some resources are remaining: configmaps. has 1 resource instances"
    );
    assert_eq!(
        message("NamespaceFinalizersRemaining"),
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
    );
    let held = Key::namespaced("shop", "held");
    practice.patch(
        &core("configmaps"),
        &held,
        json!({"metadata": {"finalizers": null}}),
    );
    assert!(practice.get(&core("namespaces"), &key).is_none());
}

#[test]
fn objects_of_custom_kinds_go_with_their_namespace() {
    let mut practice = practice();
    let key = shop(&mut practice);
    let definitions = ResourceId::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    practice.create(&definitions, json!({"metadata": {"name": "gizmos.example.com"}, "spec": {
        "group": "example.com", "scope": "Namespaced",
        "names": {"kind": "Gizmo", "plural": "gizmos", "singular": "gizmo", "listKind": "GizmoList"},
        "versions": [{"name": "v1", "served": true, "storage": true, "schema": schema}]}}));
    let gizmos = ResourceId::new("example.com", "v1", "gizmos");
    let gizmo = json!({"apiVersion": "example.com/v1", "kind": "Gizmo", "metadata": {"name": "one", "namespace": "shop"}});
    practice.create(&gizmos, gizmo);
    practice.delete(&core("namespaces"), &key, Propagation::Background);
    practice.advance(1.0);
    assert!(practice.get(&core("namespaces"), &key).is_none());
    assert!(practice.list(&gizmos).is_empty());
}

#[test]
fn the_end_of_a_namespace_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        database: Some(folder.path().join("state")),
        window: 0,
    };
    let mut first = practice_on(&config);
    let key = shop(&mut first);
    first.create(&core("configmaps"), map("held", &["example.com/hold"]));
    first.delete(&core("namespaces"), &key, Propagation::Background);
    first.advance(1.0);
    drop(first);
    let mut second = practice_on(&config);
    let held = Key::namespaced("shop", "held");
    second.patch(
        &core("configmaps"),
        &held,
        json!({"metadata": {"finalizers": null}}),
    );
    assert!(second.get(&core("namespaces"), &key).is_none());
}
