//! A gateway among others on one database: it keeps its lease, or stops.
//!
//! The order is what makes a deletion certain. The gateway is listed before it takes a stamp; the
//! stamp is taken before the feed is read; what was read is applied, and cut, before the gateway
//! says so; and only when the database has taken its word does the lease hold, counted from the
//! stamp. So whoever commits a change either finds the gateway listed, or can be sure that it reads
//! the change before it lets anything through.

use super::feed::Feed;
use super::role::LeaseLength;
use super::server::blocking;
use gateway::Lease;
use model::{Clock, Error, ErrorKind};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use store::Serving;
use store::gateways::{Beat, NewGateway};
use tokio::sync::Notify;
use tokio::time::timeout;

/// How often a gateway that is not listed any more enters itself in one turn.
const TRIES: u32 = 2;

/// Keeps the lease of this process's gateway.
pub(super) struct Member {
    pub(super) serving: Arc<Serving>,
    pub(super) feed: Arc<Feed>,
    pub(super) lease: Arc<Lease>,
    pub(super) length: LeaseLength,
    pub(super) me: NewGateway,
    pub(super) clock: Arc<dyn Clock>,
    /// One turn at a time.
    pub(super) place: Mutex<Place>,
}

/// Whether the gateway is on the list, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It has to enter itself.
    Unlisted,
    /// It is.
    Listed,
    /// It has stopped, and never enters again.
    Left,
}

impl Member {
    /// Loads everything, makes the gateway known, and opens it. Nobody has to wait for it while it
    /// loads, which may take longer than a lease: it lets nothing through.
    ///
    /// # Errors
    /// The database does not answer.
    pub(super) fn begin(&self) -> Result<(), Error> {
        self.feed.load()?;
        self.turn()
    }

    /// Brings the gateway up to date and renews its lease. Blocks.
    ///
    /// # Errors
    /// The database does not answer, or a worker does not: the lease runs on, and out.
    pub(super) fn turn(&self) -> Result<(), Error> {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..TRIES {
            match *place {
                Place::Left => return Ok(()),
                Place::Unlisted => self.serving.enter(&self.me, self.clock.now())?,
                Place::Listed => {}
            }
            *place = Place::Listed;
            let stamp = self.lease.stamp();
            let caught_up = self.feed.catch_up_surely();
            if self.feed.refuses() {
                self.lease.end();
            }
            let beat =
                Beat { gateway: self.me.id, applied: caught_up?.applied, at: self.clock.now() };
            if self.serving.beat(&beat)? {
                let extended = self.lease.extend(stamp, self.length.length());
                return extended.map_err(|error| {
                    let sentence = format!("the lease cannot be extended: {error}");
                    Error::new(ErrorKind::Unavailable, sentence)
                });
            }
            // Others took it for gone: what it read since its last word is not worth anything.
            *place = Place::Unlisted;
        }
        let sentence = "this gateway is taken off the list of those that share the database, again \
                        and again: it is too slow for its lease";
        Err(Error::new(ErrorKind::Unavailable, sentence))
    }

    /// Keeps the lease, for as long as it is let: at once when `heard` says so, and now and then.
    pub(super) async fn keep(self: Arc<Self>, heard: Arc<Notify>) {
        let mut failing = false;
        loop {
            // Either way it is time.
            let _ = timeout(self.length.beat(), heard.notified()).await;
            let member = Arc::clone(&self);
            match blocking(move || member.turn()).await {
                Ok(()) => failing = false,
                Err(error) if failing => tracing::debug!(%error, "the lease is not renewed"),
                Err(error) => {
                    failing = true;
                    tracing::error!(%error, "the lease of this gateway is not renewed");
                }
            }
        }
    }

    /// Says that the gateway has stopped. A turn that is under way ends before, and none follows.
    pub(super) fn leave(&self) {
        self.lease.end();
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        *place = Place::Left;
        if let Err(error) = self.serving.leave(self.me.id) {
            tracing::warn!(%error, "this gateway stays listed until its lease is over");
        }
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Member({})", self.me.id)
    }
}
