//! The part of the rules that all kinds share: what the server gives, what a client may not change, what is well-formed.

use serde_json::{Map, Value, json};

use super::names::{self, Rule};
use super::{FieldError, Object, ResourceInfo, Status, clock};

/// Checks that the body is an object of the kind that the path names, and gives it the stored version.
pub(super) fn check_kind(info: &ResourceInfo, object: &mut Object) -> Result<(), Status> {
    if !object.is_object() {
        let what = "couldn't get version/kind; json parse error: the body is not an object";
        return Err(Status::bad_request(what));
    }
    let kind = object["kind"].as_str().unwrap_or_default();
    if kind.is_empty() && !object["apiVersion"].is_null() {
        return Err(Status::bad_request(format!(
            "Object 'Kind' is missing in '{object}'"
        )));
    }
    let (version, expected) = (
        object["apiVersion"].as_str().unwrap_or_default(),
        info.api_version(),
    );
    if !version.is_empty() && version != expected {
        return Err(Status::bad_request(format!(
            "the API version in the data ({version}) does not match the expected API version ({expected})"
        )));
    }
    if !kind.is_empty() && kind != info.kind {
        return Err(Status::bad_request(format!(
            "the kind in the data ({kind}) does not match the expected kind ({})",
            info.kind
        )));
    }
    set_stored_version(info, object);
    match &object["metadata"] {
        Value::Object(_) => {}
        Value::Null => object["metadata"] = json!({}),
        other => {
            let error = FieldError::type_invalid("metadata", other, "must be an object");
            return Err(Status::invalid(info, "", &[error]));
        }
    }
    Ok(())
}

/// Objects are stored with the kind and the storage version written in them.
pub(super) fn set_stored_version(info: &ResourceInfo, object: &mut Object) {
    object["apiVersion"] = json!(super::kinds::join_version(
        &info.group,
        &info.storage_version
    ));
    object["kind"] = json!(info.kind);
}

/// Gives a new object its name, namespace, UID and times. Gives its key's parts.
pub(super) fn prepare_new(
    info: &ResourceInfo,
    namespace: Option<&str>,
    object: &mut Object,
) -> Result<super::Key, Status> {
    let Some(metadata) = object["metadata"].as_object_mut() else {
        return Err(Status::internal("the object has no metadata"));
    };
    drop_nulls(metadata);
    if metadata
        .get("resourceVersion")
        .and_then(Value::as_str)
        .is_some_and(|version| !version.is_empty())
    {
        return Err(Status::bad_request(
            "resourceVersion should not be set on objects to be created",
        ));
    }
    let namespace = namespace.filter(|_| info.namespaced);
    let own = metadata
        .get("namespace")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match namespace {
        Some(namespace) if own.is_empty() || own == namespace => {
            metadata.insert("namespace".to_owned(), json!(namespace));
        }
        Some(_) => {
            let what = "the namespace of the provided object does not match the namespace sent on the request";
            return Err(Status::bad_request(what));
        }
        None if info.namespaced => {
            return Err(Status::bad_request(
                "an empty namespace may not be set during creation",
            ));
        }
        None => {
            metadata.remove("namespace");
        }
    }
    let text = |metadata: &Map<String, Value>, field: &str| {
        metadata
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (mut name, generate) = (text(metadata, "name"), text(metadata, "generateName"));
    if name.is_empty() && !generate.is_empty() {
        // What Kubernetes cuts, so that the suffix still fits into a label.
        let cut: String = generate.chars().take(58).collect();
        name = format!("{cut}{}", clock::suffix());
        metadata.insert("name".to_owned(), json!(name));
    }
    for field in [
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "selfLink",
        "resourceVersion",
        "generation",
    ] {
        metadata.remove(field);
    }
    metadata.insert("uid".to_owned(), json!(clock::uid()));
    metadata.insert("creationTimestamp".to_owned(), json!(clock::now()));
    if counts_generations(info) {
        metadata.insert("generation".to_owned(), json!(1));
    }
    Ok(super::Key {
        namespace: namespace.map(str::to_owned),
        name,
    })
}

/// Puts back what a client may not change in an object's metadata.
///
/// # Errors
/// 400 for another name or namespace, 409 for another UID.
pub(super) fn keep_identity(
    info: &ResourceInfo,
    old: &Object,
    new: &mut Object,
) -> Result<(), Status> {
    let old = &old["metadata"];
    let name = old["name"].as_str().unwrap_or_default();
    let Some(metadata) = new["metadata"].as_object_mut() else {
        return Err(Status::bad_request("the object has no metadata"));
    };
    drop_nulls(metadata);
    let given = |field: &str| {
        metadata
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    if given("name") != name && !given("name").is_empty() {
        return Err(Status::bad_request(format!(
            "the name of the object ({}) does not match the name on the URL ({name})",
            given("name")
        )));
    }
    let namespace = old["namespace"].as_str().unwrap_or_default();
    if given("namespace") != namespace && !given("namespace").is_empty() {
        let what =
            "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Status::bad_request(what));
    }
    let (uid, wanted) = (old["uid"].as_str().unwrap_or_default(), given("uid"));
    if !wanted.is_empty() && wanted != uid {
        let why = format!(
            "Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}"
        );
        return Err(Status::conflict(info, name, &why));
    }
    for field in [
        "name",
        "namespace",
        "uid",
        "creationTimestamp",
        "generation",
        "resourceVersion",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generateName",
    ] {
        match old.get(field) {
            Some(value) => metadata.insert(field.to_owned(), value.clone()),
            None => metadata.remove(field),
        };
    }
    Ok(())
}

/// Metadata is typed: a null stands for nothing, and so does an empty map or list of these.
fn drop_nulls(metadata: &mut Map<String, Value>) {
    metadata.retain(|_, value| !value.is_null());
    for field in [
        "labels",
        "annotations",
        "finalizers",
        "ownerReferences",
        "managedFields",
    ] {
        let empty = match metadata.get(field) {
            Some(Value::Object(map)) => map.is_empty(),
            Some(Value::Array(list)) => list.is_empty(),
            _ => false,
        };
        if empty {
            metadata.remove(field);
        }
    }
}

/// Whether Kubernetes counts the generations of a kind. Those of CRDs always have them.
pub(super) fn counts_generations(info: &ResourceInfo) -> bool {
    let counting = [
        "CronJob",
        "CustomResourceDefinition",
        "DaemonSet",
        "Deployment",
        "EndpointSlice",
        "Ingress",
        "IngressClass",
        "Job",
        "MutatingWebhookConfiguration",
        "NetworkPolicy",
        "Pod",
        "PodDisruptionBudget",
        "PriorityClass",
        "ReplicaSet",
        "ReplicationController",
        "StatefulSet",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ];
    !info.builtin || counting.contains(&info.kind.as_str())
}

/// Counts a generation where what is wanted of the object has changed.
pub(super) fn count_generation(info: &ResourceInfo, old: &Object, new: &mut Object) {
    if !counts_generations(info) {
        return;
    }
    let wanted = |object: &Object| -> Map<String, Value> {
        let mut wanted = object.as_object().cloned().unwrap_or_default();
        wanted.remove("metadata");
        if info.has_status {
            wanted.remove("status");
        }
        wanted
    };
    let annotations = info.kind == "Deployment"
        && old["metadata"]["annotations"] != new["metadata"]["annotations"];
    if annotations || wanted(old) != wanted(new) {
        let generation = old["metadata"]["generation"].as_i64().unwrap_or_default();
        new["metadata"]["generation"] = json!(generation + 1);
    }
}

/// The names that a kind's objects may have.
fn rule(info: &ResourceInfo) -> Rule {
    match (info.group.as_str(), info.kind.as_str()) {
        ("", "Namespace") => Rule::Label,
        ("", "Service") => Rule::Service,
        ("rbac.authorization.k8s.io", _) => Rule::PathSegment,
        _ => Rule::Subdomain,
    }
}

/// Checks the metadata of an object; `old` is what it was, if it was.
pub(super) fn validate(
    info: &ResourceInfo,
    object: &Object,
    old: Option<&Object>,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let metadata = &object["metadata"];
    if old.is_none() {
        let name = metadata["name"].as_str().unwrap_or_default();
        if name.is_empty() {
            errors.push(FieldError::required(
                "metadata.name",
                "name or generateName is required",
            ));
        } else if let Some(why) = names::check(rule(info), name) {
            errors.push(FieldError::invalid("metadata.name", &json!(name), &why));
        }
    }
    for (field, check) in [
        (
            "labels",
            names::labels as fn(&Value, &str, &mut Vec<FieldError>),
        ),
        ("annotations", names::annotations),
    ] {
        let path = format!("metadata.{field}");
        if matches!(metadata[field], Value::Object(_) | Value::Null) {
            check(&metadata[field], &path, &mut errors);
        } else {
            errors.push(FieldError::type_invalid(
                path,
                &metadata[field],
                "must be a map of strings",
            ));
        }
    }
    finalizers(metadata, old, &mut errors);
    owners(metadata, &mut errors);
    errors
}

fn finalizers(metadata: &Value, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    let Some(all) = metadata["finalizers"].as_array() else {
        return;
    };
    for one in all {
        let text = one.as_str().unwrap_or_default();
        if let Some(why) = names::qualified(text) {
            errors.push(FieldError::invalid("metadata.finalizers", one, &why));
        }
    }
    let Some(old) = old.filter(|old| old["metadata"]["deletionTimestamp"].is_string()) else {
        return;
    };
    let before = old["metadata"]["finalizers"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let new: Vec<String> = all
        .iter()
        .filter(|one| !before.contains(one))
        .map(ToString::to_string)
        .collect();
    if !new.is_empty() {
        let why = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            new.join(", ")
        );
        errors.push(FieldError::forbidden("metadata.finalizers", &why));
    }
}

fn owners(metadata: &Value, errors: &mut Vec<FieldError>) {
    let mut controllers = Vec::new();
    for (index, owner) in metadata["ownerReferences"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let path = format!("metadata.ownerReferences[{index}]");
        for (field, what) in [
            ("apiVersion", "version must not be empty"),
            ("kind", ""),
            ("name", ""),
            ("uid", ""),
        ] {
            if owner[field].as_str().unwrap_or_default().is_empty() {
                let what = if what.is_empty() {
                    "must not be empty"
                } else {
                    what
                };
                errors.push(FieldError::invalid(
                    format!("{path}.{field}"),
                    &owner[field],
                    what,
                ));
            }
        }
        if owner["controller"] == true {
            controllers.push(owner["name"].as_str().unwrap_or_default());
        }
    }
    if let [first, second, ..] = controllers.as_slice() {
        let why = format!(
            "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {second}"
        );
        errors.push(FieldError::invalid(
            "metadata.ownerReferences",
            &metadata["ownerReferences"],
            &why,
        ));
    }
}
