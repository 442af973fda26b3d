//! `GET /v2/audit/verify`

use crate::command::audit;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;
use store::audit::Verification;

/// What walking the trail found.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuditVerification")]
pub(crate) struct Verified {
    /// Whether every record is as it was written.
    intact: bool,
    /// How many records there are, of all organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<u64>,
    /// The first record that does not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    /// What does not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
}

/// [`verify`]
pub(crate) const VERIFY: Operation = Operation::new("verifyAudit", "Is the audit trail intact?")
    .about(
        "Reads every record of the installation: they are one chain, whose end is sealed under the \
         master key. Only a few verifications and exports run at once.",
    )
    .may("owners of the organization")
    .answers::<Verified>()
    .refuses(&[403, 404, 429]);

/// Walks the trail.
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
) -> Result<Answer<Verified>, Problem> {
    let _place = app.exporting()?;
    let found = app.see(move |desk| audit::verify(desk, &caller)).await?;
    Ok(Answer::ok(match found {
        Verification::Intact { records } => {
            Verified { intact: true, records: Some(records), number: None, why: None }
        }
        Verification::Broken { number, why } => {
            Verified { intact: false, records: None, number: Some(number), why: Some(why) }
        }
    }))
}
