//! Reading a connection and cutting what was read into frames.

use super::Fault;
use super::connection::{Phase, Side};
use super::worker::{READ, Worker};
use http2::frame::{HEAD_LEN, Head, PREFACE, Reason, setting};
use std::io::{ErrorKind, Read};

impl Worker {
    /// Reads a connection once and handles every whole frame.
    pub(super) fn read(&mut self, index: usize) {
        let mut scratch = std::mem::take(&mut self.scratch);
        let result = self.read_into(index, &mut scratch);
        self.scratch = scratch;
        if let Err(fault) = result {
            self.close(index, &fault);
        }
    }

    fn read_into(&mut self, index: usize, scratch: &mut [u8]) -> Result<(), Fault> {
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        let link = &mut connection.link;
        let held = link.partial.len();
        let room = scratch.get_mut(held..READ).unwrap_or_default();
        let got = match link.socket.read(room) {
            Ok(0) => return Err(Fault::Gone),
            Ok(got) => got,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => 0,
            Err(error) => return Err(Fault::Socket(error)),
        };
        // A read that fills the room may have left something behind.
        if got == READ - held || got == 0 || link.closing || link.socket.reads_in_records() {
            self.ready.push(index);
        }
        scratch[..held].copy_from_slice(&link.partial);
        link.partial.clear();
        let bytes = &scratch[..held + got];
        let used = self.consume(index, bytes)?;
        if let Some(connection) = self.connections.get_mut(index) {
            connection.link.partial.extend_from_slice(&bytes[used..]);
        }
        Ok(())
    }

    /// Handles what can be handled; how many bytes that were.
    fn consume(&mut self, index: usize, bytes: &[u8]) -> Result<usize, Fault> {
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(0);
        };
        match &mut connection.side {
            Side::Engine(_) => self.frames(index, bytes, 0),
            Side::Client(client) => match client.phase {
                Phase::Greeting | Phase::Http2 => self.frames(index, bytes, 0),
                Phase::Http1 => self.http1(index, bytes),
                Phase::Done => Ok(bytes.len()),
                Phase::Sniffing => self.sniff(index, bytes),
            },
        }
    }

    /// Tells HTTP/2 from HTTP/1 by the preface, which no HTTP/1 request can begin like.
    fn sniff(&mut self, index: usize, bytes: &[u8]) -> Result<usize, Fault> {
        let streams = self.parts.config.limits.streams;
        let header_bytes = u32::try_from(self.parts.config.limits.header_bytes).unwrap_or(u32::MAX);
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(0);
        };
        let Side::Client(client) = &mut connection.side else {
            return Ok(0);
        };
        if bytes.starts_with(PREFACE) {
            client.phase = Phase::Greeting;
            connection.link.greet(&[
                (setting::MAX_CONCURRENT_STREAMS, streams),
                (setting::INITIAL_WINDOW_SIZE, super::link::STREAM_WINDOW),
                (setting::MAX_HEADER_LIST_SIZE, header_bytes),
            ]);
            self.touch(index);
            return self.frames(index, bytes, PREFACE.len());
        }
        if PREFACE.starts_with(bytes) {
            return Ok(0);
        }
        client.phase = Phase::Http1;
        self.http1(index, bytes)
    }

    /// Handles every whole frame from `start` on.
    fn frames(&mut self, index: usize, bytes: &[u8], start: usize) -> Result<usize, Fault> {
        let mut at = start;
        while let Some(head) = bytes.get(at..at + HEAD_LEN) {
            let head = Head::parse(head.try_into().map_err(|_| Reason::INTERNAL_ERROR)?);
            if head.length as usize > super::link::MAX_FRAME {
                return Err(Reason::FRAME_SIZE_ERROR.into());
            }
            let end = at + HEAD_LEN + head.length as usize;
            let Some(payload) = bytes.get(at + HEAD_LEN..end) else {
                break;
            };
            self.frame(index, head, payload)?;
            at = end;
        }
        Ok(at)
    }

    fn frame(&mut self, index: usize, head: Head, payload: &[u8]) -> Result<(), Fault> {
        let Some(connection) = self.connections.get_mut(index) else {
            return Err(Fault::Gone);
        };
        match &connection.side {
            Side::Client(_) => self.client_frame(index, head, payload),
            Side::Engine(_) => self.engine_frame(index, head, payload),
        }
    }
}
