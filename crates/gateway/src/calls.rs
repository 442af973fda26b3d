//! How many calls a key has running, and how many were cut when it changed.
//!
//! Both are for whoever is about to delete a key, or has. Nothing is counted on the way of a call:
//! the workers look when they are asked. What was cut is remembered for the keys that changed last
//! only, so this must never be what a decision depends on.

use hashbrown::HashMap;
use model::KeyId;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// For how many keys it is remembered what was cut.
const REMEMBERED: usize = 4096;

/// How many calls of each key a worker has cut.
pub(crate) type CutCalls = HashMap<KeyId, u64>;

/// What was cut of the keys that changed last.
#[derive(Default)]
pub(crate) struct Cuts(Mutex<VecDeque<(KeyId, u64)>>);

impl Cuts {
    /// Remembers that so many calls of each of these keys were cut, on all workers together.
    pub(crate) fn add(&self, keys: &[KeyId], cut: &CutCalls) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys.iter().take(REMEMBERED) {
            if known.len() == REMEMBERED {
                known.pop_front();
            }
            known.push_back((*key, cut.get(key).copied().unwrap_or(0)));
        }
    }

    /// How many were cut at the last change of a key; `None` if that is not known any more.
    pub(crate) fn of(&self, key: KeyId) -> Option<u64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().rev().find(|(other, _)| *other == key).map(|(_, cut)| *cut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_change_counts_and_the_oldest_are_forgotten() {
        let key = |number| KeyId::from_number(number).unwrap();
        let cuts = Cuts::default();
        cuts.add(&[key(1), key(2)], &CutCalls::from_iter([(key(1), 3)]));
        assert_eq!([1, 2, 3].map(|n| cuts.of(key(n))), [Some(3), Some(0), None]);
        cuts.add(&[key(1)], &CutCalls::new());
        assert_eq!(cuts.of(key(1)), Some(0));
        for number in 10..10 + REMEMBERED as u128 {
            cuts.add(&[key(number)], &CutCalls::new());
        }
        assert_eq!((cuts.of(key(2)), cuts.of(key(10))), (None, Some(0)));
    }
}
