//! `/console/sign-out`

use crate::form::Form;
use crate::problem::Page;
use crate::session::{Visitor, forget};
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use control::Front;
use control::command::sessions::{self, Ending};

/// Ends the session.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    mut form: Form,
) -> Result<Response, Page> {
    visitor.check(&mut form)?;
    form.finish()?;
    let caller = visitor.caller;
    front.see(move |desk| sessions::close(desk, &caller, Ending::Own)).await?;
    let mut response = Redirect::to("/console/sign-in").into_response();
    response.headers_mut().insert(SET_COOKIE, forget());
    Ok(response)
}
