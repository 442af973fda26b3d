//! Carries one connection and waits for its answers.
//!
//! The thread that asks is the one that writes and reads the socket: an answer that another thread
//! had to take in first would cost two more wake-ups, which is most of what a small query takes.
//! Between two questions nobody reads, so what the server says then, for example that it goes down,
//! is heard with the next question.
//!
//! It may be used and dropped wherever blocking is allowed.

use super::failure::{self, Stage};
use super::server::Server;
use crate::sql::Failure;
use model::{Error, ErrorKind};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::thread;
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::task::{block_in_place, yield_now};
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

/// What drives a connection.
pub(super) struct Driver {
    /// Taken out only when the driver is dropped.
    runtime: Option<Runtime>,
}

impl Driver {
    /// One that drives nothing yet: what is spawned while it waits is what it drives.
    pub(super) fn new() -> Result<Self, Error> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            let message = format!("the system has nothing left for one more connection: {error}");
            Error::new(ErrorKind::Unavailable, message)
        })?;
        Ok(Self { runtime: Some(runtime) })
    }

    /// Waits for the answer, so long at most.
    pub(super) fn answer<T: Send>(
        &self,
        limit: Duration,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>> + Send,
    ) -> Result<T, Broken> {
        let Some(runtime) = &self.runtime else { return Err(Broken::Silence) };
        let wait = || runtime.block_on(async { timeout(limit, asked).await });
        match aside(wait) {
            Ok(answer) => answer.map_err(Broken::Said),
            Err(_) => Err(Broken::Silence),
        }
    }

    /// Waits for something that the server says unasked, so long at most.
    pub(super) fn wait<T: Send>(
        &self,
        limit: Duration,
        heard: impl Future<Output = T> + Send,
    ) -> Option<T> {
        let runtime = self.runtime.as_ref()?;
        aside(|| runtime.block_on(async { timeout(limit, heard).await.ok() }))
    }

    /// Asks without waiting for the answer, which the connection takes in before the next one. An
    /// error if the connection is known to have ended.
    pub(super) fn send(
        &self,
        asked: impl Future<Output = Result<(), tokio_postgres::Error>> + Send,
    ) -> Result<(), Broken> {
        let Some(runtime) = &self.runtime else { return Err(Broken::Silence) };
        let sent = aside(|| {
            runtime.block_on(async {
                catch_up().await;
                let answer = at_once(asked).await;
                catch_up().await;
                answer
            })
        });
        sent.unwrap_or(Ok(())).map_err(Broken::Said)
    }
}

/// Asks once whether there is an answer already.
async fn at_once<T>(asked: impl Future<Output = T>) -> Option<T> {
    let mut asked = pin!(asked);
    poll_fn(|context| match asked.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Lets the connection take in what has arrived, and write what it was given.
async fn catch_up() {
    // First the system is asked what there is, then the connection sees to it.
    yield_now().await;
    yield_now().await;
}

/// Does what may block and needs a runtime of its own, from wherever it is asked. A runtime that
/// the caller is a task of goes on without this thread; one that has no other thread stands still,
/// and the work is done by a thread made for it.
fn aside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let around = Handle::try_current().map(|runtime| runtime.runtime_flavor());
    if !matches!(around, Ok(RuntimeFlavor::CurrentThread)) {
        return block_in_place(work);
    }
    let done = thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

impl Drop for Driver {
    fn drop(&mut self) {
        // To wait for the end is not allowed everywhere a store may be dropped.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
