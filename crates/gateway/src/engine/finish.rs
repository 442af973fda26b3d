//! The end of a call, however it comes.

use super::Fault;
use super::call::{Call, Upstream};
use super::connection::Side;
use super::overload::held;
use super::refuse::{End, write_end};
use super::worker::Worker;
use crate::access_log::{Line, Named, Verdict};
use crate::usage;
use http2::frame::{self, Reason};
use milvus::refusal::Refusal;
use model::usage::UsageEntry;

impl Worker {
    /// The answer is passed on whole.
    pub(super) fn finish(&mut self, number: usize) {
        let verdict = Verdict::Allowed;
        self.end(number, verdict);
    }

    /// The client has gone or reset its stream: nobody waits for the answer.
    pub(super) fn abandon(&mut self, number: usize) {
        self.calls[number].status = Some(CANCELLED);
        self.calls[number].response.end_sent = true;
        self.calls[number].request.ended = true;
        self.end(number, Verdict::Allowed);
    }

    /// The gateway ends the call with a refusal; data that waits for the client is dropped.
    pub(super) fn fail(&mut self, number: usize, refusal: &Refusal) {
        self.say_no(number, refusal);
        self.end(number, if is_taken_away(refusal) { Verdict::Cut } else { Verdict::Failed });
    }

    /// Tells the client of a refusal; the call has to be ended next.
    pub(super) fn say_no(&mut self, number: usize, refusal: &Refusal) {
        let call = &mut self.calls[number];
        call.status = Some(refusal.code());
        let (client, stream, answered) = (call.client, call.stream, call.answered);
        let rpc = call.permit.rpc();
        let end = End { refusal, database: "", row: Some(rpc), answered };
        write_end(&mut self.connections[client].link, stream, &end);
        self.touch(client);
    }

    /// Takes the call out of both connections and writes it down.
    pub(super) fn end(&mut self, number: usize, verdict: Verdict) {
        if self.calls[number].upstream == Upstream::Waiting {
            self.stop_waiting(number);
        }
        let call = self.calls.remove(number);
        self.buffered -= held(&call);
        if let Some(connection) = self.connections.get_mut(call.client) {
            connection.link.streams.remove(&call.stream);
            if !call.request.ended {
                // The answer is complete; the rest of the request is not needed (RFC 9113, 8.1).
                let out = connection.link.out.buffer();
                frame::put_rst_stream(out, call.stream, Reason::NO_ERROR);
            }
            connection.link.unsent.push((call.stream, call.permit.caller_id()));
            if call.response.blocked {
                connection.link.blocked.retain(|&blocked| blocked != number);
            }
            self.touch(call.client);
        }
        let mut freed = None;
        if let Upstream::Open { connection: index, stream } = call.upstream
            && let Some(connection) = self.connections.get_mut(index)
            && connection.link.streams.remove(&stream).is_some()
        {
            if !call.engine_ended || !call.request.end_sent {
                let out = connection.link.out.buffer();
                frame::put_rst_stream(out, stream, Reason::CANCEL);
            }
            connection.link.unsent.push((stream, call.permit.caller_id()));
            if call.request.blocked {
                connection.link.blocked.retain(|&blocked| blocked != number);
            }
            self.touch(index);
            freed = Some(call.permit.route().number);
        }
        self.settle_schemas(&call, verdict);
        self.write_down(&call, verdict);
        self.keep_watch(call);
        if let Some(route) = freed {
            self.pump(route);
        }
    }

    fn write_down(&mut self, call: &Call, verdict: Verdict) {
        let elapsed = self.now.saturating_duration_since(call.started);
        let caller = call.permit.caller();
        let peer = match self.connections.get(call.client).map(|c| &c.side) {
            Some(Side::Client(client)) => Some(client.peer),
            _ => None,
        };
        self.parts.counters.call_closed(call.permit.rpc(), verdict, call.status, elapsed);
        self.tally.count(UsageEntry {
            key: caller.key(),
            user: caller.user_id(),
            cluster: Some(call.permit.route().id),
            class: usage::class_of(Some(call.permit.rpc())),
            outcome: usage::outcome_of(verdict, call.status),
        });
        self.parts.counters.bytes(call.request.bytes, call.response.bytes);
        self.parts.access.write(&Line {
            time: self.parts.clock.now(),
            key: caller.key(),
            user: caller.user(),
            cluster: Some(&call.permit.route().text),
            rpc: call.permit.rpc().name,
            verdict,
            rule: call.rule,
            names: call.watch.as_ref().and_then(|watch| watch.told().map(Named::new)),
            status: call.status,
            elapsed,
            request: call.request.bytes,
            response: call.response.bytes,
            peer,
        });
    }

    /// Closes a connection and ends what was on it.
    pub(super) fn close(&mut self, index: usize, fault: &Fault) {
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        match &connection.side {
            Side::Engine(_) => self.drop_engine(index, &describe(fault)),
            Side::Client(client) => {
                let last = client.last_stream;
                let calls: Vec<usize> = connection.link.streams.values().copied().collect();
                if let Fault::Protocol(reason) = fault {
                    frame::put_goaway(connection.link.out.buffer(), last, *reason, &[]);
                    // A last word; whether it arrives does not matter.
                    let _ = connection.link.out.flush(&mut connection.link.socket);
                }
                for call in calls {
                    // Ending one frees a place upstream, and what waits for it may fail at once.
                    if self.calls.contains(call) {
                        self.abandon(call);
                    }
                }
                self.unpark_all(index);
                self.forget(index);
                self.parts.counters.client_closed();
            }
        }
    }

    /// Closes a connection to an engine: its calls are answered, its cluster is tried again.
    pub(super) fn drop_engine(&mut self, index: usize, problem: &str) {
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        let calls: Vec<usize> = connection.link.streams.values().copied().collect();
        let Some(engine) = connection.engine() else {
            return;
        };
        let (route, connected) = (engine.route.number, engine.connected);
        self.leave_pool(route, index);
        self.forget(index);
        for call in calls {
            self.fail(call, &Refusal::UpstreamUnavailable(problem.into()));
        }
        if connected {
            self.pump(route);
        } else {
            self.try_next_address(route, problem);
        }
    }

    /// Removes a connection whose calls are ended or being ended.
    pub(super) fn forget(&mut self, index: usize) {
        if self.connections.contains(index) {
            let mut connection = self.connections.remove(index);
            // Closing the socket ends its registration as well.
            let _ = self.poll.registry().deregister(&mut connection.link.socket);
        }
    }
}

/// Whether a call that was allowed ends because somebody, or time, took its right away.
fn is_taken_away(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::KeyRevoked(_)
            | Refusal::KeyExpired(_)
            | Refusal::UnknownKey
            | Refusal::UserRevoked(_)
            | Refusal::AddressRefused(_)
            | Refusal::ClusterGone
            | Refusal::ClusterSuspended(_)
    )
}

/// gRPC status 1.
const CANCELLED: u32 = 1;

fn describe(fault: &Fault) -> String {
    match fault {
        Fault::Protocol(reason) => format!("it broke the HTTP/2 protocol ({reason})"),
        Fault::Socket(error) => error.to_string(),
        Fault::Gone => "it closed the connection".into(),
    }
}
