//! `DELETE /v2/invitations/{id}`

use super::InvitationBody;
use crate::command::invitations;
use crate::describe::{self, Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::InvitationId;
use std::sync::Arc;

const INVITATION_ID: Field =
    Field::text("id", "The invitation.").required().pattern(describe::INVITATION_ID);

/// [`revoke`]
pub(crate) const REVOKE: Operation = Operation::new("revokeInvitation", "Take an invitation back")
    .about("When the answer arrives, its token opens nothing.")
    .may("owners of the organization, and whoever sent it")
    .path(&[INVITATION_ID])
    .answers::<InvitationBody>()
    .refuses(&[403, 404])
    .fenced();

/// Takes an invitation back.
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<InvitationId>,
) -> Result<Answer<InvitationBody>, Problem> {
    let (revoked, receipt) = app.change(move |desk| invitations::revoke(desk, &caller, id)).await?;
    Ok(Answer::changed(InvitationBody::of(&revoked, app.now()), &receipt))
}
