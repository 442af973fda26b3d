//! What a key opens.

use crate::id::{ClusterId, OrganizationId, ProjectId};
use crate::pattern::NamePattern;
use crate::privilege::Privilege;
use crate::role::AccessRole;

/// Which clusters of a project a key opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterScope {
    /// Every cluster, those attached later included.
    All,
    /// These only.
    Only(Box<[ClusterId]>),
}

impl ClusterScope {
    /// Whether the scope includes the cluster.
    pub fn contains(&self, cluster: ClusterId) -> bool {
        match self {
            Self::All => true,
            Self::Only(clusters) => clusters.contains(&cluster),
        }
    }
}

/// All of a kind, or some. An empty selection selects nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Selection<T> {
    /// Everything, what is made later included.
    #[default]
    All,
    /// These only.
    Only(Box<[T]>),
}

impl<T> Selection<T> {
    /// Whether nothing is left out.
    pub const fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

impl Selection<NamePattern> {
    /// Whether a name is selected.
    pub fn admits(&self, name: &[u8]) -> bool {
        match self {
            Self::All => true,
            Self::Only(patterns) => patterns.iter().any(|pattern| pattern.matches(name)),
        }
    }
}

impl Selection<Privilege> {
    /// Whether a privilege is selected.
    pub fn holds(&self, privilege: Privilege) -> bool {
        match self {
            Self::All => true,
            Self::Only(some) => some.contains(&privilege),
        }
    }
}

/// What of its clusters' data a key reaches: all of it, or databases and collections by pattern,
/// and of its role's privileges only some. It narrows the role and never widens it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataScope {
    /// Databases.
    pub databases: Selection<NamePattern>,
    /// Collections of those databases, aliases included: an alias counts by the collection it
    /// stands for.
    pub collections: Selection<NamePattern>,
    /// Privileges; those the key's role does not hold stay out of reach.
    pub privileges: Selection<Privilege>,
}

impl DataScope {
    /// Whether the key's role alone decides.
    pub const fn is_whole(&self) -> bool {
        self.databases.is_all() && self.collections.is_all() && self.privileges.is_all()
    }
}

/// A key's right on one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectGrant {
    /// The project whose clusters the key opens.
    pub project: ProjectId,
    /// What it may do there.
    pub role: AccessRole,
    /// On which clusters.
    pub clusters: ClusterScope,
    /// On which of their data.
    pub data: DataScope,
}

/// Everything a key opens on the data path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyReach {
    /// A project key: exactly this grant.
    Project(ProjectGrant),
    /// A personal key of a member: these grants, one a project.
    Projects(Box<[ProjectGrant]>),
    /// A personal key of an organization owner: every cluster of the organization.
    Organization(OrganizationId),
    /// A personal key of somebody without a role on any project.
    Nothing,
}
