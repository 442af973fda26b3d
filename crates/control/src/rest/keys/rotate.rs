//! `POST /v2/api-keys/{id}/rotate`

use super::request::{EXPIRES_AT, EXPIRES_IN_DAYS, end};
use super::{KEY_ID, KeyBody};
use crate::command::keys::{self, RotateKey};
use crate::describe::{Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::KeyId;
use model::life::Overlap;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The new key, which leaves here, and the one whose place it took.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RotatedApiKey")]
pub(crate) struct Rotated {
    api_key_id: String,
    api_key: String,
    /// Until when the new key works.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
    /// The old key as it is now.
    replaced: KeyBody,
    revocation: ReceiptBody,
}

/// [`rotate`]
pub(crate) const ROTATE: Operation = Operation::new("rotateApiKey", "Replace a key by a new one")
    .about(
        "The new key has the same name, description, scope and limits. The old one works on for \
         `overlapSeconds`, and no longer than it would have; with 0 it is dead when the answer \
         arrives. If no end is given, the new key gets as much time as the old one was given.",
    )
    .may("owners of the project and of the organization")
    .path(&[KEY_ID])
    .body(
        &[
            Field::integer(
                "overlapSeconds",
                "How long both work; a day if left out.",
                0,
                2_592_000,
            ),
            EXPIRES_AT,
            EXPIRES_IN_DAYS,
        ],
        r#"{"overlapSeconds":3600}"#,
    )
    .answers::<Rotated>()
    .refuses(&[403, 404, 409])
    .creates()
    .fenced();

/// Replaces a key.
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
    mut body: Object,
) -> Result<Answer<Rotated>, Problem> {
    let seconds = body.optional_number("overlapSeconds", 0, Overlap::MAX_SECONDS)?;
    let overlap = seconds.map(Overlap::seconds).transpose()?.unwrap_or(Overlap::USUAL);
    let request = RotateKey { overlap, end: end(&mut body)? };
    body.finish()?;
    let (rotated, receipt) =
        app.change(move |desk| keys::rotate(desk, &caller, id, request)).await?;
    let created = &rotated.created;
    let body = Rotated {
        api_key_id: created.key.id.to_string(),
        api_key: created.plain.expose().to_owned(),
        expires_at: created.key.life.expires_at().map(|end| end.to_string()),
        replaced: KeyBody::from(&rotated.replaced),
        revocation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(body, &receipt))
}
