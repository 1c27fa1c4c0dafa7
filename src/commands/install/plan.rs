//! What to apply, stage by stage, made from what the engine renders.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::leave;
use crate::cluster::apply::{Item, Snapshot, Stage};
use crate::cluster::inventory::{Entry, Inventory};
use crate::cluster::object::{Reference, digest, ownership};
use crate::engine::install::object::{Content, Object};
use crate::engine::install::record::Record;
use crate::engine::install::{Resolved, render, stage};

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
pub(super) fn plan(resolved: &Resolved, objects: Vec<Object>, record: &Record) -> Plan {
    let objects = with_home(resolved, objects);
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

/// The objects with the namespace of the control plane.
pub(in crate::commands) fn with_home(resolved: &Resolved, mut objects: Vec<Object>) -> Vec<Object> {
    if let Some(home) = render::home(resolved)
        && !objects.is_empty()
        && !objects.iter().any(|object| object.is_same(&home))
    {
        objects.insert(0, home);
    }
    objects
}

/// The name of a rendered object.
pub(in crate::commands) fn reference(object: &Object) -> Reference {
    Reference {
        api_version: object.api_version.clone(),
        kind: object.kind.clone(),
        namespace: object.namespace.clone(),
        name: object.name.clone(),
    }
}

/// A rendered object as the cluster layer takes it.
pub(crate) fn item(object: &Object) -> Item {
    Item {
        object: reference(object),
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

    /// Whether it has an object.
    pub(super) fn has(&self, object: &Reference) -> bool {
        self.inventory.entries.contains_key(object)
    }

    /// Leaves to tags what they have taken over, see [`leave::to_tags`]. Gives what that comes to, to be said.
    pub(super) fn leave_to_tags(&mut self, before: &Snapshot, tagged: bool) -> Vec<String> {
        let left = leave::to_tags(&mut self.stages, before, tagged);
        let items = self.stages.iter().flat_map(|stage| &stage.items);
        for item in items.filter(|item| left.rewritten.contains(&item.object)) {
            if let Some(entry) = self.inventory.entries.get_mut(&item.object) {
                entry.hash = digest(item.text.as_bytes());
            }
        }
        self.handed_over.extend(left.handed_over);
        left.notes
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
    use crate::engine::install::control_plane;

    /// What the control plane takes over must not make us send an object again.
    #[test]
    fn ownership_looks_away_from_every_field_that_the_control_plane_writes() {
        for field in control_plane::FIELDS {
            let live = |owned: bool| {
                let mut fields = json!({});
                let mut node = &mut fields;
                let (last, above) = field.path.split_last().unwrap();
                for step in above {
                    let key = match *step {
                        control_plane::EACH => r#"k:{"name":"a"}"#.to_owned(),
                        step => format!("f:{step}"),
                    };
                    node["."] = json!({});
                    node = &mut node[key];
                }
                node["."] = json!({});
                if owned {
                    node[format!("f:{last}")] = json!({});
                }
                json!({"metadata": {"uid": "u", "managedFields": [
                    {"manager": "mesh", "operation": "Apply", "fieldsV1": fields}]}})
            };
            assert_eq!(ownership(&live(true)), ownership(&live(false)), "{field:?}");
        }
    }
}
