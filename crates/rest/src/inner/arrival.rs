//! What the gateway sends, frame by frame.
//!
//! Each frame is one function over its payload; the reason that it returns ends the connection.
//! Frames of calls that have ended are let be, but counted: both sides' windows and tables must
//! stay equal.

use super::answer::Fields;
use super::wire::{Block, Call, FRAME, Gone, WINDOW, Wire};
use http2::frame::{self, HEAD_LEN, Head, Kind, Reason, flag, setting};
use http2::hpack::{Decoded, Limits};

/// The header fields of an answer.
const LIMITS: Limits = Limits { max_fields: 128, max_bytes: 16 << 10 };
/// The longest header block, as it is sent.
const MOST_BLOCK: usize = 64 << 10;
/// The largest window there can be.
const MOST_WINDOW: i64 = 0x7fff_ffff;

impl Wire {
    /// Takes every whole frame.
    pub(super) fn look(&mut self) {
        let input = std::mem::take(&mut self.input);
        let mut rest = &input[..self.filled];
        while !self.is_broken
            && let Some((head, behind)) = rest.split_first_chunk::<HEAD_LEN>()
        {
            let head = Head::parse(head);
            let length = head.length as usize;
            if length > FRAME {
                self.fail(Reason::FRAME_SIZE_ERROR);
                break;
            }
            let Some((payload, behind)) = behind.split_at_checked(length) else { break };
            if let Err(reason) = self.frame(head, payload) {
                self.fail(reason);
            }
            rest = behind;
        }
        let left = if self.is_broken { 0 } else { rest.len() };
        let from = self.filled - left;
        self.input = input;
        self.input.copy_within(from..self.filled, 0);
        self.filled = left;
    }

    fn frame(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        if self.block.is_some() && head.kind != Kind::CONTINUATION {
            return Err(Reason::PROTOCOL_ERROR);
        }
        match head.kind {
            Kind::DATA => self.data(head, payload),
            Kind::HEADERS => self.headers(head, payload),
            Kind::CONTINUATION => self.continuation(head, payload),
            Kind::RST_STREAM => self.reset(head, payload),
            Kind::SETTINGS => self.settings(head, payload),
            Kind::PING => {
                let (payload, is_answer) = (frame::ping(payload)?, head.has(flag::ACK));
                if head.stream != 0 {
                    return Err(Reason::PROTOCOL_ERROR);
                }
                if !is_answer {
                    frame::put_ping(&mut self.out, payload, true);
                }
                Ok(())
            }
            Kind::GOAWAY => self.goaway(head, payload),
            Kind::WINDOW_UPDATE => self.window_update(head, payload),
            Kind::PUSH_PROMISE => Err(Reason::PROTOCOL_ERROR),
            _ => Ok(()),
        }
    }

    fn data(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        take(&mut self.taken, head.length)?;
        if give_back(&mut self.taken) {
            frame::put_window_update(&mut self.out, 0, WINDOW / 2);
        }
        let body = frame::unpad(head.flags, payload)?;
        let Some(call) = of(&mut self.call, self.last, head.stream)? else { return Ok(()) };
        if !call.has_head {
            return Err(Reason::PROTOCOL_ERROR);
        }
        take(&mut call.taken, head.length)?;
        call.answer.body.extend_from_slice(body);
        if head.has(flag::END_STREAM) {
            call.complete(&mut self.out);
        } else if give_back(&mut call.taken) {
            frame::put_window_update(&mut self.out, call.stream, WINDOW / 2);
        }
        Ok(())
    }

    fn headers(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        let part = frame::header_fragment(head.flags, payload)?;
        let is_last = head.has(flag::END_STREAM);
        if head.has(flag::END_HEADERS) {
            return self.fields(head.stream, is_last, part);
        }
        self.block = Some(Block { stream: head.stream, is_last, bytes: part.to_vec() });
        Ok(())
    }

    fn continuation(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        let mut block = self.block.take().ok_or(Reason::PROTOCOL_ERROR)?;
        if block.stream != head.stream {
            return Err(Reason::PROTOCOL_ERROR);
        }
        if block.bytes.len() + payload.len() > MOST_BLOCK {
            return Err(Reason::ENHANCE_YOUR_CALM);
        }
        block.bytes.extend_from_slice(payload);
        if head.has(flag::END_HEADERS) {
            return self.fields(block.stream, block.is_last, &block.bytes);
        }
        self.block = Some(block);
        Ok(())
    }

    /// A whole header block.
    fn fields(&mut self, stream: u32, is_last: bool, block: &[u8]) -> Result<(), Reason> {
        let mut fields = Fields::default();
        let decoded = self.decoder.decode(block, LIMITS, |name, value| fields.take(name, value))?;
        let Some(call) = of(&mut self.call, self.last, stream)? else { return Ok(()) };
        if decoded == Decoded::TooLarge {
            call.done = Some(Err(Gone::Ended));
            call.reset(&mut self.out);
            return Ok(());
        }
        if !call.has_head && fields.is_interim() && !is_last {
            return Ok(());
        }
        if call.has_head && !is_last {
            return Err(Reason::PROTOCOL_ERROR);
        }
        call.answer.hear(fields, !call.has_head);
        call.has_head = true;
        if is_last {
            call.complete(&mut self.out);
        }
        Ok(())
    }

    fn reset(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        let reason = frame::rst_stream(payload)?;
        if let Some(call) = of(&mut self.call, self.last, head.stream)? {
            tracing::debug!(%reason, "the gateway has ended a call");
            call.is_shut = true;
            call.done = Some(Err(Gone::Ended));
        }
        Ok(())
    }

    fn settings(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        if head.stream != 0 {
            return Err(Reason::PROTOCOL_ERROR);
        }
        if head.has(flag::ACK) {
            return if payload.is_empty() { Ok(()) } else { Err(Reason::FRAME_SIZE_ERROR) };
        }
        for (name, value) in frame::settings(payload)? {
            frame::check_setting(name, value)?;
            match name {
                setting::HEADER_TABLE_SIZE => self.encoder.set_peer_max_table_size(value),
                setting::INITIAL_WINDOW_SIZE => {
                    let change = i64::from(value) - self.peer.first;
                    self.peer.first = i64::from(value);
                    if let Some(call) = &mut self.call {
                        widen(&mut call.window, change)?;
                    }
                }
                setting::MAX_FRAME_SIZE => self.peer.frame = value as usize,
                _ => {}
            }
        }
        frame::put_settings_ack(&mut self.out);
        Ok(())
    }

    fn goaway(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        let (last, reason) = frame::goaway(payload)?;
        if head.stream != 0 {
            return Err(Reason::PROTOCOL_ERROR);
        }
        let end = if reason == Reason::NO_ERROR { Gone::Stopping } else { Gone::Ended };
        self.end = Some(end);
        if let Some(call) = self.call.as_mut().filter(|call| call.stream > last) {
            call.is_shut = true;
            call.done.get_or_insert(Err(end));
        }
        Ok(())
    }

    fn window_update(&mut self, head: Head, payload: &[u8]) -> Result<(), Reason> {
        let more = i64::from(frame::window_update(payload)?);
        if more == 0 {
            return Err(Reason::PROTOCOL_ERROR);
        }
        if head.stream == 0 {
            return widen(&mut self.peer.window, more);
        }
        let call = of(&mut self.call, self.last, head.stream)?;
        call.map_or(Ok(()), |call| widen(&mut call.window, more))
    }
}

/// The call that a frame is for; `None` if that has ended.
fn of(call: &mut Option<Call>, last: u32, stream: u32) -> Result<Option<&mut Call>, Reason> {
    if stream > last || stream.is_multiple_of(2) {
        return Err(Reason::PROTOCOL_ERROR);
    }
    Ok(call.as_mut().filter(|call| call.stream == stream && call.done.is_none()))
}

/// Counts what came against a window.
fn take(taken: &mut u32, length: u32) -> Result<(), Reason> {
    *taken += length;
    if *taken > WINDOW { Err(Reason::FLOW_CONTROL_ERROR) } else { Ok(()) }
}

/// Whether half of a window can be given back; in large steps, as each is a frame.
fn give_back(taken: &mut u32) -> bool {
    let is_due = *taken >= WINDOW / 2;
    if is_due {
        *taken -= WINDOW / 2;
    }
    is_due
}

fn widen(window: &mut i64, more: i64) -> Result<(), Reason> {
    *window += more;
    if *window > MOST_WINDOW { Err(Reason::FLOW_CONTROL_ERROR) } else { Ok(()) }
}
