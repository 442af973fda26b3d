//! Refusals and failures as pages.
//!
//! A failure names the request, so that whoever runs Keyward finds it in the log; it must never say
//! more of its reason than the error's own sentence.

use crate::frame::Frame;
use crate::headers;
use crate::routes::PREFIX;
use askama::Template;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::{Error, ErrorKind};

/// A page that says what was wrong and what to do.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    status: StatusCode,
    heading: &'static str,
    sentence: String,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Shown<'a> {
    frame: Frame,
    code: u16,
    /// What one can do about it.
    next: &'static str,
    heading: &'a str,
    sentence: &'a str,
    /// What the log calls the request, where it holds more than the page says; empty elsewhere.
    request: &'a str,
}

/// The heading of what nobody but Keyward did wrong.
const AT_FAULT: &str = "Keyward is at fault";

impl Page {
    /// The page for what came to nothing before, or while, a page was made.
    fn failed(status: StatusCode) -> Self {
        let (heading, sentence) = match status {
            StatusCode::SERVICE_UNAVAILABLE => {
                ("Try again shortly", "Keyward has too much to do at the moment.")
            }
            StatusCode::GATEWAY_TIMEOUT => (
                "That took too long",
                "A change may have been made nevertheless: look before you repeat it.",
            ),
            _ => (AT_FAULT, "The page could not be made."),
        };
        Self { status, heading, sentence: sentence.to_owned() }
    }

    /// The page for an error of a command.
    pub(crate) fn of(error: &Error) -> Self {
        if let Some(context) = error.context() {
            tracing::error!(kind = ?error.kind(), context, "a page failed");
        }
        let (status, heading) = match error.kind() {
            ErrorKind::Invalid => (StatusCode::BAD_REQUEST, "That cannot be accepted"),
            ErrorKind::Unauthenticated => (StatusCode::UNAUTHORIZED, "Sign in first"),
            ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "That is not yours to do"),
            ErrorKind::NotFound => (StatusCode::NOT_FOUND, "There is nothing here"),
            ErrorKind::Conflict => (StatusCode::CONFLICT, "That does not fit how things are"),
            ErrorKind::LimitReached => (StatusCode::TOO_MANY_REQUESTS, "That was too much"),
            ErrorKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Try again shortly"),
            ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, AT_FAULT),
        };
        Self { status, heading, sentence: sentence(&error.message()) }
    }

    /// The change is made, and a gateway may not know it yet.
    pub(crate) fn unsettled() -> Self {
        Self {
            status: StatusCode::ACCEPTED,
            heading: "Committed, but not confirmed yet",
            sentence: "Not every gateway has confirmed the change: until then an old decision can \
                       still be in force there."
                .to_owned(),
        }
    }

    /// There is no such page.
    pub(crate) fn missing() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            heading: "There is nothing here",
            sentence: "The address leads nowhere. What you look for may have been deleted."
                .to_owned(),
        }
    }
}

/// What one can do about a page with this status.
const fn next(status: StatusCode) -> &'static str {
    match status.as_u16() {
        202 => "Look at the page again in a few seconds; if it stays so, look at the gateways.",
        400 | 405 | 409 => "Go back and change what you sent.",
        401 => "Sign in, and try again.",
        403 => "Once you have been given the role, this page opens.",
        404 => "Check the address, or look for it in its project.",
        429 => "Wait a moment, and try again.",
        // Whether something was changed is for the sentence to say: it may not be known.
        503 | 504 => "If it goes on, tell whoever runs this Keyward.",
        _ => "Whoever runs this Keyward finds the reason in its log.",
    }
}

/// A message of a command as a sentence of its own.
pub(crate) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

impl From<Error> for Page {
    fn from(error: Error) -> Self {
        Self::of(&error)
    }
}

impl Page {
    fn write(&self, request: &str) -> Response {
        let frame = Frame::outside(self.heading);
        let (heading, sentence, code) = (self.heading, &self.sentence, self.status.as_u16());
        let next = next(self.status);
        render(self.status, &Shown { frame, code, next, heading, sentence, request })
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = self.write("");
        if self.status.is_server_error() {
            response.extensions_mut().insert(self);
        }
        response
    }
}

/// Makes a page with the id of the request of every failure in the console, whoever noticed it. It
/// surrounds what surrounds the pages themselves.
pub async fn name_failures(request: Request, next: Next) -> Response {
    let rest = request.uri().path().strip_prefix(PREFIX);
    let in_console = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let failed = next.run(request).await;
    if !in_console || !failed.status().is_server_error() {
        return failed;
    }
    let known = failed.extensions().get::<Page>().cloned();
    let page = known.unwrap_or_else(|| Page::failed(failed.status()));
    let id = failed.headers().get(REQUEST_ID);
    let mut response = page.write(id.and_then(|id| id.to_str().ok()).unwrap_or_default());
    if let Some(id) = id {
        response.headers_mut().insert(REQUEST_ID, id.clone());
    }
    headers::guard(response).await
}

/// The header with the name that the log gives a request.
const REQUEST_ID: &str = "requestid";

/// A page with this status.
pub(crate) fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => {
            (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            (StatusCode::INTERNAL_SERVER_ERROR, "Keyward could not write this page").into_response()
        }
    }
}

/// A page.
pub(crate) fn shown(page: &impl Template) -> Response {
    render(StatusCode::OK, page)
}

/// The page for an address that leads nowhere.
pub(crate) async fn no_page() -> Page {
    Page::missing()
}

/// The page for an address that takes no such request.
pub(crate) async fn wrong_method() -> Page {
    Page {
        status: StatusCode::METHOD_NOT_ALLOWED,
        heading: "That does not work here",
        sentence: "This address does not take such a request.".to_owned(),
    }
}
