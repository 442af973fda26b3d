//! `POST /v2/apiKeys`

use super::request::{EXAMPLE, FIELDS, KeyRequest};
use crate::command::keys::{self, CreateKey};
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
    activation: ReceiptBody,
}

/// [`create`]
pub(crate) const CREATE: Operation = Operation::new("createApiKey", "Make a key")
    .about("The key works when the answer arrives.")
    .may("owners of the project and of the organization")
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
    let request = KeyRequest::decode(body)?;
    let grant = request.grant.ok_or_else(|| {
        Problem::invalid_field("projects", "must name the project the key is for")
    })?;
    let request = CreateKey { grant, name: request.name, description: request.description };
    let (created, receipt) = app.change(move |desk| keys::create(desk, &caller, request)).await?;
    let body = Created {
        api_key_id: created.key.id.to_string(),
        api_key: created.plain.expose().to_owned(),
        activation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(body, &receipt))
}
