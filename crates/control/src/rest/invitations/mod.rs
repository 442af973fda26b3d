//! Invitations: sent and listed under their organization, taken up by their token.
//!
//! A token leaves in the answer of [`create()`] and in the letter, and nowhere else.

mod accept;
mod create;
pub(crate) mod letter;
mod list;
mod revoke;

pub(crate) use accept::{ACCEPT, accept};
pub(crate) use create::{CREATE, create};
pub(crate) use list::{LIST, list};
pub(crate) use revoke::{REVOKE, revoke};

use model::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use store::invitations::Invitation;

/// An invitation, without its token.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Invitation")]
pub(crate) struct InvitationBody {
    invitation_id: String,
    organization_id: String,
    email: String,
    role: &'static str,
    projects: Vec<InvitedProject>,
    inviter_name: String,
    /// `PENDING`, or `EXPIRED` from 48 hours after it was sent.
    status: &'static str,
    create_time: String,
    expire_time: String,
}

/// A project somebody is invited to.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct InvitedProject {
    project_id: String,
    role: &'static str,
}

impl InvitationBody {
    fn of(invitation: &Invitation, now: Timestamp) -> Self {
        let projects = invitation.projects.iter().map(|(project, role)| InvitedProject {
            project_id: project.to_string(),
            role: role.as_str(),
        });
        Self {
            invitation_id: invitation.id.to_string(),
            organization_id: invitation.organization.to_string(),
            email: invitation.email.to_string(),
            role: invitation.role.as_str(),
            projects: projects.collect(),
            inviter_name: invitation.inviter_name.clone(),
            status: if invitation.expires_at > now { "PENDING" } else { "EXPIRED" },
            create_time: invitation.created_at.to_string(),
            expire_time: invitation.expires_at.to_string(),
        }
    }
}
