//! How often somebody may try to sign in.
//!
//! Counted for each e-mail address and for each network address. Every attempt counts before the
//! password is looked at, so that parallel attempts cannot slip past; a success gives its own
//! attempt back.

use crate::windows::Windows;
use model::{Error, ErrorKind, Timestamp};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How long a window is.
const WINDOW_MILLIS: i64 = 15 * 60 * 1000;
/// Failed attempts on one account in one window.
const MOST_FOR_EMAIL: u32 = 10;
/// Failed attempts from one address in one window.
const MOST_FOR_ADDRESS: u32 = 30;

/// Counts attempts to sign in.
#[derive(Debug)]
pub(crate) struct Throttle(Mutex<Windows<Subject>>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Subject {
    Email(String),
    Address(IpAddr),
}

/// One attempt that was let through.
#[derive(Debug)]
#[must_use]
pub(crate) struct Attempt(Vec<Subject>);

impl Throttle {
    /// Nobody has tried yet.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Windows::new(WINDOW_MILLIS)))
    }

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
        let spent = |subject: &Subject| windows.count(subject, now) >= subject.most();
        if subjects.iter().any(spent) {
            return Err(Error::new(
                ErrorKind::LimitReached,
                "too many attempts to sign in: wait 15 minutes and try again",
            ));
        }
        for subject in &subjects {
            windows.add(subject, now);
        }
        Ok(Attempt(subjects))
    }

    /// Gives a successful attempt back.
    pub(crate) fn forgive(&self, attempt: &Attempt) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for subject in &attempt.0 {
            windows.give_back(subject);
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

/// An IPv6 customer holds a whole /64, so that is what is counted.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
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
        let throttle = Throttle::new();
        assert_eq!(tries(&throttle, "a@x", "10.0.0.1", at(0)), MOST_FOR_EMAIL as usize);
        assert_eq!(tries(&throttle, "a@x", "10.0.0.2", at(14)), 0);
        assert_eq!(tries(&throttle, "a@x", "10.0.0.2", at(15)), MOST_FOR_EMAIL as usize);
    }

    #[test]
    fn an_address_is_closed_whatever_account_it_tries() {
        let throttle = Throttle::new();
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
        let throttle = Throttle::new();
        for _ in 0..100 {
            let attempt = throttle.attempt("a@x", None, at(0));
            throttle.forgive(&attempt.unwrap());
        }
    }
}
