//! `POST /v2/users`

use super::reset::LinkBody;
use crate::command::users::{self, CreateUser};
use crate::describe::{Field, ORGANIZATION, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::name::{Email, PersonName};
use model::{Error, OrganizationRole};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The new account, and the token its person sets a password with.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedUser")]
pub(crate) struct CreatedBody {
    user_id: String,
    email: String,
    name: String,
    create_time: String,
    reset: LinkBody,
}

/// [`create`]
pub(crate) const CREATE: Operation = Operation::new("createUser", "Make an account for somebody")
    .about(
        "The account has no password: its person sets one with the token, see `redeemReset`. \
         Where mail is set up, an invitation does the same without handing a token on.",
    )
    .may("owners of the organization")
    .body(
        &[
            Field::text("email", "What the person signs in with.").required().most(254),
            Field::text("name", "What they are called.").most(128),
            ORGANIZATION,
            Field::text("role", "Their role in the organization; `Member` if left out.")
                .one_of(&["Member", "Owner"]),
        ],
        r#"{"email":"EMAIL"}"#,
    )
    .answers::<CreatedBody>()
    .refuses(&[403, 404, 409])
    .fenced()
    .creates();

/// Makes an account in an organization.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut body: Object,
) -> Result<Answer<CreatedBody>, Problem> {
    let request = CreateUser {
        email: body.parsed("email", Email::new)?,
        name: body.optional_parsed("name", PersonName::new)?,
        organization: body.optional_parsed("organizationId", str::parse)?,
        role: body.optional_parsed("role", role)?.unwrap_or(OrganizationRole::Member),
    };
    body.finish()?;
    let (created, receipt) = app.change(move |desk| users::create(desk, &caller, request)).await?;
    let body = CreatedBody {
        user_id: created.user.id.to_string(),
        email: created.user.email.to_string(),
        name: created.user.name.clone(),
        create_time: created.user.created_at.to_string(),
        reset: LinkBody::from(&created.link),
    };
    Ok(Answer::changed(body, &receipt).shown_once())
}

fn role(text: &str) -> Result<OrganizationRole, Error> {
    OrganizationRole::from_text(text).ok_or_else(|| Error::invalid("must be Member or Owner"))
}
