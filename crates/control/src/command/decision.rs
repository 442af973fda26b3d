//! The one call every command makes to the policy.

use crate::caller::Caller;
use crate::desk::Refusal;
use crate::standing;
use model::actor::{Place, Standing};
use model::{Action, Permit, Resource, policy};
use store::Reader;

/// Decides one act of the caller on a thing at this place.
pub(super) fn decide(
    reader: &Reader<'_>,
    caller: &Caller,
    place: Place,
    action: Action,
    resource: Resource,
) -> Result<Permit, Refusal> {
    let standing = standing::towards(reader, caller, place)?;
    Ok(policy::decide(caller.actor(), standing, action, resource)?)
}

/// The same, where the thing may be the caller's own.
pub(super) fn decide_own(
    reader: &Reader<'_>,
    caller: &Caller,
    place: Place,
    action: Action,
    resource: Resource,
    own: bool,
) -> Result<Permit, Refusal> {
    let standing = standing::towards(reader, caller, place)?;
    // Only a member has anything of their own there.
    let own = own && standing.organization.is_some();
    Ok(policy::decide(caller.actor(), Standing { own, ..standing }, action, resource)?)
}
