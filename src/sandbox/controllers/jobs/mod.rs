//! Jobs: pods that run to their end, so many times, again where they fail, and in which order their ends are counted.
//!
//! A job's pods carry a finalizer until their end is counted, so that none is lost when somebody deletes it. An end is counted
//! in the same write that notes the pod's UID in `uncountedTerminatedPods`; the finalizer goes after that, and the note after
//! the finalizer. Whatever is interrupted, each end counts once.

mod finish;
mod indexes;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};

pub(super) use self::finish::is_finished;
use super::runtime::recorder::Severity;
use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{after_seconds, claims, conditions, core, number, pods, text, write_status, writes};
use crate::sandbox::api::options::{Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, ResourceId, clock};

/// See the module.
pub(super) struct Jobs;

const COMPONENT: &str = "job-controller";
const TRACKING: &str = "batch.kubernetes.io/job-tracking";
pub(super) const INDEX: &str = "batch.kubernetes.io/job-completion-index";
/// The pause after the first failure; each further one doubles it.
const FIRST_PAUSE: i64 = 10;
const LONGEST_PAUSE: i64 = 600;

pub(super) fn jobs() -> ResourceId {
    ResourceId::new("batch", "v1", "jobs")
}

impl Controller for Jobs {
    fn sources(&self) -> Vec<Source> {
        vec![
            Source::own(jobs()),
            Source::owned_by(core("pods"), "Job"),
            Source::mapped(core("pods"), |context, event| {
                claims::adopters(context, &jobs(), &event.object)
            }),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(job) = context.cluster.get(&jobs(), key) else {
            return release_orphans(context, key);
        };
        let Some(selector) = claims::selector_of(&job) else {
            return Ok(Next::Done);
        };
        let members = claims::claim(context, &core("pods"), &job, &selector)?;
        if is_finished(&job) || pods::is_terminating(&job) {
            for pod in &members {
                untrack(context, pod)?;
            }
            return finish::expire(context, &job);
        }
        let mut view = View::new(context, job, members);
        let next = view.run()?;
        Ok(next)
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &jobs())
    }
}

/// Lets go the pods of a job that is gone.
fn release_orphans(context: &Context, key: &Key) -> Result<Next, Status> {
    let options = crate::sandbox::api::options::ListOptions {
        label_selector: format!("batch.kubernetes.io/job-name={}", key.name),
        ..Default::default()
    };
    let listed = context
        .cluster
        .list(&core("pods"), key.namespace.as_deref(), &options);
    for pod in listed.map(|list| list.items).unwrap_or_default() {
        untrack(context, &pod)?;
    }
    Ok(Next::Done)
}

fn is_tracked(pod: &Object) -> bool {
    let finalizers = pod["metadata"]["finalizers"].as_array();
    finalizers.is_some_and(|all| all.iter().any(|one| one == TRACKING))
}

/// Takes a job's finalizer from a pod.
fn untrack(context: &Context, pod: &Object) -> Result<(), Status> {
    if !is_tracked(pod) {
        return Ok(());
    }
    let finalizers = pod["metadata"]["finalizers"].as_array();
    let kept: Vec<&Value> = finalizers
        .into_iter()
        .flatten()
        .filter(|one| *one != TRACKING)
        .collect();
    let change = Patch::Merge(json!({"metadata": {
        "uid": pod["metadata"]["uid"], "finalizers": kept,
        "resourceVersion": pod["metadata"]["resourceVersion"]}}));
    let key = Key::of(pod);
    let written = context
        .cluster
        .patch(&core("pods"), &key, Subresource::Main, &change, &writes());
    match written {
        Err(status) if status.code != 404 => Err(status),
        _ => Ok(()),
    }
}

/// How a pod of a job ended, or will count as having ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Succeeded,
    Failed,
}

fn end_of(pod: &Object) -> Option<End> {
    match text(&pod["status"]["phase"]) {
        "Succeeded" => Some(End::Succeeded),
        "Failed" => Some(End::Failed),
        // One that is deleted before its end has failed.
        _ if pods::is_terminating(pod) => Some(End::Failed),
        _ => None,
    }
}

/// One look at a job.
struct View<'a> {
    context: &'a Context,
    job: Arc<Object>,
    status: Value,
    pods: Vec<Arc<Object>>,
    now: i64,
}

impl<'a> View<'a> {
    fn new(context: &'a Context, job: Arc<Object>, pods: Vec<Arc<Object>>) -> Self {
        Self {
            context,
            status: job["status"].clone(),
            job,
            pods,
            now: context.clock.seconds(),
        }
    }

    fn spec(&self) -> &Value {
        &self.job["spec"]
    }

    fn is_indexed(&self) -> bool {
        self.spec()["completionMode"] == "Indexed"
    }

    fn is_suspended(&self) -> bool {
        self.spec()["suspend"] == true
    }

    fn active(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.pods.iter().filter(|pod| pods::is_active(pod))
    }

    fn count(&self, field: &str) -> i64 {
        number(&self.status[field])
    }

    fn run(&mut self) -> Result<Next, Status> {
        if !self.status.is_object() {
            self.status = json!({});
        }
        let counted = self.count_ends();
        if counted.is_some() {
            self.summarize();
            // Counted before anything else is done: a pod that loses its finalizer may be gone at once.
            write_status(self.context, &jobs(), &self.job, &self.status)?;
        }
        for pod in self.pods.clone() {
            if end_of(&pod).is_some() {
                untrack(self.context, &pod)?;
            }
        }
        self.status["uncountedTerminatedPods"] = json!({});
        self.suspend_or_resume();
        let next = self.act();
        self.summarize();
        if !finish::has_ended(&self.status)
            && !self.is_suspended()
            && self.status["startTime"].is_null()
        {
            self.status["startTime"] = json!(clock::format(self.now));
        }
        self.write()?;
        next
    }

    fn write(&self) -> Result<(), Status> {
        // The status as it is now, which counting may have written meanwhile.
        let current = self.context.cluster.get(&jobs(), &Key::of(&self.job));
        let current = current.unwrap_or_else(|_| Arc::clone(&self.job));
        write_status(self.context, &jobs(), &current, &self.status)
    }

    /// Counts the ends of pods that have not been counted. `None` if there are none.
    fn count_ends(&mut self) -> Option<()> {
        let noted = |status: &Value, list: &str, uid: &Value| {
            let all = status["uncountedTerminatedPods"][list].as_array();
            all.is_some_and(|all| all.contains(uid))
        };
        let mut done = indexes::read(text(&self.status["completedIndexes"]));
        let mut any = None;
        for pod in &self.pods {
            let Some(end) = end_of(pod).filter(|_| is_tracked(pod)) else {
                continue;
            };
            let uid = &pod["metadata"]["uid"];
            if noted(&self.status, "succeeded", uid) || noted(&self.status, "failed", uid) {
                continue;
            }
            any = Some(());
            let field = match end {
                End::Succeeded => "succeeded",
                End::Failed => "failed",
            };
            if !self.status["uncountedTerminatedPods"][field].is_array() {
                self.status["uncountedTerminatedPods"][field] = json!([]);
            }
            if let Some(all) = self.status["uncountedTerminatedPods"][field].as_array_mut() {
                all.push(uid.clone());
            }
            let indexed = self.job["spec"]["completionMode"] == "Indexed";
            let index = indexes::of(pod);
            if indexed && end == End::Succeeded {
                done.extend(index);
            } else {
                self.status[field] = json!(number(&self.status[field]) + 1);
            }
        }
        if self.is_indexed() {
            let wanted = number(&self.spec()["completions"]);
            done.retain(|index| *index < wanted);
            if !done.is_empty() {
                self.status["succeeded"] = json!(done.len());
                self.status["completedIndexes"] = json!(indexes::write(&done));
            }
        }
        any
    }

    /// Counts the pods that run.
    fn summarize(&mut self) {
        let active = self.active().count();
        let ready = self.active().filter(|pod| pods::is_ready(pod)).count();
        let terminating = self
            .pods
            .iter()
            .filter(|pod| pods::is_terminating(pod) && !pods::is_finished(pod))
            .count();
        self.status["ready"] = json!(ready);
        self.status["terminating"] = json!(terminating);
        if active > 0 {
            self.status["active"] = json!(active);
        } else if let Some(status) = self.status.as_object_mut() {
            status.remove("active");
        }
    }

    fn suspend_or_resume(&mut self) {
        let was = conditions::is_true(&self.status, "Suspended");
        let is = self.is_suspended();
        if was == is {
            return;
        }
        let (value, reason, message) = if is {
            ("True", "JobSuspended", "Job suspended")
        } else {
            ("False", "JobResumed", "Job resumed")
        };
        let condition = conditions::Condition {
            kind: "Suspended",
            status: value,
            reason,
            message,
        };
        finish::set(&mut self.status, &condition, &clock::format(self.now));
        if let (true, Some(status)) = (is, self.status.as_object_mut()) {
            // The clock of activeDeadlineSeconds starts anew.
            status.remove("startTime");
        }
        let reason = if is { "Suspended" } else { "Resumed" };
        self.tell(Severity::Normal, reason, message);
    }

    fn act(&mut self) -> Result<Next, Status> {
        if let Some(failure) = finish::failure(self) {
            self.stop_all()?;
            finish::fail(self, &failure);
            return Ok(Next::Done);
        }
        if self.is_suspended() {
            self.stop_all()?;
            return Ok(Next::Done);
        }
        if finish::is_complete(self) {
            self.stop_all()?;
            finish::complete(self);
            return Ok(Next::Done);
        }
        let pause = self.manage()?;
        let deadline = finish::deadline(self);
        let next = pause.into_iter().chain(deadline).min();
        Ok(next.map_or(Next::Done, after_seconds))
    }

    /// Deletes all that runs.
    fn stop_all(&mut self) -> Result<(), Status> {
        let active: Vec<Arc<Object>> = self.active().cloned().collect();
        for pod in active {
            self.stop(&pod)?;
        }
        Ok(())
    }

    fn stop(&mut self, pod: &Arc<Object>) -> Result<(), Status> {
        // One that is not wanted any more does not count as failed: it loses the finalizer first.
        untrack(self.context, pod)?;
        pods::delete(self.context, COMPONENT, &self.job, pod)?;
        let left = self.context.cluster.get(&core("pods"), &Key::of(pod)).ok();
        let uid = &pod["metadata"]["uid"];
        self.pods.retain(|one| one["metadata"]["uid"] != *uid);
        self.pods
            .extend(left.filter(|left| left["metadata"]["uid"] == *uid));
        Ok(())
    }

    /// Makes the pods that are missing, or deletes those that are too many. Gives how long to wait before the next may come.
    fn manage(&mut self) -> Result<Option<i64>, Status> {
        let parallelism = number(&self.spec()["parallelism"]);
        let active = i64::try_from(self.active().count()).unwrap_or(i64::MAX);
        let succeeded = self.count("succeeded");
        let wanted = match self.spec()["completions"].as_i64() {
            Some(completions) => parallelism.min(completions - succeeded),
            // A work queue: once one has succeeded, no more are started.
            None if succeeded > 0 => active,
            None => parallelism,
        };
        if active > wanted {
            let mut running: Vec<Arc<Object>> = self.active().cloned().collect();
            running.sort_by(|one, other| pods::by_deletion(one, other, self.now));
            let surplus = usize::try_from(active - wanted).unwrap_or_default();
            for pod in running.iter().take(surplus) {
                self.stop(pod)?;
            }
            return Ok(None);
        }
        let only_failed = self.spec()["podReplacementPolicy"] == "Failed";
        let ending = self
            .pods
            .iter()
            .filter(|pod| pods::is_terminating(pod) && !pods::is_finished(pod))
            .count();
        let ending = i64::try_from(ending).unwrap_or(i64::MAX);
        let missing = wanted - active - if only_failed { ending } else { 0 };
        if missing <= 0 {
            return Ok(None);
        }
        if let Some(pause) = self.pause() {
            return Ok(Some(pause));
        }
        let indexes = self.free_indexes(missing);
        for at in 0..missing {
            let index = indexes
                .get(usize::try_from(at).unwrap_or(usize::MAX))
                .copied();
            if self.is_indexed() && index.is_none() {
                break;
            }
            let pod = indexes::pod(&self.job, index);
            let made = pods::create(self.context, COMPONENT, &self.job, pod)?;
            self.pods.push(made);
        }
        Ok(None)
    }

    /// The lowest indexes that are neither done nor being worked on.
    fn free_indexes(&self, count: i64) -> Vec<i64> {
        if !self.is_indexed() {
            return Vec::new();
        }
        let mut taken: BTreeSet<i64> = indexes::read(text(&self.status["completedIndexes"]));
        taken.extend(self.active().filter_map(|pod| indexes::of(pod)));
        let all = 0..number(&self.spec()["completions"]);
        let free = all.filter(|index| !taken.contains(index));
        free.take(usize::try_from(count).unwrap_or_default())
            .collect()
    }

    /// How many seconds to wait after failures in a row; `None` for not at all.
    fn pause(&self) -> Option<i64> {
        let finished = |phase: &'static str| {
            let ended = self
                .pods
                .iter()
                .filter(move |pod| pod["status"]["phase"] == phase);
            ended.map(|pod| finish::end_time(pod, self.now))
        };
        let last_success = finished("Succeeded").max().unwrap_or(i64::MIN);
        let failures: Vec<i64> = finished("Failed")
            .filter(|time| *time > last_success)
            .collect();
        let last = failures.iter().max()?;
        let doublings = u32::try_from(failures.len() - 1)
            .unwrap_or(u32::MAX)
            .min(16);
        let pause = (FIRST_PAUSE << doublings).min(LONGEST_PAUSE);
        let left = last + pause - self.now;
        (left > 0).then_some(left)
    }

    fn tell(&self, severity: Severity, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(COMPONENT, &self.job, severity, reason, message);
    }
}
