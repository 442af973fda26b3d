//! The first organization of an empty store.

use crate::caller::Caller;
use crate::command::decision::decide;
use crate::desk::Desk;
use crate::password;
use model::actor::Place;
use model::name::{Description, Email, KeyName, OrganizationName};
use model::policy::{Founders, decide_founding};
use model::{
    Action, Actor, ApiKey, AuditEvent, Error, KeyId, OrganizationId, OrganizationRole, Resource,
    SecretText, Snapshot, UserId,
};
use store::keys::{Creator, KeyKind, NewKey};
use store::organizations::Organization;
use store::users::{NewUser, User};
use store::{Committed, keys, members, organizations, users};

/// What is to be founded.
#[derive(Clone, Debug)]
pub struct Founding {
    /// Name of the organization.
    pub organization: OrganizationName,
    /// What its owner signs in with.
    pub owner: Email,
    /// The owner's password. Whoever made it keeps it, before founding: afterwards there is only
    /// its hash.
    pub password: SecretText,
}

/// What was founded. The personal key leaves here and nowhere else.
#[derive(Clone, Debug)]
pub struct Founded {
    /// The organization.
    pub organization: Organization,
    /// Its owner.
    pub owner: User,
    /// The owner's personal key, which may do what the owner may.
    pub personal_key: ApiKey,
}

/// Founds the organization with its owner and the owner's personal key, on the operator's behalf.
///
/// # Errors
/// `Conflict` if the store has an organization already.
pub fn found(desk: &Desk, founding: Founding) -> Result<Committed<Founded>, Error> {
    let operator = Caller::operator();
    let Founding { organization: name, owner: email, password } = founding;
    let hash = SecretText::new(password::hash(&password, desk.entropy())?);
    desk.act(&operator, |work| {
        if organizations::first(work)?.is_some() {
            return Err(Error::conflict("there is an organization already").into());
        }
        let id = OrganizationId::generate(work.entropy());
        let place = Place { organization: id, project: None };
        let resource = Resource::Organization(id);
        let permit = decide(work, &operator, place, Action::CreateKey, resource)?;
        let organization = organizations::insert(work, id, &name)?;
        let new = NewUser {
            id: UserId::generate(work.entropy()),
            name: email.to_string(),
            email,
            password_hash: Some(hash),
        };
        let owner = users::insert(work, new)?;
        members::set_organization_role(work, id, owner.id, OrganizationRole::Owner)?;
        let personal_key = ApiKey::generate(KeyId::generate(work.entropy()), work.entropy());
        let new = NewKey::plain(
            id,
            KeyKind::Personal(owner.id),
            KeyName::new("personal")?,
            Description::new("Made with the organization")?,
            Creator { id: owner.id.to_string(), name: owner.name.clone() },
        );
        let key = keys::insert(work, &personal_key, new)?;
        let detail = format!("founded organization \"{name}\" with {} as its owner", owner.email);
        let founded = decide_founding(&Actor::Operator, false, Founders::Operator, resource)?;
        work.record(
            &AuditEvent::done(founded, detail)
                .changed(Snapshot::none(), crate::command::organizations::snapshot(&organization)),
        )?;
        let event = AuditEvent::done(permit, "the owner's personal key")
            .about(Resource::Key(key.id))
            .changed(Snapshot::none(), crate::command::keys::snapshot(&key));
        let founded = Founded { organization, owner, personal_key };
        Ok((founded, event))
    })
}
