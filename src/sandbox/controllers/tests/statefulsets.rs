//! Pods with numbers, in order, and the claims that stay theirs.

use super::*;

fn sets() -> ResourceId {
    apps("statefulsets")
}

fn db(replicas: i64, image: &str) -> Value {
    json!({"metadata": {"name": "db"}, "spec": {
        "replicas": replicas, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}},
        "template": {"metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "db", "image": image}]}},
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {
            "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}]}})
}

fn image(name: &str) -> Value {
    json!({"spec": {"template": {"spec": {"containers": [{"name": "db", "image": name}]}}}})
}

impl Practice {
    fn db(&self) -> std::sync::Arc<Object> {
        self.get(&sets(), &named("db")).unwrap()
    }

    /// Pods and their images.
    fn images(&self) -> Vec<(String, String)> {
        let pods = self.list(&core("pods"));
        let image = |pod: &std::sync::Arc<Object>| {
            let image = text(&pod["spec"]["containers"][0]["image"]);
            (text(&pod["metadata"]["name"]).to_owned(), image.to_owned())
        };
        pods.iter().map(image).collect()
    }
}

fn pair(name: &str, image: &str) -> (String, String) {
    (name.to_owned(), image.to_owned())
}

#[test]
fn pods_have_numbers_names_and_claims() {
    let mut practice = practice();
    practice.create(&sets(), db(2, "db:1"));
    assert_eq!(practice.names(&core("pods")), ["db-0", "db-1"]);
    let claims = practice.names(&core("persistentvolumeclaims"));
    assert_eq!(claims, ["data-db-0", "data-db-1"]);
    let pod = practice.get(&core("pods"), &named("db-1")).unwrap();
    assert_eq!(
        pod["metadata"]["labels"]["apps.kubernetes.io/pod-index"],
        "1"
    );
    assert_eq!(pod["spec"]["subdomain"], "db");
    let claim = &pod["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"];
    assert_eq!(*claim, "data-db-1");
    let db = practice.db();
    let status = &db["status"];
    for field in [
        "replicas",
        "readyReplicas",
        "currentReplicas",
        "updatedReplicas",
        "availableReplicas",
    ] {
        assert_eq!(status[field], 2, "{field} of {status}");
    }
    assert_eq!(status["currentRevision"], status["updateRevision"]);
    assert_eq!(
        status["updateRevision"],
        pod["metadata"]["labels"]["controller-revision-hash"]
    );
}

#[test]
fn pods_come_in_order_or_all_at_once() {
    let mut practice = practice();
    practice.create(&sets(), db(3, "stuck"));
    assert_eq!(practice.names(&core("pods")), ["db-0"]);
    let mut parallel = db(3, "stuck");
    parallel["metadata"]["name"] = json!("all");
    parallel["spec"]["selector"]["matchLabels"]["app"] = json!("all");
    parallel["spec"]["template"]["metadata"]["labels"]["app"] = json!("all");
    parallel["spec"]["podManagementPolicy"] = json!("Parallel");
    practice.create(&sets(), parallel);
    assert_eq!(
        practice.names(&core("pods")),
        ["all-0", "all-1", "all-2", "db-0"]
    );
}

#[test]
fn an_update_goes_from_the_last_to_the_first_and_stops_at_the_partition() {
    let mut practice = practice();
    practice.create(&sets(), db(3, "db:1"));
    let mut change = image("db:2");
    change["spec"]["updateStrategy"] = json!({"rollingUpdate": {"partition": 2}});
    practice.patch(&sets(), &named("db"), change);
    let images = [
        pair("db-0", "db:1"),
        pair("db-1", "db:1"),
        pair("db-2", "db:2"),
    ];
    assert_eq!(practice.images(), images);
    assert_eq!(practice.db()["status"]["updatedReplicas"], 1);
    assert_eq!(practice.db()["status"]["currentReplicas"], 2);
    // One that is lost comes back as it was.
    practice.delete(&core("pods"), &named("db-0"), Propagation::Background);
    assert_eq!(practice.images(), images);
    let all = json!({"spec": {"updateStrategy": {"rollingUpdate": {"partition": 0}}}});
    practice.patch(&sets(), &named("db"), all);
    assert!(practice.images().iter().all(|(_, image)| image == "db:2"));
    let status = practice.db()["status"].clone();
    assert_eq!(status["currentRevision"], status["updateRevision"]);
    assert_eq!(practice.list(&apps("controllerrevisions")).len(), 2);
}

#[test]
fn a_bad_update_stops_at_the_first_pod_and_an_undo_mends_what_it_can() {
    let mut practice = practice();
    practice.create(&sets(), db(3, "db:1"));
    practice.patch(&sets(), &named("db"), image("stuck"));
    let broken = [
        pair("db-0", "db:1"),
        pair("db-1", "db:1"),
        pair("db-2", "stuck"),
    ];
    assert_eq!(practice.images(), broken);
    practice.patch(&sets(), &named("db"), image("db:1"));
    // As in Kubernetes, the broken pod has to be deleted by hand: the set waits for it.
    practice.delete(&core("pods"), &named("db-2"), Propagation::Background);
    assert!(practice.images().iter().all(|(_, image)| image == "db:1"));
    let revisions = practice.list(&apps("controllerrevisions"));
    let numbers: Vec<i64> = revisions
        .iter()
        .map(|one| number(&one["revision"]))
        .collect();
    assert!(numbers.contains(&2) && numbers.contains(&3), "{numbers:?}");
}

#[test]
fn with_on_delete_only_deleted_pods_are_new() {
    let mut practice = practice();
    let mut object = db(2, "db:1");
    object["spec"]["updateStrategy"] = json!({"type": "OnDelete"});
    practice.create(&sets(), object);
    practice.patch(&sets(), &named("db"), image("db:2"));
    assert_eq!(
        practice.images(),
        [pair("db-0", "db:1"), pair("db-1", "db:1")]
    );
    practice.delete(&core("pods"), &named("db-0"), Propagation::Background);
    assert_eq!(
        practice.images(),
        [pair("db-0", "db:2"), pair("db-1", "db:1")]
    );
}

#[test]
fn scaling_down_takes_the_last_and_keeps_claims_unless_told_otherwise() {
    let mut practice = practice();
    practice.create(&sets(), db(3, "db:1"));
    practice.patch(&sets(), &named("db"), json!({"spec": {"replicas": 2}}));
    assert_eq!(practice.names(&core("pods")), ["db-0", "db-1"]);
    assert_eq!(practice.list(&core("persistentvolumeclaims")).len(), 3);
    let policy = json!({"spec": {"replicas": 0, "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}});
    practice.patch(&sets(), &named("db"), policy);
    assert!(practice.list(&core("pods")).is_empty());
    assert_eq!(
        practice.names(&core("persistentvolumeclaims")),
        ["data-db-2"]
    );
}
