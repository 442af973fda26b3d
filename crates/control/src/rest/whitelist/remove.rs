//! `DELETE /v2/projects/{id}/whitelist/{entryId}`

use super::{CONFIRM, EntryBody, PROJECT_ID};
use crate::command::whitelist::{self, RemoveEntry};
use crate::describe::{self, Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::{ProjectId, WhitelistEntryId};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The entry as it was, and since when no gateway goes by it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RemovedWhitelistEntry")]
pub(crate) struct Removed {
    #[serde(flatten)]
    entry: EntryBody,
    revocation: ReceiptBody,
}

const ENTRY_ID: Field =
    Field::text("entryId", "The entry.").required().pattern(describe::WHITELIST_ENTRY_ID);

/// [`remove`]
pub(crate) const REMOVE: Operation =
    Operation::new("removeWhitelistEntry", "Take addresses off the whitelist")
        .about("Without its last entry a whitelist lets everybody in.")
        .may("owners of the project and of the organization")
        .path(&[PROJECT_ID, ENTRY_ID])
        .query(&[CONFIRM])
        .answers::<Removed>()
        .refuses(&[403, 404, 409])
        .fenced();

/// Removes an entry; without the last one everybody is let in.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(project, entry): Targets<ProjectId, WhitelistEntryId>,
    mut query: Query,
) -> Result<Answer<Removed>, Problem> {
    let confirm_lockout = query.flag("confirmLockout")?;
    query.finish()?;
    let request = RemoveEntry { project, entry, confirm_lockout };
    let (entry, receipt) =
        app.change(move |desk| whitelist::remove(desk, &caller, request)).await?;
    let removed =
        Removed { entry: EntryBody::from(&entry), revocation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(removed, &receipt))
}
