//! The controllers' clock: that of the machine, or one that only a test moves.

use std::time::{SystemTime, UNIX_EPOCH};

#[cfg(test)]
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// See the module. All clones of a clock show the same time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    /// Milliseconds since 1970, of a clock that stands still.
    #[cfg(test)]
    set: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// Milliseconds since 1970.
    #[cfg_attr(
        not(test),
        expect(clippy::unused_self, reason = "only tests have different clocks")
    )]
    pub(crate) fn millis(&self) -> i64 {
        #[cfg(test)]
        if let Some(set) = &self.set {
            return set.load(Ordering::SeqCst);
        }
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// Whole seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.millis().div_euclid(1000)
    }

    /// Now, as `metav1.Time` is written.
    pub(crate) fn now(&self) -> String {
        crate::sandbox::api::clock::format(self.seconds())
    }

    /// A clock that shows the present until it is moved.
    #[cfg(test)]
    pub(crate) fn manual() -> Self {
        let now = Self::default().millis();
        Self {
            set: Some(Arc::new(AtomicI64::new(now))),
        }
    }

    /// Puts a manual clock forward.
    #[cfg(test)]
    pub(crate) fn advance(&self, by: std::time::Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.set.as_ref().unwrap().fetch_add(by, Ordering::SeqCst);
    }
}
