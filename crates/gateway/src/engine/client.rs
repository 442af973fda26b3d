//! Frames from clients.

use super::Fault;
use super::connection::Phase;
use super::forward::Direction;
use super::headers::Block;
use super::worker::Worker;
use http2::frame::{self, Head, Kind, Reason, flag};
use http2::hpack::{Decoded, Limits};

/// Streams a client may reset within one tick before it is sent away.
const RESETS: u32 = 4000;

impl Worker {
    /// Handles one frame of a client.
    pub(super) fn client_frame(
        &mut self,
        index: usize,
        head: Head,
        payload: &[u8],
    ) -> Result<(), Fault> {
        let most = self.parts.config.limits.header_bytes;
        let now = self.now;
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        if !connection.link.expects(head) {
            return Err(Reason::PROTOCOL_ERROR.into());
        }
        if let Some(client) = connection.client()
            && client.phase == Phase::Greeting
        {
            // The preface ends with a SETTINGS frame (RFC 9113, 3.4).
            if head.kind != Kind::SETTINGS || head.flags & flag::ACK != 0 {
                return Err(Reason::PROTOCOL_ERROR.into());
            }
            client.phase = Phase::Http2;
        }
        match head.kind {
            Kind::DATA => self.client_data(index, head, payload),
            Kind::HEADERS | Kind::CONTINUATION => {
                let Some((block, fragment)) = connection.link.assemble(head, payload, most, now)?
                else {
                    return Ok(());
                };
                self.client_headers(index, &block, fragment)
            }
            Kind::RST_STREAM => {
                frame::rst_stream(payload)?;
                self.client_reset(index, head.stream)
            }
            _ => self.connection_frame(index, head, payload),
        }
    }

    fn client_headers(
        &mut self,
        index: usize,
        block: &Block,
        fragment: &[u8],
    ) -> Result<(), Fault> {
        let bytes = block.assembled.as_deref().unwrap_or(fragment);
        let limits = Limits {
            max_fields: self.parts.config.limits.header_fields,
            max_bytes: self.parts.config.limits.header_bytes,
        };
        let most_streams = self.parts.config.limits.streams as usize;
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        let head = &mut self.head;
        head.clear();
        let decoded = connection
            .link
            .decoder
            .decode(bytes, limits, |name, value| head.push(name, value))
            .map_err(|_| Reason::COMPRESSION_ERROR)?;
        let open = connection.link.streams.len();
        let Some(client) = connection.client() else {
            return Ok(());
        };
        let open = open + client.parked;
        if block.stream <= client.last_stream {
            return self.client_trailers(index, block);
        }
        if block.stream.is_multiple_of(2) {
            return Err(Reason::PROTOCOL_ERROR.into());
        }
        client.last_stream = block.stream;
        if open >= most_streams {
            self.reset_stream(index, block.stream, Reason::REFUSED_STREAM);
        } else if matches!(decoded, Decoded::TooLarge) {
            self.refuse_large_head(index, block.stream, block.end_stream);
        } else if self.head.is_malformed() {
            self.reset_stream(index, block.stream, Reason::PROTOCOL_ERROR);
        } else {
            self.admit(index, block.stream, block.end_stream);
        }
        self.calm(index)
    }

    /// A second header block ends the request; its fields have no meaning in gRPC.
    fn client_trailers(&mut self, index: usize, block: &Block) -> Result<(), Fault> {
        if !block.end_stream {
            return Err(Reason::PROTOCOL_ERROR.into());
        }
        let call = self.connections.get(index).and_then(|c| c.link.streams.get(&block.stream));
        match call {
            Some(&call) => self.take_request(call, &[], true),
            None => drop(self.park_data(index, block.stream, &[], (0, true))?),
        }
        Ok(())
    }

    fn client_data(&mut self, index: usize, head: Head, payload: &[u8]) -> Result<(), Fault> {
        let data = frame::unpad(head.flags, payload)?;
        let full = self.is_full();
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        connection.link.received(head.length)?;
        if !full {
            connection.link.give_back();
        }
        let call = connection.link.streams.get(&head.stream).copied();
        let last = connection.client().map_or(0, |client| client.last_stream);
        let end = head.flags & flag::END_STREAM != 0;
        let Some(call) = call else {
            if self.park_data(index, head.stream, data, (head.length, end))? {
                self.touch(index);
                return Ok(());
            }
            // Data of a stream that was just refused or ended may still be on its way.
            self.touch(index);
            let idle = head.stream == 0 || head.stream > last;
            return if idle { Err(Reason::PROTOCOL_ERROR.into()) } else { Ok(()) };
        };
        let flow = &mut self.calls[call].request;
        // Resetting the stream alone would let a client end calls faster than it may reset them.
        if flow.ended {
            return Err(Reason::STREAM_CLOSED.into());
        }
        if !flow.received(head.length) {
            return Err(Reason::FLOW_CONTROL_ERROR.into());
        }
        let padding = head.length - u32::try_from(data.len()).unwrap_or(head.length);
        self.take_request(call, data, end);
        if padding > 0 && self.calls.contains(call) {
            self.acknowledge(call, Direction::Request, padding);
        }
        self.touch(index);
        Ok(())
    }

    fn client_reset(&mut self, index: usize, stream: u32) -> Result<(), Fault> {
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        let call = connection.link.streams.get(&stream).copied();
        let Some(client) = connection.client() else {
            return Ok(());
        };
        if stream == 0 || stream > client.last_stream {
            return Err(Reason::PROTOCOL_ERROR.into());
        }
        client.resets += 1;
        if client.resets > RESETS {
            return Err(Reason::ENHANCE_YOUR_CALM.into());
        }
        match call {
            Some(call) => self.abandon(call),
            None => self.unpark(index, stream),
        }
        Ok(())
    }

    /// Ends a stream of a connection without an answer.
    pub(super) fn reset_stream(&mut self, index: usize, stream: u32, reason: Reason) {
        if let Some(connection) = self.connections.get_mut(index) {
            frame::put_rst_stream(connection.link.out.buffer(), stream, reason);
            self.touch(index);
        }
    }
}
