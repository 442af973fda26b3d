//! The envelope of every answer.
//!
//! Success is `{"code":0,"data":…}`; refusals are made in [`super::problem`]. Nothing here is ever
//! to be kept by a cache.

use super::problem::Problem;
use crate::fence::Receipt;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// What a caller reads when the fence ran into its bound.
const UNSETTLED: &str = "the change is committed, but not every gateway has confirmed it yet: \
    until then an old decision can still be in force there; see the receipt";

#[derive(Serialize)]
struct Envelope<T> {
    code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
    data: T,
}

/// A success with its data.
pub(crate) struct Answer<T> {
    status: StatusCode,
    message: Option<&'static str>,
    data: T,
    once: bool,
}

/// A mark on a response: it holds a secret that is shown once and never again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownOnce;

impl<T: Serialize> Answer<T> {
    /// 200.
    pub(crate) fn ok(data: T) -> Self {
        Self { status: StatusCode::OK, message: None, data, once: false }
    }

    /// 200 if the change holds on every gateway; 202 with a sentence if that is not certain yet.
    pub(crate) fn changed(data: T, receipt: &Receipt) -> Self {
        if receipt.settled {
            return Self::ok(data);
        }
        Self { status: StatusCode::ACCEPTED, message: Some(UNSETTLED), data, once: false }
    }
}

impl<T> Answer<T> {
    /// The same, never to be given again: it holds a password or a token of which no copy is kept.
    pub(crate) fn shown_once(self) -> Self {
        Self { once: true, ..self }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let envelope = Envelope { code: 0, message: self.message, data: self.data };
        match serde_json::to_string(&envelope) {
            Ok(body) => {
                let mut response = json(self.status, body);
                if self.once {
                    response.extensions_mut().insert(ShownOnce);
                }
                response
            }
            Err(error) => {
                Problem::internal(&format!("an answer cannot be written: {error}")).into_response()
            }
        }
    }
}

/// A JSON body.
pub(crate) fn json(status: StatusCode, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Since when the gateways hold a change.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Receipt")]
pub(crate) struct ReceiptBody {
    /// The position of the change in the order of all changes.
    revision: u64,
    /// Whether every gateway holds it.
    settled: bool,
    /// Those that do.
    gateways: Vec<ConfirmationBody>,
}

/// One gateway's word.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Confirmation")]
struct ConfirmationBody {
    gateway_id: String,
    /// When it was certain.
    confirmed_at: String,
    /// `applied`, `leaseExpired` for a gateway that is silent and may admit nothing any more, or
    /// `stopped`.
    confirmed_by: &'static str,
}

impl From<&Receipt> for ReceiptBody {
    fn from(receipt: &Receipt) -> Self {
        let gateways = receipt.gateways.iter().map(|confirmation| ConfirmationBody {
            gateway_id: confirmation.gateway.to_string(),
            confirmed_at: confirmation.confirmed_at.to_string(),
            confirmed_by: confirmation.confirmed_by.as_str(),
        });
        Self {
            revision: receipt.revision.number(),
            settled: receipt.settled,
            gateways: gateways.collect(),
        }
    }
}
