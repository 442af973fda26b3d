//! `POST /v2/keys:report`, for whoever found a key, with or without an account.

use crate::command::keys::{self, ReportKey, without_keys};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::From;
use axum::extract::State;
use model::name::{LeakLocation, LeakSource};
use model::{ApiKey, SecretText};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// What whoever reports is told, whatever the key is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ReportTaken")]
pub(crate) struct Taken {
    message: &'static str,
}

/// [`report`]
pub(crate) const REPORT: Operation = Operation::new("reportApiKey", "Report a key that was found")
    .about(
        "Send whatever looks like a key. The answer is the same for every text, real key or not. A \
         real key is revoked at once, unless its organization has chosen otherwise, and its owners \
         see the report.",
    )
    .anonymous()
    .body(
        &[
            Field::text("key", "The text that was found.").required().most(4096),
            Field::text("source", "Who or what found it.").most(255),
            Field::text("url", "Where it was found.").most(2048),
        ],
        r#"{"key":"NAME","source":"a scanner"}"#,
    )
    .answers::<Taken>()
    .refuses(&[429]);

/// Takes a report. The gateways are brought up to date after the answer: waiting for them would
/// tell a real key from others.
pub(crate) async fn report(
    State(app): State<Arc<App>>,
    From(address): From,
    mut body: Object,
) -> Result<Answer<Taken>, Problem> {
    let found = SecretText::new(body.text("key")?);
    if found.expose().len() > 4096 {
        return Err(body.refuse("key", "must be at most 4096 characters long"));
    }
    let source = body.optional_parsed("source", |text| LeakSource::new(&without_keys(text)))?;
    let url = body.optional_parsed("url", |text| LeakLocation::new(&without_keys(text)))?;
    body.finish()?;
    let found = ApiKey::parse(found.expose().trim().as_bytes());
    let request = ReportKey { found, source, url, address };
    let committed = app.see(move |desk| keys::report(desk, &request)).await?;
    if let Some(committed) = committed {
        app.bring_to_gateways(committed.revision());
    }
    let message = "thank you: if this is a key of ours, it is being dealt with";
    Ok(Answer::ok(Taken { message }))
}
