//! What to apply, stage by stage, made from what the engine renders.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::cluster::apply::{Item, Snapshot, Stage};
use crate::cluster::inventory::{Entry, Inventory};
use crate::cluster::object::Reference;
use crate::cluster::readiness::{self, State};
use crate::engine::install::object::{Content, Object};
use crate::engine::install::record::Record;
use crate::engine::install::stage;
use crate::engine::install::{Resolved, render};

/// What an installation applies.
pub(super) struct Plan {
    pub(super) stages: Vec<Stage>,
    /// By component's label: its objects.
    pub(super) parts: BTreeMap<&'static str, Vec<Reference>>,
    /// As it is when all of it was applied to an empty cluster.
    pub(super) inventory: Inventory,
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
    let mut hash = Sha256::new();
    let mut stages = Vec::new();
    for stage in stage::stages(objects) {
        let gate = stage.gate;
        let mut out = Stage::default();
        for object in &stage.objects {
            let item = item(object);
            hash.update(item.text.as_bytes());
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
    let entries = parts.values().flatten().map(|object| {
        let entry = Entry {
            object: object.clone(),
            created: true,
            wanted: true,
        };
        (object.clone(), entry)
    });
    let inventory = Inventory {
        namespace: resolved.istio_namespace().to_owned(),
        revision: resolved.revision().to_owned(),
        complete: false,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        inputs: json!(record),
        hash: hex(&hash.finalize()),
        entries: entries.collect(),
    };
    Plan {
        stages,
        parts,
        inventory,
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
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
    pub(super) fn objects(&self) -> impl Iterator<Item = &Reference> {
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
        for item in items.filter(|item| {
            item.object.is(
                "admissionregistration.k8s.io",
                "ValidatingWebhookConfiguration",
            )
        }) {
            if let Some(live) = before.get(&item.object) {
                leave_failure_policy(item, live, answers);
            }
        }
    }
}

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
