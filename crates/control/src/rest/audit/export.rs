//! `GET /v2/audit/export`: records as JSON lines, streamed, with a bound on how many, how long and
//! how many exports at once.

use super::AuditBody;
use super::filter::{
    ACTION, ACTOR, ADDRESS, FROM, OUTCOME, PROJECT, RESOURCE, SEARCH, TO, UP_TO, decode,
};
use crate::caller::Caller;
use crate::command::audit::{self, Export};
use crate::describe::{ORGANIZATION, Operation};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use model::{Error, OrganizationId};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use store::audit::AuditFilter;
use tokio::sync::mpsc;

/// How long an export may take; then it breaks off, which clients can tell from its end.
const LIMIT: Duration = Duration::from_mins(10);
/// Portions that wait for a slow client.
const AHEAD: usize = 2;

/// [`export`]
pub(crate) const EXPORT: Operation = Operation::new("exportAudit", "Records as JSON lines")
    .about(
        "Oldest first, one JSON object a line, each as a list answers it. At most a million \
         records and ten minutes; an export that breaks off ends without the last chunk.",
    )
    .may("owners of the organization")
    .query(&[
        ORGANIZATION,
        PROJECT,
        RESOURCE,
        ACTOR,
        ACTION,
        OUTCOME,
        FROM,
        TO,
        ADDRESS,
        SEARCH,
        UP_TO,
    ])
    .answers_text("application/x-ndjson")
    .refuses(&[403, 404, 429]);

/// Streams the records.
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut query: Query,
) -> Result<Response, Problem> {
    let organization = query.parsed("organizationId", str::parse)?;
    let filter = decode(&mut query)?;
    query.finish()?;
    let mut response = stream(app, caller, organization, filter).await?.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The records as a body that is read while it is sent.
pub(crate) async fn stream(
    app: Arc<App>,
    caller: Caller,
    organization: Option<OrganizationId>,
    filter: AuditFilter,
) -> Result<Body, Error> {
    let place = app.exporting()?;
    let asking = caller.clone();
    let begun = app.ask(move |desk| audit::export(desk, &asking, organization, filter)).await?;
    let (send, receive) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let _place = place;
        if tokio::time::timeout(LIMIT, fill(&app, &caller, begun, &send)).await.is_err() {
            let _ = send.send(Err(io::Error::other("the export took too long"))).await;
        }
    });
    Ok(Body::new(Lines(receive)))
}

/// Reads portions until there are no more, or nobody wants them.
async fn fill(
    app: &Arc<App>,
    caller: &Caller,
    mut export: Export,
    send: &mpsc::Sender<io::Result<Bytes>>,
) {
    loop {
        let (mut next, asking) = (export, caller.clone());
        let read = app.see(move |desk| next.next(desk, &asking).map(|records| (next, records)));
        let Ok((next, portion)) = read.await else {
            // Why is in the log already, or is the caller's lost right.
            let _ = send.send(Err(io::Error::other("the export broke off"))).await;
            return;
        };
        export = next;
        if portion.is_empty() {
            return;
        }
        let mut lines = String::new();
        for record in portion {
            // A record is texts and numbers, which can always be written.
            lines.push_str(&serde_json::to_string(&AuditBody::from(record)).unwrap_or_default());
            lines.push('\n');
        }
        if send.send(Ok(Bytes::from(lines))).await.is_err() {
            return;
        }
    }
}

/// The body of an export.
struct Lines(mpsc::Receiver<io::Result<Bytes>>);

impl http_body::Body for Lines {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<http_body::Frame<Bytes>>>> {
        let received = self.0.poll_recv(context);
        received.map(|next| next.map(|bytes| bytes.map(http_body::Frame::data)))
    }
}
