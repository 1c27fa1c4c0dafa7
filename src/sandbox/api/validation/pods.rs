//! Pods and pod templates.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::names::{self, Rule};
use super::{
    FieldError, Object, choice, each, items, not_negative, port, port_name, required, text,
};

const MAY_CHANGE: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
                          `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to \
                          existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was \
                          previously negative)";

/// A pod; of an old one only few fields may change.
pub(super) fn pod(object: &Object, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    if let Some(old) = old {
        if fixed(old) != fixed(object) && !bound(old, object) {
            errors.push(FieldError::forbidden("spec", MAY_CHANGE));
        }
        return;
    }
    if object["spec"]["containers"].is_null()
        && object["spec"]
            .as_object()
            .is_none_or(serde_json::Map::is_empty)
    {
        errors.push(FieldError::required("spec.containers", ""));
        return;
    }
    spec(&object["spec"], "spec", errors);
}

/// The spec without what may change.
fn fixed(pod: &Object) -> Value {
    let mut spec = pod["spec"].clone();
    if let Some(fields) = spec.as_object_mut() {
        for field in [
            "activeDeadlineSeconds",
            "tolerations",
            "terminationGracePeriodSeconds",
            "ephemeralContainers",
        ] {
            fields.remove(field);
        }
        for list in ["containers", "initContainers"] {
            for container in fields
                .get_mut(list)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                if let Some(container) = container.as_object_mut() {
                    container.remove("image");
                    container.remove("resources");
                }
            }
        }
    }
    spec
}

/// The scheduler gives a pod its node; nothing else may do so twice.
fn bound(old: &Object, new: &Object) -> bool {
    let (mut before, mut after) = (fixed(old), fixed(new));
    if text(&before["nodeName"]).is_empty() {
        for spec in [&mut before, &mut after] {
            if let Some(fields) = spec.as_object_mut() {
                fields.remove("nodeName");
                fields.remove("schedulingGates");
            }
        }
    }
    before == after
}

/// A template of pods at `path`.
pub(super) fn template(template: &Value, path: &str, errors: &mut Vec<FieldError>) {
    names::labels(
        &template["metadata"]["labels"],
        &format!("{path}.metadata.labels"),
        errors,
    );
    names::annotations(
        &template["metadata"]["annotations"],
        &format!("{path}.metadata.annotations"),
        errors,
    );
    spec(&template["spec"], &format!("{path}.spec"), errors);
}

/// The volumes of a pod; their names, by which containers mount them.
fn volumes<'a>(spec: &'a Value, path: &str, errors: &mut Vec<FieldError>) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (path, volume) in each(&spec["volumes"], &format!("{path}.volumes")) {
        named(&volume["name"], &format!("{path}.name"), &mut names, errors);
        let sources = volume.as_object().map_or(0, |fields| {
            fields.keys().filter(|key| *key != "name").count()
        });
        if sources > 1 {
            errors.push(FieldError::forbidden(
                path,
                "may not specify more than 1 volume type",
            ));
        }
    }
    names
}

fn spec(spec: &Value, path: &str, errors: &mut Vec<FieldError>) {
    let volumes = volumes(spec, path, errors);
    if items(&spec["containers"]).is_empty() {
        errors.push(FieldError::required(format!("{path}.containers"), ""));
    }
    let (mut containers, mut ports) = (BTreeSet::new(), BTreeSet::new());
    for list in ["initContainers", "containers"] {
        for (path, container) in each(&spec[list], &format!("{path}.{list}")) {
            named(
                &container["name"],
                &format!("{path}.name"),
                &mut containers,
                errors,
            );
            self::container(container, &path, &volumes, errors);
            if list == "containers" || container["restartPolicy"] == "Always" {
                host_ports(container, &path, &mut ports, errors);
            }
        }
    }
    choice(
        &spec["restartPolicy"],
        &format!("{path}.restartPolicy"),
        &["Always", "OnFailure", "Never"],
        errors,
    );
    let policies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    choice(
        &spec["dnsPolicy"],
        &format!("{path}.dnsPolicy"),
        &policies,
        errors,
    );
    not_negative(
        &spec["terminationGracePeriodSeconds"],
        &format!("{path}.terminationGracePeriodSeconds"),
        errors,
    );
    names::labels(
        &spec["nodeSelector"],
        &format!("{path}.nodeSelector"),
        errors,
    );
    for field in ["serviceAccountName", "nodeName"] {
        let name = text(&spec[field]);
        if let Some(why) = names::check(Rule::Subdomain, name).filter(|_| !name.is_empty()) {
            errors.push(FieldError::invalid(
                format!("{path}.{field}"),
                &spec[field],
                &why,
            ));
        }
    }
    tolerations(spec, path, errors);
}

fn tolerations(spec: &Value, path: &str, errors: &mut Vec<FieldError>) {
    for (path, toleration) in each(&spec["tolerations"], &format!("{path}.tolerations")) {
        choice(
            &toleration["operator"],
            &format!("{path}.operator"),
            &["Equal", "Exists"],
            errors,
        );
        let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        choice(
            &toleration["effect"],
            &format!("{path}.effect"),
            &effects,
            errors,
        );
    }
}

/// A name that is a label and stands once.
fn named<'a>(
    name: &'a Value,
    path: &str,
    seen: &mut BTreeSet<&'a str>,
    errors: &mut Vec<FieldError>,
) {
    if !required(name, path, "", errors) {
        return;
    }
    if let Some(why) = names::label(text(name)) {
        errors.push(FieldError::invalid(path, name, &why));
    }
    if !seen.insert(text(name)) {
        errors.push(FieldError::duplicate(path, name));
    }
}

fn container(
    container: &Value,
    path: &str,
    volumes: &BTreeSet<&str>,
    errors: &mut Vec<FieldError>,
) {
    let image = format!("{path}.image");
    if required(&container["image"], &image, "", errors)
        && text(&container["image"]).trim() != text(&container["image"])
    {
        let what = "must not have leading or trailing whitespace";
        errors.push(FieldError::invalid(image, &container["image"], what));
    }
    let policies = ["Always", "IfNotPresent", "Never"];
    choice(
        &container["imagePullPolicy"],
        &format!("{path}.imagePullPolicy"),
        &policies,
        errors,
    );
    let mut names = BTreeSet::new();
    for (path, one) in each(&container["ports"], &format!("{path}.ports")) {
        if one["name"].is_string() && one["name"] != "" {
            port_name(&one["name"], &format!("{path}.name"), errors);
            if !names.insert(text(&one["name"])) {
                errors.push(FieldError::duplicate(format!("{path}.name"), &one["name"]));
            }
        }
        let at = format!("{path}.containerPort");
        if one["containerPort"].as_i64().unwrap_or_default() == 0 {
            errors.push(FieldError::required(at, ""));
        } else {
            port(&one["containerPort"], &at, errors);
        }
        choice(
            &one["protocol"],
            &format!("{path}.protocol"),
            &["SCTP", "TCP", "UDP"],
            errors,
        );
    }
    environment(container, path, errors);
    let mut mounts = BTreeSet::new();
    for (path, mount) in each(&container["volumeMounts"], &format!("{path}.volumeMounts")) {
        let at = format!("{path}.name");
        if required(&mount["name"], &at, "", errors) && !volumes.contains(text(&mount["name"])) {
            errors.push(FieldError::not_found(at, &mount["name"]));
        }
        let at = format!("{path}.mountPath");
        if required(&mount["mountPath"], &at, "", errors)
            && !mounts.insert(text(&mount["mountPath"]))
        {
            errors.push(FieldError::invalid(
                at,
                &mount["mountPath"],
                "must be unique",
            ));
        }
    }
    resources(
        &container["resources"],
        &format!("{path}.resources"),
        errors,
    );
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        probe(
            &container[name],
            &format!("{path}.{name}"),
            name != "readinessProbe",
            errors,
        );
    }
}

fn environment(container: &Value, path: &str, errors: &mut Vec<FieldError>) {
    for (path, variable) in each(&container["env"], &format!("{path}.env")) {
        required(&variable["name"], &format!("{path}.name"), "", errors);
        let from = &variable["valueFrom"];
        if from.is_null() {
            continue;
        }
        let at = format!("{path}.valueFrom");
        let sources = from.as_object().map_or(0, serde_json::Map::len);
        if !text(&variable["value"]).is_empty() {
            errors.push(FieldError::invalid(
                at,
                &json!(""),
                "may not be specified when `value` is not empty",
            ));
        } else if sources == 0 {
            let what = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
            errors.push(FieldError::invalid(at, &json!(""), what));
        } else if sources > 1 {
            errors.push(FieldError::invalid(
                at,
                &json!(""),
                "may not have more than one field specified at a time",
            ));
        }
    }
}

fn resources(resources: &Value, path: &str, errors: &mut Vec<FieldError>) {
    for (name, request) in resources["requests"].as_object().into_iter().flatten() {
        let limit = &resources["limits"][name];
        let (Some(least), Some(most)) = (quantity(request), quantity(limit)) else {
            continue;
        };
        if least > most {
            let limit = text(limit);
            let what = format!("must be less than or equal to {name} limit of {limit}");
            errors.push(FieldError::invalid(
                format!("{path}.requests"),
                request,
                &what,
            ));
        }
    }
}

/// The value of a quantity. Exact enough to compare: quantities of resources are far below what a double holds exactly.
pub(crate) fn quantity(value: &Value) -> Option<f64> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c)))
        .unwrap_or(text.len());
    let number: f64 = text[..end].parse().ok()?;
    let factor = match &text[end..] {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1_048_576.0,
        "Gi" => 1_073_741_824.0,
        "Ti" => 1_099_511_627_776.0,
        _ => return text.parse().ok(),
    };
    Some(number * factor)
}

fn probe(probe: &Value, path: &str, once: bool, errors: &mut Vec<FieldError>) {
    if probe.is_null() {
        return;
    }
    let handlers = ["exec", "httpGet", "tcpSocket", "grpc"]
        .iter()
        .filter(|name| !probe[**name].is_null())
        .count();
    if handlers == 0 {
        errors.push(FieldError::required(path, "must specify a handler type"));
    } else if handlers > 1 {
        errors.push(FieldError::forbidden(
            path,
            "may not specify more than 1 handler type",
        ));
    }
    for field in [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ] {
        not_negative(&probe[field], &format!("{path}.{field}"), errors);
    }
    if once
        && probe["successThreshold"]
            .as_i64()
            .is_some_and(|number| number != 1)
    {
        errors.push(FieldError::invalid(
            format!("{path}.successThreshold"),
            &probe["successThreshold"],
            "must be 1",
        ));
    }
}

/// A port of the node is opened once in a pod.
fn host_ports(
    container: &Value,
    path: &str,
    seen: &mut BTreeSet<(i64, String, String)>,
    errors: &mut Vec<FieldError>,
) {
    for (path, one) in each(&container["ports"], &format!("{path}.ports")) {
        let Some(number) = one["hostPort"].as_i64().filter(|number| *number > 0) else {
            continue;
        };
        let place = (
            number,
            text(&one["protocol"]).to_owned(),
            text(&one["hostIP"]).to_owned(),
        );
        if !seen.insert(place) {
            let shown = format!("{}/{number}", text(&one["protocol"]));
            errors.push(FieldError::duplicate(
                format!("{path}.hostPort"),
                &json!(shown),
            ));
        }
    }
}
