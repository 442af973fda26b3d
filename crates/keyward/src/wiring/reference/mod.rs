//! What both APIs say of themselves, for people and for programs, on the control door.
//!
//! The control API serves its own document. Here are the data plane's, `GET
//! /v2/vectordb/openapi.json`, and a page with both, `GET /reference/`. Neither needs a credential,
//! and neither holds anything of this installation. The page takes nothing from elsewhere.

mod page;

use axum::Router;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use std::sync::OnceLock;

const STYLE: &str = include_str!("style.css");
/// The page has a style sheet of this server and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The routes.
pub(super) fn router() -> Router {
    Router::new()
        .route("/v2/vectordb/openapi.json", get(document))
        .route("/reference", get(|| async { Redirect::to("/reference/") }))
        .route("/reference/", get(show))
        .route("/reference/style.css", get(style))
}

async fn document() -> impl IntoResponse {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let document = DOCUMENT.get_or_init(|| rest::openapi().to_string());
    ([(CONTENT_TYPE, "application/json")], document.as_str())
}

async fn show() -> impl IntoResponse {
    static PAGE: OnceLock<String> = OnceLock::new();
    let page = PAGE.get_or_init(|| {
        page::page(&[
            ("control", "/v2/openapi.json", control::describe::openapi()),
            ("data", "/v2/vectordb/openapi.json", rest::openapi()),
        ])
    });
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)];
    (headers, page.as_str())
}

async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}
