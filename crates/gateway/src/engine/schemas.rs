//! Schemas that are remembered by whoever serves the RESTful API: what changes them, what was made
//! by them, and what tells them.
//!
//! A call that may change what collections look like is counted when its stream opens and when it
//! ends, whoever makes it. An answer that tells a schema over an inner connection gets the mark of
//! the time before it was asked for, and a call that was made by that schema is let through while
//! the mark holds. Both are looked at when the stream opens and not before: a call may have waited
//! for a connection. Nothing here is of any weight for other calls, and nothing here lets a call
//! through that `admit` would refuse.

use super::call::Call;
use super::worker::Worker;
use crate::access_log::Verdict;
use crate::path::Permit;
use crate::table::changes::Mark;
use milvus::refusal::Refusal;
use milvus::rpc::Rpc;

/// What a call has to do with schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Schemas {
    /// Nothing.
    Leaves,
    /// It may change them; it has not been sent.
    MayChange,
    /// It may change them, and was counted as begun.
    Changing,
    /// It asks for one, for somebody who remembers it.
    Asks,
    /// It asks for one, and nothing was changing when it was sent.
    Tells(Mark),
    /// It was made by one that was told with this mark.
    MadeBy(Option<Mark>),
}

impl Worker {
    /// What the call whose head was read last has to do with schemas.
    pub(super) fn schemas_of(&mut self, index: usize, permit: &Permit) -> Schemas {
        let rpc = permit.rpc();
        if rpc.may_change_schemas() {
            return Schemas::MayChange;
        }
        let schemas = match self.head.schemas() {
            [] if rpc.rpc == Rpc::DescribeCollection => Schemas::Asks,
            [] => return Schemas::Leaves,
            mark => Schemas::MadeBy(Mark::read(mark)),
        };
        // Whoever speaks for a client of HTTP/1 is told and believed; nobody else is.
        let client = self.connections.get_mut(index).and_then(|connection| connection.client());
        let is_inner = client.is_some_and(|client| client.callers.is_some());
        if is_inner { schemas } else { Schemas::Leaves }
    }

    /// Looks at schemas right before a call is sent.
    pub(super) fn before_sending(&mut self, number: usize) -> Result<(), Refusal> {
        let nanos = self.moment.nanos;
        let call = &mut self.calls[number];
        let route = call.permit.route();
        match call.schemas {
            Schemas::MayChange => {
                route.changes.begin();
                call.schemas = Schemas::Changing;
            }
            Schemas::Asks => {
                let mark = route.changes.mark(route.number, nanos);
                call.schemas = mark.map_or(Schemas::Leaves, Schemas::Tells);
            }
            Schemas::MadeBy(mark) => {
                if mark.is_none() || route.changes.mark(route.number, nanos) != mark {
                    return Err(Refusal::SchemasChanged);
                }
            }
            Schemas::Leaves | Schemas::Changing | Schemas::Tells(_) => {}
        }
        Ok(())
    }

    /// A call has ended.
    pub(super) fn settle_schemas(&self, call: &Call, verdict: Verdict) {
        if call.schemas == Schemas::Changing {
            // Whatever the engine said of it, it has said it.
            let answered = verdict == Verdict::Allowed && call.engine_ended;
            call.permit.route().changes.end(answered && call.status == Some(0), self.moment.nanos);
        }
    }
}
