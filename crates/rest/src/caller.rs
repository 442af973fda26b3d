//! One request on its way: who asks, for which database, and what is answered.

use crate::known::{Known, Use};
use crate::problem::Problem;
use crate::room::Room;
use crate::schemas::Schemas;
use crate::session::{Metadata, Session};
use http::HeaderValue;
use hyper::body::Bytes;
use milvus::message::Message;
use milvus::message::common::Status;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

/// A caller with one request in hand.
pub(crate) struct Caller<'s> {
    session: &'s mut Session,
    schemas: &'s mut Schemas,
    metadata: Metadata,
    room: Room,
    numbers: bool,
}

/// What is answered when all went well.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The beginning of the body, up to the end of the data.
    body: Vec<u8>,
    /// What else is said, by name, as JSON.
    beside: Vec<(&'static str, Value)>,
}

/// An answer of the engine that says how the call went.
pub(crate) trait Answered {
    /// How it went.
    fn status(&self) -> Option<&Status>;
}

impl Answered for Status {
    fn status(&self) -> Option<&Status> {
        Some(self)
    }
}

/// Says of answers with a field `status` that it is there.
macro_rules! answered {
    ($($answer:path),* $(,)?) => {
        $(impl $crate::caller::Answered for $answer {
            fn status(&self) -> Option<&milvus::message::common::Status> {
                self.status.as_ref()
            }
        })*
    };
}
pub(crate) use answered;

impl<'s> Caller<'s> {
    /// A caller on this connection; `numbers` says that whole numbers of 64 bits are wanted as
    /// numbers and not as texts.
    pub(crate) fn new(
        (session, schemas): (&'s mut Session, &'s mut Schemas),
        (metadata, room): (Metadata, Room),
        numbers: bool,
    ) -> Self {
        schemas.belong_to(metadata.authority.as_str(), metadata.authorization.as_bytes());
        Self { session, schemas, metadata, room, numbers }
    }

    /// Whether the credential stands.
    pub(crate) async fn knock(&mut self) -> Result<(), Problem> {
        if !self.schemas.is_proved(Instant::now()) {
            self.session.knock(&self.metadata, &mut self.room).await?;
            self.schemas.prove(Instant::now());
        }
        Ok(())
    }

    /// The database of all calls of this request, if the request names one.
    pub(crate) fn choose_database(&mut self, name: String) {
        if !name.is_empty() {
            self.metadata.database = name;
        }
    }

    /// The database; empty for none.
    pub(crate) fn database(&self) -> String {
        self.metadata.database.clone()
    }

    /// Whether whole numbers of 64 bits are answered as numbers and not as texts.
    pub(crate) fn wants_numbers(&self) -> bool {
        self.numbers
    }

    /// The room of this answer.
    pub(crate) fn room(&mut self) -> &mut Room {
        &mut self.room
    }

    /// The room of this answer, when nothing more is asked.
    pub(crate) fn into_room(self) -> Room {
        self.room
    }

    /// Makes a call and takes its answer, if it went well.
    pub(crate) async fn ask<A: Message + Default + Answered>(
        &mut self,
        rpc: &str,
        request: &impl Message,
    ) -> Result<A, Problem> {
        self.ask_by((rpc, None), request).await
    }

    /// The same by a remembered schema, as long as the state holds in which it was told.
    pub(crate) async fn ask_by<A: Message + Default + Answered>(
        &mut self,
        call: (&str, Option<&HeaderValue>),
        request: &impl Message,
    ) -> Result<A, Problem> {
        let about = (&self.metadata, &mut self.room);
        let answer: A = self.session.call(call, about, request).await?;
        match Problem::of_status(answer.status()) {
            None => Ok(answer),
            Some(problem) => Err(problem),
        }
    }

    /// Makes a call of whose answer only matters that it went well.
    pub(crate) async fn order(
        &mut self,
        rpc: &str,
        request: &impl Message,
    ) -> Result<Reply, Problem> {
        // Whether it goes well or not, what is remembered may not hold any more.
        self.schemas.forget();
        self.ask::<Status>(rpc, request).await?;
        Ok(Reply::done())
    }

    /// What the caller was told of a collection a moment ago, if it may be used for this.
    pub(crate) fn remembered(&self, collection: &str, purpose: Use) -> Option<Arc<Known>> {
        let place = (self.metadata.database.as_str(), collection);
        self.schemas.find(place, purpose, Instant::now())
    }

    /// In which state of the schemas the last answer was given, if that may be relied on.
    pub(crate) fn take_told(&mut self) -> Option<HeaderValue> {
        self.session.take_told()
    }

    /// Remembers what the caller was told of a collection just now.
    pub(crate) fn remember(&mut self, collection: &str, known: &Arc<Known>) {
        self.schemas.remember((&self.metadata.database, collection), known, Instant::now());
    }

    /// What the engine told this caller of its version a moment ago.
    pub(crate) fn remembered_version(&self) -> Option<Arc<str>> {
        self.schemas.version(Instant::now())
    }

    /// Remembers what the engine told this caller of its version just now.
    pub(crate) fn remember_version(&mut self, version: &Arc<str>) {
        self.schemas.remember_version(version, Instant::now());
    }

    /// Forgets what the caller was told of collections.
    pub(crate) fn forget_schemas(&mut self) {
        self.schemas.forget();
    }
}

impl Reply {
    /// All went well, and there is nothing to tell.
    pub(crate) fn done() -> Self {
        Self::json(&json!({}))
    }

    /// This data.
    pub(crate) fn json(data: &Value) -> Self {
        let mut body = Self::begun();
        body.extend_from_slice(data.to_string().as_bytes());
        Self::text(body)
    }

    /// What stands before the data, to which it is written.
    pub(crate) fn begun() -> Vec<u8> {
        b"{\"code\":0,\"data\":".to_vec()
    }

    /// What began as [`Reply::begun`] and ends with the data.
    pub(crate) fn text(body: Vec<u8>) -> Self {
        Self { body, beside: Vec::new() }
    }

    /// Says one thing more beside the data.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.beside.push((name, value));
        self
    }

    /// Says what the call cost, as Milvus reckons it.
    #[must_use]
    pub(crate) fn cost(self, status: Option<&Status>) -> Self {
        let cost = status.and_then(|status| status.extra_info.get("report_value"));
        let cost: i64 = cost.and_then(|cost| cost.parse().ok()).unwrap_or_default();
        self.with("cost", cost.into())
    }

    /// The whole body.
    pub(crate) fn into_body(self, room: Room) -> Bytes {
        let mut body = self.body;
        for (name, value) in self.beside {
            body.extend_from_slice(format!(",\"{name}\":{value}").as_bytes());
        }
        body.push(b'}');
        room.seal(body)
    }
}
