//! `POST /v2/organizations/{id}/personalKeys`

use crate::command::keys::{self, CreatePersonalKey};
use crate::describe::{DESCRIPTION, KEY_NAME, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::organizations::ORGANIZATION_ID;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::name::{Description, KeyName};
use model::{Error, ErrorKind, OrganizationId};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The new key; the key itself leaves here.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedPersonalKey")]
pub(crate) struct Created {
    api_key_id: String,
    api_key: String,
    activation: ReceiptBody,
}

/// [`create`]
pub(crate) const CREATE: Operation = Operation::new("createPersonalKey", "Make yourself a key")
    .about(
        "It opens what you may: everything of the organization for its owners, else your projects \
         (as their owner like Admin, as their member like Read-Write). It dies with the \
         membership, and nobody else can view it.",
    )
    .may("members of the organization")
    .path(&[ORGANIZATION_ID])
    .body(&[KEY_NAME.required(), DESCRIPTION], r#"{"name":"NAME"}"#)
    .answers::<Created>()
    .refuses(&[403, 404])
    .creates()
    .fenced();

/// Makes a personal key for the caller.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(organization): Target<OrganizationId>,
    mut body: Object,
) -> Result<Answer<Created>, Problem> {
    let name = body.parsed("name", KeyName::new)?;
    let description = body
        .optional_parsed("description", Description::new)?
        .map_or_else(|| Description::new(""), Ok)?;
    body.finish()?;
    let Some(user) = caller.person() else {
        let message = "a key of a project belongs to nobody, and has no keys of its own";
        return Err(Error::new(ErrorKind::Forbidden, message).into());
    };
    let request = CreatePersonalKey { organization, user, name, description };
    let (created, receipt) =
        app.change(move |desk| keys::create_personal(desk, &caller, request)).await?;
    let body = Created {
        api_key_id: created.key.id.to_string(),
        api_key: created.plain.expose().to_owned(),
        activation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(body, &receipt))
}
