//! The inner connection's socket.
//!
//! The system says of a pair of sockets that one may be written to whenever the other has been
//! read, so who asks to be told of that is woken once too often for each message. This one asks
//! only when it could not write.

use std::io::{self, IoSlice, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

/// A socket that does not block.
pub(crate) struct Socket {
    read: AsyncFd<UnixStream>,
    /// While it could not be written to.
    blocked: Option<AsyncFd<UnixStream>>,
}

impl Socket {
    pub(crate) fn new(socket: UnixStream) -> io::Result<Self> {
        Ok(Self { read: watched(socket, Interest::READABLE)?, blocked: None })
    }

    /// Writes, once there is room.
    fn poll_with(
        &mut self,
        context: &mut Context<'_>,
        write: impl Fn(&mut &UnixStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let blocked = match self.blocked.take() {
            Some(blocked) => blocked,
            None => match write(&mut self.read.get_ref()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let other = self.read.get_ref().try_clone()?;
                    watched(other, Interest::WRITABLE)?
                }
                written => return Poll::Ready(written),
            },
        };
        loop {
            let Poll::Ready(guard) = blocked.poll_write_ready(context) else {
                self.blocked = Some(blocked);
                return Poll::Pending;
            };
            if let Ok(written) = guard?.try_io(|socket| write(&mut socket.get_ref())) {
                return Poll::Ready(written);
            }
        }
    }
}

#[expect(deprecated, reason = "a socket of the standard library is open as long as it is there")]
pub(crate) fn watched<S: AsRawFd>(socket: S, interest: Interest) -> io::Result<AsyncFd<S>> {
    AsyncFd::with_interest(socket, interest)
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let mut guard = ready!(self.read.poll_read_ready(context))?;
            let room = buffer.initialize_unfilled();
            let Ok(read) = guard.try_io(|socket| socket.get_ref().read(room)) else { continue };
            let read = read?;
            if read > 0 && read < room.len() {
                // That was all there is; the system tells of what comes now.
                guard.clear_ready();
            }
            buffer.advance(read);
            return Poll::Ready(Ok(()));
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_with(context, |socket| socket.write(bytes))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_with(context, |socket| socket.write_vectored(parts))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.read.get_ref().shutdown(std::net::Shutdown::Write))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn more_than_fits_goes_through_in_both_directions() {
        const MUCH: usize = 8 << 20;
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        ours.set_nonblocking(true).unwrap();
        let mut socket = Socket::new(ours).unwrap();
        let echo = thread::spawn(move || {
            let mut all = vec![0; MUCH];
            theirs.read_exact(&mut all).unwrap();
            theirs.write_all(&all).unwrap();
            all
        });
        let sent: Vec<u8> = (0..MUCH).map(|number| u8::try_from(number % 251).unwrap()).collect();
        socket.write_all(&sent).await.unwrap();
        assert!(socket.blocked.is_none(), "what could be written is asked for no longer");
        let mut back = vec![0; MUCH];
        socket.read_exact(&mut back).await.unwrap();
        assert!(back == sent && echo.join().unwrap() == sent);
        assert_eq!(socket.read(&mut [0]).await.unwrap(), 0, "the other end is gone");
        let error = socket.write_all(&sent).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
