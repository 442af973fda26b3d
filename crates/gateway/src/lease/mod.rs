//! The lease: until when a gateway may go on without having heard anything.
//!
//! Several gateways follow one database. Before one reads what has changed it takes a [`Stamp`];
//! when everything that it read is applied and cut, its lease holds until that moment and a length
//! more. So whoever commits a change and waits for as long knows that a gateway which has not
//! confirmed the change does nothing any more, whether it was cut off, stopped or only slow: nobody
//! has to reach it for that.
//!
//! Nothing here may make a lease hold longer than the moment of the stamp and the length, and
//! nothing but a stamp may extend it. What a worker does when it is over is in `engine/lease.rs`.

pub mod clock;
mod standing;

pub use clock::{Alarm, BootClock, LeaseClock};
pub use standing::Standing;

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A moment before something was read.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    at: Duration,
    term: u64,
}

/// The lease of one gateway. It is over from the start.
#[derive(Debug)]
pub struct Lease {
    clock: Arc<dyn LeaseClock>,
    /// When it ends, in nanoseconds of the clock.
    deadline: AtomicU64,
    /// Rings when it ends.
    alarm: Box<dyn Alarm>,
    /// Whether it is known that it is over. Changed only under the lock of the terms.
    noticed: AtomicBool,
    terms: Mutex<Terms>,
}

/// What only whoever extends and ends it has to know.
#[derive(Debug, Default)]
struct Terms {
    /// How often it was ended: stamps of earlier terms extend nothing.
    term: u64,
    /// How often it ran out.
    lapses: u64,
}

impl Lease {
    /// A lease that is over until it is extended.
    ///
    /// # Errors
    /// The system cannot make an alarm.
    pub fn new(clock: Arc<dyn LeaseClock>) -> io::Result<Self> {
        let alarm = clock.alarm()?;
        Ok(Self {
            clock,
            deadline: AtomicU64::new(0),
            alarm,
            noticed: AtomicBool::new(true),
            terms: Mutex::default(),
        })
    }

    /// Notes the moment; to be taken before reading what the lease will be extended for.
    pub fn stamp(&self) -> Stamp {
        // In this order: a stamp from before an end must not look like one from after it.
        let term = self.terms().term;
        Stamp { at: self.clock.since_boot(), term }
    }

    /// Lets it hold until so long after a stamp. Everything that was committed before the stamp has
    /// to be applied, and cut on every worker. It never gets shorter by this.
    ///
    /// # Errors
    /// The system cannot set the alarm; the lease then ends when it would have.
    pub fn extend(&self, from: Stamp, length: Duration) -> io::Result<()> {
        let mut terms = self.terms();
        let until = from.at.saturating_add(length);
        if from.term != terms.term
            || nanos(until) <= self.deadline.load(Ordering::Acquire)
            || until <= self.clock.since_boot()
        {
            return Ok(());
        }
        self.alarm.set(until)?;
        if self.is_over() {
            self.note_end(&mut terms);
            self.noticed.store(false, Ordering::Relaxed);
            tracing::info!("the gateway is in touch with the control plane and takes calls");
        }
        self.deadline.store(nanos(until), Ordering::Release);
        Ok(())
    }

    /// Ends it now. Only a stamp that is taken after this extends it again.
    pub fn end(&self) {
        let mut terms = self.terms();
        terms.term += 1;
        self.deadline.store(0, Ordering::Release);
        if let Err(error) = self.alarm.set(Duration::ZERO) {
            // Whatever is written looks at the deadline, and workers do once a second.
            tracing::error!(%error, "cannot set an alarm");
        }
    }

    /// For how long it still holds; zero when it is over.
    pub fn left(&self) -> Duration {
        let deadline = Duration::from_nanos(self.deadline.load(Ordering::Acquire));
        deadline.saturating_sub(self.clock.since_boot())
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        // The deadline is read first: what is extended meanwhile counts the next time.
        let deadline = self.deadline.load(Ordering::Acquire);
        nanos(self.clock.since_boot()) >= deadline
    }

    /// How often it has run out or was ended while it held.
    pub fn lapses(&self) -> u64 {
        self.terms().lapses
    }

    /// Writes down that it is over, once for each time.
    pub(crate) fn notice(&self) {
        if self.noticed.load(Ordering::Relaxed) {
            return;
        }
        let mut terms = self.terms();
        // It may have been extended since somebody saw that it was over.
        if self.is_over() {
            self.note_end(&mut terms);
        }
    }

    fn note_end(&self, terms: &mut Terms) {
        if !self.noticed.swap(true, Ordering::Relaxed) {
            terms.lapses += 1;
            tracing::error!(
                "the gateway has lost touch with the control plane: its calls are ended, and it \
                 refuses all others until it is back"
            );
        }
    }

    fn terms(&self) -> MutexGuard<'_, Terms> {
        self.terms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The descriptor can be read when the lease has ended; see [`Alarm`].
impl AsFd for Lease {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.alarm.as_fd()
    }
}

/// In nanoseconds, which are enough for five centuries.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
