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
use control::command::clusters::{self, ListClusters};
use control::command::keys::{self, KeyDetail};
use control::command::organizations;
use control::{Caller, Desk, Front, Page as ListPage};
use model::{Error, KeyId, KeyState};

/// How many clusters are linked.
const MOST_TOLD: usize = 10;

#[derive(Template)]
#[template(path = "keys/show.html")]
struct Shown {
    frame: Frame,
    key: Row,
    /// How many calls it made in the last day.
    calls: u64,
    /// Clusters that it may open, for questions about it.
    clusters: Vec<(String, String)>,
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
    let (detail, clusters, once) = front
        .see(move |desk| {
            let detail: KeyDetail = keys::show(desk, &caller, id)?;
            let clusters = opened(desk, &caller, &detail)?;
            let home = organizations::show(desk, &caller, detail.key.organization)?;
            Ok((detail, clusters, home.organization.settings.show_keys_once))
        })
        .await?;
    let calls = calls_of_key(front, visitor, id).await?;
    let live = front.live_calls(id).await;
    let frame = framed(front, visitor, &detail, detail.key.name.as_str()).await?;
    let (frame, key) = (frame.saying(said), Row::of(&detail));
    Ok(shown(&Shown { frame, key, calls, clusters, live, once, plain }))
}

/// Some of the clusters that a key of a project opens: their ids and names.
fn opened(
    desk: &Desk,
    caller: &Caller,
    detail: &KeyDetail,
) -> Result<Vec<(String, String)>, Error> {
    let Some(grant) = detail.key.grant() else {
        return Ok(Vec::new());
    };
    let (project, page) = (Some(grant.project), ListPage::new(1, 100)?);
    let all = clusters::list(desk, caller, ListClusters { organization: None, project, page })?;
    let opened = all.items.iter().filter(|cluster| grant.clusters.contains(cluster.id));
    let told = opened.map(|cluster| (cluster.id.to_string(), cluster.name.to_string()));
    Ok(told.take(MOST_TOLD).collect())
}
