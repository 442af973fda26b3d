//! Projects: the boundary an API key opens.

mod create;
mod delete;
mod list;
mod rename;
mod set_plan;
mod show;

pub use create::{CreateProject, CreatedProject, create};
pub use delete::delete;
pub use list::list;
pub use rename::rename;
pub use set_plan::set_plan;
pub use show::show;

use crate::caller::Caller;
use crate::command::decision::decide;
use crate::desk::Refusal;
use model::actor::Place;
use model::{
    Action, Actor, Error, OrganizationId, OrganizationRole, Permit, ProjectId, Resource, Snapshot,
};
use store::projects::Project;
use store::{Page, Reader, members, projects};

/// How many projects an organization may have, so that the list of them is bounded.
pub const MOST_PROJECTS: u32 = Page::MAX_SIZE;

/// Where things of the project are.
pub(super) fn place(project: &Project) -> Place {
    Place { organization: project.organization, project: Some(project.id) }
}

/// How a project is, for the audit trail.
fn snapshot(project: &Project) -> Snapshot {
    Snapshot::none().with("name", &project.name)
}

/// Loads a project and decides one act on it.
pub(super) fn permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    id: ProjectId,
    action: Action,
) -> Result<(Project, Permit), Refusal> {
    let project = projects::find(reader, id)?.ok_or_else(|| Error::not_found("project", id))?;
    let permit = decide(reader, caller, place(&project), action, Resource::Project(id))?;
    Ok((project, permit))
}

/// Every project on which the policy lets the caller do this.
pub(super) fn all_permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    organization: OrganizationId,
    action: Action,
) -> Result<Vec<Project>, Error> {
    let mut permitted = Vec::new();
    for project in candidates(reader, caller, organization)? {
        let resource = Resource::Project(project.id);
        match decide(reader, caller, place(&project), action, resource) {
            Ok(_) => permitted.push(project),
            Err(Refusal::Denied(_)) => {}
            Err(Refusal::Failed(error)) => return Err(error),
        }
    }
    Ok(permitted)
}

/// The projects of the organization that the policy could allow the caller anything on.
fn candidates(
    reader: &Reader<'_>,
    caller: &Caller,
    organization: OrganizationId,
) -> Result<Vec<Project>, Error> {
    let everything = |reader: &Reader<'_>| {
        let page = Page::new(1, MOST_PROJECTS)?;
        Ok(projects::list(reader, organization, page)?.items)
    };
    let few = match caller.actor() {
        Actor::Operator => return everything(reader),
        Actor::ClusterUser { .. } | Actor::Anonymous | Actor::Report => Vec::new(),
        Actor::ProjectKey { project, .. } => vec![*project],
        Actor::User(user) | Actor::PersonalKey { user, .. } => {
            let role = members::organization_role(reader, organization, *user)?;
            if role == Some(OrganizationRole::Owner) {
                return everything(reader);
            }
            let of_user = members::projects_of(reader, organization, *user)?;
            of_user.into_iter().map(|(project, _)| project).collect()
        }
    };
    let mut found = Vec::with_capacity(few.len());
    for id in few {
        found.extend(projects::find(reader, id)?);
    }
    Ok(found)
}
