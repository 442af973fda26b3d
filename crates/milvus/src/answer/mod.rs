//! The few answers that the gateway writes itself: messages that carry nothing but a failing
//! status.
//!
//! A protobuf writer of twenty lines, because little else is ever encoded here. It must never grow
//! into a message library: bodies pass the gateway as they came, but for the few short lists of
//! names that [`pick()`] cuts down.

mod pick;

pub use pick::{Unreadable, pick};

use crate::refusal::{Refusal, code};
use crate::rpc::{Row, StatusAt};

/// Legacy `ErrorCode` numbers, which older SDKs look at.
mod legacy {
    pub(super) const UNEXPECTED_ERROR: i32 = 1;
    pub(super) const PERMISSION_DENIED: i32 = 3;
    pub(super) const ILLEGAL_ARGUMENT: i32 = 5;
    pub(super) const RATE_LIMIT: i32 = 49;
}

/// A `common.Status`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status<'a> {
    /// The legacy number.
    pub error_code: i32,
    /// The text.
    pub reason: &'a str,
    /// The number.
    pub code: i32,
    /// Whether trying again may help.
    pub retriable: bool,
    /// More, for developers.
    pub detail: &'a str,
}

impl Status<'_> {
    /// Appends the encoded message.
    pub fn encode(&self, out: &mut Vec<u8>) {
        put_int(out, 1, self.error_code);
        put_bytes(out, 2, self.reason.as_bytes());
        put_int(out, 3, self.code);
        put_int(out, 4, i32::from(self.retriable));
        put_bytes(out, 5, self.detail.as_bytes());
    }
}

/// Appends the gRPC-framed answer to an RPC that says nothing but the status. `false`, and nothing
/// appended, if the RPC's answer has no status.
pub fn write_status(out: &mut Vec<u8>, row: &Row, status: &Status<'_>) -> bool {
    let mut body = Vec::with_capacity(status.reason.len() + status.detail.len() + 32);
    status.encode(&mut body);
    let mut message = Vec::with_capacity(body.len() + 8);
    match row.status {
        StatusAt::Nowhere => return false,
        StatusAt::Itself => message = body,
        StatusAt::Field(number) => put_bytes(&mut message, number, &body),
    }
    // Not compressed, then the length. A text of ours is far from 4 GiB.
    out.push(0);
    out.extend(u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(message);
    true
}

/// Appends the gRPC-framed answer to an RPC that says the refusal in its status. `false`, and
/// nothing appended, if the RPC's answer has no status.
pub fn write_refusal(out: &mut Vec<u8>, row: &Row, refusal: &Refusal, database: &str) -> bool {
    let (error_code, number) = match refusal.code() {
        // Milvus: not authenticated, not permitted, invalid parameter, rate limit, not ready.
        code::UNAUTHENTICATED => (legacy::PERMISSION_DENIED, 1400),
        code::PERMISSION_DENIED => (legacy::PERMISSION_DENIED, 1401),
        code::INVALID_ARGUMENT => (legacy::ILLEGAL_ARGUMENT, 1100),
        code::RESOURCE_EXHAUSTED => (legacy::RATE_LIMIT, 8),
        code::UNAVAILABLE => (legacy::UNEXPECTED_ERROR, 1),
        _ => (legacy::UNEXPECTED_ERROR, 65_535),
    };
    let status = Status {
        error_code,
        reason: &refusal.message_in(database),
        code: number,
        retriable: matches!(refusal, Refusal::RateLimited { .. })
            || refusal.code() == code::UNAVAILABLE,
        detail: "",
    };
    write_status(out, row, &status)
}

/// A field of varint type; zero is not written, as proto3 has it.
fn put_int(out: &mut Vec<u8>, number: u8, value: i32) {
    if value != 0 {
        put_varint(out, u64::from(number) << 3);
        // Negative numbers are sign-extended to ten bytes.
        put_varint(out, i64::from(value).cast_unsigned());
    }
}

/// A field with a length; an empty one is not written, as proto3 has it.
fn put_bytes(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    if !bytes.is_empty() {
        put_varint(out, u64::from(number) << 3 | 2);
        put_varint(out, bytes.len() as u64);
        out.extend_from_slice(bytes);
    }
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

#[cfg(test)]
mod tests;
