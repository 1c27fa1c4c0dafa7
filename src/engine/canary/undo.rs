//! Takes back what these commands did, by the inverse patches that they left in the objects.
//!
//! Only what nobody else edited since is taken back. Taking back is itself recorded: to do it twice is to do the first thing
//! again.

use std::collections::{BTreeMap, BTreeSet};

use super::preconditions::{self, subsets};
use super::route::{self, Route};
use super::shift::{Plan, RoutePlan, Row};
use super::state::{self, Entry, Memory, Stamp};
use super::write::{self, Record, Standing, Write};
use super::{Object, host};
use crate::error::{Error, Kind, Result};
use crate::yaml::Value;
use crate::yaml::edit::Operation;

/// One change that is on record, of one object or several.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// From 1, the oldest that is on record.
    pub(crate) number: usize,
    pub(crate) command: String,
    pub(crate) actor: String,
    pub(crate) time: String,
    /// `VirtualService shop/reviews`.
    pub(crate) objects: Vec<String>,
    /// Each object's place among all, and the entry's place in its history.
    entries: Vec<(usize, usize)>,
}

/// The changes of a service that are on record, the oldest first.
///
/// Errors: conflict (3) for a record that cannot be read.
pub(crate) fn changes(objects: &[Object], service: &str) -> Result<Vec<Change>> {
    let mut found: BTreeMap<String, Change> = BTreeMap::new();
    for (index, object) in objects.iter().enumerate() {
        for (place, entry) in Memory::of(object)?.history.into_iter().enumerate() {
            if entry.service != host::short(service) {
                continue;
            }
            let change = found.entry(entry.change).or_insert_with(|| Change {
                number: 0,
                command: entry.command,
                actor: entry.actor,
                time: entry.time,
                objects: Vec::new(),
                entries: Vec::new(),
            });
            let name = format!("{} {}/{}", object.kind, object.namespace, object.name);
            change.objects.push(name);
            change.entries.push((index, place));
        }
    }
    let numbered = in_order(found.into_values().collect());
    let numbered = numbered
        .into_iter()
        .enumerate()
        .map(|(index, change)| Change {
            number: index + 1,
            ..change
        });
    Ok(numbered.collect())
}

/// Puts changes into the order in which they were made. Each object's history has it for its own; between objects the time at
/// which a command began decides, by which the changes come sorted.
fn in_order(mut left: Vec<Change>) -> Vec<Change> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let comes_after = |one: &Change, other: &Change| {
            one.entries.iter().any(|(object, place)| {
                let mut same = other.entries.iter().filter(|(it, _)| it == object);
                same.any(|(_, earlier)| earlier < place)
            })
        };
        let next = left
            .iter()
            .position(|one| !left.iter().any(|other| comes_after(one, other)));
        // Two changes of two objects may have overtaken each other halfway.
        ordered.push(left.remove(next.unwrap_or(0)));
    }
    ordered
}

/// An object on its way back.
struct Way<'a> {
    object: &'a Object,
    memory: Memory,
    /// How many entries of its history hold still.
    left: usize,
    value: Value,
    edits: Vec<Operation>,
    release: Standing,
    deleted: bool,
}

/// What takes back the last change of a service, or all after change number `to` (0 for all).
///
/// Errors: conflict (3) where an object was edited by somebody else since, precondition (4) where there is nothing to take
/// back or something else needs it.
pub(crate) fn plan(
    objects: &[Object],
    service: &str,
    to: Option<usize>,
    stamp: &Stamp,
    live: bool,
) -> Result<(Plan, Vec<Write>)> {
    let changes = changes(objects, service)?;
    let Some(last) = changes.last() else {
        return Err(Error::new(
            Kind::Precondition,
            format!("no change of `{}` is on record", host::short(service)),
        )
        .hint("only what `mesh canary` changed in the cluster can be taken back"));
    };
    let to = to.unwrap_or(last.number - 1);
    if to >= last.number {
        return Err(Error::usage(format!(
            "the last change of `{}` is number {}: nothing comes after {to}",
            host::short(service),
            last.number
        ))
        .hint("`--list` shows the changes; `--to N` goes back to what held after number N"));
    }
    let mut ways: BTreeMap<usize, Way<'_>> = BTreeMap::new();
    for change in changes.iter().rev().take_while(|change| change.number > to) {
        for (index, place) in &change.entries {
            let way = match ways.entry(*index) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(Way::start(&objects[*index])?)
                }
            };
            way.step(*place)?;
        }
    }
    let record = |release| Record {
        stamp,
        service,
        release,
        adopt: false,
    };
    let mut writes = Vec::new();
    for way in ways.values() {
        if !live {
            preconditions::check_gitops(way.object)?;
        }
        writes.push(if way.deleted {
            Write::Delete(way.object.clone())
        } else {
            write::patch(way.object, &way.edits, &record(way.release.clone()))?
        });
    }
    writes.sort_by_key(turn);
    let after = after(objects, &writes);
    check_subsets(objects, &after)?;
    Ok((shown(objects, &after, &writes, service), writes))
}

impl<'a> Way<'a> {
    fn start(object: &'a Object) -> Result<Self> {
        let memory = Memory::of(object)?;
        Ok(Self {
            left: memory.history.len(),
            value: object.value.clone(),
            edits: Vec::new(),
            release: Standing::Same,
            deleted: false,
            object,
            memory,
        })
    }

    /// Takes back the entry at `place`.
    fn step(&mut self, place: usize) -> Result<()> {
        let entry = &self.memory.history[place];
        if place + 1 != self.left {
            let other = &self.memory.history[self.left - 1];
            return Err(Error::new(
                Kind::Precondition,
                format!(
                    "{} was changed for `{}` after that: {}",
                    self.object.label(),
                    other.service,
                    other.command
                ),
            )
            .hint(format!(
                "take that back first: `mesh canary undo {}`",
                other.service
            )));
        }
        if state::hash(&self.value["spec"]) != entry.hash {
            return Err(drifted(self.object, entry));
        }
        self.left = place;
        if entry.created {
            self.deleted = true;
            return Ok(());
        }
        for operation in &entry.undo {
            let operation = Operation::from_json(operation)
                .filter(|operation| operation.apply_to(&mut self.value))
                .ok_or_else(|| drifted(self.object, entry))?;
            self.edits.push(operation);
        }
        self.release = entry
            .release
            .clone()
            .map_or(Standing::Forgotten, Standing::At);
        Ok(())
    }
}

fn drifted(object: &Object, entry: &Entry) -> Error {
    Error::new(
        Kind::Conflict,
        format!(
            "{} was edited by other means since `{}` ({}, {}), which so cannot be taken back",
            object.label(),
            entry.command,
            entry.actor,
            entry.time
        ),
    )
    .hint("nothing was changed; `mesh canary shift` sets the weights anew, with `--adopt`")
}

/// Rules that define versions come before routes that may name them, and rules that define fewer after.
fn turn(write: &Write) -> u8 {
    let names = |value: &Value| -> BTreeSet<String> {
        let list = value.pointer("/spec/subsets").and_then(Value::as_array);
        let names = list
            .into_iter()
            .flatten()
            .filter_map(|each| each.get("name")?.as_str());
        names.map(str::to_owned).collect()
    };
    let object = write.object();
    match write.after() {
        _ if !object.is("DestinationRule") => 1,
        Some(after) if names(after).is_superset(&names(&object.value)) => 0,
        _ => 2,
    }
}

/// The objects after the writes.
fn after(objects: &[Object], writes: &[Write]) -> Vec<Object> {
    let change = |object: &Object| {
        let write = writes.iter().find(|write| {
            let it = write.object();
            (&it.kind, &it.namespace, &it.name) == (&object.kind, &object.namespace, &object.name)
        });
        match write {
            None => Some(object.clone()),
            Some(write) => write.after().map(|value| Object {
                value: value.clone(),
                ..object.clone()
            }),
        }
    };
    objects.iter().filter_map(change).collect()
}

/// Refuses to take a version's definition away that a route names.
fn check_subsets(before: &[Object], after: &[Object]) -> Result<()> {
    for route in route::all(after) {
        for destination in &route.destinations {
            let Some(subset) = &destination.subset else {
                continue;
            };
            let is_known = |objects: &[Object]| {
                subsets(objects, &destination.full, &route.object.namespace)
                    .find(subset)
                    .is_some()
            };
            if is_known(before) && !is_known(after) {
                return Err(Error::new(
                    Kind::Precondition,
                    format!(
                        "route {route} of {} names `{subset}` of `{}`, whose definition would go",
                        route.object.label(),
                        host::short(&destination.full)
                    ),
                )
                .hint("take the route's changes back first, or edit it by hand"));
            }
        }
    }
    Ok(())
}

/// The shares before and after, for people.
fn shown(before: &[Object], after: &[Object], writes: &[Write], service: &str) -> Plan {
    let mut routes = Vec::new();
    let (old, new) = (route::all(before), route::all(after));
    let leads = |route: &&Route<'_>| route.destinations.iter().any(|each| each.full == service);
    for (index, object) in before.iter().enumerate() {
        let same =
            |other: &Object| other.namespace == object.namespace && other.name == object.name;
        let changed = writes
            .iter()
            .map(Write::object)
            .any(|it| it.kind == object.kind && same(it));
        if !changed || !object.is("VirtualService") {
            continue;
        }
        let of = |all: &[Route<'_>]| -> Vec<(String, RoutePlan)> {
            let mine = all.iter().filter(|route| same(route.object)).filter(leads);
            mine.map(|route| {
                (
                    key(route),
                    RoutePlan {
                        object: index,
                        ..RoutePlan::unchanged(route, all)
                    },
                )
            })
            .collect()
        };
        let (mut old, mut new) = (of(&old), of(&new));
        for (key, route) in &mut new {
            let Some(place) = old.iter().position(|(other, _)| other == key) else {
                route.rows.iter_mut().for_each(|row| row.before = None);
                continue;
            };
            let (_, was) = old.remove(place);
            merge(&mut route.rows, was.rows);
        }
        for (_, mut route) in old {
            route.rows.iter_mut().for_each(|row| row.after = 0);
            routes.push(route);
        }
        routes.extend(new.into_iter().map(|(_, route)| route));
    }
    Plan {
        service: service.to_owned(),
        routes,
        warnings: Vec::new(),
        notes: Vec::new(),
    }
}

/// By what a route is known again after others came or went.
fn key(route: &Route<'_>) -> String {
    route
        .name()
        .map_or_else(|| route.condition(), str::to_owned)
}

fn merge(rows: &mut Vec<Row>, was: Vec<Row>) {
    for row in rows.iter_mut() {
        let old = was.iter().find(|old| old.destination == row.destination);
        row.before = old.and_then(|old| old.before);
    }
    for mut old in was {
        if rows.iter().all(|row| row.destination != old.destination) {
            old.after = 0;
            rows.push(old);
        }
    }
}
