//! What bounds a call besides what its key opens: time, addresses, rate, and whether the cluster
//! takes calls.
//!
//! A caller is refused for these before anything else of the call is looked at, and in-flight calls
//! are held against the same functions when a bound has changed. They say no more than that: a
//! caller at a wrong address is not told which list does not have it.

use crate::table::{Bound, KeyHandle, Route, View};
use milvus::refusal::Refusal;
use model::Timestamp;
use model::cluster::Service;
use std::net::IpAddr;
use std::time::Duration;

/// Where a request comes from, and when.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The gateway port it came to.
    pub port: u16,
    /// The peer's address.
    pub address: IpAddr,
    /// The time of the turn it is read in.
    pub now: Timestamp,
}

/// Whether a key may be used from there at that time.
///
/// # Errors
/// The key's time is over, or the address is not one of its own.
pub fn key(key: KeyHandle, origin: Origin, view: &View) -> Result<(), Refusal> {
    if !key.is_bounded() {
        return Ok(());
    }
    key_now(key, origin, view)
}

/// The same of a call in flight, whose key may have been bounded since it was found.
///
/// # Errors
/// As [`key`].
pub fn key_now(key: KeyHandle, origin: Origin, view: &View) -> Result<(), Refusal> {
    view.bounds(key, origin.address, origin.now).map_err(|bound| match bound {
        Bound::Expired => Refusal::KeyExpired(key.id()),
        Bound::Elsewhere => Refusal::AddressRefused(origin.address.to_canonical()),
        Bound::Gone => Refusal::UnknownKey,
    })
}

/// Whether a cluster may be entered from there, and takes calls.
///
/// # Errors
/// The project's whitelist does not have the address, or the cluster is suspended.
pub fn cluster(route: &Route, address: IpAddr) -> Result<(), Refusal> {
    door(route, address)?;
    match route.service {
        Service::Open => Ok(()),
        Service::Suspended => Err(Refusal::ClusterSuspended(route.id)),
    }
}

/// Whether a cluster may be entered from there: what is asked before a password is looked at.
///
/// # Errors
/// The project's whitelist does not have the address.
pub fn door(route: &Route, address: IpAddr) -> Result<(), Refusal> {
    if route.sources.admits(address) {
        return Ok(());
    }
    Err(Refusal::AddressRefused(address.to_canonical()))
}

/// Takes one call of the key's rate, at this moment of the gateway's own time in nanoseconds.
///
/// # Errors
/// The key is over its rate.
pub fn rate(key: KeyHandle, now: u64, view: &View) -> Result<(), Refusal> {
    let over = |wait: Duration| {
        let millis = u64::try_from(wait.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
        Refusal::RateLimited { retry_after: Duration::from_millis(millis) }
    };
    if key.is_bounded() { view.take(key, now).map_err(over) } else { Ok(()) }
}
