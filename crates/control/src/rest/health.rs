//! What a supervisor and a monitoring system ask. No credential is needed, and nothing is told that
//! would need one.

use super::answer::Answer;
use super::app::App;
use super::problem::Problem;
use crate::describe::Operation;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// What a healthy process answers.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Health {
    status: &'static str,
}

/// [`healthz`]
pub(crate) const HEALTHZ: Operation =
    Operation::new("getHealth", "Whether the process is healthy").anonymous().answers::<Health>();

/// `GET /healthz`: whether the store answers.
pub(crate) async fn healthz(State(app): State<Arc<App>>) -> Result<Answer<Health>, Problem> {
    app.see(|desk| desk.store().revision()).await?;
    Ok(Answer::ok(Health { status: "ok" }))
}

/// [`metrics`]
pub(crate) const METRICS: Operation =
    Operation::new("getMetrics", "Counters for Prometheus").anonymous().answers_text("text/plain");

/// `GET /metrics`: counters in the text format of Prometheus.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let text = app.measured().await?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}
