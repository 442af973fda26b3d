//! The inner connection's socket.
//!
//! The system says of a pair of sockets that one may be written to whenever the other has been
//! read, so who asks to be told of that is woken once too often for each message. This one asks
//! only when it could not write.

use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::task::{Context, Poll, ready};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

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

    /// Reads what there is, once there is something.
    pub(crate) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        room: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            let mut guard = ready!(self.read.poll_read_ready(context))?;
            let Ok(read) = guard.try_io(|socket| socket.get_ref().read(room)) else { continue };
            let read = read?;
            if read > 0 && read < room.len() {
                // That was all there is; the system tells of what comes now.
                guard.clear_ready();
            }
            return Poll::Ready(Ok(read));
        }
    }

    /// Writes, once there is room.
    pub(crate) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let blocked = match self.blocked.take() {
            Some(blocked) => blocked,
            None => match self.read.get_ref().write(bytes) {
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
            if let Ok(written) = guard?.try_io(|socket| socket.get_ref().write(bytes)) {
                return Poll::Ready(written);
            }
        }
    }
}

#[expect(deprecated, reason = "a socket of the standard library is open as long as it is there")]
pub(crate) fn watched<S: AsRawFd>(socket: S, interest: Interest) -> io::Result<AsyncFd<S>> {
    AsyncFd::with_interest(socket, interest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::thread;

    async fn write(socket: &mut Socket, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = poll_fn(|context| socket.poll_write(context, bytes)).await?;
            bytes = &bytes[written..];
        }
        Ok(())
    }

    async fn read(socket: &mut Socket, room: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < room.len() {
            let rest = &mut room[filled..];
            match poll_fn(|context| socket.poll_read(context, rest)).await.unwrap() {
                0 => break,
                read => filled += read,
            }
        }
        filled
    }

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
        write(&mut socket, &sent).await.unwrap();
        assert!(socket.blocked.is_none(), "what could be written is asked for no longer");
        let mut back = vec![0; MUCH];
        assert_eq!(read(&mut socket, &mut back).await, MUCH);
        assert!(back == sent && echo.join().unwrap() == sent);
        assert_eq!(read(&mut socket, &mut [0]).await, 0, "the other end is gone");
        let error = write(&mut socket, &sent).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }
}
