//! `/console/audit`: who did what, newest first.

use super::when;
use crate::frame::Frame;
use crate::problem::{Page, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use control::command::audit::{self, ListAudit};
use control::{Front, Page as ListPage};

/// How many records a page shows.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "audit.html")]
struct Shown {
    frame: Frame,
    records: Vec<Row>,
    count: u64,
    page: u32,
    pages: u64,
    more: bool,
}

struct Row {
    at: String,
    actor: String,
    action: String,
    resource: String,
    refused: bool,
    address: String,
    detail: String,
}

/// One page of records.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let frame = Frame::of(&visitor, "Audit").under("Projects", "/console/");
    let number = page_number(query.as_deref());
    let caller = visitor.caller;
    let listed = front
        .see(move |desk| {
            let page = ListPage::new(number, SIZE)?;
            audit::list(desk, &caller, ListAudit::all(page))
        })
        .await?;
    let row = |record: control::AuditRecord| Row {
        at: when(record.at),
        actor: record.actor,
        action: record.action,
        resource: record.resource,
        refused: record.outcome == "refused",
        address: record.address.unwrap_or_default(),
        detail: record.detail,
    };
    let pages = listed.count.div_ceil(u64::from(SIZE)).max(1);
    let more = u64::from(number) < pages;
    let records = listed.items.into_iter().map(row).collect();
    Ok(shown(&Shown { frame, records, count: listed.count, page: number, pages, more }))
}

/// `page=3` of a query; anything else is the first page.
pub(super) fn page_number(query: Option<&str>) -> u32 {
    let mut fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let page = fields.find(|(name, _)| name == "page");
    page.and_then(|(_, value)| value.parse().ok()).filter(|&number| number > 0).unwrap_or(1)
}
