//! The inner connection to the gateway: HTTP/2, one call after the other.
//!
//! It has no task of its own. Whoever makes a call reads and writes until that is answered; while
//! there is none, [`Inner::poll_idle`] looks whether the gateway has enough of the connection. A
//! call whose caller has gone away is given up by whoever comes next.

mod answer;
mod arrival;
#[cfg(test)]
mod tests;
mod wire;

use crate::problem::Problem;
use crate::socket::Socket;
use std::task::{Context, Poll, ready};
pub(crate) use wire::{Field, Gone};

pub(crate) use answer::Answer;
use wire::Wire;

/// The longest answer that is taken.
const MOST_ANSWER: usize = 128 << 20;

/// The connection.
pub(crate) struct Inner {
    socket: Socket,
    wire: Wire,
}

impl Inner {
    /// A new connection, which greets the gateway with the first call, or when there is time.
    pub(crate) fn new(socket: Socket) -> Self {
        Self { socket, wire: Wire::new() }
    }

    /// Makes a call. `arrive` is told how much of its answer has come, and may refuse to take more.
    pub(crate) async fn call<'f>(
        &mut self,
        fields: impl IntoIterator<Item = Field<'f>>,
        message: Vec<u8>,
        mut arrive: impl FnMut(usize) -> Result<(), Problem>,
    ) -> Result<Answer, Problem> {
        self.wire.begin(fields, message).map_err(gone)?;
        std::future::poll_fn(|context| self.poll_answer(context, &mut arrive)).await
    }

    fn poll_answer(
        &mut self,
        context: &mut Context<'_>,
        arrive: &mut impl FnMut(usize) -> Result<(), Problem>,
    ) -> Poll<Result<Answer, Problem>> {
        loop {
            self.write(context);
            if let Some(answer) = self.wire.take_answer() {
                return Poll::Ready(answer.map_err(gone));
            }
            ready!(self.poll_read(context));
            let arrived = self.wire.arrived();
            if arrived > MOST_ANSWER {
                return Poll::Ready(Err(Problem::answer(format!(
                    "it is larger than {MOST_ANSWER} bytes: ask for less at once"
                ))));
            }
            arrive(arrived)?;
        }
    }

    /// Is ready when the gateway takes no more calls here. To be polled while there is no call.
    pub(crate) fn poll_idle(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.wire.abandon();
        loop {
            self.write(context);
            if self.wire.is_over() {
                return Poll::Ready(());
            }
            ready!(self.poll_read(context));
        }
    }

    /// Writes what can be written now.
    fn write(&mut self, context: &mut Context<'_>) {
        while !self.wire.out().is_empty() {
            match self.socket.poll_write(context, self.wire.out()) {
                Poll::Ready(Ok(written)) => self.wire.wrote(written),
                // What the gateway has said before it went is still to be read.
                Poll::Ready(Err(_)) | Poll::Pending => return,
            }
        }
    }

    /// Reads once.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<()> {
        match ready!(self.socket.poll_read(context, self.wire.space())) {
            Ok(0) => self.wire.closed(),
            Ok(length) => self.wire.read(length),
            Err(error) => {
                tracing::debug!(%error, "an inner connection has ended");
                self.wire.closed();
            }
        }
        Poll::Ready(())
    }
}

/// What is said of a call that the gateway has not answered.
fn gone(why: Gone) -> Problem {
    Problem::unavailable(match why {
        Gone::Stopping => "the gateway is shutting down: try again",
        Gone::Ended => "the gateway ended the connection",
    })
}
