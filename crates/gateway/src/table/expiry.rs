//! Which keys end when, in order, so that nobody looks through all keys to find those that ended.

use model::{KeyId, Timestamp};
use std::collections::BTreeSet;
use std::ops::Bound::{Excluded, Included};
use std::sync::{Mutex, PoisonError};

/// The ends of keys, soonest first. Those that have passed stay until the key is gone: a range of
/// time is asked for, so they cost no time.
#[derive(Debug, Default)]
pub struct Expiries(Mutex<BTreeSet<(Timestamp, u128)>>);

impl Expiries {
    /// Notes that a key's end has moved.
    pub fn moved(&self, id: KeyId, before: Option<Timestamp>, after: Option<Timestamp>) {
        if before == after {
            return;
        }
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = before {
            queue.remove(&(before, id.number()));
        }
        if let Some(after) = after {
            queue.insert((after, id.number()));
        }
    }

    /// The keys that ended after `from` and not after `to`.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> Vec<KeyId> {
        if from >= to {
            return Vec::new();
        }
        let queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let range = (Excluded((from, u128::MAX)), Included((to, u128::MAX)));
        queue.range(range).filter_map(|&(_, id)| KeyId::from_number(id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_keys_that_ended_in_a_span_of_time() {
        let at = Timestamp::from_millis;
        let key = |number| KeyId::from_number(number).unwrap();
        let queue = Expiries::default();
        for (number, end) in [(1, 10), (2, 20), (3, 20), (4, 30)] {
            queue.moved(key(number), None, Some(at(end)));
        }
        assert_eq!(queue.between(at(0), at(9)), []);
        assert_eq!(queue.between(at(0), at(10)), [key(1)]);
        assert_eq!(queue.between(at(10), at(20)), [key(2), key(3)]);
        assert_eq!(queue.between(at(30), at(30)), []);
        queue.moved(key(2), Some(at(20)), Some(at(40)));
        queue.moved(key(3), Some(at(20)), None);
        assert_eq!(queue.between(at(10), at(40)), [key(4), key(2)]);
        assert_eq!(queue.between(at(40), at(10)), []);
    }
}
