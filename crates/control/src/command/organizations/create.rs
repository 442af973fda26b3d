//! Founding an organization.

use super::snapshot;
use crate::caller::Caller;
use crate::desk::{Desk, Refusal};
use model::name::OrganizationName;
use model::policy::{Founders, decide_founding};
use model::{
    Actor, AuditEvent, Error, ErrorKind, OrganizationId, OrganizationRole, Resource, Snapshot,
    UserId,
};
use store::organizations::Organization;
use store::{Committed, Page, Reader, members, organizations};

/// How many organizations one person may be a member of and still found another.
const MOST_MEMBERSHIPS: u64 = 100;

/// Founds an organization whose only member is the caller, as its owner.
///
/// # Errors
/// `Invalid` if there is no person behind the caller to own it; `LimitReached` if they have enough;
/// what the policy refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    founders: Founders,
    name: &OrganizationName,
) -> Result<Committed<Organization>, Error> {
    desk.act(caller, |work| {
        let owner = owns_one(work, caller)?;
        let resource = stands_for(caller.actor());
        let permit = decide_founding(caller.actor(), owner, founders, resource)?;
        let person = caller.person().ok_or_else(|| {
            Error::invalid("an organization needs a person as its owner: sign in as one")
        })?;
        check_room(work, person)?;
        let id = OrganizationId::generate(work.entropy());
        let organization = organizations::insert(work, id, name)?;
        members::set_organization_role(work, id, person, OrganizationRole::Owner)?;
        let detail = format!("founded organization \"{name}\" with {person} as its owner");
        let event = AuditEvent::done(permit, detail)
            .about(Resource::Organization(id))
            .changed(Snapshot::none(), snapshot(&organization));
        Ok((organization, event))
    })
}

/// Whether the person behind the caller owns an organization, as far as their credential reaches.
fn owns_one(reader: &Reader<'_>, caller: &Caller) -> Result<bool, Refusal> {
    let Some(person) = caller.person() else {
        return Ok(false);
    };
    let roles = members::organizations_of(reader, person)?;
    Ok(roles.into_iter().any(|(id, role)| {
        role == OrganizationRole::Owner && caller.organization().is_none_or(|only| only == id)
    }))
}

/// What the record of the act names before there is an organization.
fn stands_for(actor: &Actor) -> Resource {
    match actor {
        Actor::User(user) | Actor::PersonalKey { user, .. } => Resource::User(*user),
        Actor::ProjectKey { project, .. } => Resource::Project(*project),
        // None has an id; each is named as the actor.
        Actor::ClusterUser { .. } | Actor::Operator | Actor::Anonymous | Actor::Report => {
            Resource::User(UserId::NOBODY)
        }
    }
}

fn check_room(reader: &Reader<'_>, person: UserId) -> Result<(), Error> {
    let count = organizations::list_of_user(reader, person, Page::new(1, 1)?)?.count;
    if count < MOST_MEMBERSHIPS {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::LimitReached,
        format!("you are a member of {count} organizations already: leave one first"),
    ))
}
