//! When an object does what it is for, read from its status. Pure.

use serde_json::Value;

use super::object::Reference;

/// How far an object is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Done,
    /// Not yet, and what is missing: `0 of 1 ready`.
    Pending(String),
    /// It will not be, and why.
    Failed(String),
}

/// Whether an object is ready; what has no notion of it is, once it is there.
///
/// The rules for workloads are those of `kubectl rollout status`.
pub(crate) fn ready(object: &Reference, live: Option<&Value>) -> State {
    let Some(live) = live else {
        return State::Pending("it is not there".to_owned());
    };
    if live["metadata"].get("deletionTimestamp").is_some() {
        return State::Pending("it is being deleted".to_owned());
    }
    match (object.group(), object.kind.as_str()) {
        ("", "Namespace") => match live["status"]["phase"].as_str() {
            None | Some("Active") => State::Done,
            Some(phase) => State::Pending(format!("it is {phase}")),
        },
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(live),
        ("apps", "Deployment") => deployment(live),
        ("apps", "StatefulSet") => stateful_set(live),
        ("apps", "DaemonSet") => daemon_set(live),
        ("batch", "Job") => job(live),
        _ => State::Done,
    }
}

/// Whether an object of this kind can be there and not ready.
pub(crate) fn takes_time(object: &Reference) -> bool {
    matches!(
        (object.group(), object.kind.as_str()),
        ("", "Namespace")
            | ("apiextensions.k8s.io", "CustomResourceDefinition")
            | ("apps", "Deployment" | "StatefulSet" | "DaemonSet")
            | ("batch", "Job")
    )
}

/// Whether it is gone, and if not, what holds it.
pub(crate) fn gone(_: &Reference, live: Option<&Value>) -> State {
    let Some(live) = live else {
        return State::Done;
    };
    let finalizers = [&live["metadata"]["finalizers"], &live["spec"]["finalizers"]];
    let names = finalizers.into_iter().filter_map(Value::as_array).flatten();
    // Kubernetes' own finalizer holds a namespace until it is empty: what is in it is what holds it.
    let (own, names): (Vec<&str>, Vec<&str>) = names
        .filter_map(Value::as_str)
        .partition(|name| *name == "kubernetes");
    let conditions = live["status"]["conditions"].as_array();
    // A namespace says what is left in it, by which finalizers, and which kinds could not be looked at; a definition, whose
    // resources could not be deleted.
    let told = conditions.into_iter().flatten().filter(|condition| {
        let kind = condition["type"].as_str().unwrap_or_default();
        condition["status"] == "True" && (kind.starts_with("Namespace") || kind == "Terminating")
    });
    let told: Vec<&str> = told
        .filter_map(|condition| condition["message"].as_str())
        .filter(|message| !message.is_empty())
        .collect();
    State::Pending(match (told.as_slice(), names.as_slice()) {
        ([], []) if own.is_empty() => "still there".to_owned(),
        ([], []) => "still there, what is in it is being deleted".to_owned(),
        ([], names) => format!("still there, held by finalizer {}", names.join(", ")),
        (told, _) => format!("still there: {}", told.join("; ")),
    })
}

fn definition(live: &Value) -> State {
    let is = |condition: &str| find(live, condition).is_some_and(|it| it["status"] == "True");
    match (is("NamesAccepted"), is("Established")) {
        (true, true) => State::Done,
        (false, _) => match find(live, "NamesAccepted") {
            Some(condition) => State::Failed(said(condition, "its names are not accepted")),
            None => State::Pending("not established yet".to_owned()),
        },
        (true, false) => State::Pending("not established yet".to_owned()),
    }
}

fn deployment(live: &Value) -> State {
    if let Some(state) = unseen(live) {
        return state;
    }
    let wanted = live["spec"]["replicas"].as_u64().unwrap_or(1);
    let count = |field: &str| live["status"][field].as_u64().unwrap_or(0);
    let (all, updated, available) = (
        count("replicas"),
        count("updatedReplicas"),
        count("availableReplicas"),
    );
    if updated < wanted {
        let failure = find(live, "ReplicaFailure").map(|it| said(it, "no pod can be made"));
        return State::Pending(match failure {
            Some(failure) => format!("{updated} of {wanted} updated: {failure}"),
            None => format!("{updated} of {wanted} updated"),
        });
    }
    if available < updated {
        return State::Pending(format!("{available} of {updated} ready"));
    }
    if all > updated {
        return State::Pending(format!("{} old pods still run", all - updated));
    }
    State::Done
}

fn stateful_set(live: &Value) -> State {
    if let Some(state) = unseen(live) {
        return state;
    }
    let wanted = live["spec"]["replicas"].as_u64().unwrap_or(1);
    let count = |field: &str| live["status"][field].as_u64().unwrap_or(0);
    if count("readyReplicas") < wanted {
        return State::Pending(format!("{} of {wanted} ready", count("readyReplicas")));
    }
    let rolling = live["spec"]["updateStrategy"]["type"] != "OnDelete";
    let partition = live["spec"]["updateStrategy"]["rollingUpdate"]["partition"]
        .as_u64()
        .unwrap_or(0);
    let to_update = wanted.saturating_sub(partition);
    if rolling && count("updatedReplicas") < to_update {
        return State::Pending(format!(
            "{} of {to_update} updated",
            count("updatedReplicas")
        ));
    }
    State::Done
}

fn daemon_set(live: &Value) -> State {
    if let Some(state) = unseen(live) {
        return state;
    }
    let count = |field: &str| live["status"][field].as_u64().unwrap_or(0);
    let wanted = count("desiredNumberScheduled");
    let rolling = live["spec"]["updateStrategy"]["type"] != "OnDelete";
    if rolling && count("updatedNumberScheduled") < wanted {
        return State::Pending(format!(
            "{} of {wanted} updated",
            count("updatedNumberScheduled")
        ));
    }
    if count("numberAvailable") < wanted {
        return State::Pending(format!("{} of {wanted} ready", count("numberAvailable")));
    }
    State::Done
}

fn job(live: &Value) -> State {
    let holds = |name: &str| find(live, name).filter(|condition| condition["status"] == "True");
    if let Some(_complete) = holds("Complete") {
        return State::Done;
    }
    match holds("Failed") {
        Some(condition) => State::Failed(said(condition, "it failed")),
        None => State::Pending("not complete yet".to_owned()),
    }
}

/// What its controller has not looked at yet.
fn unseen(live: &Value) -> Option<State> {
    let generation = live["metadata"]["generation"].as_u64().unwrap_or(0);
    let seen = live["status"]["observedGeneration"].as_u64().unwrap_or(0);
    (seen < generation)
        .then(|| State::Pending("its controller has not seen the change yet".to_owned()))
}

fn find<'a>(live: &'a Value, condition: &str) -> Option<&'a Value> {
    let mut conditions = live["status"]["conditions"]
        .as_array()
        .into_iter()
        .flatten();
    conditions.find(|one| one["type"] == condition)
}

fn said(condition: &Value, otherwise: &str) -> String {
    let message = condition["message"]
        .as_str()
        .filter(|text| !text.is_empty());
    let reason = condition["reason"].as_str().filter(|text| !text.is_empty());
    message.or(reason).unwrap_or(otherwise).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn state(api_version: &str, kind: &str, live: &Value) -> State {
        ready(
            &Reference::new(api_version, kind, Some("a"), "b"),
            Some(live),
        )
    }

    fn pending(text: &str) -> State {
        State::Pending(text.to_owned())
    }

    #[test]
    fn a_deployment_is_ready_when_all_its_pods_are_new_and_available() {
        let live = |status: Value| json!({"metadata": {"generation": 2}, "spec": {"replicas": 2}, "status": status});
        let of = |status: Value| state("apps/v1", "Deployment", &live(status));
        assert_eq!(
            of(
                json!({"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2})
            ),
            pending("its controller has not seen the change yet")
        );
        assert_eq!(
            of(
                json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 1, "availableReplicas": 2})
            ),
            pending("1 of 2 updated")
        );
        assert_eq!(
            of(
                json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 2, "availableReplicas": 2})
            ),
            pending("1 old pods still run")
        );
        assert_eq!(
            of(
                json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 0})
            ),
            pending("0 of 2 ready")
        );
        assert_eq!(
            of(
                json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2})
            ),
            State::Done
        );
        assert_eq!(
            of(json!({"observedGeneration": 2, "conditions": [
                {"type": "ReplicaFailure", "status": "True", "message": "quota exceeded"}]})),
            pending("0 of 2 updated: quota exceeded")
        );
        assert_eq!(
            ready(&Reference::new("apps/v1", "Deployment", None, "b"), None),
            pending("it is not there")
        );
    }

    #[test]
    fn a_deployment_scaled_to_none_is_ready() {
        let live = json!({"metadata": {"generation": 1}, "spec": {"replicas": 0}, "status": {"observedGeneration": 1}});
        assert_eq!(state("apps/v1", "Deployment", &live), State::Done);
    }

    #[test]
    fn a_daemon_set_waits_for_every_node() {
        let live = json!({"metadata": {"generation": 1}, "spec": {}, "status": {
            "observedGeneration": 1, "desiredNumberScheduled": 3, "updatedNumberScheduled": 3, "numberAvailable": 2}});
        assert_eq!(
            state("apps/v1", "DaemonSet", &live),
            pending("2 of 3 ready")
        );
    }

    #[test]
    fn a_stateful_set_with_a_partition_keeps_old_pods() {
        let live = |updated: u32| {
            json!({"metadata": {"generation": 1},
            "spec": {"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}},
            "status": {"observedGeneration": 1, "readyReplicas": 3, "updatedReplicas": updated}})
        };
        assert_eq!(state("apps/v1", "StatefulSet", &live(1)), State::Done);
        assert_eq!(
            state("apps/v1", "StatefulSet", &live(0)),
            pending("0 of 1 updated")
        );
    }

    #[test]
    fn a_job_ends_in_success_or_failure() {
        let live = |condition: &str| json!({"status": {"conditions": [{"type": condition, "status": "True", "message": "m"}]}});
        assert_eq!(state("batch/v1", "Job", &live("Complete")), State::Done);
        assert_eq!(
            state("batch/v1", "Job", &live("Failed")),
            State::Failed("m".to_owned())
        );
    }

    #[test]
    fn a_definition_is_ready_when_established() {
        let crd = |conditions: Value| {
            state(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                &json!({"status": {"conditions": conditions}}),
            )
        };
        assert_eq!(crd(json!([])), pending("not established yet"));
        assert_eq!(
            crd(
                json!([{"type": "NamesAccepted", "status": "True"}, {"type": "Established", "status": "True"}])
            ),
            State::Done
        );
        assert_eq!(
            crd(json!([{"type": "NamesAccepted", "status": "False", "message": "taken"}])),
            State::Failed("taken".to_owned())
        );
    }

    #[test]
    fn what_is_not_gone_says_what_holds_it() {
        let object = Reference::new("v1", "Namespace", None, "a");
        assert_eq!(gone(&object, None), State::Done);
        assert_eq!(
            gone(
                &object,
                Some(&json!({"metadata": {"finalizers": ["example.com/a"]}}))
            ),
            pending("still there, held by finalizer example.com/a")
        );
        assert_eq!(
            gone(
                &object,
                Some(&json!({"metadata": {}, "spec": {"finalizers": ["kubernetes"]}}))
            ),
            pending("still there, what is in it is being deleted")
        );
        let left = json!({"metadata": {}, "spec": {"finalizers": ["kubernetes"]}, "status": {"conditions": [
            {"type": "NamespaceDeletionContentFailure", "status": "False", "message": "All content successfully deleted"},
            {"type": "NamespaceContentRemaining", "status": "True", "message": "Some resources are remaining: pods. has 1 resource instances"},
            {"type": "NamespaceFinalizersRemaining", "status": "True", "message": "example.com/a in 1 resource instances"}]}});
        assert_eq!(
            gone(&object, Some(&left)),
            pending(
                "still there: Some resources are remaining: pods. has 1 resource instances; example.com/a in 1 resource instances"
            )
        );
    }
}
