//! Inner connections: a client's HTTP/1 is served elsewhere, its calls are decided here.
//!
//! The worker that accepted the client keeps one end of a pair of sockets as the client's
//! connection, with the client's address and port. Whoever serves HTTP/1 may hold answers of calls
//! that have ended, so the callers of all calls that came over the pair are remembered: when one
//! of them loses a right, the client's own socket is reset. Nothing here may let a call through
//! that `admit` would refuse.

use super::connection::{Client, Side};
use super::errand::is_changing;
use super::link::Link;
use super::out::HIGH_WATER;
use super::refuse::BEGIN;
use super::transport::Socket;
use super::upstream::write_fields;
use super::worker::Worker;
use crate::desk::DataCaller;
use crate::path::Refused;
use crate::rest_door::{Handed, KNOCK, RestDoor};
use crate::table::Effects;
use hashbrown::HashSet;
use http2::frame::{self, Reason};
use milvus::refusal::Refusal;
use mio::{Interest, Token};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

/// The most callers that are told apart on one connection.
const MOST: usize = 32;

/// Whose calls came over an inner connection.
#[derive(Debug, Default)]
pub(super) struct Callers {
    known: Vec<DataCaller>,
    /// There were more than are told apart: it has to be taken for anybody's.
    anybody: bool,
}

impl Callers {
    fn note(&mut self, caller: DataCaller) {
        if self.anybody || self.known.contains(&caller) {
            return;
        }
        self.anybody = self.known.len() == MOST;
        if !self.anybody {
            self.known.push(caller);
        }
    }

    /// Whether no call came.
    pub(super) fn is_empty(&self) -> bool {
        self.known.is_empty() && !self.anybody
    }

    fn had_any(&self, named: &HashSet<DataCaller>) -> bool {
        self.known.iter().any(|caller| named.contains(caller)) || self.anybody && !named.is_empty()
    }
}

impl Worker {
    /// Hands a client's connection over to whoever serves HTTP/1; false if nobody takes it.
    pub(super) fn hand_over(&mut self, index: usize, read: &[u8]) -> bool {
        let Some(door) = self.parts.config.rest.clone().filter(|door| door.has_room()) else {
            return false;
        };
        match self.pass_on(&*door, index, read) {
            Ok(true) => {
                // The client lives on in its inner connection, which counts in its place.
                self.forget(index);
                true
            }
            Ok(false) => false,
            Err(error) => {
                tracing::warn!(%error, "a client of HTTP/1 could not be handed over");
                false
            }
        }
    }

    fn pass_on(&mut self, door: &dyn RestDoor, index: usize, read: &[u8]) -> io::Result<bool> {
        if self.rest.is_none() {
            let woken = self.poll.registry().as_fd().try_clone_to_owned()?;
            self.rest = Some(door.open(woken)?);
        }
        let handed = self.split(index, read)?;
        let taken = handed.is_some();
        if let (Some(rest), Some(handed)) = (&mut self.rest, handed) {
            rest.serve(handed);
        }
        Ok(taken)
    }

    /// Makes the inner connection of a client.
    fn split(&mut self, index: usize, read: &[u8]) -> io::Result<Option<Handed>> {
        let Some(connection) = self.connections.get(index) else {
            return Ok(None);
        };
        let (Side::Client(client), Some(socket)) =
            (&connection.side, connection.link.socket.socket())
        else {
            return Ok(None);
        };
        let (peer, port) = (client.peer, client.port);
        let outer = std::net::TcpStream::from(socket.as_fd().try_clone_to_owned()?);
        let (ours, inner) = UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        inner.set_nonblocking(true)?;
        let kept = outer.try_clone()?;
        let ours = Socket::inner(mio::net::UnixStream::from_std(ours), kept);
        let link = Link::new(self.transport(ours), HIGH_WATER);
        let client = Client { callers: Some(Callers::default()), ..Client::new(peer, port) };
        let Some(placed) = self.insert(link, Side::Client(client)) else {
            return Ok(None);
        };
        self.watch_inner(placed, Interest::READABLE)?;
        let standing = self.parts.standing.clone();
        Ok(Some(Handed { client: outer, read: read.to_vec(), inner, peer, standing }))
    }

    /// Asks to be told when an inner connection that was full takes bytes again. It is not asked
    /// for before: the system says so of a pair of sockets whenever the other end has read
    /// something, and each time the worker would be woken for nothing.
    pub(super) fn expect_room(&mut self, index: usize) {
        let side = self.connections.get(index).map(|connection| &connection.side);
        if matches!(side, Some(Side::Client(client)) if client.callers.is_some())
            && let Err(error) = self.watch_inner(index, Interest::READABLE | Interest::WRITABLE)
        {
            tracing::warn!(%error, "cannot watch an inner connection");
        }
    }

    fn watch_inner(&mut self, index: usize, interest: Interest) -> io::Result<()> {
        let Some(connection) = self.connections.get_mut(index) else { return Ok(()) };
        self.poll.registry().reregister(&mut connection.link.socket, Token(index), interest)
    }

    /// Notes whose call came, if it came over an inner connection.
    pub(super) fn note_caller(&mut self, index: usize, caller: DataCaller) {
        if let Some(client) = self.connections.get_mut(index).and_then(|c| c.client())
            && let Some(callers) = &mut client.callers
        {
            callers.note(caller);
        }
    }

    /// Whether the request whose head was read last only asks whether its credential stands, and
    /// it does: the path, which is no RPC's, is looked at when everything else was.
    pub(super) fn is_knock(&self, index: usize, refused: &Refused) -> bool {
        let side = self.connections.get(index).map(|connection| &connection.side);
        self.head.path() == KNOCK.as_bytes()
            && matches!(refused.refusal, Refusal::UnknownRpc)
            && refused.caller.is_some()
            && matches!(side, Some(Side::Client(client)) if client.callers.is_some())
    }

    /// Says that the credential stands.
    pub(super) fn welcome(&mut self, index: usize, stream: u32, ended: bool) {
        let link = &mut self.connections[index].link;
        let fields = BEGIN.into_iter().chain([(&b"grpc-status"[..], &b"0"[..])]);
        write_fields(link, stream, true, fields);
        if !ended {
            frame::put_rst_stream(link.out.buffer(), stream, Reason::NO_ERROR);
        }
        self.touch(index);
    }

    /// Inner connections with calls that end, or whose callers have lost something: an answer of
    /// theirs may be anywhere between here and the client.
    pub(super) fn inner_ends(
        &self,
        effects: &Effects,
        named: &HashSet<DataCaller>,
        lost: &[(usize, Refusal)],
    ) -> Vec<usize> {
        let ended: HashSet<usize> =
            lost.iter().map(|(number, _)| self.calls[*number].client).collect();
        // Who is changing what it is itself hears how that went.
        let calls = self.calls.iter().filter(|(_, call)| is_changing(call));
        let changing: HashSet<usize> = calls.map(|(_, call)| call.client).collect();
        let shut = self.lists_of(&effects.fenced);
        let ends = |index: usize, client: &Client| {
            client.callers.as_ref().is_some_and(|callers| {
                ended.contains(&index)
                    || callers.had_any(named) && !changing.contains(&index)
                    || client.known && shut.iter().any(|list| !list.admits(client.peer.ip()))
            })
        };
        self.connections
            .iter()
            .filter(|(index, c)| matches!(&c.side, Side::Client(client) if ends(*index, client)))
            .map(|(index, _)| index)
            .collect()
    }
}
