//! A TCP connection that a test can cut, hold and heal by hand: it stands between a client and a
//! server and carries bytes, for instance between a Keyward and its PostgreSQL.
//!
//! Held, it is a network that has become silent: connections stay, what is sent is kept by the
//! wire and arrives when it is healed. Cut, it is one whose peer is gone: every connection ends,
//! what was on its way is lost, and new ones end at once. When [`Wire::hold`] or [`Wire::cut`] has
//! returned, no byte arrives at the other end any more.

use std::collections::HashMap;
use std::io::{Read, Result, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// How long an end may take no bytes before its connection is given up.
const PATIENCE: Duration = Duration::from_secs(10);
const PIECE: usize = 64 * 1024;

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From clients to the server.
    ToServer,
    /// From the server to clients: what they have asked for is done, and they do not hear of it.
    ToClient,
}

/// The wire. It is cut for good when it is dropped.
#[derive(Debug)]
pub struct Wire {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whether nothing passes, by way.
    held: [bool; 2],
    /// How many pieces are being written, by way.
    writing: [usize; 2],
    cut: bool,
    /// Whether the wire is dropped.
    gone: bool,
    /// Both ends of each connection, by its number.
    connections: HashMap<u64, [TcpStream; 2]>,
    made: u64,
}

impl Wire {
    /// A wire to this server, from a free port of this machine.
    pub fn to(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Shared { server, state: Mutex::default(), changed: Condvar::new() };
        let shared = Arc::new(shared);
        let accepts = Arc::clone(&shared);
        let accepting = Builder::new().name("wire".to_owned()).spawn(move || {
            for client in listener.incoming().flatten() {
                if accepts.lock().gone {
                    return;
                }
                let joins = Arc::clone(&accepts);
                // A client that cannot be served finds its connection closed.
                let _ = Builder::new().spawn(move || joins.join(client));
            }
        })?;
        Ok(Self { address, shared, accepting: Some(accepting) })
    }

    /// Where clients connect instead of to the server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections it carries.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections.len()
    }

    /// Lets nothing pass that goes this way, until it is healed.
    pub fn hold(&self, way: Way) {
        let mut state = self.shared.lock();
        state.held[way as usize] = true;
        self.shared.settle(state, |state| state.writing[way as usize] == 0);
    }

    /// Ends all connections, and each new one at once, until it is healed.
    pub fn cut(&self) {
        let mut state = self.shared.lock();
        state.cut = true;
        state.end_all();
        self.shared.settle(state, |state| state.writing == [0, 0]);
    }

    /// Lets everything pass again. What was held arrives; what was cut stays cut.
    pub fn heal(&self) {
        let mut state = self.shared.lock();
        (state.held, state.cut) = ([false; 2], false);
        self.shared.changed.notify_all();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        (state.gone, state.cut) = (true, true);
        state.end_all();
        drop(state);
        self.shared.changed.notify_all();
        // Whoever accepts is woken by a last client.
        if TcpStream::connect(self.address).is_ok()
            && let Some(accepting) = self.accepting.take()
        {
            let _ended = accepting.join();
        }
    }
}

impl State {
    fn end_all(&mut self) {
        for end in self.connections.drain().flat_map(|(_, ends)| ends) {
            // One that has come apart by itself needs no ending.
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a change known and waits until it holds.
    fn settle(&self, mut state: MutexGuard<'_, State>, holds: impl Fn(&State) -> bool) {
        self.changed.notify_all();
        while !holds(&state) {
            state = self.wait(state);
        }
    }

    /// Joins a client with the server, and carries what it says.
    fn join(self: Arc<Self>, client: TcpStream) -> Result<()> {
        let mut state = self.lock();
        while state.held[Way::ToServer as usize] && !state.cut {
            state = self.wait(state);
        }
        if state.cut {
            return Ok(());
        }
        drop(state);
        let server = TcpStream::connect_timeout(&self.server, PATIENCE)?;
        for end in [&client, &server] {
            end.set_nodelay(true)?;
            end.set_write_timeout(Some(PATIENCE))?;
        }
        let ends = [client.try_clone()?, server.try_clone()?];
        let mut state = self.lock();
        if state.cut {
            return Ok(());
        }
        state.made += 1;
        let number = state.made;
        state.connections.insert(number, ends);
        drop(state);
        let (back, to) = (Arc::clone(&self), client.try_clone()?);
        let from = server.try_clone()?;
        let answers = Builder::new().spawn(move || back.carry(number, from, to, Way::ToClient))?;
        self.carry(number, client, server, Way::ToServer);
        let _ended = answers.join();
        self.lock().connections.remove(&number);
        Ok(())
    }

    /// Carries bytes one way until they end or the connection does.
    fn carry(&self, number: u64, mut from: TcpStream, mut to: TcpStream, way: Way) {
        let mut piece = vec![0; PIECE];
        loop {
            let got = from.read(&mut piece).unwrap_or(0);
            let mut state = self.lock();
            while state.held[way as usize] && state.connections.contains_key(&number) {
                state = self.wait(state);
            }
            if !state.connections.contains_key(&number) {
                return;
            }
            state.writing[way as usize] += 1;
            drop(state);
            let written = match got {
                0 => to.shutdown(Shutdown::Write),
                got => to.write_all(&piece[..got]),
            };
            self.lock().writing[way as usize] -= 1;
            self.changed.notify_all();
            if got == 0 {
                return;
            }
            if written.is_err() {
                // The other way has to end as well.
                let _ = from.shutdown(Shutdown::Both);
                let _ = to.shutdown(Shutdown::Both);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Way, Wire};
    use std::io::{ErrorKind, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::Duration;

    /// A server's end and its client's, joined by a wire.
    fn joined(listener: &TcpListener, wire: &Wire) -> (TcpStream, TcpStream) {
        let client = TcpStream::connect(wire.address()).unwrap();
        let (server, _) = listener.accept().unwrap();
        for end in [&client, &server] {
            end.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        }
        (client, server)
    }

    fn wire() -> (TcpListener, Wire) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Wire::to(listener.local_addr().unwrap()).unwrap();
        (listener, wire)
    }

    fn arrives(to: &mut TcpStream, bytes: &[u8]) {
        let mut read = vec![0; bytes.len()];
        to.read_exact(&mut read).unwrap();
        assert_eq!(read, bytes);
    }

    fn is_silent(end: &TcpStream) -> bool {
        end.set_nonblocking(true).unwrap();
        let peeked = end.peek(&mut [0]);
        end.set_nonblocking(false).unwrap();
        matches!(peeked, Err(error) if error.kind() == ErrorKind::WouldBlock)
    }

    #[test]
    fn what_is_held_arrives_when_it_is_healed_and_the_other_way_stays_open() {
        let (listener, wire) = wire();
        let (mut client, mut server) = joined(&listener, &wire);
        client.write_all(b"one").unwrap();
        arrives(&mut server, b"one");
        for (way, held, open) in [(Way::ToServer, 0, 1), (Way::ToClient, 1, 0)] {
            wire.hold(way);
            let ends = [&mut client, &mut server];
            ends[held].write_all(b"held").unwrap();
            ends[open].write_all(b"open").unwrap();
            arrives(ends[held], b"open");
            assert!(is_silent(ends[open]), "{way:?}");
            wire.heal();
            arrives(ends[open], b"held");
        }
        assert_eq!(wire.connections(), 1);
        drop(client);
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_cut_ends_all_and_loses_what_was_on_its_way() {
        let (listener, wire) = wire();
        let (mut client, mut server) = joined(&listener, &wire);
        wire.hold(Way::ToServer);
        client.write_all(b"lost").unwrap();
        wire.cut();
        assert_eq!(wire.connections(), 0);
        assert_eq!(server.read(&mut [0]).unwrap(), 0);
        assert!(matches!(client.read(&mut [0]), Ok(0) | Err(_)));
        let mut refused = TcpStream::connect(wire.address()).unwrap();
        assert!(matches!(refused.read(&mut [0]), Ok(0) | Err(_)));
        wire.heal();
        let (mut client, mut server) = joined(&listener, &wire);
        server.write_all(b"again").unwrap();
        arrives(&mut client, b"again");
        let address = wire.address();
        drop(wire);
        assert!(matches!(client.read(&mut [0]), Ok(0) | Err(_)));
        assert!(TcpStream::connect(address).is_err());
    }
}
