//! Taking up an invitation: as a new person, or with the account it was sent to.

use super::{inviting, snapshot};
use crate::caller::Caller;
use crate::desk::{Desk, Refusal};
use crate::password;
use crate::password_policy::{self, Judging};
use model::actor::Standing;
use model::name::PersonName;
use model::{
    Action, Actor, AuditEvent, Error, ErrorKind, OrganizationRole, Permit, ProjectRole, Resource,
    SecretText, Snapshot, UserId, policy,
};
use store::invitations::{self, Invitation};
use store::members;
use store::organizations::{self, Organization};
use store::users::{self, NewUser, User};
use store::{Committed, Reader, Work};

/// Somebody without an account yet.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// What they are called.
    pub name: PersonName,
    /// What they will sign in with, besides the invited address.
    pub password: SecretText,
}

/// A membership that an invitation brought.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Who joined.
    pub user: User,
    /// What they joined.
    pub organization: Organization,
    /// What they are in it.
    pub role: OrganizationRole,
}

/// Takes up an invitation with the account of the caller, whose address must be the invited one.
/// `surplus` is whether they said who they are besides. Wait for the fence before you tell anybody.
///
/// # Errors
/// `Invalid` for a surplus; `NotFound` if no invitation stands under the token; `Conflict` if its
/// sender may no longer give what it promises; what the policy refuses.
pub fn accept(
    desk: &Desk,
    caller: &Caller,
    token: &SecretText,
    surplus: bool,
) -> Result<Committed<Accepted>, Error> {
    desk.act(caller, |work| {
        let invitation = standing(work, token, desk)?;
        let user = match caller.person() {
            Some(person) => users::find(work, person)?,
            None => None,
        };
        let own = user.as_ref().is_some_and(|user| user.email == invitation.email);
        // Whoever holds the token knows that there is an invitation.
        let project = Some(ProjectRole::Member);
        let standing = Standing { own, project, ..Standing::NONE };
        let resource = Resource::Invitation(invitation.id);
        let action = Action::AcceptInvitation;
        let permit = policy::decide(caller.actor(), standing, action, resource)?;
        let user = user.ok_or_else(|| Error::internal("an invitation without a person"))?;
        if surplus {
            let message = "leave name and password out: you are signed in, and keep your own";
            return Err(Error::invalid(message).into());
        }
        join(work, permit, &invitation, user)
    })
}

/// Takes up an invitation as a new person with the invited address. Takes as long as hashing a
/// password. Wait for the fence before you tell anybody.
///
/// # Errors
/// `NotFound` if no invitation stands under the token; `Conflict` if there is an account with the
/// invited address, or its sender may no longer give what it promises; `Invalid` for a password
/// that is too weak.
pub fn accept_as_new(
    desk: &Desk,
    caller: &Caller,
    token: &SecretText,
    person: &NewPerson,
) -> Result<Committed<Accepted>, Error> {
    // Nobody has a password hashed here who does not hold an invitation.
    desk.look(caller, |reader| Ok(check_new(reader, &standing(reader, token, desk)?, person)?))?;
    let hash = SecretText::new(password::hash(&person.password, desk.entropy())?);
    desk.act(caller, |work| {
        let invitation = standing(work, token, desk)?;
        check_new(work, &invitation, person)?;
        let id = UserId::generate(work.entropy());
        let new = NewUser {
            id,
            email: invitation.email.clone(),
            name: person.name.to_string(),
            password_hash: Some(hash),
        };
        let user = users::insert(work, new)?;
        let own = Standing { own: true, ..Standing::NONE };
        let resource = Resource::Invitation(invitation.id);
        let action = Action::AcceptInvitation;
        let permit = policy::decide(&Actor::User(id), own, action, resource)?;
        join(work, permit, &invitation, user)
    })
}

/// The invitation that stands under the token.
fn standing(reader: &Reader<'_>, token: &SecretText, desk: &Desk) -> Result<Invitation, Error> {
    invitations::find_by_token(reader, token, desk.now())?.ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "there is no such invitation: it was used, was taken back, or has run out; ask for \
             another",
        )
    })
}

fn check_new(
    reader: &Reader<'_>,
    invitation: &Invitation,
    person: &NewPerson,
) -> Result<(), Error> {
    if users::find_by_email(reader, &invitation.email)?.is_some() {
        return Err(Error::conflict(
            "there is an account with the invited e-mail address: sign in with it, then take up \
             the invitation",
        ));
    }
    let policy = organizations::settings(reader, invitation.organization)?.password_policy;
    let email = &invitation.email;
    let by = Judging { email, second_factor: false, policy, field: "password" };
    password_policy::judge(&person.password, by)
}

/// Makes the person a member, with what the invitation promises and its sender may still give.
fn join(
    work: &mut Work<'_>,
    permit: Permit,
    invitation: &Invitation,
    user: User,
) -> Result<(Accepted, AuditEvent), Refusal> {
    check_sender(work, invitation)?;
    let organization = organizations::find(work, invitation.organization)?
        .ok_or_else(|| Error::not_found("organization", invitation.organization))?;
    let held = members::organization_role(work, organization.id, user.id)?;
    // Nobody loses a role by being invited to a lower one.
    let role = held.map_or(invitation.role, |held| held.max(invitation.role));
    members::set_organization_role(work, organization.id, user.id, role)?;
    for (project, role) in &invitation.projects {
        let held = members::project_role(work, *project, user.id)?;
        let role = held.map_or(*role, |held| held.max(*role));
        members::set_project_role(work, *project, user.id, role)?;
    }
    invitations::delete(work, invitation.id)?;
    let detail = format!("{} joined as {}", user.email, role.as_str());
    let event = AuditEvent::done(permit, detail).changed(snapshot(invitation), Snapshot::none());
    Ok((Accepted { user, organization, role }, event))
}

/// Whether whoever sent the invitation may still give what it promises.
fn check_sender(reader: &Reader<'_>, invitation: &Invitation) -> Result<(), Error> {
    let Some(sender) = invitation.inviter else {
        return Ok(());
    };
    let organization = members::organization_role(reader, invitation.organization, sender)?;
    let standing = Standing { organization, ..Standing::NONE };
    let actor = Actor::User(sender);
    let resource = Resource::Organization(invitation.organization);
    let mut may = users::is_active(reader, sender)?
        && policy::decide(&actor, standing, inviting(invitation.role), resource).is_ok();
    for (project, _) in &invitation.projects {
        let standing =
            Standing { project: members::project_role(reader, *project, sender)?, ..standing };
        let resource = Resource::Project(*project);
        may &= policy::decide(&actor, standing, Action::SetProjectMember, resource).is_ok();
    }
    if may {
        return Ok(());
    }
    Err(Error::conflict(
        "whoever sent this invitation may no longer give what it promises: ask an owner of the \
         organization for another",
    ))
}
