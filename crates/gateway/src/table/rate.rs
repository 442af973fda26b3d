//! A key's rate: the generic cell rate algorithm in one atomic word.
//!
//! The word is the moment at which the key will have used up what it was given (the theoretical
//! arrival time), in nanoseconds of the gateway's own monotonic time. A call moves it on by one
//! share of a second; a call that would move it more than a second ahead is refused and moves
//! nothing. That is a bucket that holds one second's worth of calls and is filled evenly, without a
//! thread that fills it. This module must never read a clock.

use model::rate::RateLimit;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const SECOND: u64 = 1_000_000_000;

/// The rate of one key. A clone shares what is used up.
#[derive(Clone, Debug)]
pub struct Rate {
    limit: RateLimit,
    arrival: Arc<AtomicU64>,
}

impl Rate {
    /// A rate of which nothing is used up.
    pub fn new(limit: RateLimit) -> Self {
        Self { limit, arrival: Arc::default() }
    }

    /// The same with another limit; what is used up stays so.
    #[must_use]
    pub fn with_limit(&self, limit: RateLimit) -> Self {
        Self { limit, arrival: Arc::clone(&self.arrival) }
    }

    /// How many calls a second.
    pub fn limit(&self) -> RateLimit {
        self.limit
    }

    /// Takes one call at this moment, in nanoseconds of the gateway's time.
    ///
    /// # Errors
    /// How long until a call may be made, if it may not be now.
    pub fn take(&self, now: u64) -> Result<(), Duration> {
        let share = self.share();
        // As many calls as fit into a second may come at once.
        let ahead = share * u64::from(self.limit.per_second() - 1);
        let taken = self.arrival.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |arrival| {
            (arrival <= now.saturating_add(ahead)).then(|| arrival.max(now).saturating_add(share))
        });
        taken.map(drop).map_err(|arrival| {
            Duration::from_nanos(arrival.saturating_sub(now.saturating_add(ahead)))
        })
    }

    /// What one call costs, rounded up so that the limit is never exceeded.
    fn share(&self) -> u64 {
        SECOND.div_ceil(u64::from(self.limit.per_second()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A bucket as one would draw it: filled as time goes by, emptied by calls.
    struct Bucket {
        share: u64,
        most: u64,
        level: u64,
        filled: u64,
    }

    impl Bucket {
        fn new(limit: RateLimit, now: u64) -> Self {
            let share = SECOND.div_ceil(u64::from(limit.per_second()));
            let most = share * u64::from(limit.per_second());
            Self { share, most, level: most, filled: now }
        }

        fn take(&mut self, now: u64) -> bool {
            self.level = self.most.min(self.level + (now - self.filled));
            self.filled = now;
            let enough = self.level >= self.share;
            self.level -= if enough { self.share } else { 0 };
            enough
        }
    }

    proptest! {
        #[test]
        fn it_lets_through_what_a_bucket_lets_through(
            per_second in prop_oneof![1..=20u32, 1..=RateLimit::MAX],
            start in 0..u64::from(u32::MAX),
            pauses in prop::collection::vec(
                prop_oneof![Just(0u64), 0..2_000u64, 0..50_000_000u64, 0..3 * SECOND], 1..400),
        ) {
            let limit = RateLimit::new(per_second).unwrap();
            let (rate, mut bucket, mut now) = (Rate::new(limit), Bucket::new(limit, start), start);
            for pause in pauses {
                now += pause;
                let took = rate.take(now);
                prop_assert_eq!(took.is_ok(), bucket.take(now));
                if let Err(wait) = took {
                    // The hint is exact: not a nanosecond earlier.
                    let wait = u64::try_from(wait.as_nanos()).unwrap();
                    prop_assert!(wait > 0 && rate.clone_for_test().take(now + wait - 1).is_err());
                    prop_assert!(rate.clone_for_test().take(now + wait).is_ok());
                }
            }
        }

        #[test]
        fn no_second_sees_more_than_twice_the_limit(
            per_second in 1..=50u32,
            pauses in prop::collection::vec(0..40_000_000u64, 1..500),
        ) {
            let rate = Rate::new(RateLimit::new(per_second).unwrap());
            let (mut now, mut admitted) = (0, Vec::new());
            for pause in pauses {
                now += pause;
                if rate.take(now).is_ok() {
                    admitted.push(now);
                }
            }
            for &from in &admitted {
                let within = admitted.iter().filter(|&&at| at >= from && at < from + SECOND);
                // A full bucket, and what flows in while it is emptied.
                prop_assert!(within.count() <= 2 * per_second as usize);
            }
        }
    }

    impl Rate {
        fn clone_for_test(&self) -> Self {
            let arrival = Arc::new(AtomicU64::new(self.arrival.load(Ordering::Relaxed)));
            Self { limit: self.limit, arrival }
        }
    }

    #[test]
    fn a_new_limit_forgives_nothing() {
        let rate = Rate::new(RateLimit::new(2).unwrap());
        assert!(rate.take(5).is_ok() && rate.take(5).is_ok() && rate.take(5).is_err());
        let same = rate.with_limit(RateLimit::new(2).unwrap());
        assert!(same.take(5).is_err() && same.take(5 + SECOND).is_ok());
        assert_eq!(rate.take(5), same.take(5));
    }

    #[test]
    fn workers_share_it() {
        let rate = Rate::new(RateLimit::new(1000).unwrap());
        let admitted: usize = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..1000).filter(|_| rate.take(7).is_ok()).count()))
                .collect();
            workers.into_iter().map(|worker| worker.join().unwrap()).sum()
        });
        assert_eq!(admitted, 1000);
    }
}
