//! `POST /v2/users/{id}/reset` and `POST /v2/passwordResets`

use super::USER;
use crate::command::users::{self, Redeem, ResetLink, ResetUser};
use crate::describe::{Field, Operation};
use crate::rest::account::NEW_PASSWORD;
use crate::rest::answer::Answer;
use crate::rest::app::{App, holding};
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::From as Address;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::{SecretText, UserId};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A reset token; it leaves here, once.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ResetToken")]
pub(crate) struct LinkBody {
    token: String,
    expire_time: String,
}

/// Nothing more to say.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Redeemed {}

impl From<&ResetLink> for LinkBody {
    fn from(link: &ResetLink) -> Self {
        Self { token: link.token.expose().to_owned(), expire_time: link.expires_at.to_string() }
    }
}

/// [`reset`]
pub(crate) const RESET: Operation =
    Operation::new("resetUser", "Make a token with which a person sets a new password")
        .about(
            "The token works once, for 24 hours, and takes the place of an earlier one. What holds \
             now goes on until it is used.",
        )
        .may("owners of every organization the person is a member of")
        .path(&[USER])
        .body(
            &[Field::bool(
                "removeSecondFactor",
                "Whether using the token takes the second factor off too; `false` if left out.",
            )],
            r#"{"removeSecondFactor":true}"#,
        )
        .answers::<LinkBody>()
        .refuses(&[403, 404, 409]);

/// [`redeem`]
pub(crate) const REDEEM: Operation =
    Operation::new("redeemReset", "Set a password with a reset token")
        .about("Every session of the person ends.")
        .anonymous()
        .body(
            &[
                Field::text("token", "The token that an owner handed over.").required(),
                NEW_PASSWORD,
            ],
            r#"{"token":"TOKEN","newPassword":"nobody guesses this one"}"#,
        )
        .answers::<Redeemed>()
        .refuses(&[403]);

/// Makes a token with which a person sets a new password.
pub(crate) async fn reset(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(user): Target<UserId>,
    mut body: Object,
) -> Result<Answer<LinkBody>, Problem> {
    let remove_second_factor = body.optional_bool("removeSecondFactor")?.unwrap_or(false);
    body.finish()?;
    let request = ResetUser { user, remove_second_factor };
    let link = app.see(move |desk| users::reset(desk, &caller, request)).await?;
    Ok(Answer::ok(LinkBody::from(link.value())))
}

/// Sets a password with a token.
pub(crate) async fn redeem(
    State(app): State<Arc<App>>,
    Address(address): Address,
    mut body: Object,
) -> Result<Answer<Redeemed>, Problem> {
    let token = SecretText::new(body.text("token")?);
    let password = SecretText::new(body.text("newPassword")?);
    body.finish()?;
    let request = Redeem { token, password, address };
    let place = app.hashing().await?;
    app.see(holding(place, move |desk| users::redeem(desk, &request))).await?;
    Ok(Answer::ok(Redeemed {}))
}
