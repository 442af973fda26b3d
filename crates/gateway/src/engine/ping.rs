//! When an engine's pings are answered.
//!
//! gRPC servers measure how much may be under way on a connection with a ping after data has come,
//! one measurement at a time: those that are written in Go begin the next one with the first data
//! after an answer, so with small requests there would be a ping for every call, which costs both
//! sides about as much as the call's own messages. A measurement may take as long as it likes, so
//! the answer to a ping that follows a little data waits for the next [tick](super::tick). What it
//! is good for, windows that large requests fit into, it stays good for: one that follows much data
//! is answered at once, and so is one that waits when much data follows. A ping that follows none
//! asks whether anybody is there, and never waits.

/// Less data than this has windows enough.
const LITTLE: usize = 32 * 1024;

/// The pings of one engine.
#[derive(Debug, Default)]
pub(super) struct Pings {
    /// Data that was sent to it since its last ping.
    since: usize,
    /// What it has to be told.
    owed: Option<[u8; 8]>,
}

impl Pings {
    /// Notes a ping, and says what to answer now: the one before it, if that waits, and it itself,
    /// if it may not.
    pub(super) fn came(&mut self, payload: [u8; 8]) -> [Option<[u8; 8]>; 2] {
        let before = self.owed.take();
        let measures = (1..LITTLE).contains(&self.since);
        self.since = 0;
        if before.is_none() && measures {
            self.owed = Some(payload);
            return [None, None];
        }
        [before, Some(payload)]
    }

    /// Notes that data is sent, and says what to answer before it.
    pub(super) fn sends(&mut self, bytes: usize) -> Option<[u8; 8]> {
        self.since = self.since.saturating_add(bytes);
        if self.since < LITTLE { None } else { self.owed.take() }
    }

    /// What has waited long enough.
    pub(super) const fn due(&mut self) -> Option<[u8; 8]> {
        self.owed.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: [u8; 8] = [1; 8];
    const TWO: [u8; 8] = [2; 8];

    #[test]
    fn a_ping_after_nothing_is_answered_at_once() {
        let mut pings = Pings::default();
        assert_eq!(pings.came(ONE), [None, Some(ONE)]);
        assert_eq!(pings.came(TWO), [None, Some(TWO)]);
        assert_eq!(pings.due(), None);
    }

    #[test]
    fn one_after_a_little_data_waits_and_is_answered_once() {
        let mut pings = Pings::default();
        assert_eq!(pings.sends(3000), None);
        assert_eq!(pings.came(ONE), [None, None]);
        assert_eq!(pings.sends(3000), None);
        assert_eq!(pings.due(), Some(ONE));
        assert_eq!(pings.due(), None);
    }

    #[test]
    fn two_are_answered_in_their_order() {
        let mut pings = Pings::default();
        pings.sends(1);
        assert_eq!(pings.came(ONE), [None, None]);
        assert_eq!(pings.came(TWO), [Some(ONE), Some(TWO)]);
        assert_eq!(pings.due(), None);
    }

    #[test]
    fn much_data_makes_windows_matter() {
        let mut pings = Pings::default();
        pings.sends(LITTLE);
        assert_eq!(pings.came(ONE), [None, Some(ONE)]);
        pings.sends(1);
        assert_eq!(pings.came(ONE), [None, None]);
        assert_eq!(pings.sends(LITTLE - 1), None);
        assert_eq!(pings.sends(1), Some(ONE));
        assert_eq!(pings.sends(1), None);
    }
}
