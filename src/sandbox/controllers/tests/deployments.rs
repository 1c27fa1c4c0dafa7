//! Deployments: rollouts, undoing them, pauses, deadlines, and pods that are lost or refused.

use super::*;

fn web(replicas: i64, image: &str) -> Value {
    json!({"metadata": {"name": "web"}, "spec": {
        "replicas": replicas, "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": image}]}}}})
}

fn deployments() -> ResourceId {
    apps("deployments")
}

fn image(name: &str) -> Value {
    json!({"spec": {"template": {"spec": {"containers": [{"name": "web", "image": name}]}}}})
}

impl Practice {
    fn web(&self) -> std::sync::Arc<Object> {
        self.get(&deployments(), &named("web")).unwrap()
    }

    /// `TYPE=STATUS REASON` of all conditions, in the order of types.
    fn conditions(&self) -> Vec<String> {
        let web = self.web();
        let all = web["status"]["conditions"].as_array().unwrap();
        let mut out: Vec<String> = all
            .iter()
            .map(|one| {
                let words = ["type", "status", "reason"].map(|field| text(&one[field]));
                format!("{}={} {}", words[0], words[1], words[2])
            })
            .collect();
        out.sort();
        out
    }

    /// Sizes of the replica sets by revision.
    fn sizes(&self) -> Vec<(String, i64)> {
        let sets = self.list(&apps("replicasets"));
        let mut out: Vec<(String, i64)> = sets
            .iter()
            .map(|set| {
                let annotations = &set["metadata"]["annotations"];
                let revision = text(&annotations["deployment.kubernetes.io/revision"]);
                (revision.to_owned(), number(&set["spec"]["replicas"]))
            })
            .collect();
        out.sort();
        out
    }
}

fn size(revision: &str, replicas: i64) -> (String, i64) {
    (revision.to_owned(), replicas)
}

#[test]
fn a_deployment_has_its_pods_and_says_so() {
    let mut practice = practice();
    practice.create(&deployments(), web(3, "web:1"));
    let web = practice.web();
    let status = &web["status"];
    for field in [
        "replicas",
        "updatedReplicas",
        "readyReplicas",
        "availableReplicas",
    ] {
        assert_eq!(status[field], 3, "{field}: {status}");
    }
    assert_eq!(status["unavailableReplicas"], Value::Null);
    assert_eq!(status["observedGeneration"], web["metadata"]["generation"]);
    assert_eq!(
        practice.conditions(),
        [
            "Available=True MinimumReplicasAvailable",
            "Progressing=True NewReplicaSetAvailable"
        ]
    );
    let sets = practice.names(&apps("replicasets"));
    let pods = practice.list(&core("pods"));
    assert_eq!(pods.len(), 3);
    for pod in &pods {
        let name = text(&pod["metadata"]["name"]);
        let suffix = name.strip_prefix(&format!("{}-", sets[0])).unwrap();
        assert_eq!(suffix.len(), 5);
        let hash = text(&pod["metadata"]["labels"]["pod-template-hash"]);
        assert_eq!(sets[0], format!("web-{hash}"));
    }
    let scaled = practice.events("ScalingReplicaSet");
    assert_eq!(
        scaled,
        [format!("Scaled up replica set {} from 0 to 3", sets[0])]
    );
    assert_eq!(practice.events("SuccessfulCreate").len(), 3);
    assert_eq!(practice.sizes(), [size("1", 3)]);
    let annotation = &web["metadata"]["annotations"]["deployment.kubernetes.io/revision"];
    assert_eq!(*annotation, "1");
    assert_eq!(
        web["metadata"]["generation"], 1,
        "numbering it changes nothing that is wanted"
    );
}

#[test]
fn a_new_image_rolls_and_an_undo_rolls_back() {
    let mut practice = practice();
    practice.create(&deployments(), web(4, "web:1"));
    practice.patch(&deployments(), &named("web"), image("web:2"));
    assert_eq!(practice.sizes(), [size("1", 0), size("2", 4)]);
    assert_eq!(practice.list(&core("pods")).len(), 4);
    // What `kubectl rollout undo` does: the old template comes back.
    practice.patch(&deployments(), &named("web"), image("web:1"));
    assert_eq!(practice.sizes(), [size("2", 0), size("3", 4)]);
    let sets = practice.list(&apps("replicasets"));
    let set = sets
        .iter()
        .find(|set| set["spec"]["replicas"] == 4)
        .unwrap();
    let history = &set["metadata"]["annotations"]["deployment.kubernetes.io/revision-history"];
    assert_eq!(*history, "1");
    assert_eq!(
        practice.conditions(),
        [
            "Available=True MinimumReplicasAvailable",
            "Progressing=True NewReplicaSetAvailable"
        ]
    );
}

#[test]
fn a_bad_image_stops_the_rollout_and_the_deadline_passes() {
    let mut practice = practice();
    practice.create(&deployments(), web(4, "web:1"));
    practice.patch(&deployments(), &named("web"), image("stuck"));
    let stuck = [size("1", 3), size("2", 2)];
    assert_eq!(practice.sizes(), stuck, "25% of 4 more, 25% of 4 fewer");
    assert_eq!(
        practice.conditions(),
        [
            "Available=True MinimumReplicasAvailable",
            "Progressing=True ReplicaSetUpdated"
        ]
    );
    practice.advance(599.0);
    assert_eq!(
        practice.conditions()[1],
        "Progressing=True ReplicaSetUpdated"
    );
    practice.advance(5.0);
    assert_eq!(
        practice.conditions()[1],
        "Progressing=False ProgressDeadlineExceeded"
    );
    practice.patch(&deployments(), &named("web"), image("web:3"));
    assert_eq!(practice.sizes(), [size("1", 0), size("2", 0), size("3", 4)]);
    assert_eq!(
        practice.conditions()[1],
        "Progressing=True NewReplicaSetAvailable"
    );
}

#[test]
fn recreate_ends_the_old_pods_first() {
    let mut practice = practice();
    let mut object = web(3, "web:1");
    object["spec"]["strategy"] = json!({"type": "Recreate"});
    practice.create(&deployments(), object);
    assert_eq!(practice.sizes(), [size("1", 3)]);
    practice.patch(&deployments(), &named("web"), image("web:2"));
    assert_eq!(practice.sizes(), [size("1", 0), size("2", 3)]);
    assert_eq!(practice.list(&core("pods")).len(), 3);
}

#[test]
fn a_paused_deployment_scales_and_does_not_roll() {
    let mut practice = practice();
    practice.create(&deployments(), web(2, "web:1"));
    practice.patch(
        &deployments(),
        &named("web"),
        json!({"spec": {"paused": true}}),
    );
    practice.patch(&deployments(), &named("web"), image("web:2"));
    practice.patch(
        &deployments(),
        &named("web"),
        json!({"spec": {"replicas": 5}}),
    );
    assert_eq!(practice.sizes(), [size("1", 5)]);
    assert_eq!(
        practice.conditions()[1],
        "Progressing=Unknown DeploymentPaused"
    );
    practice.patch(
        &deployments(),
        &named("web"),
        json!({"spec": {"paused": false}}),
    );
    assert_eq!(practice.sizes(), [size("1", 0), size("2", 5)]);
    assert_eq!(
        practice.conditions()[1],
        "Progressing=True NewReplicaSetAvailable"
    );
}

#[test]
fn scaling_in_the_middle_of_a_rollout_is_proportional() {
    let mut practice = practice();
    let mut object = web(10, "web:1");
    object["spec"]["strategy"] =
        json!({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}});
    practice.create(&deployments(), object);
    practice.patch(&deployments(), &named("web"), image("stuck"));
    assert_eq!(practice.sizes(), [size("1", 8), size("2", 5)]);
    practice.patch(
        &deployments(),
        &named("web"),
        json!({"spec": {"replicas": 15}}),
    );
    assert_eq!(practice.sizes(), [size("1", 11), size("2", 7)]);
}

#[test]
fn old_revisions_go_beyond_the_limit() {
    let mut practice = practice();
    let mut object = web(1, "web:1");
    object["spec"]["revisionHistoryLimit"] = json!(2);
    practice.create(&deployments(), object);
    for number in 2..6 {
        practice.patch(
            &deployments(),
            &named("web"),
            image(&format!("web:{number}")),
        );
    }
    assert_eq!(practice.sizes(), [size("3", 0), size("4", 0), size("5", 1)]);
}

#[test]
fn what_is_deleted_takes_its_pods_along_and_an_orphan_does_not() {
    let mut practice = practice();
    practice.create(&deployments(), web(2, "web:1"));
    practice.delete(&deployments(), &named("web"), Propagation::Orphan);
    assert_eq!(practice.list(&core("pods")).len(), 2);
    let set = practice.names(&apps("replicasets"));
    // The same again adopts what is there.
    practice.create(&deployments(), web(2, "web:1"));
    assert_eq!(practice.names(&apps("replicasets")), set);
    assert_eq!(practice.list(&core("pods")).len(), 2);
    practice.delete(&deployments(), &named("web"), Propagation::Foreground);
    assert!(practice.get(&deployments(), &named("web")).is_none());
    assert!(practice.list(&apps("replicasets")).is_empty());
    assert!(practice.list(&core("pods")).is_empty());
}

#[test]
fn a_pod_that_is_deleted_or_relabelled_is_replaced() {
    let mut practice = practice();
    practice.create(&deployments(), web(2, "web:1"));
    let names = practice.names(&core("pods"));
    practice.delete(&core("pods"), &named(&names[0]), Propagation::Background);
    assert_eq!(practice.list(&core("pods")).len(), 2);
    practice.patch(
        &core("pods"),
        &named(&names[1]),
        json!({"metadata": {"labels": {"app": "apart"}}}),
    );
    assert_eq!(practice.list(&core("pods")).len(), 3);
    let apart = practice.get(&core("pods"), &named(&names[1])).unwrap();
    assert_eq!(apart["metadata"]["ownerReferences"], Value::Null);
    practice.patch(
        &core("pods"),
        &named(&names[1]),
        json!({"metadata": {"labels": {"app": "web"}}}),
    );
    assert_eq!(
        practice.list(&core("pods")).len(),
        2,
        "it is adopted, and one too many goes"
    );
}

#[test]
fn pods_count_once_they_were_ready_for_long_enough() {
    let mut practice = practice();
    let mut object = web(2, "web:1");
    object["spec"]["minReadySeconds"] = json!(30);
    practice.create(&deployments(), object);
    assert_eq!(practice.web()["status"]["readyReplicas"], 2);
    assert_eq!(practice.web()["status"]["unavailableReplicas"], 2);
    assert_eq!(
        practice.conditions()[0],
        "Available=False MinimumReplicasUnavailable"
    );
    practice.advance(31.0);
    assert_eq!(practice.web()["status"]["availableReplicas"], 2);
    assert_eq!(
        practice.conditions()[0],
        "Available=True MinimumReplicasAvailable"
    );
}

struct Refusing;

impl crate::sandbox::api::Admission for Refusing {
    fn admit(
        &self,
        _: &Cluster,
        info: &crate::sandbox::api::ResourceInfo,
        object: &mut Object,
        _: Option<&Object>,
    ) -> Result<crate::sandbox::api::Admitted, Status> {
        if info.kind == "Pod" && object["spec"]["containers"][0]["image"] == "refused" {
            return Err(Status::forbidden(info, "", "no such image here"));
        }
        Ok(crate::sandbox::api::Admitted::default())
    }
}

#[test]
fn a_refused_pod_shows_in_conditions_and_events() {
    let mut practice = practice();
    practice
        .cluster
        .add_admission(std::sync::Arc::new(Refusing));
    practice.create(&deployments(), web(2, "refused"));
    assert_eq!(
        practice.conditions(),
        [
            "Available=False MinimumReplicasUnavailable",
            "Progressing=True NewReplicaSetCreated",
            "ReplicaFailure=True FailedCreate"
        ]
    );
    let refused = "Error creating: pods is forbidden: no such image here";
    assert_eq!(practice.events("FailedCreate"), [refused]);
    practice.patch(&deployments(), &named("web"), image("web:2"));
    assert_eq!(
        practice.conditions(),
        [
            "Available=True MinimumReplicasAvailable",
            "Progressing=True NewReplicaSetAvailable"
        ]
    );
}

#[test]
fn names_that_are_taken_are_avoided() {
    let mut first = practice();
    first.create(&deployments(), web(1, "web:1"));
    let taken = first.names(&apps("replicasets")).remove(0);
    let mut practice = practice();
    let template = json!({"metadata": {"labels": {"app": "other"}}, "spec": {"containers": [{"name": "a", "image": "b"}]}});
    practice.create(
        &apps("replicasets"),
        json!({"metadata": {"name": taken}, "spec": {
        "replicas": 0, "selector": {"matchLabels": {"app": "other"}}, "template": template}}),
    );
    practice.create(&deployments(), web(1, "web:1"));
    practice.advance(1.0);
    assert_eq!(practice.web()["status"]["collisionCount"], 1);
    assert_eq!(practice.names(&apps("replicasets")).len(), 2);
    assert_eq!(practice.web()["status"]["availableReplicas"], 1);
}

#[test]
fn a_rollout_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        database: Some(folder.path().join("state")),
        window: 0,
    };
    let first = practice_on(&config);
    first.make(&deployments(), web(3, "web:1"));
    drop(first);
    let second = practice_on(&config);
    assert_eq!(second.web()["status"]["availableReplicas"], 3);
    assert_eq!(second.list(&core("pods")).len(), 3);
}
