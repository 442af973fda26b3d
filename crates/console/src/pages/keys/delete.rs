//! `/console/keys/{key}/delete`: asked for by typing the key's name, answered with the receipt.

use super::{Row, found, framed, list_of};
use crate::form::Form;
use crate::frame::Frame;
use crate::pages::target;
use crate::pages::usage::calls_of_key;
use crate::problem::{Page, render, shown};
use crate::session::Visitor;
use crate::told::Said;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::command::keys::{self, KeyDetail, KeyPart, KeyQuery, ListKeys};
use control::{ConfirmedBy, Front, Page as ListPage, Receipt};

#[derive(Template)]
#[template(path = "keys/delete.html")]
struct Asked {
    frame: Frame,
    key: Row,
    /// How many calls it made in the last day.
    calls: u64,
    /// How many run now; `None` if a gateway does not say.
    live: Option<u64>,
    /// How many keys it made itself.
    children: u64,
    back: String,
}

#[derive(Template)]
#[template(path = "keys/deleted.html")]
struct Deleted {
    frame: Frame,
    key: Row,
    /// The keys it made that went with it.
    descendants: Vec<Row>,
    /// How many it made live on.
    living: usize,
    back: String,
    settled: bool,
    /// How many calls were running and have been cut; `None` if that is not known.
    cut: Option<u64>,
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
    asked(&front, &visitor, &detail, &Said::Nothing).await
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
    let family = form.text("descendants")? == "yes";
    form.finish()?;
    let detail = found(&front, &visitor, id).await?;
    if typed.trim() != detail.key.name.as_str() {
        let said = Said::Refused("That is not the name of this key.".to_owned());
        return asked(&front, &visitor, &detail, &said).await;
    }
    let caller = visitor.caller.clone();
    let (gone, receipt) =
        front.change(move |desk| keys::delete_family(desk, &caller, id, family)).await?;
    let dead = std::iter::once(&gone.key).chain(&gone.descendants).map(|one| one.key.id);
    let cut = front.calls_cut(dead, &receipt);
    Ok(shown(&Deleted {
        cut,
        frame: framed(&front, &visitor, &gone.key, "API key deleted").await?,
        key: Row::of(&gone.key),
        descendants: gone.descendants.iter().map(Row::of).collect(),
        living: gone.living,
        back: list_of(&gone.key),
        settled: receipt.settled,
        revision: receipt.revision.number(),
        gateways: gateways(&receipt),
    }))
}

async fn asked(
    front: &Front,
    visitor: &Visitor,
    detail: &KeyDetail,
    said: &Said,
) -> Result<Response, Page> {
    let frame = framed(front, visitor, detail, "Delete API key").await?;
    let page = Asked {
        frame: frame.saying(said),
        key: Row::of(detail),
        calls: calls_of_key(front, visitor, detail.key.id).await?,
        live: front.live_calls(detail.key.id).await,
        children: children(front, visitor, detail).await?,
        back: list_of(detail),
    };
    Ok(render(said.status(), &page))
}

/// How many keys were made with it; only a key of a project makes any.
async fn children(front: &Front, visitor: &Visitor, detail: &KeyDetail) -> Result<u64, Page> {
    let Some(project) = detail.key.project() else {
        return Ok(0);
    };
    let request = ListKeys {
        organization: None,
        project: Some(project),
        search: None,
        query: KeyQuery { parent: Some(detail.key.id), ..KeyQuery::default() },
        part: KeyPart::Page(ListPage::new(1, 1)?),
    };
    let caller = visitor.caller.clone();
    Ok(front.see(move |desk| keys::list(desk, &caller, request)).await?.count.unwrap_or(0))
}

fn gateways(receipt: &Receipt) -> Vec<Gateway> {
    let gateways = receipt.gateways.iter().map(|confirmation| Gateway {
        id: confirmation.gateway.to_string(),
        at: confirmation.confirmed_at.to_string(),
        by: match confirmation.confirmed_by {
            ConfirmedBy::Applied => "Confirmed",
            ConfirmedBy::LeaseExpired => "Silent; its lease ran out",
            ConfirmedBy::Stopped => "Stopped",
        },
    });
    gateways.collect()
}
