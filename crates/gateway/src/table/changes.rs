//! How often what collections look like may have changed on a cluster, as far as it changes through
//! this gateway.
//!
//! Whoever remembers a schema notes the [`Mark`] of the time before it was told, and may use the
//! schema as long as the mark holds. It holds no longer from the moment on in which a call that may
//! change something is sent, and there is none while such a call is under way, or may still be: one
//! that was broken off may take effect when nobody hears of it. One word is added to when such a
//! call begins and one when it ends; nothing else touches them.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How long a call may take effect after it was broken off.
const AFTERMATH: Duration = Duration::from_mins(1);

/// The changes of a cluster.
#[derive(Debug, Default)]
pub struct Changes {
    begun: AtomicU64,
    ended: AtomicU64,
    /// Up to when one that was broken off may take effect, in the gateway's nanoseconds.
    unsure: AtomicU64,
}

/// A state of a cluster's schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The number of the route: another address is another engine.
    route: u32,
    /// How many changes had begun.
    changes: u64,
}

impl Changes {
    /// A call that may change something is sent.
    pub fn begin(&self) {
        self.begun.fetch_add(1, Ordering::SeqCst);
    }

    /// It has ended, at this time; the engine has answered it, or it was broken off.
    pub fn end(&self, answered: bool, nanos: u64) {
        if !answered {
            let after = u64::try_from(AFTERMATH.as_nanos()).unwrap_or(u64::MAX);
            self.unsure.fetch_max(nanos.saturating_add(after), Ordering::SeqCst);
        }
        self.ended.fetch_add(1, Ordering::SeqCst);
    }

    /// The state at this time; `None` while it may change by itself.
    pub fn mark(&self, route: u32, nanos: u64) -> Option<Mark> {
        // In this order: what ends between the two counts as under way, and never the other way.
        let ended = self.ended.load(Ordering::SeqCst);
        let changes = self.begun.load(Ordering::SeqCst);
        let sure = nanos >= self.unsure.load(Ordering::SeqCst);
        (sure && ended == changes).then_some(Mark { route, changes })
    }
}

impl Mark {
    /// Reads what [`fmt::Display`] writes; `None` for everything else.
    pub fn read(text: &[u8]) -> Option<Self> {
        let (route, changes) = std::str::from_utf8(text).ok()?.split_once('.')?;
        Some(Self { route: route.parse().ok()?, changes: changes.parse().ok()? })
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.route, self.changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_holds_until_something_begins_and_there_is_none_before_it_ends() {
        let changes = Changes::default();
        let before = changes.mark(3, 0).unwrap();
        assert_eq!(changes.mark(3, 9), Some(before));
        assert_ne!(changes.mark(4, 9), Some(before), "another route");
        changes.begin();
        changes.begin();
        assert_eq!(changes.mark(3, 10), None);
        changes.end(true, 10);
        assert_eq!(changes.mark(3, 10), None, "one is still under way");
        changes.end(true, 10);
        let after = changes.mark(3, 10).unwrap();
        assert_ne!(after, before);
        assert_eq!(changes.mark(3, 11), Some(after));
    }

    #[test]
    fn what_was_broken_off_may_take_effect_for_a_while() {
        let changes = Changes::default();
        let before = changes.mark(3, 5);
        changes.begin();
        changes.end(false, 5);
        let minute = 60_000_000_000;
        assert_eq!(changes.mark(3, minute + 4), None);
        assert!(changes.mark(3, minute + 5).is_some_and(|mark| Some(mark) != before));
    }

    #[test]
    fn marks_are_read_as_they_are_written() {
        let mark = Mark { route: 7, changes: u64::MAX };
        assert_eq!(Mark::read(mark.to_string().as_bytes()), Some(mark));
        for bad in ["", ".", "7", "7.", ".1", "7.1.1", "-7.1", "7.18446744073709551616", "7. 1"] {
            assert_eq!(Mark::read(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(Mark::read(b"7.\xff"), None);
    }
}
