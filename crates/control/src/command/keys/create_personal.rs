//! Making a personal key.

use super::{CreatedKey, End, creator, snapshot};
use crate::caller::Caller;
use crate::command::decision::decide_own;
use crate::desk::Desk;
use model::actor::{Place, Standing};
use model::name::{Description, KeyName};
use model::{
    Action, Actor, ApiKey, AuditEvent, Error, ErrorKind, KeyId, KeyLife, OrganizationId, Resource,
    Snapshot, UserId, policy,
};
use store::keys::{KeyFilter, KeyKind, NewKey};
use store::{Committed, Page, Work, keys, members};

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

/// How many personal keys a member may have in an organization.
const MOST_PERSONAL_KEYS: u64 = 50;

/// Makes a personal key: for oneself, or on the operator's behalf for anybody.
///
/// # Errors
/// `Conflict` if the person is no member of the organization; `LimitReached` if they have as many
/// keys as they may; what the policy refuses, such as a key for somebody else.
pub fn create_personal(
    desk: &Desk,
    caller: &Caller,
    request: CreatePersonalKey,
) -> Result<Committed<CreatedKey>, Error> {
    desk.act(caller, |work| {
        let place = Place { organization: request.organization, project: None };
        let own = caller.person() == Some(request.user);
        let permit = if own || *caller.actor() == Actor::Operator {
            let resource = Resource::Organization(request.organization);
            decide_own(work, caller, place, Action::CreateKey, resource, own)?
        } else {
            let resource = Resource::User(request.user);
            policy::decide(caller.actor(), Standing::NONE, Action::CreateKey, resource)?
        };
        if members::organization_role(work, request.organization, request.user)?.is_none() {
            let message = format!("{} is not a member of the organization", request.user);
            return Err(Error::conflict(message).into());
        }
        check_room(work, &request)?;
        let plain = ApiKey::generate(KeyId::generate(work.entropy()), work.entropy());
        let detail = format!("personal key \"{}\" of {}", request.name, request.user);
        // The operator's own keys keep the command line working, whatever the settings say.
        let life = match caller.actor() {
            Actor::Operator => KeyLife::default(),
            _ => End::Usual.life(work, request.organization, work.now())?,
        };
        let new = NewKey {
            life,
            parent: caller.key(),
            ..NewKey::plain(
                request.organization,
                KeyKind::Personal(request.user),
                request.name,
                request.description,
                creator(work, caller)?,
            )
        };
        let key = keys::insert(work, &plain, new)?;
        let event = AuditEvent::done(permit, detail)
            .about(Resource::Key(key.id))
            .changed(Snapshot::none(), snapshot(&key));
        Ok((CreatedKey { key, plain }, event))
    })
}

fn check_room(work: &Work<'_>, request: &CreatePersonalKey) -> Result<(), Error> {
    let filter = KeyFilter {
        organization: Some(request.organization),
        user: Some(request.user),
        ..KeyFilter::default()
    };
    if keys::list(work, &filter, Page::new(1, 1)?)?.count < MOST_PERSONAL_KEYS {
        return Ok(());
    }
    let message = format!(
        "a member may have {MOST_PERSONAL_KEYS} personal keys in an organization: delete one first"
    );
    Err(Error::new(ErrorKind::LimitReached, message))
}
