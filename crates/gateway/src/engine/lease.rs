//! What a worker does about the gateway's lease.
//!
//! It looks at the clock once a turn, and whoever writes looks again ([`Transport`]): a thread can
//! stand still between any two steps. When the lease is over the worker lapses, which is a cut of
//! everything: each call ends, and a connection in whose buffers bytes of calls wait is reset. From
//! then on it refuses all calls before anything is decided, because what would decide them may be
//! no longer true. The alarm of the lease is among the worker's events, so this happens although
//! nothing arrives. Without a lease nothing here costs anything.

use super::connection::{Connection, Side};
use super::cut::carries;
use super::errand::is_changing;
use super::transport::{Socket, Transport};
use super::worker::Worker;
use milvus::refusal::Refusal;

/// What is said to whoever has nothing under way.
pub(super) const CLOSED: Refusal = Refusal::OutOfTouch { changing: false };

impl Worker {
    /// Whether everything is refused because the lease is over.
    pub(super) fn has_lapsed(&self) -> bool {
        self.parts.standing.as_ref().is_some_and(|standing| standing.has_lapsed())
    }

    /// A way out for bytes of this worker.
    pub(super) fn transport(&self, socket: Socket) -> Transport {
        Transport::new(socket, self.parts.standing.clone())
    }

    /// Ends all that runs if the lease has ended.
    pub(super) fn look_at_lease(&mut self) {
        if self.parts.standing.as_ref().is_some_and(|standing| standing.ends()) {
            self.lapse();
        }
    }

    fn lapse(&mut self) {
        // Looked for before ending the calls adds a last word to the same buffers.
        let held = self.holding();
        let calls: Vec<usize> = self.calls.iter().map(|(number, _)| number).collect();
        for number in calls {
            // Ending one may have ended another that waited for its place.
            if let Some(call) = self.calls.get(number) {
                let changing = is_changing(call);
                self.fail(number, &Refusal::OutOfTouch { changing });
            }
        }
        self.end_parked(|_| true, &CLOSED);
        for index in held {
            self.discard(index);
        }
    }

    /// Connections on which bytes of calls wait to be written, and inner ones over which calls
    /// came: an answer may be anywhere between here and the client.
    fn holding(&self) -> Vec<usize> {
        let holds = |(index, connection): (usize, &Connection)| {
            let had_calls = match &connection.side {
                Side::Client(client) => client.callers.as_ref().is_some_and(|c| !c.is_empty()),
                Side::Engine(_) => false,
            };
            let runs = |stream| connection.link.streams.contains_key(&stream);
            (had_calls || carries(connection, runs, |_| true)).then_some(index)
        };
        self.connections.iter().filter_map(holds).collect()
    }
}
