//! Saying no, in the form a Milvus client understands.

use super::link::Link;
use super::upstream::write_fields;
use super::worker::Worker;
use crate::access_log::{Line, Verdict};
use http2::frame::{self, Reason};
use milvus::answer;
use milvus::refusal::{Refusal, percent_encode};
use milvus::rpc::{self, Row, Rpc};
use model::KeyId;
use std::time::Duration;

const TOO_LARGE: &str = "the request's header fields are larger than this gateway takes";

impl Worker {
    /// Refuses the request whose head was read last.
    pub(super) fn refuse(&mut self, index: usize, stream: u32, ended: bool, refusal: &Refusal) {
        let row = rpc::find(self.head.path());
        let is_connect = row.is_some_and(Row::is_connect);
        let connection = &mut self.connections[index];
        write_end(&mut connection.link, stream, false, refusal, is_connect);
        if !ended {
            // The rest of the request is not wanted (RFC 9113, 8.1).
            let out = connection.link.out.buffer();
            frame::put_rst_stream(out, stream, Reason::NO_ERROR);
        }
        let peer = connection.client().map(|client| client.peer);
        self.touch(index);
        self.parts.counters.refused(row);
        self.parts.access.write(&Line {
            time: self.parts.clock.now(),
            key: key_of(refusal),
            cluster: None,
            rpc: row.map_or("unknown", |row| row.name),
            verdict: Verdict::Refused,
            rule: reason(refusal),
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
        self.refuse(index, stream, ended, &Refusal::MalformedRequest(TOO_LARGE));
    }
}

/// Ends a client's stream with a refusal. `answered` says that the first header block is sent, so
/// that only trailers are left to say it with. `Connect` hears its refusal in the message, because
/// SDKs hide the text of a failed `Connect` otherwise.
pub(super) fn write_end(
    link: &mut Link,
    stream: u32,
    answered: bool,
    refusal: &Refusal,
    is_connect: bool,
) {
    const BEGIN: [(&[u8], &[u8]); 2] =
        [(b":status", b"200"), (b"content-type", b"application/grpc")];
    if answered {
        let code = refusal.code().to_string();
        let message = grpc_message(refusal);
        let fields = [
            (&b"grpc-status"[..], code.as_bytes()),
            (b"grpc-message", &message),
        ];
        write_fields(link, stream, true, fields.into_iter());
        return;
    }
    let mut body = Vec::new();
    let in_band = is_connect
        && refusal.in_connect_answer()
        && answer::write_refusal(&mut body, Rpc::Connect.row(), refusal, "");
    if in_band {
        let length = i64::try_from(body.len()).unwrap_or(i64::MAX);
        // The answer is small; a client that has no window for it is told without it.
        if length <= link.send_window.min(link.peer_window) {
            link.send_window -= length;
            write_fields(link, stream, false, BEGIN.into_iter());
            frame::put_data_head(link.out.buffer(), stream, body.len(), false);
            link.out.buffer().extend_from_slice(&body);
            write_fields(
                link,
                stream,
                true,
                [(&b"grpc-status"[..], &b"0"[..])].into_iter(),
            );
            return;
        }
    }
    let code = refusal.code().to_string();
    let message = grpc_message(refusal);
    let end = [
        (&b"grpc-status"[..], code.as_bytes()),
        (b"grpc-message", &message),
    ];
    write_fields(link, stream, true, BEGIN.into_iter().chain(end));
}

fn grpc_message(refusal: &Refusal) -> Vec<u8> {
    let mut message = Vec::new();
    percent_encode(&refusal.message(), &mut message);
    message
}

/// The key a refused call was made with, where the refusal is about a known one.
fn key_of(refusal: &Refusal) -> Option<KeyId> {
    match refusal {
        Refusal::PrivilegeMissing { key, .. } | Refusal::KeyRevoked(key) => Some(*key),
        _ => None,
    }
}

/// The refusal in one or two words, for the access log.
fn reason(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::MissingAuthorization => "no credential",
        Refusal::InvalidToken => "unreadable credential",
        Refusal::UnknownKey => "unknown key",
        Refusal::UnknownUser => "unknown user",
        Refusal::KeyRevoked(_) => "key revoked",
        Refusal::PrivilegeMissing { .. } => "privilege missing",
        Refusal::UnknownRpc => "unknown RPC",
        Refusal::IdentityRpc(_) => "identity RPC",
        Refusal::ClosedRpc(_) => "closed RPC",
        Refusal::AmbiguousCluster => "ambiguous cluster",
        Refusal::OtherCluster => "other cluster",
        Refusal::NoCluster => "no cluster",
        Refusal::ClusterGone => "cluster gone",
        Refusal::UpstreamUnavailable(_) => "engine unavailable",
        Refusal::UpstreamReset(_) => "engine reset",
        Refusal::Starting | Refusal::Stopping => "not open",
        Refusal::Overloaded => "overloaded",
        Refusal::RateLimited => "rate limit",
        Refusal::MessageTooLarge(_) => "message too large",
        Refusal::DeadlineExceeded => "deadline",
        Refusal::MalformedRequest(_) => "malformed request",
        Refusal::MalformedMessage(_) => "malformed message",
        Refusal::NoRest => "no REST",
    }
}
