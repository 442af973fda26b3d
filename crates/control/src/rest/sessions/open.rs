//! `POST /v2/sessions`

use crate::command::SecondProof;
use crate::command::sessions::{self, SignIn, SignedIn};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::{App, holding};
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::{Client, From};
use axum::extract::State;
use model::SecretText;
use model::account::{RecoveryCode, TotpCode};
use model::name::Email;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Six digits.
pub(crate) const CODE: &str = "^[0-9]{6}$";

/// The session; its token leaves here and nowhere else.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionBody {
    token: String,
    expire_time: String,
    user_id: String,
    email: String,
    name: String,
}

/// [`open`]
pub(crate) const OPEN: Operation = Operation::new("openSession", "Sign in")
    .about(
        "Answers with a token to send as `Authorization: Bearer …`. Attempts are counted. Where \
         the account has a second factor and the password is right, a request without `code` or \
         `recoveryCode` is refused with the code 40101, and one with a wrong one with 40102.",
    )
    .anonymous()
    .body(
        &[
            Field::text("email", "The e-mail address of the account.").required().most(254),
            Field::text("password", "Its password.").required(),
            Field::text("code", "The six digits of the authenticator app.").pattern(CODE),
            Field::text("recoveryCode", "In place of `code`, for somebody without the app."),
        ],
        r#"{"email":"ada@example.com","password":"PASSWORD"}"#,
    )
    .answers::<SessionBody>()
    .refuses(&[401, 403, 429]);

/// Signs in with e-mail address and password, and with a code where the account asks for one.
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    From(address): From,
    Client(client): Client,
    mut body: Object,
) -> Result<Answer<SessionBody>, Problem> {
    let email = body.parsed("email", Email::new)?;
    let password = SecretText::new(body.text("password")?);
    let second = second(&mut body)?;
    body.finish()?;
    let request = SignIn { email, password, second, address, client };
    let place = app.hashing().await?;
    let opened = match app.see(holding(place, move |desk| sessions::open(desk, &request))).await? {
        SignedIn::Open(opened) => opened,
        SignedIn::CodeNeeded => return Err(Problem::code_needed()),
    };
    Ok(Answer::ok(SessionBody {
        token: opened.token.expose().to_owned(),
        expire_time: opened.expires_at.to_string(),
        user_id: opened.user.id.to_string(),
        email: opened.user.email.to_string(),
        name: opened.user.name,
    }))
}

/// What proves a second factor, if it is given: `code` or `recoveryCode`.
pub(crate) fn second(body: &mut Object) -> Result<Option<SecondProof>, Problem> {
    let code = body.optional_parsed("code", TotpCode::parse)?;
    let recovery = body.optional_parsed("recoveryCode", RecoveryCode::parse)?;
    match (code, recovery) {
        (None, None) => Ok(None),
        (Some(code), None) => Ok(Some(SecondProof::Code(code))),
        (None, Some(code)) => Ok(Some(SecondProof::Recovery(code))),
        (Some(_), Some(_)) => {
            Err(body.refuse("recoveryCode", "must not be given together with code"))
        }
    }
}
