//! Gateway ports for clusters that have no name of their own.

use model::Error;
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};

/// How many ports are tried, so that the search ends on a machine that lets nobody listen.
const TRIES: usize = 2000;

/// The lowest free port above the gateway's; none is needed where each cluster has a host name.
///
/// # Errors
/// `Conflict` if there is none.
pub(super) fn own(
    gateway: SocketAddr,
    domain: Option<&str>,
    taken: &BTreeSet<u16>,
) -> Result<Option<u16>, Error> {
    choose(gateway, domain, taken, |port| {
        // Another program may take it before the gateway does; the cluster's status says so then.
        TcpListener::bind((gateway.ip(), port)).is_ok()
    })
}

/// The lowest port above the gateways' that no other cluster has; they are not on this machine.
///
/// # Errors
/// `Conflict` if there is none.
pub(super) fn untaken(
    gateway: SocketAddr,
    domain: Option<&str>,
    taken: &BTreeSet<u16>,
) -> Result<Option<u16>, Error> {
    choose(gateway, domain, taken, |_| true)
}

fn choose(
    gateway: SocketAddr,
    domain: Option<&str>,
    taken: &BTreeSet<u16>,
    is_free: impl Fn(u16) -> bool,
) -> Result<Option<u16>, Error> {
    if domain.is_some() {
        return Ok(None);
    }
    let above = gateway.port().saturating_add(1)..=u16::MAX;
    let mut free = above.filter(|port| *port != gateway.port() && !taken.contains(port));
    let found = free.by_ref().take(TRIES).find(|port| is_free(*port));
    let none = || {
        let message = format!(
            "the cluster needs a gateway port of its own and none above {} is free: name one with \
             port, or start Keyward with --domain",
            gateway.port()
        );
        Error::conflict(message).in_field("port")
    };
    found.map(Some).ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_free_above_the_gateways_and_nobody_elses() {
        let gateway = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let lower = SocketAddr::new(gateway.ip(), gateway.port().min(60_000));
        let first = own(lower, None, &BTreeSet::new()).unwrap().unwrap();
        assert!(first > lower.port());
        let held = TcpListener::bind((lower.ip(), first)).unwrap();
        let second = own(lower, None, &BTreeSet::new()).unwrap().unwrap();
        assert!(second > first, "{first} is held by {held:?}");
        let third = own(lower, None, &BTreeSet::from([second])).unwrap().unwrap();
        assert!(third > second, "{second} is another cluster's");
    }

    #[test]
    fn names_need_no_port_and_the_last_port_has_none_above_it() {
        let last = SocketAddr::from(([127, 0, 0, 1], u16::MAX));
        assert_eq!(own(last, Some("m.example.com"), &BTreeSet::new()).unwrap(), None);
        let message = own(last, None, &BTreeSet::new()).unwrap_err().message();
        assert!(message.contains("--domain"), "{message}");
    }
}
