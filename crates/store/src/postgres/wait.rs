//! Waits for an answer of the database without an async runtime around the caller.
//!
//! The network is driven by the server's own thread; the caller's thread sleeps until that thread
//! wakes it. So the store may be used, and dropped, wherever blocking is allowed.

use super::failure::{self, Stage};
use super::server::Server;
use crate::sql::Failure;
use model::Error;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;
use tokio::task::unconstrained;
use tokio::time::timeout;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Broken {
    /// The server or the connection said so.
    Said(tokio_postgres::Error),
    /// Nothing was said in time.
    Silence,
}

impl Broken {
    /// Whether the server answered and the connection still stands.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Said(error) => failure::is_final(error),
            Self::Silence => false,
        }
    }

    /// The sentence for it.
    pub(super) fn explain(&self, server: &Server, stage: Stage) -> Error {
        match self {
            Self::Said(error) => failure::explain(&server.to_string(), error, stage),
            Self::Silence => failure::silence(&server.to_string(), stage),
        }
    }

    /// The same, told apart by what callers do about it.
    pub(super) fn as_failure(&self, server: &Server) -> Failure {
        match self {
            Self::Said(error) => failure::of_statement(&server.to_string(), error),
            Self::Silence => Failure::Other(self.explain(server, Stage::Statement)),
        }
    }
}

/// Waits for the answer, so long at most.
pub(super) fn answer<T>(
    server: &Server,
    limit: Duration,
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Broken> {
    // The timer belongs to the server's thread; the budget of a task around the caller is not ours
    // to use up.
    let _context = server.enter();
    match block_on(unconstrained(timeout(limit, asked))) {
        Ok(answer) => answer.map_err(Broken::Said),
        Err(_) => Err(Broken::Silence),
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
