//! What other threads tell a worker, and how they wake it.

use crate::calls::CutCalls;
use crate::table::Effects;
use milvus::refusal::Refusal;
use mio::Waker;
use mio::net::TcpStream;
use model::KeyId;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, sync_channel};
use std::time::Instant;

/// How many commands may wait for a worker; a further one is given back to its sender.
const QUEUE: usize = 1024;

/// One command.
pub enum Command {
    /// A client has connected.
    Accept {
        /// The socket.
        socket: TcpStream,
        /// Where it came from.
        peer: SocketAddr,
        /// The gateway port it came to.
        port: u16,
    },
    /// The addresses of a cluster's host.
    Resolved {
        /// The route that was asked for.
        route: u32,
        /// The addresses, or why there are none.
        found: Result<Vec<SocketAddr>, String>,
    },
    /// A password was checked.
    Checked {
        /// The calls that wait for it.
        waiting: Vec<Waiting>,
        /// Whether it was right.
        right: bool,
    },
    /// The desk has answered.
    Answered {
        /// The number of the call.
        number: usize,
        /// Which of the calls with that number.
        ticket: u64,
        /// The answer.
        answer: Result<Vec<u8>, Refusal>,
    },
    /// Take a new view, cut what must no longer run, and say so.
    Cut {
        /// Keys and routes to look at again, and routes that no longer stand.
        lost: Arc<Effects>,
        /// Where to say that it is done, and how many calls of which keys were cut.
        done: Sender<CutCalls>,
    },
    /// Say how many calls of a key run here.
    Count {
        /// The key.
        key: KeyId,
        /// Where to say it.
        told: Sender<u64>,
    },
    /// Take no new calls, end when the last one has ended, at the latest then.
    Drain {
        /// The latest moment.
        until: Instant,
    },
}

/// A call that waits for a password.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// Its client's connection.
    pub client: usize,
    /// Its stream.
    pub stream: u32,
    /// Which of the calls that were there.
    pub ticket: u64,
}

/// The sending end of a worker's commands.
#[derive(Clone)]
pub struct Outlet {
    sender: SyncSender<Command>,
    waker: Arc<Waker>,
}

impl Outlet {
    /// Hands a command over and wakes the worker; false if the worker is gone or does not listen.
    pub fn send(&self, command: Command) -> bool {
        self.hand(command).is_none()
    }

    /// Whether both lead to the same worker.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.waker, &other.waker)
    }

    /// Hands a command over even if that means to wait.
    pub fn insist(&self, command: Command) {
        // A worker that is gone has nothing left to be told.
        let _ = self.sender.send(command);
        let _ = self.waker.wake();
    }

    /// The same as [`Outlet::send`], giving the command back if it was not taken.
    pub fn hand(&self, command: Command) -> Option<Command> {
        // A wake fails only when the system has no room to count one more: it is awake then.
        match self.sender.try_send(command) {
            Ok(()) => drop(self.waker.wake()),
            Err(TrySendError::Full(back) | TrySendError::Disconnected(back)) => return Some(back),
        }
        None
    }
}

/// The receiving end.
pub type Inbox = Receiver<Command>;

/// Both ends for a worker that the waker wakes.
pub(crate) fn channel(waker: Arc<Waker>) -> (Outlet, Inbox) {
    let (sender, inbox) = sync_channel(QUEUE);
    (Outlet { sender, waker }, inbox)
}
