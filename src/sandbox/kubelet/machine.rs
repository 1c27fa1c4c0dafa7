//! What becomes of a pod: from its present state and the time to its next status, what is told of it, and when to look again.
//!
//! Pure: the runner carries out what comes back. A pod's status says where it stands; `Memory` only has what a status cannot
//! say, the timers. So a pod goes on from where it was when the practice cluster starts again, as containers do that
//! outlive their kubelet.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::conditions;
use super::container::{Container, Role, State, list, stamp};
use super::node::ADDRESS;
use super::plan::{Plan, Run, Wishes};
use super::references;
use crate::sandbox::api::Object;

/// How long a step takes that a real node needs a while for: so long that `kubectl get -w` shows it.
const STAGE: i64 = 60;
/// How long until a probe succeeds.
const PROBE: i64 = 80;
/// How long a failure is shown before what follows from it.
const PAUSE: i64 = 300;
/// The longest that a pod takes to stop.
const STOP: i64 = 300;
/// How often what is missing is looked for again.
const RETRY: i64 = 2000;
/// How often a probe that fails is told.
const UNHEALTHY_EVERY: i64 = 10_000;
/// The first back-off: a fifth of Kubernetes', since practice should not wait.
const BACK_OFF: i64 = 2;
const LONGEST_BACK_OFF: i64 = 300;

/// What a node remembers of a pod besides its status.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// When what waits may go on, in milliseconds since 1970.
    timers: HashMap<String, i64>,
    /// How often an image was not pulled, by container.
    pulls: HashMap<String, i64>,
    /// What the annotations said when they were read last.
    wishes: Option<Wishes>,
    stopping: bool,
}

/// What the node is asked for.
pub(super) trait World {
    /// The object of a core kind, by its plural.
    fn find(&self, plural: &str, namespace: &str, name: &str) -> Option<Arc<Object>>;
    /// The pod's address: the same whenever the same pod is asked for.
    fn address(&mut self, pod: &Value) -> String;
    /// Whether an image was here already; it is from now on.
    fn pull(&mut self, image: &str) -> bool;
}

/// Something to tell, as an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) warning: bool,
    pub(super) reason: &'static str,
    pub(super) message: String,
    /// Which part of the pod it is about, as `spec.containers{app}`; may be empty.
    pub(super) part: String,
}

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The new status, if it is another.
    pub(super) status: Option<Value>,
    pub(super) notices: Vec<Notice>,
    /// Whether the pod has stopped and is to be removed.
    pub(super) remove: bool,
    /// When to look again, if nothing happens until then.
    pub(super) next: Option<i64>,
}

/// Looks at a pod that is on the node, at a time in milliseconds since 1970.
pub(super) fn step(pod: &Value, memory: &mut Memory, now: i64, world: &mut dyn World) -> Outcome {
    let phase = pod["status"]["phase"].as_str().unwrap_or_default();
    if matches!(phase, "Succeeded" | "Failed") {
        return Outcome::default();
    }
    let mut turn = Turn::new(pod, memory, now, world);
    if pod["metadata"]["deletionTimestamp"].is_string() {
        turn.stop();
    } else {
        turn.go_on();
    }
    turn.finish()
}

/// One look at a pod.
struct Turn<'a> {
    pod: &'a Value,
    memory: &'a mut Memory,
    world: &'a mut dyn World,
    now: i64,
    wishes: Wishes,
    /// Init containers first, in their order.
    containers: Vec<Container<'a>>,
    address: Option<String>,
    outcome: Outcome,
}

impl<'a> Turn<'a> {
    fn new(pod: &'a Value, memory: &'a mut Memory, now: i64, world: &'a mut dyn World) -> Self {
        let (spec, status) = (&pod["spec"], &pod["status"]);
        let waits = if list(&spec["initContainers"]).next().is_some() {
            "PodInitializing"
        } else {
            "ContainerCreating"
        };
        let inits = list(&spec["initContainers"]).map(|one| {
            Container::read(
                one,
                Role::of_init(one),
                &status["initContainerStatuses"],
                waits,
            )
        });
        let mains = list(&spec["containers"])
            .map(|one| Container::read(one, Role::Main, &status["containerStatuses"], waits));
        Self {
            wishes: Wishes::of(pod),
            containers: inits.chain(mains).collect(),
            address: status["podIP"].as_str().map(str::to_owned),
            outcome: Outcome::default(),
            pod,
            memory,
            world,
            now,
        }
    }

    fn policy(&self) -> &'a str {
        self.pod["spec"]["restartPolicy"]
            .as_str()
            .unwrap_or("Always")
    }

    fn text(&self, field: &str) -> &'a str {
        self.pod["metadata"][field].as_str().unwrap_or_default()
    }

    fn tell(&mut self, warning: bool, reason: &'static str, message: String, part: &str) {
        self.outcome.notices.push(Notice {
            warning,
            reason,
            message,
            part: part.to_owned(),
        });
    }

    fn look_again(&mut self, at: i64) {
        let next = self.outcome.next.unwrap_or(at);
        self.outcome.next = Some(next.min(at));
    }

    /// Whether a time has passed: the first call of a name starts it, one after its end is true, and forgets it.
    fn passed(&mut self, name: &str, time: i64) -> bool {
        let at = self.memory.timers.get(name).copied();
        let at = at.unwrap_or(self.now + time);
        if at <= self.now {
            self.memory.timers.remove(name);
            return true;
        }
        self.memory.timers.insert(name.to_owned(), at);
        self.look_again(at);
        false
    }

    /// True at the first call of a name, and again every `time`.
    fn every(&mut self, name: &str, time: i64) -> bool {
        let at = self.memory.timers.get(name).copied().unwrap_or(self.now);
        let due = at <= self.now;
        let at = if due { self.now + time } else { at };
        self.memory.timers.insert(name.to_owned(), at);
        self.look_again(at);
        due
    }

    fn go_on(&mut self) {
        if self.memory.wishes.as_ref() != Some(&self.wishes) {
            // What waits for something else than is wanted now should not wait for it any longer.
            self.memory.timers.clear();
            self.memory.pulls.clear();
            for message in self.wishes.wrong.clone() {
                self.tell(true, "InvalidAnnotation", message, "");
            }
            self.memory.wishes = Some(self.wishes.clone());
        }
        if !self.has_sandbox() {
            return;
        }
        let mains = self
            .containers
            .iter()
            .position(|one| one.role == Role::Main);
        let mains = mains.unwrap_or(self.containers.len());
        let begun = self.containers[mains..]
            .iter()
            .any(|one| !one.id.is_empty());
        for at in 0..mains {
            self.advance(at);
            if !begun && !self.containers[at].is_done() {
                return;
            }
        }
        for at in mains..self.containers.len() {
            self.advance(at);
        }
        self.stop_sidecars(mains);
    }

    /// Whether the pod has its volumes and its address; it gets them when it is time.
    fn has_sandbox(&mut self) -> bool {
        if self.address.is_some() {
            return true;
        }
        let namespace = self.text("namespace");
        let world = &*self.world;
        let find = |plural: &str, name: &str| world.find(plural, namespace, name);
        let missing = references::missing_volumes(self.pod, &find);
        if !missing.is_empty() {
            if self.every("mount", RETRY) {
                for message in missing {
                    self.tell(true, "FailedMount", message, "");
                }
            }
            return false;
        }
        self.memory.timers.remove("mount");
        if !self.passed("sandbox", STAGE) {
            return false;
        }
        self.address = Some(self.world.address(self.pod));
        true
    }

    fn advance(&mut self, at: usize) {
        let mut one = self.containers[at].clone();
        let plan = Plan::of(self.pod, one.spec, one.role, &self.wishes);
        match one.state.clone() {
            State::Waiting { reason, .. } => self.waiting(&mut one, &reason, plan),
            State::Running { .. } => self.running(&mut one, plan),
            State::Terminated(end) => self.ended(&mut one, end.code, plan),
        }
        self.containers[at] = one;
    }

    fn waiting(&mut self, one: &mut Container<'a>, reason: &str, plan: Plan) {
        let crashes = matches!(plan.run, Run::Ends { .. });
        let time = match reason {
            "ContainerCreating" | "PodInitializing" => STAGE,
            "ErrImagePull" if !plan.pulls => PAUSE,
            "ImagePullBackOff" if !plan.pulls => {
                let tries = self.memory.pulls.get(one.name()).copied();
                back_off(tries.unwrap_or(1)) * 1000
            }
            "CrashLoopBackOff" if crashes => back_off(one.restarts) * 1000,
            "CreateContainerConfigError" => RETRY,
            _ => 0,
        };
        if !self.passed(&format!("start/{}", one.name()), time) {
            return;
        }
        if !plan.pulls {
            self.cannot_pull(one, reason);
            return;
        }
        self.start(one, plan);
    }

    /// A pull fails, is backed off from, and fails again.
    fn cannot_pull(&mut self, one: &mut Container<'a>, reason: &str) {
        let (image, part) = (text(&one.spec["image"]), part(one));
        let why = format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image {:?}: not found, as the annotation {} asks",
            one.wanted_image(),
            super::plan::FAIL,
        );
        if reason == "ErrImagePull" {
            let message = format!("Back-off pulling image {image:?}");
            one.wait(
                "ImagePullBackOff",
                format!("{message}: ErrImagePull: {why}"),
            );
            self.tell(false, "BackOff", message, &part);
            self.tell(true, "Failed", "Error: ImagePullBackOff".to_owned(), &part);
        } else {
            *self.memory.pulls.entry(one.name().to_owned()).or_default() += 1;
            self.tell(false, "Pulling", format!("Pulling image {image:?}"), &part);
            let failed = format!("Failed to pull image {image:?}: {why}");
            self.tell(true, "Failed", failed, &part);
            self.tell(true, "Failed", "Error: ErrImagePull".to_owned(), &part);
            one.wait("ErrImagePull", why);
        }
        // How long the new reason lasts is known; what it leads to is for then.
        let plan = Plan::of(self.pod, one.spec, one.role, &self.wishes);
        if let State::Waiting { reason, .. } = one.state.clone() {
            self.waiting(one, &reason, plan);
        }
    }

    fn start(&mut self, one: &mut Container<'a>, plan: Plan) {
        let (image, part) = (text(&one.spec["image"]), part(one));
        let here = self.world.pull(&one.wanted_image());
        if here && one.spec["imagePullPolicy"] != "Always" {
            let message = format!("Container image {image:?} already present on machine");
            self.tell(false, "Pulled", message, &part);
        } else {
            self.tell(false, "Pulling", format!("Pulling image {image:?}"), &part);
            let message = format!(
                "Successfully pulled image {image:?} in 0s (0s including waiting). Image size: 0 bytes."
            );
            self.tell(false, "Pulled", message, &part);
        }
        let namespace = self.text("namespace");
        let world = &*self.world;
        let find = |plural: &str, name: &str| world.find(plural, namespace, name);
        if let Some(why) = references::missing_environment(self.pod, one.spec, &find) {
            self.tell(true, "Failed", format!("Error: {why}"), &part);
            one.wait("CreateContainerConfigError", why);
            self.passed(&format!("start/{}", one.name()), RETRY);
            return;
        }
        one.begin(self.text("uid"), &stamp(self.now));
        one.ready &= plan.becomes_ready;
        let name = one.name();
        self.tell(
            false,
            "Created",
            format!("Created container: {name}"),
            &part,
        );
        self.tell(false, "Started", format!("Started container {name}"), &part);
        self.running(one, plan);
    }

    fn running(&mut self, one: &mut Container<'a>, plan: Plan) {
        let (name, part) = (one.name(), part(one));
        if one.image != one.wanted_image() {
            let message = format!("Container {name} definition changed, will be restarted");
            self.tell(false, "Killing", message, &part);
            one.end(0, &stamp(self.now));
            self.start(one, plan);
            return;
        }
        if let Run::Ends { after, code } = plan.run
            && self.passed(&format!("end/{name}"), after)
        {
            one.end(code, &stamp(self.now));
            self.ended(one, code, plan);
            return;
        }
        if one.role == Role::Init {
            return;
        }
        if !one.started {
            if !self.passed(&format!("started/{name}"), PROBE) {
                return;
            }
            one.started = true;
            one.ready = plan.becomes_ready && !one.spec["readinessProbe"].is_object();
        }
        if !plan.becomes_ready {
            one.ready = false;
            if self.every(&format!("unhealthy/{name}"), UNHEALTHY_EVERY) {
                let message = "Readiness probe failed: HTTP probe failed with statuscode: 503";
                self.tell(true, "Unhealthy", message.to_owned(), &part);
            }
        } else if !one.ready && self.passed(&format!("ready/{name}"), PROBE) {
            one.ready = true;
        }
    }

    /// A run is over: the container starts again if the policy says so, the second time after a while.
    fn ended(&mut self, one: &mut Container<'a>, code: i64, plan: Plan) {
        if !self.restarts(one.role, code) || one.role == Role::Sidecar && self.mains_are_over() {
            return;
        }
        let name = one.name();
        if !self.passed(&format!("again/{name}"), PAUSE) {
            return;
        }
        if one.restarts == 0 {
            self.start(one, plan);
            return;
        }
        let pod = format!(
            "{}_{}({})",
            self.text("name"),
            self.text("namespace"),
            self.text("uid")
        );
        let time = duration(back_off(one.restarts));
        let message = format!("Back-off restarting failed container {name} in pod {pod}");
        self.tell(true, "BackOff", message, &part(one));
        let message = format!("back-off {time} restarting failed container={name} pod={pod}");
        one.wait("CrashLoopBackOff", message);
        self.waiting(one, "CrashLoopBackOff", plan);
    }

    fn restarts(&self, role: Role, code: i64) -> bool {
        match (role, self.policy()) {
            (Role::Sidecar, _) | (Role::Main, "Always") => true,
            (Role::Init | Role::Main, "Never") => false,
            (Role::Init | Role::Main, _) => code != 0,
        }
    }

    /// Whether all main containers have ended for good.
    fn mains_are_over(&self) -> bool {
        let mut mains = self.containers.iter().filter(|one| one.role == Role::Main);
        mains.all(|one| match &one.state {
            State::Terminated(end) => !self.restarts(Role::Main, end.code),
            _ => false,
        })
    }

    /// Sidecars end after what they are there for.
    fn stop_sidecars(&mut self, mains: usize) {
        let running = |one: &Container<'_>| one.is_running();
        if !self.mains_are_over()
            || !self.containers[..mains].iter().any(running)
            || !self.passed("sidecars", STAGE)
        {
            return;
        }
        for at in 0..mains {
            let one = &self.containers[at];
            if one.is_running() {
                let message = format!("Stopping container {}", one.name());
                let part = part(one);
                self.tell(false, "Killing", message, &part);
                self.containers[at].end(0, &stamp(self.now));
            }
        }
    }

    /// The pod is being deleted. One that may take no time at all has been told to stop before.
    fn stop(&mut self) {
        let grace = self.pod["metadata"]["deletionGracePeriodSeconds"].as_i64();
        let grace = grace.unwrap_or_default();
        if grace == 0 {
            return;
        }
        if !std::mem::replace(&mut self.memory.stopping, true) {
            self.memory.timers.clear();
            for one in self.containers.clone() {
                if one.is_running() {
                    let message = format!("Stopping container {}", one.name());
                    self.tell(false, "Killing", message, &part(&one));
                }
            }
        }
        if !self.passed("stop", STOP.min(grace.saturating_mul(1000))) {
            return;
        }
        // A server ends well when it is asked to; work that is cut off does not.
        let code = if self.policy() == "Always" { 0 } else { 143 };
        for one in &mut self.containers {
            one.end(code, &stamp(self.now));
        }
        self.outcome.remove = true;
    }

    fn finish(mut self) -> Outcome {
        let phase = self.phase();
        let mut status = self.pod["status"].clone();
        let now = stamp(self.now);
        if !status["startTime"].is_string() {
            status["startTime"] = json!(now);
        }
        status["phase"] = json!(phase);
        status["hostIP"] = json!(ADDRESS);
        status["hostIPs"] = json!([{"ip": ADDRESS}]);
        if let Some(address) = &self.address {
            status["podIP"] = json!(address);
            status["podIPs"] = json!([{"ip": address}]);
        }
        if self.pod["metadata"]["generation"].is_number() {
            status["observedGeneration"] = self.pod["metadata"]["generation"].clone();
        }
        let conditions = conditions::conditions(
            self.pod,
            &self.containers,
            phase,
            self.address.is_some(),
            &now,
        );
        status["conditions"] = conditions;
        let (inits, mains): (Vec<_>, Vec<_>) = self
            .containers
            .iter()
            .partition(|one| one.role != Role::Main);
        for (field, containers) in [
            ("initContainerStatuses", inits),
            ("containerStatuses", mains),
        ] {
            if !containers.is_empty() {
                let statuses = containers.into_iter().map(Container::write);
                status[field] = Value::Array(statuses.collect());
            }
        }
        self.outcome.status = (status != self.pod["status"]).then_some(status);
        self.outcome
    }

    fn phase(&self) -> &'static str {
        if !self.outcome.remove {
            return conditions::phase(&self.containers, self.policy());
        }
        let good =
            |one: &Container<'_>| matches!(&one.state, State::Terminated(end) if end.code == 0);
        let mut mains = self.containers.iter().filter(|one| one.role == Role::Main);
        if mains.all(good) {
            "Succeeded"
        } else {
            "Failed"
        }
    }
}

/// Which part of the pod a container is, as events name it.
fn part(one: &Container<'_>) -> String {
    let field = if one.role == Role::Main {
        "containers"
    } else {
        "initContainers"
    };
    format!("spec.{field}{{{}}}", one.name())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Seconds to wait before the try that follows `tries`: twice as long each time.
fn back_off(tries: i64) -> i64 {
    let doublings = u32::try_from(tries.clamp(1, 10) - 1).unwrap_or_default();
    (BACK_OFF << doublings).min(LONGEST_BACK_OFF)
}

/// Seconds as Go writes a duration.
fn duration(seconds: i64) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, seconds) => format!("{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests;
