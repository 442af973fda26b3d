//! `/console/keys/{key}/delete`: asked for by typing the key's name, answered with the receipt.

use super::Row;
use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::pages::target;
use crate::problem::{Page, render, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use control::command::keys::{self, KeyDetail};
use control::{ConfirmedBy, Front, Receipt};
use model::KeyId;

#[derive(Template)]
#[template(path = "keys/delete.html")]
struct Asked {
    frame: Frame,
    key: Row,
    back: String,
    refusal: &'static str,
}

#[derive(Template)]
#[template(path = "keys/deleted.html")]
struct Deleted {
    frame: Frame,
    key: Row,
    back: String,
    settled: bool,
    revision: u64,
    gateways: Vec<Gateway>,
}

struct Gateway {
    id: String,
    at: String,
    by: &'static str,
}

/// The question.
pub(crate) async fn form(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Result<Response, Page> {
    let detail = found(&front, &visitor, target(&key)?).await?;
    Ok(shown(&asked(&visitor, &detail, "")))
}

/// Deletes the key if its name was typed.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id = target(&key)?;
    visitor.check(&mut form)?;
    let typed = form.text("name")?;
    form.finish()?;
    let detail = found(&front, &visitor, id).await?;
    if typed.trim() != detail.key.name.as_str() {
        let again = asked(&visitor, &detail, "That is not the name of this key.");
        return Ok(render(StatusCode::BAD_REQUEST, &again));
    }
    let caller = visitor.caller.clone();
    let (gone, receipt) = front.change(move |desk| keys::delete(desk, &caller, id)).await?;
    let (frame, back) = surroundings(&visitor, &gone, "API key deleted");
    Ok(shown(&Deleted {
        frame,
        key: Row::of(&gone),
        back,
        settled: receipt.settled,
        revision: receipt.revision.number(),
        gateways: gateways(&receipt),
    }))
}

async fn found(front: &Front, visitor: &Visitor, id: KeyId) -> Result<KeyDetail, Page> {
    let caller = visitor.caller.clone();
    Ok(front.see(move |desk| keys::show(desk, &caller, id)).await?)
}

fn asked(visitor: &Visitor, detail: &KeyDetail, refusal: &'static str) -> Asked {
    let (frame, back) = surroundings(visitor, detail, "Delete API key");
    Asked { frame, key: Row::of(detail), back, refusal }
}

/// The frame of a page about the key, and where its list is.
fn surroundings(visitor: &Visitor, detail: &KeyDetail, title: &str) -> (Frame, String) {
    let frame = Frame::of(visitor, title);
    match &detail.project {
        Some(project) => {
            let keys = format!("/console/projects/{}/keys", project.id);
            let frame = frame.in_project(project.id, project.name.as_str(), Part::Keys);
            (frame.under("API keys", &keys), keys)
        }
        None => (frame.under("Projects", "/console/"), "/console/".to_owned()),
    }
}

fn gateways(receipt: &Receipt) -> Vec<Gateway> {
    let gateways = receipt.gateways.iter().map(|confirmation| Gateway {
        id: confirmation.gateway.to_string(),
        at: confirmation.confirmed_at.to_string(),
        by: match confirmation.confirmed_by {
            ConfirmedBy::Applied => "Confirmed",
            ConfirmedBy::LeaseExpired => "Silent; its lease ran out",
        },
    });
    gateways.collect()
}
