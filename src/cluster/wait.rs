//! Waiting until objects are in a state, by watches: one for each kind and namespace, all at once.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use hyper::http::{Request, header::ACCEPT};
use kube::core::WatchEvent;
use serde_json::Value;
use tokio::time::Instant;

use super::Cluster;
use super::discovery::Resource;
use super::interrupt::Interrupt;
use super::object::Reference;
use super::readiness::State;
use super::request::{Selection, Trouble, body, form};
use crate::error::Result;

/// How often in a row a list or a watch may fail before the wait is given up, and the longest pause between.
const PATIENCE: u32 = 6;
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What says how far an object is; `None` where there is no such object.
pub(crate) type Rule = fn(&Reference, Option<&Value>) -> State;

/// What did not get there.
#[derive(Clone, Debug)]
pub(crate) struct Unready {
    pub(crate) object: Reference,
    /// What is missing, as [`State::Pending`] or [`State::Failed`] says.
    pub(crate) missing: String,
    /// The object as it was last seen.
    pub(crate) live: Option<Value>,
}

/// What is waited for, and how long.
pub(crate) struct Wait<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) rule: Rule,
    pub(crate) deadline: Instant,
    pub(crate) interrupt: &'a Interrupt,
    /// Told of each object when it is done.
    pub(crate) done: &'a dyn Fn(&Reference),
}

impl Wait<'_> {
    /// Waits for all of them; gives those that did not get there: in time, at all, or before Ctrl-C.
    ///
    /// `known` is what they were a moment ago; what is done already costs no request.
    ///
    /// # Errors
    /// The server can no longer be asked.
    pub(crate) async fn all<'v>(
        &self,
        objects: impl IntoIterator<Item = (Reference, Option<&'v Value>)>,
    ) -> Result<Vec<Unready>> {
        let mut unready = Vec::new();
        let mut groups: BTreeMap<(String, String, Option<String>), Pending> = BTreeMap::new();
        for (object, known) in objects {
            match (self.rule)(&object, known) {
                State::Done => (self.done)(&object),
                State::Failed(missing) => unready.push(Unready {
                    object,
                    missing,
                    live: known.cloned(),
                }),
                State::Pending(missing) => {
                    let key = (
                        object.api_version.clone(),
                        object.kind.clone(),
                        object.namespace.clone(),
                    );
                    let group = groups.entry(key).or_default();
                    group
                        .waiting
                        .insert(object.name.clone(), (object, missing, known.cloned()));
                }
            }
        }
        let discovery = if groups.is_empty() {
            return Ok(unready);
        } else {
            self.cluster.discovery().await?
        };
        let mut following = Vec::new();
        for (_, group) in groups {
            let Some((first, _, _)) = group.waiting.values().next() else {
                continue;
            };
            let (resource, namespace) = (discovery.of(first)?, first.namespace.clone());
            following.push(async move {
                let mut group = group;
                let outcome = self
                    .follow(&resource, namespace.as_deref(), &mut group)
                    .await;
                outcome.map(|()| group)
            });
        }
        for group in join_all(following).await {
            let group = group?;
            unready.extend(group.failed);
            unready.extend(
                group
                    .waiting
                    .into_values()
                    .map(|(object, missing, live)| Unready {
                        object,
                        missing,
                        live,
                    }),
            );
        }
        unready.sort_by(|one, other| one.object.cmp(&other.object));
        Ok(unready)
    }

    /// Lists and watches until nothing of the group is pending or the time is over.
    async fn follow(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        group: &mut Pending,
    ) -> Result<()> {
        let selection = group.selection();
        let mut failures = 0;
        loop {
            let listed = tokio::select! {
                listed = self.cluster.list(resource, namespace, &selection) => listed,
                () = self.over() => return Ok(()),
            };
            let outcome = match listed {
                Ok(list) => {
                    let mut live: BTreeMap<String, Value> = list
                        .items
                        .into_iter()
                        .map(|item| (name(&item), item))
                        .collect();
                    for name in group.names() {
                        group.judge(self, &name, live.remove(&name));
                    }
                    if group.waiting.is_empty() {
                        return Ok(());
                    }
                    let watching =
                        self.watch(resource, namespace, &selection, &list.version, group);
                    tokio::select! {
                        outcome = watching => outcome,
                        () = self.over() => return Ok(()),
                    }
                }
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) if group.waiting.is_empty() => return Ok(()),
                // The watch ended, as all do in time, or it was too old.
                Ok(()) => failures = 0,
                Err(error) => {
                    failures += 1;
                    if failures == PATIENCE {
                        return Err(error);
                    }
                    let pause = Duration::from_millis(100 << failures).min(LONGEST_PAUSE);
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = self.over() => return Ok(()),
                    }
                }
            }
        }
    }

    /// Follows one watch until it ends or nothing is pending.
    async fn watch(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        selection: &Selection,
        version: &str,
        group: &mut Pending,
    ) -> Result<()> {
        const LONGEST: Duration = Duration::from_secs(290);
        let left = self.deadline.saturating_duration_since(Instant::now());
        let seconds = left.min(LONGEST).as_secs() + 1;
        let mut query = vec![
            ("watch", "true".to_owned()),
            ("resourceVersion", version.to_owned()),
            ("allowWatchBookmarks", "true".to_owned()),
            ("timeoutSeconds", seconds.to_string()),
        ];
        query.extend(selection.query());
        let path = format!("{}?{}", resource.path(namespace), form(&query));
        let request = body(
            Request::get(path).header(ACCEPT, "application/json"),
            Vec::new(),
        )?;
        let what = format!("watch the {}", resource.name());
        let failed = |error: kube::Error| {
            self.cluster
                .explain(&what, &Trouble::Failed(Box::new(error)))
        };
        let client = self.cluster.client();
        let events = client
            .request_events::<Value>(request)
            .await
            .map_err(failed)?;
        let mut events = std::pin::pin!(events);
        while let Some(event) = events.next().await {
            match event {
                Ok(WatchEvent::Added(live) | WatchEvent::Modified(live)) => {
                    group.judge(self, &name(&live), Some(live));
                }
                Ok(WatchEvent::Deleted(live)) => group.judge(self, &name(&live), None),
                Ok(WatchEvent::Bookmark(_)) => {}
                Ok(WatchEvent::Error(status)) if status.code == 410 => return Ok(()),
                Err(kube::Error::Api(status)) if status.code == 410 => return Ok(()),
                Ok(WatchEvent::Error(status)) => return Err(failed(kube::Error::Api(status))),
                Err(error) => return Err(failed(error)),
            }
            if group.waiting.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// Ends with the time, or with Ctrl-C.
    async fn over(&self) {
        tokio::select! {
            () = tokio::time::sleep_until(self.deadline) => {}
            () = self.interrupt.raised() => {}
        }
    }
}

/// Objects of one kind and namespace.
#[derive(Default)]
struct Pending {
    /// By name: the object, what is missing, and how it was last seen.
    waiting: BTreeMap<String, (Reference, String, Option<Value>)>,
    failed: Vec<Unready>,
}

impl Pending {
    /// One object is asked for by its name, several by listing all.
    fn selection(&self) -> Selection {
        let mut names = self.waiting.keys();
        match (names.next(), names.next()) {
            (Some(name), None) => Selection::fields(format!("metadata.name={name}")),
            _ => Selection::default(),
        }
    }

    fn names(&self) -> Vec<String> {
        self.waiting.keys().cloned().collect()
    }

    fn judge(&mut self, wait: &Wait<'_>, name: &str, live: Option<Value>) {
        let Some((object, missing, seen)) = self.waiting.get_mut(name) else {
            return;
        };
        let state = (wait.rule)(object, live.as_ref());
        *seen = live;
        match state {
            State::Pending(text) => *missing = text,
            State::Done => {
                (wait.done)(object);
                self.waiting.remove(name);
            }
            State::Failed(text) => {
                let gone = self.waiting.remove(name);
                self.failed.extend(gone.map(|(object, _, live)| Unready {
                    object,
                    missing: text,
                    live,
                }));
            }
        }
    }
}

fn name(object: &Value) -> String {
    object["metadata"]["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}
