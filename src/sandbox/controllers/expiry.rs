//! Events do not last: an hour after they were last seen they are deleted, as Kubernetes does.

use super::runtime::{Context, Controller, Next, Source, keys_of};
use super::{after_seconds, core, text};
use crate::sandbox::api::options::DeleteOptions;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::{Key, clock};

/// See the module.
pub(super) struct Expiry;

const LIFE: i64 = 3600;

impl Controller for Expiry {
    fn sources(&self) -> Vec<Source> {
        vec![Source::own(core("events"))]
    }

    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status> {
        let Ok(event) = context.cluster.get(&core("events"), key) else {
            return Ok(Next::Done);
        };
        let times = [
            &event["lastTimestamp"],
            &event["series"]["lastObservedTime"],
            &event["eventTime"],
            &event["metadata"]["creationTimestamp"],
        ];
        let last = times.into_iter().find_map(|time| clock::parse(text(time)));
        let left = last.map_or(0, |last| last + LIFE - context.clock.seconds());
        if left > 0 {
            return Ok(after_seconds(left));
        }
        match context
            .cluster
            .delete(&core("events"), key, &DeleteOptions::default())
        {
            Err(status) if status.code != 404 => Err(status),
            _ => Ok(Next::Done),
        }
    }

    fn all(&self, context: &Context) -> Vec<Key> {
        keys_of(context, &core("events"))
    }
}
