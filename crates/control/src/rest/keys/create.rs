//! `POST /v2/apiKeys`

use super::request::{EXAMPLE, FIELDS, KeyRequest};
use crate::command::keys;
use crate::describe::Operation;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The new key; the key itself leaves here.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedApiKey")]
pub(crate) struct Created {
    api_key_id: String,
    api_key: String,
    /// Until when it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    activation: ReceiptBody,
}

/// [`create`]
pub(crate) const CREATE: Operation = Operation::new("createApiKey", "Make a key")
    .about("The key works when the answer arrives.")
    .may("owners of the project and of the organization, and keys with the right to manage keys")
    .body(FIELDS, EXAMPLE)
    .answers::<Created>()
    .refuses(&[403, 404])
    .creates()
    .fenced();

/// Makes a key, which works when the answer arrives.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    body: Object,
) -> Result<Answer<Created>, Problem> {
    let request = KeyRequest::create(body)?;
    let (created, receipt) = app.change(move |desk| keys::create(desk, &caller, request)).await?;
    let body = Created {
        api_key_id: created.key.id.to_string(),
        api_key: created.plain.expose().to_owned(),
        expires_at: created.key.life.expires_at().map(|end| end.to_string()),
        activation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(body, &receipt))
}
