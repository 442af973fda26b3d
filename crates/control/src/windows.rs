//! Counting events by whom they concern, in fixed windows and bounded memory.
//!
//! When the table is full, closed windows make room, and then the older half of the open ones: a
//! flood of new names can make the counts forget, but never grow.

use model::Timestamp;
use std::collections::HashMap;
use std::hash::Hash;

/// How many names are remembered.
const MOST_REMEMBERED: usize = 10_000;

/// Counts of events in the current window of each name.
#[derive(Debug)]
pub(crate) struct Windows<K> {
    length_millis: i64,
    windows: HashMap<K, Window>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    opened: Timestamp,
    events: u32,
}

impl<K: Clone + Eq + Hash> Windows<K> {
    /// Nothing has happened yet.
    pub(crate) fn new(length_millis: i64) -> Self {
        Self { length_millis, windows: HashMap::new() }
    }

    /// How many events the name's window holds.
    pub(crate) fn count(&self, name: &K, now: Timestamp) -> u32 {
        let window = self.windows.get(name).filter(|window| self.is_open(window, now));
        window.map_or(0, |window| window.events)
    }

    /// Counts an event. The first one opens the window.
    pub(crate) fn add(&mut self, name: &K, now: Timestamp) {
        let events = self.count(name, now).saturating_add(1);
        if events == 1 {
            self.make_room(name, now);
            self.windows.insert(name.clone(), Window { opened: now, events });
        } else if let Some(window) = self.windows.get_mut(name) {
            window.events = events;
        }
    }

    /// How long the name's window stays open, in milliseconds.
    pub(crate) fn millis_left(&self, name: &K, now: Timestamp) -> i64 {
        let window = self.windows.get(name).filter(|window| self.is_open(window, now));
        window.map_or(0, |window| {
            self.length_millis - now.millis().saturating_sub(window.opened.millis())
        })
    }

    /// Takes an event back.
    pub(crate) fn give_back(&mut self, name: &K) {
        if let Some(window) = self.windows.get_mut(name) {
            window.events = window.events.saturating_sub(1);
        }
    }

    fn is_open(&self, window: &Window, now: Timestamp) -> bool {
        now.millis().saturating_sub(window.opened.millis()) < self.length_millis
    }

    fn make_room(&mut self, name: &K, now: Timestamp) {
        if self.windows.len() < MOST_REMEMBERED || self.windows.contains_key(name) {
            return;
        }
        let length = self.length_millis;
        self.windows
            .retain(|_, window| now.millis().saturating_sub(window.opened.millis()) < length);
        if self.windows.len() < MOST_REMEMBERED {
            return;
        }
        // The older half goes, so that this sweep is rare even under attack.
        let mut opened: Vec<_> = self.windows.values().map(|window| window.opened).collect();
        let (_, &mut middle, _) = opened.select_nth_unstable(MOST_REMEMBERED / 2);
        let mut surplus = self.windows.len() - MOST_REMEMBERED / 2;
        self.windows.retain(|_, window| {
            let goes = surplus > 0 && window.opened <= middle;
            surplus -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(0);

    #[test]
    fn events_are_counted_until_the_window_closes() {
        let mut windows = Windows::new(1000);
        windows.add(&'a', NOW);
        windows.add(&'a', Timestamp::from_millis(999));
        assert_eq!(windows.count(&'a', Timestamp::from_millis(999)), 2);
        assert_eq!(windows.count(&'a', Timestamp::from_millis(1000)), 0);
        windows.add(&'a', Timestamp::from_millis(1000));
        assert_eq!(windows.count(&'a', Timestamp::from_millis(1999)), 1);
        windows.give_back(&'a');
        windows.give_back(&'a');
        assert_eq!(windows.count(&'a', Timestamp::from_millis(1999)), 0);
    }

    #[test]
    fn memory_is_bounded_and_the_newest_are_kept() {
        let mut windows = Windows::new(1000);
        for name in 0..3 * MOST_REMEMBERED {
            windows.add(&name, NOW);
        }
        assert!(windows.windows.len() <= MOST_REMEMBERED);
        let later = Timestamp::from_millis(1);
        let newest = 3 * MOST_REMEMBERED;
        for name in newest..newest + MOST_REMEMBERED / 2 {
            windows.add(&name, later);
        }
        assert_eq!(windows.count(&newest, later), 1);
        assert!(windows.windows.len() <= MOST_REMEMBERED);
    }
}
