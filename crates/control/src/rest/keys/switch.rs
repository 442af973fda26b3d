//! `POST /v2/api-keys/{id}/disable` and `POST /v2/api-keys/{id}/enable`

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

/// The key as it is now, and since when no gateway admits it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DisabledApiKey")]
pub(crate) struct Disabled {
    #[serde(flatten)]
    key: KeyBody,
    revocation: ReceiptBody,
}

/// The key as it is now, and since when gateways admit it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EnabledApiKey")]
pub(crate) struct Enabled {
    #[serde(flatten)]
    key: KeyBody,
    activation: ReceiptBody,
}

/// [`disable`]
pub(crate) const DISABLE: Operation = Operation::new("disableApiKey", "Switch a key off")
    .about("When the answer arrives, no gateway admits the key, until it is enabled again.")
    .may("owners of the project and of the organization, and keys with the right to manage keys")
    .path(&[KEY_ID])
    .answers::<Disabled>()
    .refuses(&[403, 404])
    .fenced();

/// Switches a key off.
pub(crate) async fn disable(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
) -> Result<Answer<Disabled>, Problem> {
    let (detail, receipt) = app.change(move |desk| keys::disable(desk, &caller, id)).await?;
    let body = Disabled { key: KeyBody::from(&detail), revocation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(body, &receipt))
}

/// [`enable`]
pub(crate) const ENABLE: Operation = Operation::new("enableApiKey", "Switch a key on again")
    .about("A key that has expired needs a later end first; one reported as leaked stays off.")
    .may("owners of the project and of the organization")
    .path(&[KEY_ID])
    .answers::<Enabled>()
    .refuses(&[403, 404, 409])
    .fenced();

/// Switches a key on again.
pub(crate) async fn enable(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
) -> Result<Answer<Enabled>, Problem> {
    let (detail, receipt) = app.change(move |desk| keys::enable(desk, &caller, id)).await?;
    let body = Enabled { key: KeyBody::from(&detail), activation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(body, &receipt))
}
