//! `GET /v2/audit`

use super::answer::Answer;
use super::app::App;
use super::problem::Problem;
use super::query::Query;
use super::signed::Signed;
use crate::command::audit::{self, ListAudit};
use crate::describe::{CURRENT_PAGE, Field, ORGANIZATION, Operation, PAGE_SIZE};
use axum::extract::State;
use model::{ClusterId, Error, InvitationId, KeyId, OrganizationId, ProjectId, Resource, UserId};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use store::audit::AuditRecord;

/// One page of the audit trail, newest first.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditList {
    count: u64,
    current_page: u32,
    page_size: u32,
    audits: Vec<AuditBody>,
}

/// One record as the API writes it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AuditBody {
    audit_id: String,
    number: u64,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    action: String,
    resource: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    project_id: Option<String>,
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Value>,
}

impl From<AuditRecord> for AuditBody {
    fn from(record: AuditRecord) -> Self {
        Self {
            audit_id: record.id.to_string(),
            number: record.number,
            time: record.at.to_string(),
            revision: record.revision.map(model::Revision::number),
            actor: record.actor,
            user_id: record.user.map(|id| id.to_string()),
            action: record.action,
            resource: record.resource,
            project_id: record.project.map(|id| id.to_string()),
            outcome: record.outcome,
            rule: record.rule,
            address: record.address,
            detail: record.detail,
            before: record.before.map(state),
            after: record.after.map(state),
        }
    }
}

/// Fields as they were or became; the store keeps them as the text of a JSON object.
fn state(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listAudit", "What happened, newest first")
    .about("Every change, every refusal and every look at a secret, with who did it and why.")
    .may("owners of the organization")
    .query(&[
        ORGANIZATION,
        Field::text("resource", "The id of the key, cluster, project, organization or user."),
        PAGE_SIZE,
        CURRENT_PAGE,
    ])
    .answers::<AuditList>()
    .refuses(&[403, 404]);

/// What happened in the organization.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    query: Query,
) -> Result<Answer<AuditList>, Problem> {
    let request = decode(query)?;
    let listed = app.see(move |desk| audit::list(desk, &caller, request)).await?;
    Ok(Answer::ok(AuditList {
        count: listed.count,
        current_page: listed.page.number(),
        page_size: listed.page.size(),
        audits: listed.items.into_iter().map(AuditBody::from).collect(),
    }))
}

fn decode(mut query: Query) -> Result<ListAudit, Problem> {
    let request = ListAudit {
        organization: query.parsed("organizationId", str::parse)?,
        resource: query.parsed("resource", resource)?,
        page: query.page(1..=100)?,
    };
    query.finish()?;
    Ok(request)
}

/// The thing an id names; the prefix tells its kind.
fn resource(text: &str) -> Result<Resource, Error> {
    let key = text.parse::<KeyId>().map(Resource::Key);
    key.or_else(|_| text.parse::<ClusterId>().map(Resource::Cluster))
        .or_else(|_| text.parse::<ProjectId>().map(Resource::Project))
        .or_else(|_| text.parse::<OrganizationId>().map(Resource::Organization))
        .or_else(|_| text.parse::<UserId>().map(Resource::User))
        .or_else(|_| text.parse::<InvitationId>().map(Resource::Invitation))
        .map_err(|_| {
            Error::invalid("must be the id of a key, cluster, project, organization or user")
        })
}
