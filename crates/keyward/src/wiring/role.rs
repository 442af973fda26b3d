//! Which part of Keyward a process is, and how long a gateway's lease is.
//!
//! To add a role: a variant here, what it opens in `open.rs`, and what it starts in `server.rs`.

use model::Error;
use std::time::Duration;
use store::Sharing;

/// What a process does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Everything, and alone on its database.
    #[default]
    All,
    /// The control API and the console, on a database that it shares.
    Control,
    /// A gateway, on a database that it shares.
    Gateway,
}

impl Role {
    /// With whom its database is served.
    pub const fn sharing(self) -> Sharing {
        match self {
            Self::All => Sharing::Alone,
            Self::Control | Self::Gateway => Sharing::Shared,
        }
    }

    /// Whether it lets calls through.
    pub const fn has_gateway(self) -> bool {
        matches!(self, Self::All | Self::Gateway)
    }

    /// Whether it serves the control API.
    pub const fn has_control(self) -> bool {
        matches!(self, Self::All | Self::Control)
    }

    /// Whether it runs Milvus Lite.
    pub const fn has_engines(self) -> bool {
        matches!(self, Self::All)
    }
}

/// For how long a gateway goes on after it last heard of the database: the longest a change can be
/// kept waiting by a gateway that is dead, and the longest the database can be away before gateways
/// refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseLength(Duration);

impl LeaseLength {
    /// The shortest.
    pub const SHORTEST: Duration = Duration::from_secs(1);
    /// The longest. Less than a request to the control API may take.
    pub const LONGEST: Duration = Duration::from_secs(30);
    /// What is used if nobody chooses.
    pub const USUAL: Self = Self(Duration::from_secs(10));
    /// How long it takes at most until a gateway's workers have noticed the end.
    const MARGIN: Duration = Duration::from_millis(250);
    /// Which part of a time two clocks may differ by.
    const DRIFT: u32 = 100;

    /// A lease of so many seconds.
    ///
    /// # Errors
    /// `Invalid` outside the bounds.
    pub fn from_seconds(seconds: u64) -> Result<Self, Error> {
        let length = Duration::from_secs(seconds);
        if (Self::SHORTEST..=Self::LONGEST).contains(&length) {
            return Ok(Self(length));
        }
        Err(Error::invalid("must be 1 to 30 seconds"))
    }

    /// How long it is.
    pub const fn length(self) -> Duration {
        self.0
    }

    /// After how much time of another clock a lease of this length is over for certain, and
    /// everything is cut that it covered.
    pub fn surely_over(length: Duration) -> Duration {
        length + length / Self::DRIFT + Self::MARGIN
    }

    /// How often a gateway shows that it is alive.
    pub fn beat(self) -> Duration {
        self.0 / 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_bounded_and_is_waited_for_longer_than_it_holds() {
        assert!(LeaseLength::from_seconds(0).is_err() && LeaseLength::from_seconds(31).is_err());
        for seconds in [1, 10, 30] {
            let lease = LeaseLength::from_seconds(seconds).unwrap();
            assert!(LeaseLength::surely_over(lease.length()) > lease.length());
            assert!(lease.beat() * 3 < lease.length(), "two beats may be lost");
        }
        // A request to the control API waits for it.
        let longest = LeaseLength::surely_over(LeaseLength::LONGEST);
        assert!(longest < control::Limits::default().request);
    }
}
