//! What every command works with, and the two ways a command touches the store.
//!
//! [`Desk::look`] reads, [`Desk::act`] changes. Both see one snapshot, in which they first make
//! sure that the caller's credential still stands: a request that was admitted before its key was
//! deleted does nothing after. Both record a refusal of the policy in the audit trail.

use crate::caller::Caller;
use crate::letters::Letters;
use crate::password::Passwords;
use crate::throttle::{self, Throttle};
use crate::windows::Windows;
use model::{Action, Actor, AuditEvent, Clock, Denial, Entropy, Error, ErrorKind, Timestamp};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Committed, Reader, Store, Work, idempotency};

/// How long refusals of one actor are counted.
const REFUSALS_WINDOW_MILLIS: i64 = 60 * 1000;
/// How many refusals of one actor are recorded in that time. More are logged only, so that nobody
/// can fill the audit trail with what they were not allowed to do.
const MOST_RECORDED_REFUSALS: u32 = 60;

/// How many reports of leaked keys one address may make in that time.
const MOST_REPORTS: u32 = 60;

/// The store, the time, randomness, and what is remembered of attempts to sign in.
pub struct Desk {
    store: Store,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    passwords: Passwords,
    throttle: Throttle,
    letters: Letters,
    refusals: Mutex<Windows<String>>,
    reports: Mutex<Windows<Option<IpAddr>>>,
}

impl Desk {
    /// Sets up a desk. Takes as long as hashing one password.
    ///
    /// # Errors
    /// `Internal` if no password can be hashed.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Error> {
        Ok(Self {
            passwords: Passwords::new(&*entropy)?,
            throttle: Throttle::new(),
            letters: Letters::new(),
            refusals: Mutex::new(Windows::new(REFUSALS_WINDOW_MILLIS)),
            reports: Mutex::new(Windows::new(REFUSALS_WINDOW_MILLIS)),
            store,
            clock,
            entropy,
        })
    }

    /// Randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.passwords
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.throttle
    }

    pub(crate) fn letters(&self) -> &Letters {
        &self.letters
    }

    /// Counts a report of a leaked key, or refuses it.
    pub(crate) fn count_report(&self, from: Option<IpAddr>) -> Result<(), Error> {
        let (from, now) = (from.map(throttle::network), self.now());
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if reports.count(&from, now) >= MOST_REPORTS {
            return Err(Error::new(
                ErrorKind::LimitReached,
                "too many reports from this address: wait a minute and try again",
            ));
        }
        reports.add(&from, now);
        Ok(())
    }

    /// Reads for a caller.
    pub(crate) fn look<T>(
        &self,
        caller: &Caller,
        work: impl FnOnce(&Reader<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Error> {
        let mut denial = None;
        let answer = self.store.read(|reader| {
            caller.still_stands(reader, self.now())?;
            work(reader).map_err(|refusal| refusal.split(&mut denial))
        });
        self.record(caller.address(), denial)?;
        answer
    }

    /// Changes something for a caller.
    pub(crate) fn act<T>(
        &self,
        caller: &Caller,
        work: impl FnOnce(&mut Work<'_>) -> Result<(T, AuditEvent), Refusal>,
    ) -> Result<Committed<T>, Error> {
        let mut denial = None;
        let answer = self.store.write(|change| {
            caller.still_stands(change, self.now())?;
            idempotency::forget_old(change)?;
            if let Some(named) = caller.named() {
                idempotency::claim(change, named)?;
            }
            let done = work(change).map_err(|refusal| refusal.split(&mut denial));
            done.map(|(value, event)| (value, event.from_address(caller.address())))
        });
        self.record(caller.address(), denial)?;
        answer
    }

    /// Writes a refusal of the policy into the audit trail.
    pub(crate) fn record(
        &self,
        address: Option<IpAddr>,
        denial: Option<Denial>,
    ) -> Result<(), Error> {
        let Some(denial) = denial else {
            return Ok(());
        };
        let mut actor = denial.actor().to_string();
        if denial.action() == Action::OpenSession || *denial.actor() == Actor::Anonymous {
            // Nobody can hide what they try on one account behind what they try on others.
            actor = format!("{actor} {}", denial.resource());
        }
        if !self.room_for_refusal(&actor) {
            let action = denial.action().as_str();
            tracing::warn!(actor, action, "a refusal was not recorded: too many in a minute");
            return Ok(());
        }
        self.store.record(&AuditEvent::refused(&denial).from_address(address))
    }

    fn room_for_refusal(&self, actor: &String) -> bool {
        let now = self.now();
        let mut refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.add(actor, now);
        refusals.count(actor, now) <= MOST_RECORDED_REFUSALS
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Desk")
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The policy refused; this goes into the audit trail.
    Denied(Denial),
    /// Anything else.
    Failed(Error),
}

impl Refusal {
    /// The error for the caller; a denial is kept for the audit trail.
    fn split(self, denial: &mut Option<Denial>) -> Error {
        match self {
            Self::Denied(denied) => denial.insert(denied).to_error(),
            Self::Failed(error) => error,
        }
    }
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}
