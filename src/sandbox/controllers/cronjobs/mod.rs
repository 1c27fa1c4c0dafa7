//! Cron jobs: a job at each time of a schedule.

mod schedule;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use self::schedule::Schedule;
use super::jobs::{is_finished, jobs};
use super::runtime::recorder::Severity;
use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{conditions, pods, text, write_status, writes};
use crate::sandbox::api::options::{DeleteOptions, Propagation};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, ResourceId, clock};

/// See the module.
pub(super) struct CronJobs;

const COMPONENT: &str = "cronjob-controller";

fn cron_jobs() -> ResourceId {
    ResourceId::new("batch", "v1", "cronjobs")
}

impl Controller for CronJobs {
    fn sources(&self) -> Vec<Source> {
        vec![
            Source::own(cron_jobs()),
            Source::owned_by(jobs(), "CronJob"),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(cron) = context.cluster.get(&cron_jobs(), key) else {
            return Ok(Next::Done);
        };
        let uid = text(&cron["metadata"]["uid"]);
        let mut owned = context.cluster.owned("jobs.batch", uid);
        owned.sort_by_key(|job| text(&job["metadata"]["name"]).to_owned());
        let mut view = View {
            context,
            status: cron["status"].clone(),
            cron: &cron,
            jobs: owned,
            now: context.clock.seconds(),
        };
        if !view.status.is_object() {
            view.status = json!({});
        }
        view.settle_active();
        view.forget()?;
        let next = view.schedule();
        if view.status["active"].as_array().is_some_and(Vec::is_empty)
            && let Some(status) = view.status.as_object_mut()
        {
            status.remove("active");
        }
        write_status(context, &cron_jobs(), &cron, &view.status)?;
        next
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &cron_jobs())
    }
}

/// One look at a cron job.
struct View<'a> {
    context: &'a Context,
    cron: &'a Object,
    status: Value,
    jobs: Vec<Arc<Object>>,
    now: i64,
}

impl View<'_> {
    fn spec(&self) -> &Value {
        &self.cron["spec"]
    }

    fn tell(&self, severity: Severity, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(COMPONENT, self.cron, severity, reason, message);
    }

    fn active(&self) -> Vec<Value> {
        self.status["active"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    fn job(&self, uid: &Value) -> Option<&Arc<Object>> {
        self.jobs.iter().find(|job| job["metadata"]["uid"] == *uid)
    }

    /// Takes note of the jobs that have ended, or are gone, and says of those that run which it did not start
    /// (`kubectl create job --from`).
    fn settle_active(&mut self) {
        let active = self.active();
        for job in &self.jobs {
            let known = active
                .iter()
                .any(|one| one["uid"] == job["metadata"]["uid"]);
            if !known && !is_finished(job) && !pods::is_terminating(job) {
                let name = text(&job["metadata"]["name"]);
                let message =
                    format!("Saw a job that the controller did not create or forgot: {name}");
                self.tell(Severity::Warning, "UnexpectedJob", &message);
            }
        }
        let mut left = Vec::new();
        for reference in self.active() {
            let name = text(&reference["name"]);
            let Some(job) = self.job(&reference["uid"]).cloned() else {
                let message = format!("Active job went missing: {name}");
                self.tell(Severity::Normal, "MissingJob", &message);
                continue;
            };
            if !is_finished(&job) {
                left.push(reference);
                continue;
            }
            let complete = conditions::is_true(&job["status"], "Complete");
            let how = if complete { "Complete" } else { "Failed" };
            let message = format!("Saw completed job: {name}, condition: {how}");
            self.tell(Severity::Normal, "SawCompletedJob", &message);
            if complete {
                self.status["lastSuccessfulTime"] = job["status"]["completionTime"].clone();
            }
        }
        self.status["active"] = Value::Array(left);
    }

    /// Deletes the jobs that are beyond the limits of the history.
    fn forget(&self) -> Result<(), Status> {
        for (kind, field) in [
            ("Complete", "successfulJobsHistoryLimit"),
            ("Failed", "failedJobsHistoryLimit"),
        ] {
            let Some(limit) = self.spec()[field].as_u64() else {
                continue;
            };
            let ended = self
                .jobs
                .iter()
                .filter(|job| conditions::is_true(&job["status"], kind));
            let mut ended: Vec<&Arc<Object>> = ended.collect();
            ended.sort_by_key(|job| text(&job["status"]["startTime"]).to_owned());
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            for job in &ended[..ended.len().saturating_sub(limit)] {
                self.delete(job)?;
            }
        }
        Ok(())
    }

    fn delete(&self, job: &Object) -> Result<(), Status> {
        if pods::is_terminating(job) {
            return Ok(());
        }
        let options = DeleteOptions {
            propagation: Some(Propagation::Background),
            ..DeleteOptions::default()
        };
        match self
            .context
            .cluster
            .delete(&jobs(), &Key::of(job), &options)
        {
            Ok(_) => {
                let message = format!("Deleted job {}", text(&job["metadata"]["name"]));
                self.tell(Severity::Normal, "SuccessfulDelete", &message);
                Ok(())
            }
            Err(status) if status.code == 404 => Ok(()),
            Err(status) => Err(status),
        }
    }

    /// Starts a job if one is due. Says when the next one is.
    fn schedule(&mut self) -> Result<Next, Status> {
        if pods::is_terminating(self.cron) || self.spec()["suspend"] == true {
            return Ok(Next::Done);
        }
        let zone = text(&self.spec()["timeZone"]);
        if !matches!(
            zone,
            "" | "UTC" | "Etc/UTC" | "GMT" | "Etc/GMT" | "Zulu" | "UCT"
        ) {
            let message = format!("the practice cluster knows no time zone but UTC: {zone:?}");
            self.tell(Severity::Warning, "UnknownTimeZone", &message);
            return Ok(Next::Done);
        }
        let schedule = match Schedule::parse(text(&self.spec()["schedule"])) {
            Ok(schedule) => schedule,
            Err(why) => {
                let written = text(&self.spec()["schedule"]);
                let message = format!("unparseable schedule: {written:?} : {why}");
                self.tell(Severity::Warning, "UnparseableSchedule", &message);
                return Ok(Next::Done);
            }
        };
        let created = clock::parse(text(&self.cron["metadata"]["creationTimestamp"]));
        let last = clock::parse(text(&self.status["lastScheduleTime"]));
        let mut earliest = last.or(created).unwrap_or(self.now);
        let deadline = self.spec()["startingDeadlineSeconds"].as_i64();
        if let Some(deadline) = deadline {
            earliest = earliest.max(self.now - deadline);
        }
        if let Some((due, missed)) = schedule.last_missed(earliest, self.now) {
            if missed > 100 && deadline.is_none() {
                let message = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
                self.tell(Severity::Warning, "TooManyMissedTimes", message);
            }
            self.start(due)?;
        }
        let from = clock::parse(text(&self.status["lastScheduleTime"]));
        let next = match &schedule {
            Schedule::Every(_) => schedule.next(from.or(created).unwrap_or(self.now)),
            Schedule::At(_) => schedule.next(self.now),
        };
        Ok(next.map_or(Next::Done, |next| {
            let left = next * 1000 - self.context.clock.millis();
            // A little late, as clocks are never quite right.
            let left = u64::try_from(left.max(0)).unwrap_or_default() + 50;
            Next::After(Duration::from_millis(left))
        }))
    }

    /// Starts the job of a time, as far as jobs that still run allow it.
    fn start(&mut self, due: i64) -> Result<(), Status> {
        let active = self.active();
        if !active.is_empty() {
            match text(&self.spec()["concurrencyPolicy"]) {
                "Forbid" => {
                    let message = "Not starting job because prior execution is running and concurrency policy is Forbid";
                    self.tell(Severity::Normal, "JobAlreadyActive", message);
                    return Ok(());
                }
                "Replace" => {
                    for reference in &active {
                        if let Some(job) = self.job(&reference["uid"]).cloned() {
                            self.delete(&job)?;
                        }
                    }
                    self.status["active"] = json!([]);
                }
                _ => {}
            }
        }
        let template = &self.spec()["jobTemplate"];
        let name = format!("{}{}", pods::name_prefix(self.cron), due / 60);
        let mut job = json!({
            "metadata": {"name": name, "ownerReferences": [pods::controller_reference(self.cron)]},
            "spec": template["spec"],
        });
        if template["metadata"]["labels"].is_object() {
            job["metadata"]["labels"] = template["metadata"]["labels"].clone();
        }
        let annotations = template["metadata"]["annotations"].as_object().cloned();
        let mut annotations = annotations.unwrap_or_default();
        let scheduled = "batch.kubernetes.io/cronjob-scheduled-timestamp";
        annotations.insert(scheduled.to_owned(), json!(clock::format(due)));
        job["metadata"]["annotations"] = Value::Object(annotations);
        let namespace = self.cron["metadata"]["namespace"].as_str();
        let made = self
            .context
            .cluster
            .create(&jobs(), namespace, job, &writes());
        let made = match made {
            Ok(written) => written.object,
            // It was made before the status could say so.
            Err(status) if status.reason == "AlreadyExists" => {
                let key = Key {
                    namespace: namespace.map(str::to_owned),
                    name,
                };
                self.context.cluster.get(&jobs(), &key)?
            }
            Err(status) => {
                let message = format!("Error creating job: {status}");
                self.tell(Severity::Warning, "FailedCreate", &message);
                return Err(status);
            }
        };
        let metadata = &made["metadata"];
        let message = format!("Created job {}", text(&metadata["name"]));
        self.tell(Severity::Normal, "SuccessfulCreate", &message);
        let reference = json!({
            "apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "namespace": metadata["namespace"],
            "uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"],
        });
        if let Some(active) = self.status["active"].as_array_mut()
            && active.iter().all(|one| one["uid"] != reference["uid"])
        {
            active.push(reference);
        }
        self.jobs.push(made);
        self.status["lastScheduleTime"] = json!(clock::format(due));
        Ok(())
    }
}
