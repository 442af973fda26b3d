//! `/console/keys/{key}/view`: the key itself, once more.

use crate::form::Form;
use crate::pages::target;
use crate::problem::Page;
use crate::session::Visitor;
use axum::extract::{Path, State};
use axum::response::Response;
use control::Front;
use control::command::keys;
use model::KeyId;

/// Shows the key. A form, because every view is recorded.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    visitor.check(&mut form)?;
    form.finish()?;
    let id: KeyId = target(&key)?;
    let caller = visitor.caller.clone();
    let plain = front.see(move |desk| keys::reveal(desk, &caller, id)).await?.into_value();
    super::show::page(&front, visitor, id, plain.expose().to_owned()).await
}
