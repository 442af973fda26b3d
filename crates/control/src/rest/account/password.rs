//! `PUT /v2/account/password`

use crate::command::account::{self, ChangePassword};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::{App, holding};
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::SecretText;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Nothing more to say.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangedPassword")]
pub(crate) struct Changed {}

/// [`change_password`]
pub(crate) const CHANGE_PASSWORD: Operation =
    Operation::new("changePassword", "Set another password")
        .about("Every other session ends, and so does a reset token.")
        .may("every person with a session")
        .body(
            &[Field::text("oldPassword", "The password that holds now.").required(), NEW_PASSWORD],
            r#"{"oldPassword":"PASSWORD","newPassword":"nobody guesses this one"}"#,
        )
        .answers::<Changed>()
        .refuses(&[403, 409, 429]);

/// The password that shall hold.
pub(crate) const NEW_PASSWORD: Field = Field::text(
    "newPassword",
    "15 to 128 characters, or 8 and more on an account with a second factor; no common password.",
)
.required()
.most(128);

/// Sets another password; every other session of the caller ends.
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut body: Object,
) -> Result<Answer<Changed>, Problem> {
    let old = SecretText::new(body.text("oldPassword")?);
    let new = SecretText::new(body.text("newPassword")?);
    body.finish()?;
    let place = app.hashing().await?;
    let request = ChangePassword { old, new };
    app.see(holding(place, move |desk| account::change_password(desk, &caller, request))).await?;
    Ok(Answer::ok(Changed {}))
}
