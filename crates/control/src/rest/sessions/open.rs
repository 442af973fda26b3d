//! `POST /v2/sessions`

use crate::command::sessions::{self, SignIn};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::From;
use axum::extract::State;
use model::SecretText;
use model::name::Email;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

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
    .about("Answers with a token to send as `Authorization: Bearer …`. Attempts are counted.")
    .anonymous()
    .body(
        &[
            Field::text("email", "The e-mail address of the account.").required().most(254),
            Field::text("password", "Its password.").required(),
        ],
        r#"{"email":"ada@example.com","password":"PASSWORD"}"#,
    )
    .answers::<SessionBody>()
    .refuses(&[401, 429]);

/// Signs in with e-mail address and password.
pub(crate) async fn open(
    State(app): State<Arc<App>>,
    From(address): From,
    mut body: Object,
) -> Result<Answer<SessionBody>, Problem> {
    let email = body.parsed("email", Email::new)?;
    let password = SecretText::new(body.text("password")?);
    body.finish()?;
    let request = SignIn { email, password, address };
    let _place = app.hashing().await?;
    let opened = app.see(move |desk| sessions::open(desk, &request)).await?;
    Ok(Answer::ok(SessionBody {
        token: opened.token.expose().to_owned(),
        expire_time: opened.expires_at.to_string(),
        user_id: opened.user.id.to_string(),
        email: opened.user.email.to_string(),
        name: opened.user.name,
    }))
}
