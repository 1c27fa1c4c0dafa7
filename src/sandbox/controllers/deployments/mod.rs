//! Deployments: replica sets, one for each revision of the pod template, and the way from one to the next.

mod progress;
mod revisions;
mod rolling;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use self::revisions::Revisions;
use self::rolling::{Share, Size, Wanted};
use super::runtime::recorder::Severity;
use super::runtime::{Context, Controller, Next, Source, controller_key, keys_of};
use super::{apps, claims, core, fractions, number, pods, text, writes};
use crate::sandbox::api::options::{Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::{Event, EventKind};
use crate::sandbox::api::{Key, Object};

/// See the module.
pub(super) struct Deployments;

const COMPONENT: &str = "deployment-controller";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MOST: &str = "deployment.kubernetes.io/max-replicas";

impl Controller for Deployments {
    fn sources(&self) -> Vec<Source> {
        vec![
            Source::own(apps("deployments")),
            Source::owned_by(apps("replicasets"), "Deployment"),
            Source::mapped(apps("replicasets"), |context, event| {
                claims::adopters(context, &apps("deployments"), &event.object)
            }),
            // With the strategy Recreate, new pods wait for the end of the old ones.
            Source::mapped(core("pods"), ended_pod),
        ]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(deployment) = context.cluster.get(&apps("deployments"), key) else {
            return Ok(Next::Done);
        };
        let Some(selector) = claims::selector_of(&deployment) else {
            return Ok(Next::Done);
        };
        let sets = claims::claim(context, &apps("replicasets"), &deployment, &selector)?;
        let mut rollout = Rollout::new(context, deployment, sets);
        rollout.run()
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &apps("deployments"))
    }
}

/// The deployment whose pod is gone, if it waits for that.
fn ended_pod(context: &Context, event: &Event) -> Vec<Key> {
    if event.kind != EventKind::Deleted {
        return Vec::new();
    }
    let set = controller_key(&event.object, "ReplicaSet");
    let set = set.and_then(|key| context.cluster.get(&apps("replicasets"), &key).ok());
    let owner = set.and_then(|set| controller_key(&set, "Deployment"));
    let recreates = |key: &Key| {
        let deployment = context.cluster.get(&apps("deployments"), key);
        deployment.is_ok_and(|deployment| deployment["spec"]["strategy"]["type"] == "Recreate")
    };
    owner.into_iter().filter(recreates).collect()
}

/// One look at a deployment.
struct Rollout<'a> {
    context: &'a Context,
    deployment: Arc<Object>,
    revisions: Revisions,
    /// Whether the new replica set was made just now.
    created: bool,
    /// What came in the way of making it.
    failure: Option<Status>,
}

impl<'a> Rollout<'a> {
    fn new(context: &'a Context, deployment: Arc<Object>, sets: Vec<Arc<Object>>) -> Self {
        let revisions = Revisions::of(&deployment, sets);
        Self {
            context,
            deployment,
            revisions,
            created: false,
            failure: None,
        }
    }

    fn spec(&self) -> &Value {
        &self.deployment["spec"]
    }

    fn recreates(&self) -> bool {
        self.spec()["strategy"]["type"] == "Recreate"
    }

    fn wanted(&self) -> Wanted {
        let replicas = number(&self.spec()["replicas"]);
        if self.recreates() {
            return Wanted {
                replicas,
                surge: 0,
                unavailable: 0,
            };
        }
        let rolling = &self.spec()["strategy"]["rollingUpdate"];
        let surge = fractions::of(&rolling["maxSurge"], replicas, true);
        let unavailable = fractions::of(&rolling["maxUnavailable"], replicas, false);
        let stuck = surge == 0 && unavailable == 0;
        Wanted {
            replicas,
            surge,
            unavailable: if stuck { 1 } else { unavailable },
        }
    }

    fn run(&mut self) -> Result<Next, Status> {
        if pods::is_terminating(&self.deployment) {
            return self.write_progress();
        }
        self.sync_revision()?;
        if self.spec()["paused"] == true {
            self.scale()?;
            self.forget()?;
            return self.write_progress();
        }
        if self.is_scaled() {
            self.scale()?;
            return self.write_progress();
        }
        let step = if self.recreates() {
            self.recreate()
        } else {
            self.roll()
        };
        if self.failure.is_none() {
            step?;
            if self.is_complete() {
                self.forget()?;
            }
        }
        let next = self.write_progress()?;
        self.failure.take().map_or(Ok(next), Err)
    }

    fn is_complete(&self) -> bool {
        progress::counts(self).is_complete(self.wanted().replicas)
    }

    /// One step of a rolling update.
    fn roll(&mut self) -> Result<(), Status> {
        self.ensure_new()?;
        let wanted = self.wanted();
        let Some(new) = self.revisions.new.clone() else {
            return Ok(());
        };
        let size = replicas(&new);
        let total = size
            + self
                .revisions
                .old
                .iter()
                .map(|set| replicas(set))
                .sum::<i64>();
        let next = wanted.new_size(size, total);
        if next != size {
            return self.resize(&new, next);
        }
        let old = self.revisions.old.clone();
        let sizes: Vec<Size> = old.iter().map(size_of).collect();
        let next = wanted.old_sizes(size_of(&new), &sizes);
        for (set, next) in old.iter().zip(next) {
            if next != replicas(set) {
                self.resize(set, next)?;
            }
        }
        Ok(())
    }

    /// All old pods go before a new one comes.
    fn recreate(&mut self) -> Result<(), Status> {
        let mut resized = false;
        for set in self.revisions.old.clone() {
            if replicas(&set) > 0 {
                self.resize(&set, 0)?;
                resized = true;
            }
        }
        if resized || self.old_pods_run() {
            return Ok(());
        }
        self.ensure_new()?;
        let wanted = self.wanted().replicas;
        match self.revisions.new.clone() {
            Some(new) if replicas(&new) != wanted => self.resize(&new, wanted),
            _ => Ok(()),
        }
    }

    fn old_pods_run(&self) -> bool {
        self.revisions.old.iter().any(|set| {
            let owned = self
                .context
                .cluster
                .owned("pods", text(&set["metadata"]["uid"]));
            number(&set["status"]["replicas"]) > 0
                || owned.iter().any(|pod| !pods::is_finished(pod))
        })
    }

    /// Whether the deployment was scaled since its replica sets were last resized.
    fn is_scaled(&self) -> bool {
        let wanted = self.wanted().replicas;
        self.revisions.all().any(|set| {
            let desired = annotated(set, DESIRED);
            replicas(set) > 0 && desired.is_some_and(|desired| desired != wanted)
        })
    }

    /// Brings the replica sets to the deployment's scale without going on with its rollout.
    fn scale(&mut self) -> Result<(), Status> {
        let wanted = self.wanted();
        let mut active: Vec<Arc<Object>> = self.revisions.all().cloned().collect();
        active.retain(|set| replicas(set) > 0);
        let latest = || {
            let newest = self.revisions.old.last();
            self.revisions.new.as_ref().or(newest).cloned()
        };
        let only = match active.as_slice() {
            [] => latest(),
            [set] => Some(Arc::clone(set)),
            _ => None,
        };
        if let Some(set) = only {
            return self.resize(&set, wanted.replicas);
        }
        if active.is_empty() {
            return Ok(());
        }
        if let Some(new) = &self.revisions.new
            && is_saturated(new, wanted.replicas)
        {
            for set in self.revisions.old.clone() {
                self.resize(&set, 0)?;
            }
            return Ok(());
        }
        if self.recreates() {
            return Ok(());
        }
        let total: i64 = active.iter().map(|set| replicas(set)).sum();
        // The sets are in the order of their age.
        if wanted.most() > total {
            active.reverse();
        }
        active.sort_by_key(|set| std::cmp::Reverse(replicas(set)));
        let before = number(&self.deployment["status"]["replicas"]);
        let share = |set: &Arc<Object>| Share {
            replicas: replicas(set),
            most_before: annotated(set, MOST).unwrap_or(before),
        };
        let shares: Vec<Share> = active.iter().map(share).collect();
        for (set, size) in active.iter().zip(rolling::spread(wanted, &shares)) {
            self.resize(set, size)?;
        }
        Ok(())
    }

    /// Gives a replica set another size, and writes down for which scale that is.
    fn resize(&mut self, set: &Arc<Object>, size: i64) -> Result<(), Status> {
        let before = replicas(set);
        let (desired, most) = self.scale_annotations();
        let noted = annotated(set, DESIRED) == Some(desired) && annotated(set, MOST) == Some(most);
        if before == size && noted {
            return Ok(());
        }
        let change = json!({
            "metadata": {"uid": set["metadata"]["uid"],
                         "annotations": {DESIRED: desired.to_string(), MOST: most.to_string()}},
            "spec": {"replicas": size},
        });
        let changed = self.change_set(set, change)?;
        if before != size {
            let direction = if size > before { "up" } else { "down" };
            let name = text(&set["metadata"]["name"]);
            self.tell(&format!(
                "Scaled {direction} replica set {name} from {before} to {size}"
            ));
        }
        self.revisions.replace(changed);
        Ok(())
    }

    fn scale_annotations(&self) -> (i64, i64) {
        let wanted = self.wanted();
        (wanted.replicas, wanted.replicas + wanted.surge)
    }

    fn tell(&self, message: &str) {
        let recorder = &self.context.recorder;
        recorder.record(
            COMPONENT,
            &self.deployment,
            Severity::Normal,
            "ScalingReplicaSet",
            message,
        );
    }

    fn change_set(&self, set: &Object, change: Value) -> Result<Arc<Object>, Status> {
        let written = self.context.cluster.patch(
            &apps("replicasets"),
            &Key::of(set),
            Subresource::Main,
            &Patch::Merge(change),
            &writes(),
        );
        Ok(written?.object)
    }

    fn write_progress(&mut self) -> Result<Next, Status> {
        progress::write(self)
    }
}

/// How many pods a replica set was told to have.
fn replicas(set: &Object) -> i64 {
    number(&set["spec"]["replicas"])
}

fn size_of(set: &Arc<Object>) -> Size {
    Size {
        replicas: replicas(set),
        available: number(&set["status"]["availableReplicas"]),
    }
}

fn annotated(set: &Object, name: &str) -> Option<i64> {
    let annotations = &set["metadata"]["annotations"];
    annotations[name].as_str()?.parse().ok()
}

/// Whether the new replica set does all of the deployment's work.
fn is_saturated(set: &Object, wanted: i64) -> bool {
    replicas(set) == wanted
        && annotated(set, DESIRED) == Some(wanted)
        && number(&set["status"]["availableReplicas"]) == wanted
}

/// The annotations of a deployment that its replica sets carry too.
fn carried(deployment: &Object) -> Map<String, Value> {
    let own = [
        "kubectl.kubernetes.io/last-applied-configuration",
        "deprecated.deployment.rollback.to",
        revisions::REVISION,
        revisions::HISTORY,
        DESIRED,
        MOST,
    ];
    let all = deployment["metadata"]["annotations"].as_object().cloned();
    let mut all = all.unwrap_or_default();
    all.retain(|name, _| !own.contains(&name.as_str()));
    all
}
