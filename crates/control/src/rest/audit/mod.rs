//! `/v2/audit`: what happened.

mod export;
mod filter;
mod list;
mod verify;

pub(crate) use export::{EXPORT, export, stream};
pub(crate) use list::{LIST, list};
pub(crate) use verify::{VERIFY, verify};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use store::audit::AuditRecord;

/// One record as the API writes it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditBody {
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
