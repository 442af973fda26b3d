//! The inner connection to the gateway: HTTP/2, one call after the other.
//!
//! It has no task of its own: whoever serves the client drives it as well, on the thread of the
//! worker at its other end, so that a call wakes nobody. Every call carries the credential of the
//! request it is made for, and nothing of an earlier one. Answers are bounded; a call ends with the
//! request's deadline.

use crate::elsewhere::Place;
use crate::problem::Problem;
use crate::room::Room;
use crate::socket::Socket;
use h2::RecvStream;
use h2::client::{Builder, SendRequest};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Version};
use hyper::body::Bytes;
use milvus::message::Message;
use milvus::metadata::SCHEMAS;
use std::time::Duration;

/// The longest answer that is taken.
const MOST_ANSWER: usize = 128 << 20;
/// What may be under way on a stream, and on the connection.
const WINDOW: u32 = 4 << 20;
/// gRPC's head of a message.
const HEAD: usize = 5;
const SERVICE: &str = "/milvus.proto.milvus.MilvusService/";

/// The connection.
pub(crate) struct Session {
    sender: SendRequest<Bytes>,
    knock: &'static str,
    place: Place,
    /// By which state of the schemas the last answer was given, as the gateway says it.
    told: Option<HeaderValue>,
}

/// What moves the inner connection: it must be polled for calls to go on, and is done when the
/// connection has ended.
pub(crate) type Driver = h2::client::Connection<Socket, Bytes>;

/// What every call of a request carries.
pub(crate) struct Metadata {
    /// Where the request was sent to, as its `Host` says.
    pub(crate) authority: String,
    /// The credential, as gRPC carries it.
    pub(crate) authorization: HeaderValue,
    /// The database; empty for none.
    pub(crate) database: String,
    /// What the client calls itself.
    pub(crate) agent: Option<HeaderValue>,
    /// How long the caller waits.
    pub(crate) timeout: Duration,
}

impl Session {
    /// Greets the gateway.
    pub(crate) async fn open(
        socket: Socket,
        knock: &'static str,
        place: Place,
    ) -> Result<(Self, Driver), h2::Error> {
        let mut builder = Builder::new();
        builder
            .enable_push(false)
            .initial_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_header_list_size(16 << 10);
        let (sender, driver) = builder.handshake::<_, Bytes>(socket).await?;
        Ok((Self { sender, knock, place, told: None }, driver))
    }

    /// Asks whether the credential stands; nothing is sent to an engine.
    pub(crate) async fn knock(
        &mut self,
        metadata: &Metadata,
        room: &mut Room,
    ) -> Result<(), Problem> {
        let head = head(self.knock, metadata, None)?;
        self.exchange(head, metadata, room, Bytes::new()).await.map(drop)
    }

    /// By which state of the schemas the last answer was given; `None` if it tells none, or if
    /// something was changing.
    pub(crate) fn take_told(&mut self) -> Option<HeaderValue> {
        self.told.take()
    }

    /// Makes one call; if it was made by a remembered schema, the gateway lets it through while the
    /// state holds in which that was told.
    pub(crate) async fn call<A: Message + Default>(
        &mut self,
        (rpc, state): (&str, Option<&HeaderValue>),
        (metadata, room): (&Metadata, &mut Room),
        request: &impl Message,
    ) -> Result<A, Problem> {
        let message = framed(request)?;
        let head = head(&format!("{SERVICE}{rpc}"), metadata, state)?;
        let answer = self.exchange(head, metadata, room, message).await?;
        let message = answer.get(HEAD..).filter(|message| {
            let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
            answer[0] == 0 && answer[1..HEAD] == length.to_be_bytes()
        });
        let message = message.ok_or_else(|| Problem::broken("it is no gRPC message"))?;
        let read = A::decode(message).map_err(Problem::broken)?;
        room.read(message.len());
        Ok(read)
    }

    async fn exchange(
        &mut self,
        head: Request<()>,
        metadata: &Metadata,
        room: &mut Room,
        message: Bytes,
    ) -> Result<Vec<u8>, Problem> {
        self.place.home().await;
        let talk = self.talk(head, room, message);
        let answer = tokio::time::timeout(metadata.timeout, talk).await;
        let answer = answer.unwrap_or_else(|_| Err(Problem::late()))?;
        self.place.away(answer.len()).await;
        Ok(answer)
    }

    async fn talk(
        &mut self,
        head: Request<()>,
        room: &mut Room,
        message: Bytes,
    ) -> Result<Vec<u8>, Problem> {
        std::future::poll_fn(|context| self.sender.poll_ready(context))
            .await
            .map_err(|error| gone(&error))?;
        let is_empty = message.is_empty();
        let (response, mut stream) =
            self.sender.send_request(head, is_empty).map_err(|error| gone(&error))?;
        if !is_empty {
            // At once, so that head and message leave together; what the gateway has no room for
            // waits as it lies. That it wants no more is no error: it says why in its answer.
            let _sent = stream.send_data(message, true);
        }
        let response = response.await.map_err(|error| gone(&error))?;
        let (parts, mut body) = response.into_parts();
        // The last one: the gateway's own comes after whatever an engine says.
        self.told = parts.headers.get_all(SCHEMAS).iter().next_back().cloned();
        let mut answer = Vec::new();
        while let Some(chunk) = body.data().await {
            let chunk = chunk.map_err(|error| gone(&error))?;
            room.arrive(answer.len() + chunk.len())?;
            take(&mut answer, &mut body, &chunk)?;
        }
        let trailers = body.trailers().await.map_err(|error| gone(&error))?;
        match status(&parts.headers, trailers.as_ref()) {
            Some((0, _)) => Ok(answer),
            Some((number, text)) => Err(Problem::of_grpc(number, &text)),
            None => Err(Problem::broken("it has no gRPC status")),
        }
    }
}

fn take(answer: &mut Vec<u8>, body: &mut RecvStream, chunk: &Bytes) -> Result<(), Problem> {
    if answer.len() + chunk.len() > MOST_ANSWER {
        return Err(Problem::answer(format!(
            "it is larger than {MOST_ANSWER} bytes: ask for less at once"
        )));
    }
    answer.extend_from_slice(chunk);
    body.flow_control().release_capacity(chunk.len()).map_err(|error| gone(&error))
}

fn framed(request: &impl Message) -> Result<Bytes, Problem> {
    let length = request.encoded_len();
    let head = u32::try_from(length).map_err(|_| Problem::too_large(u32::MAX as usize))?;
    let mut framed = Vec::with_capacity(HEAD + length);
    framed.push(0);
    framed.extend_from_slice(&head.to_be_bytes());
    request.encode(&mut framed).map_err(Problem::broken)?;
    Ok(framed.into())
}

fn head(
    path: &str,
    metadata: &Metadata,
    state: Option<&HeaderValue>,
) -> Result<Request<()>, Problem> {
    let mut request = Request::builder()
        .method("POST")
        .version(Version::HTTP_2)
        .uri(format!("http://{}{path}", metadata.authority))
        .header("te", "trailers")
        .header("content-type", "application/grpc")
        .header("grpc-timeout", format!("{}m", metadata.timeout.as_millis().min(99_999_999)))
        .body(())
        .map_err(|_| Problem::invalid("the Host header is no host name"))?;
    let fields = request.headers_mut();
    fields.insert("authorization", metadata.authorization.clone());
    if let Some(state) = state {
        fields.insert(HeaderName::from_static(SCHEMAS), state.clone());
    }
    if let Some(agent) = &metadata.agent {
        fields.insert(http::header::USER_AGENT, agent.clone());
    }
    if !metadata.database.is_empty() {
        let name = HeaderValue::from_str(&metadata.database)
            .map_err(|_| Problem::invalid("a database's name has letters, digits and _ only"))?;
        fields.insert(HeaderName::from_static("dbname"), name);
    }
    Ok(request)
}

/// The gRPC status: after the body, or with the head if there is no body.
fn status(head: &HeaderMap, trailers: Option<&HeaderMap>) -> Option<(u32, String)> {
    let fields = trailers.filter(|fields| fields.contains_key("grpc-status")).unwrap_or(head);
    let number = fields.get("grpc-status")?.to_str().ok()?.parse().ok()?;
    let text = fields.get("grpc-message").map_or(&[][..], HeaderValue::as_bytes);
    Some((number, percent_decode(text)))
}

/// Reads a text as gRPC carries it in `grpc-message`; what is no escape stands for itself.
fn percent_decode(mut text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    while let Some((&byte, rest)) = text.split_first() {
        let escaped = rest.get(..2).filter(|_| byte == b'%');
        let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            out.push(byte);
            text = &rest[2..];
        } else {
            out.push(byte);
            text = rest;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The gateway has ended the stream or the connection.
fn gone(error: &h2::Error) -> Problem {
    if error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR) {
        return Problem::unavailable("the gateway is shutting down: try again");
    }
    tracing::debug!(%error, "an inner connection has ended");
    Problem::unavailable("the gateway ended the connection")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_grpc_are_read() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a%20b%C3%A9", "a b\u{e9}"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(percent_decode(text.as_bytes()), expected);
        }
    }

    #[test]
    fn a_status_is_taken_from_where_it_is() {
        let map = |number: &'static str| {
            HeaderMap::from_iter([(
                HeaderName::from_static("grpc-status"),
                HeaderValue::from_static(number),
            )])
        };
        assert_eq!(status(&map("7"), None), Some((7, String::new())));
        assert_eq!(status(&HeaderMap::new(), Some(&map("0"))), Some((0, String::new())));
        assert_eq!(status(&map("5"), Some(&HeaderMap::new())), Some((5, String::new())));
        assert_eq!(status(&map("x"), None), None);
        assert_eq!(status(&HeaderMap::new(), None), None);
    }
}
