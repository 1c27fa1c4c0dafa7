//! Which objects hold a pod, and where: the pod template of a Deployment, a Pod itself, the items of a List.

use crate::yaml::Value;

use super::check::{Place as At, check};
use super::pod::Pod;
use super::pod_types::{OBJECT_META, POD_SPEC};
use super::template_data::Owner;

/// Kinds that hold a pod template, besides those that are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kinds(Vec<Given>);

#[derive(Clone, Debug)]
struct Given {
    kind: String,
    /// Any group, where there is none.
    group: Option<String>,
    /// The way to the pod template.
    path: Vec<String>,
}

impl Kinds {
    /// Adds a kind: `Rollout=spec.template`, or with its group `Rollout.argoproj.io=spec.template`.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), String> {
        let wrong = || format!("`{text}` is not KIND=PATH, as in `Rollout=spec.template`");
        let (kind, path) = text.split_once('=').ok_or_else(wrong)?;
        let path: Vec<String> = path
            .trim_start_matches('.')
            .split('.')
            .map(|step| step.trim().to_owned())
            .collect();
        let (kind, group) = match kind.trim().split_once('.') {
            Some((kind, group)) => (kind, Some(group.to_owned())),
            None => (kind.trim(), None),
        };
        if kind.is_empty() || path.iter().any(String::is_empty) {
            return Err(wrong());
        }
        self.0.push(Given {
            kind: kind.to_owned(),
            group,
            path,
        });
        Ok(())
    }

    fn find(&self, group: &str, kind: &str) -> Option<&Given> {
        self.0.iter().find(|given| {
            given.kind == kind && given.group.as_deref().is_none_or(|own| own == group)
        })
    }
}

/// Where an object keeps the pod that injection works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'k> {
    /// From the object to the pod's metadata, and to its spec.
    Known {
        metadata: &'static [&'static str],
        spec: &'static [&'static str],
    },
    /// From the object to the pod template.
    Given(&'k [String]),
}

impl<'k> Place<'k> {
    /// From the object to the pod's metadata.
    pub(crate) fn metadata(self) -> Vec<&'k str> {
        match self {
            Self::Known { metadata, .. } => metadata.to_vec(),
            Self::Given(path) => Self::below(path, "metadata"),
        }
    }

    /// From the object to the pod's spec.
    pub(crate) fn spec(self) -> Vec<&'k str> {
        match self {
            Self::Known { spec, .. } => spec.to_vec(),
            Self::Given(path) => Self::below(path, "spec"),
        }
    }

    fn below(path: &'k [String], field: &'static str) -> Vec<&'k str> {
        path.iter().map(String::as_str).chain([field]).collect()
    }
}

/// What injection makes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form<'k> {
    Workload(Place<'k>),
    /// `kind: List`, whose items are objects.
    List,
    /// Anything else.
    Other,
}

const TEMPLATE: Place<'static> = Place::Known {
    metadata: &["spec", "template", "metadata"],
    spec: &["spec", "template", "spec"],
};

/// A Pod itself.
pub(crate) const POD: Place<'static> = Place::Known {
    metadata: &["metadata"],
    spec: &["spec"],
};

/// A CronJob's labels and annotations go to its Jobs, as `istioctl` has it, while the containers go to the pods.
const CRON_JOB: Place<'static> = Place::Known {
    metadata: &["spec", "jobTemplate", "metadata"],
    spec: &["spec", "jobTemplate", "spec", "template", "spec"],
};

/// Looks at `apiVersion` and `kind`. A kind counts in every version of its group.
pub(crate) fn form<'k>(object: &Value, kinds: &'k Kinds) -> Form<'k> {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or("");
    let group = text("apiVersion")
        .split_once('/')
        .map_or("", |(group, _)| group);
    if let Some(given) = kinds.find(group, text("kind")) {
        return Form::Workload(Place::Given(&given.path));
    }
    // Its pods come from another object.
    if (group, text("kind")) == ("argoproj.io", "Rollout")
        && object
            .pointer("/spec/workloadRef")
            .is_some_and(Value::is_object)
    {
        return Form::Other;
    }
    match (group, text("kind")) {
        ("", "Pod") => Form::Workload(POD),
        ("", "List") => Form::List,
        ("", "ReplicationController")
        | ("apps" | "extensions", "Deployment" | "DaemonSet" | "ReplicaSet")
        | ("apps", "StatefulSet")
        | ("batch", "Job")
        // Without a group: as OpenShift wrote it before it had groups.
        | ("" | "apps.openshift.io", "DeploymentConfig")
        | ("argoproj.io", "Rollout") => Form::Workload(TEMPLATE),
        ("batch", "CronJob") => Form::Workload(CRON_JOB),
        _ => Form::Other,
    }
}

/// The pods or pod templates of an object and of the items of a List: each with the object's kind and name in lower case and
/// its namespace, as far as it names one.
pub(crate) fn templates(object: &Value, kinds: &Kinds) -> Vec<(String, Option<String>, Value)> {
    let place = match form(object, kinds) {
        Form::Other => return Vec::new(),
        Form::List => {
            let items = object.get("items").and_then(Value::as_array);
            let items = items.into_iter().flatten();
            return items.flat_map(|item| templates(item, kinds)).collect();
        }
        Form::Workload(place) => place,
    };
    let at = |path: &[&str]| super::image::at(object, path).cloned().unwrap_or_default();
    let spec = at(&place.spec());
    // Where a kind keeps the labels of something else than its pods beside their spec, those of the pods count here.
    let way = place.spec();
    let metadata: Vec<&str> = way[..way.len() - 1]
        .iter()
        .copied()
        .chain(["metadata"])
        .collect();
    let owner = owner_of(object);
    vec![(
        format!("{}/{}", owner.kind.to_lowercase(), owner.name),
        Some(owner.namespace).filter(|namespace| !namespace.is_empty()),
        serde_json::json!({"metadata": at(&metadata), "spec": spec}),
    )]
}

/// The pod of an object, taken out of it. Fails when it is not there, is no pod, or has no containers; the message names the
/// field.
pub(crate) fn take_pod(object: &mut Value, place: Place<'_>) -> Result<Pod, String> {
    let pod = take_any_pod(object, place)?;
    if pod.containers(super::pod::Containers::App).is_empty() {
        let field = place.spec().join(".");
        return Err(format!("{field}.containers is missing or empty"));
    }
    Ok(pod)
}

/// Like [`take_pod`], also of a pod without containers: what is left of one whose only container became a native sidecar.
pub(crate) fn take_any_pod(object: &mut Value, place: Place<'_>) -> Result<Pod, String> {
    let spec = match find(object, &place.spec()) {
        Ok(Some(spec)) => spec.take(),
        Ok(None) => return Err(format!("{} is missing", missing(object, &place.spec()))),
        Err(message) => return Err(message),
    };
    // What is empty stays: a pod that is skipped is put back as it was.
    let metadata = find(object, &place.metadata())?
        .filter(|metadata| metadata.as_object().is_none_or(|map| !map.is_empty()))
        .map_or(Value::Null, Value::take);
    Pod::new(metadata, spec).map_err(|message| within(place, message))
}

/// A message about a field of a pod, with the way from the object to it.
fn within(place: Place<'_>, message: String) -> String {
    let way = place.spec();
    let prefix = way[..way.len() - 1].join(".");
    if prefix.is_empty() {
        message
    } else if let Some(rest) = message.strip_prefix("metadata") {
        format!("{}{rest}", place.metadata().join("."))
    } else {
        format!("{prefix}.{message}")
    }
}

/// Checks the types of what is known of an object's metadata, and of its pod: from here on they are taken for granted. The
/// message names the field.
pub(crate) fn check_types(object: &Value, pod: &Pod, place: Place<'_>) -> Result<(), String> {
    if let Some(metadata) = object.get("metadata") {
        check(metadata, &OBJECT_META, &At::root("metadata"))?;
    }
    check(pod.metadata(), &OBJECT_META, &At::root("metadata"))
        .and_then(|()| check(pod.spec(), &POD_SPEC, &At::root("spec")))
        .map_err(|message| within(place, message))
}

/// Puts a pod back.
pub(crate) fn put_pod(object: &mut Value, place: Place<'_>, pod: Pod) {
    let (metadata, spec) = pod.into_parts();
    let has_metadata = metadata.as_object().is_some_and(|map| !map.is_empty());
    if has_metadata {
        *reach(object, &place.metadata()) = metadata;
    }
    *reach(object, &place.spec()) = spec;
}

/// Puts a pod in the place of the one that is there, and takes metadata away that it does not have.
pub(crate) fn replace_pod(object: &mut Value, place: Place<'_>, pod: Pod) {
    let (metadata, spec) = pod.into_parts();
    *reach(object, &place.spec()) = spec;
    if metadata.as_object().is_some_and(|map| !map.is_empty()) {
        *reach(object, &place.metadata()) = metadata;
    } else if let Some((last, way)) = place.metadata().split_last()
        && let Value::Object(parent) = reach(object, way)
    {
        parent.remove(*last);
    }
}

fn reach<'a>(object: &'a mut Value, path: &[&str]) -> &'a mut Value {
    path.iter().fold(object, |at, key| {
        if !at.is_object() {
            *at = Value::Object(serde_json::Map::new());
        }
        &mut at[*key]
    })
}

/// The value at a path, if it is there and not null. Fails where something on the way is no object.
fn find<'a>(object: &'a mut Value, path: &[&str]) -> Result<Option<&'a mut Value>, String> {
    let mut at = object;
    for (depth, key) in path.iter().enumerate() {
        if at.is_null() {
            return Ok(None);
        }
        if !at.is_object() {
            let found = super::check::describe(at);
            return Err(format!(
                "{} must be an object, not {found}",
                path[..depth].join(".")
            ));
        }
        match at.get_mut(*key) {
            Some(next) => at = next,
            None => return Ok(None),
        }
    }
    Ok(Some(at).filter(|value| !value.is_null()))
}

/// The first part of a path that is not there.
fn missing(object: &Value, path: &[&str]) -> String {
    let mut at = object;
    for (depth, key) in path.iter().enumerate() {
        match at.get(key).filter(|next| !next.is_null()) {
            Some(next) => at = next,
            None => return path[..=depth].join("."),
        }
    }
    path.join(".")
}

/// The owner of the pod of an object that is not a Pod itself: the object.
pub(crate) fn owner_of(object: &Value) -> Owner {
    let text = |path: &[&str]| {
        let found = path.iter().try_fold(object, |at, key| at.get(key));
        found.and_then(Value::as_str).unwrap_or("").to_owned()
    };
    Owner {
        api_version: text(&["apiVersion"]),
        kind: text(&["kind"]),
        name: text(&["metadata", "name"]),
        namespace: text(&["metadata", "namespace"]),
    }
}

/// The owner of a Pod: its controller, where the pod's name was generated, and behind that the object which the
/// controller's name gives away: the Deployment of a ReplicaSet, the CronJob of a Job.
pub(crate) fn owner_of_pod(pod: &Pod) -> Owner {
    let metadata = pod.metadata();
    let text = |name: &str| {
        metadata
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned()
    };
    let mut owner = Owner {
        api_version: "v1".into(),
        kind: "Pod".into(),
        name: text("name"),
        namespace: text("namespace"),
    };
    if text("generateName").is_empty() {
        return owner;
    }
    let references = metadata.get("ownerReferences").and_then(Value::as_array);
    let controller = references
        .into_iter()
        .flatten()
        .find(|it| it.get("controller").and_then(Value::as_bool) == Some(true));
    let Some(controller) = controller else {
        return owner;
    };
    let text = |name: &str| {
        controller
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned()
    };
    owner.api_version = text("apiVersion");
    owner.kind = text("kind");
    owner.name = text("name");
    let without_hash = |label: &str| {
        let hash = pod.label(label).filter(|hash| !hash.is_empty())?;
        let name = text("name");
        let bare = name.strip_suffix(hash)?;
        Some(bare.strip_suffix('-').unwrap_or(&name).to_owned())
    };
    match owner.kind.as_str() {
        "ReplicaSet" => {
            if let Some(name) = without_hash("pod-template-hash") {
                owner.name = name;
                owner.kind = "Deployment".into();
            } else if let Some(name) = without_hash("rollouts-pod-template-hash") {
                owner.name = name;
                owner.kind = "Rollout".into();
                owner.api_version = "v1alpha1".into();
            }
        }
        "ReplicationController" => {
            if let Some(name) = pod
                .label("deploymentconfig")
                .filter(|name| !name.is_empty())
            {
                name.clone_into(&mut owner.name);
                owner.kind = "DeploymentConfig".into();
            }
        }
        "Job" => {
            if let Some(name) = cron_job_of(&owner.name) {
                owner.name = name.to_owned();
                owner.kind = "CronJob".into();
                owner.api_version = "batch/v1".into();
            }
        }
        _ => {}
    }
    owner
}

/// The CronJob that named a Job: the name before a time stamp of 8 to 10 digits.
fn cron_job_of(job: &str) -> Option<&str> {
    let (name, stamp) = job.rsplit_once('-')?;
    let digits = stamp.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (8..=10).contains(&stamp.len()) && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(mut object: Value) -> String {
        let kinds = Kinds::default();
        let Form::Workload(place) = form(&object, &kinds) else {
            return "no workload".to_owned();
        };
        take_pod(&mut object, place).expect_err("no pod")
    }

    #[test]
    fn knows_the_kinds_that_hold_a_pod() {
        for (api_version, kind) in [
            ("apps/v1", "Deployment"),
            ("apps/v1", "StatefulSet"),
            ("apps/v1", "DaemonSet"),
            ("apps/v1", "ReplicaSet"),
            ("batch/v1", "Job"),
            ("batch/v1", "CronJob"),
            ("v1", "Pod"),
            ("v1", "ReplicationController"),
            ("apps.openshift.io/v1", "DeploymentConfig"),
            ("v1", "DeploymentConfig"),
        ] {
            let object = json!({"apiVersion": api_version, "kind": kind});
            assert!(
                matches!(form(&object, &Kinds::default()), Form::Workload(_)),
                "{kind}"
            );
        }
        for (api_version, kind) in [
            ("v1", "Service"),
            ("example.com/v1", "Deployment"),
            ("v1", "Deployment"),
        ] {
            assert_eq!(
                form(
                    &json!({"apiVersion": api_version, "kind": kind}),
                    &Kinds::default()
                ),
                Form::Other
            );
        }
        assert_eq!(
            form(
                &json!({"apiVersion": "v1", "kind": "List"}),
                &Kinds::default()
            ),
            Form::List
        );
        assert_eq!(form(&json!([]), &Kinds::default()), Form::Other);
    }

    #[test]
    fn other_kinds_are_known_by_the_way_to_their_pod() {
        let mut kinds = Kinds::default();
        kinds
            .add("Sandbox.example.com=spec.pods.template")
            .expect("a kind and a path");
        kinds.add("Runner=.template").expect("a kind and a path");
        let place = |api_version: &str, kind: &str| {
            let object = json!({"apiVersion": api_version, "kind": kind});
            match form(&object, &kinds) {
                Form::Workload(place) => place.spec().join("."),
                _ => String::new(),
            }
        };
        assert_eq!(
            place("example.com/v1", "Sandbox"),
            "spec.pods.template.spec"
        );
        assert_eq!(place("other.com/v1", "Sandbox"), "");
        assert_eq!(place("any.com/v1", "Runner"), "template.spec");
        assert_eq!(
            place("argoproj.io/v1alpha1", "Rollout"),
            "spec.template.spec"
        );
        for wrong in ["Rollout", "=spec", "Rollout=", "Rollout=spec..template"] {
            assert!(kinds.clone().add(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rejects_objects_without_a_pod_by_the_missing_field() {
        let deployment =
            |spec: Value| json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": spec});
        assert_eq!(refused(deployment(json!(null))), "spec is missing");
        assert_eq!(refused(deployment(json!({}))), "spec.template is missing");
        assert_eq!(
            refused(deployment(json!({"template": {}}))),
            "spec.template.spec is missing"
        );
        assert_eq!(
            refused(deployment(json!("x"))),
            "spec must be an object, not a string"
        );
        assert_eq!(
            refused(deployment(json!({"template": {"spec": {}}}))),
            "spec.template.spec.containers is missing or empty"
        );
        assert_eq!(
            refused(deployment(
                json!({"template": {"metadata": {"labels": {"a": 1}}, "spec": {}}})
            )),
            "spec.template.metadata.labels[a] must be a string, not a number; write \"1\" in quotes"
        );
    }

    #[test]
    fn the_owner_of_a_generated_pod_is_behind_its_controller() {
        let owner = |labels: Value, kind: &str, name: &str| {
            let metadata = json!({
                "generateName": "x-", "namespace": "ns", "labels": labels,
                "ownerReferences": [{"apiVersion": "apps/v1", "kind": kind, "name": name, "controller": true}],
            });
            let owner = owner_of_pod(&Pod::new(metadata, json!({})).expect("a pod"));
            (owner.kind, owner.name)
        };
        let pair = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
        assert_eq!(
            owner(json!({"pod-template-hash": "abc"}), "ReplicaSet", "web-abc"),
            pair("Deployment", "web")
        );
        assert_eq!(
            owner(json!({}), "ReplicaSet", "web-abc"),
            pair("ReplicaSet", "web-abc")
        );
        assert_eq!(
            owner(json!({}), "Job", "tick-29384756"),
            pair("CronJob", "tick")
        );
        assert_eq!(owner(json!({}), "Job", "tick-2"), pair("Job", "tick-2"));
    }
}
