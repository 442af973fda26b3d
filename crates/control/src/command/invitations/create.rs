//! Inviting somebody.

use super::{INVITATION_PREFIX, LIFETIME_MILLIS, inviting, snapshot};
use crate::caller::Caller;
use crate::command::keys::creator;
use crate::command::{organizations, projects};
use crate::desk::{Desk, Refusal};
use model::name::{Email, OrganizationName};
use model::{
    Action, AuditEvent, Error, ErrorKind, InvitationId, OrganizationId, OrganizationRole,
    ProjectId, ProjectRole, Resource, SecretText, Snapshot, Timestamp,
};
use store::invitations::{self, Invitation};
use store::{Committed, Page, Work, members, users};

/// How many invitations of one organization may stand at once.
const MOST_INVITATIONS: u64 = 1000;

/// Who is to be invited.
#[derive(Clone, Debug)]
pub struct CreateInvitation {
    /// To which organization.
    pub organization: OrganizationId,
    /// Who.
    pub email: Email,
    /// As what.
    pub role: OrganizationRole,
    /// To which of its projects, and as what there.
    pub projects: Vec<(ProjectId, ProjectRole)>,
}

/// An invitation that was sent. The token leaves here.
#[derive(Clone, Debug)]
pub struct CreatedInvitation {
    /// The invitation.
    pub invitation: Invitation,
    /// What proves it.
    pub token: SecretText,
    /// What the organization is called.
    pub organization: OrganizationName,
}

/// Invites somebody.
///
/// # Errors
/// `Conflict` if they are a member already, or an invitation for them stands; `Invalid` for a
/// project of another organization; `LimitReached` if too many stand; what the policy refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    request: CreateInvitation,
) -> Result<Committed<CreatedInvitation>, Error> {
    desk.act(caller, |work| {
        let (id, action) = (request.organization, inviting(request.role));
        let (organization, permit) = organizations::permitted(work, caller, id, action)?;
        check_projects(work, caller, &request)?;
        check_newcomer(work, &request)?;
        let (now, sender) = (work.now(), creator(work, caller)?);
        let invitation = Invitation {
            id: InvitationId::generate(work.entropy()),
            organization: id,
            email: request.email,
            role: request.role,
            projects: request.projects,
            inviter: caller.person(),
            inviter_name: sender.name,
            created_at: now,
            expires_at: Timestamp::from_millis(now.millis().saturating_add(LIFETIME_MILLIS)),
        };
        let token = crate::token::generate(INVITATION_PREFIX, work.entropy());
        invitations::insert(work, &invitation, &token)?;
        let detail = format!("invited {} as {}", invitation.email, invitation.role.as_str());
        let event = AuditEvent::done(permit, detail)
            .about(Resource::Invitation(invitation.id))
            .changed(Snapshot::none(), snapshot(&invitation));
        let organization = organization.name;
        Ok((CreatedInvitation { invitation, token, organization }, event))
    })
}

/// Each project must be one whose members the caller may choose.
fn check_projects(
    work: &Work<'_>,
    caller: &Caller,
    request: &CreateInvitation,
) -> Result<(), Refusal> {
    for (id, _) in &request.projects {
        let (project, _) = projects::permitted(work, caller, *id, Action::SetProjectMember)?;
        if project.organization != request.organization {
            let message = format!("{id} is a project of another organization");
            return Err(Error::invalid(message).in_field("projects").into());
        }
    }
    Ok(())
}

fn check_newcomer(work: &Work<'_>, request: &CreateInvitation) -> Result<(), Error> {
    let organization = request.organization;
    if let Some(user) = users::find_by_email(work, &request.email)?
        && members::organization_role(work, organization, user.id)?.is_some()
    {
        let message = format!("{} is a member of the organization already", request.email);
        return Err(Error::conflict(message).in_field("email"));
    }
    let standing = invitations::list(work, organization, None, Page::new(1, 1)?)?.count;
    if standing < MOST_INVITATIONS {
        return Ok(());
    }
    let message = format!(
        "an organization may have {MOST_INVITATIONS} invitations at once: revoke some first"
    );
    Err(Error::new(ErrorKind::LimitReached, message))
}
