//! Replacing a whitelist.

use super::{check_lockout, check_room, in_words, snapshot};
use crate::caller::Caller;
use crate::command::{projects, revision};
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, ProjectId, Revision};
use store::Committed;
use store::whitelist::{self, Entry, NewEntry};

/// What the list is to be.
#[derive(Clone, Debug)]
pub struct ReplaceEntries {
    /// The project whose clusters may be used from there.
    pub project: ProjectId,
    /// The entries; none lets everybody in.
    pub entries: Vec<NewEntry>,
    /// What the caller saw last; the list is replaced only if it is still that.
    pub expected: Option<Revision>,
    /// The caller means it, even if its own address is kept out.
    pub confirm_lockout: bool,
}

/// Replaces every entry. Entries that stay keep their ids. Wait for the fence before you tell
/// anybody.
///
/// # Errors
/// `Conflict` if two entries have the same addresses, the caller's own would be kept out, or the
/// list has changed since the expected revision;
/// `LimitReached` if there are too many; what the policy refuses.
pub fn replace(
    desk: &Desk,
    caller: &Caller,
    request: ReplaceEntries,
) -> Result<Committed<Vec<Entry>>, Error> {
    desk.act(caller, |work| {
        let project = request.project;
        let (_, permit) = projects::permitted(work, caller, project, Action::UpdateWhitelist)?;
        revision::check("whitelist", whitelist::revision(work, project)?, request.expected)?;
        check_room(request.entries.len())?;
        let before = whitelist::list(work, project)?;
        let after = whitelist::replace(work, project, request.entries)?;
        check_lockout(caller, &before, &after, request.confirm_lockout)?;
        let detail = format!("from {} to {}", in_words(&before), in_words(&after));
        let event = AuditEvent::done(permit, detail).changed(snapshot(&before), snapshot(&after));
        Ok((after, event))
    })
}
