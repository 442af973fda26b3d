//! `DELETE /v2/organizations/{id}/members/{userId}`

use super::{ChangedMember, MEMBER_ID};
use crate::command::members;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::organizations::ORGANIZATION_ID;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::{OrganizationId, UserId};
use std::sync::Arc;

/// [`remove`]
pub(crate) const REMOVE: Operation = Operation::new("removeMember", "End a membership of an organization")
    .about("With it end their memberships of projects, their personal keys, and their sessions if they belong to no other organization. The last owner stays.")
    .may("owners of the organization, and the member")
    .path(&[ORGANIZATION_ID, MEMBER_ID])
    .answers::<ChangedMember>()
    .refuses(&[403, 404, 409])
    .fenced();

/// End a membership of an organization.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(id, user): Targets<OrganizationId, UserId>,
) -> Result<Answer<ChangedMember>, Problem> {
    let (member, receipt) =
        app.change(move |desk| members::remove(desk, &caller, id, user)).await?;
    Ok(ChangedMember::answer(&member, &receipt))
}
