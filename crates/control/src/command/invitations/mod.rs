//! Invitations to an organization: sent, seen, taken back, taken up.
//!
//! Nobody gives more than they have: a member invites members, and to a project only whoever may
//! choose its members. What an invitation promises is decided again when it is taken up, with what
//! its sender may do then.

mod accept;
mod create;
mod list;
mod revoke;

pub use accept::{Accepted, NewPerson, accept, accept_as_new};
pub use create::{CreateInvitation, CreatedInvitation, create};
pub use list::list;
pub use revoke::revoke;

use model::{Action, OrganizationRole, SecretText, Snapshot};
use store::invitations::Invitation;

/// What every invitation's token starts with.
pub const INVITATION_PREFIX: &str = "kwi_";
/// How long an invitation stands.
pub const LIFETIME_MILLIS: i64 = 48 * 60 * 60 * 1000;

/// The act of inviting somebody with this role.
const fn inviting(role: OrganizationRole) -> Action {
    match role {
        OrganizationRole::Member => Action::CreateInvitation,
        OrganizationRole::Owner => Action::CreateOwnerInvitation,
    }
}

/// Reads a token; `None` if it is none of ours.
pub fn token(text: &str) -> Option<SecretText> {
    crate::token::parse(INVITATION_PREFIX, text)
}

/// How an invitation is, for the audit trail.
fn snapshot(invitation: &Invitation) -> Snapshot {
    Snapshot::none()
        .with("email", &invitation.email)
        .with("role", invitation.role.as_str())
        .with_all("projects", invitation.projects.iter().map(|(id, _)| id))
        .with("expires", invitation.expires_at)
}
