//! A socket: with TLS over it, without, or the gateway's end of a pair whose other end is held by
//! what serves HTTP/1.
//!
//! Both read and write without blocking. TLS keeps encrypted bytes of its own, so whoever writes
//! must also [`Transport::drive`] until it says that nothing is left. No other way leads a worker's
//! bytes out, so here is asked, right before each write, whether its lease still holds.

use crate::lease::Standing;
use mio::event::Source;
use mio::net::{TcpStream, UnixStream};
use mio::{Interest, Registry, Token};
use rustls::ClientConnection;
use std::fmt;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::Duration;

/// A socket, and what must be asked before anything is written to it.
pub(super) struct Transport {
    socket: Socket,
    gate: Gate,
}

/// The socket.
pub(super) enum Socket {
    /// As it is.
    Plain(TcpStream),
    /// With TLS, as its client.
    Tls(Box<Tls>),
    /// One end of a pair, beside the client's own socket.
    Inner(Box<Inner>),
}

/// Lets bytes out while the worker may write.
struct Gate(Option<Arc<Standing>>);

/// Why nothing was written: the lease is over, and what the worker had is to be ended first.
#[derive(Debug)]
struct Over;

impl Gate {
    fn pass(&self) -> Result<()> {
        match &self.0 {
            Some(standing) if !standing.may_write() => Err(Error::other(Over)),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the gateway's lease is over")
    }
}

impl std::error::Error for Over {}

/// Whether nothing was written because the lease is over.
pub(super) fn is_over(error: &Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Over>)
}

/// One end of a pair, and the socket of the client on whose behalf the other end speaks.
pub(super) struct Inner {
    socket: UnixStream,
    outer: std::net::TcpStream,
}

/// A socket with TLS over it.
pub(super) struct Tls {
    socket: TcpStream,
    session: ClientConnection,
}

impl Socket {
    /// A TLS client over a socket.
    pub(super) fn tls(socket: TcpStream, session: ClientConnection) -> Self {
        Self::Tls(Box::new(Tls { socket, session }))
    }

    /// The gateway's end of a pair, for the client with this socket.
    pub(super) fn inner(socket: UnixStream, outer: std::net::TcpStream) -> Self {
        Self::Inner(Box::new(Inner { socket, outer }))
    }
}

impl Transport {
    /// Writes to this socket as long as a worker that stands so may.
    pub(super) fn new(socket: Socket, standing: Option<Arc<Standing>>) -> Self {
        Self { socket, gate: Gate(standing) }
    }

    /// The TCP socket, if the other end is right behind it.
    pub(super) fn socket(&self) -> Option<&TcpStream> {
        match &self.socket {
            Socket::Plain(socket) => Some(socket),
            Socket::Tls(tls) => Some(&tls.socket),
            Socket::Inner(_) => None,
        }
    }

    /// Tells the peer that nothing more comes.
    pub(super) fn end_writing(&self) {
        if let Some(socket) = self.socket() {
            // A peer that is gone needs no telling.
            let _ = socket.shutdown(Shutdown::Write);
        }
    }

    /// Makes sure that nothing that waits for the peer leaves this machine any more, not even what
    /// the kernel holds. The socket has to be closed next.
    pub(super) fn abort(&self) {
        match &self.socket {
            Socket::Plain(socket) => discard_unsent(socket),
            Socket::Tls(tls) => discard_unsent(&tls.socket),
            Socket::Inner(inner) => inner.abort(),
        }
    }

    /// Whether a read that did not fill its buffer may have left something behind.
    pub(super) fn reads_in_records(&self) -> bool {
        matches!(&self.socket, Socket::Tls(_))
    }

    /// Whether TLS holds bytes that it has not written.
    pub(super) fn holds_bytes(&self) -> bool {
        matches!(&self.socket, Socket::Tls(tls) if tls.session.wants_write())
    }

    /// Writes what TLS holds; whether nothing is left.
    pub(super) fn drive(&mut self) -> Result<bool> {
        match &mut self.socket {
            Socket::Plain(_) | Socket::Inner(_) => Ok(true),
            Socket::Tls(tls) => tls.drive(&self.gate),
        }
    }
}

/// A zero linger makes closing discard what the kernel has not sent.
fn discard_unsent(socket: &TcpStream) {
    let _ = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
}

impl Inner {
    /// Closing would not do: whoever serves HTTP/1 holds the client's socket as well, and an answer
    /// of his may be in it. Dissolving the connection resets it and empties it for all holders.
    fn abort(&self) {
        if rustix::net::connect_unspec(&self.outer).is_err() {
            // It has come apart before; this is for the systems that say so otherwise.
            let _ = socket2::SockRef::from(&self.outer).set_linger(Some(Duration::ZERO));
            let _ = self.outer.shutdown(Shutdown::Both);
        }
    }
}

impl Tls {
    fn drive(&mut self, gate: &Gate) -> Result<bool> {
        while self.session.wants_write() {
            gate.pass()?;
            match self.session.write_tls(&mut self.socket) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    fn read(&mut self, buffer: &mut [u8], gate: &Gate) -> Result<usize> {
        loop {
            match self.session.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                read => return read,
            }
            if self.session.read_tls(&mut self.socket)? == 0 {
                return Ok(0);
            }
            let handled = self.session.process_new_packets();
            // Even a failed handshake has something to say: the alert.
            self.drive_if_open(gate)?;
            handled.map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        }
    }

    /// What cannot go out now stays in the session, which has taken it.
    fn drive_if_open(&mut self, gate: &Gate) -> Result<()> {
        match self.drive(gate) {
            Err(error) if !is_over(&error) => Err(error),
            _ => Ok(()),
        }
    }

    fn write(&mut self, bytes: &[u8], gate: &Gate) -> Result<usize> {
        let taken = self.session.writer().write(bytes)?;
        self.drive_if_open(gate)?;
        if taken == 0 && !bytes.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(taken)
    }
}

impl Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match &mut self.socket {
            Socket::Plain(socket) => socket.read(buffer),
            Socket::Inner(inner) => inner.socket.read(buffer),
            Socket::Tls(tls) => tls.read(buffer, &self.gate),
        }
    }
}

impl Write for Transport {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.gate.pass()?;
        match &mut self.socket {
            Socket::Plain(socket) => socket.write(bytes),
            Socket::Inner(inner) => inner.socket.write(bytes),
            Socket::Tls(tls) => tls.write(bytes, &self.gate),
        }
    }

    fn flush(&mut self) -> Result<()> {
        self.drive().map(drop)
    }
}

impl Source for Transport {
    fn register(&mut self, registry: &Registry, token: Token, interest: Interest) -> Result<()> {
        match &mut self.socket {
            Socket::Plain(socket) => socket.register(registry, token, interest),
            Socket::Inner(inner) => inner.socket.register(registry, token, interest),
            Socket::Tls(tls) => tls.socket.register(registry, token, interest),
        }
    }

    fn reregister(&mut self, registry: &Registry, token: Token, interest: Interest) -> Result<()> {
        match &mut self.socket {
            Socket::Plain(socket) => socket.reregister(registry, token, interest),
            Socket::Inner(inner) => inner.socket.reregister(registry, token, interest),
            Socket::Tls(tls) => tls.socket.reregister(registry, token, interest),
        }
    }

    fn deregister(&mut self, registry: &Registry) -> Result<()> {
        match &mut self.socket {
            Socket::Plain(socket) => socket.deregister(registry),
            Socket::Inner(inner) => inner.socket.deregister(registry),
            Socket::Tls(tls) => tls.socket.deregister(registry),
        }
    }
}
