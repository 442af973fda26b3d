//! API keys: their records, their digests and their sealed copies.
//!
//! A record never carries the secret: the digest leaves through the change feed only, the plain
//! key through [`reveal`] only. A deleted key leaves no row; its audit records stay.
//!
//! Everything that gateways see of a key is published by the function that changes it. To keep one
//! more thing of a key: its column in a migration, its field in [`Key`], and a line in each of
//! `read.rs`, `insert.rs` and `update.rs`; if it is a list, also `parts.rs`.

pub(crate) mod count;
mod delete;
mod descendants;
mod filter;
mod insert;
mod list;
pub mod notices;
mod order;
mod parts;
mod read;
mod report;
mod update;
mod way;
pub(crate) mod words;

pub use count::known_count;
pub use delete::{delete, remove};
pub(crate) use delete::{delete_of_project, delete_personal, erase_copies, forget_cluster};
pub use descendants::{MOST_DESCENDANTS, descendants};
pub use filter::KeyFilter;
pub use insert::insert;
pub use list::{KeyEntry, KeyStart, KeyWalk, list, walk};
pub use order::{KeyCursor, KeyOrder, KeySort};
pub(crate) use read::{Access, access, access_of_changed, has_copy};
pub use read::{find, find_live, reveal, verify, verify_live};
pub use report::{LeakReport, reported};
pub use update::update;

use crate::vault::Place;
use crate::work::Located;
use model::change::KeyLimits;
use model::name::{Description, KeyName};
use model::power::KeyPower;
use model::scope::ProjectGrant;
use model::{
    AddressList, KeyId, KeyLife, OrganizationId, ProjectId, RateLimit, Revision, Timestamp, UserId,
};

/// The record of an API key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its id, which is also inside the key.
    pub id: KeyId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// What it belongs to there, and so what it opens.
    pub kind: KeyKind,
    /// What people call it; not unique.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
    /// Who made it.
    pub creator: Creator,
    /// Whether it came with its project, or took the place of the key that did.
    pub is_default: bool,
    /// Whether it works, and how long.
    pub life: KeyLife,
    /// From where it may be used.
    pub sources: AddressList,
    /// How fast it may be used.
    pub rate: Option<RateLimit>,
    /// Whether it may manage keys of its project.
    pub manages_keys: bool,
    /// The key it was made with, dead or alive.
    pub parent: Option<KeyId>,
    /// The key whose place it took, dead or alive.
    pub replaces: Option<KeyId>,
    /// Where it was found, if somebody reported that.
    pub report: Option<LeakReport>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last change of this record.
    pub revision: Revision,
}

/// What a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A project; the key opens exactly this.
    Project(ProjectGrant),
    /// A person; the key opens what they may.
    Personal(UserId),
}

/// Who made something, as it was when they made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creator {
    /// The actor as the audit trail writes it: `user-…`, `key-…` or `operator`.
    pub id: String,
    /// What the actor was called.
    pub name: String,
}

/// A key to be kept.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// What it belongs to there.
    pub kind: KeyKind,
    /// What people call it.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
    /// Who makes it.
    pub creator: Creator,
    /// Whether it comes with its project; a project has one such key at most.
    pub is_default: bool,
    /// Whether it works, and how long.
    pub life: KeyLife,
    /// From where it may be used.
    pub sources: AddressList,
    /// How fast it may be used.
    pub rate: Option<RateLimit>,
    /// Whether it may manage keys of its project; a personal key may not.
    pub manages_keys: bool,
    /// The key it is made with.
    pub parent: Option<KeyId>,
    /// The key whose place it takes.
    pub replaces: Option<KeyId>,
}

/// What replaces the changeable part of a key's record. Begin with [`KeyUpdate::of`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUpdate {
    /// What people call it.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
    /// What it belongs to; only what it opens there can change.
    pub kind: KeyKind,
    /// Whether it is the default key of its project.
    pub is_default: bool,
    /// Whether it works, and how long.
    pub life: KeyLife,
    /// From where it may be used.
    pub sources: AddressList,
    /// How fast it may be used.
    pub rate: Option<RateLimit>,
    /// Whether it may manage keys of its project.
    pub manages_keys: bool,
}

impl NewKey {
    /// A key without an end, without limits and without a history.
    pub fn plain(
        organization: OrganizationId,
        kind: KeyKind,
        name: KeyName,
        description: Description,
        creator: Creator,
    ) -> Self {
        Self {
            organization,
            kind,
            name,
            description,
            creator,
            is_default: false,
            life: KeyLife::default(),
            sources: AddressList::default(),
            rate: None,
            manages_keys: false,
            parent: None,
            replaces: None,
        }
    }
}

impl KeyUpdate {
    /// The update that changes nothing.
    pub fn of(key: &Key) -> Self {
        Self {
            name: key.name.clone(),
            description: key.description.clone(),
            kind: key.kind.clone(),
            is_default: key.is_default,
            life: key.life,
            sources: key.sources.clone(),
            rate: key.rate,
            manages_keys: key.manages_keys,
        }
    }
}

impl Key {
    /// The project it belongs to, if it is a project key.
    pub fn project(&self) -> Option<ProjectId> {
        self.grant().map(|grant| grant.project)
    }

    /// What it opens, if it is a project key.
    pub fn grant(&self) -> Option<&ProjectGrant> {
        match &self.kind {
            KeyKind::Project(grant) => Some(grant),
            KeyKind::Personal(_) => None,
        }
    }

    /// The person it belongs to, if it is a personal key.
    pub fn user(&self) -> Option<UserId> {
        match self.kind {
            KeyKind::Project(_) => None,
            KeyKind::Personal(user) => Some(user),
        }
    }

    /// What bounds it.
    pub fn limits(&self) -> KeyLimits {
        KeyLimits {
            expires_at: self.life.expires_at(),
            sources: self.sources.clone(),
            rate: self.rate,
        }
    }

    /// Everything it can do, if it is a project key.
    pub fn power(&self) -> Option<KeyPower> {
        let (grant, limits) = (self.grant()?.clone(), self.limits());
        Some(KeyPower { grant, limits, manages_keys: self.manages_keys })
    }

    pub(crate) fn place(&self) -> Located {
        Located { organization: self.organization, project: self.project() }
    }
}

/// The end of a key without an end, as it is kept: the last moment there is.
const NEVER: i64 = i64::MAX;

fn copy_of(id: &str) -> Place<'_> {
    Place { noun: "API key", id }
}
