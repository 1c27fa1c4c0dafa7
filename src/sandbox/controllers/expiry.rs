//! Events do not stay: they go after an hour, and sooner where there are too many of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::runtime::{Context, Controller, Next, Source};
use super::{after_seconds, core};
use crate::sandbox::api::options::{DeleteOptions, ListOptions};
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::EventKind;
use crate::sandbox::api::{Key, clock};

/// How long an event stays after it happened last, in seconds: as Kubernetes has it.
const LIFE: i64 = 3600;
/// How many events there may be.
const MOST: usize = 2000;
/// After how many new ones it is looked whether there are too many.
const AFTER: usize = 500;

/// See the module.
#[derive(Default)]
pub(super) struct Expiry {
    made: Arc<AtomicUsize>,
}

fn key() -> Key {
    Key::cluster("events")
}

fn last_seen(event: &Value) -> i64 {
    let times = [
        &event["series"]["lastObservedTime"],
        &event["lastTimestamp"],
        &event["eventTime"],
        &event["metadata"]["creationTimestamp"],
    ];
    let found = times.iter().find_map(|time| time.as_str());
    found.and_then(clock::parse).unwrap_or_default()
}

impl Controller for Expiry {
    fn sources(&self) -> Vec<Source> {
        let made = Arc::clone(&self.made);
        vec![Source::mapped(core("events"), move |_, event| {
            let new = event.kind == EventKind::Added;
            let due = new && made.fetch_add(1, Ordering::Relaxed).is_multiple_of(AFTER);
            due.then(key).into_iter().collect()
        })]
    }

    fn reconcile(&self, context: &Context, _key: &Key) -> Result<Next, Status> {
        let events = context
            .cluster
            .list(&core("events"), None, &ListOptions::default())?;
        let mut events: Vec<(i64, Key)> = events
            .items
            .iter()
            .map(|event| (last_seen(event), Key::of(event)))
            .collect();
        events.sort();
        let too_many = events.len().saturating_sub(MOST);
        let oldest = context.clock.seconds() - LIFE;
        for (index, (seen, key)) in events.into_iter().enumerate() {
            if index >= too_many && seen > oldest {
                return Ok(after_seconds(seen - oldest));
            }
            match context
                .cluster
                .delete(&core("events"), &key, &DeleteOptions::default())
            {
                Err(status) if status.code != 404 => return Err(status),
                _ => {}
            }
        }
        // The next event is the first of a new count.
        self.made.store(0, Ordering::Relaxed);
        let one = ListOptions {
            limit: 1,
            ..ListOptions::default()
        };
        let late = context.cluster.list(&core("events"), None, &one)?;
        Ok(if late.items.is_empty() {
            Next::Done
        } else {
            after_seconds(LIFE)
        })
    }

    fn all(&self, _context: &Context) -> Vec<Key> {
        vec![key()]
    }
}
