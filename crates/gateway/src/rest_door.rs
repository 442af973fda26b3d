//! The door for clients that speak HTTP/1: their connections are handed over to whoever serves the
//! RESTful API.
//!
//! Who serves it decides nothing. It gets the client's socket and, with it, the other end of an
//! inner connection to this gateway: what it asks for there, with the client's own credential, is
//! decided as if the client had asked over gRPC from its own address. The gateway keeps a hand on
//! the client's socket, so that a change that ends a caller's right also ends an answer that is
//! still being written. Nothing here may wait: it is called by a worker between two turns.

use std::fmt;
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;

/// A path that is no RPC: asked for on an inner connection, it is answered with gRPC's OK if the
/// credential stands and opens a cluster from there, and with the refusal of every call if not.
/// It costs nothing of the key's rate, and nothing goes upstream.
pub const KNOCK: &str = "/keyward.Gateway/Knock";

/// Serves connections of HTTP/1.
pub trait RestDoor: fmt::Debug + Send + Sync {
    /// Whether one more connection can be taken now.
    fn has_room(&self) -> bool;

    /// Takes a connection. Returns at once.
    fn serve(&self, handed: Handed);
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
}
