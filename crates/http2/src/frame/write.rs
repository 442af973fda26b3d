//! Writing frames. Everything is appended to the caller's buffer; nothing is sent.

use super::{HEAD_LEN, Head, Kind, MAX_LENGTH, Reason, flag};

/// Appends SETTINGS with these names and values.
pub fn put_settings(out: &mut Vec<u8>, items: &[(u16, u32)]) {
    head(Kind::SETTINGS, 0, 0, items.len() * 6).write(out);
    for (name, value) in items {
        out.extend_from_slice(&name.to_be_bytes());
        out.extend_from_slice(&value.to_be_bytes());
    }
}

/// Appends the acknowledgement of the peer's SETTINGS.
pub fn put_settings_ack(out: &mut Vec<u8>) {
    head(Kind::SETTINGS, flag::ACK, 0, 0).write(out);
}

/// Appends a PING, or with `ack` the answer to one.
pub fn put_ping(out: &mut Vec<u8>, payload: [u8; 8], ack: bool) {
    head(Kind::PING, if ack { flag::ACK } else { 0 }, 0, payload.len()).write(out);
    out.extend_from_slice(&payload);
}

/// Appends a WINDOW_UPDATE for a stream, or for the connection with stream 0.
pub fn put_window_update(out: &mut Vec<u8>, stream: u32, increment: u32) {
    head(Kind::WINDOW_UPDATE, 0, stream, 4).write(out);
    out.extend_from_slice(&(increment & 0x7fff_ffff).to_be_bytes());
}

/// Appends a RST_STREAM.
pub fn put_rst_stream(out: &mut Vec<u8>, stream: u32, reason: Reason) {
    head(Kind::RST_STREAM, 0, stream, 4).write(out);
    out.extend_from_slice(&reason.0.to_be_bytes());
}

/// Appends a GOAWAY; `debug` is text for a person reading a capture.
pub fn put_goaway(out: &mut Vec<u8>, last_stream: u32, reason: Reason, debug: &[u8]) {
    head(Kind::GOAWAY, 0, 0, 8 + debug.len()).write(out);
    out.extend_from_slice(&(last_stream & 0x7fff_ffff).to_be_bytes());
    out.extend_from_slice(&reason.0.to_be_bytes());
    out.extend_from_slice(debug);
}

/// Appends the head of a DATA frame; the caller appends `len` bytes of body after it.
pub fn put_data_head(out: &mut Vec<u8>, stream: u32, len: usize, end_stream: bool) {
    head(Kind::DATA, if end_stream { flag::END_STREAM } else { 0 }, stream, len).write(out);
}

/// Leaves room for the head of a HEADERS frame. The caller appends the header block, then calls
/// [`end_headers`] with the returned mark.
#[must_use = "end_headers needs the mark"]
pub fn begin_headers(out: &mut Vec<u8>) -> usize {
    let mark = out.len();
    out.extend_from_slice(&[0; HEAD_LEN]);
    mark
}

/// Completes the HEADERS frame begun at `mark` with the block appended since, split into
/// CONTINUATION frames where it is longer than the peer's `max_frame_size`.
pub fn end_headers(
    out: &mut Vec<u8>,
    mark: usize,
    stream: u32,
    end_stream: bool,
    max_frame_size: usize,
) {
    let start = mark + HEAD_LEN;
    let block = out.len().saturating_sub(start);
    let first = block.min(max_frame_size.max(1));
    let end = if end_stream { flag::END_STREAM } else { 0 };
    let last = |done: usize| if done == block { flag::END_HEADERS } else { 0 };
    let written = head(Kind::HEADERS, end | last(first), stream, first).to_bytes();
    if let Some(room) = out.get_mut(mark..start) {
        room.copy_from_slice(&written);
    }
    if first == block {
        return;
    }
    // Rare: a block longer than a frame. The rest is taken off and put back in pieces.
    let rest = out.split_off(start + first);
    let mut done = first;
    for piece in rest.chunks(max_frame_size.max(1)) {
        done += piece.len();
        head(Kind::CONTINUATION, last(done), stream, piece.len()).write(out);
        out.extend_from_slice(piece);
    }
}

/// A head for `length` bytes, which the caller keeps under the peer's frame size.
fn head(kind: Kind, flags: u8, stream: u32, length: usize) -> Head {
    debug_assert!(length <= MAX_LENGTH as usize, "a frame holds at most {MAX_LENGTH} bytes");
    Head { length: u32::try_from(length).unwrap_or(MAX_LENGTH), kind, flags, stream }
}
