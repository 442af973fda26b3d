//! Bytes on their way out.

use std::io::{ErrorKind, Result, Write};

/// Above this many waiting bytes no more bodies are appended.
const HIGH_WATER: usize = 256 * 1024;

/// The buffer.
#[derive(Default)]
pub(super) struct Outbox {
    bytes: Vec<u8>,
    sent: usize,
}

impl Outbox {
    /// Where to append frames.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Whether bodies may be appended.
    pub(super) fn has_room(&self) -> bool {
        self.bytes.len() - self.sent < HIGH_WATER
    }

    /// Writes what the socket takes; whether all was written.
    pub(super) fn flush(&mut self, socket: &mut impl Write) -> Result<bool> {
        while self.sent < self.bytes.len() {
            match socket.write(&self.bytes[self.sent..]) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if self.sent >= HIGH_WATER {
                        self.bytes.drain(..self.sent);
                        self.sent = 0;
                    }
                    return Ok(false);
                }
                Err(error) => return Err(error),
            }
        }
        self.sent = 0;
        self.bytes.clear();
        Ok(true)
    }
}
