//! `/console/keys/{key}/rotate`: a new key in the place of one, with a time in which both work.

use super::{Row, found, framed};
use crate::form::Form;
use crate::frame::Frame;
use crate::pages::target;
use crate::problem::{Page, render, shown};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::Front;
use control::command::keys::{self, KeyDetail, RotateKey};
use model::life::Overlap;
use model::{Error, KeyId};

/// What can be chosen, in seconds and in words.
const OVERLAPS: [(u32, &str); 5] = [
    (0, "None: the old key is dead at once"),
    (3_600, "An hour"),
    (86_400, "A day"),
    (604_800, "A week"),
    (2_592_000, "30 days"),
];

#[derive(Template)]
#[template(path = "keys/rotate.html")]
struct Asked {
    frame: Frame,
    key: Row,
    overlaps: [(u32, &'static str); 5],
}

#[derive(Template)]
#[template(path = "keys/rotated.html")]
struct Rotated {
    frame: Frame,
    id: String,
    name: String,
    plain: String,
    replaced: Row,
    settled: bool,
}

/// The question.
pub(crate) async fn form(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Result<Response, Page> {
    let detail = found(&front, &visitor, target(&key)?).await?;
    asked(&front, &visitor, &detail, &Said::Nothing).await
}

/// Makes the new key and shows it.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: KeyId = target(&key)?;
    visitor.check(&mut form)?;
    let overlap = form
        .text("overlap")?
        .parse()
        .map_err(|_| Error::invalid("choose how long both keys are to work"));
    form.finish()?;
    let overlap = overlap.and_then(Overlap::seconds);
    let done = visitor
        .change(&front, overlap, move |desk, caller, overlap| {
            let request = RotateKey { overlap, end: None };
            keys::rotate(desk, caller, id, request)
        })
        .await;
    match done {
        Ok((rotated, receipt)) => Ok(shown(&Rotated {
            frame: framed(&front, &visitor, &rotated.replaced, "API key rotated").await?,
            id: rotated.created.key.id.to_string(),
            name: rotated.created.key.name.to_string(),
            plain: rotated.created.plain.expose().to_owned(),
            replaced: Row::of(&rotated.replaced),
            settled: receipt.settled,
        })),
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            let detail = found(&front, &visitor, id).await?;
            asked(&front, &visitor, &detail, &said).await
        }
    }
}

async fn asked(
    front: &Front,
    visitor: &Visitor,
    detail: &KeyDetail,
    said: &Said,
) -> Result<Response, Page> {
    let frame = framed(front, visitor, detail, "Rotate API key").await?;
    let page = Asked { frame: frame.saying(said), key: Row::of(detail), overlaps: OVERLAPS };
    Ok(render(said.status(), &page))
}
