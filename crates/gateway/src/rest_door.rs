//! The door for clients that speak HTTP/1: their connections are handed over to whoever serves the
//! RESTful API.
//!
//! Who serves it decides nothing. It gets the client's socket and, with it, the other end of an
//! inner connection to this gateway: what it asks for there, with the client's own credential, is
//! decided as if the client had asked over gRPC from its own address. The gateway keeps a hand on
//! the client's socket, so that a change that ends a caller's right also ends an answer that is
//! still being written.
//!
//! Connections are served on the thread of the worker that accepted them, so that a request wakes
//! one thread and not two: the worker waits in a [`RestLoop`] for its own events and for those of
//! the clients of HTTP/1. What takes long must be done elsewhere, or every client of the worker
//! waits for it.

use crate::lease::Standing;
use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

/// A path that is no RPC: asked for on an inner connection, it is answered with gRPC's OK if the
/// credential stands and opens a cluster from there, and with the refusal of every call if not.
/// It costs nothing of the key's rate, and nothing goes upstream.
pub const KNOCK: &str = "/keyward.Gateway/Knock";

/// Whoever serves connections of HTTP/1.
pub trait RestDoor: fmt::Debug + Send + Sync {
    /// Whether one more connection can be taken now. Returns at once.
    fn has_room(&self) -> bool;

    /// Makes what serves the connections of one worker; called once on its thread, when its first
    /// client of HTTP/1 comes. The descriptor can be read when the worker has something to do.
    ///
    /// # Errors
    /// The system has no more of what it takes.
    fn open(&self, worker: OwnedFd) -> io::Result<Box<dyn RestLoop>>;
}

/// Serves the connections of one worker, on its thread. Dropping it drops them.
pub trait RestLoop: Send {
    /// Takes a connection. Returns at once.
    fn serve(&mut self, handed: Handed);

    /// Whether there is no connection.
    fn is_empty(&self) -> bool;

    /// Moves on whatever connection can be moved on, until the worker has something to do or the
    /// time is over; without a time, for as long as it takes. With no time it does not wait.
    ///
    /// # Errors
    /// The system's poll fails.
    fn turn(&mut self, patience: Option<Duration>) -> io::Result<()>;
}

/// A client's connection on its way to whoever serves it.
#[derive(Debug)]
pub struct Handed {
    /// The client's socket; it does not block.
    pub client: TcpStream,
    /// What was read from it: a whole request head, and what came with it.
    pub read: Vec<u8>,
    /// The inner connection, on which the gateway expects a client's HTTP/2; it does not block.
    pub inner: UnixStream,
    /// The client's address.
    pub peer: SocketAddr,
    /// Whom to ask right before each write to the client, if anybody: what may not be written is
    /// never written, and the gateway resets the connection.
    pub standing: Option<Arc<Standing>>,
}
