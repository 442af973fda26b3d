//! `Idempotency-Key`: a request that creates, sent twice, creates once.
//!
//! The name is taken in the transaction that creates (`Desk::act`), so the second of two requests
//! makes nothing, whichever node it reaches and whatever became of the first. Only successes are
//! kept: what was refused may be tried again under the same name. Of an answer with a secret that
//! is shown once (such a key, a generated password, a token), or with several keys, only that it
//! was given: sent again, such a request is told so. Nothing here may decide; giving an answer with
//! an API key again is a view of that key, and decided and recorded as one.

use super::answer::{self, ShownOnce};
use super::app::App;
use super::body::whole;
use super::problem::Problem;
use super::signed::Signed;
use crate::caller::Caller;
use crate::command::keys;
use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use model::{ApiKey, KeyId, SecretText};
use serde_json::Value;
use std::sync::Arc;
use store::idempotency::{self, Answer, Found, Named};
use tracing::Instrument;

const HEADER: &str = "idempotency-key";
/// Says that an answer is not the first of its kind.
const REPLAYED: &str = "idempotency-replayed";
const MOST_CHARACTERS: usize = 255;
/// The longest answer that is kept, in bytes.
const MOST_KEPT: usize = 1 << 20;
/// How long an answer may take until it is taken for lost, in milliseconds.
const LOST_AFTER_MILLIS: i64 = 3 * 60 * 1000;

/// Carries a named request out once, and answers it the same every time.
pub(crate) async fn once(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    match name(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(name)) => {
            named(&app, name, request, next).await.unwrap_or_else(IntoResponse::into_response)
        }
        Err(problem) => problem.into_response(),
    }
}

fn name(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(HEADER).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let fits = (1..=MOST_CHARACTERS).contains(&text.len());
    if fits && text.bytes().all(|byte| byte.is_ascii_graphic()) && values.next().is_none() {
        return Ok(Some(text.to_owned()));
    }
    let sentence = "must be one text of 1 to 255 printable ASCII characters without spaces";
    Err(Problem::invalid_field("Idempotency-Key", sentence))
}

async fn named(
    app: &Arc<App>,
    name: String,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let Signed(caller) = Signed::from_request_parts(&mut parts, app).await?;
    let body = whole(&parts.headers, body, app.limits().body_bytes).await?;
    let named = identified(app, name, &caller, asked(&parts, &body)).await?;
    let (looked, now) = (Arc::clone(&named), app.now());
    let found = app
        .see(move |desk| desk.store().read(|reader| idempotency::find(reader, &looked, now)))
        .await?;
    match found {
        Found::Nothing => {}
        Found::Other => return Err(other()),
        Found::Answered(answer) => return again(app, caller, answer).await,
        Found::Done { at } if now.millis() - at.millis() < LOST_AFTER_MILLIS => {
            return Err(idempotency::taken().into());
        }
        Found::Done { .. } => return Err(lost()),
    }
    parts.extensions.insert(Arc::clone(&named));
    let request = Request::from_parts(parts, Body::from(body));
    let app = Arc::clone(app);
    // In a task of its own, so that the answer is kept even if nobody waits for it any more.
    let task = async move {
        let response = next.run(request).await;
        kept(&app, named, response).await
    };
    let done = tokio::spawn(task.in_current_span()).await;
    done.map_err(|error| Problem::internal(&format!("a named request ended: {error}")))
}

/// Everything that makes one request another.
fn asked(parts: &Parts, body: &[u8]) -> Vec<u8> {
    let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
    let head = format!("{} {target}\n", parts.method);
    [head.as_bytes(), body].concat()
}

async fn identified(
    app: &Arc<App>,
    key: String,
    caller: &Caller,
    asked: Vec<u8>,
) -> Result<Arc<Named>, Problem> {
    let caller = caller.actor().to_string();
    let digest = move |reader: &store::Reader<'_>| Ok(idempotency::digest(reader, &asked));
    let request = app.see(move |desk| desk.store().read(digest)).await?;
    Ok(Arc::new(Named { caller, key, request }))
}

/// Gives the first answer again.
async fn again(app: &Arc<App>, caller: Caller, answer: Answer) -> Result<Response, Problem> {
    let Some(body) = answer.body else {
        return Err(lost());
    };
    if let Some(key) = answer.key {
        app.see(move |desk| keys::repeat(desk, &caller, key)).await?.into_value();
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = answer::json(status, body.expose().to_owned());
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// Keeps a success for the next time.
async fn kept(app: &Arc<App>, named: Arc<Named>, response: Response) -> Response {
    if !response.status().is_success() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MOST_KEPT).await else {
        let error = "an answer is too long to be kept: send the request without Idempotency-Key";
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error).into_response();
    };
    if let Ok(text) = std::str::from_utf8(&bytes) {
        let status = parts.status.as_u16();
        let once = parts.extensions.get::<ShownOnce>().is_some();
        let answer = match key_in(text) {
            _ if once => Answer { status, body: None, key: None },
            Ok(key) => Answer { status, body: Some(SecretText::new(text.to_owned())), key },
            Err(SeveralKeys) => Answer { status, body: None, key: None },
        };
        let keep = app.see(move |desk| idempotency::keep(desk.store(), &named, &answer)).await;
        if keep.is_err() {
            tracing::error!("an answer could not be kept for its Idempotency-Key");
        }
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// An answer that is not kept, because it would have to be forgotten with each of several keys.
struct SeveralKeys;

/// The API key that an answer holds, by its id; `None` if it holds none.
fn key_in(answer: &str) -> Result<Option<KeyId>, SeveralKeys> {
    let Ok(answer) = serde_json::from_str::<Value>(answer) else {
        return Ok(None);
    };
    let data = &answer["data"];
    match (keys_in(&answer), data["apiKey"].as_str(), data["apiKeyId"].as_str()) {
        (0, ..) => Ok(None),
        (1, Some(_), Some(id)) => id.parse().map(Some).map_err(|_| SeveralKeys),
        _ => Err(SeveralKeys),
    }
}

/// How many API keys are anywhere in an answer.
fn keys_in(value: &Value) -> usize {
    match value {
        Value::String(text) => usize::from(ApiKey::parse(text.as_bytes()).is_some()),
        Value::Array(values) => values.iter().map(keys_in).sum(),
        Value::Object(fields) => fields.values().map(keys_in).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn other() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "this Idempotency-Key was used for another request: use a new one for each thing to make",
    )
}

fn lost() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "a request with this Idempotency-Key was carried out, but its answer is no longer kept: \
         look what it made, and use a new Idempotency-Key to make another",
    )
}
