//! `POST /v2/projects/{id}/whitelist`

use super::{CIDR, CONFIRM, EntryBody, PROJECT_ID, confirmed, entry};
use crate::command::whitelist::{self, AddEntry};
use crate::describe::{DESCRIPTION, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ProjectId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The entry, and since when gateways let in nobody else.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AddedWhitelistEntry")]
pub(crate) struct Added {
    #[serde(flatten)]
    entry: EntryBody,
    revocation: ReceiptBody,
}

/// [`add`]
pub(crate) const ADD: Operation = Operation::new("addWhitelistEntry", "Let in more addresses")
    .about(
        "Once one entry is there, the gateway refuses every address that is not listed. The \
         control API is not affected.",
    )
    .may("owners of the project and of the organization")
    .path(&[PROJECT_ID])
    .body(&[CIDR, DESCRIPTION, CONFIRM], r#"{"cidr":"ADDRESS","confirmLockout":true}"#)
    .answers::<Added>()
    .refuses(&[403, 404, 409, 429])
    .creates()
    .fenced();

/// Adds an entry: once one is there, only what is listed may enter.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(project): Target<ProjectId>,
    mut body: Object,
) -> Result<Answer<Added>, Problem> {
    let (entry, confirm_lockout) = (entry(&mut body)?, confirmed(&mut body)?);
    body.finish()?;
    let request = AddEntry { project, entry, confirm_lockout };
    let (entry, receipt) = app.change(move |desk| whitelist::add(desk, &caller, request)).await?;
    let added = Added { entry: EntryBody::from(&entry), revocation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(added, &receipt))
}
