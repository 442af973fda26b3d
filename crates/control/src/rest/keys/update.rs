//! `PUT` and `PATCH /v2/apiKeys/{id}`

use super::request::{CHANGES, EXAMPLE, FIELDS, KeyRequest};
use super::{KEY_ID, KeyBody, tag};
use crate::caller::Caller;
use crate::command::keys::{self, Part, UpdateKey};
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
use model::name::Description;
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
    .about(
        "What is left out gets its usual value. What the key loses, it has lost when the answer \
         arrives. The key itself stays.",
    )
    .may("owners of the project and of the organization")
    .path(&[KEY_ID])
    .body(FIELDS, EXAMPLE)
    .answers::<Updated>()
    .refuses(&[403, 404, 409])
    .conditional()
    .fenced();

/// Replaces name, description, scope, limits and end. What the key loses, it has lost when the
/// answer arrives.
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
    IfMatch(expected): IfMatch,
    body: Object,
) -> Result<impl IntoResponse, Problem> {
    let request = KeyRequest::named(body)?;
    let request = UpdateKey {
        name: set(request.name),
        description: Part::Set(request.description.map_or_else(|| Description::new(""), Ok)?),
        grant: Part::Set(request.grant),
        end: Part::Set(request.end.unwrap_or_default()),
        sources: Part::Set(request.sources.unwrap_or_default()),
        rate: Part::Set(request.rate),
        manages_keys: Part::Set(request.manages_keys.unwrap_or(false)),
        expected,
    };
    carry_out(&app, caller, id, request).await
}

/// [`change`]
pub(crate) const CHANGE: Operation =
    Operation::new("changeApiKey", "Change parts of a key's record")
        .about(
            "What is left out stays as it is; `projects` is one part. `null` takes `expiresAt` or \
         `rateLimit` away. An expired key is renewed by a later end.",
        )
        .may("owners of the project and of the organization")
        .path(&[KEY_ID])
        .body(CHANGES, r#"{"description":"changed"}"#)
        .answers::<Updated>()
        .refuses(&[403, 404, 409])
        .conditional()
        .fenced();

/// Changes what the body names.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
    IfMatch(expected): IfMatch,
    body: Object,
) -> Result<impl IntoResponse, Problem> {
    let request = KeyRequest::decode(body)?;
    let request = UpdateKey {
        name: set(request.name),
        description: set(request.description),
        grant: request.grant.map_or(Part::Kept, |grant| Part::Set(Some(grant))),
        end: set(request.end),
        sources: set(request.sources),
        rate: match request.rate {
            None if !request.no_rate => Part::Kept,
            rate => Part::Set(rate),
        },
        manages_keys: set(request.manages_keys),
        expected,
    };
    carry_out(&app, caller, id, request).await
}

fn set<T>(part: Option<T>) -> Part<T> {
    part.map_or(Part::Kept, Part::Set)
}

async fn carry_out(
    app: &Arc<App>,
    caller: Caller,
    id: KeyId,
    request: UpdateKey,
) -> Result<impl IntoResponse + use<>, Problem> {
    let (detail, receipt) =
        app.change(move |desk| keys::update(desk, &caller, id, request)).await?;
    let updated = Updated { key: KeyBody::from(&detail), revocation: ReceiptBody::from(&receipt) };
    Ok((tag(&detail), Answer::changed(updated, &receipt)))
}
