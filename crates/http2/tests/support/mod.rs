//! One end of a connection made of this crate's parts, for the h2 crate to talk to.

use http2::frame::{self, HEAD_LEN, Head, Kind, PREFACE, flag};
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// The connection's bytes as frames. Settings and pings are answered on the way.
pub(crate) struct Wire {
    io: DuplexStream,
}

impl Wire {
    /// The server's end: takes the preface and sends settings.
    pub(crate) async fn accept(mut io: DuplexStream, settings: &[(u16, u32)]) -> io::Result<Self> {
        let mut preface = [0; PREFACE.len()];
        io.read_exact(&mut preface).await?;
        assert_eq!(&preface, PREFACE);
        let mut out = Vec::new();
        frame::put_settings(&mut out, settings);
        io.write_all(&out).await?;
        Ok(Self { io })
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.io.write_all(bytes).await
    }

    /// The next header block: its stream, and the block put together.
    pub(crate) async fn headers(&mut self) -> io::Result<(u32, Vec<u8>)> {
        let mut block = Vec::new();
        loop {
            let (head, payload) = self.frame().await?;
            match head.kind {
                Kind::HEADERS => {
                    let part = frame::header_fragment(head.flags, &payload);
                    block.extend_from_slice(part.map_err(io::Error::other)?);
                }
                Kind::CONTINUATION => block.extend_from_slice(&payload),
                _ => continue,
            }
            if head.has(flag::END_HEADERS) {
                return Ok((head.stream, block));
            }
        }
    }

    async fn frame(&mut self) -> io::Result<(Head, Vec<u8>)> {
        let mut bytes = [0; HEAD_LEN];
        self.io.read_exact(&mut bytes).await?;
        let head = Head::parse(&bytes);
        let mut payload = vec![0; head.length as usize];
        self.io.read_exact(&mut payload).await?;
        let mut answer = Vec::new();
        if head.kind == Kind::SETTINGS && !head.has(flag::ACK) {
            frame::put_settings_ack(&mut answer);
        } else if head.kind == Kind::PING && !head.has(flag::ACK) {
            let question = frame::ping(&payload).map_err(io::Error::other)?;
            frame::put_ping(&mut answer, question, true);
        }
        self.send(&answer).await?;
        Ok((head, payload))
    }
}
