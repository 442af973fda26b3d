//! How often passwords may be wrong, by user and by address.
//!
//! A token bucket for each, drawn on before a password is checked and given back when it was
//! right, so that only wrong ones cost anything. The buckets are two arrays of fixed size, found by
//! a keyed digest: no attacker can make them grow, empty one on purpose by colliding with it, or
//! tell from them which users there are. This module must never read a clock.

use model::{ClusterId, DigestKey};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets of each kind.
const BUCKETS: usize = 1 << 14;
const SECOND: u64 = 1_000_000_000;

/// How wrong passwords are bounded for one kind of source.
struct Rate {
    /// How many may come at once.
    burst: u64,
    /// Nanoseconds until there is one more.
    share: u64,
}

/// Of one user: ten, and one every six seconds.
const OF_USER: Rate = Rate { burst: 10, share: 6 * SECOND };
/// Of one address, behind which there may be many users who all sign in at once when their server
/// starts: a hundred, and one every second.
const OF_ADDRESS: Rate = Rate { burst: 100, share: SECOND };

/// The buckets of one gateway.
pub(super) struct Limiter {
    key: DigestKey,
    users: Box<[AtomicU64]>,
    addresses: Box<[AtomicU64]>,
}

/// The buckets that a check draws on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drawn {
    user: usize,
    address: usize,
}

impl Limiter {
    /// Full buckets, found by digests under this key.
    pub(super) fn new(key: DigestKey) -> Self {
        let buckets = || (0..BUCKETS).map(|_| AtomicU64::new(0)).collect();
        Self { key, users: buckets(), addresses: buckets() }
    }

    /// Draws on the buckets of a user and an address, at this moment of the gateway's own time in
    /// nanoseconds.
    ///
    /// # Errors
    /// One of them is empty: how long until it is not.
    pub(super) fn draw(
        &self,
        cluster: ClusterId,
        user: &[u8],
        address: IpAddr,
        now: u64,
    ) -> Result<Drawn, Duration> {
        let user = self.place(&[&b"user"[..], &cluster.number().to_be_bytes(), user].concat());
        let address = self.place(&[&b"addr"[..], &block(address).octets()[..]].concat());
        take(&self.users[user], &OF_USER, now)?;
        if let Err(wait) = take(&self.addresses[address], &OF_ADDRESS, now) {
            give_back(&self.users[user], &OF_USER);
            return Err(wait);
        }
        Ok(Drawn { user, address })
    }

    /// The password was right, or nobody looked at it: nothing is drawn.
    pub(super) fn give_back(&self, drawn: Drawn) {
        give_back(&self.users[drawn.user], &OF_USER);
        give_back(&self.addresses[drawn.address], &OF_ADDRESS);
    }

    fn place(&self, of: &[u8]) -> usize {
        let digest = self.key.digest(of);
        let [high, low, ..] = *digest.as_bytes();
        usize::from(u16::from_be_bytes([high, low])) % BUCKETS
    }
}

/// What counts as one address: of IPv6 the first 64 bits, of which one subscriber has all the rest.
fn block(address: IpAddr) -> Ipv6Addr {
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_ipv6_mapped(),
        IpAddr::V6(six) => {
            let mut octets = six.octets();
            octets[8..].fill(0);
            octets.into()
        }
    }
}

/// The word of a bucket is the moment at which it will be full (see `table::rate`).
fn take(bucket: &AtomicU64, rate: &Rate, now: u64) -> Result<(), Duration> {
    let ahead = rate.share * (rate.burst - 1);
    let taken = bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full| {
        (full <= now.saturating_add(ahead)).then(|| full.max(now).saturating_add(rate.share))
    });
    taken.map(drop).map_err(|full| Duration::from_nanos(full.saturating_sub(now + ahead)))
}

fn give_back(bucket: &AtomicU64, rate: &Rate) {
    let earlier = |full: u64| Some(full.saturating_sub(rate.share));
    // The update always gives a value, so it cannot fail.
    let _ = bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, earlier);
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn limiter() -> (Limiter, ClusterId) {
        (Limiter::new(DigestKey::new(&[3; 32])), ClusterId::from_number(1).unwrap())
    }

    #[test]
    fn a_user_is_limited_and_comes_back() {
        let (limiter, cluster) = limiter();
        let start = 77 * SECOND;
        for number in 0..OF_USER.burst {
            assert!(limiter.draw(cluster, b"alice", HERE, start + number).is_ok());
        }
        let wait = limiter.draw(cluster, b"alice", HERE, start + 20).unwrap_err();
        assert!(wait <= Duration::from_secs(6) && wait > Duration::from_secs(5), "{wait:?}");
        assert!(limiter.draw(cluster, b"bob", HERE, start + 20).is_ok());
        let other = ClusterId::from_number(2).unwrap();
        assert!(limiter.draw(other, b"alice", HERE, start + 20).is_ok());
        assert!(limiter.draw(cluster, b"alice", HERE, start + 6 * SECOND).is_ok());
        assert!(limiter.draw(cluster, b"alice", HERE, start + 6 * SECOND).is_err());
    }

    #[test]
    fn right_passwords_cost_nothing() {
        let (limiter, cluster) = limiter();
        for _ in 0..1000 {
            let drawn = limiter.draw(cluster, b"alice", HERE, 0).unwrap();
            limiter.give_back(drawn);
        }
    }

    #[test]
    fn an_address_is_limited_over_all_users_and_a_refused_draw_takes_nothing() {
        let (limiter, cluster) = limiter();
        let six = |text: &str| text.parse::<IpAddr>().unwrap();
        for number in 0..OF_ADDRESS.burst {
            let name = format!("user{number}");
            let address = six(&format!("2001:db8:0:1::{number:x}"));
            assert!(limiter.draw(cluster, name.as_bytes(), address, 0).is_ok());
        }
        for _ in 0..20 {
            assert!(limiter.draw(cluster, b"alice", six("2001:db8:0:1:ffff::"), 0).is_err());
        }
        // The user's own bucket is as full as it was.
        for _ in 0..OF_USER.burst {
            assert!(limiter.draw(cluster, b"alice", six("2001:db8:0:2::1"), 0).is_ok());
        }
        assert_eq!(block(six("::ffff:192.0.2.1")), block(six("192.0.2.1")));
        assert_ne!(block(six("192.0.2.1")), block(six("192.0.2.2")));
    }
}
