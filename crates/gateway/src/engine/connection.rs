//! A connection of either side, and what only that side has.

use super::inner::Callers;
use super::link::Link;
use crate::table::Route;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// What a client connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing told yet.
    Sniffing,
    /// HTTP/2, its first SETTINGS not here yet.
    Greeting,
    /// HTTP/2.
    Http2,
    /// HTTP/1: one request is being read.
    Http1,
    /// Everything is said; what still arrives is thrown away until the client closes.
    Done,
}

/// A connection from a client.
pub(super) struct Client {
    /// Where it came from.
    pub peer: SocketAddr,
    /// The gateway port it came to.
    pub port: u16,
    /// What it speaks.
    pub phase: Phase,
    /// The highest stream it has opened.
    pub last_stream: u32,
    /// Whether a call of it was ever allowed.
    pub known: bool,
    /// Streams it has reset since the last tick.
    pub resets: u32,
    /// Calls of it that are parked.
    pub parked: usize,
    /// Whose calls came over it, if it is the inner connection of a client that speaks HTTP/1.
    pub callers: Option<Callers>,
}

impl Client {
    /// A client that has not said anything.
    pub(super) fn new(peer: SocketAddr, port: u16) -> Self {
        let phase = Phase::Sniffing;
        Self {
            peer,
            port,
            phase,
            last_stream: 0,
            known: false,
            resets: 0,
            parked: 0,
            callers: None,
        }
    }
}

/// A connection to a cluster's Milvus.
pub(super) struct Engine {
    /// The cluster.
    pub route: Arc<Route>,
    /// Whether the TCP connection stands.
    pub connected: bool,
    /// The next stream to open.
    pub next_stream: u32,
    /// The engine has said that it takes no more streams here.
    pub going_away: bool,
}

/// Whose connection it is.
pub(super) enum Side {
    /// A client's.
    Client(Client),
    /// An engine's.
    Engine(Engine),
}

/// One connection.
pub(super) struct Connection {
    /// What both sides have.
    pub link: Link,
    /// What only one has.
    pub side: Side,
    /// When it was made.
    pub opened: Instant,
}

impl Connection {
    /// The client's part, if it is a client's connection.
    pub(super) fn client(&mut self) -> Option<&mut Client> {
        match &mut self.side {
            Side::Client(client) => Some(client),
            Side::Engine(_) => None,
        }
    }

    /// The engine's part, if it is an engine's connection.
    pub(super) fn engine(&mut self) -> Option<&mut Engine> {
        match &mut self.side {
            Side::Engine(engine) => Some(engine),
            Side::Client(_) => None,
        }
    }
}
