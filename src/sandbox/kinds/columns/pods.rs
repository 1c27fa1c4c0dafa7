//! Pods: the summary that `kubectl get pods` gives of containers and their states.

use serde_json::{Value, json};

use super::{Column, age, condition, items, name, number, or, string, text, wide};
use crate::sandbox::api::clock;

#[expect(clippy::unnecessary_wraps, reason = "as the other families' functions")]
pub(super) fn columns() -> Option<Vec<Column>> {
    Some(vec![
        name(),
        text("Ready", |pod, _| {
            let summary = summary(pod);
            json!(format!("{}/{}", summary.ready, summary.total))
        }),
        text("Status", |pod, _| json!(summary(pod).status)),
        text("Restarts", restarts),
        age(),
        wide("IP", |pod, _| {
            let first = items(&pod["status"]["podIPs"])
                .first()
                .map_or("", |one| string(&one["ip"]));
            let ip = string(&pod["status"]["podIP"]);
            or(if first.is_empty() { ip } else { first }, "<none>")
        }),
        wide("Node", |pod, _| {
            or(string(&pod["spec"]["nodeName"]), "<none>")
        }),
        wide("Nominated Node", |pod, _| {
            or(string(&pod["status"]["nominatedNodeName"]), "<none>")
        }),
        wide("Readiness Gates", readiness_gates),
    ])
}

/// What one line of the table says of a pod.
struct Summary {
    ready: usize,
    total: usize,
    status: String,
    restarts: i64,
    /// Seconds since 1970 of the last restart, 0 for none.
    last_restart: i64,
}

/// Kubernetes' rules: sidecars (init containers that restart always) count as containers; the first init container that is
/// not done names the status; then the first container that waits or ended; and `Terminating` over all.
fn summary(pod: &Value) -> Summary {
    let (spec, status) = (&pod["spec"], &pod["status"]);
    let inits = items(&spec["initContainers"]);
    let sidecar = |name: &Value| {
        inits
            .iter()
            .any(|one| &one["name"] == name && one["restartPolicy"] == "Always")
    };
    let sidecars = inits
        .iter()
        .filter(|one| one["restartPolicy"] == "Always")
        .count();
    let phase = string(&status["phase"]);
    let reason = string(&status["reason"]);
    let mut out = Summary {
        ready: 0,
        total: items(&spec["containers"]).len() + sidecars,
        status: if reason.is_empty() { phase } else { reason }.to_owned(),
        restarts: 0,
        last_restart: 0,
    };
    if condition(pod, "PodScheduled").is_some_and(|one| one["reason"] == "SchedulingGated") {
        "SchedulingGated".clone_into(&mut out.status);
    }
    let (mut of_sidecars, mut last_of_sidecars, mut initializing) = (0, 0, false);
    for (index, container) in items(&status["initContainerStatuses"]).iter().enumerate() {
        let last = last_end(container);
        out.restarts += number(&container["restartCount"]);
        out.last_restart = out.last_restart.max(last);
        let is_sidecar = sidecar(&container["name"]);
        if is_sidecar {
            of_sidecars += number(&container["restartCount"]);
            last_of_sidecars = last_of_sidecars.max(last);
        }
        let state = &container["state"];
        if state["terminated"].is_object() && number(&state["terminated"]["exitCode"]) == 0 {
            continue;
        }
        if is_sidecar && container["started"] == true {
            out.ready += usize::from(container["ready"] == true);
            continue;
        }
        let waiting = string(&state["waiting"]["reason"]);
        out.status = if state["terminated"].is_object() {
            format!("Init:{}", ended(&state["terminated"]))
        } else if waiting.is_empty() || waiting == "PodInitializing" {
            format!("Init:{index}/{}", inits.len())
        } else {
            format!("Init:{waiting}")
        };
        initializing = true;
        break;
    }
    let initialized = condition(pod, "Initialized").is_some_and(|one| one["status"] == "True");
    if !initializing || initialized {
        (out.restarts, out.last_restart) = (of_sidecars, last_of_sidecars);
        containers(pod, &mut out);
    }
    if pod["metadata"]["deletionTimestamp"].is_string() {
        if reason == "NodeLost" {
            "Unknown".clone_into(&mut out.status);
        } else if !matches!(phase, "Succeeded" | "Failed") {
            "Terminating".clone_into(&mut out.status);
        }
    }
    out
}

fn containers(pod: &Value, out: &mut Summary) {
    let mut running = false;
    for container in items(&pod["status"]["containerStatuses"]).iter().rev() {
        out.restarts += number(&container["restartCount"]);
        out.last_restart = out.last_restart.max(last_end(container));
        let state = &container["state"];
        let waiting = string(&state["waiting"]["reason"]);
        if !waiting.is_empty() {
            waiting.clone_into(&mut out.status);
        } else if state["terminated"].is_object() {
            out.status = ended(&state["terminated"]);
        } else if container["ready"] == true && state["running"].is_object() {
            running = true;
            out.ready += 1;
        }
    }
    if out.status == "Completed" && running {
        let ready = condition(pod, "Ready").is_some_and(|one| one["status"] == "True");
        let word = if ready { "Running" } else { "NotReady" };
        word.clone_into(&mut out.status);
    }
}

fn ended(terminated: &Value) -> String {
    let reason = string(&terminated["reason"]);
    if !reason.is_empty() {
        return reason.to_owned();
    }
    match number(&terminated["signal"]) {
        0 => format!("ExitCode:{}", number(&terminated["exitCode"])),
        signal => format!("Signal:{signal}"),
    }
}

fn last_end(container: &Value) -> i64 {
    let time = &container["lastState"]["terminated"]["finishedAt"];
    time.as_str().and_then(clock::parse).unwrap_or_default()
}

fn restarts(pod: &Value, now: i64) -> Value {
    let summary = summary(pod);
    if summary.restarts == 0 || summary.last_restart == 0 {
        return json!(summary.restarts.to_string());
    }
    let ago = super::duration(now - summary.last_restart);
    json!(format!("{} ({ago} ago)", summary.restarts))
}

fn readiness_gates(pod: &Value, _now: i64) -> Value {
    let gates = items(&pod["spec"]["readinessGates"]);
    if gates.is_empty() {
        return json!("<none>");
    }
    let passed = |gate: &&Value| {
        condition(pod, string(&gate["conditionType"])).is_some_and(|one| one["status"] == "True")
    };
    json!(format!(
        "{}/{}",
        gates.iter().filter(passed).count(),
        gates.len()
    ))
}
