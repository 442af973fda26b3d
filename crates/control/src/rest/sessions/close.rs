//! `DELETE /v2/sessions`

use crate::command::sessions;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use serde::Serialize;
use std::sync::Arc;

/// Nothing more to say.
#[derive(Serialize)]
pub(crate) struct Closed {}

/// Signs out.
pub(crate) async fn close(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
) -> Result<Answer<Closed>, Problem> {
    app.see(move |desk| sessions::close(desk, &caller)).await?;
    Ok(Answer::ok(Closed {}))
}
