//! What surrounds every request: a place in the queue, an id, a time limit, a log line, and an
//! answer even when a handler panics.
//!
//! The log line names the route and never the path or the query as sent, which a careless client
//! may have put a key into. To add one more: a step in [`around`].

use super::app::App;
use super::body::whole;
use super::problem::Problem;
use super::query::Query;
use super::signed::{From, of_address};
use crate::describe::Operation;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::RequestId;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use tracing::Instrument;

/// What browsers say of the page that sends a request.
const SITE: &str = "sec-fetch-site";
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// Who turned out to be asking; filled in by authentication, read by the log line.
#[derive(Clone, Default)]
pub(crate) struct Who(Arc<OnceLock<String>>);

impl Who {
    /// Remembers the actor for the log line.
    pub(crate) fn is(&self, actor: &model::Actor) {
        // A request is authenticated once, so the name is set once.
        let _ = self.0.set(actor.to_string());
    }

    fn name(&self) -> &str {
        self.0.get().map_or("anonymous", String::as_str)
    }
}

/// Wraps one request.
pub(crate) async fn around(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::generate(app.entropy()).to_string();
    let who = Who::default();
    request.extensions_mut().insert(who.clone());
    let method = known(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id);
    let started = app.now();
    let mut response = answered(&app, next, request).instrument(span).await;
    let millis = app.now().millis().saturating_sub(started.millis()).max(0);
    let (status, actor) = (response.status().as_u16(), who.name());
    tracing::info!(method, route, status, actor, id, millis, "answered a request");
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert("requestid", id);
    }
    // Nothing of this API is ever to be kept, guessed at, shown in a page or read by one.
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Gives a handler its description, and refuses what the description does not know.
pub(crate) async fn described(
    State((app, operation)): State<(Arc<App>, &'static Operation)>,
    request: Request,
    next: Next,
) -> Response {
    match checked(&app, operation, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn checked(
    app: &App,
    operation: &'static Operation,
    request: Request,
) -> Result<Request, Problem> {
    let (mut parts, body) = request.into_parts();
    Query::parse(parts.uri.query())?.check(operation.query)?;
    // Supervisors ask often, and whoever signs in is counted by the password they try.
    let changes = !parts.method.is_safe();
    if operation.may.is_none() && changes {
        let From(address) = From::of(&parts);
        app.count(&of_address(address))?;
    }
    if changes && parts.headers.get(SITE).is_some_and(|site| site == "cross-site") {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "a page of another site asked for this in your name: nothing was changed",
        ));
    }
    parts.extensions.insert(operation);
    if operation.body.is_some() || !changes {
        return Ok(Request::from_parts(parts, body));
    }
    let bytes = whole(&parts.headers, body, app.limits().body_bytes).await?;
    if !matches!(bytes.trim_ascii(), b"" | b"{}") {
        return Err(Problem::invalid("this request takes no body: send none, or {}"));
    }
    Ok(Request::from_parts(parts, Body::empty()))
}

/// Runs the handler if there is room, until its time is up.
async fn answered(app: &App, next: Next, request: Request) -> Response {
    let Some(_place) = app.enter() else {
        return Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many requests are being served: try again shortly",
        )
        .into_response();
    };
    let caught = catching(next.run(request));
    match tokio::time::timeout(app.limits().request, caught).await {
        Ok(response) => response,
        Err(_) => Problem::new(
            StatusCode::GATEWAY_TIMEOUT,
            "the request took too long: a change may have been made nevertheless, so look before \
             you repeat it",
        )
        .into_response(),
    }
}

/// Turns a panic of the handler into an answer.
async fn catching(handler: impl Future<Output = Response>) -> Response {
    let mut handler = pin!(handler);
    poll_fn(|context| {
        // The future is never polled again after a panic, so no broken state is seen.
        let polled = catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context)));
        polled.unwrap_or_else(|_| {
            Poll::Ready(Problem::internal("a handler panicked").into_response())
        })
    })
    .await
}

/// The method, unless a client made one up.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_answer() {
        let response = catching(async { panic!("on purpose") }).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test]
    async fn an_answer_stays_as_it_is() {
        let response = catching(async { StatusCode::IM_A_TEAPOT.into_response() }).await;
        assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    }
}
