//! What a supervisor and a monitoring system ask. No credential is needed, and nothing is told that
//! would need one.

use super::answer::Answer;
use super::app::App;
use super::problem::Problem;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use std::sync::Arc;

/// What a healthy process answers.
#[derive(Serialize)]
pub(crate) struct Health {
    status: &'static str,
}

/// `GET /healthz`: whether the store answers.
pub(crate) async fn healthz(State(app): State<Arc<App>>) -> Result<Answer<Health>, Problem> {
    app.see(|desk| desk.store().revision()).await?;
    Ok(Answer::ok(Health { status: "ok" }))
}

/// `GET /metrics`: counters in the text format of Prometheus.
pub(crate) async fn metrics(State(app): State<Arc<App>>) -> Result<impl IntoResponse, Problem> {
    let text = app.measured().await?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text))
}
