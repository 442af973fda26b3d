//! The lease, held against a plain account of what was stamped, extended and ended.

use crate::hand::{HandClock, Shared};
use crate::naive::cases;
use gateway::{Lease, Stamp};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::Arc;
use std::time::Duration;

/// What may be done to a lease.
#[derive(Clone, Debug)]
enum Step {
    Stamp,
    /// With which of the stamps, and by how much.
    Extend(Index, u64),
    End,
    /// Time goes on by so much.
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Stamp),
        4 => (any::<Index>(), 0..12u64).prop_map(|(which, by)| Step::Extend(which, by)),
        1 => Just(Step::End),
        4 => (0..8u64).prop_map(Step::Wait),
    ]
}

/// All that happened, and nothing worked out from it.
#[derive(Default)]
struct Account {
    now: u64,
    ends: usize,
    /// When each stamp was taken, and after how many ends.
    stamps: Vec<(u64, usize)>,
    /// Which stamp was used, and until when the lease holds by it.
    extensions: Vec<(usize, u64)>,
}

impl Account {
    /// For how long it holds: by whichever extension lets it hold longest, of those whose stamp was
    /// taken since it was ended last.
    fn left(&self) -> u64 {
        let valid = self.extensions.iter().filter(|(stamp, _)| self.stamps[*stamp].1 == self.ends);
        valid.map(|(_, until)| until.saturating_sub(self.now)).max().unwrap_or(0)
    }
}

proptest! {
    #![proptest_config(cases(5_000))]

    #[test]
    fn a_lease_holds_as_long_as_a_plain_account_says(
        steps in prop::collection::vec(step(), 0..60)
    ) {
        let clock = Arc::new(HandClock::default());
        let lease = Lease::new(Arc::new(Shared(Arc::clone(&clock)))).unwrap();
        let mut account = Account::default();
        let mut stamps: Vec<Stamp> = Vec::new();
        let mut openings = 0;
        for step in &steps {
            let before = account.left();
            match step {
                Step::Stamp => {
                    stamps.push(lease.stamp());
                    account.stamps.push((account.now, account.ends));
                }
                Step::Extend(_, _) if stamps.is_empty() => {}
                Step::Extend(which, by) => {
                    let which = which.index(stamps.len());
                    lease.extend(stamps[which], Duration::from_secs(*by)).unwrap();
                    account.extensions.push((which, account.stamps[which].0 + by));
                    prop_assert!(account.left() >= before, "the account itself is wrong");
                }
                Step::End => {
                    lease.end();
                    account.ends += 1;
                }
                Step::Wait(by) => {
                    clock.advance(Duration::from_secs(*by));
                    account.now += by;
                }
            }
            openings += u64::from(before == 0 && account.left() > 0);
            prop_assert_eq!(lease.left(), Duration::from_secs(account.left()));
            prop_assert_eq!(lease.is_over(), account.left() == 0);
            // It has run out as often as it began to hold, but for the last time, which nobody has
            // noticed or which is not over.
            prop_assert_eq!(lease.lapses(), u64::saturating_sub(openings, 1));
        }
    }
}
