//! What controllers are made of: informers that turn changes into keys, one queue of keys, and hands that reconcile them.
//!
//! A controller reads the present from the store (objects are shared, nothing is copied, and an index answers who owns
//! what), so that it sees its own writes and needs no cache of its own. It is told a key, never an event: what has to be done
//! follows from how things are, after a restart too.
//!
//! - `queue`: keys, each at most once at a time; retries and timers.
//! - `hub`: informers, hands, start and stop; for tests a loop without threads.
//! - `clock`: the time, which tests put forward.
//! - `recorder`: events as `kubectl describe` shows them.

mod clock;
mod hub;
mod queue;
pub(crate) mod recorder;

use std::time::Duration;

pub(crate) use clock::Clock;
pub(crate) use hub::Handle;
pub(crate) use hub::Hub;
#[cfg(test)]
pub(crate) use hub::Stepper;
pub(crate) use hub::keys_of;
pub(crate) use recorder::{Happening, Recorder, Severity};

use crate::sandbox::api::options::WriteOptions;
use crate::sandbox::api::status::Status;
use crate::sandbox::api::watch::Event;
use crate::sandbox::api::{Cluster, Key, Object, ResourceId};

/// When a key is to be looked at again, unless a change comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Done,
    After(Duration),
    /// Soon, and later with each time: as after a failure.
    Retry,
}

/// What controllers share.
#[derive(Clone)]
pub(crate) struct Context {
    /// Its writes do not wait for the disk.
    pub(crate) cluster: Cluster,
    pub(crate) clock: Clock,
    pub(crate) recorder: Recorder,
}

impl Context {
    /// For controllers of this cluster.
    pub(crate) fn new(cluster: &Cluster, clock: Clock) -> Self {
        let cluster = cluster.impatient();
        Self {
            recorder: Recorder::new(cluster.clone(), clock.clone()),
            cluster,
            clock,
        }
    }
}

/// Options of a controller's writes: `manager` owns the fields.
pub(crate) fn writes_of(manager: &str) -> WriteOptions {
    WriteOptions {
        field_manager: manager.to_owned(),
        ..WriteOptions::default()
    }
}

/// From an event to the keys that have to be looked at.
pub(crate) type Mapper = Box<dyn Fn(&Context, &Event) -> Vec<Key> + Send + Sync>;

/// What a controller watches.
pub(crate) struct Source {
    /// `None`: every kind that there is, CRDs' too.
    pub(crate) kind: Option<ResourceId>,
    pub(crate) map: Mapper,
}

impl Source {
    /// A kind whose objects' own keys are looked at.
    pub(crate) fn own(kind: ResourceId) -> Self {
        Self::mapped(kind, |_, event| vec![Key::of(&event.object)])
    }

    /// A kind whose objects are looked at through their controllers, those of kind `owner` (`ReplicaSet`).
    pub(crate) fn owned_by(kind: ResourceId, owner: &'static str) -> Self {
        Self::mapped(kind, move |_, event| {
            let now = controller_key(&event.object, owner);
            let before = event.before.as_deref();
            let before = before.and_then(|object| controller_key(object, owner));
            let before = before.filter(|before| Some(before) != now.as_ref());
            now.into_iter().chain(before).collect()
        })
    }

    /// A kind whose events are looked at as `map` says.
    pub(crate) fn mapped(
        kind: ResourceId,
        map: impl Fn(&Context, &Event) -> Vec<Key> + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind: Some(kind),
            map: Box::new(map),
        }
    }

    /// All kinds that there are, CRDs' too, as `map` says.
    pub(crate) fn everything(
        map: impl Fn(&Context, &Event) -> Vec<Key> + Send + Sync + 'static,
    ) -> Self {
        Self {
            kind: None,
            map: Box::new(map),
        }
    }
}

/// The key of the controller of kind `owner` that an object names; `None` if its controller is of another kind.
pub(crate) fn controller_key(object: &Object, owner: &str) -> Option<Key> {
    let references = object["metadata"]["ownerReferences"].as_array()?;
    let found = references
        .iter()
        .find(|reference| reference["controller"] == true && reference["kind"] == owner)?;
    Some(Key {
        namespace: object["metadata"]["namespace"].as_str().map(str::to_owned),
        name: found["name"].as_str()?.to_owned(),
    })
}

/// A part of the practice cluster that makes what is into what is wanted.
pub(crate) trait Controller: Send + Sync {
    /// What is watched.
    fn sources(&self) -> Vec<Source>;

    /// Makes one object as it is wanted. Called for one key by one thread at a time, for different keys in parallel. The
    /// object may be gone.
    ///
    /// # Errors
    /// Any: it is tried again, later with each time.
    fn reconcile(&self, context: &Context, key: &Key) -> Result<Next, Status>;

    /// What has to be looked at where changes were missed: deletions, since whatever is there is told anew. All keys that
    /// the controller is for.
    fn all(&self, context: &Context) -> Vec<Key>;
}
