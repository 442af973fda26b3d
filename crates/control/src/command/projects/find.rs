//! The project that somebody means by an id or a name.

use super::place;
use crate::caller::Caller;
use crate::command::decision::decide;
use crate::desk::{Desk, Refusal};
use model::name::ProjectName;
use model::{Action, Error, ErrorKind, OrganizationId, ProjectId, Resource};
use store::projects::{self, Project};

/// The project of the organization with this id or name.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see.
pub fn find(
    desk: &Desk,
    caller: &Caller,
    organization: OrganizationId,
    named: &str,
) -> Result<Project, Error> {
    // A name can never be taken for an id.
    let found = desk.look(caller, |reader| {
        let found = match (named.parse::<ProjectId>(), ProjectName::new(named)) {
            (Ok(id), _) => projects::find(reader, id)?,
            (_, Ok(name)) => projects::find_by_name(reader, organization, &name)?,
            _ => None,
        };
        let Some(project) = found.filter(|project| project.organization == organization) else {
            return Ok(None);
        };
        let resource = Resource::Project(project.id);
        match decide(reader, caller, place(&project), Action::ViewProject, resource) {
            Ok(_) => Ok(Some(project)),
            // Whether there is a project of this name is not for everybody to know.
            Err(Refusal::Denied(_)) => Ok(None),
            Err(failed) => Err(failed),
        }
    })?;
    found.ok_or_else(|| {
        let sentence = format!("there is no project {named}, or you may not see it");
        Error::new(ErrorKind::NotFound, sentence)
    })
}
