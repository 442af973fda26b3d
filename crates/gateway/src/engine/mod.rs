//! The engine: moves frames between clients and Milvus.
//!
//! One thread per worker, each with its own event loop, connections and calls; nothing on the way
//! of a call is shared but the access table. A turn of the loop reads every ready connection once,
//! handles all frames that arrived, and writes every touched connection once. DATA is copied once,
//! from the read buffer into the receiver's write buffer. There is no task, channel or lock per
//! call.
//!
//! The engine must never decide: it asks [`crate::path::decide`] and needs the permit it gives. It
//! must never hold more than its windows allow, and never remove a connection while frames of it
//! are being handled: handlers report a [`Fault`], the loop closes.
//!
//! ```text
//! listener -> worker: read -> client -> admit -> pool -> forward -> flush
//!                            engine (upstream frames)  -> forward -> finish
//! a password to check:           admit -> parked -> admit
//! about users and roles:         admit -> errand -> finish
//! ```

mod admit;
mod call;
mod client;
mod command;
mod connection;
mod cut;
mod errand;
mod finish;
mod flush;
mod forward;
mod headers;
mod http1;
mod inner;
mod lease;
mod link;
pub mod listener;
mod out;
mod overload;
mod parked;
mod ping;
mod pool;
mod read;
mod refuse;
pub mod resolve;
mod rest;
mod schemas;
mod tick;
mod transport;
mod upstream;
mod wait;
mod watch;
pub mod worker;

#[cfg(test)]
pub(crate) use command::channel;
pub use command::{Command, Inbox, Outlet, Waiting};
pub use worker::{Parts, Worker};

use http2::frame::Reason;

/// Why a connection has to be closed.
#[derive(Debug)]
pub enum Fault {
    /// The peer broke the protocol, or asks for too much.
    Protocol(Reason),
    /// The socket failed.
    Socket(std::io::Error),
    /// The peer went away, or the connection is not wanted any more.
    Gone,
}

impl From<Reason> for Fault {
    fn from(reason: Reason) -> Self {
        Self::Protocol(reason)
    }
}
