//! RPCs about users, roles and privileges: who answers them, and the threads on which that happens.
//!
//! Such an RPC never goes to an engine. The gateway reads its message whole, decides whether the
//! caller may ask at all, and hands it to the [`IdentityDesk`] it was given; a worker never waits
//! for the answer. The desk decides again, because it knows more: keys are let through to it
//! unjudged. Threads and queue are few, and a full queue is answered like a rate limit.

use crate::path::Caller;
use milvus::refusal::Refusal;
use milvus::rpc::Row;
use model::{ClusterId, ClusterUserId, KeyId};
use std::io;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The longest message that is read for the desk, in bytes. A backup of many users and roles has
/// to fit.
pub const LONGEST_MESSAGE: usize = 1 << 20;
/// Threads that may wait for the desk at once.
const THREADS: usize = 4;
/// Calls that may wait for a thread.
const QUEUE: usize = 64;

/// HTTP/2's word for a fault, which becomes gRPC's.
const INTERNAL_ERROR: u32 = 2;

/// Who makes a call on the data path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataCaller {
    /// An API key.
    Key(KeyId),
    /// A user of the cluster.
    User(ClusterUserId),
}

/// One RPC about users, roles or privileges.
#[derive(Clone, Debug)]
pub struct IdentityCall {
    /// The cluster it is about.
    pub cluster: ClusterId,
    /// Who asks. A key may not be allowed to; a user holds the privilege that the RPC asks for, or
    /// asks about itself. It comes as it was when it was let in, with what its password was
    /// verified with: if that has changed since, it is nobody any more.
    pub caller: Caller,
    /// From where.
    pub from: IpAddr,
    /// The RPC, always one of the class `Identity`.
    pub rpc: &'static Row,
    /// The request's protobuf message, at most [`LONGEST_MESSAGE`] bytes, as the client sent it. It
    /// may hold a password: it must not be logged.
    pub message: Vec<u8>,
}

/// Answers RPCs about users, roles and privileges, on a thread that may block.
pub trait IdentityDesk: Send + Sync {
    /// The answer's protobuf message.
    ///
    /// # Errors
    /// The refusal to say instead, as a gRPC status.
    fn answer(&self, call: &IdentityCall) -> Result<Vec<u8>, Refusal>;
}

/// What comes back from the desk.
pub(crate) type Answered = Result<Vec<u8>, Refusal>;

/// A call on its way to the desk, and what to do with the answer.
struct Errand {
    call: IdentityCall,
    done: Box<dyn FnOnce(Answered) + Send>,
}

/// The threads in front of the desk. They end with the last clone of this.
#[derive(Clone)]
pub(crate) struct Clerks(SyncSender<Errand>);

impl Clerks {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system cannot start a thread.
    pub(crate) fn start(desk: &Arc<dyn IdentityDesk>) -> io::Result<Self> {
        let (sender, errands) = sync_channel::<Errand>(QUEUE);
        let errands = Arc::new(Mutex::new(errands));
        for number in 0..THREADS {
            let (desk, errands) = (Arc::clone(desk), Arc::clone(&errands));
            let name = format!("gateway-desk-{number}");
            thread::Builder::new().name(name).spawn(move || serve(&*desk, &errands))?;
        }
        Ok(Self(sender))
    }

    /// Hands a call over; `done` is called with the answer, on another thread. False, and nothing
    /// is called, if too many wait already.
    pub(crate) fn hand(
        &self,
        call: IdentityCall,
        done: impl FnOnce(Answered) + Send + 'static,
    ) -> bool {
        self.0.try_send(Errand { call, done: Box::new(done) }).is_ok()
    }
}

fn serve(desk: &dyn IdentityDesk, errands: &Mutex<Receiver<Errand>>) {
    loop {
        let next = errands.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Errand { mut call, done }) = next else {
            return;
        };
        // A fault in one answer must not take the thread from all others.
        let answer = catch_unwind(AssertUnwindSafe(|| desk.answer(&call)));
        let answer = answer.unwrap_or(Err(Refusal::UpstreamReset(INTERNAL_ERROR)));
        zeroize::Zeroize::zeroize(&mut call.message);
        done(answer);
    }
}
