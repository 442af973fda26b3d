//! A clock of leases that a test moves by hand, with alarms that ring when it gets there.

use gateway::LeaseClock;
use gateway::lease::Alarm;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The clock. It stands still unless it is moved.
#[derive(Debug, Default)]
pub(crate) struct HandClock(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    now: Duration,
    bells: Vec<Arc<Bell>>,
    /// After so many readings it goes on by so much, and nothing rings.
    leap: Option<(u32, Duration)>,
}

/// One alarm: a pair of sockets whose one end can be read when it has rung.
#[derive(Debug)]
struct Bell {
    at: Mutex<Option<Duration>>,
    rings: UnixStream,
    heard: UnixStream,
}

#[derive(Debug)]
struct Hung(Arc<HandClock>, Arc<Bell>);

/// The clock as leases take it.
#[derive(Debug)]
pub(crate) struct Shared(pub(crate) Arc<HandClock>);

impl HandClock {
    /// Goes on by this much, and rings what has to be rung.
    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.state();
        state.now += by;
        let now = state.now;
        let bells = state.bells.clone();
        drop(state);
        for bell in &bells {
            bell.ring_if_due(now);
        }
    }

    /// Goes on by this much right after so many more readings, while whoever reads it stands still.
    pub(crate) fn leap_after(&self, readings: u32, by: Duration) {
        self.state().leap = Some((readings, by));
    }

    /// Whether it has leapt, if it was to.
    pub(crate) fn has_leapt(&self) -> bool {
        self.state().leap.is_none()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl Bell {
    fn ring_if_due(&self, now: Duration) {
        if self.at.lock().unwrap().take_if(|at| *at <= now).is_some() {
            (&self.rings).write_all(&[1]).unwrap();
        }
    }
}

impl LeaseClock for Shared {
    fn since_boot(&self) -> Duration {
        let mut state = self.0.state();
        let now = state.now;
        match state.leap {
            Some((1, by)) => {
                state.now += by;
                state.leap = None;
            }
            Some((readings, by)) => state.leap = Some((readings - 1, by)),
            None => {}
        }
        now
    }

    fn alarm(&self) -> io::Result<Box<dyn Alarm>> {
        let (rings, heard) = UnixStream::pair()?;
        heard.set_nonblocking(true)?;
        let bell = Arc::new(Bell { at: Mutex::default(), rings, heard });
        self.0.state().bells.push(Arc::clone(&bell));
        Ok(Box::new(Hung(Arc::clone(&self.0), bell)))
    }
}

impl Alarm for Hung {
    fn set(&self, at: Duration) -> io::Result<()> {
        let now = self.0.state().now;
        *self.1.at.lock().unwrap() = Some(at);
        self.1.ring_if_due(now);
        Ok(())
    }
}

impl AsFd for Hung {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.1.heard.as_fd()
    }
}
