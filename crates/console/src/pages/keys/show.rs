//! `/console/keys/{key}`

use super::Row;
use crate::frame::{Frame, Part};
use crate::pages::target;
use crate::problem::{Page, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::Front;
use control::command::keys;
use model::KeyId;

#[derive(Template)]
#[template(path = "keys/show.html")]
struct Shown {
    frame: Frame,
    key: Row,
    /// The key itself, right after somebody asked for it.
    plain: String,
}

/// One key's record; never its secret.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Result<Response, Page> {
    page(&front, visitor, target(&key)?, String::new()).await
}

/// The page of a key, with or without the key itself.
pub(super) async fn page(
    front: &Front,
    visitor: Visitor,
    id: KeyId,
    plain: String,
) -> Result<Response, Page> {
    let frame = Frame::of(&visitor, "API key");
    let caller = visitor.caller;
    let detail = front.see(move |desk| keys::show(desk, &caller, id)).await?;
    let key = Row::of(&detail);
    let frame = Frame { title: key.name.clone(), ..frame };
    let frame = match &detail.project {
        Some(project) => {
            let keys = format!("/console/projects/{}/keys", project.id);
            frame.in_project(project.id, project.name.as_str(), Part::Keys).under("API keys", &keys)
        }
        None => frame.under("Projects", "/console/"),
    };
    Ok(shown(&Shown { frame, key, plain }))
}
