//! Workloads and autoscalers.

use serde_json::{Value, json};

use super::{each, made, map, pods, set};

pub(super) fn apply(kind: &str, object: &mut Value, new: bool) {
    if kind == "PodTemplate" {
        pods::template(object);
        return;
    }
    if kind == "Job" && new {
        job_labels(object);
    }
    if kind == "ReplicationController" {
        labels_of_template(object);
    }
    let Some(spec) = map(object, "spec") else {
        return;
    };
    match kind {
        "Deployment" => deployment(spec),
        "DaemonSet" => daemon_set(spec),
        "StatefulSet" => stateful_set(spec),
        "ReplicaSet" | "ReplicationController" => set(spec, "replicas", 1),
        "Job" => job(spec),
        "CronJob" => cron_job(spec),
        "HorizontalPodAutoscaler" => autoscaler(spec),
        _ => {}
    }
    if kind != "CronJob" {
        pods::template(spec);
    }
}

fn deployment(spec: &mut Value) {
    set(spec, "replicas", 1);
    set(spec, "revisionHistoryLimit", 10);
    set(spec, "progressDeadlineSeconds", 600);
    if let Some(strategy) = made(spec, "strategy") {
        set(strategy, "type", "RollingUpdate");
        if strategy["type"] == "RollingUpdate"
            && let Some(rolling) = made(strategy, "rollingUpdate")
        {
            set(rolling, "maxSurge", "25%");
            set(rolling, "maxUnavailable", "25%");
        }
    }
}

fn daemon_set(spec: &mut Value) {
    set(spec, "revisionHistoryLimit", 10);
    if let Some(strategy) = made(spec, "updateStrategy") {
        set(strategy, "type", "RollingUpdate");
        if strategy["type"] == "RollingUpdate"
            && let Some(rolling) = made(strategy, "rollingUpdate")
        {
            set(rolling, "maxSurge", 0);
            set(rolling, "maxUnavailable", 1);
        }
    }
}

fn stateful_set(spec: &mut Value) {
    set(spec, "replicas", 1);
    set(spec, "revisionHistoryLimit", 10);
    set(spec, "podManagementPolicy", "OrderedReady");
    if let Some(strategy) = made(spec, "updateStrategy") {
        set(strategy, "type", "RollingUpdate");
        if strategy["type"] == "RollingUpdate"
            && let Some(rolling) = made(strategy, "rollingUpdate")
        {
            set(rolling, "partition", 0);
        }
    }
    if let Some(policy) = made(spec, "persistentVolumeClaimRetentionPolicy") {
        set(policy, "whenDeleted", "Retain");
        set(policy, "whenScaled", "Retain");
    }
    for claim in each(spec, "volumeClaimTemplates") {
        set(claim, "apiVersion", "v1");
        set(claim, "kind", "PersistentVolumeClaim");
        if let Some(spec) = map(claim, "spec") {
            set(spec, "volumeMode", "Filesystem");
        }
        if let Some(status) = made(claim, "status") {
            set(status, "phase", "Pending");
        }
    }
}

fn job(spec: &mut Value) {
    let open = |field: &str| spec.get(field).is_none_or(Value::is_null);
    if open("completions") && open("parallelism") {
        set(spec, "completions", 1);
    }
    set(spec, "parallelism", 1);
    set(spec, "backoffLimit", 6);
    set(spec, "completionMode", "NonIndexed");
    set(spec, "suspend", false);
    let policy = if spec["podFailurePolicy"].is_object() {
        "Failed"
    } else {
        "TerminatingOrFailed"
    };
    set(spec, "podReplacementPolicy", policy);
}

/// A job finds its pods by its UID, unless it says that it has a selector of its own.
fn job_labels(object: &mut Value) {
    let (name, uid) = (
        object["metadata"]["name"].clone(),
        object["metadata"]["uid"].clone(),
    );
    let Some(spec) = map(object, "spec") else {
        return;
    };
    if spec["manualSelector"] == true {
        return;
    }
    if let Some(template) = map(spec, "template")
        && let Some(metadata) = made(template, "metadata")
        && let Some(labels) = made(metadata, "labels")
    {
        for prefix in ["", "batch.kubernetes.io/"] {
            set(labels, &format!("{prefix}job-name"), name.clone());
            set(labels, &format!("{prefix}controller-uid"), uid.clone());
        }
    }
    if let Some(selector) = made(spec, "selector")
        && let Some(labels) = made(selector, "matchLabels")
    {
        set(labels, "batch.kubernetes.io/controller-uid", uid);
    }
}

fn cron_job(spec: &mut Value) {
    set(spec, "concurrencyPolicy", "Allow");
    set(spec, "suspend", false);
    set(spec, "successfulJobsHistoryLimit", 3);
    set(spec, "failedJobsHistoryLimit", 1);
    if let Some(template) = map(spec, "jobTemplate")
        && let Some(spec) = map(template, "spec")
    {
        pods::template(spec);
    }
}

/// A replication controller takes its selector and labels from its template.
fn labels_of_template(object: &mut Value) {
    let labels = object["spec"]["template"]["metadata"]["labels"].clone();
    if !labels.is_object() {
        return;
    }
    if let Some(spec) = map(object, "spec") {
        set(spec, "selector", labels.clone());
    }
    if let Some(metadata) = map(object, "metadata") {
        set(metadata, "labels", labels);
    }
}

fn autoscaler(spec: &mut Value) {
    set(spec, "minReplicas", 1);
    if spec["metrics"].as_array().is_none_or(Vec::is_empty)
        && let Some(spec) = spec.as_object_mut()
    {
        let target = json!({"type": "Utilization", "averageUtilization": 80});
        let metric = json!({"type": "Resource", "resource": {"name": "cpu", "target": target}});
        spec.insert("metrics".to_owned(), json!([metric]));
    }
    let Some(behavior) = map(spec, "behavior") else {
        return;
    };
    let percent = json!({"type": "Percent", "value": 100, "periodSeconds": 15});
    let pods = json!({"type": "Pods", "value": 4, "periodSeconds": 15});
    if let Some(up) = made(behavior, "scaleUp") {
        set(up, "stabilizationWindowSeconds", 0);
        set(up, "selectPolicy", "Max");
        set(up, "policies", json!([pods, percent]));
    }
    if let Some(down) = made(behavior, "scaleDown") {
        set(down, "selectPolicy", "Max");
        set(down, "policies", json!([percent]));
    }
}
