//! One client's connection: HTTP/1.1 requests, one after the other.
//!
//! The caller is known before a byte of its body is read. A connection ends when its inner one
//! does: what the gateway has cut is cut here as well.

use crate::body::Body;
use crate::caller::{Caller, Reply};
use crate::elsewhere::{Moving, Place};
use crate::facade::{Facade, Leave, Settings};
use crate::intake::Intake;
use crate::problem::Problem;
use crate::room::{Room, Rooms};
use crate::routes;
use crate::schemas::Schemas;
use crate::session::{Metadata, Session};
use crate::socket::Socket;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, USER_AGENT};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Request, Response};
use http_body_util::Full;
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use milvus::metadata::Credential;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::{Sleep, sleep};

/// The largest head of a request.
const HEAD: usize = 32 << 10;

/// A client's side of its connection.
pub(crate) struct Outer {
    pub(crate) client: TcpStream,
    /// What was read from it.
    pub(crate) read: Vec<u8>,
    /// Whether it may be written to.
    pub(crate) leave: Option<Arc<dyn Leave>>,
}

/// Serves a client until it, or the gateway, has enough.
pub(crate) async fn serve(outer: Outer, inner: Socket, facade: &Facade) -> io::Result<()> {
    let (settings, place) = (facade.settings, Place::default());
    let session = Session::new(inner, settings.knock, place.clone());
    let line = Arc::new(Mutex::new((session, Schemas::default())));
    let (shared, others) = (facade.shared.clone(), facade.others.clone());
    let desk = Desk { line: Arc::clone(&line), settings, shared, place: place.clone() };
    let desk = Arc::new(desk);
    let service = service_fn(move |request| {
        let desk = Arc::clone(&desk);
        let work = async move { Ok::<_, Infallible>(desk.answer(request).await) };
        Moving::new(work, place.clone(), others.clone())
    });
    let Outer { client, read, leave } = outer;
    let socket = Replayed { first: read.into(), socket: client, leave, stuck: None, settings };
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(settings.idle)
        .max_buf_size(HEAD.max(128 << 10))
        .serve_connection(TokioIo::new(socket), service);
    let mut connection = std::pin::pin!(connection);
    let served = std::future::poll_fn(|context| {
        if let Poll::Ready(served) = connection.as_mut().poll(context) {
            return Poll::Ready(Some(served));
        }
        // A request that is being worked on has the inner connection, and reads it itself.
        let idle = line.try_lock().map(|mut line| line.0.poll_idle(context));
        if idle.is_ok_and(|idle| idle.is_ready()) { Poll::Ready(None) } else { Poll::Pending }
    });
    if let Some(served) = served.await {
        return served.map_err(io::Error::other);
    }
    // The gateway takes no more calls here; an answer that is being written may end.
    connection.as_mut().graceful_shutdown();
    let last = tokio::time::timeout(settings.patience, connection).await;
    last.map_or(Ok(()), |served| served.map_err(io::Error::other))
}

/// What all connections share.
#[derive(Clone)]
pub(crate) struct Shared {
    /// Where bodies come in.
    pub(crate) intake: Intake,
    /// Room for answers.
    pub(crate) answers: Rooms,
}

/// What the requests of a connection share.
struct Desk {
    line: Arc<Mutex<(Session, Schemas)>>,
    settings: Settings,
    shared: Shared,
    place: Place,
}

impl Desk {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let mut is_read = false;
        let (status, body) = match self.handle(request, &mut is_read).await {
            Ok((reply, room)) => (200, reply.into_body(room)),
            Err(problem) => {
                let body = serde_json::json!({ "code": problem.code, "message": problem.message });
                (problem.status, Bytes::from(body.to_string()))
            }
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        let kind = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(http::header::CONTENT_TYPE, kind);
        if !is_read {
            // What is left of the request would stand before the next one.
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(http::header::CONNECTION, close);
        }
        response
    }

    /// Handles a request, and says whether all of it was read.
    async fn handle(
        &self,
        request: Request<Incoming>,
        is_read: &mut bool,
    ) -> Result<(Reply, Room), Problem> {
        let (head, body) = request.into_parts();
        let metadata = self.metadata(&head.headers)?;
        let within = metadata.timeout;
        let numbers = numbers_wanted(&head.headers);
        let mut line = self.line.lock().await;
        let (session, schemas) = &mut *line;
        let about = (metadata, self.shared.answers.open());
        let mut caller = Caller::new((session, schemas), about, numbers);
        let knocked = tokio::time::timeout(within, caller.knock()).await;
        knocked.unwrap_or_else(|_| Err(Problem::late()))?;
        let handler =
            (head.method == Method::POST).then(|| routes::find(head.uri.path())).flatten();
        let handler = handler.ok_or_else(Problem::no_route)?;
        if head.headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
            return Err(Problem::not_json("a compressed body is not read: send it as it is"));
        }
        let length = body.size_hint().exact();
        let length = length.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
        let (text, room) = self.shared.intake.read(body, length).await?;
        *is_read = true;
        self.place.away(text.len()).await;
        let parsed = Body::parse(&text)?;
        caller.choose_database(parsed.text("dbName")?);
        let handled = tokio::time::timeout(within, handler(&mut caller, parsed)).await;
        drop(room);
        let reply = handled.unwrap_or_else(|_| Err(Problem::late()))?;
        Ok((reply, caller.into_room()))
    }

    /// What every call of a request carries.
    fn metadata(&self, fields: &HeaderMap) -> Result<Metadata, Problem> {
        let authorization = only(fields, &AUTHORIZATION).ok_or_else(Problem::unknown_caller)?;
        let credential = Credential::from_rest(authorization.as_bytes())
            .map_err(|_| Problem::unknown_caller())?;
        let token = credential.to_grpc();
        let mut authorization =
            HeaderValue::from_str(&token).map_err(|_| Problem::unknown_caller())?;
        authorization.set_sensitive(true);
        let text = |name: &'static str| text(fields, name);
        let timeout = match text("Request-Timeout")? {
            None => self.settings.request,
            Some(seconds) => seconds
                .trim()
                .parse()
                .ok()
                .filter(|&seconds| seconds > 0)
                .map(|seconds| Duration::from_secs(seconds).min(self.settings.longest_request))
                .ok_or_else(|| Problem::invalid("Request-Timeout is a number of seconds"))?,
        };
        let authority = text("Host")?.unwrap_or("localhost");
        let authority = Authority::try_from(authority)
            .map_err(|_| Problem::invalid("the Host header is no host name"))?;
        Ok(Metadata {
            authority,
            authorization,
            database: text("DB-Name")?.unwrap_or_default().to_owned(),
            agent: fields.get(USER_AGENT).cloned(),
            timeout,
        })
    }
}

/// The text of a field that may be there once. One that comes twice, or cannot be read, is refused:
/// whoever stands between may have taken another one of them, and it must not count as absent.
fn text<'f>(fields: &'f HeaderMap, name: &'static str) -> Result<Option<&'f str>, Problem> {
    let mut values = fields.get_all(name).iter();
    let Some(first) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Problem::bad_field(name, "comes more than once: send it once"));
    }
    let text = first.to_str();
    text.map(Some).map_err(|_| Problem::bad_field(name, "has characters that are not ASCII"))
}

/// A field that comes once.
fn only<'f>(fields: &'f HeaderMap, name: &http::HeaderName) -> Option<&'f HeaderValue> {
    let mut values = fields.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

/// Milvus takes what Go's `ParseBool` takes, and yes for everything else.
fn numbers_wanted(fields: &HeaderMap) -> bool {
    let wish = fields.get("Accept-Type-Allow-Int64").map(HeaderValue::as_bytes);
    !matches!(wish, Some(b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False"))
}

/// A socket whose first bytes were read already, which gives a client up that takes nothing, and
/// which writes nothing that may not be written.
struct Replayed {
    first: Bytes,
    socket: TcpStream,
    leave: Option<Arc<dyn Leave>>,
    stuck: Option<Pin<Box<Sleep>>>,
    settings: Settings,
}

impl Replayed {
    /// To be asked right before each write: between two of them anything may have happened.
    fn may_write(&self) -> io::Result<()> {
        match &self.leave {
            Some(leave) if !leave.may_write() => Err(io::ErrorKind::ConnectionAborted.into()),
            _ => Ok(()),
        }
    }

    /// Watches over a write that may wait for the client.
    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let patience = self.settings.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stuck.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Replayed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.socket).poll_read(context, buffer);
        }
        let length = self.first.len().min(buffer.remaining());
        buffer.put_slice(&self.first.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Replayed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.may_write()?;
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.watch(context, written)
    }

    /// Lets a large answer go out from where it lies, without a copy.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.may_write()?;
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, parts);
        self.watch(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
