//! Workloads and what scales and guards them.

use serde_json::{Value, json};

use super::{
    Column, age, age_of, container_images, container_names, count, integer, items, label_selector,
    name, number, or, pairs, scalar, string, text, wide,
};
use crate::sandbox::api::clock;

#[expect(clippy::too_many_lines, reason = "a table: one arm per kind")]
pub(super) fn columns(kind: &str) -> Option<Vec<Column>> {
    let own = match kind {
        "Deployment" => vec![
            text("Ready", |object, _| of_replicas(object)),
            integer("Up-to-date", |object, _| {
                json!(number(&object["status"]["updatedReplicas"]))
            }),
            integer("Available", |object, _| {
                json!(number(&object["status"]["availableReplicas"]))
            }),
            age(),
            names(),
            images(),
            selector(),
        ],
        "ReplicaSet" | "ReplicationController" => vec![
            integer("Desired", |object, _| {
                json!(number(&object["spec"]["replicas"]))
            }),
            integer("Current", |object, _| {
                json!(number(&object["status"]["replicas"]))
            }),
            integer("Ready", |object, _| {
                json!(number(&object["status"]["readyReplicas"]))
            }),
            age(),
            names(),
            images(),
            if kind == "ReplicaSet" {
                selector()
            } else {
                plain_selector()
            },
        ],
        "StatefulSet" => vec![
            text("Ready", |object, _| of_replicas(object)),
            age(),
            names(),
            images(),
        ],
        "DaemonSet" => vec![
            integer("Desired", |object, _| {
                json!(number(&object["status"]["desiredNumberScheduled"]))
            }),
            integer("Current", |object, _| {
                json!(number(&object["status"]["currentNumberScheduled"]))
            }),
            integer("Ready", |object, _| {
                json!(number(&object["status"]["numberReady"]))
            }),
            integer("Up-to-date", |object, _| {
                json!(number(&object["status"]["updatedNumberScheduled"]))
            }),
            integer("Available", |object, _| {
                json!(number(&object["status"]["numberAvailable"]))
            }),
            text("Node Selector", |object, _| {
                pairs(&object["spec"]["template"]["spec"]["nodeSelector"])
            }),
            age(),
            names(),
            images(),
            selector(),
        ],
        "Job" => vec![
            text("Status", job_status),
            text("Completions", completions),
            text("Duration", job_duration),
            age(),
            names(),
            images(),
            selector(),
        ],
        "CronJob" => cron_job(),
        "ControllerRevision" => vec![
            text("Controller", |object, _| controller(object)),
            integer("Revision", |object, _| json!(number(&object["revision"]))),
            age(),
        ],
        "PodTemplate" => vec![
            text("Containers", |object, _| {
                container_names(&object["template"]["spec"]["containers"])
            }),
            text("Images", |object, _| {
                container_images(&object["template"]["spec"]["containers"])
            }),
            text("Pod Labels", |object, _| {
                pairs(&object["template"]["metadata"]["labels"])
            }),
        ],
        "HorizontalPodAutoscaler" => vec![
            text("Reference", |object, _| {
                let target = &object["spec"]["scaleTargetRef"];
                json!(format!(
                    "{}/{}",
                    string(&target["kind"]),
                    string(&target["name"])
                ))
            }),
            text("Targets", targets),
            text("MinPods", |object, _| {
                or(&scalar(&object["spec"]["minReplicas"]), "<unset>")
            }),
            integer("MaxPods", |object, _| {
                json!(number(&object["spec"]["maxReplicas"]))
            }),
            integer("Replicas", |object, _| {
                json!(number(&object["status"]["currentReplicas"]))
            }),
            age(),
        ],
        "PodDisruptionBudget" => vec![
            text("Min Available", |object, _| {
                or(&scalar(&object["spec"]["minAvailable"]), "N/A")
            }),
            text("Max Unavailable", |object, _| {
                or(&scalar(&object["spec"]["maxUnavailable"]), "N/A")
            }),
            integer("Allowed Disruptions", |object, _| {
                json!(number(&object["status"]["disruptionsAllowed"]))
            }),
            age(),
        ],
        _ => return None,
    };
    Some(std::iter::once(name()).chain(own).collect())
}

fn cron_job() -> Vec<Column> {
    vec![
        text("Schedule", |object, _| {
            or(string(&object["spec"]["schedule"]), "")
        }),
        text("Timezone", |object, _| {
            or(string(&object["spec"]["timeZone"]), "<none>")
        }),
        text("Suspend", |object, _| {
            let suspended = object["spec"]["suspend"] == true;
            json!(if suspended { "True" } else { "False" })
        }),
        integer("Active", |object, _| {
            json!(count(&object["status"]["active"]))
        }),
        text("Last Schedule", |object, now| {
            match &object["status"]["lastScheduleTime"] {
                Value::Null => json!("<none>"),
                time => age_of(time, now),
            }
        }),
        age(),
        wide("Containers", |object, _| {
            container_names(&job_template(object)["containers"])
        }),
        wide("Images", |object, _| {
            container_images(&job_template(object)["containers"])
        }),
        wide("Selector", |object, _| {
            label_selector(&object["spec"]["jobTemplate"]["spec"]["selector"], "<none>")
        }),
    ]
}

fn job_template(object: &Value) -> &Value {
    &object["spec"]["jobTemplate"]["spec"]["template"]["spec"]
}

fn names() -> Column {
    wide("Containers", |object, _| {
        container_names(&object["spec"]["template"]["spec"]["containers"])
    })
}

fn images() -> Column {
    wide("Images", |object, _| {
        container_images(&object["spec"]["template"]["spec"]["containers"])
    })
}

fn selector() -> Column {
    wide("Selector", |object, _| {
        label_selector(&object["spec"]["selector"], "<none>")
    })
}

fn plain_selector() -> Column {
    wide("Selector", |object, _| pairs(&object["spec"]["selector"]))
}

fn of_replicas(object: &Value) -> Value {
    let (ready, wanted) = (
        &object["status"]["readyReplicas"],
        &object["spec"]["replicas"],
    );
    json!(format!("{}/{}", number(ready), number(wanted)))
}

fn job_status(job: &Value, _now: i64) -> Value {
    let conditions = items(&job["status"]["conditions"]);
    let holds = |kind: &str| {
        conditions
            .iter()
            .any(|one| one["type"] == kind && one["status"] == "True")
    };
    json!(if holds("Complete") {
        "Complete"
    } else if holds("Failed") {
        "Failed"
    } else if job["metadata"]["deletionTimestamp"].is_string() {
        "Terminating"
    } else if holds("Suspended") {
        "Suspended"
    } else if holds("FailureTarget") {
        "FailureTarget"
    } else if holds("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    })
}

fn completions(job: &Value, _now: i64) -> Value {
    let (spec, done) = (&job["spec"], number(&job["status"]["succeeded"]));
    if let Some(wanted) = spec["completions"].as_i64() {
        return json!(format!("{done}/{wanted}"));
    }
    match spec["parallelism"].as_i64() {
        Some(parallelism) if parallelism > 1 => json!(format!("{done}/1 of {parallelism}")),
        _ => json!(format!("{done}/1")),
    }
}

fn job_duration(job: &Value, now: i64) -> Value {
    let time = |field: &str| job["status"][field].as_str().and_then(clock::parse);
    let Some(start) = time("startTime") else {
        return json!("");
    };
    json!(super::duration(
        time("completionTime").unwrap_or(now) - start
    ))
}

fn controller(object: &Value) -> Value {
    let owners = items(&object["metadata"]["ownerReferences"]);
    let Some(owner) = owners.iter().find(|owner| owner["controller"] == true) else {
        return json!("<none>");
    };
    let kind = string(&owner["kind"]).to_lowercase();
    let group = string(&owner["apiVersion"])
        .split_once('/')
        .map_or("", |(group, _)| group);
    let dot = if group.is_empty() { "" } else { "." };
    json!(format!("{kind}{dot}{group}/{}", string(&owner["name"])))
}

/// What an autoscaler looks at, as `cpu: 12%/80%`; at most three of them.
fn targets(object: &Value, _now: i64) -> Value {
    let wanted = items(&object["spec"]["metrics"]);
    let current = items(&object["status"]["currentMetrics"]);
    if wanted.is_empty() {
        return json!("<none>");
    }
    let one = |(index, metric): (usize, &Value)| -> String {
        let source = match string(&metric["type"]) {
            "Resource" => "resource",
            "ContainerResource" => "containerResource",
            "Pods" => "pods",
            "Object" => "object",
            "External" => "external",
            _ => return "<unknown type>".to_owned(),
        };
        let now = &current.get(index).unwrap_or(&Value::Null)[source]["current"];
        let (metric, target) = (&metric[source], &metric[source]["target"]);
        let (now, target) = match target["averageUtilization"].as_i64() {
            Some(percent) => {
                let now = now["averageUtilization"]
                    .as_i64()
                    .map(|now| format!("{now}%"));
                (now.unwrap_or_default(), format!("{percent}%"))
            }
            None if target["averageValue"].is_null() => {
                (scalar(&now["value"]), scalar(&target["value"]))
            }
            None => {
                let suffix = if matches!(source, "object" | "external") {
                    " (avg)"
                } else {
                    ""
                };
                (
                    scalar(&now["averageValue"]),
                    format!("{}{suffix}", scalar(&target["averageValue"])),
                )
            }
        };
        let now = if now.is_empty() { "<unknown>" } else { &now };
        let label = string(&metric["name"]);
        if label.is_empty() {
            format!("{now}/{target}")
        } else {
            format!("{label}: {now}/{target}")
        }
    };
    let shown: Vec<String> = wanted.iter().enumerate().take(2).map(one).collect();
    let more = wanted.len().saturating_sub(2);
    let more = if more > 0 {
        format!(" + {more} more...")
    } else {
        String::new()
    };
    json!(format!("{}{more}", shown.join(", ")))
}
