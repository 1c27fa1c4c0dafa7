//! Pods: eviction, and time to stop.

use super::*;

#[test]
fn a_pod_is_evicted_where_its_budget_allows() {
    let cluster = cluster();
    let (pods, budgets) = (
        ResourceId::new("", "v1", "pods"),
        ResourceId::new("policy", "v1", "poddisruptionbudgets"),
    );
    let pod = json!({"metadata": {"name": "a", "labels": {"app": "a"}}, "spec": {"containers": [{"name": "a", "image": "a"}]}});
    with(&cluster, &pods, Some("default"), pod).unwrap();
    let running = json!({"status": {"phase": "Running"}});
    let (key, options) = (Key::namespaced("default", "a"), WriteOptions::default());
    cluster
        .patch(
            &pods,
            &key,
            Subresource::Status,
            &Patch::Merge(running),
            &options,
        )
        .unwrap();
    let budget = json!({"metadata": {"name": "b"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "a"}}}});
    with(&cluster, &budgets, Some("default"), budget).unwrap();
    let refused = cluster.evict(&key, &DeleteOptions::default()).unwrap_err();
    assert_eq!((refused.code, refused.reason), (429, "TooManyRequests"));
    assert_eq!(
        refused.message,
        "Cannot evict pod as it would violate the pod's disruption budget."
    );
    let allowed = Patch::Merge(json!({"status": {"disruptionsAllowed": 1}}));
    cluster
        .patch(
            &budgets,
            &Key::namespaced("default", "b"),
            Subresource::Status,
            &allowed,
            &options,
        )
        .unwrap();
    cluster.evict(&key, &DeleteOptions::default()).unwrap();
    assert_eq!(cluster.get(&pods, &key).unwrap_err().code, 404);
}

#[test]
fn a_pod_on_a_node_is_given_time_to_stop() {
    let cluster = cluster();
    let pods = ResourceId::new("", "v1", "pods");
    let pod = json!({"metadata": {"name": "a"}, "spec": {"nodeName": "one", "containers": [{"name": "a", "image": "a"}]}});
    with(&cluster, &pods, Some("default"), pod).unwrap();
    let key = Key::namespaced("default", "a");
    let deleted = cluster
        .delete(&pods, &key, &DeleteOptions::default())
        .unwrap();
    assert_eq!(
        (
            deleted.gone,
            &deleted.object["metadata"]["deletionGracePeriodSeconds"]
        ),
        (false, &json!(30))
    );
    let sooner = DeleteOptions {
        grace_period_seconds: Some(5),
        ..DeleteOptions::default()
    };
    let deleted = cluster.delete(&pods, &key, &sooner).unwrap();
    assert_eq!(deleted.object["metadata"]["deletionGracePeriodSeconds"], 5);
    let now = DeleteOptions {
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    assert!(cluster.delete(&pods, &key, &now).unwrap().gone);
}
