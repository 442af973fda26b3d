//! `/console/organizations/{organization}/audit`: who did what, newest first, and its export.

use super::{target, when};
use crate::frame::{Frame, Part};
use crate::here::InOrganization;
use crate::problem::{Page, shown};
use crate::query::{Pages, Query};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use control::command::audit::{self, ListAudit};
use control::{AuditFilter, Front, Page as ListPage};
use model::audit::Outcome;
use model::{Action, OrganizationId, Timestamp};
use serde_json::{Map, Value};
use std::fmt::Write;

/// How many records a page shows.
const SIZE: u32 = 50;
/// What narrows the list, as it stands in an address. `upto` keeps its pages where they are.
const FIELDS: [&str; 7] = ["search", "action", "actor", "outcome", "from", "until", "upto"];

#[derive(Template)]
#[template(path = "audit.html")]
struct Shown {
    frame: Frame,
    organization: String,
    records: Vec<Row>,
    typed: Typed,
    /// The acts that can be chosen: value, text, whether it is.
    acts: Vec<(String, String, bool)>,
    narrowed: bool,
    /// What narrows the list, for the address of the export.
    again: String,
    pages: Pages,
}

/// What was typed to narrow the list.
struct Typed {
    search: String,
    actor: String,
    outcome: String,
    from: String,
    until: String,
}

struct Row {
    number: u64,
    at: String,
    actor: String,
    action: String,
    resource: String,
    refused: bool,
    address: String,
    detail: String,
    changes: Vec<Change>,
}

/// One field that changed.
struct Change {
    field: String,
    before: String,
    after: String,
}

/// One page of records.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: OrganizationId = target(&organization)?;
    let query = Query::parse(query.as_deref());
    let number = query.page();
    let (caller, filter) = (visitor.caller.clone(), filter(&query));
    let (place, listed) = front
        .see(move |desk| {
            let place = InOrganization::find(desk, &caller, id)?;
            let page = ListPage::new(number, SIZE)?;
            let request = ListAudit { organization: Some(id), filter, page };
            Ok((place, audit::list(desk, &caller, request)?))
        })
        .await?;
    // What is recorded meanwhile, this look included, does not move the later pages.
    let first = listed.items.first().map(|record| record.number);
    let mut to = format!("/console/organizations/{id}/audit?{}", query.again(&FIELDS));
    if let (None, Some(first)) = (query.given("upto"), first) {
        // Writing to a string does not fail.
        let _ = write!(to, "upto={first}&");
    }
    to.push_str("page=");
    Ok(shown(&Shown {
        frame: Frame::of(&visitor, "Audit").in_organization(&place, Part::Audit),
        organization: id.to_string(),
        records: listed.items.into_iter().map(row).collect(),
        acts: acts(query.text("action")),
        narrowed: FIELDS[..6].iter().any(|field| query.given(field).is_some()),
        again: query.again(&FIELDS[..6]),
        typed: typed(&query),
        pages: Pages::new(number, SIZE, listed.count, to),
    }))
}

/// Every record that fits, as JSON lines.
pub(crate) async fn export(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: OrganizationId = target(&organization)?;
    let filter = filter(&Query::parse(query.as_deref()));
    let body = front.export_audit(visitor.caller, id, filter).await?;
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (CONTENT_DISPOSITION, "attachment; filename=\"audit.jsonl\""),
    ];
    Ok((headers, body).into_response())
}

/// What narrows the list. What an edited address has wrong narrows nothing.
fn filter(query: &Query) -> AuditFilter {
    let moment = |field: &str, time: &str| -> Option<Timestamp> {
        format!("{}T{time}Z", query.text(field)).parse().ok()
    };
    AuditFilter {
        action: query.given("action").map(str::to_owned),
        actor: query.given("actor").map(str::to_owned),
        outcome: match query.text("outcome") {
            "done" => Some(Outcome::Done),
            "refused" => Some(Outcome::Refused),
            _ => None,
        },
        from: moment("from", "00:00:00"),
        to: moment("until", "23:59:59.999"),
        search: query.given("search").map(str::to_owned),
        up_to: query.text("upto").parse().ok().filter(|up_to| i64::try_from(*up_to).is_ok()),
        ..AuditFilter::default()
    }
}

fn typed(query: &Query) -> Typed {
    let text = |field: &str| query.text(field).to_owned();
    Typed {
        search: text("search"),
        actor: text("actor"),
        outcome: text("outcome"),
        from: text("from"),
        until: text("until"),
    }
}

/// Every act, each noun with its acts under it.
fn acts(chosen: &str) -> Vec<(String, String, bool)> {
    let mut acts: Vec<(String, String, bool)> = Vec::new();
    for action in Action::ALL {
        let (noun, verb) = action.as_str().split_once('.').unwrap_or((action.as_str(), ""));
        let all = format!("{noun}.");
        if !acts.iter().any(|(value, ..)| *value == all) {
            acts.push((all.clone(), format!("{noun}: every act"), all == chosen));
        }
        let text = format!("{noun}: {verb}");
        acts.push((action.as_str().to_owned(), text, action.as_str() == chosen));
    }
    // By noun; "every act" of it is its shortest value.
    acts.sort();
    acts
}

fn row(record: control::AuditRecord) -> Row {
    Row {
        number: record.number,
        at: when(record.at),
        actor: record.actor,
        action: record.action,
        resource: record.resource,
        refused: record.outcome == "refused",
        address: record.address.unwrap_or_default(),
        detail: record.detail,
        changes: changes(record.before.as_deref(), record.after.as_deref()),
    }
}

/// The fields that changed, as they were and as they became.
fn changes(before: Option<&str>, after: Option<&str>) -> Vec<Change> {
    let read = |text: Option<&str>| -> Map<String, Value> {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    };
    let (before, after) = (read(before), read(after));
    let fields = before.keys().chain(after.keys().filter(|field| !before.contains_key(*field)));
    let change = |field: &String| Change {
        field: field.clone(),
        before: written(before.get(field)),
        after: written(after.get(field)),
    };
    fields.map(change).collect()
}

fn written(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_shown_as_they_were_and_became() {
        let before = r#"{"name":"a","expiresAt":null}"#;
        let shown = changes(Some(before), Some(r#"{"name":"b","clusters":["x","y"]}"#));
        let shown: Vec<_> =
            shown.iter().map(|one| format!("{} {} {}", one.field, one.before, one.after)).collect();
        assert_eq!(shown, ["expiresAt – –", "name a b", "clusters – [\"x\",\"y\"]"]);
        assert!(changes(None, Some("not json")).is_empty());
    }

    #[test]
    fn days_in_an_address_are_whole_days() {
        let filter = filter(&Query::parse(Some("from=2026-11-01&until=2026-11-02&upto=x")));
        assert_eq!(filter.from.unwrap().to_string(), "2026-11-01T00:00:00.000Z");
        assert!(filter.to.unwrap().to_string().starts_with("2026-11-02T23:59:59"));
        assert_eq!(filter.up_to, None);
    }

    #[test]
    fn every_act_can_be_chosen_under_its_noun() {
        let acts = acts("key.");
        assert_eq!(acts.iter().filter(|(value, ..)| value.starts_with("key.")).count(), 11);
        assert!(acts.iter().any(|(value, text, chosen)| {
            value == "key." && text == "key: every act" && *chosen
        }));
    }
}
