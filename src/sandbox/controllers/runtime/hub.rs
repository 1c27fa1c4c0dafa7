//! Informers that route changes to controllers, and the hands that do the work.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::queue::{Item, Queue};
use super::{Context, Controller, Next, Source};
use crate::sandbox::api::options::WatchOptions;
use crate::sandbox::api::watch::{Event, Watch};
use crate::sandbox::api::{Key, ResourceId};

/// All controllers of a practice cluster, and what they have to do.
pub(crate) struct Hub {
    context: Context,
    controllers: Vec<Box<dyn Controller>>,
    /// By collection: who is told of its changes.
    routes: HashMap<Arc<str>, Vec<(usize, Arc<Source>)>>,
    /// Who is told of all changes.
    everything: Vec<(usize, Arc<Source>)>,
    queue: Queue,
    /// The kinds that are watched, by collection.
    watched: Mutex<HashMap<Arc<str>, ResourceId>>,
}

impl Hub {
    /// A hub of these controllers, which has seen nothing yet.
    pub(crate) fn new(context: Context, controllers: Vec<Box<dyn Controller>>) -> Self {
        let mut routes: HashMap<Arc<str>, Vec<(usize, Arc<Source>)>> = HashMap::new();
        let mut everything = Vec::new();
        for (number, controller) in controllers.iter().enumerate() {
            for source in controller.sources() {
                let source = Arc::new(source);
                match &source.kind {
                    Some(kind) => {
                        let name = crate::sandbox::kinds::collection(&kind.group, &kind.plural);
                        let route = routes.entry(name).or_default();
                        route.push((number, Arc::clone(&source)));
                    }
                    None => everything.push((number, source)),
                }
            }
        }
        Self {
            queue: Queue::new(context.clock.clone()),
            context,
            controllers,
            routes,
            everything,
            watched: Mutex::default(),
        }
    }

    /// The kinds that are to be watched and are not yet; they count as watched from now on.
    fn new_kinds(&self) -> Vec<(Arc<str>, ResourceId)> {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let mut new = Vec::new();
        for info in self.context.cluster.resources() {
            let wanted = !self.everything.is_empty() || self.routes.contains_key(&info.collection);
            let stored = info.verbs.iter().any(|verb| verb == "watch");
            if wanted && stored && !watched.contains_key(&info.collection) {
                watched.insert(Arc::clone(&info.collection), info.id());
                new.push((Arc::clone(&info.collection), info.id()));
            }
        }
        new
    }

    /// Tells the controllers of a change.
    fn route(&self, collection: &str, event: &Event) {
        let routes = self.routes.get(collection).into_iter().flatten();
        for (controller, source) in routes.chain(&self.everything) {
            for key in (source.map)(&self.context, event) {
                let controller = *controller;
                self.queue.add(Item { controller, key });
            }
        }
    }

    /// Changes were missed: everything is looked at anew by those who watch the kind.
    fn resync(&self, collection: &str) {
        let routes = self.routes.get(collection).into_iter().flatten();
        let mut told: Vec<usize> = routes
            .chain(&self.everything)
            .map(|(controller, _)| *controller)
            .collect();
        told.sort_unstable();
        told.dedup();
        for controller in told {
            for key in self.controllers[controller].all(&self.context) {
                self.queue.add(Item { controller, key });
            }
        }
    }

    fn work(&self, item: Item) {
        let controller = &self.controllers[item.controller];
        let next = controller
            .reconcile(&self.context, &item.key)
            .unwrap_or(Next::Retry);
        self.queue.done(item, next);
    }
}

/// The place of the controllers in the history of one kind.
struct Informer {
    collection: Arc<str>,
    kind: ResourceId,
    watch: Option<Watch>,
}

impl Informer {
    fn new((collection, kind): (Arc<str>, ResourceId)) -> Self {
        Self {
            collection,
            kind,
            watch: None,
        }
    }

    /// Routes all that has happened. Gives whether there was anything; `None` if the kind is gone.
    fn drain(&mut self, hub: &Hub) -> Option<bool> {
        let mut any = false;
        loop {
            let watch = match &mut self.watch {
                Some(watch) => watch,
                none => {
                    let options = WatchOptions::default();
                    let watch = hub.context.cluster.watch(&self.kind, None, &options).ok()?;
                    none.insert(watch)
                }
            };
            match watch.try_next() {
                Ok(Some(event)) => {
                    any = true;
                    hub.route(&self.collection, &event);
                }
                Ok(None) => return Some(any),
                Err(_) => {
                    any = true;
                    self.watch = None;
                    hub.resync(&self.collection);
                }
            }
        }
    }

    /// Waits for a change and routes what there is. Gives whether the kind is still there.
    async fn wait(&mut self, hub: &Hub) -> bool {
        if self.drain(hub).is_none() {
            return false;
        }
        let Some(watch) = &mut self.watch else {
            return false;
        };
        if let Ok(event) = watch.next().await {
            hub.route(&self.collection, &event);
        } else {
            self.watch = None;
            hub.resync(&self.collection);
        }
        true
    }
}

/// Running controllers; they stop when it is dropped.
pub(crate) struct Handle {
    hub: Arc<Hub>,
    informers: tokio::task::JoinHandle<()>,
    hands: Vec<JoinHandle<()>>,
}

impl Handle {
    /// Starts the informers on the present runtime, and the hands on threads of their own.
    pub(crate) fn start(hub: Hub) -> std::io::Result<Self> {
        let hub = Arc::new(hub);
        let informers = tokio::spawn(inform(Arc::clone(&hub)));
        let count = std::thread::available_parallelism().map_or(2, |count| count.get().clamp(2, 4));
        let mut handle = Self {
            hub,
            informers,
            hands: Vec::new(),
        };
        for _ in 0..count {
            let hub = Arc::clone(&handle.hub);
            let hand = std::thread::Builder::new().name("controller".to_owned());
            let hand = hand.spawn(move || {
                while let Some(item) = hub.queue.next() {
                    hub.work(item);
                }
            });
            handle.hands.push(hand?);
        }
        Ok(handle)
    }
}

#[cfg(test)]
impl Handle {
    /// Whether all that was started still runs: nothing has panicked.
    pub(crate) fn is_sound(&self) -> bool {
        let hands = self.hands.iter().all(|hand| !hand.is_finished());
        hands && !self.informers.is_finished()
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.informers.abort();
        self.hub.queue.stop();
        for hand in self.hands.drain(..) {
            // A hand that panicked has said so.
            let _ = hand.join();
        }
    }
}

/// Runs an informer for each kind, and those of CRDs as they come.
async fn inform(hub: Arc<Hub>) {
    let mut kinds = hub.context.cluster.kinds_changed();
    let mut running = tokio::task::JoinSet::new();
    loop {
        kinds.mark_unchanged();
        for kind in hub.new_kinds() {
            let hub = Arc::clone(&hub);
            running.spawn(async move {
                let mut informer = Informer::new(kind);
                while informer.wait(&hub).await {}
                // The kind is gone. Should it come back, it gets a new informer.
                let mut watched = hub.watched.lock().unwrap_or_else(PoisonError::into_inner);
                watched.remove(&informer.collection);
            });
        }
        while running.try_join_next().is_some() {}
        if kinds.changed().await.is_err() {
            return;
        }
    }
}

/// The keys of all objects of a kind.
pub(crate) fn keys_of(context: &Context, kind: &ResourceId) -> Vec<Key> {
    let listed = context.cluster.list(
        kind,
        None,
        &crate::sandbox::api::options::ListOptions::default(),
    );
    let items = listed.map(|list| list.items).unwrap_or_default();
    items.iter().map(|object| Key::of(object)).collect()
}

/// The same without threads: for tests, which decide when something happens.
#[cfg(test)]
pub(crate) struct Stepper {
    hub: Hub,
    informers: Vec<Informer>,
}

#[cfg(test)]
impl Stepper {
    /// Steps through what this hub has to do.
    pub(crate) fn new(hub: Hub) -> Self {
        Self {
            hub,
            informers: Vec::new(),
        }
    }

    /// Works until there is nothing to do now. Gives how many keys were looked at.
    pub(crate) fn settle(&mut self) -> usize {
        let mut count = 0;
        loop {
            for kind in self.hub.new_kinds() {
                self.informers.push(Informer::new(kind));
            }
            let mut any = false;
            for informer in &mut self.informers {
                any |= informer.drain(&self.hub) == Some(true);
            }
            while let Some(item) = self.hub.queue.try_next() {
                self.hub.work(item);
                any = true;
                count += 1;
                assert!(count < 1_000_000, "the controllers do not come to rest");
            }
            if !any {
                return count;
            }
        }
    }

    /// Puts the clock forward, from one timer to the next.
    pub(crate) fn advance(&mut self, by: std::time::Duration) {
        let clock = &self.hub.context.clock;
        let end = clock.millis() + i64::try_from(by.as_millis()).unwrap();
        self.settle();
        loop {
            let clock = self.hub.context.clock.clone();
            let now = clock.millis();
            let due = self.hub.queue.next_due().filter(|due| *due < end);
            let until = due.unwrap_or(end).max(now);
            let pause = u64::try_from(until - now).unwrap();
            clock.advance(std::time::Duration::from_millis(pause));
            self.settle();
            if due.is_none() {
                return;
            }
        }
    }
}
