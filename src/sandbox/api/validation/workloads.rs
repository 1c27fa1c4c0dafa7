//! Workloads, autoscalers and disruption budgets.

use serde_json::{Value, json};

use super::super::selector::LabelSelector;
use super::{
    FieldError, Object, changed, choice, not_negative, number_or_percent, pods, required, selector,
    text,
};

pub(super) fn validate(
    kind: &str,
    object: &Object,
    old: Option<&Object>,
    errors: &mut Vec<FieldError>,
) {
    let spec = &object["spec"];
    match kind {
        "Deployment" => {
            selected(kind, object, old, errors);
            pods::template(&spec["template"], "spec.template", errors);
            always(spec, errors);
            deployment(spec, errors);
        }
        "ReplicaSet" => {
            selected(kind, object, old, errors);
            pods::template(&spec["template"], "spec.template", errors);
            always(spec, errors);
        }
        "DaemonSet" => {
            selected(kind, object, old, errors);
            pods::template(&spec["template"], "spec.template", errors);
            always(spec, errors);
            choice(
                &spec["updateStrategy"]["type"],
                "spec.updateStrategy.type",
                &["RollingUpdate", "OnDelete"],
                errors,
            );
        }
        "StatefulSet" => stateful_set(object, old, errors),
        "ReplicationController" => {
            not_negative(&spec["replicas"], "spec.replicas", errors);
            if spec["selector"]
                .as_object()
                .is_none_or(serde_json::Map::is_empty)
            {
                errors.push(FieldError::required("spec.selector", ""));
            }
            pods::template(&spec["template"], "spec.template", errors);
            always(spec, errors);
        }
        "Job" => job(object, old, errors),
        "CronJob" => cron_job(object, errors),
        "HorizontalPodAutoscaler" => autoscaler(spec, errors),
        "PodDisruptionBudget" => budget(spec, errors),
        _ => {}
    }
    if matches!(
        kind,
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet"
    ) {
        for field in ["replicas", "minReadySeconds", "revisionHistoryLimit"] {
            not_negative(&spec[field], &format!("spec.{field}"), errors);
        }
    }
}

/// The selector: there, not empty, fitting the template, and for ever.
fn selected(kind: &str, object: &Object, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    let wanted = &object["spec"]["selector"];
    if wanted.is_null() {
        errors.push(FieldError::required("spec.selector", ""));
    } else {
        selector(wanted, "spec.selector", errors);
        if wanted
            .as_object()
            .is_some_and(|fields| fields.values().all(is_empty))
        {
            // Kubernetes says `deployment` of replica sets, too.
            let kind = if kind == "ReplicaSet" {
                "deployment".to_owned()
            } else {
                kind.to_lowercase()
            };
            let what = format!("empty selector is invalid for {kind}");
            errors.push(FieldError::invalid("spec.selector", wanted, &what));
        }
        let labels = &object["spec"]["template"]["metadata"]["labels"];
        if LabelSelector::from_object(wanted).is_ok_and(|selector| !selector.matches_labels(labels))
        {
            let labels = if labels.is_null() { &json!({}) } else { labels };
            let what = "`selector` does not match template `labels`";
            errors.push(FieldError::invalid(
                "spec.template.metadata.labels",
                labels,
                what,
            ));
        }
    }
    if kind != "StatefulSet" && changed(object, old, &["spec", "selector"]) {
        errors.push(FieldError::immutable("spec.selector", wanted));
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Pods of these restart always.
fn always(spec: &Value, errors: &mut Vec<FieldError>) {
    let policy = &spec["template"]["spec"]["restartPolicy"];
    if matches!(text(policy), "OnFailure" | "Never") {
        errors.push(FieldError::not_supported(
            "spec.template.spec.restartPolicy",
            policy,
            &["Always"],
        ));
    }
}

fn deployment(spec: &Value, errors: &mut Vec<FieldError>) {
    let strategy = &spec["strategy"];
    choice(
        &strategy["type"],
        "spec.strategy.type",
        &["Recreate", "RollingUpdate"],
        errors,
    );
    let rolling = &strategy["rollingUpdate"];
    if strategy["type"] == "Recreate" && !rolling.is_null() {
        let what = "may not be specified when strategy `type` is 'Recreate'";
        errors.push(FieldError::forbidden("spec.strategy.rollingUpdate", what));
    }
    if strategy["type"] == "RollingUpdate" {
        let path = "spec.strategy.rollingUpdate";
        for field in ["maxUnavailable", "maxSurge"] {
            number_or_percent(&rolling[field], &format!("{path}.{field}"), errors);
        }
        let zero = |value: &Value| {
            *value == 0
                || value
                    .as_str()
                    .is_some_and(|text| text.trim_start_matches('0') == "%")
        };
        if zero(&rolling["maxUnavailable"]) && zero(&rolling["maxSurge"]) {
            let what = "may not be 0 when `maxSurge` is 0";
            errors.push(FieldError::invalid(
                format!("{path}.maxUnavailable"),
                &rolling["maxUnavailable"],
                what,
            ));
        }
    }
    if let Some(deadline) = spec["progressDeadlineSeconds"].as_i64() {
        not_negative(
            &spec["progressDeadlineSeconds"],
            "spec.progressDeadlineSeconds",
            errors,
        );
        if deadline <= spec["minReadySeconds"].as_i64().unwrap_or_default() {
            let what = "must be greater than minReadySeconds";
            errors.push(FieldError::invalid(
                "spec.progressDeadlineSeconds",
                &json!(deadline),
                what,
            ));
        }
    }
}

fn stateful_set(object: &Object, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    let spec = &object["spec"];
    selected("StatefulSet", object, old, errors);
    pods::template(&spec["template"], "spec.template", errors);
    always(spec, errors);
    let policy = &spec["podManagementPolicy"];
    if !matches!(text(policy), "" | "OrderedReady" | "Parallel") {
        let what = "must be 'OrderedReady' or 'Parallel'";
        errors.push(FieldError::invalid(
            "spec.podManagementPolicy",
            policy,
            what,
        ));
    }
    let kind = &spec["updateStrategy"]["type"];
    if !matches!(text(kind), "" | "RollingUpdate" | "OnDelete") {
        let what = "must be 'RollingUpdate' or 'OnDelete'";
        errors.push(FieldError::invalid(
            "spec.updateStrategy",
            &spec["updateStrategy"],
            what,
        ));
    }
    let may_change = [
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ];
    let fixed = |object: &Object| {
        let mut spec = object["spec"].as_object().cloned().unwrap_or_default();
        spec.retain(|field, _| !may_change.contains(&field.as_str()));
        spec
    };
    if old.is_some_and(|old| fixed(old) != fixed(object)) {
        let what = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', \
                    'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        errors.push(FieldError::forbidden("spec", what));
    }
}

fn job(object: &Object, old: Option<&Object>, errors: &mut Vec<FieldError>) {
    let spec = &object["spec"];
    job_spec(spec, "spec", errors);
    for field in ["selector", "template", "completionMode", "podFailurePolicy"] {
        let suspended =
            field == "template" && old.is_some_and(|old| old["spec"]["suspend"] == true);
        if !suspended && changed(object, old, &["spec", field]) {
            errors.push(FieldError::immutable(format!("spec.{field}"), &spec[field]));
        }
    }
    if spec["completionMode"] != "Indexed" && changed(object, old, &["spec", "completions"]) {
        errors.push(FieldError::immutable(
            "spec.completions",
            &spec["completions"],
        ));
    }
}

fn job_spec(spec: &Value, path: &str, errors: &mut Vec<FieldError>) {
    for field in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
    ] {
        not_negative(&spec[field], &format!("{path}.{field}"), errors);
    }
    let template = format!("{path}.template");
    pods::template(&spec["template"], &template, errors);
    let policy = &spec["template"]["spec"]["restartPolicy"];
    if policy == "Always" {
        let detail = "valid values: \"OnFailure\", \"Never\"";
        errors.push(FieldError::required(
            format!("{template}.spec.restartPolicy"),
            detail,
        ));
    }
}

fn cron_job(object: &Object, errors: &mut Vec<FieldError>) {
    let spec = &object["spec"];
    let name = &object["metadata"]["name"];
    if text(name).len() > 52 {
        errors.push(FieldError::invalid(
            "metadata.name",
            name,
            "must be no more than 52 characters",
        ));
    }
    if required(&spec["schedule"], "spec.schedule", "", errors) {
        let schedule = text(&spec["schedule"]);
        let fields = schedule.split_whitespace().count();
        let named = schedule.starts_with('@');
        let fits = |c: char| c.is_ascii_alphanumeric() || "*/,-? @".contains(c);
        if !(named || fields == 5) {
            let what = format!("expected exactly 5 fields, found {fields}: [{schedule}]");
            errors.push(FieldError::invalid(
                "spec.schedule",
                &spec["schedule"],
                &what,
            ));
        } else if !schedule.chars().all(fits) {
            errors.push(FieldError::invalid(
                "spec.schedule",
                &spec["schedule"],
                "failed to parse the schedule",
            ));
        }
    }
    choice(
        &spec["concurrencyPolicy"],
        "spec.concurrencyPolicy",
        &["Allow", "Forbid", "Replace"],
        errors,
    );
    for field in [
        "startingDeadlineSeconds",
        "successfulJobsHistoryLimit",
        "failedJobsHistoryLimit",
    ] {
        not_negative(&spec[field], &format!("spec.{field}"), errors);
    }
    job_spec(
        &spec["jobTemplate"]["spec"],
        "spec.jobTemplate.spec",
        errors,
    );
}

fn autoscaler(spec: &Value, errors: &mut Vec<FieldError>) {
    required(
        &spec["scaleTargetRef"]["kind"],
        "spec.scaleTargetRef.kind",
        "",
        errors,
    );
    required(
        &spec["scaleTargetRef"]["name"],
        "spec.scaleTargetRef.name",
        "",
        errors,
    );
    let number = |field: &str| spec[field].as_i64().unwrap_or_default();
    if spec["minReplicas"].is_i64() && number("minReplicas") < 1 {
        let what = "must be greater than or equal to 1";
        errors.push(FieldError::invalid(
            "spec.minReplicas",
            &spec["minReplicas"],
            what,
        ));
    }
    if number("maxReplicas") < 1 {
        let what = "must be greater than 0";
        errors.push(FieldError::invalid(
            "spec.maxReplicas",
            &json!(number("maxReplicas")),
            what,
        ));
    }
    if number("maxReplicas") < number("minReplicas") {
        let what = "must be greater than or equal to `minReplicas`";
        errors.push(FieldError::invalid(
            "spec.maxReplicas",
            &json!(number("maxReplicas")),
            what,
        ));
    }
    for (path, metric) in super::each(&spec["metrics"], "spec.metrics") {
        let kinds = [
            "ContainerResource",
            "External",
            "Object",
            "Pods",
            "Resource",
        ];
        choice(&metric["type"], &format!("{path}.type"), &kinds, errors);
    }
}

fn budget(spec: &Value, errors: &mut Vec<FieldError>) {
    if !spec["minAvailable"].is_null() && !spec["maxUnavailable"].is_null() {
        let what = "minAvailable and maxUnavailable cannot be both set";
        errors.push(FieldError::invalid("spec", spec, what));
    }
    for field in ["minAvailable", "maxUnavailable"] {
        number_or_percent(&spec[field], &format!("spec.{field}"), errors);
    }
    selector(&spec["selector"], "spec.selector", errors);
}
