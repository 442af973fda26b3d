//! Who asks.

use crate::id::{ClusterId, ClusterUserId, KeyId, OrganizationId, ProjectId, UserId};
use crate::privilege::PrivilegeSet;
use crate::role::{OrganizationRole, ProjectRole};
use std::fmt;

/// The authenticated origin of a request to the control plane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person with a session.
    User(UserId),
    /// A person acting through the personal key with this id.
    PersonalKey {
        /// The key presented.
        key: KeyId,
        /// The person it belongs to.
        user: UserId,
    },
    /// A program with a key of one project.
    ProjectKey {
        /// The key presented.
        key: KeyId,
        /// The project it opens.
        project: ProjectId,
    },
    /// A user of a cluster, who signed in on its data path with a password.
    ClusterUser {
        /// The user.
        user: ClusterUserId,
        /// The only cluster it has a standing towards.
        cluster: ClusterId,
    },
    /// Somebody with the data folder and the master key in hand, on the host itself.
    Operator,
    /// Somebody who has not proved who they are, such as whoever fails to sign in.
    Anonymous,
    /// Somebody nobody knows who found a key and says so. It may do nothing but that.
    Report,
}

impl fmt::Display for Actor {
    /// How the audit trail names the actor: `user-…`, `key-…`, `cuser-…`, `operator`, `anonymous`
    /// or `report`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => user.fmt(f),
            Self::PersonalKey { key, .. } | Self::ProjectKey { key, .. } => key.fmt(f),
            Self::ClusterUser { user, .. } => user.fmt(f),
            Self::Operator => f.write_str("operator"),
            Self::Anonymous => f.write_str("anonymous"),
            Self::Report => f.write_str("report"),
        }
    }
}

/// Where the actor stands towards the thing it asks about. Looked up, never sent by a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Role in the organization the thing belongs to.
    pub organization: Option<OrganizationRole>,
    /// Role in the project the thing belongs to.
    pub project: Option<ProjectRole>,
    /// The actor is a key of that very project.
    pub key_of_project: bool,
    /// The actor is a key of that very project with the right to manage its keys.
    pub manages_keys: bool,
    /// What a user of that very cluster holds on the whole of it; `None` of anybody else.
    pub cluster_rights: Option<PrivilegeSet>,
    /// The thing is the actor's own: their personal key, their membership, an invitation to them
    /// or from them; or the very key they signed with, or the very user of a cluster.
    pub own: bool,
}

impl Standing {
    /// The standing of a stranger.
    pub const NONE: Self = Self {
        organization: None,
        project: None,
        key_of_project: false,
        manages_keys: false,
        cluster_rights: None,
        own: false,
    };
}

/// The thing an actor asks about, by where it belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its organization.
    pub organization: OrganizationId,
    /// Its project, if it is in one.
    pub project: Option<ProjectId>,
}
