//! `POST /v2/apiKeys/{id}/view`

use super::KEY_ID;
use crate::command::keys;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::KeyId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The key itself leaves here.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ViewedApiKey")]
pub(crate) struct Viewed {
    api_key_id: String,
    api_key: String,
}

/// [`view`]
pub(crate) const VIEW: Operation = Operation::new("viewApiKey", "View a key again")
    .about("Answers with the key itself. Every view is in the audit trail.")
    .may("owners of the project and of the organization; a personal key can be viewed by its person only")
    .path(&[KEY_ID])
    .answers::<Viewed>()
    .refuses(&[403, 404, 409]);

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
