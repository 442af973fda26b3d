//! `DELETE /v2/apiKeys/{id}`

use super::KeyBody;
use crate::command::keys;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::KeyId;
use serde::Serialize;
use std::sync::Arc;

/// The key as it was, and since when no gateway admits it.
#[derive(Serialize)]
pub(crate) struct Deleted {
    #[serde(flatten)]
    key: KeyBody,
    revocation: ReceiptBody,
}

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
