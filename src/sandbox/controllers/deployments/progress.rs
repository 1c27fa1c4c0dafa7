//! A deployment's status: what there is, whether it is enough, and whether it gets on.

use serde_json::{Value, json};

use super::{Rollout, replicas};
use crate::sandbox::api::clock;
use crate::sandbox::api::status::Status;
use crate::sandbox::controllers::conditions::{find, put, remove};
use crate::sandbox::controllers::runtime::Next;
use crate::sandbox::controllers::{after_seconds, apps, number, text, write_status};

/// How many pods there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    all: i64,
    updated: i64,
    ready: i64,
    available: i64,
    wanted_by_sets: i64,
}

impl Counts {
    pub(super) fn is_complete(self, wanted: i64) -> bool {
        self.updated == wanted && self.all == wanted && self.available == wanted
    }
}

pub(super) fn counts(rollout: &Rollout<'_>) -> Counts {
    let sum = |field: &str| {
        let sets = rollout.revisions.all();
        sets.map(|set| number(&set["status"][field])).sum()
    };
    let new = rollout.revisions.new.as_ref();
    Counts {
        all: sum("replicas"),
        updated: new.map_or(0, |new| number(&new["status"]["replicas"])),
        ready: sum("readyReplicas"),
        available: sum("availableReplicas"),
        wanted_by_sets: rollout.revisions.all().map(|set| replicas(set)).sum(),
    }
}

/// A condition of deployments has a time of its last update besides that of its last transition. One that says the same as
/// before stays as it is.
fn set(status: &mut Value, now: &str, [kind, value, reason, message]: [&str; 4]) {
    let mut since = json!(now);
    if let Some(old) = find(status, kind) {
        if old["status"] == value && old["reason"] == reason {
            return;
        }
        if old["status"] == value {
            since = old["lastTransitionTime"].clone();
        }
    }
    put(
        status,
        json!({"type": kind, "status": value, "lastUpdateTime": now, "lastTransitionTime": since,
               "reason": reason, "message": message}),
    );
}

/// Writes the status. Says when it has to be looked at again because a deadline may pass.
pub(super) fn write(rollout: &Rollout<'_>) -> Result<Next, Status> {
    let counts = counts(rollout);
    let wanted = rollout.wanted();
    let now = rollout.context.clock.now();
    let old = &rollout.deployment["status"];
    let mut status = json!({"observedGeneration": rollout.deployment["metadata"]["generation"]});
    for (field, count) in [
        ("replicas", counts.all),
        ("updatedReplicas", counts.updated),
        ("readyReplicas", counts.ready),
        ("availableReplicas", counts.available),
        (
            "unavailableReplicas",
            (counts.wanted_by_sets - counts.available).max(0),
        ),
        ("collisionCount", number(&old["collisionCount"])),
    ] {
        if count != 0 {
            status[field] = json!(count);
        }
    }
    if old["conditions"].is_array() {
        status["conditions"] = old["conditions"].clone();
    }
    let available = if counts.available >= wanted.least() {
        [
            "Available",
            "True",
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
        ]
    } else {
        [
            "Available",
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        ]
    };
    set(&mut status, &now, available);
    let left = progress(rollout, counts, &mut status, &now);
    failures(rollout, &mut status, &now);
    let kind = apps("deployments");
    write_status(rollout.context, &kind, &rollout.deployment, &status)?;
    Ok(left.map_or(Next::Done, after_seconds))
}

const PROGRESSING: &str = "Progressing";

/// Sets the condition Progressing. Gives how many seconds it takes until the rollout counts as stuck.
fn progress(rollout: &Rollout<'_>, counts: Counts, status: &mut Value, now: &str) -> Option<i64> {
    let spec = rollout.spec();
    // Kubernetes takes the largest number for none.
    let deadline = spec["progressDeadlineSeconds"]
        .as_i64()
        .filter(|deadline| *deadline < i64::from(i32::MAX));
    let Some(deadline) = deadline else {
        remove(status, PROGRESSING);
        return None;
    };
    if spec["paused"] == true {
        if !says(rollout, "ProgressDeadlineExceeded") {
            let words = ["Unknown", "DeploymentPaused", "Deployment is paused"];
            say(status, now, words);
        }
        return None;
    }
    if says(rollout, "DeploymentPaused") {
        let words = ["Unknown", "DeploymentResumed", "Deployment is resumed"];
        say(status, now, words);
    }
    if let Some(failure) = &rollout.failure {
        let message = failure.to_string();
        say(status, now, ["False", "ReplicaSetCreateError", &message]);
        return None;
    }
    let new = rollout.revisions.new.as_ref();
    let new = new.map_or("", |new| text(&new["metadata"]["name"]));
    if rollout.created {
        let message = format!("Created new replica set {new:?}");
        say(status, now, ["True", "NewReplicaSetCreated", &message]);
        return Some(deadline + 1);
    }
    if find(status, PROGRESSING).is_none() {
        let message = format!("Found new replica set {new:?}");
        say(status, now, ["True", "FoundNewReplicaSet", &message]);
    }
    if counts.all == counts.updated && says(rollout, "NewReplicaSetAvailable") {
        return None;
    }
    under_way(rollout, counts, status, now, deadline)
}

/// The same for a rollout that is neither paused nor failed, nor over at the last look.
fn under_way(
    rollout: &Rollout<'_>,
    counts: Counts,
    status: &mut Value,
    now: &str,
    deadline: i64,
) -> Option<i64> {
    let name = match &rollout.revisions.new {
        Some(new) => format!("ReplicaSet {:?}", text(&new["metadata"]["name"])),
        None => format!(
            "Deployment {:?}",
            text(&rollout.deployment["metadata"]["name"])
        ),
    };
    if counts.is_complete(rollout.wanted().replicas) {
        let message = format!("{name} has successfully progressed.");
        say(status, now, ["True", "NewReplicaSetAvailable", &message]);
        return None;
    }
    if advanced(rollout, counts) {
        let since = find(status, PROGRESSING)
            .filter(|old| old["status"] == "True")
            .map_or_else(|| json!(now), |old| old["lastTransitionTime"].clone());
        // Anew each time, since the deadline counts from the last step.
        put(
            status,
            json!({"type": PROGRESSING, "status": "True", "lastUpdateTime": now, "lastTransitionTime": since,
                   "reason": "ReplicaSetUpdated", "message": format!("{name} is progressing.")}),
        );
        return Some(deadline + 1);
    }
    let last = find(status, PROGRESSING)?;
    // A rollout back to an old replica set has not begun yet where it still says that the last one has ended.
    if last["reason"] == "ProgressDeadlineExceeded" || last["reason"] == "NewReplicaSetAvailable" {
        return None;
    }
    let updated = clock::parse(text(&last["lastUpdateTime"])).unwrap_or_default();
    let passed = rollout.context.clock.seconds() - updated;
    if passed > deadline {
        let message = format!("{name} has timed out progressing.");
        say(status, now, ["False", "ProgressDeadlineExceeded", &message]);
        return None;
    }
    Some(deadline + 1 - passed)
}

/// Whether Progressing gave this reason at the last look.
fn says(rollout: &Rollout<'_>, reason: &str) -> bool {
    let found = find(&rollout.deployment["status"], PROGRESSING);
    found.is_some_and(|found| found["reason"] == reason)
}

fn say(status: &mut Value, now: &str, [value, reason, message]: [&str; 3]) {
    set(status, now, [PROGRESSING, value, reason, message]);
}

/// Whether more is done than at the last look.
fn advanced(rollout: &Rollout<'_>, counts: Counts) -> bool {
    let old = &rollout.deployment["status"];
    let before = |field: &str| number(&old[field]);
    counts.updated > before("updatedReplicas")
        || counts.all - counts.updated < before("replicas") - before("updatedReplicas")
        || counts.ready > before("readyReplicas")
        || counts.available > before("availableReplicas")
}

/// The deployment fails where one of its replica sets does, the new one first.
fn failures(rollout: &Rollout<'_>, status: &mut Value, now: &str) {
    const KIND: &str = "ReplicaFailure";
    let failed = |set: &std::sync::Arc<Value>| find(&set["status"], KIND).cloned();
    match rollout.revisions.all().find_map(failed) {
        Some(failure) => {
            let words = [
                KIND,
                text(&failure["status"]),
                text(&failure["reason"]),
                text(&failure["message"]),
            ];
            set(status, now, words);
        }
        None => remove(status, KIND),
    }
}
