//! How keys are used, counted where calls end and handed out in batches.
//!
//! Each worker counts in tables of its own, which keep their room, so counting costs a lookup and
//! no allocation. Once a second, or when it has many, it adds them to the gateway's, where whoever
//! writes them down takes them. All are bounded: when more keys and users call at once than there
//! is room for, calls of the others are counted without their name. This module must never hold
//! more of a call than [`UsageEntry`] and [`LastUse`] have.

use crate::access_log::Verdict;
use hashbrown::HashMap;
use milvus::rpc::{Class, Row};
use model::usage::{CallClass, CallOutcome, Hour, LastUse, UsageBatch, UsageCount, UsageEntry};
use model::{AccessRole, KeyId, Timestamp};
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Entries of one worker, and keys whose last use it holds.
const OF_WORKER: usize = 8_192;
/// With so many of either, a worker hands over at the end of its turn: its tables stay small.
const HANDED_OVER: usize = 2_048;
/// The same for the gateway, while nobody takes them. A table of 2^16 places is full with these.
const OF_GATEWAY: usize = 57_344;
/// With so many of either, they should be taken now. A table of 2^14 places has room for these and
/// for what a worker hands over next.
const CROWDED: usize = 12_288;

/// A worker's counts of the last second.
#[derive(Debug, Default)]
pub struct Tally {
    calls: HashMap<UsageEntry, u64>,
    last: HashMap<KeyId, LastUse>,
}

impl Tally {
    /// Notes that a key was presented.
    pub fn seen(&mut self, key: KeyId, last: LastUse) {
        if let Some(known) = self.last.get_mut(&key) {
            *known = last;
        } else if self.last.len() < OF_WORKER {
            self.last.insert(key, last);
        }
    }

    /// Counts a call that has ended.
    pub fn count(&mut self, entry: UsageEntry) {
        add(&mut self.calls, OF_WORKER, entry, |entry| entry, 1);
    }

    /// Whether there is enough to hand over before the second is over.
    pub fn is_full(&self) -> bool {
        self.calls.len() >= HANDED_OVER || self.last.len() >= HANDED_OVER
    }

    /// Whether there is nothing to hand over.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.last.is_empty()
    }
}

/// The gateway's counts, until somebody takes them.
#[derive(Default)]
pub struct Usage {
    held: Mutex<Held>,
    /// Rung while so much is held that it should be taken.
    bell: OnceLock<Bell>,
}

/// What is called when counts should be taken; it must not block.
type Bell = Box<dyn Fn() + Send + Sync>;

#[derive(Debug, Default)]
struct Held {
    calls: HashMap<(Hour, UsageEntry), u64>,
    last: HashMap<KeyId, LastUse>,
    /// Calls that were counted without their key or user.
    nameless: u64,
}

impl Held {
    /// Whether it should be taken soon, before the tables get large and keys lose their names.
    fn is_crowded(&self) -> bool {
        self.calls.len() >= CROWDED || self.last.len() >= CROWDED
    }
}

impl Usage {
    /// Whom to call while there is so much that it should be taken. The first one stays.
    pub fn ring(&self, bell: impl Fn() + Send + Sync + 'static) {
        let _ = self.bell.set(Box::new(bell));
    }

    /// Takes over what a worker has counted by this moment.
    pub fn add(&self, tally: &mut Tally, now: Timestamp) {
        if tally.is_empty() {
            return;
        }
        let hour = Hour::of(now);
        let mut guard = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let held = &mut *guard;
        for (entry, calls) in tally.calls.drain() {
            let fits = add(&mut held.calls, OF_GATEWAY, entry, |entry| (hour, entry), calls);
            let named = entry.key.is_some() || entry.user.is_some();
            held.nameless += if fits && named { 0 } else { calls };
        }
        for (key, last) in tally.last.drain() {
            let known = held.last.get(&key);
            if known.map_or(held.last.len() < OF_GATEWAY, |known| known.at <= last.at) {
                held.last.insert(key, last);
            }
        }
        let crowded = held.is_crowded();
        drop(guard);
        if crowded && let Some(bell) = self.bell.get() {
            bell();
        }
    }

    /// Takes everything out.
    pub fn take(&self) -> UsageBatch {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Held { calls, last, nameless } = std::mem::take(&mut *held);
        drop(held);
        if nameless > 0 {
            tracing::warn!(
                calls = nameless,
                "more callers came at once than are counted apart: some calls have no name"
            );
        }
        let count = |((hour, entry), calls)| UsageCount { hour, entry, calls };
        UsageBatch {
            counts: calls.into_iter().map(count).collect(),
            last: last.into_iter().collect(),
        }
    }
}

impl fmt::Debug for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Usage")
    }
}

/// Adds to an entry, or to that of the keys without a name if there is no room for another; whether
/// there was room. What has no name is as many as there are clusters, so it always has.
fn add<K: Eq + std::hash::Hash>(
    calls: &mut HashMap<K, u64>,
    most: usize,
    entry: UsageEntry,
    place: impl Fn(UsageEntry) -> K,
    amount: u64,
) -> bool {
    if let Some(count) = calls.get_mut(&place(entry)) {
        *count += amount;
        return true;
    }
    let fits = calls.len() < most;
    let entry = if fits { entry } else { UsageEntry { key: None, user: None, ..entry } };
    *calls.entry(place(entry)).or_insert(0) += amount;
    fits
}

/// What kind of call an RPC is.
pub fn class_of(row: Option<&Row>) -> CallClass {
    match row.map(|row| row.class) {
        Some(Class::Forward { privilege }) => {
            let may = |role: AccessRole| role.privileges().contains(privilege);
            if may(AccessRole::ReadOnly) {
                CallClass::Read
            } else if may(AccessRole::ReadWrite) {
                CallClass::Write
            } else {
                CallClass::Admin
            }
        }
        Some(Class::Identity { .. }) => CallClass::Admin,
        Some(Class::Authenticated | Class::Refused { .. }) | None => CallClass::Other,
    }
}

/// How a call that ended so counts.
pub fn outcome_of(verdict: Verdict, status: Option<u32>) -> CallOutcome {
    match (verdict, status) {
        (Verdict::Allowed, Some(0)) => CallOutcome::Ok,
        (Verdict::Refused, _) => CallOutcome::Refused,
        (Verdict::Allowed | Verdict::Failed | Verdict::Cut, _) => CallOutcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::usage::ClientLabel;
    use model::{ClusterId, ClusterUserId};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    fn entry(key: u128) -> UsageEntry {
        UsageEntry {
            key: KeyId::from_number(key),
            user: None,
            cluster: ClusterId::from_number(1),
            class: CallClass::Read,
            outcome: CallOutcome::Ok,
        }
    }

    fn used(millis: i64) -> LastUse {
        let at = Timestamp::from_millis(millis);
        LastUse { at, from: [127, 0, 0, 1].into(), client: ClientLabel::new(b"test") }
    }

    #[test]
    fn counts_of_all_workers_are_added_up_by_the_hour() {
        let usage = Usage::default();
        let (mut one, mut two) = (Tally::default(), Tally::default());
        for _ in 0..3 {
            one.count(entry(1));
            two.count(entry(1));
        }
        two.count(entry(2));
        let key = KeyId::from_number(1).unwrap();
        one.seen(key, used(20));
        two.seen(key, used(10));
        usage.add(&mut one, Timestamp::from_millis(0));
        usage.add(&mut two, Timestamp::from_millis(10));
        assert!(one.is_empty() && two.is_empty());
        two.count(entry(1));
        usage.add(&mut two, Timestamp::from_millis(3_600_000));
        let batch = usage.take();
        let mut counts: Vec<_> = batch
            .counts
            .iter()
            .map(|count| (count.hour.start().millis(), count.entry.key, count.calls))
            .collect();
        counts.sort();
        let key_two = KeyId::from_number(2);
        assert_eq!(counts, [(0, Some(key), 6), (0, key_two, 1), (3_600_000, Some(key), 1)]);
        assert_eq!(batch.last, [(key, used(20))]);
        assert!(usage.take().is_empty());
    }

    #[test]
    fn too_many_keys_are_counted_without_their_names() {
        let usage = Usage::default();
        let mut tally = Tally::default();
        let keys = OF_WORKER + 1000;
        for key in 0..keys {
            tally.count(entry(key as u128));
            tally.seen(KeyId::from_number(key as u128).unwrap(), used(1));
        }
        // Those that have a place keep it.
        tally.count(entry(0));
        assert_eq!((tally.calls.len(), tally.last.len()), (OF_WORKER + 1, OF_WORKER));
        usage.add(&mut tally, Timestamp::from_millis(0));
        let batch = usage.take();
        let calls: u64 = batch.counts.iter().map(|count| count.calls).sum();
        assert_eq!(calls, keys as u64 + 1);
        let nameless: u64 =
            batch.counts.iter().filter(|c| c.entry.key.is_none()).map(|c| c.calls).sum();
        assert_eq!(nameless, 1000);
    }

    /// Calls of users have a name too, so nothing is missing: nobody is warned of it.
    #[test]
    fn users_are_counted_apart_and_lose_nothing_but_their_name() {
        let of = |user: u128| UsageEntry {
            key: None,
            user: ClusterUserId::from_number(user),
            ..entry(0)
        };
        let usage = Usage::default();
        let mut tally = Tally::default();
        for user in [1, 1, 2] {
            tally.count(of(user));
        }
        usage.add(&mut tally, Timestamp::from_millis(0));
        assert_eq!(usage.held.lock().unwrap().nameless, 0);
        let batch = usage.take();
        let mut counts: Vec<_> =
            batch.counts.iter().map(|count| (count.entry.user, count.calls)).collect();
        counts.sort();
        let user = ClusterUserId::from_number;
        assert_eq!(counts, [(user(1), 2), (user(2), 1)]);
        for user in 0..=OF_WORKER {
            tally.count(of(user as u128));
        }
        usage.add(&mut tally, Timestamp::from_millis(0));
        assert_eq!(usage.held.lock().unwrap().nameless, 1);
        let batch = usage.take();
        assert!(batch.counts.iter().any(|count| count.entry.user.is_none() && count.calls == 1));
    }

    #[test]
    fn what_is_handed_over_in_time_keeps_its_names() {
        let usage = Usage::default();
        let rung = Arc::new(AtomicBool::new(false));
        let bell = Arc::clone(&rung);
        usage.ring(move || bell.store(true, Ordering::Relaxed));
        let mut tally = Tally::default();
        for key in 0..CROWDED {
            assert!(!rung.load(Ordering::Relaxed));
            tally.count(entry(key as u128));
            if tally.is_full() || key + 1 == CROWDED {
                usage.add(&mut tally, Timestamp::from_millis(0));
            }
        }
        assert!(rung.swap(false, Ordering::Relaxed));
        assert!(usage.take().counts.iter().all(|count| count.entry.key.is_some()));
        tally.count(entry(1));
        usage.add(&mut tally, Timestamp::from_millis(0));
        assert!(!rung.load(Ordering::Relaxed), "rung for a single call");
    }
}
