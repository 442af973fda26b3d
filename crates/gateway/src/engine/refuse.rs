//! Saying no, in the form a Milvus client understands.

use super::link::Link;
use super::upstream::write_fields;
use super::worker::Worker;
use crate::access_log::{Line, Verdict};
use crate::path::{Caller, Refused};
use crate::usage;
use http2::frame::{self, Reason};
use milvus::answer;
use milvus::refusal::{Refusal, percent_encode};
use milvus::rpc::{self, Row};
use model::usage::{CallOutcome, UsageEntry};
use std::time::Duration;

const TOO_LARGE: &str = "the request's header fields are larger than this gateway takes";

impl Worker {
    /// Refuses the request whose head was read last.
    pub(super) fn refuse(&mut self, index: usize, stream: u32, ended: bool, refused: &Refused) {
        let refusal = &refused.refusal;
        let row = rpc::find(self.head.path());
        let connection = &mut self.connections[index];
        let database = self.head.database();
        let end = End { refusal, database, row, answered: false };
        write_end(&mut connection.link, stream, &end);
        if !ended {
            // The rest of the request is not wanted (RFC 9113, 8.1).
            let out = connection.link.out.buffer();
            frame::put_rst_stream(out, stream, Reason::NO_ERROR);
        }
        let peer = connection.client().map(|client| client.peer);
        self.touch(index);
        self.parts.counters.refused(row);
        if let Some(caller) = &refused.caller {
            self.seen(index, caller);
            self.tally.count(UsageEntry {
                key: caller.key(),
                user: caller.user_id(),
                cluster: refused.route.as_ref().map(|route| route.id),
                class: usage::class_of(row),
                outcome: CallOutcome::Refused,
            });
        }
        self.parts.access.write(&Line {
            time: self.parts.clock.now(),
            key: refused.caller.as_ref().and_then(Caller::key),
            user: refused.caller.as_ref().and_then(Caller::user),
            cluster: refused.route.as_ref().map(|route| &*route.text),
            rpc: row.map_or("unknown", |row| row.name),
            verdict: Verdict::Refused,
            rule: refusal.rule(),
            names: None,
            status: Some(refusal.code()),
            elapsed: Duration::ZERO,
            request: 0,
            response: 0,
            peer,
        });
    }

    /// Refuses a request whose head is larger than allowed.
    pub(super) fn refuse_large_head(&mut self, index: usize, stream: u32, ended: bool) {
        self.head.clear();
        self.refuse(index, stream, ended, &Refusal::MalformedRequest(TOO_LARGE).into());
    }
}

/// A refusal on its way to a client.
pub(super) struct End<'r> {
    /// The refusal.
    pub(super) refusal: &'r Refusal,
    /// The database the call names in its metadata; empty for none.
    pub(super) database: &'r str,
    /// The RPC, if there is such a one: some refusals are said in the answer's own status.
    pub(super) row: Option<&'static Row>,
    /// The first header block is sent, so that only trailers are left to say it with.
    pub(super) answered: bool,
}

/// How every answer that the gateway writes itself begins.
pub(super) const BEGIN: [(&[u8], &[u8]); 2] =
    [(b":status", b"200"), (b"content-type", b"application/grpc")];

/// Ends a client's stream with a refusal.
pub(super) fn write_end(link: &mut Link, stream: u32, end: &End<'_>) {
    if !end.answered && write_answer(link, stream, end) {
        return;
    }
    let mut message = Vec::new();
    percent_encode(&end.refusal.message_in(end.database), &mut message);
    let code = end.refusal.code().to_string();
    let status = [(&b"grpc-status"[..], code.as_bytes()), (b"grpc-message", &message)];
    let begin = if end.answered { &[][..] } else { &BEGIN[..] };
    let pushback = match end.refusal {
        Refusal::RateLimited { retry_after } => Some(retry_after.as_millis().to_string()),
        _ => None,
    };
    let hint = pushback.as_ref().map(|millis| (&b"grpc-retry-pushback-ms"[..], millis.as_bytes()));
    write_fields(link, stream, true, begin.iter().copied().chain(status).chain(hint));
}

/// Writes an answer that says the refusal in its own status, as SDKs need to hear it; false if it
/// has to be said as a gRPC status, because of what it is or because the client has no window for a
/// message.
fn write_answer(link: &mut Link, stream: u32, end: &End<'_>) -> bool {
    let Some(row) = end.row else { return false };
    let refusal = end.refusal;
    let wanted = refusal.in_any_answer() || row.is_connect() && refusal.in_connect_answer();
    let mut body = Vec::new();
    if !wanted || !answer::write_refusal(&mut body, row, refusal, end.database) {
        return false;
    }
    let length = i64::try_from(body.len()).unwrap_or(i64::MAX);
    if length > link.send_window.min(link.peer_window) {
        return false;
    }
    link.send_window -= length;
    write_fields(link, stream, false, BEGIN.into_iter());
    frame::put_data_head(link.out.buffer(), stream, body.len(), false);
    link.out.buffer().extend_from_slice(&body);
    write_fields(link, stream, true, [(&b"grpc-status"[..], &b"0"[..])].into_iter());
    true
}
