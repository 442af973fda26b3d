//! Calls to the gateway, as gRPC makes them.
//!
//! They are made on the [`inner`](crate::inner) connection, on the thread of the worker at its
//! other end, so that a call wakes nobody. Every call carries the credential of the request it is
//! made for, and nothing of an earlier one. Answers are bounded. How long a call may take is for
//! whoever makes it: one that nobody waits for any more is given up.

use crate::elsewhere::Place;
use crate::inner::{Field, Inner};
use crate::problem::Problem;
use crate::room::Room;
use crate::socket::Socket;
use http::HeaderValue;
use http::uri::Authority;
use http2::hpack::Indexing;
use milvus::message::Message;
use milvus::metadata::SCHEMAS;
use std::task::{Context, Poll};
use std::time::Duration;

/// gRPC's head of a message.
const HEAD: usize = 5;
const SERVICE: &str = "/milvus.proto.milvus.MilvusService/";

/// The connection.
pub(crate) struct Session {
    inner: Inner,
    knock: &'static str,
    place: Place,
    /// By which state of the schemas the last answer was given, as the gateway says it.
    told: Option<HeaderValue>,
    /// The path of the last call.
    path: String,
}

/// What every call of a request carries.
pub(crate) struct Metadata {
    /// Where the request was sent to, as its `Host` says.
    pub(crate) authority: Authority,
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
    /// Calls over this socket.
    pub(crate) fn new(socket: Socket, knock: &'static str, place: Place) -> Self {
        Self { inner: Inner::new(socket), knock, place, told: None, path: String::new() }
    }

    /// Is ready when the gateway takes no more calls here. To be polled while no request has it.
    pub(crate) fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.inner.poll_idle(context)
    }

    /// Asks whether the credential stands; nothing is sent to an engine.
    pub(crate) async fn knock(
        &mut self,
        metadata: &Metadata,
        room: &mut Room,
    ) -> Result<(), Problem> {
        self.path.replace_range(.., self.knock);
        self.exchange((metadata, None), room, Vec::new()).await.map(drop)
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
        self.path.replace_range(.., SERVICE);
        self.path.push_str(rpc);
        let answer = self.exchange((metadata, state), room, message).await?;
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
        (metadata, state): (&Metadata, Option<&HeaderValue>),
        room: &mut Room,
        message: Vec<u8>,
    ) -> Result<Vec<u8>, Problem> {
        if !metadata.database.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
            return Err(Problem::invalid("a database's name has letters, digits and _ only"));
        }
        self.place.home().await;
        let patience = format!("{}m", metadata.timeout.as_millis().min(99_999_999));
        let fields = fields(&self.path, metadata, &patience, state);
        let answer = self.inner.call(fields, message, |length| room.arrive(length)).await?;
        let (status, told) = (answer.status(), answer.schemas);
        self.told = told;
        match status {
            Some((0, _)) => {}
            Some((number, text)) => return Err(Problem::of_grpc(number, &text)),
            None => return Err(Problem::broken("it has no gRPC status")),
        }
        self.place.away(answer.body.len()).await;
        Ok(answer.body)
    }
}

fn framed(request: &impl Message) -> Result<Vec<u8>, Problem> {
    let length = request.encoded_len();
    let head = u32::try_from(length).map_err(|_| Problem::too_large(u32::MAX as usize))?;
    let mut framed = Vec::with_capacity(HEAD + length);
    framed.push(0);
    framed.extend_from_slice(&head.to_be_bytes());
    request.encode(&mut framed).map_err(Problem::broken)?;
    Ok(framed)
}

/// The header fields of a call. The connection is one client's, which asks for the same again and
/// again; only it would suffer if it filled the table with what it never says twice.
fn fields<'f>(
    path: &'f str,
    metadata: &'f Metadata,
    patience: &'f str,
    state: Option<&'f HeaderValue>,
) -> impl Iterator<Item = Field<'f>> {
    let stable = |name: &'f str, value: &'f [u8]| (name.as_bytes(), value, Indexing::Stable);
    let (authority, database) = (metadata.authority.as_str(), metadata.database.as_str());
    let always = [
        stable(":method", b"POST"),
        stable(":scheme", b"http"),
        stable(":authority", authority.as_bytes()),
        stable(":path", path.as_bytes()),
        stable("te", b"trailers"),
        stable("content-type", b"application/grpc"),
        stable("grpc-timeout", patience.as_bytes()),
        (&b"authorization"[..], metadata.authorization.as_bytes(), Indexing::Secret),
    ];
    let state = state.map(|state| (SCHEMAS.as_bytes(), state.as_bytes(), Indexing::Literal));
    let agent = metadata.agent.as_ref().map(|agent| stable("user-agent", agent.as_bytes()));
    let database = (!database.is_empty()).then(|| stable("dbname", database.as_bytes()));
    always.into_iter().chain(state).chain(agent).chain(database)
}
