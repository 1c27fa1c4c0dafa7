//! A deployment's replica sets by revision: which is the new one, what numbers they have, which are no longer needed.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{COMPONENT, DESIRED, MOST, Rollout, carried, replicas};
use crate::sandbox::api::options::{DeleteOptions, Patch, Subresource};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, Object, clock};
use crate::sandbox::controllers::pods::{controller_reference, is_terminating};
use crate::sandbox::controllers::runtime::recorder::Severity;
use crate::sandbox::controllers::{apps, number, templates, text, writes};

pub(super) const REVISION: &str = "deployment.kubernetes.io/revision";
/// The earlier numbers of a replica set that came back into use, separated by commas.
pub(super) const HISTORY: &str = "deployment.kubernetes.io/revision-history";

/// The replica sets of a deployment.
pub(super) struct Revisions {
    /// The one of the present template.
    pub(super) new: Option<Arc<Object>>,
    /// All others, from the oldest on.
    pub(super) old: Vec<Arc<Object>>,
}

impl Revisions {
    pub(super) fn of(deployment: &Object, mut sets: Vec<Arc<Object>>) -> Self {
        sets.sort_by_key(|set| age(set));
        let template = &deployment["spec"]["template"];
        let is_new = |set: &Arc<Object>| {
            templates::without_hash(&set["spec"]["template"]) == templates::without_hash(template)
        };
        // Of several the oldest, so that the choice lasts.
        let at = sets.iter().position(is_new);
        let new = at.map(|at| sets.remove(at));
        Self { new, old: sets }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.new.iter().chain(&self.old)
    }

    /// Puts a replica set as it was written in the place of what it was.
    pub(super) fn replace(&mut self, changed: Arc<Object>) {
        for set in self.new.iter_mut().chain(&mut self.old) {
            if set["metadata"]["uid"] == changed["metadata"]["uid"] {
                *set = changed;
                return;
            }
        }
    }
}

/// Creation, then name.
fn age(set: &Object) -> (i64, String) {
    let metadata = &set["metadata"];
    let created = clock::parse(text(&metadata["creationTimestamp"])).unwrap_or_default();
    (created, text(&metadata["name"]).to_owned())
}

/// The number of an object's revision; 0 for none.
fn revision(object: &Object) -> i64 {
    let number = text(&object["metadata"]["annotations"][REVISION]).parse();
    number.unwrap_or_default()
}

impl Rollout<'_> {
    fn next_revision(&self) -> i64 {
        let old = self.revisions.old.iter().map(|set| revision(set)).max();
        old.unwrap_or_default() + 1
    }

    /// Numbers the new replica set, where there is one, and the deployment after it.
    pub(super) fn sync_revision(&mut self) -> Result<(), Status> {
        let Some(new) = self.revisions.new.clone() else {
            return Ok(());
        };
        let minimum = &self.spec()["minReadySeconds"];
        let mut annotations = carried(&self.deployment);
        let (before, next) = (revision(&new), self.next_revision());
        if before < next {
            annotations.insert(REVISION.to_owned(), json!(next.to_string()));
            if before > 0 {
                let history = text(&new["metadata"]["annotations"][HISTORY]);
                let history = if history.is_empty() {
                    before.to_string()
                } else {
                    format!("{history},{before}")
                };
                annotations.insert(HISTORY.to_owned(), json!(history));
            }
        }
        let own = &new["metadata"]["annotations"];
        annotations.retain(|name, value| own[name.as_str()] != *value);
        let other_minimum = number(&new["spec"]["minReadySeconds"]) != number(minimum);
        if !annotations.is_empty() || other_minimum {
            let change = json!({
                "metadata": {"uid": new["metadata"]["uid"], "annotations": annotations},
                "spec": {"minReadySeconds": minimum},
            });
            let changed = self.change_set(&new, change)?;
            self.revisions.replace(changed);
        }
        self.number_deployment(before.max(next))
    }

    fn number_deployment(&mut self, number: i64) -> Result<(), Status> {
        if revision(&self.deployment) == number {
            return Ok(());
        }
        let change = json!({"metadata": {"uid": self.deployment["metadata"]["uid"],
            "annotations": {REVISION: number.to_string()}}});
        let written = self.context.cluster.patch(
            &apps("deployments"),
            &Key::of(&self.deployment),
            Subresource::Status,
            &Patch::Merge(change),
            &writes(),
        );
        let written = written?.object;
        // What the user changed meanwhile is looked at with a fresh mind.
        if written["spec"] != self.deployment["spec"] {
            let info = self
                .context
                .cluster
                .resource("apps", "v1", "deployments")
                .ok_or_else(Status::no_such_path)?;
            return Err(Status::modified(&info, text(&written["metadata"]["name"])));
        }
        self.deployment = written;
        Ok(())
    }

    /// Makes the replica set of the present template, if there is none.
    pub(super) fn ensure_new(&mut self) -> Result<(), Status> {
        if self.revisions.new.is_some() {
            return Ok(());
        }
        let (object, name) = self.new_set();
        let wanted = number(&object["spec"]["replicas"]);
        let namespace = self.deployment["metadata"]["namespace"].as_str();
        let made = self
            .context
            .cluster
            .create(&apps("replicasets"), namespace, object, &writes());
        match made {
            Ok(written) => {
                let number = revision(&written.object);
                self.revisions.new = Some(written.object);
                self.created = true;
                if wanted > 0 {
                    self.tell(&format!("Scaled up replica set {name} from 0 to {wanted}"));
                }
                self.number_deployment(number)
            }
            Err(status) if status.reason == "AlreadyExists" => {
                self.note_collision()?;
                Err(status)
            }
            Err(status) => {
                let message = format!("Failed to create new replica set {name:?}: {status}");
                let recorder = &self.context.recorder;
                recorder.record(
                    COMPONENT,
                    &self.deployment,
                    Severity::Warning,
                    "ReplicaSetCreateError",
                    &message,
                );
                self.failure = Some(status.clone());
                Err(status)
            }
        }
    }

    fn new_set(&self) -> (Object, String) {
        let spec = self.spec();
        let collisions = number(&self.deployment["status"]["collisionCount"]);
        let mut template = spec["template"].clone();
        let hash = templates::hash(&templates::without_hash(&template), collisions);
        template["metadata"]["labels"][templates::HASH] = json!(hash);
        let mut selector = spec["selector"].clone();
        selector["matchLabels"][templates::HASH] = json!(hash);
        let name = format!("{}-{hash}", text(&self.deployment["metadata"]["name"]));
        let wanted = self.wanted();
        let total = self.revisions.all().map(|set| replicas(set)).sum();
        let (desired, most) = self.scale_annotations();
        let mut annotations = carried(&self.deployment);
        let noted = [
            (REVISION, self.next_revision()),
            (DESIRED, desired),
            (MOST, most),
        ];
        for (name, number) in noted {
            annotations.insert(name.to_owned(), json!(number.to_string()));
        }
        let object = json!({
            "metadata": {"name": name, "labels": template["metadata"]["labels"], "annotations": annotations,
                         "ownerReferences": [controller_reference(&self.deployment)]},
            "spec": {"replicas": wanted.new_size(0, total), "minReadySeconds": number(&spec["minReadySeconds"]),
                     "selector": selector, "template": template},
        });
        (object, name)
    }

    /// Somebody has the name that the new replica set should have: the next one gets another.
    fn note_collision(&self) -> Result<(), Status> {
        let mut status = self.deployment["status"].clone();
        status["collisionCount"] = json!(number(&status["collisionCount"]) + 1);
        let kind = apps("deployments");
        super::super::write_status(self.context, &kind, &self.deployment, &status)
    }

    /// Deletes the replica sets that no rollback will need: the oldest revisions above the limit.
    pub(super) fn forget(&mut self) -> Result<(), Status> {
        let Some(limit) = self.spec()["revisionHistoryLimit"].as_i64() else {
            return Ok(());
        };
        let mut old: Vec<Arc<Object>> = self.revisions.old.clone();
        old.retain(|set| !is_terminating(set));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let surplus = old.len().saturating_sub(limit);
        old.sort_by_key(|set| revision(set));
        for set in &old[..surplus] {
            let observed = number(&set["status"]["observedGeneration"]);
            let seen = observed >= number(&set["metadata"]["generation"]);
            let unused = replicas(set) == 0 && number(&set["status"]["replicas"]) == 0;
            if !(seen && unused) {
                continue;
            }
            let options = DeleteOptions::default();
            let deleted =
                self.context
                    .cluster
                    .delete(&apps("replicasets"), &Key::of(set), &options);
            match deleted {
                Err(status) if status.code != 404 => return Err(status),
                _ => {}
            }
            let uid: &Value = &set["metadata"]["uid"];
            self.revisions
                .old
                .retain(|one| one["metadata"]["uid"] != *uid);
        }
        Ok(())
    }
}
