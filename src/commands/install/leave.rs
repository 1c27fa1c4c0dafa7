//! What of a plan is left to others: fields that the control plane writes, and webhooks that a tag has taken over.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::cluster::apply::{Item, Snapshot, Stage};
use crate::cluster::object::Reference;
use crate::engine::install::{control_plane, tags};

/// Leaves to the control plane what it writes itself (`engine/install/control_plane.rs`), as long as it answers; when it does not,
/// what would keep it from coming back is taken from it.
pub(in crate::commands) fn to_the_control_plane(stages: &mut [Stage], before: &Snapshot) {
    // While it is rolled out, be it that the new pods do not start, the old ones answer.
    let answers = before.iter().any(|(object, live)| {
        object.is("apps", "Deployment")
            && live["metadata"]["labels"]["app"] == "istiod"
            && live["status"]["availableReplicas"].as_u64() > Some(0)
    });
    for item in stages.iter_mut().flat_map(|stage| &mut stage.items) {
        let (group, kind) = (item.object.group(), item.object.kind.as_str());
        let Some(live) = before.get(&item.object) else {
            continue;
        };
        if control_plane::fields(group, kind).next().is_none() {
            continue;
        }
        if let Ok(mut wanted) = serde_json::from_str::<Value>(&item.text) {
            item.force |= control_plane::leave(group, kind, &mut wanted, live, answers);
            item.text = wanted.to_string().into();
        }
    }
}

/// What was left to tags.
#[derive(Debug, Default)]
pub(in crate::commands) struct Left {
    /// What that comes to, to be said.
    pub(in crate::commands) notes: Vec<String>,
    /// What is not to be touched.
    pub(in crate::commands) handed_over: BTreeSet<Reference>,
    /// What is applied otherwise than it was rendered.
    pub(super) rewritten: Vec<Reference>,
}

/// What `mesh tag set` has taken over is not taken back: the validating webhook that leads to the tag's revision now, and the
/// injecting one of the default revision, which it keeps from acting as long as there is a tag `default` (`tagged`).
pub(in crate::commands) fn to_tags(stages: &mut [Stage], before: &Snapshot, tagged: bool) -> Left {
    let mut left = Left::default();
    let items = stages.iter_mut().flat_map(|stage| &mut stage.items);
    for item in items.filter(|item| item.object.group() == ADMISSION) {
        if let Some(live) = before.get(&item.object) {
            left.one(item, live, tagged);
        }
    }
    left
}

const ADMISSION: &str = "admissionregistration.k8s.io";

impl Left {
    fn one(&mut self, item: &mut Item, live: &Value, tagged: bool) {
        let Ok(mut wanted) = serde_json::from_str::<Value>(&item.text) else {
            return;
        };
        let name = &item.object.name;
        let tag = |object: &Value| {
            let tag = object["metadata"]["labels"][tags::TAG].as_str();
            tag.map(str::to_owned)
        };
        match tag(live) {
            Some(tag_of) if tag(&wanted).is_none() => {
                self.notes.push(format!(
                    "{} belongs to tag `{tag_of}` and is left as it is",
                    item.object
                ));
                self.handed_over.insert(item.object.clone());
            }
            _ if !tags::is_silenced(live) => {}
            _ if tagged => {
                self.notes.push(format!(
                    "`{name}` does not inject: tag `{}` does",
                    tags::DEFAULT
                ));
                tags::leave_silenced(&mut wanted);
                item.text = wanted.to_string().into();
                self.rewritten.push(item.object.clone());
            }
            _ => {
                self.notes.push(format!(
                    "`{name}` injects again: there is no tag `{}` any more",
                    tags::DEFAULT
                ));
                item.force = true;
            }
        }
    }
}
