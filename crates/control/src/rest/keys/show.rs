//! `GET /v2/apiKeys/{id}`

use super::{KEY_ID, KeyBody, tag};
use crate::command::keys;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use axum::response::IntoResponse;
use model::KeyId;
use std::sync::Arc;

/// [`show`]
pub(crate) const SHOW: Operation = Operation::new("getApiKey", "One key, without its secret")
    .may("owners of the project and of the organization")
    .path(&[KEY_ID])
    .answers::<KeyBody>()
    .refuses(&[403, 404])
    .tagged();

/// One key's record.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
) -> Result<impl IntoResponse, Problem> {
    let detail = app.see(move |desk| keys::show(desk, &caller, id)).await?;
    let body = KeyBody::from(&detail).with_live_calls(app.live_calls(id).await);
    Ok((tag(&detail), Answer::ok(body)))
}
