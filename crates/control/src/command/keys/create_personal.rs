//! Making a personal key.

use super::{CreatedKey, creator, person, snapshot};
use crate::caller::Caller;
use crate::command::decision::decide;
use crate::desk::Desk;
use model::actor::Place;
use model::name::{Description, KeyName};
use model::{
    Action, Actor, ApiKey, AuditEvent, Error, ErrorKind, KeyId, OrganizationId, Resource, Snapshot,
    UserId,
};
use store::keys::{KeyKind, NewKey};
use store::{Committed, keys, members};

/// What is to be made.
#[derive(Clone, Debug)]
pub struct CreatePersonalKey {
    /// The organization it acts in.
    pub organization: OrganizationId,
    /// The person whose roles it follows.
    pub user: UserId,
    /// What people call it.
    pub name: KeyName,
    /// What it is for.
    pub description: Description,
}

/// Makes a personal key: for oneself, or on the operator's behalf for anybody.
///
/// # Errors
/// `Forbidden` for somebody else's key; `Conflict` if the person is no member of the organization;
/// what the policy refuses.
pub fn create_personal(
    desk: &Desk,
    caller: &Caller,
    request: CreatePersonalKey,
) -> Result<Committed<CreatedKey>, Error> {
    desk.act(caller, |work| {
        let place = Place { organization: request.organization, project: None };
        let resource = Resource::Organization(request.organization);
        let permit = decide(work, caller, place, Action::CreateKey, resource)?;
        if *caller.actor() != Actor::Operator && person(caller) != Some(request.user) {
            let message = "a personal key can be made by its own person only";
            return Err(Error::new(ErrorKind::Forbidden, message).into());
        }
        if members::organization_role(work, request.organization, request.user)?.is_none() {
            let message = format!("{} is not a member of the organization", request.user);
            return Err(Error::conflict(message).into());
        }
        let plain = ApiKey::generate(KeyId::generate(work.entropy()), work.entropy());
        let detail = format!("personal key \"{}\" of {}", request.name, request.user);
        let new = NewKey {
            organization: request.organization,
            kind: KeyKind::Personal(request.user),
            name: request.name,
            description: request.description,
            creator: creator(work, caller)?,
            is_default: false,
        };
        let key = keys::insert(work, &plain, new)?;
        let event = AuditEvent::done(permit, detail)
            .about(Resource::Key(key.id))
            .changed(Snapshot::none(), snapshot(&key));
        Ok((CreatedKey { key, plain }, event))
    })
}
