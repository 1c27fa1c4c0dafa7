//! Server-side apply of many objects: stage by stage, the objects of a stage in parallel, and waiting where the next stage needs it.
//!
//! Which objects are in which stage is decided by whoever calls. Everything here can be run again: an apply that failed or was
//! interrupted half-way goes on where it stopped.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use tokio::time::Instant;

use super::Cluster;
use super::discovery::Resource;
use super::interrupt::Interrupt;
use super::object::{self, Reference, says_the_same};
use super::readiness;
use super::request::Writing;
use super::wait::{Unready, Wait};
use crate::error::{Error, Result};

/// How many requests are under way at once.
pub(crate) const AT_ONCE: usize = 16;
/// How long a definition that is established may take to be served.
const SERVED_WITHIN: Duration = Duration::from_secs(10);

/// An object to apply.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) object: Reference,
    /// The object as JSON or YAML.
    pub(crate) text: Cow<'static, str>,
    /// Takes fields from other managers.
    pub(crate) force: bool,
}

/// Objects that can be applied at the same time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stage {
    pub(crate) items: Vec<Item>,
    /// Which of them must be ready before the next stage.
    pub(crate) gate: Vec<Reference>,
}

/// What an apply did to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Change {
    Created,
    Configured,
    Unchanged,
    /// In a dry run: it would be created, but the server could not be asked, since what it stands on is not there yet.
    Unchecked,
}

/// What is told on the way.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'a> {
    Applied(&'a Reference, Change),
    Ready(&'a Reference),
    /// It was deleted, since it is not wanted any more.
    Pruned(&'a Reference),
    /// The server warns of an object.
    Warned(&'a Reference, &'a str),
}

/// How to apply.
pub(crate) struct Rollout<'a> {
    pub(crate) cluster: &'a Cluster,
    /// Takes fields from other managers, of all objects.
    pub(crate) force: bool,
    pub(crate) dry_run: bool,
    /// Waits at the end until everything is ready.
    pub(crate) wait: bool,
    /// What is known to be as it is wanted: not sent, unless in a dry run.
    pub(crate) unchanged: &'a BTreeSet<Reference>,
    pub(crate) deadline: Instant,
    pub(crate) interrupt: &'a Interrupt,
    pub(crate) told: &'a dyn Fn(Event<'_>),
}

/// What became of the objects. In order of the stages, and by name within one.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) applied: Vec<(Reference, Change)>,
    /// [`object::ownership`] of what was sent, as the server answered.
    pub(crate) owned: BTreeMap<Reference, String>,
    pub(crate) failed: Vec<(Reference, Error)>,
    /// Not sent, since something before failed or Ctrl-C came.
    pub(crate) untried: Vec<Reference>,
    pub(crate) unready: Vec<Unready>,
    pub(crate) interrupted: bool,
    /// The server could no longer be asked whether something is ready.
    pub(crate) lost: Option<Error>,
}

impl Outcome {
    /// Whether everything was applied and what was waited for is ready.
    pub(crate) fn is_complete(&self) -> bool {
        self.failed.is_empty()
            && self.untried.is_empty()
            && self.unready.is_empty()
            && !self.interrupted
            && self.lost.is_none()
    }

    /// How many objects met this change.
    pub(crate) fn count(&self, change: Change) -> usize {
        self.applied
            .iter()
            .filter(|(_, one)| *one == change)
            .count()
    }
}

/// Objects as they are before a change, by name. What is not in it is not there.
pub(crate) type Snapshot = BTreeMap<Reference, Value>;

/// Reads objects in parallel.
///
/// # Errors
/// One cannot be read. A kind that the cluster does not serve is as good as absent.
pub(crate) async fn snapshot(
    cluster: &Cluster,
    objects: impl IntoIterator<Item = &Reference>,
) -> Result<Snapshot> {
    let discovery = cluster.discovery().await?;
    let reads: Vec<_> = objects
        .into_iter()
        .filter_map(|object| {
            let resource = discovery.find(&object.api_version, &object.kind)?;
            Some(async move {
                let namespace = object.namespace.as_deref();
                let live = cluster.read(&resource, namespace, &object.name).await?;
                Ok(live.map(|live| (object.clone(), live)))
            })
        })
        .collect();
    let mut reads = stream::iter(reads).buffer_unordered(AT_ONCE);
    let mut snapshot = Snapshot::new();
    while let Some(read) = reads.next().await {
        snapshot.extend(read?);
    }
    Ok(snapshot)
}

impl Rollout<'_> {
    /// Applies the stages in order. `before` is what was there; it tells new from changed and unchanged.
    pub(crate) async fn run(&self, stages: Vec<Stage>, before: &Snapshot) -> Outcome {
        let mut outcome = Outcome::default();
        let mut live = Snapshot::new();
        let to_come = to_come(&stages, before);
        let mut stages = stages.into_iter();
        for stage in stages.by_ref() {
            self.stage(&stage.items, before, &to_come, &mut live, &mut outcome)
                .await;
            if outcome.is_complete() && !self.dry_run {
                self.wait_for(&stage.gate, &live, before, &mut outcome)
                    .await;
            }
            if !outcome.is_complete() {
                break;
            }
        }
        let rest = stages.flat_map(|stage| stage.items);
        outcome.untried.extend(rest.map(|item| item.object));
        if self.wait && !self.dry_run && outcome.is_complete() {
            let all: Vec<Reference> = outcome.applied.iter().map(|(it, _)| it.clone()).collect();
            self.wait_for(&all, &live, before, &mut outcome).await;
        }
        outcome
    }

    fn is_unchanged(&self, object: &Reference) -> bool {
        !self.dry_run && self.unchanged.contains(object)
    }

    async fn stage(
        &self,
        items: &[Item],
        before: &Snapshot,
        to_come: &BTreeSet<String>,
        live: &mut Snapshot,
        outcome: &mut Outcome,
    ) {
        let sending: Vec<_> = items
            .iter()
            .map(|item| self.one(item, before.get(&item.object), to_come))
            .collect();
        let mut sending = stream::iter(sending).buffer_unordered(AT_ONCE);
        let (mut applied, mut failed) = (Vec::new(), Vec::new());
        while let Some((item, result)) = sending.next().await {
            let object = item.object.clone();
            match result {
                None => outcome.untried.push(object),
                Some(Ok((change, now))) => {
                    (self.told)(Event::Applied(&object, change));
                    if let Some(now) = now {
                        let owned = object::ownership(&now);
                        outcome.owned.insert(object.clone(), owned);
                        live.insert(object.clone(), now);
                    }
                    applied.push((object, change));
                }
                Some(Err(error)) => failed.push((object, error)),
            }
        }
        applied.sort();
        failed.sort_by(|(one, _), (other, _)| one.cmp(other));
        outcome.untried.sort();
        outcome.applied.extend(applied);
        outcome.failed.extend(failed);
        outcome.interrupted |= self.interrupt.is_raised();
    }

    /// Applies one object; `None` if Ctrl-C came before.
    async fn one<'i>(
        &self,
        item: &'i Item,
        before: Option<&Value>,
        to_come: &BTreeSet<String>,
    ) -> (&'i Item, Option<Result<(Change, Option<Value>)>>) {
        if self.interrupt.is_raised() {
            return (item, None);
        }
        if self.is_unchanged(&item.object) {
            return (item, Some(Ok((Change::Unchanged, None))));
        }
        let stands_on = item.object.namespace.as_ref();
        if self.dry_run && stands_on.is_some_and(|it| to_come.contains(it)) {
            return (item, Some(Ok((Change::Unchecked, None))));
        }
        (item, Some(self.put_one(item, before, to_come).await))
    }

    async fn put_one(
        &self,
        item: &Item,
        before: Option<&Value>,
        to_come: &BTreeSet<String>,
    ) -> Result<(Change, Option<Value>)> {
        let object = &item.object;
        let resource = match self.resource(object, to_come).await {
            Ok(Some(resource)) => resource,
            Ok(None) => return Ok((Change::Unchecked, None)),
            Err(error) => return Err(error),
        };
        let writing = Writing {
            force: self.force || item.force,
            dry_run: self.dry_run,
        };
        let namespace = object.namespace.as_deref();
        let put = self
            .cluster
            .put(&resource, namespace, &object.name, &item.text, writing);
        let answer = put
            .await
            .map_err(|trouble| self.cluster.explain(&format!("apply {object}"), &trouble))?;
        for warning in &answer.warnings {
            (self.told)(Event::Warned(object, warning));
        }
        let now = answer.value;
        let change = match before {
            None => Change::Created,
            Some(before) if says_the_same(before, &now) => Change::Unchanged,
            Some(_) => Change::Configured,
        };
        Ok((change, Some(now)))
    }

    /// The resource of an object. One whose definition was applied a moment ago may take a moment to be served; in a dry run
    /// it is not served at all: `None`.
    async fn resource(
        &self,
        object: &Reference,
        to_come: &BTreeSet<String>,
    ) -> Result<Option<Arc<Resource>>> {
        let discovery = self.cluster.discovery().await?;
        let found = discovery.find(&object.api_version, &object.kind);
        if found.is_some() || !to_come.contains(&definition_of(object)) {
            return found.map_or_else(|| discovery.of(object).map(Some), |it| Ok(Some(it)));
        }
        if self.dry_run {
            return Ok(None);
        }
        let begin = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            let discovery = self.cluster.rediscover().await?;
            match discovery.of(object) {
                Ok(resource) => return Ok(Some(resource)),
                Err(error) if begin.elapsed() > SERVED_WITHIN => return Err(error),
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    /// Waits for objects; `live` is what the server answered, and what was not sent is as it was `before`.
    async fn wait_for(
        &self,
        objects: &[Reference],
        live: &Snapshot,
        before: &Snapshot,
        outcome: &mut Outcome,
    ) {
        let wait = Wait {
            cluster: self.cluster,
            rule: readiness::ready,
            deadline: self.deadline,
            interrupt: self.interrupt,
            done: &|object| (self.told)(Event::Ready(object)),
        };
        let known = |it: &Reference| {
            let before = || before.get(it).filter(|_| self.is_unchanged(it));
            live.get(it).or_else(before)
        };
        let objects = objects.iter().map(|it| (it.clone(), known(it)));
        match wait.all(objects).await {
            Ok(unready) => outcome.unready = unready,
            Err(error) => outcome.lost = Some(error),
        }
        outcome.interrupted |= self.interrupt.is_raised();
    }
}

/// The namespaces that the stages bring and that are not there yet, and the groups of which they bring definitions (`*.networking.istio.io`):
/// one that is there may lack a version.
pub(super) fn to_come(stages: &[Stage], before: &Snapshot) -> BTreeSet<String> {
    let items = stages.iter().flat_map(|stage| &stage.items);
    let mut names = BTreeSet::new();
    for item in items {
        if item.object.is("", "Namespace") && !before.contains_key(&item.object) {
            names.insert(item.object.name.clone());
        }
        if item
            .object
            .is("apiextensions.k8s.io", "CustomResourceDefinition")
        {
            let group = item
                .object
                .name
                .split_once('.')
                .map_or("", |(_, group)| group);
            names.insert(format!("*.{group}"));
        }
    }
    names
}

/// What [`to_come`] calls the definitions of an object's group.
pub(super) fn definition_of(object: &Reference) -> String {
    format!("*.{}", object.group())
}
