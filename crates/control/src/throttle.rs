//! How often somebody may try to sign in.
//!
//! Counted for each e-mail address and for each network address, in memory, in fixed windows. Every
//! attempt counts before the password is looked at, so that parallel attempts cannot slip past; a
//! success gives its own attempt back. Memory is bounded: when the table is full, the oldest windows
//! make room.

use model::{Error, ErrorKind, Timestamp};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How long a window is.
const WINDOW_MILLIS: i64 = 15 * 60 * 1000;
/// Failed attempts on one account in one window.
const MOST_FOR_EMAIL: u32 = 10;
/// Failed attempts from one address in one window.
const MOST_FOR_ADDRESS: u32 = 30;
/// How many accounts and addresses are remembered.
const MOST_REMEMBERED: usize = 10_000;

/// Counts attempts to sign in.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<Subject, Window>>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Subject {
    Email(String),
    Address(IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Window {
    opened: Timestamp,
    attempts: u32,
}

/// One attempt that was let through.
#[derive(Debug)]
#[must_use]
pub(crate) struct Attempt(Vec<Subject>);

impl Throttle {
    /// Counts an attempt, or refuses it.
    pub(crate) fn attempt(
        &self,
        email: &str,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Attempt, Error> {
        let mut subjects = vec![Subject::Email(email.to_owned())];
        subjects.extend(address.map(|address| Subject::Address(network(address))));
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for subject in &subjects {
            let window = windows.get(subject).filter(|window| window.is_open(now));
            if window.is_some_and(|window| window.attempts >= subject.most()) {
                return Err(Error::new(
                    ErrorKind::LimitReached,
                    "too many attempts to sign in: wait 15 minutes and try again",
                ));
            }
        }
        for subject in &subjects {
            make_room(&mut windows, subject, now);
            let window =
                windows.entry(subject.clone()).or_insert(Window { opened: now, attempts: 0 });
            if !window.is_open(now) {
                *window = Window { opened: now, attempts: 0 };
            }
            window.attempts += 1;
        }
        Ok(Attempt(subjects))
    }

    /// Gives a successful attempt back.
    pub(crate) fn forgive(&self, attempt: &Attempt) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for subject in &attempt.0 {
            if let Some(window) = windows.get_mut(subject) {
                window.attempts = window.attempts.saturating_sub(1);
            }
        }
    }
}

impl Subject {
    fn most(&self) -> u32 {
        match self {
            Self::Email(_) => MOST_FOR_EMAIL,
            Self::Address(_) => MOST_FOR_ADDRESS,
        }
    }
}

impl Window {
    fn is_open(self, now: Timestamp) -> bool {
        now.millis().saturating_sub(self.opened.millis()) < WINDOW_MILLIS
    }
}

/// An IPv6 customer holds a whole /64, so that is what is counted.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn make_room(windows: &mut HashMap<Subject, Window>, subject: &Subject, now: Timestamp) {
    if windows.len() < MOST_REMEMBERED || windows.contains_key(subject) {
        return;
    }
    windows.retain(|_, window| window.is_open(now));
    if windows.len() < MOST_REMEMBERED {
        return;
    }
    // All are open: the older half goes, so that this sweep is rare even under attack.
    let mut opened: Vec<_> = windows.values().map(|window| window.opened).collect();
    let (_, &mut middle, _) = opened.select_nth_unstable(MOST_REMEMBERED / 2);
    let mut surplus = windows.len() - MOST_REMEMBERED / 2;
    windows.retain(|_, window| {
        let goes = surplus > 0 && window.opened <= middle;
        surplus -= usize::from(goes);
        !goes
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    fn tries(throttle: &Throttle, email: &str, address: &str, now: Timestamp) -> usize {
        let address = address.parse().ok();
        (0..1000).take_while(|_| throttle.attempt(email, address, now).is_ok()).count()
    }

    #[test]
    fn an_account_is_closed_after_its_attempts_and_opens_again() {
        let throttle = Throttle::default();
        assert_eq!(tries(&throttle, "a@x", "10.0.0.1", at(0)), MOST_FOR_EMAIL as usize);
        assert_eq!(tries(&throttle, "a@x", "10.0.0.2", at(14)), 0);
        assert_eq!(tries(&throttle, "a@x", "10.0.0.2", at(15)), MOST_FOR_EMAIL as usize);
    }

    #[test]
    fn an_address_is_closed_whatever_account_it_tries() {
        let throttle = Throttle::default();
        let mut let_through = 0;
        for account in 0..100 {
            let email = format!("{account}@x");
            // Two addresses of one /64 are one customer.
            let address = format!("2001:db8::{account}").parse().ok();
            let_through += u32::from(throttle.attempt(&email, address, at(0)).is_ok());
        }
        assert_eq!(let_through, MOST_FOR_ADDRESS);
        assert!(throttle.attempt("1@x", "::ffff:10.0.0.1".parse().ok(), at(0)).is_ok());
    }

    #[test]
    fn a_success_is_given_back() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            let attempt = throttle.attempt("a@x", None, at(0));
            throttle.forgive(&attempt.unwrap());
        }
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for account in 0..3 * MOST_REMEMBERED {
            let _ = throttle.attempt(&format!("{account}@x"), None, at(0));
        }
        let remembered = throttle.0.lock().unwrap().len();
        assert!(remembered <= MOST_REMEMBERED, "{remembered}");
    }
}
