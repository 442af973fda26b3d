//! Switching a key off, and on again.

use super::{KeyDetail, snapshot};
use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, AuditEvent, Error, KeyId, KeyLife, Timestamp};
use store::keys::KeyUpdate;
use store::{Committed, keys};

/// Switches a key off. Wait for the fence before you tell anybody. A key that is off stays off.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see; what the policy refuses.
pub fn disable(desk: &Desk, caller: &Caller, id: KeyId) -> Result<Committed<KeyDetail>, Error> {
    step(desk, caller, id, Action::DisableKey, |life, now| Ok(life.disabled(now)))
}

/// Switches a key on again.
///
/// # Errors
/// `Conflict` for a key that would not work then; what [`disable()`] refuses.
pub fn enable(desk: &Desk, caller: &Caller, id: KeyId) -> Result<Committed<KeyDetail>, Error> {
    step(desk, caller, id, Action::EnableKey, KeyLife::enabled)
}

fn step(
    desk: &Desk,
    caller: &Caller,
    id: KeyId,
    action: Action,
    next: impl FnOnce(KeyLife, Timestamp) -> Result<KeyLife, Error>,
) -> Result<Committed<KeyDetail>, Error> {
    desk.act(caller, |work| {
        let (before, permit) = super::permitted(work, caller, id, action)?;
        let life = next(before.life, work.now())?;
        let after = keys::update(work, id, KeyUpdate { life, ..KeyUpdate::of(&before) })?;
        let done = if action == Action::EnableKey { "enabled" } else { "disabled" };
        let event = AuditEvent::done(permit, format!("{done} key \"{}\"", after.name))
            .changed(snapshot(&before), snapshot(&after));
        Ok((KeyDetail::of(work, after, work.now())?, event))
    })
}
