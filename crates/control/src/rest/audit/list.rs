//! `GET /v2/audit`

use super::AuditBody;
use super::filter::{
    ACTION, ACTOR, ADDRESS, FROM, OUTCOME, PROJECT, RESOURCE, SEARCH, TO, UP_TO, decode,
};
use crate::command::audit::{self, ListAudit};
use crate::describe::{CURRENT_PAGE, ORGANIZATION, Operation, PAGE_SIZE};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// One page of the audit trail, newest first.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditList {
    count: u64,
    current_page: u32,
    page_size: u32,
    audits: Vec<AuditBody>,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listAudit", "What happened, newest first")
    .about(
        "Every change, every refusal and every look at a secret, with who did it and why. Give the \
         number of the first record as `upTo` to keep the next pages where they are.",
    )
    .may("owners of the organization")
    .query(&[
        ORGANIZATION,
        PROJECT,
        RESOURCE,
        ACTOR,
        ACTION,
        OUTCOME,
        FROM,
        TO,
        ADDRESS,
        SEARCH,
        UP_TO,
        PAGE_SIZE,
        CURRENT_PAGE,
    ])
    .answers::<AuditList>()
    .refuses(&[403, 404]);

/// What happened in the organization.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut query: Query,
) -> Result<Answer<AuditList>, Problem> {
    let request = ListAudit {
        organization: query.parsed("organizationId", str::parse)?,
        filter: decode(&mut query)?,
        page: query.page(1..=100)?,
    };
    query.finish()?;
    let listed = app.see(move |desk| audit::list(desk, &caller, request)).await?;
    Ok(Answer::ok(AuditList {
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
        audits: listed.items.into_iter().map(AuditBody::from).collect(),
    }))
}
