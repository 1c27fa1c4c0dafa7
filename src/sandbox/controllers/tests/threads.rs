//! The controllers as they run: on threads, told by informers.

use std::time::Instant;

use super::*;

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

fn running(cluster: &Cluster) -> Handle {
    let context = Context::new(cluster, Clock::default());
    let mut all = controllers("AUTHORITY");
    all.push(Box::new(kubelet::Kubelet));
    Handle::start(Hub::new(context, all)).unwrap()
}

/// Waits for something, with patience for a machine that has other things to do.
fn wait_for(what: &str, is: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is() {
        assert!(begin.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn web(name: &str, replicas: usize) -> Value {
    json!({"metadata": {"name": name}, "spec": {
        "replicas": replicas, "selector": {"matchLabels": {"app": name}},
        "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": "web", "image": "web"}]}}}})
}

fn available(cluster: &Cluster) -> i64 {
    let listed = cluster.list(&apps("deployments"), None, &ListOptions::default());
    let all = listed.unwrap().items;
    all.iter()
        .map(|one| number(&one["status"]["availableReplicas"]))
        .sum()
}

fn make(cluster: &Cluster, id: &ResourceId, object: Value) {
    cluster
        .create(id, Some("default"), object, &WriteOptions::default())
        .unwrap();
}

#[test]
fn on_threads_the_same_comes_out_and_custom_kinds_are_seen() {
    let runtime = runtime();
    let _guard = runtime.enter();
    let cluster = Cluster::start(&Config::default()).unwrap();
    let handle = running(&cluster);
    for number in 0..5 {
        make(
            &cluster,
            &apps("deployments"),
            web(&format!("web-{number}"), 3),
        );
    }
    wait_for("all pods", || available(&cluster) == 15);
    let definitions = ResourceId::new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    let definition = json!({"metadata": {"name": "gizmos.example.com"}, "spec": {
        "group": "example.com", "scope": "Namespaced",
        "names": {"kind": "Gizmo", "plural": "gizmos", "singular": "gizmo", "listKind": "GizmoList"},
        "versions": [{"name": "v1", "served": true, "storage": true, "schema": schema}]}});
    cluster
        .create(&definitions, None, definition, &WriteOptions::default())
        .unwrap();
    let gizmos = ResourceId::new("example.com", "v1", "gizmos");
    let owner = json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "none", "uid": "none"}]);
    make(
        &cluster,
        &gizmos,
        json!({"apiVersion": "example.com/v1", "kind": "Gizmo",
        "metadata": {"name": "one", "ownerReferences": owner}}),
    );
    wait_for("the collector sees the new kind", || {
        cluster.get(&gizmos, &named("one")).is_err()
    });
    drop(handle);
    make(&cluster, &apps("deployments"), web("late", 1));
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(available(&cluster), 15, "nobody works any more");
}

/// An informer that is left behind by more than the store remembers.
#[test]
fn missed_changes_are_made_up_for() {
    let runtime = runtime();
    let _guard = runtime.enter();
    let config = Config {
        window: 4,
        ..Config::default()
    };
    let cluster = Cluster::start(&config).unwrap();
    let _handle = running(&cluster);
    make(&cluster, &apps("deployments"), web("web", 40));
    wait_for("all pods", || available(&cluster) == 40);
    let options = DeleteOptions {
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    cluster
        .delete_collection(
            &core("pods"),
            Some("default"),
            &ListOptions::default(),
            &options,
        )
        .unwrap();
    wait_for("all pods again", || {
        let pods = cluster.list(&core("pods"), None, &ListOptions::default());
        pods.unwrap().items.len() == 40 && available(&cluster) == 40
    });
}

/// What issue 4 asks of speed. Run by hand: `cargo test --release --lib controllers::tests::threads -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a check"]
fn speed() {
    let runtime = runtime();
    let _guard = runtime.enter();
    for (deployments, replicas) in [(1, 1000), (1000, 1)] {
        let cluster = Cluster::start(&Config::default()).unwrap();
        let _handle = running(&cluster);
        let begin = Instant::now();
        for number in 0..deployments {
            make(
                &cluster,
                &apps("deployments"),
                web(&format!("web-{number}"), replicas),
            );
        }
        let made = begin.elapsed();
        wait_for("all pods", || available(&cluster) == 1000);
        let ready = begin.elapsed();
        eprintln!("{deployments} Deployments of {replicas}: made in {made:?}, ready in {ready:?}");
    }
}

/// How much is done for one deployment of one pod: a bound, so that waste is seen.
#[test]
fn a_deployment_costs_few_writes() {
    let mut practice = practice();
    let before = practice.cluster.revision();
    practice.make(&apps("deployments"), web("web", 1));
    let looks = practice.stepper.settle();
    let writes = practice.cluster.revision() - before;
    // Deployment 5, ReplicaSet 3, pod 3, events 2: as many as Kubernetes' own controllers and kubelet make at least.
    assert!(
        writes <= 13 && looks <= 20,
        "{writes} writes, {looks} looks"
    );
    assert_eq!(practice.stepper.settle(), 0, "nothing goes on by itself");
}
