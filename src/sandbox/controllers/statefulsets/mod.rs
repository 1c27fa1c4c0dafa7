//! Stateful sets: pods with numbers, each with claims of its own, made, updated and removed in order.

mod identity;

use std::sync::Arc;

use serde_json::{Value, json};

use super::history::{self, History};
use super::runtime::recorder::Severity;
use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{after_seconds, apps, claims, core, number, pods, text, write_status, writes};
use crate::sandbox::api::options::DeleteOptions;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object};

/// See the module.
pub(super) struct StatefulSets;

const COMPONENT: &str = "statefulset-controller";
const STYLE: history::Style = history::Style {
    label: "controller.kubernetes.io/hash",
};

impl Controller for StatefulSets {
    fn sources(&self) -> Vec<Source> {
        vec![
            Source::own(apps("statefulsets")),
            Source::owned_by(core("pods"), "StatefulSet"),
            Source::owned_by(apps("controllerrevisions"), "StatefulSet"),
            Source::mapped(core("pods"), |context, event| {
                claims::adopters(context, &apps("statefulsets"), &event.object)
            }),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(set) = context.cluster.get(&apps("statefulsets"), key) else {
            return Ok(Next::Done);
        };
        let Some(selector) = claims::selector_of(&set) else {
            return Ok(Next::Done);
        };
        let mut members = claims::claim(context, &core("pods"), &set, &selector)?;
        members.retain(|pod| identity::ordinal(&set, pod).is_some());
        if pods::is_terminating(&set) {
            return Ok(Next::Done);
        }
        let history = history::sync(context, &set, &STYLE)?;
        let mut view = View::new(context, &set, history, members);
        let managed = view.manage();
        let live = [
            view.current_revision().to_owned(),
            view.update_revision().to_owned(),
        ];
        let status = view.status();
        write_status(context, &apps("statefulsets"), &set, &status)?;
        managed?;
        let all = &view.history.all;
        history::forget(context, &set, all, &[&live[0], &live[1]])?;
        let minimum = number(&set["spec"]["minReadySeconds"]);
        let ready = view.pods.iter().map(|pod| &**pod);
        let wait = pods::available_in(ready, minimum, context.clock.seconds());
        Ok(wait.map_or(Next::Done, after_seconds))
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &apps("statefulsets"))
    }
}

/// One look at a stateful set.
struct View<'a> {
    context: &'a Context,
    set: &'a Object,
    history: History,
    /// The revision that the pods had before the present update; its own name or that of the update.
    current: String,
    pods: Vec<Arc<Object>>,
}

impl<'a> View<'a> {
    fn new(
        context: &'a Context,
        set: &'a Object,
        history: History,
        mut pods: Vec<Arc<Object>>,
    ) -> Self {
        let named = text(&set["status"]["currentRevision"]);
        let known = history
            .all
            .iter()
            .any(|revision| revision["metadata"]["name"] == named);
        let current = if known {
            named
        } else {
            text(&history.update["metadata"]["name"])
        };
        pods.sort_by_key(|pod| identity::ordinal(set, pod));
        Self {
            context,
            current: current.to_owned(),
            set,
            history,
            pods,
        }
    }

    fn current_revision(&self) -> &str {
        &self.current
    }

    fn update_revision(&self) -> &str {
        text(&self.history.update["metadata"]["name"])
    }

    fn spec(&self) -> &'a Value {
        &self.set["spec"]
    }

    /// The first number, and the one after the last.
    fn ordinals(&self) -> (i64, i64) {
        let start = number(&self.spec()["ordinals"]["start"]);
        (start, start + number(&self.spec()["replicas"]))
    }

    fn in_order(&self) -> bool {
        self.spec()["podManagementPolicy"] != "Parallel"
    }

    /// Pods below this number are not updated.
    fn partition(&self) -> i64 {
        let partition = number(&self.spec()["updateStrategy"]["rollingUpdate"]["partition"]);
        self.ordinals().0 + partition
    }

    fn rolls(&self) -> bool {
        self.spec()["updateStrategy"]["type"] != "OnDelete"
    }

    fn is_available(&self, pod: &Object) -> bool {
        let minimum = number(&self.spec()["minReadySeconds"]);
        is_running_and_ready(pod) && pods::is_available(pod, minimum, self.context.clock.seconds())
    }

    fn is_healthy(&self, pod: &Object) -> bool {
        self.is_available(pod) && !pods::is_terminating(pod)
    }

    /// Makes, replaces and removes pods, as far as their order allows now.
    fn manage(&mut self) -> Result<(), Status> {
        let (start, end) = self.ordinals();
        let numbered: Vec<(i64, Arc<Object>)> = self
            .pods
            .iter()
            .filter_map(|pod| Some((identity::ordinal(self.set, pod)?, Arc::clone(pod))))
            .collect();
        let inside = |ordinal: i64| (start..end).contains(&ordinal);
        for ordinal in start..end {
            let found = numbered.iter().find(|(number, _)| *number == ordinal);
            let settled = match found {
                None => {
                    self.create(ordinal)?;
                    false
                }
                Some((_, pod)) if pods::is_finished(pod) => {
                    self.replace_finished(pod)?;
                    false
                }
                Some((_, pod)) => {
                    identity::ensure_claims(self.context, self.set, ordinal)?;
                    self.is_healthy(pod)
                }
            };
            if !settled && self.in_order() {
                return Ok(());
            }
        }
        // Those that are too many, from the highest number down.
        let condemned = numbered.iter().rev().filter(|(at, _)| !inside(*at));
        let condemned: Vec<_> = condemned.collect();
        let first_unhealthy = numbered.iter().find(|(_, pod)| !self.is_healthy(pod));
        let first_unhealthy = first_unhealthy.map(|(ordinal, _)| *ordinal);
        for (ordinal, pod) in &condemned {
            if pods::is_terminating(pod) {
                if self.in_order() {
                    return Ok(());
                }
                continue;
            }
            let waits = !self.is_healthy(pod) && first_unhealthy != Some(*ordinal);
            if waits && self.in_order() {
                return Ok(());
            }
            identity::give_claims_to(self.context, self.set, pod)?;
            self.delete(pod)?;
            if self.in_order() {
                return Ok(());
            }
        }
        if self.rolls() {
            self.update(&numbered)?;
        }
        Ok(())
    }

    /// Deletes the next pod of an old revision, from the highest number down, once those above it are healthy.
    fn update(&mut self, numbered: &[(i64, Arc<Object>)]) -> Result<(), Status> {
        let (_, end) = self.ordinals();
        let partition = self.partition();
        for (ordinal, pod) in numbered.iter().rev() {
            if *ordinal >= end {
                continue;
            }
            if *ordinal < partition {
                break;
            }
            if revision_of(pod) != self.update_revision() && !pods::is_terminating(pod) {
                return self.delete(pod);
            }
            if !self.is_healthy(pod) {
                break;
            }
        }
        Ok(())
    }

    fn replace_finished(&mut self, pod: &Arc<Object>) -> Result<(), Status> {
        if pods::is_terminating(pod) {
            return Ok(());
        }
        let (reason, what) = if pod["status"]["phase"] == "Failed" {
            ("RecreatingFailedPod", "failed")
        } else {
            ("RecreatingTerminatedPod", "terminated")
        };
        let metadata = &self.set["metadata"];
        let message = format!(
            "StatefulSet {}/{} is recreating {what} Pod {}",
            text(&metadata["namespace"]),
            text(&metadata["name"]),
            text(&pod["metadata"]["name"])
        );
        self.tell(Severity::Warning, reason, &message);
        self.delete(pod)
    }

    fn create(&mut self, ordinal: i64) -> Result<(), Status> {
        identity::ensure_claims(self.context, self.set, ordinal)?;
        // Below the partition, pods keep the old template.
        let old = self.rolls() && ordinal < self.partition();
        let name = if old {
            self.current_revision()
        } else {
            self.update_revision()
        };
        let revision = self
            .history
            .all
            .iter()
            .find(|revision| revision["metadata"]["name"] == name)
            .unwrap_or(&self.history.update);
        let template = history::template_of(revision);
        let mut pod = identity::pod(self.set, &template, ordinal);
        pod["metadata"]["labels"][history::LABEL] = revision["metadata"]["name"].clone();
        let pod_name = text(&pod["metadata"]["name"]).to_owned();
        let namespace = self.set["metadata"]["namespace"].as_str();
        let made = self
            .context
            .cluster
            .create(&core("pods"), namespace, pod, &writes());
        let set = text(&self.set["metadata"]["name"]);
        match made {
            Ok(written) => {
                let message = format!("create Pod {pod_name} in StatefulSet {set} successful");
                self.tell(Severity::Normal, "SuccessfulCreate", &message);
                self.pods.push(written.object);
                Ok(())
            }
            Err(status) => {
                let message =
                    format!("create Pod {pod_name} in StatefulSet {set} failed error: {status}");
                self.tell(Severity::Warning, "FailedCreate", &message);
                Err(status)
            }
        }
    }

    fn delete(&mut self, pod: &Arc<Object>) -> Result<(), Status> {
        let deleted =
            self.context
                .cluster
                .delete(&core("pods"), &Key::of(pod), &DeleteOptions::default());
        match deleted {
            Ok(deleted) => {
                let name = text(&pod["metadata"]["name"]);
                let set = text(&self.set["metadata"]["name"]);
                let message = format!("delete Pod {name} in StatefulSet {set} successful");
                self.tell(Severity::Normal, "SuccessfulDelete", &message);
                let uid = &pod["metadata"]["uid"];
                self.pods.retain(|one| one["metadata"]["uid"] != *uid);
                if !deleted.gone {
                    self.pods.push(deleted.object);
                }
                Ok(())
            }
            Err(status) if status.code == 404 => Ok(()),
            Err(status) => Err(status),
        }
    }

    fn tell(&self, severity: Severity, reason: &str, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(COMPONENT, self.set, severity, reason, message);
    }

    fn status(&self) -> Value {
        let count = |is: &dyn Fn(&Object) -> bool| {
            let pods = self.pods.iter();
            i64::try_from(pods.filter(|pod| is(pod)).count()).unwrap_or(i64::MAX)
        };
        let (current, update) = (self.current_revision(), self.update_revision());
        let lasting = |pod: &Object| !pods::is_terminating(pod);
        let all = count(&|_| true);
        let ready = count(&is_running_and_ready);
        let updated = count(&|pod| lasting(pod) && revision_of(pod) == update);
        let wanted = number(&self.spec()["replicas"]);
        let over = self.rolls() && updated == wanted && ready == wanted && all == wanted;
        let (current, currents) = if over {
            (update, updated)
        } else {
            (
                current,
                count(&|pod| lasting(pod) && revision_of(pod) == current),
            )
        };
        let mut status = json!({
            "observedGeneration": self.set["metadata"]["generation"], "replicas": all,
            "availableReplicas": count(&|pod| self.is_available(pod)),
            "currentRevision": current, "updateRevision": update,
            "collisionCount": self.history.collisions,
        });
        for (field, count) in [
            ("readyReplicas", ready),
            ("currentReplicas", currents),
            ("updatedReplicas", updated),
        ] {
            if count > 0 {
                status[field] = json!(count);
            }
        }
        status
    }
}

fn is_running_and_ready(pod: &Object) -> bool {
    pod["status"]["phase"] == "Running" && pods::is_ready(pod)
}

fn revision_of(pod: &Object) -> &str {
    text(&pod["metadata"]["labels"][history::LABEL])
}
