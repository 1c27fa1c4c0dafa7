//! Pods are played through with a clock of the test's.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::sandbox::kinds::{self, Cell, Column};

/// A node on which only `things` are: `plural/name`.
#[derive(Debug, Default)]
struct Node {
    things: Vec<&'static str>,
    images: std::collections::HashSet<String>,
}

impl World for Node {
    fn find(&self, plural: &str, _namespace: &str, name: &str) -> Option<Arc<Object>> {
        let found = self
            .things
            .iter()
            .any(|one| *one == format!("{plural}/{name}"));
        found.then(|| Arc::new(json!({"data": {"key": "1"}})))
    }

    fn address(&mut self, _pod: &Value) -> String {
        "10.244.0.10".to_owned()
    }

    fn pull(&mut self, image: &str) -> bool {
        !self.images.insert(image.to_owned())
    }
}

/// A pod being played.
#[derive(Debug)]
struct Play {
    pod: Value,
    memory: Memory,
    node: Node,
    now: i64,
    notices: Vec<Notice>,
    removed: bool,
    /// When it is looked at again.
    next: Option<i64>,
}

const START: i64 = 1_790_000_000_000;

impl Play {
    fn new(spec: &Value) -> Self {
        let mut pod = json!({"apiVersion": "v1", "kind": "Pod",
            "metadata": {"name": "web", "namespace": "shop", "uid": "u1", "generation": 1, "annotations": {}},
            "spec": {"restartPolicy": "Always", "nodeName": "practice"},
            "status": {"phase": "Pending", "qosClass": "BestEffort",
                "conditions": [{"type": "PodScheduled", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}});
        json_patch::merge(&mut pod["spec"], spec);
        Self {
            pod,
            memory: Memory::default(),
            node: Node::default(),
            now: START,
            notices: Vec::new(),
            removed: false,
            next: None,
        }
    }

    fn annotate(&mut self, key: &str, value: &str) {
        self.pod["metadata"]["annotations"][key] = json!(value);
    }

    /// Looks at the pod once.
    fn look(&mut self) {
        let outcome = step(&self.pod, &mut self.memory, self.now, &mut self.node);
        if let Some(status) = outcome.status {
            self.pod["status"] = status;
        }
        self.notices.extend(outcome.notices);
        self.removed |= outcome.remove;
        self.next = outcome.next.filter(|_| !outcome.remove);
    }

    /// Plays on for a time, and gives what `kubectl get pod -w` shows: each other READY and STATUS.
    fn play(&mut self, milliseconds: i64) -> Vec<String> {
        let end = self.now + milliseconds;
        let mut shown = Vec::new();
        for _ in 0..10_000 {
            self.look();
            let line = self.line();
            if shown.last() != Some(&line) {
                shown.push(line);
            }
            match self.next.filter(|next| *next <= end) {
                Some(next) => {
                    assert!(next > self.now, "time does not pass");
                    self.now = next;
                }
                None => break,
            }
        }
        self.now = end;
        shown
    }

    fn cell(&self, name: &str) -> String {
        static COLUMNS: LazyLock<Vec<Column>> = LazyLock::new(|| {
            let kinds = kinds::built_in().into_iter();
            kinds
                .filter(|info| info.kind == "Pod")
                .flat_map(|info| info.columns)
                .collect()
        });
        let column = COLUMNS.iter().find(|one| one.name == name).unwrap();
        match &column.cell {
            Cell::Function(cell) => cell(&self.pod, self.now / 1000)
                .as_str()
                .unwrap()
                .to_owned(),
            other => panic!("{other:?}"),
        }
    }

    fn line(&self) -> String {
        format!("{} {}", self.cell("Ready"), self.cell("Status"))
    }

    fn condition(&self, kind: &str) -> &Value {
        list(&self.pod["status"]["conditions"])
            .find(|one| one["type"] == kind)
            .unwrap()
    }

    fn reasons(&self) -> Vec<&str> {
        self.notices.iter().map(|one| one.reason).collect()
    }
}

fn probe() -> Value {
    json!({"httpGet": {"path": "/", "port": 80}})
}

#[test]
fn a_plain_pod_is_created_and_runs() {
    let mut play = Play::new(&json!({"containers": [{"name": "app", "image": "nginx"}]}));
    assert_eq!(play.play(5000), ["0/1 ContainerCreating", "1/1 Running"]);
    assert_eq!(play.reasons(), ["Pulling", "Pulled", "Created", "Started"]);
    assert_eq!(play.condition("Ready")["status"], "True");
    assert_eq!(play.next, None, "a pod that runs needs no looking at");
    let types: Vec<_> = list(&play.pod["status"]["conditions"])
        .map(|one| one["type"].as_str().unwrap())
        .collect();
    let expected = [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ];
    assert_eq!(types, expected);
}

#[test]
fn an_injected_pod_shows_each_stage() {
    let mut play = Play::new(&json!({
        "initContainers": [
            {"name": "istio-init", "image": "istio/proxyv2:1"},
            {"name": "istio-proxy", "image": "istio/proxyv2:1", "restartPolicy": "Always",
                "startupProbe": probe(), "readinessProbe": probe()},
        ],
        "containers": [{"name": "app", "image": "app"}],
    }));
    let expected = [
        "0/2 Init:0/2",
        "0/2 Init:1/2",
        "0/2 PodInitializing",
        "1/2 PodInitializing",
        "2/2 Running",
    ];
    let shown = play.play(5000);
    // Whether the sidecar is ready before or after the application is a matter of milliseconds.
    let plain: Vec<&str> = shown.iter().map(String::as_str).collect();
    assert_eq!(plain.first(), Some(&"0/2 Init:0/2"), "{plain:?}");
    assert_eq!(plain.last(), Some(&"2/2 Running"), "{plain:?}");
    for stage in &expected[1..3] {
        assert!(plain.contains(stage), "{stage} in {plain:?}");
    }
    assert_eq!(play.cell("Restarts"), "0");
    assert!(play.now - START < 6000);
}

#[test]
fn a_probed_pod_runs_before_it_is_ready() {
    let mut play = Play::new(
        &json!({"containers": [{"name": "app", "image": "a", "startupProbe": probe(), "readinessProbe": probe()}]}),
    );
    let shown = play.play(5000);
    assert_eq!(
        shown,
        ["0/1 ContainerCreating", "0/1 Running", "1/1 Running"]
    );
}

#[test]
fn the_work_of_a_job_is_done_or_fails_as_asked() {
    let work = json!({"restartPolicy": "Never", "containers": [{"name": "a", "image": "a", "command": ["work"]}]});
    let mut good = Play::new(&work);
    assert_eq!(good.play(5000).last().unwrap(), "0/1 Completed");
    assert_eq!(good.pod["status"]["phase"], "Succeeded");
    assert_eq!(good.condition("Ready")["reason"], "PodCompleted");
    let mut bad = Play::new(&work);
    bad.annotate("sandbox.mesh/exit-code", "7");
    assert_eq!(bad.play(5000).last().unwrap(), "0/1 Error");
    assert_eq!(bad.pod["status"]["phase"], "Failed");
    let end = &bad.pod["status"]["containerStatuses"][0]["state"]["terminated"];
    assert_eq!(end["exitCode"], 7);
}

#[test]
fn a_sidecar_ends_with_the_work_that_it_is_there_for() {
    let mut play = Play::new(&json!({"restartPolicy": "Never",
        "initContainers": [{"name": "proxy", "image": "p", "restartPolicy": "Always"}],
        "containers": [{"name": "a", "image": "a", "command": ["true"]}]}));
    assert_eq!(play.play(5000).last().unwrap(), "0/2 Completed");
    assert_eq!(play.pod["status"]["phase"], "Succeeded");
    assert!(play.reasons().contains(&"Killing"));
}

#[test]
fn an_image_that_cannot_be_pulled_is_tried_again_until_the_annotation_goes() {
    let mut play = Play::new(&json!({"containers": [{"name": "app", "image": "nginx"}]}));
    play.annotate("sandbox.mesh/fail", "ImagePullBackOff");
    let shown = play.play(20_000);
    let plain: Vec<&str> = shown.iter().map(String::as_str).collect();
    assert_eq!(
        plain[1..4],
        [
            "0/1 ErrImagePull",
            "0/1 ImagePullBackOff",
            "0/1 ErrImagePull"
        ]
    );
    assert_eq!(play.pod["status"]["phase"], "Pending");
    let pulling = play
        .notices
        .iter()
        .filter(|one| one.reason == "Pulling")
        .count();
    assert_eq!(pulling, 4, "at 0, 2, 6 and 14 seconds");
    play.annotate("sandbox.mesh/fail", "");
    assert_eq!(play.play(5000).last().unwrap(), "1/1 Running");
}

#[test]
fn a_crash_loop_counts_restarts_and_waits_longer_each_time() {
    let mut play = Play::new(
        &json!({"containers": [{"name": "istio-proxy", "image": "p"}, {"name": "app", "image": "a"}]}),
    );
    play.annotate("sandbox.mesh/fail", "CrashLoopBackOff");
    let shown = play.play(20_000);
    assert!(
        shown.contains(&"1/2 CrashLoopBackOff".to_owned()),
        "{shown:?}"
    );
    assert!(shown.contains(&"1/2 Error".to_owned()), "{shown:?}");
    let restarts = play.pod["status"]["containerStatuses"][1]["restartCount"]
        .as_i64()
        .unwrap();
    assert_eq!(restarts, 4, "at once, and after 2, 4 and 8 seconds");
    let waiting = &play.pod["status"]["containerStatuses"][1]["state"]["waiting"];
    assert_eq!(
        waiting["message"],
        "back-off 16s restarting failed container=app pod=web_shop(u1)"
    );
    assert_eq!(play.pod["status"]["phase"], "Running");
    assert_eq!(
        play.condition("ContainersReady")["message"],
        "containers with unready status: [app]"
    );
    play.pod["metadata"]["annotations"] = Value::Null;
    assert_eq!(play.play(5000).last().unwrap(), "2/2 Running");
}

#[test]
fn a_pod_that_is_never_ready_runs_and_says_why() {
    let mut play = Play::new(
        &json!({"containers": [{"name": "app", "image": "a", "readinessProbe": probe()}]}),
    );
    play.annotate("sandbox.mesh/fail", "NotReady");
    assert_eq!(play.play(15_000), ["0/1 ContainerCreating", "0/1 Running"]);
    assert_eq!(
        play.reasons()
            .iter()
            .filter(|one| **one == "Unhealthy")
            .count(),
        2
    );
    play.pod["metadata"]["annotations"] = json!({});
    assert_eq!(play.play(1000).last().unwrap(), "1/1 Running");
}

#[test]
fn a_failure_can_be_asked_of_a_pod_that_runs() {
    let mut play = Play::new(&json!({"containers": [{"name": "app", "image": "a"}]}));
    play.play(5000);
    play.annotate("sandbox.mesh/fail", "NotReady");
    assert_eq!(play.play(100).last().unwrap(), "0/1 Running");
    play.annotate("sandbox.mesh/fail", "CrashLoopBackOff");
    assert!(
        play.play(10_000)
            .contains(&"0/1 CrashLoopBackOff".to_owned())
    );
}

#[test]
fn an_unknown_failure_is_told_of() {
    let mut play = Play::new(&json!({"containers": [{"name": "app", "image": "a"}]}));
    play.annotate("sandbox.mesh/fail", "OOMKilled");
    assert_eq!(play.play(5000).last().unwrap(), "1/1 Running");
    let told: Vec<_> = play.notices.iter().filter(|one| one.warning).collect();
    assert_eq!(told.len(), 1);
    assert!(
        told[0]
            .message
            .contains("ImagePullBackOff, CrashLoopBackOff, NotReady")
    );
}

#[test]
fn a_volume_that_is_missing_keeps_the_pod_waiting() {
    let mut play = Play::new(&json!({"containers": [{"name": "app", "image": "a"}],
        "volumes": [{"name": "v", "configMap": {"name": "later"}}]}));
    assert_eq!(play.play(5000), ["0/1 ContainerCreating"]);
    assert_eq!(
        play.reasons(),
        ["FailedMount", "FailedMount", "FailedMount"]
    );
    play.node.things.push("configmaps/later");
    assert_eq!(play.play(3000).last().unwrap(), "1/1 Running");
}

#[test]
fn an_environment_that_is_missing_is_a_configuration_error() {
    let from = json!([{"secretRef": {"name": "later"}}]);
    let mut play =
        Play::new(&json!({"containers": [{"name": "app", "image": "a", "envFrom": from}]}));
    assert_eq!(
        play.play(5000).last().unwrap(),
        "0/1 CreateContainerConfigError"
    );
    let waiting = &play.pod["status"]["containerStatuses"][0]["state"]["waiting"];
    assert_eq!(waiting["message"], "secret \"later\" not found");
    play.node.things.push("secrets/later");
    assert_eq!(play.play(3000).last().unwrap(), "1/1 Running");
}

#[test]
fn a_deleted_pod_stops_and_is_removed() {
    let mut play = Play::new(&json!({"containers": [{"name": "app", "image": "a"}]}));
    play.play(5000);
    play.notices.clear();
    play.pod["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    play.pod["metadata"]["deletionGracePeriodSeconds"] = json!(30);
    play.look();
    assert_eq!(
        (play.line().as_str(), play.removed),
        ("1/1 Terminating", false)
    );
    play.play(1000);
    assert!(play.removed);
    assert_eq!(play.reasons(), ["Killing"]);
    assert!(play.notices[0].message == "Stopping container app");
}

#[test]
fn a_new_image_restarts_the_container() {
    let mut play = Play::new(&json!({"containers": [{"name": "app", "image": "a:1"}]}));
    play.play(5000);
    play.pod["spec"]["containers"][0]["image"] = json!("a:2");
    play.play(5000);
    let status = &play.pod["status"]["containerStatuses"][0];
    assert_eq!(status["restartCount"], 1);
    assert_eq!(status["image"], "docker.io/library/a:2");
    assert!(status["lastState"]["terminated"].is_object());
}

#[test]
fn readiness_gates_are_waited_for() {
    let mut play = Play::new(&json!({"containers": [{"name": "app", "image": "a"}],
        "readinessGates": [{"conditionType": "example.com/gate"}]}));
    play.play(5000);
    assert_eq!(play.condition("Ready")["reason"], "ReadinessGatesNotReady");
    assert_eq!(play.condition("ContainersReady")["status"], "True");
    let gate = json!({"type": "example.com/gate", "status": "True"});
    play.pod["status"]["conditions"]
        .as_array_mut()
        .unwrap()
        .push(gate);
    play.look();
    assert_eq!(play.condition("Ready")["status"], "True");
}

#[test]
fn after_a_restart_of_the_cluster_a_pod_goes_on_from_where_it_was() {
    let mut play = Play::new(
        &json!({"containers": [{"name": "app", "image": "a", "readinessProbe": probe()}]}),
    );
    play.play(150);
    play.memory = Memory::default();
    assert_eq!(play.play(5000).last().unwrap(), "1/1 Running");
    play.memory = Memory::default();
    let before = play.pod.clone();
    play.play(5000);
    assert_eq!(play.pod, before);
}

/// A container in JSON, of any sort.
fn any_container() -> impl Strategy<Value = Value> {
    let command = prop_oneof![
        Just(json!([])),
        Just(json!(["false"])),
        Just(json!(["sh", "-c", "sleep 1; exit 2"])),
        Just(json!(["sleep", "infinity"])),
    ];
    (command, any::<[bool; 3]>()).prop_map(|(command, [startup, readiness, sidecar])| {
        let mut out = json!({"image": "a", "command": command});
        if startup {
            out["startupProbe"] = probe();
        }
        if readiness {
            out["readinessProbe"] = probe();
        }
        out["sidecar"] = json!(sidecar);
        out
    })
}

fn any_pod() -> impl Strategy<Value = Play> {
    let policy = prop_oneof![Just("Always"), Just("OnFailure"), Just("Never")];
    let fail = prop_oneof![
        Just(""),
        Just("ImagePullBackOff"),
        Just("CrashLoopBackOff"),
        Just("NotReady"),
        Just("Nonsense")
    ];
    let containers = || prop::collection::vec(any_container(), 0..3);
    (policy, fail, containers(), any_container(), containers()).prop_map(
        |(policy, fail, inits, first, more)| {
            let named = |prefix: &str, list: Vec<Value>| -> Vec<Value> {
                let number = |(index, mut one): (usize, Value)| {
                    let sidecar = one.as_object_mut().unwrap().remove("sidecar");
                    one["name"] = json!(format!("{prefix}{index}"));
                    if prefix == "i" && sidecar == Some(json!(true)) {
                        one["restartPolicy"] = json!("Always");
                    }
                    one
                };
                list.into_iter().enumerate().map(number).collect()
            };
            let mains = std::iter::once(first).chain(more).collect();
            let mut play = Play::new(&json!({"restartPolicy": policy,
                "initContainers": named("i", inits), "containers": named("c", mains)}));
            play.annotate("sandbox.mesh/fail", fail);
            play
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever the pod: phases only go forward, restarts are only counted up, what is ready is never more than there is,
    /// the pod is ready exactly if all of it is, and looking twice at the same time changes nothing.
    #[test]
    fn pods_only_go_forward(mut play in any_pod()) {
        let rank = |phase: &str| match phase {
            "Pending" => 0,
            "Running" => 1,
            _ => 2,
        };
        let (mut phase, mut restarts) = (0, 0);
        let containers = list(&play.pod["spec"]["containers"]).count();
        let sidecars = list(&play.pod["spec"]["initContainers"])
            .filter(|one| one["restartPolicy"] == "Always")
            .count();
        for _ in 0..60 {
            play.look();
            let before = play.pod.clone();
            play.look();
            prop_assert_eq!(&before, &play.pod);
            let now = rank(play.pod["status"]["phase"].as_str().unwrap());
            prop_assert!(now >= phase, "{} after {phase}", play.pod["status"]);
            phase = now;
            let statuses = ["initContainerStatuses", "containerStatuses"]
                .into_iter()
                .flat_map(|field| list(&play.pod["status"][field]));
            let count: i64 = statuses.map(|one| one["restartCount"].as_i64().unwrap()).sum();
            prop_assert!(count >= restarts);
            restarts = count;
            let shown = play.cell("Ready");
            let (ready, total) = shown.split_once('/').unwrap();
            let (ready, total): (usize, usize) = (ready.parse().unwrap(), total.parse().unwrap());
            prop_assert_eq!(total, containers + sidecars);
            prop_assert!(ready <= total);
            let all = play.condition("Ready")["status"] == "True";
            prop_assert_eq!(all, ready == total && phase == 1, "{}", play.pod["status"]);
            match play.next {
                Some(next) => {
                    prop_assert!(next > play.now);
                    play.now = next;
                }
                None => break,
            }
        }
    }
}
