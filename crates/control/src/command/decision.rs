//! The one call every command makes to the policy.

use crate::caller::Caller;
use crate::desk::Refusal;
use crate::standing;
use model::actor::Place;
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
