//! One request on its way: who asks, for which database, and what is answered.

use crate::problem::Problem;
use crate::session::{Metadata, Session};
use milvus::message::Message;
use milvus::message::common::Status;
use serde_json::{Value, json};

/// A caller with one request in hand.
pub(crate) struct Caller<'s> {
    session: &'s mut Session,
    metadata: Metadata,
    numbers: bool,
}

/// What is answered when all went well.
#[derive(Debug, Default)]
pub(crate) struct Reply {
    /// The data as JSON.
    data: Vec<u8>,
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
    pub(crate) fn new(session: &'s mut Session, metadata: Metadata, numbers: bool) -> Self {
        Self { session, metadata, numbers }
    }

    /// Whether the credential stands.
    pub(crate) async fn knock(&mut self) -> Result<(), Problem> {
        self.session.knock(&self.metadata).await
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

    /// Makes a call and takes its answer, if it went well.
    pub(crate) async fn ask<A: Message + Default + Answered>(
        &mut self,
        rpc: &str,
        request: &impl Message,
    ) -> Result<A, Problem> {
        let answer: A = self.session.call(rpc, &self.metadata, request).await?;
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
        self.ask::<Status>(rpc, request).await?;
        Ok(Reply::done())
    }
}

impl Reply {
    /// All went well, and there is nothing to tell.
    pub(crate) fn done() -> Self {
        Self::json(&json!({}))
    }

    /// This data.
    pub(crate) fn json(data: &Value) -> Self {
        Self::text(data.to_string().into_bytes())
    }

    /// This data, which is JSON already.
    pub(crate) fn text(data: Vec<u8>) -> Self {
        Self { data, beside: Vec::new() }
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
    pub(crate) fn into_body(self) -> Vec<u8> {
        let mut body = b"{\"code\":0".to_vec();
        for (name, value) in self.beside {
            body.extend_from_slice(format!(",\"{name}\":{value}").as_bytes());
        }
        body.extend_from_slice(b",\"data\":");
        body.extend_from_slice(&self.data);
        body.push(b'}');
        body
    }
}
