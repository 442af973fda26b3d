//! How often letters are asked for that anybody may ask for, and how often one person gets one.
//!
//! Requests are counted by the network they come from, letters by the account they go to: nobody
//! fills the mailbox of somebody whose address they know, and nobody learns from a refusal whether
//! there is such an account.

use crate::throttle;
use crate::windows::Windows;
use model::{Error, ErrorKind, Timestamp, UserId};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// How long requests of one network are counted.
const ASKING_MILLIS: i64 = 15 * 60 * 1000;
/// How many it may make in that time.
const MOST_ASKED: u32 = 10;
/// How long an account that was written to is not written to again: as long as a link works.
const WRITING_MILLIS: i64 = 30 * 60 * 1000;

/// Who asked, and who was written to.
#[derive(Debug)]
pub(crate) struct Letters {
    asked: Mutex<Windows<Option<IpAddr>>>,
    written: Mutex<Windows<UserId>>,
}

impl Letters {
    /// Nobody has asked yet.
    pub(crate) fn new() -> Self {
        Self {
            asked: Mutex::new(Windows::new(ASKING_MILLIS)),
            written: Mutex::new(Windows::new(WRITING_MILLIS)),
        }
    }

    /// Counts a request, or refuses it.
    pub(crate) fn ask(&self, from: Option<IpAddr>, now: Timestamp) -> Result<(), Error> {
        let from = from.map(throttle::network);
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.count(&from, now) >= MOST_ASKED {
            return Err(Error::new(
                ErrorKind::LimitReached,
                "too many links were asked for from this address: wait 15 minutes and try again",
            ));
        }
        asked.add(&from, now);
        Ok(())
    }

    /// Whether the account may be written to now; from here on it may not for a while.
    pub(crate) fn may_write_to(&self, user: UserId, now: Timestamp) -> bool {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let may = written.count(&user, now) == 0;
        if may {
            written.add(&user, now);
        }
        may
    }

    /// The account was not written to after all.
    pub(crate) fn forget(&self, user: UserId) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).give_back(&user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    #[test]
    fn a_network_asks_so_often_and_no_more() {
        let letters = Letters::new();
        let asks = |from: &str, now| letters.ask(from.parse().ok(), now).is_ok();
        let most = MOST_ASKED as usize;
        assert_eq!((0..100).filter(|_| asks("2001:db8::1", at(0))).count(), most);
        assert!(!asks("2001:db8::2", at(14)) && asks("2001:db8:0:1::1", at(14)));
        assert!(asks("2001:db8::2", at(15)));
    }

    #[test]
    fn an_account_is_written_to_once_in_the_life_of_a_link() {
        let (letters, user) = (Letters::new(), UserId::NOBODY);
        assert!(letters.may_write_to(user, at(0)) && !letters.may_write_to(user, at(29)));
        assert!(letters.may_write_to(user, at(30)));
        letters.forget(user);
        assert!(letters.may_write_to(user, at(31)));
    }
}
