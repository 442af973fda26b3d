//! `POST /v2/invitations/accept`

use crate::caller::Caller;
use crate::command::invitations::{self, NewPerson};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::{App, holding};
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::{From, MaybeSigned};
use axum::extract::State;
use model::name::PersonName;
use model::{Error, SecretText};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The membership that the invitation brought.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AcceptedInvitation")]
pub(crate) struct AcceptedBody {
    organization_id: String,
    organization_name: String,
    user_id: String,
    email: String,
    role: &'static str,
}

const FIELDS: &[Field] = &[
    Field::text("token", "What stands behind the # of the link.")
        .required()
        .pattern("^kwi_[0-9a-f]{64}$"),
    Field::text("name", "What a new person is called.").most(128),
    Field::text("password", "What a new person will sign in with: 15 to 128 characters.").most(128),
];

/// [`accept`]
pub(crate) const ACCEPT: Operation = Operation::new("acceptInvitation", "Take up an invitation")
    .about(
        "Without a credential this makes an account for the invited address, so `name` and \
         `password` are required; sign in with them afterwards. Somebody with an account signs in \
         first, and sends the token alone.",
    )
    .anonymous()
    .body(FIELDS, r#"{"token":"INVITATION","name":"NAME","password":"PASSWORD"}"#)
    .answers::<AcceptedBody>()
    .refuses(&[401, 403, 404, 409])
    .fenced();

/// What the body says.
struct Accepting {
    token: SecretText,
    name: Option<PersonName>,
    password: Option<SecretText>,
}

/// Takes up an invitation, as a new person or with the caller's account.
pub(crate) async fn accept(
    State(app): State<Arc<App>>,
    MaybeSigned(caller): MaybeSigned,
    From(address): From,
    body: Object,
) -> Result<Answer<AcceptedBody>, Problem> {
    let request = decode(body)?;
    let token = request.token;
    let (accepted, receipt) = if let Some(caller) = caller {
        let surplus = request.name.is_some() || request.password.is_some();
        app.change(move |desk| invitations::accept(desk, &caller, &token, surplus)).await?
    } else {
        let (name, password) = (request.name, request.password);
        let required = |field| Problem::invalid_field(field, "is required of a new person");
        let person = NewPerson {
            name: name.ok_or_else(|| required("name"))?,
            password: password.ok_or_else(|| required("password"))?,
        };
        let caller = Caller::anonymous(address);
        let place = app.hashing().await?;
        app.change(holding(place, move |desk| {
            invitations::accept_as_new(desk, &caller, &token, &person)
        }))
        .await?
    };
    let body = AcceptedBody {
        organization_id: accepted.organization.id.to_string(),
        organization_name: accepted.organization.name.to_string(),
        user_id: accepted.user.id.to_string(),
        email: accepted.user.email.to_string(),
        role: accepted.role.as_str(),
    };
    Ok(Answer::changed(body, &receipt))
}

fn decode(mut body: Object) -> Result<Accepting, Problem> {
    let token = body.parsed("token", |text| {
        invitations::token(text).ok_or_else(|| {
            Error::invalid("must be the whole token of the invitation, from kwi_ to its end")
        })
    })?;
    let name = body.optional_parsed("name", PersonName::new)?;
    let password = body.optional_text("password")?.map(SecretText::new);
    body.finish()?;
    Ok(Accepting { token, name, password })
}
