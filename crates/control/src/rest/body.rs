//! Reading a body: JSON, in UTF-8, within its bound, or refused before it is read.

use super::app::App;
use super::json::Object;
use super::problem::Problem;
use crate::describe::Operation;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use std::sync::Arc;

impl FromRequest<Arc<App>> for Object {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let operation = request.extensions().get::<&'static Operation>();
        let Some((described, _)) = operation.and_then(|operation| operation.body) else {
            return Err(Problem::internal("an endpoint reads a body that it does not describe"));
        };
        check_type(request.headers())?;
        let (parts, body) = request.into_parts();
        let bytes = whole(&parts.headers, body, app.limits().body_bytes).await?;
        Self::parse(&bytes, described)
    }
}

/// The whole body, if it is within the bound.
pub(super) async fn whole(headers: &HeaderMap, body: Body, most: usize) -> Result<Bytes, Problem> {
    let declared = headers.get(CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| length > most as u64) {
        return Err(too_long(most));
    }
    axum::body::to_bytes(body, most).await.map_err(|error| unread(&error, most))
}

fn check_type(headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |sentence| Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, sentence));
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else {
        return refuse("Content-Type: must be given once, as application/json");
    };
    let value = value.to_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = value.split(';').map(str::trim);
    if parts.next() != Some("application/json") {
        return refuse("Content-Type: must be application/json");
    }
    if parts.any(|part| !matches!(part, "charset=utf-8" | "charset=\"utf-8\"")) {
        return refuse("Content-Type: the body must be in UTF-8");
    }
    if headers.contains_key(CONTENT_ENCODING) {
        return refuse("Content-Encoding: the body must not be compressed");
    }
    Ok(())
}

fn too_long(most: usize) -> Problem {
    let sentence = format!("the body is longer than {most} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, sentence)
}

/// A body that ran over its bound, or broke off.
fn unread(error: &axum::Error, most: usize) -> Problem {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.to_string() == "length limit exceeded" {
            return too_long(most);
        }
        cause = inner.source();
    }
    Problem::invalid("the body broke off before its end")
}
