//! Pods and pod templates.

use serde_json::{Value, json};

use super::{each, made, map, set};

/// A pod. Besides what templates get: its account, priority and tolerations, and requests from limits.
pub(super) fn pod(object: &mut Value, new: bool) {
    let Some(spec) = made(object, "spec") else {
        return;
    };
    set(spec, "enableServiceLinks", true);
    for field in ["containers", "initContainers"] {
        for container in each(spec, field) {
            requests(container);
        }
    }
    pod_spec(spec);
    if new {
        admitted(spec);
        let class = quality(spec);
        if let Some(object) = object.as_object_mut() {
            object.insert(
                "status".to_owned(),
                json!({"phase": "Pending", "qosClass": class}),
            );
        }
    }
}

/// What the admission plugins of every cluster add to a new pod.
fn admitted(spec: &mut Value) {
    set(spec, "serviceAccountName", "default");
    let account = spec["serviceAccountName"].clone();
    set(spec, "serviceAccount", account);
    set(spec, "priority", 0);
    set(spec, "preemptionPolicy", "PreemptLowerPriority");
    set(spec, "tolerations", json!([]));
    let Some(tolerations) = spec["tolerations"].as_array_mut() else {
        return;
    };
    for key in [
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unreachable",
    ] {
        let tolerated = tolerations.iter().any(|one| {
            let key_fits = one["key"] == key
                || (one["key"].as_str().unwrap_or_default().is_empty()
                    && one["operator"] == "Exists");
            let effect = one["effect"].as_str().unwrap_or_default();
            key_fits && matches!(effect, "" | "NoExecute")
        });
        if !tolerated {
            tolerations.push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}));
        }
    }
}

/// Requests that are left out are as the limits.
fn requests(container: &mut Value) {
    let Some(resources) = map(container, "resources") else {
        return;
    };
    let Some(limits) = resources["limits"].as_object().cloned() else {
        return;
    };
    if let Some(requests) = made(resources, "requests") {
        for (name, limit) in limits {
            set(requests, &name, limit);
        }
    }
}

/// The quality of service class: `Guaranteed`, `Burstable` or `BestEffort`.
fn quality(spec: &Value) -> &'static str {
    let lists =
        ["containers", "initContainers"].map(|field| spec[field].as_array().into_iter().flatten());
    let containers: Vec<&Value> = lists.into_iter().flatten().collect();
    let counts = |map: &Value| {
        ["cpu", "memory"]
            .iter()
            .filter(|name| !map[**name].is_null())
            .count()
    };
    let none = containers.iter().all(|one| {
        counts(&one["resources"]["limits"]) == 0 && counts(&one["resources"]["requests"]) == 0
    });
    let full = containers.iter().all(|one| {
        let (limits, requests) = (&one["resources"]["limits"], &one["resources"]["requests"]);
        counts(limits) == 2
            && ["cpu", "memory"]
                .iter()
                .all(|name| limits[*name] == requests[*name])
    });
    match (none, full) {
        (true, _) => "BestEffort",
        (false, true) => "Guaranteed",
        (false, false) => "Burstable",
    }
}

/// The spec of a pod or of a template.
pub(super) fn pod_spec(spec: &mut Value) {
    set(spec, "restartPolicy", "Always");
    set(spec, "terminationGracePeriodSeconds", 30);
    set(spec, "dnsPolicy", "ClusterFirst");
    set(spec, "securityContext", json!({}));
    set(spec, "schedulerName", "default-scheduler");
    match (
        spec.get("serviceAccountName").cloned(),
        spec.get("serviceAccount").cloned(),
    ) {
        (Some(Value::String(name)), None) if !name.is_empty() => set(spec, "serviceAccount", name),
        (None, Some(Value::String(name))) if !name.is_empty() => {
            set(spec, "serviceAccountName", name);
        }
        _ => {}
    }
    let on_host = spec["hostNetwork"] == true;
    for field in ["containers", "initContainers", "ephemeralContainers"] {
        for container in each(spec, field) {
            self::container(container, on_host);
        }
    }
    for volume in each(spec, "volumes") {
        self::volume(volume);
    }
}

/// A template of pods, as workloads have it.
pub(super) fn template(owner: &mut Value) {
    if let Some(template) = map(owner, "template")
        && let Some(spec) = made(template, "spec")
    {
        pod_spec(spec);
    }
}

fn container(container: &mut Value, on_host: bool) {
    set(container, "terminationMessagePath", "/dev/termination-log");
    set(container, "terminationMessagePolicy", "File");
    set(container, "resources", json!({}));
    if let Some(image) = container["image"].as_str() {
        let policy = pull_policy(image);
        set(container, "imagePullPolicy", policy);
    }
    for port in each(container, "ports") {
        set(port, "protocol", "TCP");
        if on_host {
            let number = port["containerPort"].clone();
            set(port, "hostPort", number);
        }
    }
    for variable in each(container, "env") {
        if let Some(from) = map(variable, "valueFrom")
            && let Some(field) = map(from, "fieldRef")
        {
            set(field, "apiVersion", "v1");
        }
    }
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = map(container, name) {
            set(probe, "timeoutSeconds", 1);
            set(probe, "periodSeconds", 10);
            set(probe, "successThreshold", 1);
            set(probe, "failureThreshold", 3);
            handler(probe);
        }
    }
    if let Some(lifecycle) = map(container, "lifecycle") {
        for name in ["postStart", "preStop"] {
            if let Some(hook) = map(lifecycle, name) {
                handler(hook);
            }
        }
    }
}

fn handler(owner: &mut Value) {
    if let Some(get) = map(owner, "httpGet") {
        set(get, "path", "/");
        set(get, "scheme", "HTTP");
    }
    if let Some(grpc) = map(owner, "grpc") {
        set(grpc, "service", "");
    }
}

/// An image without a tag, or with `latest`, is always pulled.
fn pull_policy(image: &str) -> &'static str {
    if image.contains('@') {
        return "IfNotPresent";
    }
    let last = image.rsplit('/').next().unwrap_or_default();
    match last.split_once(':') {
        Some((_, tag)) if tag != "latest" => "IfNotPresent",
        _ => "Always",
    }
}

/// 0644 in octal.
const MODE: u32 = 420;

fn volume(volume: &mut Value) {
    if volume
        .as_object()
        .is_some_and(|fields| fields.keys().all(|key| key == "name"))
    {
        set(volume, "emptyDir", json!({}));
    }
    for source in ["secret", "configMap", "downwardAPI", "projected"] {
        if let Some(source) = map(volume, source) {
            set(source, "defaultMode", MODE);
        }
    }
    if let Some(path) = map(volume, "hostPath") {
        set(path, "type", "");
    }
    if let Some(source) = map(volume, "downwardAPI") {
        downward(source);
    }
    if let Some(projected) = map(volume, "projected") {
        for source in each(projected, "sources") {
            if let Some(source) = map(source, "downwardAPI") {
                downward(source);
            }
            if let Some(token) = map(source, "serviceAccountToken") {
                set(token, "expirationSeconds", 3600);
            }
        }
    }
    if let Some(ephemeral) = map(volume, "ephemeral")
        && let Some(template) = map(ephemeral, "volumeClaimTemplate")
        && let Some(spec) = map(template, "spec")
    {
        set(spec, "volumeMode", "Filesystem");
    }
}

fn downward(source: &mut Value) {
    for item in each(source, "items") {
        if let Some(field) = map(item, "fieldRef") {
            set(field, "apiVersion", "v1");
        }
    }
}
