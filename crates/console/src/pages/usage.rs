//! `…/usage`: how much an organization, a project, a cluster or a key is used, over time and by
//! what.

use crate::chart::{Chart, Step};
use crate::frame::{Frame, Part};
use crate::here::{InCluster, InOrganization, InProject};
use crate::pages::keys::framed;
use crate::pages::target;
use crate::problem::{Page, shown};
use crate::query::Query;
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::usage::{self, ListUsage, UsageOf};
use control::command::{clusters, keys};
use control::{Caller, Desk, Front, Page as ListPage, UsageBy, UsageLine};
use model::{Action, ClusterId, Error, KeyId, OrganizationId, ProjectId, Timestamp};

/// How many lines a table shows: those with the most calls.
const MOST: u32 = 10;
/// The spans that can be chosen: their word in an address, words for people, how many bars.
const SPANS: [(&str, &str, Step, u32); 4] = [
    ("day", "24 hours", Step::Hour, 24),
    ("week", "7 days", Step::Day, 7),
    ("month", "30 days", Step::Day, 30),
    ("quarter", "90 days", Step::Day, 90),
];

#[derive(Template)]
#[template(path = "usage.html")]
struct Shown {
    frame: Frame,
    /// Where this page is.
    here: String,
    spans: Vec<(&'static str, &'static str, bool)>,
    sums: [u64; 3],
    chart: Chart,
    tables: Vec<Table>,
}

/// Calls by something.
struct Table {
    title: &'static str,
    of: &'static str,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    /// Its page; empty if there is none.
    to: String,
    ok: u64,
    refused: u64,
    failed: u64,
}

/// Of an organization.
pub(crate) async fn of_organization(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: OrganizationId = target(&organization)?;
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InOrganization::find(desk, &caller, id)).await?;
    let frame = Frame::of(&visitor, "Usage").in_organization(&place, Part::Usage);
    let asked = Asked {
        of: UsageOf { organization: Some(id), ..UsageOf::default() },
        here: format!("/console/organizations/{id}/usage"),
        by: &[UsageBy::Cluster, UsageBy::Key, UsageBy::Class],
    };
    page(&front, &visitor, frame, asked, query).await
}

/// Of a project.
pub(crate) async fn of_project(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InProject::find(desk, &caller, id)).await?;
    let frame = Frame::of(&visitor, "Usage").in_project(&place, Part::Usage);
    let asked = Asked {
        of: UsageOf { project: Some(id), ..UsageOf::default() },
        here: format!("/console/projects/{id}/usage"),
        by: all_if(place.may(Action::ViewKey)),
    };
    page(&front, &visitor, frame, asked, query).await
}

/// Of a cluster.
pub(crate) async fn of_cluster(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    let caller = visitor.caller.clone();
    let here = front.see(move |desk| InCluster::find(desk, &caller, id)).await?;
    let frame = Frame::of(&visitor, "Usage").in_cluster(&here, Part::Usage);
    let may = |action| here.place.may(action);
    let by: &[UsageBy] = if may(Action::ViewKey) && may(Action::ListClusterUsers) {
        &[UsageBy::Key, UsageBy::User, UsageBy::Class]
    } else {
        &[UsageBy::Class]
    };
    let of = UsageOf { cluster: Some(id), ..UsageOf::default() };
    let asked = Asked { of, here: format!("/console/clusters/{id}/usage"), by };
    page(&front, &visitor, frame, asked, query).await
}

/// Of a key.
pub(crate) async fn of_key(
    State(front): State<Front>,
    visitor: Visitor,
    Path(key): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: KeyId = target(&key)?;
    let caller = visitor.caller.clone();
    let detail = front.see(move |desk| keys::show(desk, &caller, id)).await?;
    let frame = framed(&front, &visitor, &detail, "Usage").await?;
    let home = format!("/console/keys/{id}");
    let asked = Asked {
        of: UsageOf { key: Some(id), ..UsageOf::default() },
        here: format!("{home}/usage"),
        by: &[UsageBy::Cluster, UsageBy::Class],
    };
    page(&front, &visitor, frame.under(detail.key.name.as_str(), &home), asked, query).await
}

/// How many calls a key made in the last day, as far as they are written down.
pub(super) async fn calls_of_key(front: &Front, visitor: &Visitor, id: KeyId) -> Result<u64, Page> {
    let (caller, now) = (visitor.caller.clone(), front.now());
    let of = UsageOf { key: Some(id), ..UsageOf::default() };
    let lines = front
        .see(move |desk| sums(desk, &caller, of, UsageBy::Hour, (Step::Hour, 24), now, 100))
        .await?;
    Ok(lines.iter().map(|line| line.ok + line.refused + line.failed).sum())
}

const fn all_if(keys: bool) -> &'static [UsageBy] {
    if keys {
        &[UsageBy::Cluster, UsageBy::Key, UsageBy::Class]
    } else {
        &[UsageBy::Cluster, UsageBy::Class]
    }
}

/// Which calls a page shows, and by what.
struct Asked {
    of: UsageOf,
    here: String,
    by: &'static [UsageBy],
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    frame: Frame,
    asked: Asked,
    query: Option<String>,
) -> Result<Response, Page> {
    let query = Query::parse(query.as_deref());
    let wanted = SPANS.iter().find(|(word, ..)| *word == query.text("span"));
    let &(chosen, _, step, spans) = wanted.unwrap_or(&SPANS[0]);
    let (caller, now, Asked { of, here, by }) = (visitor.caller.clone(), front.now(), asked);
    let (lines, tables) = front
        .see(move |desk| {
            let time = if step == Step::Hour { UsageBy::Hour } else { UsageBy::Day };
            let lines = sums(desk, &caller, of, time, (step, spans), now, 100)?;
            let mut tables = Vec::new();
            for &by in by {
                let some = sums(desk, &caller, of, by, (step, spans), now, MOST)?;
                tables.push(table(desk, &caller, by, some));
            }
            Ok((lines, tables))
        })
        .await?;
    let chart = Chart::new(&lines, step, spans, now)?;
    let choice =
        |&(word, text, ..): &(&'static str, &'static str, Step, u32)| (word, text, word == chosen);
    let spans = SPANS.iter().map(choice).collect();
    Ok(shown(&Shown { frame, here, spans, sums: chart.sums(), chart, tables }))
}

/// The lines of so many spans up to this moment.
pub(super) fn sums(
    desk: &Desk,
    caller: &Caller,
    of: UsageOf,
    by: UsageBy,
    (step, spans): (Step, u32),
    now: Timestamp,
    most: u32,
) -> Result<Vec<UsageLine>, Error> {
    let span = match step {
        Step::Hour => 3_600_000,
        Step::Day => 86_400_000,
    };
    let back = i64::from(spans.saturating_sub(1)).saturating_mul(span);
    let from = Timestamp::from_millis(step.begin(now).millis().saturating_sub(back));
    // The present hour has begun already.
    let to = Timestamp::from_millis(now.millis().saturating_add(1));
    let request = ListUsage { of, from, to, by, page: ListPage::new(1, most)? };
    Ok(usage::list(desk, caller, request)?.items)
}

/// A table, with names in the place of ids where the visitor may see them.
fn table(desk: &Desk, caller: &Caller, by: UsageBy, lines: Vec<UsageLine>) -> Table {
    let (title, of) = match by {
        UsageBy::Key => ("Keys with the most calls", "Key"),
        UsageBy::User => ("Users with the most calls", "User"),
        UsageBy::Cluster => ("Clusters", "Cluster"),
        _ => ("Kinds of calls", "Kind"),
    };
    let row = |line: UsageLine| {
        let (name, to) = named(desk, caller, by, &line.group);
        Row { name, to, ok: line.ok, refused: line.refused, failed: line.failed }
    };
    Table { title, of, rows: lines.into_iter().map(row).collect() }
}

/// What a group is called, and its page. What is gone keeps its id as its name.
fn named(desk: &Desk, caller: &Caller, by: UsageBy, group: &str) -> (String, String) {
    let none = |text: &str| (text.to_owned(), String::new());
    match by {
        UsageBy::Key if group.is_empty() => none("Without a key that is known"),
        UsageBy::User if group.is_empty() => none("With a key"),
        UsageBy::User => group.split_once('/').map_or_else(
            || none(group),
            |(cluster, name)| {
                (name.to_owned(), format!("/console/clusters/{cluster}/users/{name}"))
            },
        ),
        UsageBy::Cluster if group.is_empty() => none("None that is known"),
        UsageBy::Key => {
            let found = group.parse().ok().and_then(|id| keys::show(desk, caller, id).ok());
            found.map_or_else(
                || none(group),
                |found| (found.key.name.to_string(), format!("/console/keys/{group}")),
            )
        }
        UsageBy::Cluster => {
            let found = group.parse().ok().and_then(|id| clusters::show(desk, caller, id).ok());
            found.map_or_else(
                || none(group),
                |found| (found.name.to_string(), format!("/console/clusters/{group}")),
            )
        }
        _ => none(group),
    }
}
