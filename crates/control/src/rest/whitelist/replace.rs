//! `PUT /v2/projects/{id}/whitelist`

use super::{CONFIRM, ENTRY, EntryBody, PROJECT_ID, confirmed, entry};
use crate::command::whitelist::{self, ReplaceEntries};
use crate::describe::{Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{IfMatch, Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::ProjectId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The list as it is now, and since when gateways let in nobody else.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReplacedWhitelist")]
pub(crate) struct Replaced {
    count: usize,
    entries: Vec<EntryBody>,
    revocation: ReceiptBody,
}

const ENTRIES: Field =
    Field::objects("entries", "The whole list; an empty one lets everybody in.", &ENTRY)
        .required()
        .most(20);

/// [`replace`]
pub(crate) const REPLACE: Operation = Operation::new("replaceWhitelist", "Replace a whitelist")
    .about("Entries for the same addresses keep their ids.")
    .may("owners of the project and of the organization")
    .path(&[PROJECT_ID])
    .body(&[ENTRIES, CONFIRM], r#"{"entries":[{"cidr":"ADDRESS"}],"confirmLockout":true}"#)
    .answers::<Replaced>()
    .refuses(&[403, 404, 409, 429])
    .conditional()
    .fenced();

/// Replaces every entry; an empty list lets everybody in.
pub(crate) async fn replace(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(project): Target<ProjectId>,
    IfMatch(expected): IfMatch,
    body: Object,
) -> Result<impl IntoResponse, Problem> {
    let request = ReplaceEntries { expected, ..decode(project, body)? };
    let (entries, receipt) =
        app.change(move |desk| whitelist::replace(desk, &caller, request)).await?;
    let replaced = Replaced {
        count: entries.len(),
        entries: entries.iter().map(EntryBody::from).collect(),
        revocation: ReceiptBody::from(&receipt),
    };
    Ok((tag(receipt.revision), Answer::changed(replaced, &receipt)))
}

fn decode(project: ProjectId, mut body: Object) -> Result<ReplaceEntries, Problem> {
    if !body.has("entries") {
        let sentence = "is required: send an empty list to let everybody in";
        return Err(body.refuse("entries", sentence));
    }
    let mut entries = Vec::new();
    for mut object in body.objects("entries")? {
        entries.push(entry(&mut object)?);
        object.finish()?;
    }
    let confirm_lockout = confirmed(&mut body)?;
    body.finish()?;
    Ok(ReplaceEntries { project, entries, expected: None, confirm_lockout })
}
