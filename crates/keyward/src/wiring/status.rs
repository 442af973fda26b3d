//! What a process without a control API serves instead: whether it takes calls, and its counters.
//! No credential is needed, and nothing is told that would need one.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use gateway::{Gateway, Lease};
use serde_json::json;
use std::sync::{Arc, Weak};

/// `GET /healthz` and `GET /metrics` of a gateway.
pub(super) fn router(gateway: Weak<Gateway>, lease: Arc<Lease>) -> Router {
    let of_health = Weak::clone(&gateway);
    Router::new()
        .route("/healthz", get(move || async move { health(&of_health, &lease) }))
        .route("/metrics", get(move || metrics(gateway)))
        .fallback(|| async { refused(StatusCode::NOT_FOUND, NO_ROUTE) })
}

const NO_ROUTE: &str = "a process with --role gateway has /healthz and /metrics here: the control \
                        API is where --role control runs";
const OVER: &str = "the lease of this gateway is over: it takes no calls until it reaches the \
                    database again, or, if its log says that the database went another way, until \
                    it is restarted";
const STOPPED: &str = "this gateway has stopped";

/// 200 while it takes calls.
fn health(gateway: &Weak<Gateway>, lease: &Lease) -> Told {
    let Some(gateway) = gateway.upgrade() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, STOPPED);
    };
    if lease.is_over() {
        return refused(StatusCode::SERVICE_UNAVAILABLE, OVER);
    }
    let data = json!({
        "status": "ok",
        "gatewayId": gateway.id().to_string(),
        "revision": gateway.revision().number(),
        "leaseMillis": u64::try_from(lease.left().as_millis()).unwrap_or(u64::MAX),
    });
    told(StatusCode::OK, &json!({ "code": 0, "data": data }))
}

/// Counters in the text format of Prometheus.
async fn metrics(gateway: Weak<Gateway>) -> impl IntoResponse {
    let counted = tokio::task::spawn_blocking(move || gateway.upgrade().map(|g| g.metrics()));
    let text = counted.await.ok().flatten().unwrap_or_default();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

type Told = (StatusCode, [(HeaderName, &'static str); 2], String);

fn refused(status: StatusCode, sentence: &str) -> Told {
    told(status, &json!({ "code": status.as_u16(), "message": sentence }))
}

fn told(status: StatusCode, body: &serde_json::Value) -> Told {
    let fields = [(CACHE_CONTROL, "no-store"), (CONTENT_TYPE, "application/json")];
    (status, fields, body.to_string())
}
