//! Pods as controllers see them: how they are made from a template, which of them count, and which go first.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::runtime::Context;
use super::runtime::recorder::Severity;
use super::{core, number, text, writes};
use crate::sandbox::api::options::{DeleteOptions, Preconditions};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, clock};

/// Whether a pod is there to stay: not on its way out, and not through with its work.
pub(super) fn is_active(pod: &Object) -> bool {
    !is_terminating(pod) && !is_finished(pod)
}

pub(super) fn is_terminating(object: &Object) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

/// Whether a pod's containers have all ended, one way or the other.
pub(super) fn is_finished(pod: &Object) -> bool {
    matches!(text(&pod["status"]["phase"]), "Succeeded" | "Failed")
}

/// Since when a pod is ready, in seconds since 1970; `None` if it is not.
pub(super) fn ready_since(pod: &Object) -> Option<i64> {
    let ready = super::conditions::find(&pod["status"], "Ready")?;
    if ready["status"] != "True" {
        return None;
    }
    Some(clock::parse(text(&ready["lastTransitionTime"])).unwrap_or_default())
}

pub(super) fn is_ready(pod: &Object) -> bool {
    ready_since(pod).is_some()
}

/// Whether a pod has been ready for as long as its owner asks (`minReadySeconds`).
pub(super) fn is_available(pod: &Object, minimum: i64, now: i64) -> bool {
    ready_since(pod).is_some_and(|since| minimum == 0 || since + minimum <= now)
}

/// How many seconds it takes until the next of the ready pods is available; `None` if there is nothing to wait for.
pub(super) fn available_in<'a>(
    pods: impl IntoIterator<Item = &'a Object>,
    minimum: i64,
    now: i64,
) -> Option<i64> {
    let waits = pods.into_iter().filter_map(|pod| {
        let left = ready_since(pod)? + minimum - now;
        (minimum > 0 && left > 0).then_some(left)
    });
    waits.min()
}

/// The reference by which an object names its controller.
pub(super) fn controller_reference(owner: &Object) -> Value {
    json!({
        "apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    })
}

/// The pod that an owner's template describes. Its name is left to the caller.
pub(super) fn from_template(template: &Value, owner: &Object) -> Object {
    let mut metadata = json!({"ownerReferences": [controller_reference(owner)]});
    for field in ["labels", "annotations", "finalizers"] {
        if let Some(value) = template["metadata"].get(field) {
            metadata[field] = value.clone();
        }
    }
    json!({"metadata": metadata, "spec": template["spec"]})
}

/// How the names of an owner's pods begin; a name that is too long is cut when the pod is named.
pub(super) fn name_prefix(owner: &Object) -> String {
    format!("{}-", text(&owner["metadata"]["name"]))
}

/// Creates an owner's pod, and records that, or why not. `component` is who does it.
///
/// # Errors
/// The refusal.
pub(super) fn create(
    context: &Context,
    component: &str,
    owner: &Object,
    pod: Object,
) -> Result<std::sync::Arc<Object>, Status> {
    let namespace = owner["metadata"]["namespace"].as_str();
    match context
        .cluster
        .create(&core("pods"), namespace, pod, &writes())
    {
        Ok(written) => {
            let message = format!("Created pod: {}", text(&written.object["metadata"]["name"]));
            let recorder = &context.recorder;
            recorder.record(
                component,
                owner,
                Severity::Normal,
                "SuccessfulCreate",
                &message,
            );
            Ok(written.object)
        }
        Err(status) => {
            // Where the namespace is about to go, there is nobody to read it.
            let ends = status
                .causes
                .iter()
                .any(|cause| cause.reason == "NamespaceTerminating");
            if !ends {
                let message = format!("Error creating: {status}");
                let recorder = &context.recorder;
                recorder.record(
                    component,
                    owner,
                    Severity::Warning,
                    "FailedCreate",
                    &message,
                );
            }
            Err(status)
        }
    }
}

/// Deletes an owner's pod, and records that. One that is gone already is as good as deleted.
///
/// # Errors
/// The refusal.
pub(super) fn delete(
    context: &Context,
    component: &str,
    owner: &Object,
    pod: &Object,
) -> Result<(), Status> {
    let options = DeleteOptions {
        preconditions: Preconditions {
            uid: pod["metadata"]["uid"].as_str().map(str::to_owned),
            resource_version: None,
        },
        ..DeleteOptions::default()
    };
    match context
        .cluster
        .delete(&core("pods"), &Key::of(pod), &options)
    {
        Ok(_) => {
            let message = format!("Deleted pod: {}", text(&pod["metadata"]["name"]));
            let recorder = &context.recorder;
            recorder.record(
                component,
                owner,
                Severity::Normal,
                "SuccessfulDelete",
                &message,
            );
            Ok(())
        }
        Err(status) if matches!(status.code, 404 | 409) => Ok(()),
        Err(status) => {
            let message = format!("Error deleting: {status}");
            let recorder = &context.recorder;
            recorder.record(
                component,
                owner,
                Severity::Warning,
                "FailedDelete",
                &message,
            );
            Err(status)
        }
    }
}

/// Orders pods by which is deleted first, as Kubernetes does: those that are least far on their way, then the cheaper, then
/// those that are younger by an order of magnitude.
pub(super) fn by_deletion(one: &Object, other: &Object, now: i64) -> Ordering {
    let assigned = |pod: &Object| !text(&pod["spec"]["nodeName"]).is_empty();
    let phase = |pod: &Object| match text(&pod["status"]["phase"]) {
        "" | "Pending" => 0,
        "Unknown" => 1,
        _ => 2,
    };
    let cost = |pod: &Object| {
        let annotations = &pod["metadata"]["annotations"];
        let cost = annotations["controller.kubernetes.io/pod-deletion-cost"].as_str();
        cost.and_then(|cost| cost.parse::<i32>().ok())
            .unwrap_or_default()
    };
    let restarts = |pod: &Object| {
        let statuses = pod["status"]["containerStatuses"].as_array();
        let counts = statuses.into_iter().flatten();
        counts
            .map(|status| number(&status["restartCount"]))
            .max()
            .unwrap_or_default()
    };
    // The power of two of an age: what is about as old is not told apart by age.
    let age = |since: i64| (now - since).checked_ilog2().unwrap_or_default();
    let created = |pod: &Object| {
        clock::parse(text(&pod["metadata"]["creationTimestamp"])).unwrap_or_default()
    };
    let since = |pod: &Object| ready_since(pod).map(age);
    assigned(one)
        .cmp(&assigned(other))
        .then_with(|| phase(one).cmp(&phase(other)))
        .then_with(|| is_ready(one).cmp(&is_ready(other)))
        .then_with(|| cost(one).cmp(&cost(other)))
        .then_with(|| since(one).cmp(&since(other)))
        .then_with(|| restarts(other).cmp(&restarts(one)))
        .then_with(|| age(created(one)).cmp(&age(created(other))))
        .then_with(|| text(&one["metadata"]["uid"]).cmp(text(&other["metadata"]["uid"])))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(change: &Value) -> Object {
        let mut pod = json!({
            "metadata": {"uid": "u", "creationTimestamp": "2025-01-31T08:00:00Z"},
            "spec": {"nodeName": "one"},
            "status": {"phase": "Running", "conditions": [
                {"type": "Ready", "status": "True", "lastTransitionTime": "2025-01-31T08:00:10Z"}]},
        });
        json_patch::merge(&mut pod, change);
        pod
    }

    #[test]
    fn the_least_useful_pod_goes_first() {
        let now = clock::parse("2025-01-31T09:00:00Z").unwrap();
        let ready =
            |time: &str| json!([{"type": "Ready", "status": "True", "lastTransitionTime": time}]);
        let in_order = [
            pod(
                &json!({"spec": {"nodeName": null}, "status": {"phase": "Pending", "conditions": null}}),
            ),
            pod(&json!({"status": {"phase": "Pending", "conditions": null}})),
            pod(&json!({"status": {"conditions": null}})),
            pod(
                &json!({"metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "-5"}}}),
            ),
            pod(&json!({"status": {"conditions": ready("2025-01-31T08:59:00Z")}})),
            pod(&json!({"status": {"containerStatuses": [{"restartCount": 3}]}})),
            pod(&json!({"metadata": {"creationTimestamp": "2025-01-31T08:50:00Z"}})),
            pod(&json!({})),
        ];
        for (at, one) in in_order.iter().enumerate() {
            for other in &in_order[at + 1..] {
                assert_eq!(
                    by_deletion(one, other, now),
                    Ordering::Less,
                    "{one}\n{other}"
                );
                assert_eq!(by_deletion(other, one, now), Ordering::Greater);
            }
        }
    }

    #[test]
    fn a_pod_is_available_once_it_was_ready_long_enough() {
        let pod = pod(&json!({}));
        let since = clock::parse("2025-01-31T08:00:10Z").unwrap();
        assert!(is_available(&pod, 0, since));
        assert!(!is_available(&pod, 10, since + 9));
        assert!(is_available(&pod, 10, since + 10));
        assert_eq!(available_in([&pod], 10, since + 3), Some(7));
        assert_eq!(available_in([&pod], 10, since + 10), None);
    }
}
