//! `POST /v2/users/{id}/disable` and `POST /v2/users/{id}/enable`

use super::USER;
use crate::command::users;
use crate::describe::Operation;
use crate::rest::account::AccountBody;
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::UserId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The account as it is now, and since when no gateway admits the person's keys.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DisabledUser")]
pub(crate) struct DisabledBody {
    #[serde(flatten)]
    account: AccountBody,
    revocation: ReceiptBody,
}

/// The account as it is now, and since when every gateway admits the person's keys.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EnabledUser")]
pub(crate) struct EnabledBody {
    #[serde(flatten)]
    account: AccountBody,
    activation: ReceiptBody,
}

/// [`disable`]
pub(crate) const DISABLE: Operation = Operation::new("disableUser", "Disable somebody's account")
    .about(
        "Their sessions end, and when the answer arrives no gateway admits their personal keys; \
         `revocation` says since when.",
    )
    .may("owners of every organization the person is a member of")
    .path(&[USER])
    .answers::<DisabledBody>()
    .refuses(&[403, 404])
    .fenced();

/// [`enable`]
pub(crate) const ENABLE: Operation = Operation::new("enableUser", "Enable an account again")
    .about("The person's keys work again; their sessions stay ended.")
    .may("owners of every organization the person is a member of")
    .path(&[USER])
    .answers::<EnabledBody>()
    .refuses(&[403, 404])
    .fenced();

/// Disables an account.
pub(crate) async fn disable(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<UserId>,
) -> Result<Answer<DisabledBody>, Problem> {
    let (account, receipt) = app.change(move |desk| users::disable(desk, &caller, id)).await?;
    let account = AccountBody::from(&account);
    let body = DisabledBody { account, revocation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(body, &receipt))
}

/// Enables an account.
pub(crate) async fn enable(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<UserId>,
) -> Result<Answer<EnabledBody>, Problem> {
    let (account, receipt) = app.change(move |desk| users::enable(desk, &caller, id)).await?;
    let account = AccountBody::from(&account);
    let body = EnabledBody { account, activation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(body, &receipt))
}
