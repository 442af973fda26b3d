//! `/console/account/sessions`: ending sessions of one's own.

use super::{HOME, show};
use crate::form::Form;
use crate::pages::target;
use crate::problem::Page;
use crate::session::Visitor;
use crate::told::{self, Said};
use axum::extract::{Path, State};
use axum::response::Response;
use control::Front;
use control::command::sessions::{self, Ending};

/// Ends one session.
pub(crate) async fn end(
    State(front): State<Front>,
    visitor: Visitor,
    Path(session): Path<String>,
    form: Form,
) -> Result<Response, Page> {
    close(&front, &visitor, form, Ending::One(target(&session)?)).await
}

/// Ends every session but this one.
pub(crate) async fn end_others(
    State(front): State<Front>,
    visitor: Visitor,
    form: Form,
) -> Result<Response, Page> {
    close(&front, &visitor, form, Ending::Others).await
}

async fn close(
    front: &Front,
    visitor: &Visitor,
    mut form: Form,
    ending: Ending,
) -> Result<Response, Page> {
    visitor.check(&mut form)?;
    form.finish()?;
    let caller = visitor.caller.clone();
    match front.see(move |desk| sessions::close(desk, &caller, ending)).await {
        Ok(_) => Ok(told::went(HOME, "ended")),
        Err(error) => show::page(front, visitor, Said::Refused(told::refusal(&error)?)).await,
    }
}
