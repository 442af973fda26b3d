//! `/console/keys/{key}/disable` and `/console/keys/{key}/enable`

use crate::form::Form;
use crate::pages::target;
use crate::problem::Page;
use crate::session::Visitor;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use control::Front;
use control::command::keys;
use model::KeyId;

/// Stops a key until it is enabled again. Nothing of it is served once the page is answered.
pub(crate) async fn disable(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, Page> {
    let id = asked(&visitor, &key, form)?;
    let caller = visitor.caller;
    let (_, receipt) = front.change(move |desk| keys::disable(desk, &caller, id)).await?;
    if receipt.settled { Ok(back(id)) } else { Err(Page::unsettled()) }
}

/// Lets a disabled key work again.
pub(crate) async fn enable(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
    form: Form,
) -> Result<Response, Page> {
    let id = asked(&visitor, &key, form)?;
    let caller = visitor.caller;
    front.change(move |desk| keys::enable(desk, &caller, id)).await?;
    Ok(back(id))
}

fn asked(visitor: &Visitor, key: &str, mut form: Form) -> Result<KeyId, Page> {
    visitor.check(&mut form)?;
    form.finish()?;
    target(key)
}

fn back(id: KeyId) -> Response {
    Redirect::to(&format!("/console/keys/{id}")).into_response()
}
