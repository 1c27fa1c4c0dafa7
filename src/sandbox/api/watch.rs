//! Watches: a position in a collection's history, and what is told from there.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::read::in_version;
use super::selector::{FieldSelector, LabelSelector};
use super::{Cluster, Object, ResourceId, ResourceInfo, Status, WatchOptions};
use crate::sandbox::store::{Change, Range};

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    Added,
    Modified,
    Deleted,
    /// Nothing: only the revision in the object's metadata counts.
    Bookmark,
}

impl EventKind {
    /// The word on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Added => "ADDED",
            Self::Modified => "MODIFIED",
            Self::Deleted => "DELETED",
            Self::Bookmark => "BOOKMARK",
        }
    }
}

/// One thing that a watch tells.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    pub(crate) object: Arc<Object>,
    /// What a change was from; as it is stored, whatever version is watched.
    pub(crate) before: Option<Arc<Object>>,
}

/// How often an idle watch with bookmarks tells the revision.
const BOOKMARK_EVERY: Duration = Duration::from_secs(60);

/// A running watch. Dropping it ends it. Nothing is buffered for it but what the collection remembers anyway.
pub(crate) struct Watch {
    cluster: Cluster,
    info: Arc<ResourceInfo>,
    namespace: Option<String>,
    labels: LabelSelector,
    fields: FieldSelector,
    bookmarks: bool,
    position: u64,
    ready: VecDeque<Event>,
    changed: tokio::sync::watch::Receiver<u64>,
}

impl Cluster {
    /// Watches a kind, in one namespace if it is given.
    ///
    /// # Errors
    /// 400 for selectors that make no sense, 410 for a start that is too old.
    pub(crate) fn watch(
        &self,
        id: &ResourceId,
        namespace: Option<&str>,
        options: &WatchOptions,
    ) -> Result<Watch, Status> {
        let info = self.info(id)?;
        let mut watch = Watch {
            cluster: self.clone(),
            namespace: namespace.map(str::to_owned),
            labels: LabelSelector::parse(&options.label_selector)?,
            fields: FieldSelector::parse(&options.field_selector, &info)?,
            bookmarks: options.bookmarks,
            position: options.from.unwrap_or_default(),
            ready: VecDeque::new(),
            changed: self.shared.store.subscribe(&info.collection),
            info,
        };
        if options.initial_events || watch.position == 0 {
            let range = Range {
                namespace,
                ..Range::default()
            };
            let listed = self.shared.store.list(&watch.info.collection, &range);
            let (revision, objects) =
                listed.map_err(|_| Status::expired("too old resource version"))?;
            for object in objects {
                if watch.selects(&object) {
                    watch.push(EventKind::Added, object, None);
                }
            }
            watch.position = revision;
            if options.initial_events && options.bookmarks {
                let mut bookmark = watch.bookmark();
                let object = Arc::make_mut(&mut bookmark.object);
                object["metadata"]["annotations"] = json!({"k8s.io/initial-events-end": "true"});
                watch.ready.push_back(bookmark);
            }
        } else {
            watch.read()?;
        }
        Ok(watch)
    }
}

impl Watch {
    /// What happened next; waits for it.
    ///
    /// # Errors
    /// 410 where the watch is so far behind that changes are no longer remembered: it is over.
    pub(crate) async fn next(&mut self) -> Result<Event, Status> {
        loop {
            if let Some(event) = self.try_next()? {
                return Ok(event);
            }
            if self.bookmarks {
                if tokio::time::timeout(BOOKMARK_EVERY, self.changed.changed())
                    .await
                    .is_err()
                {
                    return Ok(self.bookmark());
                }
            } else if self.changed.changed().await.is_err() {
                return Err(Status::internal("the collection is gone"));
            }
        }
    }

    /// What has happened already and was not told yet.
    ///
    /// # Errors
    /// As `next`.
    pub(crate) fn try_next(&mut self) -> Result<Option<Event>, Status> {
        if self.ready.is_empty() {
            self.changed.mark_unchanged();
            self.read()?;
        }
        Ok(self.ready.pop_front())
    }

    /// An event that only tells the revision.
    pub(crate) fn bookmark(&self) -> Event {
        let object = json!({
            "kind": self.info.kind, "apiVersion": self.info.api_version(),
            "metadata": {"resourceVersion": self.position.to_string(), "creationTimestamp": null},
        });
        Event {
            kind: EventKind::Bookmark,
            object: Arc::new(object),
            before: None,
        }
    }

    fn read(&mut self) -> Result<(), Status> {
        let store = &self.cluster.shared.store;
        let (revision, changes) = store
            .changes(&self.info.collection, self.position)
            .map_err(|too_old| {
                let (from, oldest) = (self.position, too_old.oldest);
                Status::expired(format!("too old resource version: {from} ({oldest})"))
            })?;
        for change in changes {
            self.tell(change);
        }
        self.position = self.position.max(revision);
        Ok(())
    }

    /// An object that a change brings into the selection is added, one that it takes out is deleted.
    fn tell(&mut self, change: Change) {
        if self.namespace.is_some() && self.namespace != change.key.namespace {
            return;
        }
        let was = change
            .before
            .as_ref()
            .is_some_and(|object| self.selects(object));
        let is = change
            .after
            .as_ref()
            .is_some_and(|object| self.selects(object));
        let before = change.before;
        match (was, is, change.after, change.removed) {
            (false, true, Some(after), _) => self.push(EventKind::Added, after, before),
            (true, true, Some(after), _) => self.push(EventKind::Modified, after, before),
            (true, false, Some(after), _) => self.push(EventKind::Deleted, after, before),
            (true, false, None, Some(removed)) => self.push(EventKind::Deleted, removed, before),
            _ => {}
        }
    }

    fn selects(&self, object: &Object) -> bool {
        self.labels.matches(object) && self.fields.matches(object)
    }

    fn push(&mut self, kind: EventKind, object: Arc<Object>, before: Option<Arc<Object>>) {
        let object = in_version(&self.info, object);
        self.ready.push_back(Event {
            kind,
            object,
            before,
        });
    }
}
