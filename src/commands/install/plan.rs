//! What to apply, stage by stage, made from what the engine renders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::cluster::apply::{Item, Snapshot, Stage};
use crate::cluster::inventory::{Entry, Inventory};
use crate::cluster::object::{Reference, digest, ownership};
use crate::cluster::readiness::{self, State};
use crate::engine::install::object::{Content, Object};
use crate::engine::install::record::Record;
use crate::engine::install::stage;
use crate::engine::install::{Resolved, render, tags};

/// What an installation applies.
pub(crate) struct Plan {
    pub(super) stages: Vec<Stage>,
    /// By component's label: its objects.
    pub(super) parts: BTreeMap<&'static str, Vec<Reference>>,
    /// As it is when all of it was applied to an empty cluster.
    pub(crate) inventory: Inventory,
    /// What a tag has taken over.
    handed_over: BTreeSet<Reference>,
}

/// Puts rendered objects into stages.
///
/// The namespace is made also where the configuration leaves out what it comes with.
pub(super) fn plan(resolved: &Resolved, mut objects: Vec<Object>, record: &Record) -> Plan {
    if let Some(home) = render::home(resolved)
        && !objects.is_empty()
        && !objects.iter().any(|object| object.is_same(&home))
    {
        objects.insert(0, home);
    }
    let mut parts: BTreeMap<&'static str, Vec<Reference>> = BTreeMap::new();
    let mut entries = BTreeMap::new();
    let mut stages = Vec::new();
    for stage in stage::stages(objects) {
        let gate = stage.gate;
        let mut out = Stage::default();
        for object in &stage.objects {
            let item = item(object);
            let entry = Entry {
                object: item.object.clone(),
                created: true,
                wanted: true,
                hash: digest(item.text.as_bytes()),
                fields: String::new(),
            };
            entries.insert(item.object.clone(), entry);
            parts
                .entry(object.component)
                .or_default()
                .push(item.object.clone());
            if gate.holds(object) {
                out.gate.push(item.object.clone());
            }
            out.items.push(item);
        }
        stages.push(out);
    }
    let hashes: String = entries
        .values()
        .map(|it: &Entry| it.hash.as_str())
        .collect();
    let inventory = Inventory {
        namespace: resolved.istio_namespace().to_owned(),
        revision: resolved.revision().to_owned(),
        complete: false,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        inputs: json!(record),
        hash: digest(hashes.as_bytes()),
        entries,
    };
    Plan {
        stages,
        parts,
        inventory,
        handed_over: BTreeSet::new(),
    }
}

/// A rendered object as the cluster layer takes it.
pub(crate) fn item(object: &Object) -> Item {
    Item {
        object: Reference {
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
        },
        text: match &object.content {
            Content::Tree(tree) => tree.to_string().into(),
            Content::Text(text) => (*text).into(),
        },
        force: false,
    }
}

impl Plan {
    /// Every object.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Reference> {
        self.parts.values().flatten()
    }

    /// Once istiod is up it makes its validating webhook fail closed (`failurePolicy: Fail`), which the manifest has fail open.
    /// While istiod answers, that is left as it is; when it does not, it is reset, lest it refuse what would bring istiod back.
    pub(super) fn leave_to_the_control_plane(&mut self, before: &Snapshot) {
        let answers = before.iter().any(|(object, live)| {
            object.is("apps", "Deployment")
                && live["metadata"]["labels"]["app"] == "istiod"
                && readiness::ready(object, Some(live)) == State::Done
        });
        let items = self.stages.iter_mut().flat_map(|stage| &mut stage.items);
        for item in items.filter(|item| item.object.is(ADMISSION, "ValidatingWebhookConfiguration"))
        {
            if let Some(live) = before.get(&item.object) {
                leave_failure_policy(item, live, answers);
            }
        }
    }
}

impl Plan {
    /// What `mesh tag set` has taken over is not taken back: the validating webhook that leads to the tag's revision now, and the
    /// injecting one of the default revision, which it keeps from acting as long as there is a tag `default` (`tagged`). Gives
    /// what that comes to, to be said.
    pub(super) fn leave_to_tags(&mut self, before: &Snapshot, tagged: bool) -> Vec<String> {
        let mut notes = Vec::new();
        let items = self.stages.iter_mut().flat_map(|stage| &mut stage.items);
        for item in items.filter(|item| item.object.group() == ADMISSION) {
            let Some(live) = before.get(&item.object) else {
                continue;
            };
            let Ok(mut wanted) = serde_json::from_str::<Value>(&item.text) else {
                continue;
            };
            let name = &item.object.name;
            let tag = |object: &Value| {
                object["metadata"]["labels"][tags::TAG]
                    .as_str()
                    .map(str::to_owned)
            };
            match tag(live) {
                Some(tag_of) if tag(&wanted).is_none() => {
                    notes.push(format!(
                        "{} belongs to tag `{tag_of}` and is left as it is",
                        item.object
                    ));
                    self.handed_over.insert(item.object.clone());
                }
                _ if !tags::is_silenced(live) => {}
                _ if tagged => {
                    notes.push(format!(
                        "`{name}` does not inject: tag `{}` does",
                        tags::DEFAULT
                    ));
                    tags::leave_silenced(&mut wanted);
                    item.text = wanted.to_string().into();
                    if let Some(entry) = self.inventory.entries.get_mut(&item.object) {
                        entry.hash = digest(item.text.as_bytes());
                    }
                }
                _ => {
                    notes.push(format!(
                        "`{name}` injects again: there is no tag `{}` any more",
                        tags::DEFAULT
                    ));
                    item.force = true;
                }
            }
        }
        notes
    }

    /// What was applied before as it is wanted now, and in which nobody has changed a field of ours since; and what is not ours to
    /// change.
    pub(super) fn unchanged(
        &self,
        kept: Option<&Inventory>,
        before: &Snapshot,
    ) -> BTreeSet<Reference> {
        let is_as_wanted = |item: &Item| {
            let object = &item.object;
            let old = kept.and_then(|kept| kept.entries.get(object));
            let new = self.inventory.entries.get(object);
            let (Some(old), Some(new), Some(live)) = (old, new, before.get(object)) else {
                return false;
            };
            !item.force
                && live["metadata"].get("deletionTimestamp").is_none()
                && !old.hash.is_empty()
                && old.hash == new.hash
                && old.fields == ownership(live)
        };
        let items = self.stages.iter().flat_map(|stage| &stage.items);
        let unchanged = items
            .filter(|item| is_as_wanted(item))
            .map(|item| &item.object);
        unchanged.chain(&self.handed_over).cloned().collect()
    }
}

const ADMISSION: &str = "admissionregistration.k8s.io";

fn leave_failure_policy(item: &mut Item, live: &Value, answers: bool) {
    let Ok(mut wanted) = serde_json::from_str::<Value>(&item.text) else {
        return;
    };
    let policy = |webhook: &Value| {
        let live = live["webhooks"].as_array().into_iter().flatten();
        let same = live.filter(|one| one["name"] == webhook["name"]);
        same.map(|one| one["failurePolicy"].clone()).next()
    };
    let webhooks = wanted["webhooks"].as_array_mut().into_iter().flatten();
    for webhook in webhooks {
        let differs = policy(webhook).is_some_and(|live| live != webhook["failurePolicy"]);
        if differs && answers {
            webhook
                .as_object_mut()
                .map(|webhook| webhook.remove("failurePolicy"));
        } else if differs {
            item.force = true;
        }
    }
    item.text = wanted.to_string().into();
}

/// Takes matching objects out of the stages, as a stage of their own that has to be ready.
pub(super) fn take_out(stages: &mut [Stage], matches: impl Fn(&Reference) -> bool) -> Stage {
    let mut taken = Stage::default();
    for stage in stages {
        let (out, rest) = std::mem::take(&mut stage.items)
            .into_iter()
            .partition(|item| matches(&item.object));
        stage.items = rest;
        stage.gate.retain(|object| !matches(object));
        taken.items.extend::<Vec<Item>>(out);
    }
    taken.gate = taken.items.iter().map(|item| item.object.clone()).collect();
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(policy: &str) -> Value {
        json!({"webhooks": [{"name": "rev.validation.istio.io", "failurePolicy": policy}]})
    }

    fn item() -> Item {
        Item {
            object: Reference::new("v1", "ValidatingWebhookConfiguration", None, "a"),
            text: webhook("Ignore").to_string().into(),
            force: false,
        }
    }

    #[test]
    fn leaves_the_failure_policy_to_an_istiod_that_answers() {
        let mut item = item();
        leave_failure_policy(&mut item, &webhook("Fail"), true);
        assert!(!item.text.contains("failurePolicy"), "{}", item.text);
        assert!(!item.force);
    }

    #[test]
    fn resets_the_failure_policy_of_an_istiod_that_does_not() {
        let mut item = item();
        leave_failure_policy(&mut item, &webhook("Fail"), false);
        assert!(item.text.contains("Ignore") && item.force);
        let mut item = self::item();
        leave_failure_policy(&mut item, &webhook("Ignore"), false);
        assert!(!item.force);
    }
}
