//! What a key opens.

use crate::id::{ClusterId, OrganizationId, ProjectId};
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

/// A key's right on one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectGrant {
    /// The project whose clusters the key opens.
    pub project: ProjectId,
    /// What it may do there.
    pub role: AccessRole,
    /// On which clusters.
    pub clusters: ClusterScope,
}

/// Everything a key opens on the data path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyReach {
    /// A project key: exactly this grant.
    Project(ProjectGrant),
    /// A personal key of an organization owner: every cluster of the organization.
    Organization(OrganizationId),
    /// A personal key of somebody without a role on any project.
    Nothing,
}
