//! `/console/keys/{key}`

use super::{Row, framed};
use crate::frame::Frame;
use crate::pages::target;
use crate::pages::usage::calls_of_key;
use crate::problem::{Page, shown};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::Said;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::Front;
use control::command::keys::{self, KeyDetail};
use control::command::organizations;
use model::{KeyId, KeyState};

#[derive(Template)]
#[template(path = "keys/show.html")]
struct Shown {
    frame: Frame,
    key: Row,
    /// How many calls it made in the last day.
    calls: u64,
    /// How many run now; `None` if a gateway does not say.
    live: Option<u64>,
    /// Whether the organization shows keys once, so that there is nothing to view again.
    once: bool,
    /// The key itself, right after somebody asked for it.
    plain: String,
}

impl Shown {
    /// Whether an owner can end its being switched off.
    fn is_revoked(&self) -> bool {
        self.key.state == KeyState::Revoked
    }
}

/// One key's record; never its secret.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&key)?, String::new(), &said).await
}

/// The page of a key, with or without the key itself.
pub(super) async fn page(
    front: &Front,
    visitor: &Visitor,
    id: KeyId,
    plain: String,
    said: &Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (detail, once) = front
        .see(move |desk| {
            let detail: KeyDetail = keys::show(desk, &caller, id)?;
            let home = organizations::show(desk, &caller, detail.key.organization)?;
            Ok((detail, home.organization.settings.show_keys_once))
        })
        .await?;
    let calls = calls_of_key(front, visitor, id).await?;
    let live = front.live_calls(id).await;
    let frame = framed(front, visitor, &detail, detail.key.name.as_str()).await?;
    let key = Row::of(&detail);
    Ok(shown(&Shown { frame: frame.saying(said), key, calls, live, once, plain }))
}
