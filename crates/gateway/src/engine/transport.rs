//! A socket: with TLS over it, without, or the gateway's end of a pair whose other end is held by
//! what serves HTTP/1.
//!
//! Both read and write without blocking. TLS keeps encrypted bytes of its own, so whoever writes
//! must also [`Transport::drive`] until it says that nothing is left.

use mio::event::Source;
use mio::net::{TcpStream, UnixStream};
use mio::{Interest, Registry, Token};
use rustls::ClientConnection;
use std::io::{ErrorKind, Read, Result, Write};
use std::net::Shutdown;
use std::time::Duration;

/// The socket.
pub(super) enum Transport {
    /// As it is.
    Plain(TcpStream),
    /// With TLS, as its client.
    Tls(Box<Tls>),
    /// One end of a pair, beside the client's own socket.
    Inner(Box<Inner>),
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

impl Transport {
    /// A TLS client over a socket.
    pub(super) fn tls(socket: TcpStream, session: ClientConnection) -> Self {
        Self::Tls(Box::new(Tls { socket, session }))
    }

    /// The gateway's end of a pair, for the client with this socket.
    pub(super) fn inner(socket: UnixStream, outer: std::net::TcpStream) -> Self {
        Self::Inner(Box::new(Inner { socket, outer }))
    }

    /// The TCP socket, if the other end is right behind it.
    pub(super) fn socket(&self) -> Option<&TcpStream> {
        match self {
            Self::Plain(socket) => Some(socket),
            Self::Tls(tls) => Some(&tls.socket),
            Self::Inner(_) => None,
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
        match self {
            Self::Plain(socket) => discard_unsent(socket),
            Self::Tls(tls) => discard_unsent(&tls.socket),
            Self::Inner(inner) => inner.abort(),
        }
    }

    /// Whether a read that did not fill its buffer may have left something behind.
    pub(super) fn reads_in_records(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// Whether TLS holds bytes that it has not written.
    pub(super) fn holds_bytes(&self) -> bool {
        matches!(self, Self::Tls(tls) if tls.session.wants_write())
    }

    /// Writes what TLS holds; whether nothing is left.
    pub(super) fn drive(&mut self) -> Result<bool> {
        match self {
            Self::Plain(_) | Self::Inner(_) => Ok(true),
            Self::Tls(tls) => tls.drive(),
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
    fn drive(&mut self) -> Result<bool> {
        while self.session.wants_write() {
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

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
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
            self.drive()?;
            handled.map_err(|error| std::io::Error::new(ErrorKind::InvalidData, error))?;
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let taken = self.session.writer().write(bytes)?;
        self.drive()?;
        if taken == 0 && !bytes.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(taken)
    }
}

impl Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            Self::Inner(inner) => inner.socket.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Transport {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Inner(inner) => inner.socket.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> Result<()> {
        self.drive().map(drop)
    }
}

impl Source for Transport {
    fn register(&mut self, registry: &Registry, token: Token, interest: Interest) -> Result<()> {
        match self {
            Self::Plain(socket) => socket.register(registry, token, interest),
            Self::Inner(inner) => inner.socket.register(registry, token, interest),
            Self::Tls(tls) => tls.socket.register(registry, token, interest),
        }
    }

    fn reregister(&mut self, registry: &Registry, token: Token, interest: Interest) -> Result<()> {
        match self {
            Self::Plain(socket) => socket.reregister(registry, token, interest),
            Self::Inner(inner) => inner.socket.reregister(registry, token, interest),
            Self::Tls(tls) => tls.socket.reregister(registry, token, interest),
        }
    }

    fn deregister(&mut self, registry: &Registry) -> Result<()> {
        match self {
            Self::Plain(socket) => socket.deregister(registry),
            Self::Inner(inner) => inner.socket.deregister(registry),
            Self::Tls(tls) => tls.socket.deregister(registry),
        }
    }
}
