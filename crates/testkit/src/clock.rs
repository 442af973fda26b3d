//! The one place where tests and benchmarks read the machine's time.

use model::{Clock, Timestamp};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime};

/// The machine's wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that others are given")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's wall clock, put forward or back by a test.
#[derive(Debug, Default)]
pub struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    /// Puts the clock this many milliseconds forward, or back.
    pub fn shift(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// The moment this many milliseconds from now.
    pub fn from_now(&self, millis: i64) -> Timestamp {
        Timestamp::from_millis(self.now().millis() + millis)
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(WallClock.now().millis() + self.0.load(Ordering::SeqCst))
    }
}

/// A point in monotonic time, to measure how long something took.
#[expect(clippy::disallowed_methods, reason = "measuring is what a benchmark is for")]
pub fn instant() -> Instant {
    Instant::now()
}
