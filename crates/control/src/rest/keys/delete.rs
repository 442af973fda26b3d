//! `DELETE /v2/apiKeys/{id}`

use super::{KEY_ID, KeyBody};
use crate::command::keys;
use crate::describe::Operation;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::KeyId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The key as it was, and since when no gateway admits it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DeletedApiKey")]
pub(crate) struct Deleted {
    #[serde(flatten)]
    key: KeyBody,
    revocation: ReceiptBody,
}

/// [`delete`]
pub(crate) const DELETE: Operation = Operation::new("deleteApiKey", "Delete a key")
    .about(
        "When the answer arrives, no gateway admits the key and no call of it is still being \
         served; `revocation` says since when.",
    )
    .may("owners of the project and of the organization")
    .path(&[KEY_ID])
    .answers::<Deleted>()
    .refuses(&[403, 404])
    .fenced();

/// Deletes a key: when the answer arrives, no gateway admits it and nothing of it is still served.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
) -> Result<Answer<Deleted>, Problem> {
    let (detail, receipt) = app.change(move |desk| keys::delete(desk, &caller, id)).await?;
    let deleted = Deleted { key: KeyBody::from(&detail), revocation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(deleted, &receipt))
}
