//! `DELETE /v2/sessions`, `DELETE /v2/sessions/{id}` and `DELETE /v2/sessions/others`

use crate::caller::Caller;
use crate::command::sessions::{self, Ending};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::SessionId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Nothing more to say.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Closed {}

/// [`close`]
pub(crate) const CLOSE: Operation = Operation::new("closeSession", "Sign out")
    .about("Ends the session whose token the request carries. An API key has no session: 400.")
    .may("everybody with a session")
    .answers::<Closed>();
/// [`close_one`]
pub(crate) const CLOSE_ONE: Operation =
    Operation::new("closeOneSession", "End one of your sessions")
        .may("everybody with a session, for their own")
        .path(&[Field::text("id", "The session.").required().pattern("^sess-[a-z]{22}$")])
        .answers::<Closed>()
        .refuses(&[403, 404]);

/// [`close_others`]
pub(crate) const CLOSE_OTHERS: Operation =
    Operation::new("closeOtherSessions", "End all of your sessions but this one")
        .may("everybody with a session")
        .answers::<Ended>()
        .refuses(&[403]);

/// How many sessions ended.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EndedSessions")]
pub(crate) struct Ended {
    count: u64,
}

/// Signs out.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
) -> Result<Answer<Closed>, Problem> {
    end(app, caller, Ending::Own).await?;
    Ok(Answer::ok(Closed {}))
}

/// Ends one of the caller's sessions.
pub(crate) async fn close_one(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<SessionId>,
) -> Result<Answer<Closed>, Problem> {
    end(app, caller, Ending::One(id)).await?;
    Ok(Answer::ok(Closed {}))
}

/// Ends all of the caller's sessions but the one it came with.
pub(crate) async fn close_others(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
) -> Result<Answer<Ended>, Problem> {
    let count = end(app, caller, Ending::Others).await?;
    Ok(Answer::ok(Ended { count }))
}

async fn end(app: Arc<App>, caller: Caller, ending: Ending) -> Result<u64, Problem> {
    app.see(move |desk| sessions::close(desk, &caller, ending)).await
}
