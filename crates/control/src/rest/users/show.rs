//! `GET /v2/users/{id}`, `DELETE /v2/users/{id}/totp` and `DELETE /v2/users/{id}/sessions`

use super::USER;
use crate::command::users;
use crate::describe::Operation;
use crate::rest::account::AccountBody;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::UserId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Nothing more to say.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RemovedSecondFactor")]
pub(crate) struct Removed {}

/// How many sessions ended.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EndedSessionsOfUser")]
pub(crate) struct Ended {
    count: u64,
}

/// [`show`]
pub(crate) const SHOW: Operation = Operation::new("getUser", "A person's account")
    .may("owners of every organization the person is a member of")
    .path(&[USER])
    .answers::<AccountBody>()
    .refuses(&[403, 404]);

/// [`remove_second_factor`]
pub(crate) const REMOVE_SECOND_FACTOR: Operation =
    Operation::new("removeSecondFactor", "Take the second factor off somebody's account")
        .may("owners of every organization the person is a member of")
        .path(&[USER])
        .answers::<Removed>()
        .refuses(&[403, 404, 409]);

/// [`end_sessions`]
pub(crate) const END_SESSIONS: Operation =
    Operation::new("endSessionsOfUser", "End every session of somebody")
        .may("owners of every organization the person is a member of")
        .path(&[USER])
        .answers::<Ended>()
        .refuses(&[403, 404]);

/// A person's account.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<UserId>,
) -> Result<Answer<AccountBody>, Problem> {
    let account = app.see(move |desk| users::show(desk, &caller, id)).await?;
    Ok(Answer::ok(AccountBody::from(&account)))
}

/// Takes the second factor off a person's account.
pub(crate) async fn remove_second_factor(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<UserId>,
) -> Result<Answer<Removed>, Problem> {
    app.see(move |desk| users::remove_second_factor(desk, &caller, id)).await?;
    Ok(Answer::ok(Removed {}))
}

/// Ends a person's sessions.
pub(crate) async fn end_sessions(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<UserId>,
) -> Result<Answer<Ended>, Problem> {
    let count = app.see(move |desk| users::end_sessions(desk, &caller, id)).await?;
    Ok(Answer::ok(Ended { count }))
}
