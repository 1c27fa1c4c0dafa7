//! One container's state: from `containerStatuses` and back, and what changes it.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::sandbox::api::clock;

/// What part a container has in its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Runs to its end before anything that follows.
    Init,
    /// An init container that restarts always: what follows waits only until it has started.
    Sidecar,
    Main,
}

impl Role {
    /// The role of an init container.
    pub(super) fn of_init(spec: &Value) -> Self {
        if spec["restartPolicy"] == "Always" {
            Self::Sidecar
        } else {
            Self::Init
        }
    }
}

/// How a run of a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) code: i64,
    pub(super) reason: String,
    pub(super) started: String,
    pub(super) finished: String,
    pub(super) id: String,
}

/// Where a container stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting { reason: String, message: String },
    Running { since: String },
    Terminated(End),
}

impl State {
    pub(super) fn waiting(reason: &str, message: impl Into<String>) -> Self {
        Self::Waiting {
            reason: reason.to_owned(),
            message: message.into(),
        }
    }
}

/// A container of a pod, as its status has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Container<'a> {
    pub(super) spec: &'a Value,
    pub(super) role: Role,
    pub(super) state: State,
    pub(super) last: Option<End>,
    pub(super) restarts: i64,
    pub(super) ready: bool,
    pub(super) started: bool,
    /// The image that runs or ran, in full; as in the spec until it is known.
    pub(super) image: String,
    pub(super) image_id: String,
    pub(super) id: String,
}

impl<'a> Container<'a> {
    /// The container of a spec with what the pod's status says of it; `waits` is why it waits where nothing is said.
    pub(super) fn read(spec: &'a Value, role: Role, statuses: &Value, waits: &str) -> Self {
        let statuses = statuses.as_array().map_or(&[][..], Vec::as_slice);
        let status = statuses.iter().find(|one| one["name"] == spec["name"]);
        let status = status.unwrap_or(&Value::Null);
        let text = |field: &str| status[field].as_str().unwrap_or_default().to_owned();
        let image = text("image");
        Self {
            spec,
            role,
            state: state(&status["state"]).unwrap_or_else(|| State::waiting(waits, "")),
            last: end(&status["lastState"]["terminated"]),
            restarts: status["restartCount"].as_i64().unwrap_or_default(),
            ready: status["ready"] == true,
            started: status["started"] == true,
            image: if image.is_empty() {
                spec["image"].as_str().unwrap_or_default().to_owned()
            } else {
                image
            },
            image_id: text("imageID"),
            id: text("containerID"),
        }
    }

    pub(super) fn name(&self) -> &'a str {
        self.spec["name"].as_str().unwrap_or_default()
    }

    /// The image of the spec, as a runtime writes it.
    pub(super) fn wanted_image(&self) -> String {
        full_image(self.spec["image"].as_str().unwrap_or_default())
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.state, State::Running { .. })
    }

    /// Whether it is an init container that has done its work.
    pub(super) fn is_done(&self) -> bool {
        match (&self.state, self.role) {
            (State::Terminated(end), Role::Init) => end.code == 0,
            (State::Running { .. }, Role::Sidecar) => self.started,
            _ => false,
        }
    }

    /// Begins a run. `uid` is the pod's: with the number of the run it makes an id that no other run has.
    pub(super) fn begin(&mut self, uid: &str, now: &str) {
        let probed = |name: &str| self.spec[name].is_object();
        if let State::Terminated(end) = &self.state {
            self.last = Some(end.clone());
        }
        if self.last.is_some() {
            self.restarts += 1;
        }
        self.started = !probed("startupProbe") || self.role == Role::Init;
        self.ready = self.started && self.role != Role::Init && !probed("readinessProbe");
        self.image = self.wanted_image();
        self.image_id = image_id(&self.image);
        let run = format!("{uid}/{}/{}", self.name(), self.restarts);
        self.id = format!("containerd://{}", hex(&run));
        self.state = State::Running {
            since: now.to_owned(),
        };
    }

    /// Ends the run.
    pub(super) fn end(&mut self, code: i64, now: &str) {
        let State::Running { since } = &self.state else {
            return;
        };
        self.state = State::Terminated(End {
            code,
            reason: if code == 0 { "Completed" } else { "Error" }.to_owned(),
            started: since.clone(),
            finished: now.to_owned(),
            id: self.id.clone(),
        });
        self.ready = self.role == Role::Init && code == 0;
        self.started = false;
    }

    /// Waits, for `reason`; the end of the run before is remembered.
    pub(super) fn wait(&mut self, reason: &str, message: impl Into<String>) {
        let state = State::waiting(reason, message);
        if let State::Terminated(end) = std::mem::replace(&mut self.state, state) {
            self.last = Some(end);
        }
        self.ready = false;
        self.started = false;
    }

    /// As `containerStatuses` has it.
    pub(super) fn write(&self) -> Value {
        let mut out = json!({
            "name": self.name(), "image": self.image, "imageID": self.image_id, "ready": self.ready,
            "started": self.started, "restartCount": self.restarts, "state": write_state(&self.state), "lastState": {},
        });
        if !self.id.is_empty() {
            out["containerID"] = json!(self.id);
        }
        if let Some(end) = &self.last {
            out["lastState"] = json!({"terminated": write_end(end)});
        }
        let resources = &self.spec["resources"];
        let running = self.is_running();
        if running && resources["requests"].is_object() {
            out["allocatedResources"] = resources["requests"].clone();
        }
        if running && resources.as_object().is_some_and(|all| !all.is_empty()) {
            out["resources"] = resources.clone();
        }
        let mounts: Vec<Value> = list(&self.spec["volumeMounts"]).map(mount).collect();
        if !mounts.is_empty() {
            out["volumeMounts"] = Value::Array(mounts);
        }
        out
    }
}

/// What is mounted, as a kubelet repeats it.
fn mount(mount: &Value) -> Value {
    let mut out = json!({"name": mount["name"], "mountPath": mount["mountPath"]});
    if mount["readOnly"] == true {
        out["readOnly"] = json!(true);
        out["recursiveReadOnly"] = json!("Disabled");
    }
    out
}

pub(super) fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn state(value: &Value) -> Option<State> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if let Some(end) = end(&value["terminated"]) {
        return Some(State::Terminated(end));
    }
    if value["running"].is_object() {
        let since = text(&value["running"]["startedAt"]);
        return Some(State::Running { since });
    }
    let waiting = &value["waiting"];
    waiting.is_object().then(|| State::Waiting {
        reason: text(&waiting["reason"]),
        message: text(&waiting["message"]),
    })
}

fn end(value: &Value) -> Option<End> {
    let text = |field: &str| value[field].as_str().unwrap_or_default().to_owned();
    value.is_object().then(|| End {
        code: value["exitCode"].as_i64().unwrap_or_default(),
        reason: text("reason"),
        started: text("startedAt"),
        finished: text("finishedAt"),
        id: text("containerID"),
    })
}

fn write_state(state: &State) -> Value {
    match state {
        State::Waiting { reason, message } if message.is_empty() => {
            json!({"waiting": {"reason": reason}})
        }
        State::Waiting { reason, message } => {
            json!({"waiting": {"reason": reason, "message": message}})
        }
        State::Running { since } => json!({"running": {"startedAt": since}}),
        State::Terminated(end) => json!({"terminated": write_end(end)}),
    }
}

fn write_end(end: &End) -> Value {
    json!({"exitCode": end.code, "reason": end.reason, "startedAt": end.started, "finishedAt": end.finished,
        "containerID": end.id})
}

/// `nginx` as `docker.io/library/nginx:latest`: the name that a runtime gives an image.
fn full_image(image: &str) -> String {
    let (first, rest) = image.split_once('/').unwrap_or(("", image));
    let is_host = first.contains(['.', ':']) || first == "localhost";
    let named = match (first, is_host) {
        ("", _) => format!("docker.io/library/{rest}"),
        (_, false) => format!("docker.io/{image}"),
        (_, true) => image.to_owned(),
    };
    let last = named.rsplit('/').next().unwrap_or_default();
    if last.contains([':', '@']) {
        named
    } else {
        format!("{named}:latest")
    }
}

/// The image by a digest. No image is pulled: the digest is that of its name.
fn image_id(image: &str) -> String {
    if image.contains('@') {
        return image.to_owned();
    }
    let slash = image.rfind('/').unwrap_or_default();
    let name = image[slash..]
        .find(':')
        .map_or(image, |colon| &image[..slash + colon]);
    format!("{name}@sha256:{}", hex(image))
}

fn hex(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(text) {
        // A String takes whatever it is given.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Now, as a status has it.
pub(super) fn stamp(milliseconds: i64) -> String {
    clock::format(milliseconds.div_euclid(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_have_the_name_that_a_runtime_gives_them() {
        for (given, full) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nginx:1.27", "docker.io/library/nginx:1.27"),
            ("istio/pilot:1.31.4", "docker.io/istio/pilot:1.31.4"),
            ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
            (
                "registry.example/x@sha256:00",
                "registry.example/x@sha256:00",
            ),
        ] {
            assert_eq!(full_image(given), full);
        }
        let id = image_id("localhost:5000/a/b:1");
        assert!(id.starts_with("localhost:5000/a/b@sha256:"), "{id}");
    }

    #[test]
    fn a_status_reads_back_as_it_was_written() {
        let spec = json!({"name": "app", "image": "nginx", "readinessProbe": {"httpGet": {"port": 80}},
            "resources": {"requests": {"cpu": "10m"}}, "volumeMounts": [{"name": "a", "mountPath": "/a", "readOnly": true}]});
        let mut one = Container::read(&spec, Role::Main, &Value::Null, "ContainerCreating");
        let mut seen = vec![one.clone()];
        one.begin("uid", "2026-01-01T00:00:00Z");
        assert!(one.started && !one.ready);
        seen.push(one.clone());
        one.end(3, "2026-01-01T00:00:01Z");
        seen.push(one.clone());
        one.wait("CrashLoopBackOff", "back-off");
        seen.push(one.clone());
        one.begin("uid", "2026-01-01T00:00:02Z");
        assert_eq!(one.restarts, 1);
        seen.push(one);
        for one in seen {
            let again = Container::read(&spec, Role::Main, &json!([one.write()]), "");
            assert_eq!(again, one);
        }
    }
}
