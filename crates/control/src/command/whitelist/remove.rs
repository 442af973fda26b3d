//! Removing one entry of a whitelist.

use super::{check_lockout, snapshot};
use crate::caller::Caller;
use crate::command::projects;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, ProjectId, WhitelistEntryId};
use store::Committed;
use store::whitelist::{self, Entry};

/// What is to be removed.
#[derive(Clone, Copy, Debug)]
pub struct RemoveEntry {
    /// The project the entry belongs to.
    pub project: ProjectId,
    /// The entry.
    pub entry: WhitelistEntryId,
    /// The caller means it, even if its own address is kept out.
    pub confirm_lockout: bool,
}

/// Removes an entry and answers with what it was. Without the last one everybody is let in. Wait
/// for the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if the project has no such entry; `Conflict` if the caller's own address would be
/// kept out; what the policy refuses.
pub fn remove(
    desk: &Desk,
    caller: &Caller,
    request: RemoveEntry,
) -> Result<Committed<Entry>, Error> {
    desk.act(caller, |work| {
        let project = request.project;
        let (_, permit) = projects::permitted(work, caller, project, Action::UpdateWhitelist)?;
        let before = whitelist::list(work, project)?;
        let none = || Error::not_found("whitelist entry", request.entry);
        let entry = before.iter().find(|entry| entry.id == request.entry).ok_or_else(none)?;
        whitelist::delete(work, entry.id)?;
        let after = whitelist::list(work, project)?;
        check_lockout(caller, &before, &after, request.confirm_lockout)?;
        let detail = if after.is_empty() {
            format!("no longer lists {}: every address is let in", entry.cidr)
        } else {
            format!("no longer lets in {}", entry.cidr)
        };
        let event = AuditEvent::done(permit, detail).changed(snapshot(&before), snapshot(&after));
        Ok((entry.clone(), event))
    })
}
