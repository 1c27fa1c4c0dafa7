//! The work queue: which object of which controller is to be looked at, each at most once at a time, now or later.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Clock, Next};
use crate::sandbox::api::Key;

/// The object `key` of the controller that has this number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Item {
    pub(super) controller: usize,
    pub(super) key: Key,
}

/// The first pause after a failure; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// Pauses do not get longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

#[derive(Default)]
struct State {
    ready: VecDeque<Item>,
    /// What is in `ready`.
    waiting: HashSet<Item>,
    running: HashSet<Item>,
    /// What was added while it ran: it runs again.
    again: HashSet<Item>,
    /// By time, in milliseconds since 1970. An entry that is not in `due` under the same time no longer counts.
    later: BinaryHeap<Reverse<(i64, Item)>>,
    due: HashMap<Item, i64>,
    failures: HashMap<Item, u32>,
    stopped: bool,
}

impl State {
    fn add(&mut self, item: Item) {
        if self.running.contains(&item) {
            self.again.insert(item);
        } else if self.waiting.insert(item.clone()) {
            self.ready.push_back(item);
        }
    }

    /// Makes ready what is due. Gives the time of what is next.
    fn wake(&mut self, now: i64) -> Option<i64> {
        loop {
            let Reverse((at, _)) = self.later.peek()?;
            let at = *at;
            let valid = |state: &Self, item: &Item| state.due.get(item) == Some(&at);
            if at > now
                && self
                    .later
                    .peek()
                    .is_some_and(|Reverse((_, item))| valid(self, item))
            {
                return Some(at);
            }
            let Reverse((_, item)) = self.later.pop()?;
            if valid(self, &item) {
                self.due.remove(&item);
                self.add(item);
            }
        }
    }

    fn take(&mut self) -> Option<Item> {
        let item = self.ready.pop_front()?;
        self.waiting.remove(&item);
        self.due.remove(&item);
        self.running.insert(item.clone());
        Some(item)
    }
}

/// See the module.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    clock: Clock,
}

impl Queue {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            clock,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has an item looked at as soon as there is a hand free. Once, however often it is added before.
    pub(super) fn add(&self, item: Item) {
        self.lock().add(item);
        self.changed.notify_one();
    }

    /// The next item, once there is one; `None` when the queue was stopped.
    pub(super) fn next(&self) -> Option<Item> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return None;
            }
            let now = self.clock.millis();
            let due = state.wake(now);
            if let Some(item) = state.take() {
                if !state.ready.is_empty() {
                    self.changed.notify_one();
                }
                return Some(item);
            }
            let pause = due.map(|at| Duration::from_millis(u64::try_from(at - now).unwrap_or(1)));
            state = if let Some(pause) = pause {
                let waited = self.changed.wait_timeout(state, pause);
                waited.unwrap_or_else(PoisonError::into_inner).0
            } else {
                let waited = self.changed.wait(state);
                waited.unwrap_or_else(PoisonError::into_inner)
            };
        }
    }

    /// The next item, if there is one now.
    #[cfg(test)]
    pub(super) fn try_next(&self) -> Option<Item> {
        let mut state = self.lock();
        state.wake(self.clock.millis());
        state.take()
    }

    /// When the next of what waits for its time is due, in milliseconds since 1970.
    #[cfg(test)]
    pub(super) fn next_due(&self) -> Option<i64> {
        self.lock().wake(i64::MIN)
    }

    /// An item was looked at: what comes next.
    pub(super) fn done(&self, item: Item, next: Next) {
        let mut state = self.lock();
        state.running.remove(&item);
        let pause = match next {
            Next::Done => {
                state.failures.remove(&item);
                None
            }
            Next::After(pause) => {
                state.failures.remove(&item);
                Some(pause)
            }
            Next::Retry => {
                let count = state.failures.entry(item.clone()).or_default();
                let pause = FIRST_PAUSE.saturating_mul(1 << (*count).min(16));
                *count += 1;
                Some(pause.min(LONGEST_PAUSE))
            }
        };
        if state.again.remove(&item) {
            state.add(item);
        } else if let Some(pause) = pause {
            let pause = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
            // Up, so that what is asked for "in half a millisecond" is not asked for again at once.
            let at = self.clock.millis().saturating_add(pause.max(1));
            state.due.insert(item.clone(), at);
            state.later.push(Reverse((at, item)));
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Lets everybody who waits go.
    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str) -> Item {
        Item {
            controller: 0,
            key: Key::cluster(name),
        }
    }

    #[test]
    fn an_item_is_looked_at_once_however_often_it_is_added() {
        let queue = Queue::new(Clock::manual());
        queue.add(item("a"));
        queue.add(item("b"));
        queue.add(item("a"));
        assert_eq!(queue.try_next(), Some(item("a")));
        assert_eq!(queue.try_next(), Some(item("b")));
        assert_eq!(queue.try_next(), None);
    }

    #[test]
    fn an_item_added_while_it_is_looked_at_is_looked_at_again_afterwards() {
        let queue = Queue::new(Clock::manual());
        queue.add(item("a"));
        let taken = queue.try_next().unwrap();
        queue.add(item("a"));
        assert_eq!(queue.try_next(), None, "not twice at a time");
        queue.done(taken, Next::After(Duration::from_secs(60)));
        assert_eq!(queue.try_next(), Some(item("a")));
    }

    #[test]
    fn an_item_comes_back_when_its_time_has_come_and_a_newer_time_counts() {
        let clock = Clock::manual();
        let queue = Queue::new(clock.clone());
        queue.add(item("a"));
        let taken = queue.try_next().unwrap();
        queue.done(taken, Next::After(Duration::from_secs(10)));
        assert_eq!(queue.try_next(), None);
        queue.add(item("a"));
        let taken = queue.try_next().unwrap();
        queue.done(taken, Next::After(Duration::from_secs(100)));
        clock.advance(Duration::from_secs(50));
        assert_eq!(queue.try_next(), None, "the first time no longer counts");
        clock.advance(Duration::from_secs(51));
        assert_eq!(queue.try_next(), Some(item("a")));
        assert_eq!(queue.next_due(), None);
    }

    #[test]
    fn failures_make_the_pauses_longer_and_success_short_again() {
        let clock = Clock::manual();
        let queue = Queue::new(clock.clone());
        let mut pauses = Vec::new();
        queue.add(item("a"));
        for _ in 0..16 {
            let taken = queue.try_next().unwrap();
            let before = clock.millis();
            queue.done(taken, Next::Retry);
            pauses.push(queue.next_due().unwrap() - before);
            clock.advance(Duration::from_secs(31));
        }
        assert!(pauses.is_sorted(), "{pauses:?}");
        assert!(pauses[0] < 1000 && pauses[15] >= 30_000, "{pauses:?}");
        let taken = queue.try_next().unwrap();
        queue.done(taken, Next::Done);
        assert_eq!(queue.next_due(), None);
    }

    #[test]
    fn stopping_lets_those_go_who_wait() {
        let queue = std::sync::Arc::new(Queue::new(Clock::default()));
        let other = std::sync::Arc::clone(&queue);
        let waiting = std::thread::spawn(move || other.next());
        queue.stop();
        assert_eq!(waiting.join().unwrap(), None);
    }
}
