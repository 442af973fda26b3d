//! A trivial and very fast gRPC server that plays Milvus.
//!
//! One thread, no parsing of messages: it reads a call to its end and sends the answer its path is
//! configured for. It can insist on the credential calls must carry and record what arrived, so a
//! test sees exactly what an engine would see. [`Upstream::start`] runs it on a thread for tests;
//! [`serve`] runs it on the caller's thread for benchmarks.

mod plan;
mod record;
mod server;
mod session;

pub use plan::{Answer, Plan};
pub use record::{Record, Seen};

use mio::{Poll, Waker};
use server::{Server, WAKE};
use std::io::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// A running upstream; it stops when dropped.
pub struct Upstream {
    address: SocketAddr,
    seen: Arc<Seen>,
    stop: Arc<AtomicBool>,
    waker: Waker,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Upstream {
    /// Listens on a free loopback port and serves on a thread of its own.
    pub fn start(plan: Plan) -> Result<Self> {
        let poll = Poll::new()?;
        let waker = Waker::new(poll.registry(), WAKE)?;
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(Seen::new(plan.record));
        let mut server = Server::bind(poll, plan, Arc::clone(&seen), Arc::clone(&stop))?;
        let address = server.address()?;
        let thread =
            std::thread::Builder::new().name("upstream".to_owned()).spawn(move || server.run())?;
        Ok(Self { address, seen, stop, waker, thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has arrived so far.
    pub fn seen(&self) -> &Seen {
        &self.seen
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if self.waker.wake().is_ok()
            && let Some(thread) = self.thread.take()
        {
            // Whatever it failed with, the test that used it has already seen the consequence.
            let _ended = thread.join();
        }
    }
}

/// Serves on the caller's thread until the process ends; `ready` gets the address.
pub fn serve(plan: Plan, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let seen = Arc::new(Seen::new(plan.record));
    let mut server = Server::bind(Poll::new()?, plan, seen, Arc::default())?;
    ready(server.address()?);
    server.run()
}
