//! Adding one entry to a whitelist.

use super::{check_lockout, check_room, snapshot};
use crate::caller::Caller;
use crate::command::projects;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, ProjectId};
use store::Committed;
use store::whitelist::{self, Entry, NewEntry};

/// What is to be added.
#[derive(Clone, Debug)]
pub struct AddEntry {
    /// The project whose clusters may be used from there.
    pub project: ProjectId,
    /// The addresses and what is there.
    pub entry: NewEntry,
    /// The caller means it, even if its own address is kept out.
    pub confirm_lockout: bool,
}

/// Adds an entry. The first one keeps everybody else out: wait for the fence before you tell
/// anybody.
///
/// # Errors
/// `Conflict` if the addresses are listed already or the caller's own would be kept out;
/// `LimitReached` if the list is full; what the policy refuses.
pub fn add(desk: &Desk, caller: &Caller, request: AddEntry) -> Result<Committed<Entry>, Error> {
    desk.act(caller, |work| {
        let project = request.project;
        let (_, permit) = projects::permitted(work, caller, project, Action::UpdateWhitelist)?;
        let before = whitelist::list(work, project)?;
        let entry = whitelist::insert(work, project, request.entry)?;
        let after = whitelist::list(work, project)?;
        check_room(after.len())?;
        check_lockout(caller, &before, &after, request.confirm_lockout)?;
        let event = AuditEvent::done(permit, format!("lets in {}", entry.cidr))
            .changed(snapshot(&before), snapshot(&after));
        Ok((entry, event))
    })
}
