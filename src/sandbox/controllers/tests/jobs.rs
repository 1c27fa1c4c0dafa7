//! Jobs and cron jobs: how often pods are tried, how many at once, and when they are done.

use super::*;

fn jobs() -> ResourceId {
    ResourceId::new("batch", "v1", "jobs")
}

fn cron_jobs() -> ResourceId {
    ResourceId::new("batch", "v1", "cronjobs")
}

fn spec(image: &str, more: &Value) -> Value {
    let mut spec = json!({"template": {"spec": {
        "restartPolicy": "Never", "containers": [{"name": "work", "image": image}]}}});
    json_patch::merge(&mut spec, more);
    spec
}

fn job(image: &str, more: &Value) -> Value {
    json!({"metadata": {"name": "work"}, "spec": spec(image, more)})
}

impl Practice {
    fn work(&self) -> std::sync::Arc<Object> {
        self.get(&jobs(), &named("work")).unwrap()
    }

    /// The conditions that are true, with their reasons.
    fn ends(&self) -> Vec<String> {
        let work = self.work();
        let all = work["status"]["conditions"]
            .as_array()
            .into_iter()
            .flatten();
        all.filter(|one| one["status"] == "True")
            .map(|one| format!("{} {}", text(&one["type"]), text(&one["reason"])))
            .collect()
    }

    /// The kubelet of a pod says that it has come to its end.
    fn end_pod(&mut self, name: &str, phase: &str) {
        let pod = self.get(&core("pods"), &named(name)).unwrap();
        let context = Context::new(&self.cluster, self.clock.clone());
        write_status(
            &context,
            &core("pods"),
            &pod,
            &json!({"phase": phase, "conditions": [
            {"type": "Ready", "status": "False", "lastTransitionTime": self.clock.now()}]}),
        )
        .unwrap();
        self.settle();
    }
}

#[test]
fn a_job_is_complete_when_its_pods_have_succeeded() {
    let mut practice = practice();
    practice.create(
        &jobs(),
        job("done", &json!({"completions": 5, "parallelism": 2})),
    );
    let work = practice.work();
    assert_eq!(work["status"]["succeeded"], 5);
    assert_eq!(work["status"]["active"], Value::Null);
    assert_eq!(work["status"]["uncountedTerminatedPods"], json!({}));
    assert!(work["status"]["completionTime"].is_string());
    let ends = [
        "SuccessCriteriaMet CompletionsReached",
        "Complete CompletionsReached",
    ];
    assert_eq!(practice.ends(), ends);
    assert_eq!(practice.list(&core("pods")).len(), 5);
    assert_eq!(practice.events("Completed"), ["Job completed"]);
}

#[test]
fn only_so_many_pods_run_at_once() {
    let mut practice = practice();
    practice.create(
        &jobs(),
        job("web", &json!({"completions": 5, "parallelism": 2})),
    );
    assert_eq!(practice.work()["status"]["active"], 2);
    practice.patch(&jobs(), &named("work"), json!({"spec": {"parallelism": 1}}));
    assert_eq!(practice.list(&core("pods")).len(), 1);
    let name = practice.names(&core("pods")).remove(0);
    practice.end_pod(&name, "Succeeded");
    let work = practice.work();
    assert_eq!(
        (
            number(&work["status"]["succeeded"]),
            number(&work["status"]["active"])
        ),
        (1, 1)
    );
    assert_eq!(
        work["status"]["failed"],
        Value::Null,
        "what was not wanted did not fail"
    );
}

#[test]
fn failures_are_tried_again_with_longer_and_longer_pauses() {
    let mut practice = practice();
    practice.create(&jobs(), job("fail", &json!({"backoffLimit": 2})));
    assert_eq!(practice.work()["status"]["failed"], 1);
    practice.advance(9.0);
    assert_eq!(practice.work()["status"]["failed"], 1);
    practice.advance(3.0);
    assert_eq!(practice.work()["status"]["failed"], 2);
    practice.advance(15.0);
    assert_eq!(practice.work()["status"]["failed"], 2);
    practice.advance(10.0);
    let ends = [
        "FailureTarget BackoffLimitExceeded",
        "Failed BackoffLimitExceeded",
    ];
    assert_eq!(practice.ends(), ends);
    assert_eq!(practice.work()["status"]["failed"], 3);
    let message = "Job has reached the specified backoff limit";
    assert_eq!(practice.events("BackoffLimitExceeded"), [message]);
}

#[test]
fn a_job_that_takes_too_long_fails_and_its_pods_go() {
    let mut practice = practice();
    practice.create(&jobs(), job("web", &json!({"activeDeadlineSeconds": 30})));
    practice.advance(29.0);
    assert!(practice.ends().is_empty());
    practice.advance(3.0);
    assert_eq!(
        practice.ends(),
        ["FailureTarget DeadlineExceeded", "Failed DeadlineExceeded"]
    );
    assert!(practice.list(&core("pods")).is_empty());
}

#[test]
fn an_indexed_job_does_each_index_once() {
    let mut practice = practice();
    practice.create(
        &jobs(),
        job(
            "web",
            &json!({"completions": 4, "parallelism": 3, "completionMode": "Indexed"}),
        ),
    );
    let index = |pod: &std::sync::Arc<Object>| {
        text(&pod["metadata"]["labels"][super::super::jobs::INDEX]).to_owned()
    };
    let running = |practice: &Practice| -> Vec<String> {
        let mut pods = practice.list(&core("pods"));
        pods.retain(|pod| pods::is_active(pod));
        pods.iter().map(index).collect()
    };
    assert_eq!(running(&practice), ["0", "1", "2"]);
    let names = practice.names(&core("pods"));
    practice.end_pod(&names[1], "Succeeded");
    assert_eq!(practice.work()["status"]["completedIndexes"], "1");
    assert_eq!(running(&practice), ["0", "2", "3"]);
    practice.end_pod(&names[0], "Failed");
    practice.advance(11.0);
    assert_eq!(
        running(&practice),
        ["0", "2", "3"],
        "a failed index is tried again"
    );
    let pods = practice.list(&core("pods"));
    for pod in pods.iter().filter(|pod| pods::is_active(pod)) {
        practice.end_pod(text(&pod["metadata"]["name"]), "Succeeded");
    }
    let work = practice.work();
    assert_eq!(work["status"]["completedIndexes"], "0-3");
    assert_eq!(work["status"]["succeeded"], 4);
    assert_eq!(practice.ends().len(), 2);
}

#[test]
fn a_suspended_job_has_no_pods_until_it_is_resumed() {
    let mut practice = practice();
    practice.create(&jobs(), job("web", &json!({"suspend": true})));
    assert!(practice.list(&core("pods")).is_empty());
    assert_eq!(practice.ends(), ["Suspended JobSuspended"]);
    assert_eq!(practice.work()["status"]["startTime"], Value::Null);
    practice.patch(&jobs(), &named("work"), json!({"spec": {"suspend": false}}));
    assert_eq!(practice.list(&core("pods")).len(), 1);
    assert!(practice.work()["status"]["startTime"].is_string());
    practice.patch(&jobs(), &named("work"), json!({"spec": {"suspend": true}}));
    assert!(practice.list(&core("pods")).is_empty());
    assert_eq!(practice.work()["status"]["failed"], Value::Null);
    assert_eq!(practice.events("Resumed"), ["Job resumed"]);
}

#[test]
fn a_pod_that_is_deleted_counts_as_failed_and_is_replaced() {
    let mut practice = practice();
    practice.create(&jobs(), job("web", &json!({})));
    let name = practice.names(&core("pods")).remove(0);
    practice.delete(&core("pods"), &named(&name), Propagation::Background);
    assert_eq!(practice.work()["status"]["failed"], 1);
    practice.advance(11.0);
    let names = practice.names(&core("pods"));
    assert_eq!(names.len(), 1);
    assert_ne!(names[0], name);
}

#[test]
fn a_finished_job_goes_after_its_time_and_a_deleted_one_leaves_nothing() {
    let mut practice = practice();
    practice.create(
        &jobs(),
        job("done", &json!({"ttlSecondsAfterFinished": 60})),
    );
    practice.advance(59.0);
    assert!(practice.get(&jobs(), &named("work")).is_some());
    practice.advance(3.0);
    assert!(practice.get(&jobs(), &named("work")).is_none());
    assert!(practice.list(&core("pods")).is_empty());
    practice.create(&jobs(), job("web", &json!({})));
    practice.delete(&jobs(), &named("work"), Propagation::Background);
    assert!(
        practice.list(&core("pods")).is_empty(),
        "the finalizer of its pod is gone too"
    );
}

fn minutely(image: &str, more: &Value) -> Value {
    let mut cron = json!({"metadata": {"name": "tick"}, "spec": {
        "schedule": "* * * * *", "jobTemplate": {"metadata": {"labels": {"from": "tick"}}, "spec": spec(image, &json!({}))}}});
    json_patch::merge(&mut cron["spec"], more);
    cron
}

impl Practice {
    fn tick(&self) -> std::sync::Arc<Object> {
        self.get(&cron_jobs(), &named("tick")).unwrap()
    }

    /// Goes on until so many minutes have begun, whatever the second of the first one is.
    fn begin_minutes(&mut self, count: i64) {
        let to_the_next = 60_000 - self.clock.millis() % 60_000;
        let wait = to_the_next + 60_000 * (count - 1) + 500;
        self.stepper
            .advance(Duration::from_millis(wait.unsigned_abs()));
    }
}

#[test]
fn a_cron_job_makes_a_job_each_minute_and_keeps_the_last() {
    let mut practice = practice();
    practice.create(&cron_jobs(), minutely("done", &json!({})));
    practice.begin_minutes(1);
    let made = practice.list(&jobs());
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["metadata"]["labels"]["from"], "tick");
    let scheduled = text(&practice.tick()["status"]["lastScheduleTime"]).to_owned();
    let minutes = crate::sandbox::api::clock::parse(&scheduled).unwrap() / 60;
    assert_eq!(made[0]["metadata"]["name"], format!("tick-{minutes}"));
    practice.advance(300.0);
    assert_eq!(practice.list(&jobs()).len(), 3, "three are kept");
    let status = practice.tick()["status"].clone();
    assert_eq!(status["active"], Value::Null);
    assert!(status["lastSuccessfulTime"].is_string());
}

#[test]
fn concurrency_is_allowed_forbidden_or_replaced() {
    for (policy, running) in [("Allow", 3), ("Forbid", 1), ("Replace", 1)] {
        let mut practice = practice();
        practice.create(
            &cron_jobs(),
            minutely("web", &json!({"concurrencyPolicy": policy})),
        );
        practice.begin_minutes(3);
        let active = practice.tick()["status"]["active"]
            .as_array()
            .unwrap()
            .len();
        assert_eq!(active, running, "{policy}");
        assert_eq!(practice.list(&jobs()).len(), running, "{policy}");
    }
}

#[test]
fn a_suspended_cron_job_makes_nothing_and_a_missed_time_is_made_up_once() {
    let mut practice = practice();
    practice.create(&cron_jobs(), minutely("done", &json!({"suspend": true})));
    practice.advance(300.0);
    assert!(practice.list(&jobs()).is_empty());
    practice.patch(
        &cron_jobs(),
        &named("tick"),
        json!({"spec": {"suspend": false}}),
    );
    assert_eq!(practice.list(&jobs()).len(), 1);
}
