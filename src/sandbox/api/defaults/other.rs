//! Configuration, access, storage and the kinds that extend the API.

use base64::Engine as _;
use serde_json::{Value, json};

use super::{each, made, map, set};

pub(super) fn apply(kind: &str, object: &mut Value, new: bool) {
    match kind {
        "Namespace" => namespace(object, new),
        "Secret" => secret(object),
        "PersistentVolume" => {
            if let Some(spec) = map(object, "spec") {
                set(spec, "persistentVolumeReclaimPolicy", "Retain");
                set(spec, "volumeMode", "Filesystem");
            }
            pending(object, new);
        }
        "PersistentVolumeClaim" => {
            if let Some(spec) = map(object, "spec") {
                set(spec, "volumeMode", "Filesystem");
            }
            pending(object, new);
        }
        "Role" | "ClusterRole" => set(object, "rules", Value::Null),
        "RoleBinding" | "ClusterRoleBinding" => binding(object),
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => webhooks(kind, object),
        "ValidatingAdmissionPolicy" => {
            if let Some(spec) = map(object, "spec") {
                set(spec, "failurePolicy", "Fail");
                if let Some(constraints) = map(spec, "matchConstraints") {
                    match_resources(constraints);
                }
            }
        }
        "ValidatingAdmissionPolicyBinding" => {
            if let Some(spec) = map(object, "spec")
                && let Some(resources) = map(spec, "matchResources")
            {
                match_resources(resources);
            }
        }
        "CustomResourceDefinition" => definition(object),
        "APIService" => {
            if let Some(spec) = map(object, "spec")
                && let Some(service) = map(spec, "service")
            {
                set(service, "port", 443);
            }
        }
        "StorageClass" => {
            set(object, "reclaimPolicy", "Delete");
            set(object, "volumeBindingMode", "Immediate");
        }
        "PriorityClass" => set(object, "preemptionPolicy", "PreemptLowerPriority"),
        "CSIDriver" => {
            if let Some(spec) = made(object, "spec") {
                set(spec, "attachRequired", true);
                set(spec, "fsGroupPolicy", "ReadWriteOnceWithFSType");
                set(spec, "podInfoOnMount", false);
                set(spec, "requiresRepublish", false);
                set(spec, "seLinuxMount", false);
                set(spec, "storageCapacity", false);
                set(spec, "volumeLifecycleModes", json!(["Persistent"]));
            }
        }
        _ => {}
    }
}

fn pending(object: &mut Value, new: bool) {
    if new && let Some(status) = made(object, "status") {
        set(status, "phase", "Pending");
    }
}

fn namespace(object: &mut Value, new: bool) {
    let name = object["metadata"]["name"].clone();
    if let Some(metadata) = map(object, "metadata")
        && let Some(labels) = made(metadata, "labels")
        && let Some(labels) = labels.as_object_mut()
    {
        labels.insert("kubernetes.io/metadata.name".to_owned(), name);
    }
    if new {
        if let Some(spec) = made(object, "spec") {
            set(spec, "finalizers", json!(["kubernetes"]));
        }
        if let Some(status) = made(object, "status") {
            set(status, "phase", "Active");
        }
    }
}

/// `stringData` is a way to write `data`, and is not kept.
fn secret(object: &mut Value) {
    set(object, "type", "Opaque");
    let Some(texts) = object.get("stringData").and_then(Value::as_object).cloned() else {
        return;
    };
    if !texts.values().all(Value::is_string) {
        return;
    }
    if let Some(data) = made(object, "data").and_then(Value::as_object_mut) {
        for (key, text) in texts {
            let bytes = text.as_str().unwrap_or_default();
            data.insert(
                key,
                json!(base64::engine::general_purpose::STANDARD.encode(bytes)),
            );
        }
    }
    if let Some(object) = object.as_object_mut() {
        object.remove("stringData");
    }
}

fn binding(object: &mut Value) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    if let Some(role) = map(object, "roleRef") {
        set(role, "apiGroup", GROUP);
    }
    for subject in each(object, "subjects") {
        if subject["kind"] == "User" || subject["kind"] == "Group" {
            set(subject, "apiGroup", GROUP);
        }
    }
}

fn webhooks(kind: &str, object: &mut Value) {
    for webhook in each(object, "webhooks") {
        set(webhook, "failurePolicy", "Fail");
        set(webhook, "matchPolicy", "Equivalent");
        set(webhook, "namespaceSelector", json!({}));
        set(webhook, "objectSelector", json!({}));
        set(webhook, "timeoutSeconds", 10);
        if kind == "MutatingWebhookConfiguration" {
            set(webhook, "reinvocationPolicy", "Never");
        }
        if let Some(config) = map(webhook, "clientConfig")
            && let Some(service) = map(config, "service")
        {
            set(service, "port", 443);
        }
        for rule in each(webhook, "rules") {
            set(rule, "scope", "*");
        }
    }
}

fn match_resources(resources: &mut Value) {
    set(resources, "matchPolicy", "Equivalent");
    set(resources, "namespaceSelector", json!({}));
    set(resources, "objectSelector", json!({}));
    for rules in ["resourceRules", "excludeResourceRules"] {
        for rule in each(resources, rules) {
            set(rule, "scope", "*");
        }
    }
}

fn definition(object: &mut Value) {
    let Some(spec) = map(object, "spec") else {
        return;
    };
    if let Some(conversion) = made(spec, "conversion") {
        set(conversion, "strategy", "None");
    }
    if let Some(names) = map(spec, "names")
        && let Some(kind) = names["kind"].as_str().map(str::to_owned)
    {
        set(names, "singular", kind.to_lowercase());
        set(names, "listKind", format!("{kind}List"));
    }
}
