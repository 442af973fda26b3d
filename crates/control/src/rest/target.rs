//! What a path, a query and a header say the request is about.

use super::app::App;
use super::problem::Problem;
use super::query::Query;
use axum::extract::{FromRequestParts, Path};
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use model::{Error, Revision};
use std::str::FromStr;
use std::sync::Arc;

/// The id in the path. What is not even an id names nothing.
pub(crate) struct Target<T>(pub(crate) T);

/// The two ids in a path: of a thing, and of something in it.
pub(crate) struct Targets<A, B>(pub(crate) A, pub(crate) B);

impl<A, B> FromRequestParts<Arc<App>> for Targets<A, B>
where
    A: FromStr<Err = Error> + Send,
    B: FromStr<Err = Error> + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, app).await;
        let Path((outer, inner)) = path.map_err(|_| nothing(UNDECODABLE))?;
        let nothing = |error: Error| nothing(&error.message());
        Ok(Self(outer.parse().map_err(nothing)?, inner.parse().map_err(nothing)?))
    }
}

impl<T> FromRequestParts<Arc<App>> for Target<T>
where
    T: FromStr<Err = Error> + Send,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = Path::<String>::from_request_parts(parts, app).await;
        let Path(text) = path.map_err(|_| nothing(UNDECODABLE))?;
        text.parse().map(Self).map_err(|error: Error| nothing(&error.message()))
    }
}

const UNDECODABLE: &str = "it is not percent-encoded UTF-8";

fn nothing(why: &str) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is nothing with this id: {why}"))
}

impl FromRequestParts<Arc<App>> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        Self::parse(parts.uri.query())
    }
}

/// The header that names a revision.
pub(crate) fn tag(revision: Revision) -> [(HeaderName, String); 1] {
    [(ETAG, format!("\"{}\"", revision.number()))]
}

/// The revision in `If-Match`, if there is one: `"12"` as `ETag` gave it, `12`, or `*` for any.
pub(crate) struct IfMatch(pub(crate) Option<Revision>);

impl FromRequestParts<Arc<App>> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all(IF_MATCH).iter();
        let Some(value) = values.next() else {
            return Ok(Self(None));
        };
        let value = value.to_str().unwrap_or_default();
        if value == "*" {
            return Ok(Self(None));
        }
        let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let digits = bare.unwrap_or(value);
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse());
        match (number, values.next()) {
            (Some(Ok(number)), None) => Ok(Self(Some(Revision::new(number)))),
            _ => Err(Problem::invalid_field(
                "If-Match",
                "must be one revision as ETag gave it, such as \"12\"",
            )),
        }
    }
}
