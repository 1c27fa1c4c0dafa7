//! The controllers' clock: that of the machine, which a test can put forward.

use std::time::{SystemTime, UNIX_EPOCH};

#[cfg(test)]
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// See the module. All clones of a clock show the same time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock {
    #[cfg(test)]
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Milliseconds since 1970.
    pub(crate) fn millis(&self) -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        now + self.ahead()
    }

    /// Whole seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.millis().div_euclid(1000)
    }

    /// Now, as `metav1.Time` is written.
    pub(crate) fn now(&self) -> String {
        crate::sandbox::api::clock::format(self.seconds())
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "only a test's clock has a difference")]
    fn ahead(&self) -> i64 {
        0
    }

    #[cfg(test)]
    fn ahead(&self) -> i64 {
        self.ahead.load(Ordering::SeqCst)
    }

    /// Puts the clock forward.
    #[cfg(test)]
    pub(crate) fn advance(&self, by: std::time::Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.ahead.fetch_add(by, Ordering::SeqCst);
    }
}
