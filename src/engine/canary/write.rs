//! What is sent to a cluster to carry a plan out, and what takes it back.
//!
//! Patches are JSON Patch on the raw object, never server-side apply, which would take possession of all routes. Each opens
//! with tests of the version that was read and of the routes that it changes, so that it applies to what was planned on or
//! not at all. The record of the change ([`super::state`]) is part of it.

use std::collections::BTreeSet;

use serde_json::{Map, json};

use super::preconditions::subsets;
use super::shift::{Plan, Row};
use super::state::{self, Entry, HISTORY, LONGEST, Memory, Phase, Release, STATE, Stamp, State};
use super::{Object, draft, host};
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;
use crate::yaml::edit::Operation;
use crate::yaml::node::{Path, Step};

/// A change of one object in a cluster.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    /// The object is new, and complete.
    Create(Object),
    Patch(Patch),
    /// The object as it was read.
    Delete(Object),
}

/// Edits of an object that is there.
#[derive(Clone, Debug)]
pub(crate) struct Patch {
    /// As it was read.
    pub(crate) before: Object,
    pub(crate) after: Value,
    operations: Vec<Operation>,
}

/// What is written down about a change.
#[derive(Clone, Debug)]
pub(crate) struct Record<'a> {
    pub(crate) stamp: &'a Stamp,
    /// Its full name.
    pub(crate) service: &'a str,
    pub(crate) release: Standing,
    /// Take the object as it is, whoever edited it.
    pub(crate) adopt: bool,
}

/// Where a service's release stands after a change.
#[derive(Clone, Debug)]
pub(crate) enum Standing {
    Same,
    At(Release),
    /// Nothing is on record, as before the first change.
    Forgotten,
}

impl Write {
    /// The object's kind, namespace and name.
    pub(crate) fn object(&self) -> &Object {
        match self {
            Self::Create(object) | Self::Delete(object) => object,
            Self::Patch(patch) => &patch.before,
        }
    }

    /// What the object is then; nothing if it is deleted.
    pub(crate) fn after(&self) -> Option<&Value> {
        match self {
            Self::Create(object) => Some(&object.value),
            Self::Patch(patch) => Some(&patch.after),
            Self::Delete(_) => None,
        }
    }
}

impl Patch {
    /// The body of the request: an RFC 6902 patch.
    pub(crate) fn body(&self) -> Value {
        let before = &self.before.value;
        let mut body = tests(before, self.operations.iter().map(Operation::path));
        body.extend(self.operations.iter().map(Operation::to_json));
        Value::Array(body)
    }

    /// The patch that takes it back, if the object is still what was `stored`.
    pub(crate) fn inverse(&self, stored: &Value) -> Value {
        let undo = invert(&self.before.value, &self.operations);
        let mut body = tests(stored, undo.iter().map(Operation::path));
        body.extend(undo.iter().map(Operation::to_json));
        Value::Array(body)
    }

    /// Whether the server stored what was sent.
    pub(crate) fn is_stored(&self, stored: &Value) -> bool {
        ["http", "tls", "tcp", "subsets"].iter().all(|list| {
            let pointer = format!("/spec/{list}");
            stored.pointer(&pointer) == self.after.pointer(&pointer)
        })
    }
}

/// Tests of the version and of what stands now where it is edited.
fn tests<'a>(object: &Value, edited: impl Iterator<Item = &'a Path>) -> Vec<Value> {
    let mut places = BTreeSet::new();
    for path in edited {
        match path.steps() {
            [first, list, index @ Step::Index(_), ..] if *first == Step::from("spec") => {
                let item = Path::from_iter([first.clone(), list.clone(), index.clone()]).pointer();
                places.insert(format!("{item}/route"));
                places.insert(item);
            }
            _ => {}
        }
    }
    let version = "/metadata/resourceVersion";
    let mut tests = vec![json!({"op": "test", "path": version, "value": object.pointer(version)})];
    for place in &places {
        // A route's destinations if it has any, else the whole of what stands there.
        let has_route = places.contains(&format!("{place}/route"))
            && object.pointer(&format!("{place}/route")).is_some();
        if let (false, Some(value)) = (has_route, object.pointer(place)) {
            tests.push(json!({"op": "test", "path": place, "value": value}));
        }
    }
    tests
}

/// The patch of an object, with its record.
///
/// Errors: conflict (3) if somebody else edited the object since these commands did.
pub(crate) fn patch(object: &Object, edits: &[Operation], record: &Record<'_>) -> Result<Write> {
    let memory = state::checked(object, record.adopt)?;
    let mut after = object.value.clone();
    make(&mut after, edits, object)?;
    let undo = invert(&object.value, edits);
    let entry = entry(record, &after["spec"], &undo, &memory);
    remember(object, edits, after, memory, entry, record)
}

/// What is to be written for a plan, in the order of the objects. `draft` is the place of an object that is not there yet.
///
/// Errors: conflict (3) if somebody else edited an object since these commands did.
pub(crate) fn of_plan(
    objects: &[Object],
    plan: &Plan,
    draft: Option<usize>,
    stamp: &Stamp,
    adopt: bool,
) -> Result<Vec<Write>> {
    let changed: BTreeSet<usize> = plan
        .routes
        .iter()
        .filter(|route| !route.edits.is_empty())
        .map(|route| route.object)
        .collect();
    let write = |index: usize| {
        let object = &objects[index];
        let routes = plan.routes.iter().filter(|route| route.object == index);
        let edits: Vec<Operation> = routes
            .clone()
            .flat_map(|route| &route.edits)
            .map(|edit| edit.operation.clone())
            .collect();
        let known = subsets(objects, &plan.service, &object.namespace);
        let memory = Memory::or_none(object);
        let is_version = |name: &str| known.find(name).is_some();
        let release = routes
            .filter(|route| !route.is_rule)
            .find_map(|route| release(&route.rows, memory.release(&plan.service), is_version));
        let release = release.map_or(Standing::Same, Standing::At);
        let record = Record {
            stamp,
            service: &plan.service,
            release,
            adopt,
        };
        if draft == Some(index) {
            let mut object = object.clone();
            make(&mut object.value, &edits, &objects[index])?;
            draft::tidy(&mut object.value);
            return Ok(create(object, &record));
        }
        patch(object, &edits, &record)
    };
    changed.into_iter().map(write).collect()
}

/// Who has the requests, if versions (with their shares) are all there are.
pub(super) fn phase(shares: &[(&str, u32)], stable: &str, canary: Option<&str>) -> Phase {
    let total: u32 = shares.iter().map(|(_, share)| share).sum();
    let share = |name: &str| {
        shares
            .iter()
            .find(|each| each.0 == name)
            .map_or(0, |each| each.1)
    };
    if share(stable) == total {
        Phase::Stable
    } else if canary.is_some_and(|canary| share(canary) == total) {
        Phase::Shifted
    } else {
        Phase::Shifting
    }
}

/// Where a release stands after a change of shares. The first change says which version is stable: the one that has the most.
fn release(
    rows: &[Row],
    old: Option<&Release>,
    is_version: impl Fn(&str) -> bool,
) -> Option<Release> {
    let versions: Vec<&Row> = rows
        .iter()
        .filter(|row| is_version(&row.destination))
        .collect();
    let most = |share: &dyn Fn(&Row) -> u32, but: Option<&str>| {
        let rest = versions
            .iter()
            .filter(|row| Some(row.destination.as_str()) != but);
        let shares = rest.rev().map(|row| (share(row), &row.destination));
        let best = shares.max_by_key(|(share, _)| *share)?;
        (best.0 > 0).then(|| best.1.clone())
    };
    let before = |row: &Row| row.before.unwrap_or(0);
    let stable = old
        .map(|old| old.stable.clone())
        .or_else(|| most(&before, None))
        .or_else(|| most(&|row| row.after, None))?;
    let canary = old
        .and_then(|old| old.canary.clone())
        .or_else(|| most(&|row| row.after, Some(&stable)));
    let shares: Vec<(&str, u32)> = versions
        .iter()
        .map(|row| (row.destination.as_str(), row.after))
        .collect();
    let phase = phase(&shares, &stable, canary.as_deref());
    Some(Release {
        stable,
        canary,
        phase,
    })
}

/// The new object, with its record. Its `spec` must be complete.
pub(crate) fn create(mut object: Object, record: &Record<'_>) -> Write {
    let memory = Memory::default();
    let mut entry = entry(record, &object.value["spec"], &[], &memory);
    entry.created = true;
    let annotations = annotations(memory, entry, record);
    let mut map = Map::new();
    for (name, text) in annotations {
        map.insert(name.to_owned(), text.into());
    }
    object.value["metadata"]["annotations"] = Value::Object(map);
    Write::Create(object)
}

fn make(value: &mut Value, edits: &[Operation], object: &Object) -> Result<()> {
    let wrong = edits.iter().find(|edit| !edit.apply_to(value));
    wrong.map_or(Ok(()), |edit| {
        Err(Error::new(
            Kind::Internal,
            format!(
                "the plan for {} does not fit it at `{}`",
                object.label(),
                edit.path()
            ),
        ))
    })
}

fn entry(record: &Record<'_>, spec: &Value, undo: &[Operation], memory: &Memory) -> Entry {
    Entry {
        change: record.stamp.change.clone(),
        service: host::short(record.service).to_owned(),
        command: record.stamp.command.clone(),
        actor: record.stamp.actor.clone(),
        time: record.stamp.time.clone(),
        undo: undo.iter().map(Operation::to_json).collect(),
        hash: state::hash(spec),
        created: false,
        release: memory.release(record.service).cloned(),
    }
}

fn remember(
    object: &Object,
    edits: &[Operation],
    mut after: Value,
    memory: Memory,
    entry: Entry,
    record: &Record<'_>,
) -> Result<Write> {
    let mut operations = edits.to_vec();
    let metadata = Path::from_iter(["metadata", "annotations"]);
    let there = after.pointer("/metadata/annotations").cloned();
    let mut notes = Vec::new();
    if there.as_ref().is_none_or(|there| !there.is_object()) {
        notes.push(Operation::Add {
            path: metadata.clone(),
            value: json!({}),
        });
    }
    for (name, text) in annotations(memory, entry, record) {
        let path = metadata.join(name);
        let value = Value::from(text);
        let known = there
            .as_ref()
            .is_some_and(|there| there.get(name).is_some());
        notes.push(if known {
            Operation::Replace { path, value }
        } else {
            Operation::Add { path, value }
        });
    }
    make(&mut after, &notes, object)?;
    operations.extend(notes);
    Ok(Write::Patch(Patch {
        before: object.clone(),
        after,
        operations,
    }))
}

/// The two annotations after a change. A rule has no state: that is the routes' matter.
fn annotations(memory: Memory, entry: Entry, record: &Record<'_>) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let had_state = memory.state.is_some();
    let mut state = memory.state.unwrap_or_default();
    let service = host::short(record.service);
    match &record.release {
        Standing::Same => {}
        Standing::At(release) => {
            state.services.insert(service.to_owned(), release.clone());
        }
        Standing::Forgotten => {
            state.services.remove(service);
        }
    }
    if had_state || !state.services.is_empty() {
        let state = State {
            services: state.services,
            hash: entry.hash.clone(),
            actor: entry.actor.clone(),
            time: entry.time.clone(),
        };
        all.push((STATE, text(&state)));
    }
    let mut history = memory.history;
    history.push(entry);
    let surplus = history.len().saturating_sub(LONGEST);
    history.drain(..surplus);
    all.push((HISTORY, text(&history)));
    all
}

fn text<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("it has no maps with keys that are not texts")
}

/// The operations that take `edits` of `value` back, in the order in which they are to be made.
pub(super) fn invert(value: &Value, edits: &[Operation]) -> Vec<Operation> {
    let mut current = value.clone();
    let mut undo = Vec::new();
    for edit in edits {
        let old = current.pointer(&edit.path().pointer()).cloned();
        undo.push(match (edit, old) {
            (Operation::Add { path, .. }, _) => Operation::Remove { path: path.clone() },
            (Operation::Replace { path, .. }, Some(value)) => Operation::Replace {
                path: path.clone(),
                value,
            },
            (Operation::Remove { path }, Some(value)) => Operation::Add {
                path: path.clone(),
                value,
            },
            (Operation::Replace { .. } | Operation::Remove { .. }, None) => continue,
        });
        edit.apply_to(&mut current);
    }
    undo.reverse();
    undo
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::canary::undo;

    fn service(weights: &[u32]) -> Object {
        let route: Vec<Value> = weights
            .iter()
            .enumerate()
            .map(|(index, weight)| {
                json!({"destination": {"host": "reviews", "subset": format!("v{index}")}, "weight": weight, "unheardOf": {"a": [1]}})
            })
            .collect();
        let value = json!({
            "metadata": {"name": "reviews", "namespace": "shop", "resourceVersion": "7", "annotations": {"a": "b"}},
            "spec": {"hosts": ["reviews"], "http": [{"timeout": "3s", "route": route}], "unheardOf": null},
        });
        Object::from_cluster(value, "VirtualService").expect("it has a name")
    }

    fn stamp(number: usize) -> Stamp {
        Stamp {
            change: format!("{number:04}"),
            actor: "jane".to_owned(),
            time: "2026-11-24T10:00:00Z".to_owned(),
            command: format!("shift {number}"),
        }
    }

    const SERVICE: &str = "reviews.shop.svc.cluster.local";

    fn weight(object: &Object, index: usize, weight: u32, number: usize) -> Object {
        let path = Path::from_iter(["spec", "http"])
            .join(0usize)
            .join("route")
            .join(index)
            .join("weight");
        let edits = [Operation::Replace {
            path,
            value: weight.into(),
        }];
        let stamp = stamp(number);
        let record = Record {
            stamp: &stamp,
            service: SERVICE,
            release: Standing::Same,
            adopt: false,
        };
        let Ok(Write::Patch(patch)) = patch(object, &edits, &record) else {
            panic!("it is a patch")
        };
        Object {
            value: patch.after,
            ..object.clone()
        }
    }

    proptest! {
        #[test]
        fn what_was_changed_and_taken_back_is_as_it_was(
            weights in prop::collection::vec(0u32..200, 1..4),
            changes in prop::collection::vec((0usize..3, 0u32..200), 1..9),
        ) {
            let first = service(&weights);
            let mut object = first.clone();
            for (number, (index, share)) in changes.iter().enumerate() {
                object = weight(&object, index % weights.len(), *share, number);
            }
            let (_, writes) = undo::plan(&[object], SERVICE, Some(0), &stamp(99), false).expect("a plan");
            let after = writes[0].after().expect("it stays");
            prop_assert_eq!(&after["spec"], &first.value["spec"]);
            prop_assert_eq!(&after["metadata"]["annotations"]["a"], "b");
        }
    }

    #[test]
    fn a_patch_tests_what_it_was_planned_on_and_touches_nothing_else() {
        let object = service(&[90, 10]);
        let path = Path::from_iter(["spec", "http"])
            .join(0usize)
            .join("route")
            .join(1usize)
            .join("weight");
        let stamp = stamp(1);
        let record = Record {
            stamp: &stamp,
            service: SERVICE,
            release: Standing::Same,
            adopt: false,
        };
        let edits = [Operation::Replace {
            path,
            value: 20.into(),
        }];
        let Ok(Write::Patch(patch)) = patch(&object, &edits, &record) else {
            panic!("it is a patch")
        };
        let body = patch.body();
        assert_eq!(
            body[0],
            json!({"op": "test", "path": "/metadata/resourceVersion", "value": "7"})
        );
        assert_eq!(body[1]["op"], "test");
        assert_eq!(body[1]["path"], "/spec/http/0/route");
        assert_eq!(body[1]["value"], object.value["spec"]["http"][0]["route"]);
        let paths: Vec<&str> = body
            .as_array()
            .into_iter()
            .flatten()
            .skip(2)
            .filter_map(|one| one["path"].as_str())
            .collect();
        assert_eq!(
            paths,
            [
                "/spec/http/0/route/1/weight",
                "/metadata/annotations/canary.mesh~1history"
            ]
        );
    }

    #[test]
    fn changes_are_taken_back_in_the_order_in_which_they_were_made_whenever_their_commands_began() {
        let first = service(&[90, 10]);
        let mut object = first.clone();
        for (share, began) in [(80, 3), (70, 1), (60, 2)] {
            object = weight(&object, 0, share, began);
        }
        let objects = [object];
        let changes = undo::changes(&objects, SERVICE).expect("a record");
        let commands: Vec<&str> = changes.iter().map(|it| it.command.as_str()).collect();
        assert_eq!(commands, ["shift 3", "shift 1", "shift 2"]);
        for (to, share) in [(None, 70), (Some(1), 80), (Some(0), 90)] {
            let (_, writes) = undo::plan(&objects, SERVICE, to, &stamp(9), false).expect("a plan");
            let after = writes[0].after().expect("it stays");
            assert_eq!(after["spec"]["http"][0]["route"][0]["weight"], share);
        }
    }

    #[test]
    fn the_record_has_ten_changes_at_most() {
        let mut object = service(&[90, 10]);
        for number in 0..25 {
            object = weight(
                &object,
                0,
                u32::try_from(number).expect("it is small"),
                number,
            );
        }
        let changes = undo::changes(std::slice::from_ref(&object), SERVICE).expect("a record");
        assert_eq!(changes.len(), LONGEST);
        assert_eq!(changes[0].command, "shift 15");
    }
}
