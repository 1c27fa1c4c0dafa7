//! The support for tests on a cluster, held to what it promises.

use serde_json::json;

use crate::support::cluster::{Practice, has_kubectl, practice, shared, skipped_elsewhere};

#[test]
fn a_practice_cluster_is_empty_and_ends_with_its_handle() {
    if skipped_elsewhere("a server that ends with the test") {
        return;
    }
    let Some(practice) = practice() else { return };
    practice.mesh(["version", "--remote"]).success();
    let kubeconfig = practice.kubeconfig().to_owned();
    let port = std::fs::read_to_string(&kubeconfig).expect("it was written");
    let port = port
        .split("127.0.0.1:")
        .nth(1)
        .expect("it names the server");
    let port: u16 = port.split_whitespace().next().unwrap().parse().unwrap();
    drop(practice);
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}

#[test]
fn tests_that_share_a_cluster_have_namespaces_of_their_own() {
    if !has_kubectl() {
        return;
    }
    let (one, other) = (shared(), shared());
    assert_eq!(one.kubeconfig(), other.kubeconfig());
    let (mine, theirs) = (one.namespace(), other.namespace());
    assert_ne!(mine, theirs);
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n";
    one.apply(&mine, map).success();
    let found = other.kubectl(["get", "configmap", "a", "-n", &theirs, "--ignore-not-found"]);
    assert_eq!(found.success().stdout, "");
    let line = format!(
        "kubectl get configmap a -n {mine} -o json | mesh kube-inject -f - | kubectl apply -f -"
    );
    assert_eq!(
        one.shell(&line).success().stdout,
        "configmap/a configured\n"
    );
    assert_ne!(one.shell("false | true").code, 0);
    one.folder().write("k", "w");
    let line = format!(
        "kubectl get configmap -n {mine} -o name; kubectl create configmap b --from-file=k -n {mine} >/dev/null 2>&1; true"
    );
    one.until(&line, |out| out.contains("configmap/b"));
    drop(one);
    other.until("kubectl get namespace", |out| {
        out.lines()
            .filter(|line| line.starts_with(&mine))
            .all(|line| line.contains("Terminating"))
    });
}

#[test]
fn faults_come_when_they_were_ordered() {
    let practice = Practice::on_sandbox(&["--memory"]);
    practice.order_faults(
        &json!([{"verb": "get", "resource": "/version", "nth": 2, "action": "forbidden"}]),
    );
    practice.mesh(["version", "--remote"]).success();
    assert_eq!(practice.faults().0, 1);
    let refused = practice.mesh(["version", "--remote"]);
    assert!(refused.stderr.contains("cannot get resource"), "{refused}");
    let (left, requests) = practice.faults();
    assert_eq!(left, 0);
    let versions = requests
        .iter()
        .find(|(verb, resource, _)| (verb.as_str(), resource.as_str()) == ("get", "/version"));
    assert_eq!(versions.expect("there were some").2, 2);
}
