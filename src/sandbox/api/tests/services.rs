//! Addresses of Services.

use super::*;

pub(super) fn services() -> ResourceId {
    ResourceId::new("", "v1", "services")
}

pub(super) fn service(name: &str, spec: &Value) -> Value {
    json!({"metadata": {"name": name}, "spec": spec})
}

#[test]
fn services_get_addresses_of_their_own() {
    let cluster = cluster();
    let make = |name: &str, spec: Value| {
        with(&cluster, &services(), Some("default"), service(name, &spec))
    };
    let one = make("one", json!({"type": "NodePort", "ports": [{"port": 80}]})).unwrap();
    let two = make(
        "two",
        json!({"type": "LoadBalancer", "ports": [{"name": "a", "port": 80}, {"name": "b", "port": 81, "nodePort": 30080}]}),
    )
    .unwrap();
    assert_ne!(one["spec"]["clusterIP"], two["spec"]["clusterIP"]);
    assert_ne!(
        one["spec"]["ports"][0]["nodePort"],
        two["spec"]["ports"][0]["nodePort"]
    );
    assert_eq!(two["spec"]["ports"][1]["nodePort"], 30080);
    let taken = make(
        "three",
        json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}]}),
    )
    .unwrap_err();
    assert_eq!(
        taken.message,
        "Service \"three\" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated"
    );
    let taken = make(
        "three",
        json!({"clusterIP": one["spec"]["clusterIP"], "ports": [{"port": 80}]}),
    )
    .unwrap_err();
    assert!(
        taken.message.contains("provided IP is already allocated"),
        "{taken}"
    );
    cluster
        .delete(
            &services(),
            &Key::namespaced("default", "two"),
            &DeleteOptions::default(),
        )
        .unwrap();
    make(
        "three",
        json!({"type": "NodePort", "ports": [{"port": 80, "nodePort": 30080}]}),
    )
    .unwrap();
    let headless = make(
        "four",
        json!({"clusterIP": "None", "ports": [{"port": 80}]}),
    )
    .unwrap();
    assert_eq!(headless["spec"]["clusterIPs"], json!(["None"]));
    let external = make(
        "five",
        json!({"type": "ExternalName", "externalName": "example.com"}),
    )
    .unwrap();
    assert!(external["spec"].get("clusterIP").is_none());
}

#[test]
fn a_replaced_service_keeps_its_addresses() {
    let cluster = cluster();
    let made = with(
        &cluster,
        &services(),
        Some("default"),
        service("one", &json!({"type": "NodePort", "ports": [{"port": 80}]})),
    );
    let made = made.unwrap();
    let key = Key::namespaced("default", "one");
    let again = service(
        "one",
        &json!({"type": "NodePort", "ports": [{"name": "a", "port": 80}, {"name": "b", "port": 81}]}),
    );
    let options = WriteOptions::default();
    let done = cluster
        .update(&services(), &key, Subresource::Main, &again, &options)
        .unwrap()
        .object;
    assert_eq!(done["spec"]["clusterIP"], made["spec"]["clusterIP"]);
    assert_eq!(
        done["spec"]["ports"][0]["nodePort"],
        made["spec"]["ports"][0]["nodePort"]
    );
    let closed = patched(
        &cluster,
        &services(),
        &key,
        json!({"spec": {"type": "ClusterIP"}}),
    )
    .unwrap();
    assert!(closed["spec"]["ports"][0].get("nodePort").is_none());
    let moved = patched(
        &cluster,
        &services(),
        &key,
        json!({"spec": {"clusterIP": "10.96.9.9", "clusterIPs": null}}),
    );
    assert!(
        moved
            .unwrap_err()
            .message
            .contains("may not change once set")
    );
}
