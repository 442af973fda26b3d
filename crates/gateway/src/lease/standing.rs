//! Where one worker stands with the gateway's lease.
//!
//! When the lease is over a worker lapses: it ends all that it has, once, and refuses what comes
//! after. Between the end and that moment nothing may be written, because it could be of a call
//! that ends; before and after it may. Whoever writes for a worker asks here, right before he does.

use super::Lease;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where a worker stands. Only the worker itself changes it.
#[derive(Debug)]
pub struct Standing {
    lease: Arc<Lease>,
    lapsed: AtomicBool,
}

impl Standing {
    /// Of a worker that has nothing yet.
    pub(crate) fn new(lease: Arc<Lease>) -> Self {
        Self { lease, lapsed: AtomicBool::new(true) }
    }

    /// Whether bytes may be written now: not when the lease is over and what the worker had is not
    /// ended yet.
    pub fn may_write(&self) -> bool {
        self.has_lapsed() || !self.lease.is_over()
    }

    /// Whether the worker refuses everything.
    pub(crate) fn has_lapsed(&self) -> bool {
        self.lapsed.load(Ordering::Relaxed)
    }

    /// Looks whether the lease holds; true if it is over and what the worker has must be ended now.
    #[must_use = "what the worker has must be ended"]
    pub(crate) fn ends(&self) -> bool {
        if !self.lease.is_over() {
            self.lapsed.store(false, Ordering::Relaxed);
            return false;
        }
        self.lease.notice();
        !self.lapsed.swap(true, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lease::clock::{Alarm, BootClock, LeaseClock};
    use std::io;
    use std::time::Duration;

    /// It stands still; leases on it end when they are ended.
    #[derive(Debug)]
    struct Still;

    impl LeaseClock for Still {
        fn since_boot(&self) -> Duration {
            Duration::from_secs(1)
        }

        fn alarm(&self) -> io::Result<Box<dyn Alarm>> {
            BootClock.alarm()
        }
    }

    #[test]
    fn nothing_is_written_between_the_end_and_the_moment_when_everything_is_ended() {
        let lease = Arc::new(Lease::new(Arc::new(Still)).unwrap());
        let standing = Standing::new(Arc::clone(&lease));
        let now = |standing: &Standing| (standing.may_write(), standing.has_lapsed());
        // Refusals may be written by whoever has nothing else.
        assert!(!standing.ends());
        assert_eq!(now(&standing), (true, true));
        for lapses in 0..3 {
            lease.extend(lease.stamp(), Duration::from_secs(1)).unwrap();
            assert!(!standing.ends());
            assert_eq!(now(&standing), (true, false));
            lease.end();
            assert_eq!(now(&standing), (false, false));
            assert_eq!(lease.lapses(), lapses);
            assert!(standing.ends());
            assert_eq!(now(&standing), (true, true));
            assert!(!standing.ends(), "it ends once");
            assert_eq!(lease.lapses(), lapses + 1);
        }
    }
}
