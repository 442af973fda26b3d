//! Header blocks that arrive in several frames, and frames both sides handle alike.

use super::Fault;
use super::link::{Assembly, Link};
use super::worker::Worker;
use http2::frame::{self, Head, Kind, Reason, flag};
use std::time::Instant;

/// A whole header block.
pub(super) struct Block {
    /// The stream it belongs to.
    pub stream: u32,
    /// Whether the stream ends with it.
    pub end_stream: bool,
    /// Its bytes, if they came in more than one frame.
    pub assembled: Option<Vec<u8>>,
}

impl Link {
    /// Takes a HEADERS or CONTINUATION frame; the block, if it is whole. Bytes of a block that came
    /// in one frame are `fragment` itself.
    pub(super) fn assemble<'p>(
        &mut self,
        head: Head,
        payload: &'p [u8],
        most: usize,
        now: Instant,
    ) -> Result<Option<(Block, &'p [u8])>, Reason> {
        let whole = head.flags & flag::END_HEADERS != 0;
        if head.kind == Kind::HEADERS {
            let fragment = frame::header_fragment(head.flags, payload)?;
            let end_stream = head.flags & flag::END_STREAM != 0;
            if head.stream == 0 {
                return Err(Reason::PROTOCOL_ERROR);
            }
            if whole {
                let block = Block { stream: head.stream, end_stream, assembled: None };
                return Ok(Some((block, fragment)));
            }
            self.assembly = Some(Assembly {
                stream: head.stream,
                end_stream,
                block: fragment.to_vec(),
                began: now,
            });
            return Ok(None);
        }
        let mut assembly = self.assembly.take().ok_or(Reason::PROTOCOL_ERROR)?;
        // An empty fragment that ends nothing only costs work.
        if payload.is_empty() && !whole || assembly.block.len() + payload.len() > most {
            return Err(Reason::ENHANCE_YOUR_CALM);
        }
        assembly.block.extend_from_slice(payload);
        if !whole {
            self.assembly = Some(assembly);
            return Ok(None);
        }
        let Assembly { stream, end_stream, block, .. } = assembly;
        Ok(Some((Block { stream, end_stream, assembled: Some(block) }, &[])))
    }

    /// Whether a frame may come now: inside a header block only its continuation may.
    pub(super) fn expects(&self, head: Head) -> bool {
        match &self.assembly {
            Some(assembly) => head.kind == Kind::CONTINUATION && head.stream == assembly.stream,
            None => head.kind != Kind::CONTINUATION,
        }
    }
}

impl Worker {
    /// Handles a frame that concerns the connection alone.
    pub(super) fn connection_frame(
        &mut self,
        index: usize,
        head: Head,
        payload: &[u8],
    ) -> Result<(), Fault> {
        let Some(connection) = self.connections.get_mut(index) else {
            return Ok(());
        };
        let link = &mut connection.link;
        match head.kind {
            Kind::SETTINGS | Kind::PING if head.stream != 0 => Err(Reason::PROTOCOL_ERROR.into()),
            Kind::SETTINGS if head.flags & flag::ACK != 0 => match payload {
                [] => Ok(()),
                _ => Err(Reason::FRAME_SIZE_ERROR.into()),
            },
            Kind::SETTINGS => {
                let change = link.settings(payload)?;
                self.calm(index)?;
                self.windows_changed(index, change)?;
                self.streams_changed(index);
                Ok(())
            }
            Kind::PING => {
                let payload = frame::ping(payload)?;
                if head.flags & flag::ACK == 0 {
                    link.ping(payload);
                    self.calm(index)?;
                }
                Ok(())
            }
            Kind::WINDOW_UPDATE => {
                let increment = frame::window_update(payload)?;
                if head.stream == 0 {
                    link.widen(increment)?;
                    self.unblock(index);
                    return Ok(());
                }
                self.stream_window(index, head.stream, increment)
            }
            Kind::PRIORITY if payload.len() != 5 => Err(Reason::FRAME_SIZE_ERROR.into()),
            Kind::PUSH_PROMISE => Err(Reason::PROTOCOL_ERROR.into()),
            // Frames of unknown kinds are to be ignored (RFC 9113, 5.5).
            _ => Ok(()),
        }
    }

    /// Notes that an answer waits that no window bounds; a peer that makes too many wait is closed.
    pub(super) fn calm(&mut self, index: usize) -> Result<(), Fault> {
        self.touch(index);
        match self.connections.get(index) {
            Some(connection) if connection.link.out.is_flooded() => {
                Err(Reason::ENHANCE_YOUR_CALM.into())
            }
            _ => Ok(()),
        }
    }
}
