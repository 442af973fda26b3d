//! Projects: the boundary an API key opens.

mod create;
mod delete;
mod find;
mod list;
mod rename;
mod set_plan;
mod show;

pub use create::{CreateProject, CreatedProject, create};
pub use delete::delete;
pub use find::find;
pub use list::{ListProjects, ListedProjects, list};
pub use rename::rename;
pub use set_plan::set_plan;
pub use show::show;

use crate::caller::Caller;
use crate::command::decision::decide;
use crate::desk::Refusal;
use model::actor::Place;
use model::{Action, Actor, Error, OrganizationId, Permit, ProjectId, Resource, Snapshot};
use store::projects::{Project, ProjectFilter, ProjectReach};
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
    let reach = match reach(reader, caller, organization, action) {
        Ok(reach) => reach,
        Err(Refusal::Denied(_)) => return Ok(Vec::new()),
        Err(Refusal::Failed(error)) => return Err(error),
    };
    let filter = ProjectFilter { reach, search: None };
    let mut permitted = Vec::new();
    for project in projects::list(reader, &filter, 0, MOST_PROJECTS)? {
        match decide_within(reader, caller, reach, &project, action) {
            Ok(()) => permitted.push(project),
            Err(Refusal::Denied(_)) => {}
            Err(Refusal::Failed(error)) => return Err(error),
        }
    }
    Ok(permitted)
}

/// Among which projects of an organization those are on which the policy could allow the caller
/// this: all of them only if it allows it on the organization.
fn reach(
    reader: &Reader<'_>,
    caller: &Caller,
    organization: OrganizationId,
    action: Action,
) -> Result<ProjectReach, Refusal> {
    let everywhere = Place { organization, project: None };
    let resource = Resource::Organization(organization);
    let denial = match decide(reader, caller, everywhere, action, resource) {
        Ok(_) => return Ok(ProjectReach::Whole(organization)),
        Err(Refusal::Denied(denial)) => denial,
        Err(failed) => return Err(failed),
    };
    if caller.organization().is_some_and(|own| own != organization) {
        return Err(denial.into());
    }
    match caller.actor() {
        Actor::ProjectKey { project, .. } => Ok(ProjectReach::One(*project)),
        Actor::User(user) | Actor::PersonalKey { user, .. }
            if members::organization_role(reader, organization, *user)?.is_some() =>
        {
            Ok(ProjectReach::OfMember(organization, *user))
        }
        _ => Err(denial.into()),
    }
}

/// Decides on a project that was found within a reach. What is allowed on the whole organization is
/// not asked again for each project of it.
fn decide_within(
    reader: &Reader<'_>,
    caller: &Caller,
    reach: ProjectReach,
    project: &Project,
    action: Action,
) -> Result<(), Refusal> {
    if reach == ProjectReach::Whole(project.organization) {
        return Ok(());
    }
    let _permit = decide(reader, caller, place(project), action, Resource::Project(project.id))?;
    Ok(())
}
