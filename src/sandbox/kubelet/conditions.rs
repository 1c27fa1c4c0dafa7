//! A pod's conditions and its phase, from its containers.

use serde_json::{Value, json};

use super::container::{Container, Role, State, list};

/// The pod's phase, by the kubelet's rules: what waits for its first run keeps the pod pending, and what has ended counts by
/// the restart policy.
pub(super) fn phase(containers: &[Container<'_>], policy: &str) -> &'static str {
    let inits = || containers.iter().filter(|one| one.role != Role::Main);
    let failed_init = |one: &Container<'_>| {
        one.role == Role::Init
            && policy == "Never"
            && matches!(&one.state, State::Terminated(end) if end.code != 0)
    };
    if inits().any(failed_init) {
        return "Failed";
    }
    let mains = || containers.iter().filter(|one| one.role == Role::Main);
    let begun = |one: &Container<'_>| !one.id.is_empty();
    if inits().any(|one| !one.is_done()) && !mains().any(begun) {
        return "Pending";
    }
    let (mut running, mut ended, mut good) = (0, 0, 0);
    for one in mains() {
        match (&one.state, &one.last) {
            (State::Running { .. }, _) => running += 1,
            (State::Terminated(end), _) | (State::Waiting { .. }, Some(end)) => {
                ended += 1;
                good += usize::from(end.code == 0 && !matches!(one.state, State::Waiting { .. }));
            }
            (State::Waiting { .. }, None) => return "Pending",
        }
    }
    let sidecars_run = containers
        .iter()
        .any(|one| one.role == Role::Sidecar && one.is_running());
    match policy {
        _ if running > 0 || ended == 0 || sidecars_run => "Running",
        "Always" => "Running",
        _ if good == ended => "Succeeded",
        "Never" => "Failed",
        _ => "Running",
    }
}

/// The names of containers, as conditions list them.
fn names<'a>(of: impl Iterator<Item = &'a Container<'a>>) -> String {
    let names: Vec<&str> = of.map(Container::name).collect();
    format!("[{}]", names.join(" "))
}

/// The conditions that the kubelet keeps, in the order in which it writes them, after those of others that are there.
pub(super) fn conditions(
    pod: &Value,
    containers: &[Container<'_>],
    phase: &str,
    has_sandbox: bool,
    now: &str,
) -> Value {
    let before = &pod["status"]["conditions"];
    let over = matches!(phase, "Succeeded" | "Failed");
    let completed = match phase {
        "Succeeded" => "PodCompleted",
        _ => "PodFailed",
    };
    let unready = || {
        let counted = containers.iter().filter(|one| one.role != Role::Init);
        counted.filter(|one| !one.ready)
    };
    let mut undone = containers
        .iter()
        .filter(|one| one.role != Role::Main && !one.is_done())
        .peekable();
    let initialized = if phase == "Succeeded" {
        (true, completed, String::new())
    } else if undone.peek().is_some()
        && !containers
            .iter()
            .any(|one| one.role == Role::Main && !one.id.is_empty())
    {
        let text = format!("containers with incomplete status: {}", names(undone));
        (false, "ContainersNotInitialized", text)
    } else {
        (true, "", String::new())
    };
    let containers_ready = if over {
        (false, completed, String::new())
    } else if unready().next().is_some() {
        let text = format!("containers with unready status: {}", names(unready()));
        (false, "ContainersNotReady", text)
    } else {
        (true, "", String::new())
    };
    let ready = match gates(pod) {
        Some(why) if containers_ready.0 => (false, "ReadinessGatesNotReady", why),
        _ => containers_ready.clone(),
    };
    let own = [
        (
            "PodReadyToStartContainers",
            (has_sandbox && !over, "", String::new()),
        ),
        ("Initialized", initialized),
        ("Ready", ready),
        ("ContainersReady", containers_ready),
    ];
    let mut all: Vec<Value> = Vec::new();
    let generation = &pod["metadata"]["generation"];
    for (kind, (is, reason, message)) in own {
        all.push(condition(
            before, kind, is, reason, &message, generation, now,
        ));
    }
    let others = list(before).filter(|one| !own_kind(&one["type"]));
    all.extend(others.cloned());
    Value::Array(all)
}

fn own_kind(kind: &Value) -> bool {
    [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
    ]
    .iter()
    .any(|own| kind == own)
}

/// A condition; the time of its last change is kept where nothing changes.
pub(super) fn condition(
    before: &Value,
    kind: &str,
    is: bool,
    reason: &str,
    message: &str,
    generation: &Value,
    now: &str,
) -> Value {
    let status = if is { "True" } else { "False" };
    let old = list(before).find(|one| one["type"] == kind);
    let since = old
        .filter(|old| old["status"] == status)
        .map_or(json!(now), |old| old["lastTransitionTime"].clone());
    let mut out = json!({"type": kind, "status": status, "lastTransitionTime": since});
    for (field, text) in [("reason", reason), ("message", message)] {
        if !text.is_empty() {
            out[field] = json!(text);
        }
    }
    if generation.is_number() {
        out["observedGeneration"] = generation.clone();
    }
    out
}

/// Why the pod's readiness gates keep it from being ready.
fn gates(pod: &Value) -> Option<String> {
    let conditions = || list(&pod["status"]["conditions"]);
    let mut why = Vec::new();
    for gate in list(&pod["spec"]["readinessGates"]) {
        let kind = gate["conditionType"].as_str().unwrap_or_default();
        match conditions().find(|one| one["type"] == kind) {
            None => why.push(format!(
                "corresponding condition of pod readiness gate {kind:?} does not exist."
            )),
            Some(one) if one["status"] != "True" => why.push(format!(
                "the status of pod readiness gate {kind:?} is not \"True\", but {}",
                one["status"].as_str().unwrap_or_default()
            )),
            Some(_) => {}
        }
    }
    (!why.is_empty()).then(|| format!("[{}]", why.join(", ")))
}
