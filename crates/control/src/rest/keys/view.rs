//! `POST /v2/apiKeys/{id}/view`

use crate::command::keys;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::KeyId;
use serde::Serialize;
use std::sync::Arc;

/// The key itself leaves here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Viewed {
    api_key_id: String,
    api_key: String,
}

/// Shows a key again. A `POST`, because every view is recorded.
pub(crate) async fn view(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
) -> Result<Answer<Viewed>, Problem> {
    let plain = app.see(move |desk| keys::reveal(desk, &caller, id)).await?.into_value();
    Ok(Answer::ok(Viewed {
        api_key_id: plain.id().to_string(),
        api_key: plain.expose().to_owned(),
    }))
}
