//! What a key can do in all, and whether one key's power lies within another's.
//!
//! A key that may make keys must never make one that can do more than itself. [`within`] is that
//! rule, and it must say no when in doubt: it compares each block, pattern and limit with single
//! ones of the other key, so a power that only several of them together would cover is refused.

use crate::address::AddressList;
use crate::change::KeyLimits;
use crate::clock::Timestamp;
use crate::pattern::NamePattern;
use crate::privilege::Privilege;
use crate::rate::RateLimit;
use crate::scope::{ClusterScope, ProjectGrant, Selection};

/// Everything a key of a project can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPower {
    /// What it opens.
    pub grant: ProjectGrant,
    /// What bounds it.
    pub limits: KeyLimits,
    /// Whether it may make, list, disable and delete keys of its project.
    pub manages_keys: bool,
}

/// Whether everything the child can do, the parent can. The right to manage keys is never handed
/// on.
///
/// # Errors
/// Where the child goes beyond the parent, as a sentence about the child's field.
pub fn within(parent: &KeyPower, child: &KeyPower) -> Result<(), &'static str> {
    let (more, less) = (&parent.grant, &child.grant);
    let rules = [
        (less.project == more.project, "projectId: the other key is of another project"),
        (!child.manages_keys, "manageKeys: only an owner can give the right to manage keys"),
        (less.role <= more.role, "role: is more than this key has"),
        (clusters_within(&more.clusters, &less.clusters), "clusterIds: are more than this key has"),
        (
            names_within(&more.data.databases, &less.data.databases),
            "databases: are more than this key has",
        ),
        (
            names_within(&more.data.collections, &less.data.collections),
            "collections: are more than this key has",
        ),
        (privileges_within(more, less), "privileges: are more than this key has"),
        (
            end_within(parent.limits.expires_at, child.limits.expires_at),
            "expiresAt: must not be later than this key's own end",
        ),
        (
            addresses_within(&parent.limits.sources, &child.limits.sources),
            "allowedAddresses: are more than this key has",
        ),
        (
            rate_within(parent.limits.rate, child.limits.rate),
            "rateLimit: must not be more than this key's own",
        ),
    ];
    rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, sentence)| Err(sentence))
}

fn clusters_within(more: &ClusterScope, less: &ClusterScope) -> bool {
    match (more, less) {
        (ClusterScope::All, _) => true,
        (ClusterScope::Only(_), ClusterScope::All) => false,
        (more, ClusterScope::Only(some)) => some.iter().all(|&cluster| more.contains(cluster)),
    }
}

fn names_within(more: &Selection<NamePattern>, less: &Selection<NamePattern>) -> bool {
    match (more, less) {
        (Selection::All, _) => true,
        (Selection::Only(_), Selection::All) => false,
        (Selection::Only(more), Selection::Only(less)) => {
            less.iter().all(|inner| more.iter().any(|outer| outer.includes(inner)))
        }
    }
}

/// Compares what is left of each role: a privilege that the role does not hold counts for nothing.
fn privileges_within(more: &ProjectGrant, less: &ProjectGrant) -> bool {
    let holds = |grant: &ProjectGrant, privilege: Privilege| {
        grant.role.privileges().contains(privilege) && grant.data.privileges.holds(privilege)
    };
    Privilege::ALL.iter().all(|&one| !holds(less, one) || holds(more, one))
}

fn end_within(more: Option<Timestamp>, less: Option<Timestamp>) -> bool {
    more.is_none_or(|more| less.is_some_and(|less| less <= more))
}

fn addresses_within(more: &AddressList, less: &AddressList) -> bool {
    let inside = |less: &AddressList| {
        less.blocks().iter().all(|inner| more.blocks().iter().any(|outer| outer.includes(*inner)))
    };
    more.is_open() || (!less.is_open() && inside(less))
}

fn rate_within(more: Option<RateLimit>, less: Option<RateLimit>) -> bool {
    more.is_none_or(|more| less.is_some_and(|less| less <= more))
}

#[cfg(test)]
#[path = "power/tests.rs"]
mod tests;
