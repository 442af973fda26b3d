//! `/console/keys/{key}/view`: the key itself, once more.

use super::show;
use crate::form::Form;
use crate::pages::target;
use crate::problem::Page;
use crate::session::Visitor;
use crate::told::{self, Said};
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
    match front.see(move |desk| keys::reveal(desk, &caller, id)).await {
        Ok(viewed) => {
            let plain = viewed.into_value().expose().to_owned();
            show::page(&front, &visitor, id, plain, &Said::Nothing).await
        }
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            show::page(&front, &visitor, id, String::new(), &said).await
        }
    }
}
