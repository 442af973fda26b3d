//! How a worker waits for something to happen.
//!
//! A thread that sleeps has to be put aside and woken again. That costs processor time, on virtual
//! machines more than ten microseconds, and several times that until the thread runs again, which
//! callers wait for. Where the next event comes soon, it is better to stay awake and look again.
//!
//! [`Habit`] knows which it is: what a sleep costs on this machine, measured now and then, and what
//! staying awake has cost lately. A worker stays awake only while that pays, for a few times the
//! cost of a sleep and never longer than [`LONGEST`], and gives up for longer and longer when it
//! was in vain: an idle gateway, or one that shares its core with what it waits for, just sleeps.

use crate::rest_door::RestLoop;
use mio::{Events, Poll};
use rustix::time::{ClockId, clock_gettime};
use std::io;
use std::time::{Duration, Instant};

/// The most events of one look.
const AT_ONCE: usize = 1024;
const NONE: Duration = Duration::ZERO;
/// How much dearer than a sleep staying awake may be: what it buys is the time until a sleeper runs
/// again, which is several times what the sleep costs.
const WORTH: u64 = 4;
/// The longest a worker stays awake at once.
const LONGEST: Duration = Duration::from_micros(50);
/// What a sleep is taken to cost until it was measured.
const GUESS: Duration = Duration::from_micros(5);
/// Every so many sleeps one is measured: that takes two system calls.
const SAMPLE: u32 = 32;
/// How many waits are slept through after staying awake was in vain, at first and at most.
const FEWEST: u32 = 8;
const MOST: u32 = 4096;

/// What a worker looks at.
pub(super) struct Eyes<'w> {
    /// Its own connections.
    pub(super) poll: &'w mut Poll,
    /// Its clients of HTTP/1.
    pub(super) rest: Option<&'w mut (dyn RestLoop + 'static)>,
}

/// Waits, and learns from it.
pub(super) struct Wait {
    events: Events,
    habit: Habit,
    sleeps: u32,
}

impl Default for Wait {
    fn default() -> Self {
        Self { events: Events::with_capacity(AT_ONCE), habit: Habit::default(), sleeps: 0 }
    }
}

impl Wait {
    /// What happened during the last wait.
    pub(super) const fn events(&self) -> &Events {
        &self.events
    }

    /// Waits until something happens or the time is over, and says when that was. Nothing may have
    /// happened if the system interrupted the wait.
    ///
    /// # Errors
    /// The system's poll fails.
    pub(super) fn wait(
        &mut self,
        eyes: &mut Eyes<'_>,
        patience: Option<Duration>,
    ) -> io::Result<Instant> {
        if patience == Some(NONE) {
            return self.look(eyes, patience);
        }
        let Some(limit) = self.habit.awake() else {
            return self.sleep(eyes, patience);
        };
        let start = self.look(eyes, Some(NONE))?;
        if !self.events.is_empty() {
            // A sleep would have ended before it began: nothing is learnt of waiting.
            return Ok(start);
        }
        loop {
            // Clients of HTTP/1 wait for the moment that this takes.
            let now = look(eyes.poll, &mut self.events, Some(NONE))?;
            let took = now.saturating_duration_since(start);
            if !self.events.is_empty() {
                self.habit.paid(took);
                return Ok(now);
            }
            if took >= limit {
                self.habit.in_vain(took);
                return self.sleep(eyes, patience);
            }
        }
    }

    fn sleep(&mut self, eyes: &mut Eyes<'_>, patience: Option<Duration>) -> io::Result<Instant> {
        self.sleeps = self.sleeps.wrapping_add(1);
        // Clients of HTTP/1 are served meanwhile, which is no part of what a sleep costs.
        if eyes.has_rest() || !self.sleeps.is_multiple_of(SAMPLE) {
            return self.look(eyes, patience);
        }
        let before = used();
        let woken = self.look(eyes, patience)?;
        self.habit.slept(used().saturating_sub(before));
        Ok(woken)
    }

    /// Looks at everything.
    fn look(&mut self, eyes: &mut Eyes<'_>, patience: Option<Duration>) -> io::Result<Instant> {
        let Some(rest) = eyes.rest.as_deref_mut().filter(|rest| !rest.is_empty()) else {
            return look(eyes.poll, &mut self.events, patience);
        };
        // It is told once that the poll has events: there may be more than were taken last time.
        let all = self.events.iter().count() < AT_ONCE;
        rest.turn(if all { patience } else { Some(NONE) })?;
        look(eyes.poll, &mut self.events, Some(NONE))
    }
}

impl Eyes<'_> {
    fn has_rest(&self) -> bool {
        self.rest.as_ref().is_some_and(|rest| !rest.is_empty())
    }
}

/// Whether to stay awake, in nanoseconds and running means.
struct Habit {
    /// What a sleep costs.
    sleep: u64,
    /// What a wait costs that begins awake.
    awake: u64,
    /// How many waits to sleep through before the next try.
    rest: u32,
    /// How many it will be after the next failure.
    next_rest: u32,
}

impl Default for Habit {
    fn default() -> Self {
        Self { sleep: nanos(GUESS), awake: 0, rest: 0, next_rest: FEWEST }
    }
}

impl Habit {
    /// How long to stay awake in this wait, if at all.
    fn awake(&mut self) -> Option<Duration> {
        if self.rest > 0 {
            self.rest -= 1;
            return None;
        }
        Some(Duration::from_nanos(self.worth()).min(LONGEST))
    }

    /// What a wait that begins awake may cost.
    const fn worth(&self) -> u64 {
        self.sleep * WORTH
    }

    /// Something came after so long.
    fn paid(&mut self, took: Duration) {
        self.learn(nanos(took));
    }

    /// Nothing came for so long, and a sleep follows.
    fn in_vain(&mut self, took: Duration) {
        self.learn(nanos(took) + self.sleep);
    }

    fn learn(&mut self, cost: u64) {
        self.awake = mean(self.awake, cost);
        if self.awake <= self.worth() {
            self.next_rest = FEWEST;
            return;
        }
        self.rest = self.next_rest;
        self.next_rest = (self.next_rest * 2).min(MOST);
        // The next try has to show anew that it pays: one that fails ends it at once.
        self.awake = self.worth();
    }

    /// A sleep cost so much processor time.
    fn slept(&mut self, cost: Duration) {
        self.sleep = mean(self.sleep, nanos(cost.min(LONGEST)));
    }
}

/// A running mean in which the newest counts an eighth.
const fn mean(so_far: u64, newest: u64) -> u64 {
    so_far - so_far / 8 + newest / 8
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX / 16)
}

/// Polls; says when it came back.
fn look(poll: &mut Poll, events: &mut Events, patience: Option<Duration>) -> io::Result<Instant> {
    match poll.poll(events, patience) {
        // What was there before is not here again.
        Err(error) if error.kind() == io::ErrorKind::Interrupted => events.clear(),
        result => result?,
    }
    Ok(present())
}

/// The processor time of this thread so far.
fn used() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Now.
#[expect(clippy::disallowed_methods, reason = "the loop is where monotonic time enters")]
pub(super) fn present() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::{FEWEST, GUESS, Habit, LONGEST, MOST, WORTH, nanos};
    use std::time::Duration;

    const SOON: Duration = Duration::from_micros(1);

    /// How many of the next waits are slept through from the start.
    fn rests(habit: &mut Habit) -> u32 {
        (0..=MOST).take_while(|_| habit.awake().is_none()).map(|_| 1).sum()
    }

    #[test]
    fn stays_awake_while_events_come_soon() {
        let mut habit = Habit::default();
        for _ in 0..10_000 {
            assert!(habit.awake().is_some());
            habit.paid(SOON);
        }
    }

    #[test]
    fn tries_ever_less_often_when_nothing_comes() {
        let mut habit = Habit::default();
        let (mut awake, mut waits) = (Duration::ZERO, 0);
        let mut longest = 0;
        while waits < 100_000 {
            let slept = rests(&mut habit);
            longest = longest.max(slept);
            waits += slept + 1;
            let limit = habit.awake().unwrap_or(GUESS * 4);
            awake += limit;
            habit.in_vain(limit);
        }
        assert_eq!(longest, MOST);
        let per_wait = awake / waits;
        assert!(per_wait < Duration::from_nanos(200), "{per_wait:?} awake for each wait");
    }

    #[test]
    fn comes_back_soon_after_events_come_again() {
        let mut habit = Habit::default();
        for _ in 0..100 {
            habit.rest = 0;
            habit.in_vain(LONGEST);
        }
        assert_eq!(habit.next_rest, MOST);
        habit.rest = 0;
        habit.paid(SOON);
        assert_eq!((habit.rest, habit.next_rest), (0, FEWEST));
    }

    #[test]
    fn is_as_patient_as_a_sleep_is_dear() {
        let mut cheap = Habit::default();
        let mut dear = Habit::default();
        for _ in 0..200 {
            cheap.slept(SOON);
            dear.slept(Duration::from_millis(1));
        }
        let patience = cheap.awake().map_or(0, nanos);
        assert!(patience <= (WORTH + 1) * nanos(SOON), "{patience} ns");
        assert_eq!(dear.awake(), Some(LONGEST), "whatever was measured");
    }

    #[test]
    fn an_event_that_comes_later_than_a_sleep_is_worth_is_slept_for() {
        let mut habit = Habit::default();
        let limit = GUESS * 4;
        let mut tries = 0;
        for _ in 0..1000 {
            if habit.awake().is_some() {
                tries += 1;
                habit.in_vain(limit);
            }
        }
        assert!(tries < 20, "{tries} tries in 1000 waits");
    }
}
