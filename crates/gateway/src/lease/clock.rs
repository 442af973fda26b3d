//! The clock of a lease: it never goes back, counts the time for which the machine slept, and can
//! wake whoever waits.
//!
//! The monotonic clock of the standard library stands still while the machine is suspended, and so
//! does every wait that is measured by it. A gateway that sleeps through the end of its lease has
//! to be awake at once when the machine is, so the alarm is a descriptor of the same clock.

use rustix::time::{
    ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, clock_gettime,
    timerfd_create, timerfd_settime,
};
use std::fmt::Debug;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

/// Zero would switch a timer off.
const EARLIEST: Duration = Duration::from_nanos(1);

/// A clock that never goes back and never stands still.
pub trait LeaseClock: Send + Sync + Debug {
    /// The time since the machine was started, or since any other moment that stays the same.
    fn since_boot(&self) -> Duration;

    /// A new alarm of this clock, which is not set.
    ///
    /// # Errors
    /// The system cannot make another one.
    fn alarm(&self) -> io::Result<Box<dyn Alarm>>;
}

/// A descriptor that becomes readable when its clock has reached a moment. It is watched by several
/// threads, each of which is told once, so nothing may be read from it.
pub trait Alarm: AsFd + Send + Sync + Debug {
    /// Rings at this time and no more at an earlier one; at once if that is over.
    ///
    /// # Errors
    /// The system refuses.
    fn set(&self, at: Duration) -> io::Result<()>;
}

/// The machine's clock, suspended time included.
#[derive(Clone, Copy, Debug, Default)]
pub struct BootClock;

impl LeaseClock for BootClock {
    fn since_boot(&self) -> Duration {
        Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or(Duration::MAX)
    }

    fn alarm(&self) -> io::Result<Box<dyn Alarm>> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        Ok(Box::new(Timer(timerfd_create(TimerfdClockId::Boottime, flags)?)))
    }
}

/// A timer of the system.
#[derive(Debug)]
struct Timer(OwnedFd);

impl Alarm for Timer {
    fn set(&self, at: Duration) -> io::Result<()> {
        let at = Timespec::try_from(at.max(EARLIEST)).map_err(io::Error::other)?;
        let once = Itimerspec { it_interval: Timespec::default(), it_value: at };
        timerfd_settime(&self.0, TimerfdTimerFlags::ABSTIME, &once)?;
        Ok(())
    }
}

impl AsFd for Timer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use super::{BootClock, LeaseClock};
    use mio::unix::SourceFd;
    use mio::{Events, Interest, Poll, Token};
    use std::os::fd::AsRawFd;
    use std::time::Duration;

    /// Watched like workers watch it: by several, and each is told of every ring.
    #[test]
    fn the_machines_alarm_rings_when_its_clock_has_come_there_and_can_be_put_off() {
        let clock = BootClock;
        let alarm = clock.alarm().unwrap();
        let mut polls: Vec<_> = (0..2).map(|_| Poll::new().unwrap()).collect();
        let mut events = Events::with_capacity(4);
        for poll in &polls {
            let descriptor = alarm.as_fd().as_raw_fd();
            let source = &mut SourceFd(&descriptor);
            poll.registry().register(source, Token(0), Interest::READABLE).unwrap();
        }
        for round in 0..3 {
            let now = clock.since_boot();
            let at = now + Duration::from_millis(30);
            alarm.set(now + Duration::from_millis(5)).unwrap();
            alarm.set(at).unwrap();
            for poll in &mut polls {
                poll.poll(&mut events, Some(Duration::from_secs(10))).unwrap();
                assert_eq!(events.iter().count(), 1, "round {round}");
                assert!(clock.since_boot() >= at, "round {round}");
            }
            alarm.set(clock.since_boot() + Duration::from_hours(1)).unwrap();
            for poll in &mut polls {
                poll.poll(&mut events, Some(Duration::ZERO)).unwrap();
                assert!(events.is_empty(), "round {round}");
            }
            alarm.set(Duration::ZERO).unwrap();
            for poll in &mut polls {
                poll.poll(&mut events, Some(Duration::from_secs(10))).unwrap();
                assert_eq!(events.iter().count(), 1, "round {round}");
            }
        }
    }
}
