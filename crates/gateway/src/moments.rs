//! The gateway's time: never earlier than it was.
//!
//! Wall-clock time decides whether a key has expired, and a wall clock can be put back; a key that
//! was refused for its age would live again. So the time here is the monotonic clock plus the
//! greatest lead that the wall clock ever had over it in this process: it goes on while the wall
//! clock stands back, and follows when that goes forward. One word shared by all workers, read once
//! a turn.

use model::{Clock, Timestamp};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// One moment, in both of the gateway's times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Wall-clock time, never earlier than any before it.
    pub wall: Timestamp,
    /// Nanoseconds since the gateway was made.
    pub nanos: u64,
}

/// Where the time comes from.
pub struct Moments {
    clock: Arc<dyn Clock>,
    start: Instant,
    /// Milliseconds by which the wall clock was ahead of the time since `start`, at the most.
    lead: AtomicI64,
}

impl Moments {
    /// Time that begins now.
    pub fn new(clock: Arc<dyn Clock>, start: Instant) -> Self {
        let lead = AtomicI64::new(clock.now().millis());
        Self { clock, start, lead }
    }

    /// What time it is at this instant, which must be the present one.
    pub fn at(&self, instant: Instant) -> Moment {
        let since = instant.saturating_duration_since(self.start);
        let passed = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        let reading = self.clock.now().millis().saturating_sub(passed);
        // A store only when the wall clock has gone forward by itself, so the word stays shared.
        let known = self.lead.load(Ordering::Relaxed);
        let lead = if reading > known {
            self.lead.fetch_max(reading, Ordering::Relaxed).max(reading)
        } else {
            known
        };
        Moment {
            wall: Timestamp::from_millis(lead.saturating_add(passed)),
            nanos: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX),
        }
    }
}

impl std::fmt::Debug for Moments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Moments")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn it_never_goes_back_and_never_stands_still() {
        let clock = Arc::new(Hand(AtomicI64::new(1_000)));
        let start = testkit::clock::instant();
        let moments = Moments::new(clock.clone(), start);
        let at = |millis| moments.at(start + Duration::from_millis(millis)).wall.millis();
        assert_eq!(at(0), 1_000);
        clock.0.store(6_000, Ordering::Relaxed);
        assert_eq!(at(10), 6_000);
        clock.0.store(500, Ordering::Relaxed);
        assert_eq!(at(10), 6_000);
        assert_eq!(at(1_010), 7_000);
        clock.0.store(7_500, Ordering::Relaxed);
        assert_eq!(at(1_020), 7_500);
        assert_eq!(moments.at(start + Duration::from_nanos(7)).nanos, 7);
    }
}
