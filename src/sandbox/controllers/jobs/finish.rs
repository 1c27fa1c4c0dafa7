//! The end of a job: when it is complete, when it has failed, and when it goes.

use serde_json::{Value, json};

use super::super::conditions::{Condition, find, is_true, put};
use super::super::runtime::recorder::Severity;
use super::super::runtime::{Context, Next};
use super::super::{after_seconds, number, pods, text};
use super::{View, jobs};
use crate::sandbox::api::options::{DeleteOptions, Preconditions, Propagation};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, clock};

/// Why a job fails.
pub(super) struct Failure {
    reason: &'static str,
    message: &'static str,
}

/// Whether a job is over, one way or the other.
pub(in super::super) fn is_finished(job: &Object) -> bool {
    has_ended(&job["status"])
}

pub(super) fn has_ended(status: &Value) -> bool {
    is_true(status, "Complete") || is_true(status, "Failed")
}

/// A condition of jobs has a time of its last probe besides that of its last transition.
pub(super) fn set(status: &mut Value, condition: &Condition<'_>, now: &str) {
    if find(status, condition.kind).is_some_and(|old| old["status"] == condition.status) {
        return;
    }
    put(
        status,
        json!({"type": condition.kind, "status": condition.status, "lastProbeTime": now,
               "lastTransitionTime": now, "reason": condition.reason, "message": condition.message}),
    );
}

/// When a pod ended: its last container's end, or now.
pub(super) fn end_time(pod: &Object, now: i64) -> i64 {
    let statuses = pod["status"]["containerStatuses"].as_array();
    let ends = statuses
        .into_iter()
        .flatten()
        .filter_map(|status| clock::parse(text(&status["state"]["terminated"]["finishedAt"])));
    let ready = find(&pod["status"], "Ready");
    let changed = ready.and_then(|ready| clock::parse(text(&ready["lastTransitionTime"])));
    let deleted = clock::parse(text(&pod["metadata"]["deletionTimestamp"]));
    ends.max().or(changed).or(deleted).unwrap_or(now)
}

/// Why the job fails now, if it does.
pub(super) fn failure(view: &View<'_>) -> Option<Failure> {
    let exceeded = Failure {
        reason: "BackoffLimitExceeded",
        message: "Job has reached the specified backoff limit",
    };
    let late = Failure {
        reason: "DeadlineExceeded",
        message: "Job was active longer than specified deadline",
    };
    if let Some(target) = find(&view.status, "FailureTarget") {
        let late_target = target["reason"] == late.reason;
        return Some(if late_target { late } else { exceeded });
    }
    let limit = view.spec()["backoffLimit"].as_i64().unwrap_or(6);
    if view.count("failed") > limit
        || restarts(view).is_some_and(|count| count > 0 && count >= limit)
    {
        return Some(exceeded);
    }
    (deadline(view) == Some(0)).then_some(late)
}

/// How often containers were restarted in their pods, where that counts.
fn restarts(view: &View<'_>) -> Option<i64> {
    if view.spec()["template"]["spec"]["restartPolicy"] != "OnFailure" {
        return None;
    }
    let mut sum = 0;
    for pod in view.active() {
        for list in ["initContainerStatuses", "containerStatuses"] {
            let statuses = pod["status"][list].as_array().into_iter().flatten();
            sum += statuses
                .map(|status| number(&status["restartCount"]))
                .sum::<i64>();
        }
    }
    Some(sum)
}

/// How many seconds are left to the job; `None` if it may take as long as it likes.
pub(super) fn deadline(view: &View<'_>) -> Option<i64> {
    let seconds = view.spec()["activeDeadlineSeconds"].as_i64()?;
    if view.is_suspended() {
        return None;
    }
    let start = clock::parse(text(&view.status["startTime"])).unwrap_or(view.now);
    Some((start + seconds - view.now).max(0))
}

pub(super) fn is_complete(view: &View<'_>) -> bool {
    let succeeded = view.count("succeeded");
    match view.spec()["completions"].as_i64() {
        Some(completions) => succeeded >= completions,
        None => succeeded > 0 && view.active().next().is_none(),
    }
}

pub(super) fn complete(view: &mut View<'_>) {
    let now = clock::format(view.now);
    for kind in ["SuccessCriteriaMet", "Complete"] {
        let condition = Condition {
            kind,
            status: "True",
            reason: "CompletionsReached",
            message: "Reached expected number of succeeded pods",
        };
        set(&mut view.status, &condition, &now);
    }
    if view.status["startTime"].is_null() {
        view.status["startTime"] = json!(now);
    }
    view.status["completionTime"] = json!(now);
    view.tell(Severity::Normal, "Completed", "Job completed");
}

/// Notes that the job fails, and once nothing of it runs any more, that it has.
pub(super) fn fail(view: &mut View<'_>, failure: &Failure) {
    let now = clock::format(view.now);
    let condition = |kind| Condition {
        kind,
        status: "True",
        reason: failure.reason,
        message: failure.message,
    };
    set(&mut view.status, &condition("FailureTarget"), &now);
    let running = |pod: &std::sync::Arc<Object>| !pods::is_finished(pod);
    if view.pods.iter().any(running) {
        return;
    }
    set(&mut view.status, &condition("Failed"), &now);
    view.tell(Severity::Warning, failure.reason, failure.message);
}

/// Deletes a job whose time after its end is over.
pub(super) fn expire(context: &Context, job: &Object) -> Result<Next, Status> {
    let Some(ttl) = job["spec"]["ttlSecondsAfterFinished"].as_i64() else {
        return Ok(Next::Done);
    };
    let conditions = ["Complete", "Failed"].into_iter();
    let over = conditions
        .filter_map(|kind| find(&job["status"], kind))
        .find(|condition| condition["status"] == "True");
    if pods::is_terminating(job) {
        return Ok(Next::Done);
    }
    let ended = over.and_then(|over| clock::parse(text(&over["lastTransitionTime"])));
    let Some(ended) = ended else {
        return Ok(Next::Done);
    };
    let left = ended + ttl - context.clock.seconds();
    if left > 0 {
        return Ok(after_seconds(left));
    }
    let options = DeleteOptions {
        propagation: Some(Propagation::Foreground),
        preconditions: Preconditions {
            uid: job["metadata"]["uid"].as_str().map(str::to_owned),
            resource_version: job["metadata"]["resourceVersion"]
                .as_str()
                .map(str::to_owned),
        },
        ..DeleteOptions::default()
    };
    context.cluster.delete(&jobs(), &Key::of(job), &options)?;
    Ok(Next::Done)
}
