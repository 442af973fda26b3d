//! The place a page is about, with what its visitor may do there.
//!
//! Commands decide; this only keeps buttons off pages that would answer with a refusal.

use control::command::allowed::{self, Allowed};
use control::command::organizations::{self, Membership};
use control::command::{clusters, projects};
use control::{Caller, Cluster, Desk, Project};
use model::{Action, ClusterId, Error, OrganizationId, ProjectId};

/// An organization, seen by a visitor.
pub(crate) struct InOrganization {
    pub(crate) membership: Membership,
    pub(crate) allowed: Allowed,
}

impl InOrganization {
    /// Looks it up.
    ///
    /// # Errors
    /// `NotFound` if the visitor may not see it.
    pub(crate) fn find(desk: &Desk, caller: &Caller, id: OrganizationId) -> Result<Self, Error> {
        Ok(Self {
            membership: organizations::show(desk, caller, id)?,
            allowed: allowed::in_organization(desk, caller, id)?,
        })
    }

    /// Its id.
    pub(crate) fn id(&self) -> OrganizationId {
        self.membership.organization.id
    }

    /// What people call it.
    pub(crate) fn name(&self) -> &str {
        self.membership.organization.name.as_str()
    }

    /// Whether the visitor may do this here.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.allowed.may(action)
    }
}

/// A project, seen by a visitor.
pub(crate) struct InProject {
    /// Its organization's name.
    pub(crate) organization: String,
    pub(crate) project: Project,
    pub(crate) allowed: Allowed,
}

impl InProject {
    /// Looks it up.
    ///
    /// # Errors
    /// `NotFound` if the visitor may not see it.
    pub(crate) fn find(desk: &Desk, caller: &Caller, id: ProjectId) -> Result<Self, Error> {
        let project = projects::show(desk, caller, id)?;
        let membership = organizations::show(desk, caller, project.organization)?;
        Ok(Self {
            organization: membership.organization.name.to_string(),
            allowed: allowed::in_project(desk, caller, id)?,
            project,
        })
    }

    /// Whether the visitor may do this here.
    pub(crate) fn may(&self, action: Action) -> bool {
        self.allowed.may(action)
    }
}

/// A cluster, seen by a visitor.
pub(crate) struct InCluster {
    pub(crate) place: InProject,
    pub(crate) cluster: Cluster,
}

impl InCluster {
    /// Looks it up.
    ///
    /// # Errors
    /// `NotFound` if the visitor may not see it.
    pub(crate) fn find(desk: &Desk, caller: &Caller, id: ClusterId) -> Result<Self, Error> {
        let cluster = clusters::show(desk, caller, id)?;
        Ok(Self { place: InProject::find(desk, caller, cluster.project)?, cluster })
    }
}
