//! `PUT /v2/apiKeys/{id}`

use super::request::{EXAMPLE, FIELDS, KeyRequest};
use super::{KEY_ID, KeyBody, tag};
use crate::command::keys::{self, UpdateKey};
use crate::describe::Operation;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{IfMatch, Target};
use axum::extract::State;
use axum::response::IntoResponse;
use model::KeyId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The key as it is now, and since when gateways see it so.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UpdatedApiKey")]
struct Updated {
    #[serde(flatten)]
    key: KeyBody,
    revocation: ReceiptBody,
}

/// [`update`]
pub(crate) const UPDATE: Operation = Operation::new("updateApiKey", "Replace a key's record")
    .about("What the key loses, it has lost when the answer arrives. The key itself stays.")
    .may("owners of the project and of the organization")
    .path(&[KEY_ID])
    .body(FIELDS, EXAMPLE)
    .answers::<Updated>()
    .refuses(&[403, 404])
    .conditional()
    .fenced();

/// Replaces name, description, role and clusters. What the key loses, it has lost when the answer
/// arrives.
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
    IfMatch(expected): IfMatch,
    body: Object,
) -> Result<impl IntoResponse, Problem> {
    let request = KeyRequest::decode(body)?;
    let request = UpdateKey {
        name: request.name,
        description: request.description,
        grant: request.grant,
        expected,
    };
    let (detail, receipt) =
        app.change(move |desk| keys::update(desk, &caller, id, request)).await?;
    let updated = Updated { key: KeyBody::from(&detail), revocation: ReceiptBody::from(&receipt) };
    Ok((tag(&detail), Answer::changed(updated, &receipt)))
}
