//! Frames from engines.

use super::Fault;
use super::call::{Call, Fields};
use super::forward::Direction;
use super::headers::Block;
use super::link::Link;
use super::schemas::Schemas;
use super::watch::LONGEST_ANSWER;
use super::worker::Worker;
use crate::access_log::Verdict;
use crate::path::head::PASSED;
use http2::frame::{self, Head, Kind, Reason, flag};
use http2::hpack::{Decoded, Encoder, Indexing, Limits};
use milvus::metadata::SCHEMAS;
use milvus::refusal::{Refusal, code};

/// What an engine may send in one header block: its own affair, but bounded.
const LIMITS: Limits = Limits { max_fields: 64, max_bytes: 64 * 1024 };

impl Worker {
    /// Handles one frame of an engine.
    pub(super) fn engine_frame(
        &mut self,
        index: usize,
        head: Head,
        payload: &[u8],
    ) -> Result<(), Fault> {
        let now = self.now;
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        if !connection.link.expects(head) {
            return Err(Reason::PROTOCOL_ERROR.into());
        }
        match head.kind {
            Kind::DATA => self.engine_data(index, head, payload),
            Kind::HEADERS | Kind::CONTINUATION => {
                let most = LIMITS.max_bytes;
                let Some((block, fragment)) = connection.link.assemble(head, payload, most, now)?
                else {
                    return Ok(());
                };
                self.engine_headers(index, &block, fragment)
            }
            Kind::RST_STREAM => {
                let reason = frame::rst_stream(payload)?;
                let call = connection.link.streams.get(&head.stream).copied();
                // After a whole answer it only says that the rest of the request is not needed.
                if let Some(call) = call
                    && !self.calls[call].engine_ended
                {
                    self.calls[call].engine_ended = true;
                    self.fail(call, &Refusal::UpstreamReset(reason.0));
                }
                Ok(())
            }
            Kind::GOAWAY => self.engine_goes_away(index, payload),
            _ => self.connection_frame(index, head, payload),
        }
    }

    fn engine_data(&mut self, index: usize, head: Head, payload: &[u8]) -> Result<(), Fault> {
        let data = frame::unpad(head.flags, payload)?;
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        connection.link.received(head.length)?;
        // Others wait for this engine's answers too, however much waits here.
        connection.link.give_back();
        let call = connection.link.streams.get(&head.stream).copied();
        self.touch(index);
        // Data of a call that was cut or given up may still be on its way.
        let Some(call) = call else { return Ok(()) };
        let state = &mut self.calls[call];
        if !state.answered || state.engine_ended || !state.response.received(head.length) {
            self.fail(call, &Refusal::UpstreamReset(Reason::PROTOCOL_ERROR.0));
            return Ok(());
        }
        let end = head.flags & flag::END_STREAM != 0;
        self.calls[call].engine_ended |= end;
        let padding = head.length - u32::try_from(data.len()).unwrap_or(head.length);
        if padding > 0 {
            self.acknowledge(call, Direction::Response, padding);
        }
        if self.calls[call].watch.as_ref().is_some_and(|watch| watch.keeps_answer()) {
            // The status of a gRPC answer comes after its data.
            if end {
                self.fail(call, &Refusal::UpstreamReset(Reason::PROTOCOL_ERROR.0));
            } else if !self.keep_answer(call, data) {
                self.fail(call, &Refusal::MessageTooLarge(LONGEST_ANSWER as u64));
            }
            return Ok(());
        }
        self.pass(call, Direction::Response, data, end);
        Ok(())
    }

    fn engine_headers(
        &mut self,
        index: usize,
        block: &Block,
        fragment: &[u8],
    ) -> Result<(), Fault> {
        let bytes = block.assembled.as_deref().unwrap_or(fragment);
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        let Some(&number) = connection.link.streams.get(&block.stream) else {
            // The table of the decoder has to follow even when nobody waits for the answer.
            let decoded = connection.link.decoder.decode(bytes, LIMITS, |_, _| {});
            return decoded.map(drop).map_err(|_| Reason::COMPRESSION_ERROR.into());
        };
        let call = &mut self.calls[number];
        // One block begins an answer and one ends it. More would be written without a bound, and
        // after the end of the client's stream they would cost it its connection.
        if call.engine_ended || call.answered && !block.end_stream {
            let decoded = connection.link.decoder.decode(bytes, LIMITS, |_, _| {});
            self.fail(number, &Refusal::UpstreamReset(Reason::PROTOCOL_ERROR.0));
            return decoded.map(drop).map_err(|_| Reason::COMPRESSION_ERROR.into());
        }
        if block.end_stream
            && let Err(refusal) = self.release_answer(number)
        {
            return self.withhold(index, number, bytes, &refusal);
        }
        if !self.calls[number].response.queue.waiting().is_empty() {
            return self.keep_trailers(index, number, block, bytes);
        }
        let call = &mut self.calls[number];
        let client = call.client;
        let Some((engine, client)) = self.connections.get2_mut(index, client) else {
            return Err(Reason::INTERNAL_ERROR.into());
        };
        let out = client.link.out.buffer();
        let mark = frame::begin_headers(out);
        let encoder = &mut client.link.encoder;
        encoder.begin(out);
        let status = &mut call.status;
        let decoded = engine.link.decoder.decode(bytes, LIMITS, |name, value| {
            note_status(status, name, value);
            let value = own_word(*status, name, value);
            if name == b":status" && value == b"200" {
                encoder.status(out, 200);
            } else {
                encoder.field(out, name, value, indexing(name, value));
            }
        });
        tell_schemas(call, encoder, out);
        // The block is finished whatever came of it: the client's table has its fields by now.
        let end_stream = block.end_stream && matches!(decoded, Ok(Decoded::Complete));
        let frame_size = client.link.peer_frame;
        frame::end_headers(out, mark, call.stream, end_stream, frame_size);
        call.answered = true;
        let client = call.client;
        self.touch(client);
        if !matches!(decoded, Ok(Decoded::Complete)) {
            self.spoil(number);
            return decoded.map(drop).map_err(|_| Reason::COMPRESSION_ERROR.into());
        }
        if end_stream {
            let call = &mut self.calls[number];
            call.engine_ended = true;
            call.response.end_sent = true;
            self.finish(number);
        }
        Ok(())
    }

    /// The engine's answer has ended, and nothing of it may be seen.
    fn withhold(
        &mut self,
        index: usize,
        number: usize,
        bytes: &[u8],
        refusal: &Refusal,
    ) -> Result<(), Fault> {
        let connection = &mut self.connections[index];
        let decoded = connection.link.decoder.decode(bytes, LIMITS, |_, _| {});
        self.calls[number].engine_ended = true;
        self.turn_away(number, refusal);
        decoded.map(drop).map_err(|_| Reason::COMPRESSION_ERROR.into())
    }

    /// The engine's answer cannot be passed on as it came: the client's stream is reset.
    fn spoil(&mut self, number: usize) {
        let call = &mut self.calls[number];
        call.status = Some(code::INTERNAL);
        call.request.ended = true;
        let (client, stream) = (call.client, call.stream);
        self.reset_stream(client, stream, Reason::INTERNAL_ERROR);
        self.end(number, Verdict::Failed);
    }

    /// Trailers that came while data before them still waits.
    fn keep_trailers(
        &mut self,
        index: usize,
        number: usize,
        block: &Block,
        bytes: &[u8],
    ) -> Result<(), Fault> {
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        let call = &mut self.calls[number];
        let mut fields = Fields::new();
        let status = &mut call.status;
        let decoded = connection
            .link
            .decoder
            .decode(bytes, LIMITS, |name, value| {
                note_status(status, name, value);
                fields.push((name.into(), own_word(*status, name, value).into()));
            })
            .map_err(|_| Reason::COMPRESSION_ERROR)?;
        if !block.end_stream || matches!(decoded, Decoded::TooLarge) {
            self.fail(number, &Refusal::UpstreamReset(Reason::PROTOCOL_ERROR.0));
            return Ok(());
        }
        call.engine_ended = true;
        call.trailers = Some(Box::new(fields));
        Ok(())
    }

    /// Writes the trailers once no data waits before them, and ends the call when all is passed on.
    pub(super) fn finish_if_answered(&mut self, number: usize, direction: Direction) {
        let call = &mut self.calls[number];
        if direction == Direction::Request || !call.response.queue.waiting().is_empty() {
            return;
        }
        if let Some(fields) = call.trailers.take() {
            let stream = call.stream;
            call.response.end_sent = true;
            let client = call.client;
            let fields = fields.iter().map(|(name, value)| (&**name, &**value));
            write_fields(&mut self.connections[client].link, stream, true, fields);
            self.touch(client);
        }
        if self.calls[number].response.end_sent {
            self.finish(number);
        }
    }

    fn engine_goes_away(&mut self, index: usize, payload: &[u8]) -> Result<(), Fault> {
        let (last, _) = frame::goaway(payload)?;
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        if let Some(engine) = connection.engine() {
            engine.going_away = true;
        }
        let lost: Vec<usize> = connection
            .link
            .streams
            .iter()
            .filter(|(stream, _)| **stream > last)
            .map(|(_, call)| *call)
            .collect();
        for call in lost {
            self.calls[call].engine_ended = true;
            self.fail(call, &Refusal::UpstreamUnavailable("it is going away".into()));
        }
        Ok(())
    }
}

/// Says in an answer that begins in which state of the schemas it tells one, if it does.
fn tell_schemas(call: &Call, encoder: &mut Encoder, out: &mut Vec<u8>) {
    if let (Schemas::Tells(mark), false) = (call.schemas, call.answered) {
        encoder.field(out, SCHEMAS.as_bytes(), mark.to_string().as_bytes(), Indexing::Literal);
    }
}

/// Writes a header block of fields.
pub(super) fn write_fields<'f>(
    link: &mut Link,
    stream: u32,
    end_stream: bool,
    fields: impl Iterator<Item = (&'f [u8], &'f [u8])>,
) {
    let out = link.out.buffer();
    let mark = frame::begin_headers(out);
    link.encoder.begin(out);
    for (name, value) in fields {
        link.encoder.field(out, name, value, indexing(name, value));
    }
    frame::end_headers(out, mark, stream, end_stream, link.peer_frame);
}

/// Fields that every answer or every request repeats are worth a place in the peer's table.
pub(super) fn indexing(name: &[u8], value: &[u8]) -> Indexing {
    match name {
        b":status"
        | b"content-type"
        | b"grpc-accept-encoding"
        | b":authority"
        | b":path"
        | b"te"
        | b"authorization"
        | PASSED => Indexing::Stable,
        b"grpc-status" if value == b"0" => Indexing::Stable,
        _ => Indexing::Literal,
    }
}

/// An engine that answers "unauthenticated" means Keyward's own credential, not the caller's. Said
/// as it is, the caller would look for the fault in its key.
fn own_word<'v>(status: Option<u32>, name: &[u8], value: &'v [u8]) -> &'v [u8] {
    match name {
        b"grpc-status" if status == Some(code::UNAUTHENTICATED) => b"7",
        b"grpc-message" if status == Some(code::UNAUTHENTICATED) => {
            b"the cluster refuses the credential Keyward signs in with: its operator has to attach \
              it again with the right token"
        }
        _ => value,
    }
}

fn note_status(status: &mut Option<u32>, name: &[u8], value: &[u8]) {
    if name == b"grpc-status" {
        *status = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
    }
}
