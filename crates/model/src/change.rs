//! What the store publishes and every gateway applies: the change feed's vocabulary.

use crate::cluster::ClusterRoute;
use crate::digest::KeyDigest;
use crate::id::{ClusterId, KeyId};
use crate::scope::KeyReach;

/// Position in the total order of commits. The first commit is 1; 0 is the empty store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(u64);

impl Revision {
    /// Before the first commit.
    pub const ZERO: Self = Self(0);

    /// The revision with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// All a gateway needs to know of a key. There is no record of a deleted key.
#[derive(Clone, Debug)]
pub struct KeyAccess {
    /// The key.
    pub id: KeyId,
    /// What a presented key must digest to.
    pub digest: KeyDigest,
    /// What it opens.
    pub reach: KeyReach,
}

/// One change of the access table. Applying a change twice is the same as once.
#[derive(Clone, Debug)]
pub enum Change {
    /// The key is new, or what it opens has changed.
    KeyPut(KeyAccess),
    /// The key is dead: refuse it and cut what it has in flight.
    KeyGone(KeyId),
    /// The cluster is new, or where it is has changed.
    ClusterPut(ClusterRoute),
    /// The cluster is detached: refuse calls to it and cut what is in flight.
    ClusterGone(ClusterId),
}
