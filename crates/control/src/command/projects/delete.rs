//! Deleting a project.

use super::snapshot;
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, ProjectId, Snapshot};
use store::projects::Removed;
use store::{Committed, projects};

/// Deletes a project with its keys and memberships, and answers with what it was. Its clusters
/// stand in the way unless they are to be detached with it. Wait for the fence before you tell
/// anybody.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; `Conflict` while clusters stand; what
/// the policy refuses.
pub fn delete(
    desk: &Desk,
    caller: &Caller,
    id: ProjectId,
    detach_clusters: bool,
) -> Result<Committed<Removed>, Error> {
    desk.act(caller, |work| {
        let (project, permit) = super::permitted(work, caller, id, Action::DeleteProject)?;
        if project.clusters > 0 && !detach_clusters {
            let clusters = match project.clusters {
                1 => "a cluster".to_owned(),
                several => format!("{several} clusters"),
            };
            let message = format!(
                "the project has {clusters}: detach first what stands there, or repeat this with \
                 force=true, which detaches it"
            );
            return Err(Error::conflict(message).into());
        }
        let removed = projects::delete(work, id)?.ok_or_else(|| Error::not_found("project", id))?;
        let detail = format!(
            "deleted project \"{}\" with {} keys and {} clusters",
            project.name, removed.keys, project.clusters
        );
        let event = AuditEvent::done(permit, detail).changed(snapshot(&project), Snapshot::none());
        Ok((removed, event))
    })
}
