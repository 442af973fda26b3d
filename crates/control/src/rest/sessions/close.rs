//! `DELETE /v2/sessions`

use crate::command::sessions;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
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

/// Signs out.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
) -> Result<Answer<Closed>, Problem> {
    app.see(move |desk| sessions::close(desk, &caller)).await?;
    Ok(Answer::ok(Closed {}))
}
