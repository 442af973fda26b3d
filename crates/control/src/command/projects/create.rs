//! Making a project, with its default key.

use super::{MOST_PROJECTS, snapshot};
use crate::caller::Caller;
use crate::command::decision::decide;
use crate::command::keys::creator;
use crate::command::organizations::home;
use crate::desk::Desk;
use model::actor::Place;
use model::name::{Description, KeyName, ProjectName};
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::{
    AccessRole, Action, ApiKey, AuditEvent, Error, ErrorKind, KeyId, OrganizationId, ProjectId,
    Resource, Snapshot,
};
use store::keys::{KeyKind, NewKey};
use store::projects::{NewProject, Project, ProjectFilter, ProjectReach};
use store::{Committed, Work, keys, organizations, projects};

/// What is to be made.
#[derive(Clone, Debug)]
pub struct CreateProject {
    /// Its organization; the caller's only one if none is named.
    pub organization: Option<OrganizationId>,
    /// Its name.
    pub name: ProjectName,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct CreatedProject {
    /// The project.
    pub project: Project,
    /// Its default key, which opens everything in it; none where keys are shown once, because
    /// nobody would ever see it.
    pub default_key: Option<ApiKey>,
}

/// Makes a project and, unless the organization shows keys once, its default key.
///
/// # Errors
/// `Conflict` if the name is taken; `LimitReached` if the organization is full; what the policy
/// refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    request: CreateProject,
) -> Result<Committed<CreatedProject>, Error> {
    desk.act(caller, |work| {
        let organization = home(work, caller, request.organization)?;
        let place = Place { organization, project: None };
        let resource = Resource::Organization(organization);
        let permit = decide(work, caller, place, Action::CreateProject, resource)?;
        check_room(work, organization)?;
        let new = NewProject {
            id: ProjectId::generate(work.entropy()),
            organization,
            name: request.name,
        };
        let project = projects::insert(work, new)?;
        let once = organizations::settings(work, organization)?.show_keys_once;
        let default_key =
            (!once).then(|| insert_default_key(work, caller, &project)).transpose()?;
        let detail = match &default_key {
            Some(key) => format!("project \"{}\" with its default key {}", project.name, key.id()),
            None => format!("project \"{}\"", project.name),
        };
        let event = AuditEvent::done(permit, detail)
            .about(Resource::Project(project.id))
            .changed(Snapshot::none(), snapshot(&project));
        let created = CreatedProject { project, default_key };
        Ok((created, event))
    })
}

fn check_room(work: &Work<'_>, organization: OrganizationId) -> Result<(), Error> {
    let all = ProjectFilter { reach: ProjectReach::Whole(organization), search: None };
    if projects::count(work, &all)? < u64::from(MOST_PROJECTS) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::LimitReached,
        format!("an organization may have {MOST_PROJECTS} projects, and this one has them all"),
    ))
}

fn insert_default_key(
    work: &mut Work<'_>,
    caller: &Caller,
    project: &Project,
) -> Result<ApiKey, Error> {
    let key = ApiKey::generate(KeyId::generate(work.entropy()), work.entropy());
    let plain = NewKey::plain(
        project.organization,
        KeyKind::Project(ProjectGrant {
            project: project.id,
            role: AccessRole::Admin,
            clusters: ClusterScope::All,
            data: DataScope::default(),
        }),
        KeyName::new("default")?,
        Description::new("Made with the project")?,
        creator(work, caller)?,
    );
    let new = NewKey { is_default: true, parent: caller.key(), ..plain };
    keys::insert(work, &key, new)?;
    Ok(key)
}
