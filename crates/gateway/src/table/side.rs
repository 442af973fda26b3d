//! What does not fit into a slot: the rights of keys that do not open one project as a whole, and
//! what bounds a key besides what it opens.
//!
//! Few keys have it, and only they pay for it: a bit or the kind of the grant in the slot says that
//! it is there. It names its key, so that a reader who holds an old slot number never reads
//! another's.

use super::rate::Rate;
use model::address::AddressList;
use model::change::KeyLimits;
use model::scope::{ClusterScope, DataScope};
use model::{AccessRole, ClusterId, KeyId, Timestamp};
use std::net::IpAddr;
use std::sync::Arc;

/// A right on one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// The table's number of the project.
    pub project: u32,
    /// The role there.
    pub role: AccessRole,
    /// On which clusters.
    pub clusters: ClusterScope,
    /// On which of their data; `None` for all of it.
    pub data: Option<Arc<DataScope>>,
}

impl Right {
    /// Whether it opens the cluster.
    pub fn opens(&self, project: u32, cluster: ClusterId) -> bool {
        self.project == project && self.clusters.contains(cluster)
    }
}

/// Why a live key may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Its time is over.
    Expired,
    /// Not from that address.
    Elsewhere,
    /// It died while it was looked at.
    Gone,
}

/// What bounds a key.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// From then on it is refused.
    pub expires_at: Option<Timestamp>,
    /// From where it may be used.
    pub sources: AddressList,
    /// How fast.
    pub rate: Option<Rate>,
}

impl Bounds {
    /// What these limits ask for; `None` if they bound nothing. What is used up of the rate before
    /// stays so.
    pub fn new(limits: &KeyLimits, before: Option<&Self>) -> Option<Self> {
        let used = before.and_then(|bounds| bounds.rate.as_ref());
        let rate = limits
            .rate
            .map(|limit| used.map_or_else(|| Rate::new(limit), |used| used.with_limit(limit)));
        let (expires_at, sources) = (limits.expires_at, limits.sources.clone());
        let bounded = expires_at.is_some() || rate.is_some() || !sources.is_open();
        bounded.then_some(Self { expires_at, sources, rate })
    }

    /// Whether the key may be used from there at that time.
    ///
    /// # Errors
    /// Which bound is in the way.
    pub fn admit(&self, from: IpAddr, now: Timestamp) -> Result<(), Bound> {
        if self.expires_at.is_some_and(|end| now >= end) {
            return Err(Bound::Expired);
        }
        if self.sources.admits(from) { Ok(()) } else { Err(Bound::Elsewhere) }
    }

    fn limits(&self) -> KeyLimits {
        KeyLimits {
            expires_at: self.expires_at,
            sources: self.sources.clone(),
            rate: self.rate.as_ref().map(Rate::limit),
        }
    }
}

/// All there is beside the slot of a key.
#[derive(Clone, Debug)]
pub struct Side {
    /// The key.
    pub id: KeyId,
    /// Its rights, for a key whose grant is `Listed` or `Several`.
    pub rights: Box<[Right]>,
    /// What bounds it.
    pub bounds: Option<Bounds>,
}

impl Side {
    /// Whether there is anything to keep.
    pub fn is_needed(&self) -> bool {
        !self.rights.is_empty() || self.bounds.is_some()
    }

    /// Whether a call that one allows is allowed by the other.
    pub fn same(&self, other: &Self) -> bool {
        let limits = |side: &Self| side.bounds.as_ref().map(Bounds::limits);
        self.rights == other.rights && limits(self) == limits(other)
    }
}
