//! The one place where tests and benchmarks read the machine's time.

use model::Timestamp;
use std::time::{Instant, SystemTime};

/// The machine's wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

impl model::Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that others are given")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A point in monotonic time, to measure how long something took.
#[expect(clippy::disallowed_methods, reason = "measuring is what a benchmark is for")]
pub fn instant() -> Instant {
    Instant::now()
}
