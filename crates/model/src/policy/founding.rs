//! Founding an organization: the one act on a thing that is not there yet.
//!
//! Kept apart because nobody has a standing towards it; whether it is allowed is the operator's
//! choice. It must never allow a key of a project anything.

use super::{Action, Denial, Permit, Resource};
use crate::actor::Actor;

/// Who may found an organization besides the operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Founders {
    /// Nobody.
    Operator,
    /// Whoever owns an organization already.
    #[default]
    Owners,
    /// Everybody with an account.
    Everybody,
}

/// Decides whether the actor may found an organization. `owner` is whether they own one; `resource`
/// is what stands for the actor in the record, because there is no organization yet.
///
/// # Errors
/// The [`Denial`], which hides nothing: there is nothing yet to hide.
pub fn decide_founding(
    actor: &Actor,
    owner: bool,
    founders: Founders,
    resource: Resource,
) -> Result<Permit, Denial> {
    let person = matches!(actor, Actor::User(_) | Actor::PersonalKey { .. });
    let rule = match founders {
        _ if matches!(actor, Actor::Operator) => Some("operator"),
        Founders::Owners if person && owner => Some("owner of an organization"),
        Founders::Everybody if person => Some("anybody may found"),
        _ => None,
    };
    let (actor, action) = (actor.clone(), Action::CreateOrganization);
    match rule {
        Some(rule) => Ok(Permit { actor, action, resource, rule }),
        None => Err(Denial { actor, action, resource, visible: true, reason: None }),
    }
}
