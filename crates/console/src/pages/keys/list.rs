//! `/console/projects/{project}/keys`

use super::Row;
use crate::frame::{Frame, Part};
use crate::here::InProject;
use crate::pages::target;
use crate::problem::{Page, shown};
use crate::query::{Query, Walk, grouped};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::clusters::{self, ListClusters};
use control::command::keys::{self, KeyPart, KeyQuery, ListKeys};
use control::{Front, KeyCursor, KeyOrder, KeySort, KeyStart, Page as ListPage};
use model::{AccessRole, Action, KeyState, ProjectId};

/// How many keys a page shows.
const SIZE: u32 = 50;
/// How many clusters can be chosen from to narrow the list.
const MOST_CLUSTERS: u32 = 100;
/// What narrows and orders the list, as it stands in an address.
const FIELDS: [&str; 5] = ["search", "state", "role", "cluster", "sort"];
const SORTS: [(&str, &str); 7] = [
    ("", "Newest first"),
    ("oldest", "Oldest first"),
    ("name", "By name"),
    ("ends", "Ends soonest first"),
    ("endless", "Ends last first"),
    ("used", "Used last first"),
    ("unused", "Unused longest first"),
];

#[derive(Template)]
#[template(path = "keys/list.html")]
struct Shown {
    frame: Frame,
    project: String,
    may_create: bool,
    keys: Vec<Row>,
    search: String,
    /// Whether the list is narrowed in any way.
    narrowed: bool,
    states: Vec<Choice>,
    roles: Vec<Choice>,
    clusters: Vec<Choice>,
    sorts: Vec<Choice>,
    walk: Walk,
}

/// A value to choose.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

/// One page of the project's keys.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    let query = Query::parse(query.as_deref());
    let asked = asked(&query);
    let request = ListKeys {
        organization: None,
        project: Some(id),
        search: query.given("search").map(str::to_owned),
        part: KeyPart::Walk(start(&query, asked.order.by), SIZE),
        query: asked,
    };
    let caller = visitor.caller.clone();
    let (place, listed, clusters) = front
        .see(move |desk| {
            let place = InProject::find(desk, &caller, id)?;
            let page = ListPage::new(1, MOST_CLUSTERS)?;
            let all = ListClusters { organization: None, project: Some(id), page };
            let clusters = clusters::list(desk, &caller, all)?.items;
            Ok((place, keys::list(desk, &caller, request)?, clusters))
        })
        .await?;
    let here = |cluster: &control::Cluster| (cluster.id.to_string(), cluster.name.to_string());
    let written = |cursor: Option<KeyCursor>| cursor.map(|c| c.to_string()).unwrap_or_default();
    let walk = Walk {
        to: format!("/console/projects/{id}/keys?{}", query.again(&FIELDS)),
        count: listed.count.map(grouped).unwrap_or_default(),
        shown: listed.items.len(),
        before: written(listed.before),
        after: written(listed.after),
    };
    Ok(shown(&Shown {
        frame: Frame::of(&visitor, "API keys").in_project(&place, Part::Keys),
        project: id.to_string(),
        may_create: place.may(Action::CreateKey),
        keys: listed.items.iter().map(Row::of).collect(),
        search: query.text("search").to_owned(),
        narrowed: FIELDS.iter().any(|field| *field != "sort" && query.given(field).is_some()),
        states: states(query.text("state")),
        roles: choices(query.text("role"), "Every role", roles()),
        clusters: choices(query.text("cluster"), "Every cluster", clusters.iter().map(here)),
        sorts: sorts(query.text("sort")),
        walk,
    }))
}

/// What narrows and orders the list. What an edited address has wrong narrows nothing.
fn asked(query: &Query) -> KeyQuery {
    let state = query.text("state");
    let (by, ascending) = match query.text("sort") {
        "oldest" => (KeySort::Created, true),
        "name" => (KeySort::Name, true),
        "ends" => (KeySort::Expires, true),
        "endless" => (KeySort::Expires, false),
        "used" => (KeySort::Used, false),
        "unused" => (KeySort::Used, true),
        _ => (KeySort::Created, false),
    };
    KeyQuery {
        role: AccessRole::from_text(query.text("role")),
        state: KeyState::from_text(state),
        expires_soon: state == "soon",
        reported: state == "reported",
        cluster: query.text("cluster").parse().ok(),
        order: KeyOrder { by, ascending },
        ..KeyQuery::default()
    }
}

/// Where the page begins. An edited address, or a place in another order, begins at the first key.
fn start(query: &Query, by: KeySort) -> KeyStart {
    let place = |name| {
        let cursor = query.text(name).parse::<KeyCursor>().ok()?;
        Some(cursor).filter(|cursor| cursor.by() == by)
    };
    match (place("after"), place("before")) {
        (Some(cursor), _) => KeyStart::After(cursor),
        (None, Some(cursor)) => KeyStart::Before(cursor),
        (None, None) if query.text("part") == "last" => KeyStart::Last,
        (None, None) => KeyStart::First,
    }
}

fn roles() -> impl Iterator<Item = (String, String)> {
    let all = [AccessRole::ReadOnly, AccessRole::ReadWrite, AccessRole::Admin];
    all.into_iter().map(|role| (role.as_str().to_owned(), role.as_str().to_owned()))
}

fn states(chosen: &str) -> Vec<Choice> {
    let all = KeyState::ALL.into_iter().map(|state| {
        let text = state.as_str();
        (text.to_owned(), format!("{}{}", text[..1].to_uppercase(), &text[1..]))
    });
    let more = [("soon", "Ends soon"), ("reported", "Reported as leaked")];
    let more = more.into_iter().map(|(value, text)| (value.to_owned(), text.to_owned()));
    choices(chosen, "Every state", all.chain(more))
}

fn sorts(chosen: &str) -> Vec<Choice> {
    let choice = |(value, text): &(&str, &str)| Choice {
        value: (*value).to_owned(),
        text: (*text).to_owned(),
        chosen: *value == chosen,
    };
    SORTS.iter().map(choice).collect()
}

/// What can be chosen, everything first.
fn choices(
    chosen: &str,
    everything: &str,
    some: impl Iterator<Item = (String, String)>,
) -> Vec<Choice> {
    let first = std::iter::once((String::new(), everything.to_owned()));
    let choice = |(value, text): (String, String)| {
        let chosen = value == chosen;
        Choice { value, text, chosen }
    };
    first.chain(some).map(choice).collect()
}
