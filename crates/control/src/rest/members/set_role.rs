//! `PUT /v2/organizations/{id}/members/{userId}`

use super::{ChangedMember, MEMBER_ID, ROLE, organization_role};
use crate::command::members;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::organizations::ORGANIZATION_ID;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::{OrganizationId, UserId};
use std::sync::Arc;

/// [`set_role`]
pub(crate) const SET_ROLE: Operation = Operation::new("setMemberRole", "Give a member another role")
    .about("The last owner stays one. What their personal keys lose, they have lost when the answer arrives.")
    .may("owners of the organization")
    .path(&[ORGANIZATION_ID, MEMBER_ID])
    .body(&[ROLE], r#"{"role":"Member"}"#)
    .answers::<ChangedMember>()
    .refuses(&[403, 404, 409])
    .fenced();

/// Give a member another role.
pub(crate) async fn set_role(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(id, user): Targets<OrganizationId, UserId>,
    mut body: Object,
) -> Result<Answer<ChangedMember>, Problem> {
    let role = body.parsed("role", organization_role)?;
    body.finish()?;
    let (member, receipt) =
        app.change(move |desk| members::set_role(desk, &caller, id, user, role)).await?;
    Ok(ChangedMember::answer(&member, &receipt))
}
