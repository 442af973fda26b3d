//! The connections of one thread, served while that thread waits for something of its own.
//!
//! A worker of the gateway has clients of its own besides those of HTTP/1. It waits in
//! [`Serving::turn`]: until its own poll has events, connections are moved on here, on the same
//! thread, so that neither a request nor its answer has to wake another one. What takes long is
//! done [`elsewhere`](crate::elsewhere).

use crate::connection::{self, Outer};
use crate::facade::{Facade, Handed};
use crate::socket::{Socket, watched};
use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tokio::time::timeout;

/// How many connections are moved on before the worker's poll is looked at.
const AT_ONCE: u32 = 8;

/// Serves connections on the thread that has it.
pub struct Serving {
    facade: Facade,
    /// Before the runtime, which it is registered with.
    worker: AsyncFd<OwnedFd>,
    runtime: Runtime,
    /// Each connection has one more of it.
    here: Arc<()>,
}

impl Serving {
    /// Serves while whoever has this descriptor, a poll, has nothing to do.
    ///
    /// # Errors
    /// The system cannot make another poll.
    pub(crate) fn new(facade: Facade, worker: OwnedFd) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().event_interval(AT_ONCE).build()?;
        let entered = runtime.enter();
        let worker = watched(worker, Interest::READABLE)?;
        drop(entered);
        Ok(Self { facade, worker, runtime, here: Arc::default() })
    }

    /// Takes a connection, if there is room for one more. It is served in the next turns.
    pub fn serve(&mut self, handed: Handed) {
        let Some(place) = self.facade.place() else { return };
        let (here, facade) = (Arc::clone(&self.here), self.facade.clone());
        self.runtime.spawn(async move {
            if let Err(error) = take(handed, facade).await {
                tracing::debug!(%error, "a connection of HTTP/1 has ended");
            }
            drop((place, here));
        });
    }

    /// Whether there is no connection.
    pub fn is_empty(&self) -> bool {
        Arc::strong_count(&self.here) == 1
    }

    /// Moves connections on until the worker has something to do, or the time is over.
    ///
    /// # Errors
    /// The system's poll fails.
    pub fn turn(&mut self, patience: Option<Duration>) -> io::Result<()> {
        let worker = &self.worker;
        let ready = async {
            let mut ready = worker.readable().await?;
            // The worker looks at all there is, and is told anew of what comes after.
            ready.clear_ready();
            Ok(())
        };
        self.runtime.block_on(async {
            match patience {
                None => ready.await,
                Some(Duration::ZERO) => {
                    // Once for what was woken, once for what the system tells.
                    yield_now().await;
                    yield_now().await;
                    Ok(())
                }
                Some(patience) => timeout(patience, ready).await.unwrap_or(Ok(())),
            }
        })
    }
}

async fn take(handed: Handed, facade: Facade) -> io::Result<()> {
    let client = tokio::net::TcpStream::from_std(handed.client)?;
    let inner = Socket::new(handed.inner)?;
    let client = Outer { client, read: handed.read, leave: handed.leave };
    connection::serve(client, inner, &facade).await
}

impl fmt::Debug for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Serving")
    }
}
