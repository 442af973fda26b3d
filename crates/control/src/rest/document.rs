//! `GET /v2/openapi.json`: the API's own description, for whoever asks.

use super::answer;
use crate::describe::{Operation, openapi};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::OnceLock;

/// [`show`]
pub(crate) const SHOW: Operation = Operation::new("getOpenApi", "This description")
    .about("An OpenAPI 3.1 document, without an envelope.")
    .anonymous()
    .answers_bare();

/// The document. It is the same for everybody and as long as the process runs.
pub(crate) async fn show() -> Response {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| openapi().to_string());
    answer::json(StatusCode::OK, document.clone())
}
