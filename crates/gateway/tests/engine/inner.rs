//! Clients of HTTP/1 are handed over with an inner connection; what comes over it is decided as
//! their own calls are, and a change that ends a caller's right ends the client's connection.

use crate::house::{House, call, until};
use crate::lease::OVER;
use gateway::lease::BootClock;
use gateway::{Handed, KNOCK, Lease, RestDoor, RestLoop};
use model::change::ProjectAccess;
use model::{ApiKey, Change};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::client::{Call, Client};
use testkit::upstream::{Answer, Plan, Upstream};

const PATIENCE: Duration = Duration::from_secs(10);

/// Takes as many connections as it is allowed to, and gives them to the test.
#[derive(Clone, Debug)]
struct Door {
    handed: Sender<Handed>,
    room: Arc<Mutex<usize>>,
}

impl RestDoor for Door {
    fn has_room(&self) -> bool {
        *self.room.lock().unwrap() > 0
    }

    fn open(&self, _: OwnedFd) -> io::Result<Box<dyn RestLoop>> {
        Ok(Box::new(self.clone()))
    }
}

impl RestLoop for Door {
    fn serve(&mut self, handed: Handed) {
        *self.room.lock().unwrap() -= 1;
        self.handed.send(handed).unwrap();
    }

    fn is_empty(&self) -> bool {
        true
    }

    fn turn(&mut self, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }
}

/// A house with a door for HTTP/1, one cluster and one key.
struct Front {
    house: House,
    upstream: Upstream,
    key: ApiKey,
    handed: Receiver<Handed>,
}

impl Front {
    fn new(room: usize) -> Self {
        Self::with(room, None)
    }

    fn with(room: usize, lease: Option<Arc<Lease>>) -> Self {
        let (sender, handed) = channel();
        let door = Arc::new(Door { handed: sender, room: Arc::new(Mutex::new(room)) });
        let house = House::with(|config| {
            config.rest = Some(door);
            config.lease = lease;
        });
        let answers = vec![("Search".into(), Answer::Hold)];
        let upstream = Upstream::start(Plan { answers, ..Plan::default() }).unwrap();
        house.add_cluster(&upstream, None);
        let key = house.add_key();
        Self { house, upstream, key, handed }
    }

    /// A client that has sent the head of a request with this token.
    fn ask(&self, token: &str) -> TcpStream {
        let mut socket = TcpStream::connect(self.house.gateway().local_addr()).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(socket, "POST /v2/x HTTP/1.1\r\nauthorization: Bearer {token}\r\n\r\nbody").unwrap();
        socket
    }

    /// The same, handed over, with a gRPC client on its inner connection.
    fn enter(&self) -> (TcpStream, Session) {
        let socket = self.ask(self.key.expose());
        let handed = self.handed.recv_timeout(PATIENCE).unwrap();
        assert!(handed.read.starts_with(b"POST /v2/x HTTP/1.1\r\n"), "{:?}", handed.read);
        assert_eq!(handed.peer, socket.local_addr().unwrap());
        handed.inner.set_nonblocking(false).unwrap();
        let calls = Client::on(handed.inner, PATIENCE).unwrap();
        (socket, Session { client: handed.client, calls })
    }
}

/// A connection as the façade holds it.
struct Session {
    client: TcpStream,
    calls: Client,
}

impl Session {
    /// Writes until the client's sockets are full; how much that was.
    fn fill(&mut self) -> usize {
        let mut written = 0;
        loop {
            match self.client.write(&[b'x'; 65_536]) {
                Ok(bytes) => written += bytes,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
                    return written;
                }
            }
        }
    }

    fn is_dead(&mut self) -> bool {
        matches!(self.client.write(b"x"), Err(error) if error.kind() != ErrorKind::WouldBlock)
    }
}

/// Reads to the end, or to the reset; how much there was.
fn drain(socket: &mut TcpStream) -> usize {
    let (mut buffer, mut read) = (vec![0; 65_536], 0);
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return read,
            Ok(bytes) => read += bytes,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}");
                return read;
            }
        }
    }
}

fn knock(token: &str) -> Call {
    Call::to(KNOCK).token(token)
}

#[test]
fn what_comes_over_an_inner_connection_is_decided_as_the_clients_own() {
    let front = Front::new(1);
    let (_socket, mut session) = front.enter();
    let stranger = ApiKey::generate(front.key.id(), &model::entropy::SequenceEntropy::new(3));
    let calls = &mut session.calls;
    assert_eq!(calls.unary(&knock(front.key.expose())).unwrap().code(), Some(0));
    assert_eq!(calls.unary(&knock(stranger.expose())).unwrap().code(), Some(16));
    assert_eq!(calls.unary(&Call::to(KNOCK)).unwrap().code(), Some(16));
    assert_eq!(front.upstream.seen().calls(), 0);
    assert_eq!(calls.unary(&call("HasCollection", &front.key)).unwrap().code(), Some(0));
    assert_eq!(calls.unary(&call("HasCollection", &stranger)).unwrap().code(), Some(16));
    let elsewhere = call("HasCollection", &front.key).host("in01-000000000000001.example.com");
    assert_eq!(calls.unary(&elsewhere).unwrap().code(), Some(7));
    assert_eq!(front.upstream.seen().calls(), 1);
    // Nobody but an inner connection may knock.
    let outside = front.house.client().unary(&knock(front.key.expose())).unwrap();
    assert_eq!(outside.code(), Some(12));
}

/// The call is over, its answer is on its way to a client that reads slowly.
#[test]
fn an_answer_being_written_to_a_slow_reader_ends_with_its_key() {
    let front = Front::new(2);
    let (mut socket, mut session) = front.enter();
    assert_eq!(session.calls.unary(&call("HasCollection", &front.key)).unwrap().code(), Some(0));
    let written = session.fill();
    front.house.apply(&[Change::KeyGone(front.key.id())]);
    assert!(session.is_dead(), "more can be written after the fence");
    let read = drain(&mut socket);
    assert!(read < written, "all {written} bytes arrived, those in the kernel too");
    assert!(session.calls.unary(&call("HasCollection", &front.key)).is_err());
}

#[test]
fn a_call_in_flight_takes_the_clients_connection_with_it() {
    let front = Front::new(1);
    let (mut socket, mut session) = front.enter();
    session.calls.send(&call("Search", &front.key)).unwrap();
    until("the call is upstream", || front.upstream.seen().calls() == 1);
    front.house.apply(&[Change::KeyGone(front.key.id())]);
    assert!(session.is_dead());
    assert_eq!(drain(&mut socket), 0);
    until("the engine is told", || front.upstream.seen().resets() == 1);
}

#[test]
fn a_whitelist_ends_the_connections_of_those_it_shuts_out() {
    let front = Front::new(1);
    let (mut socket, mut session) = front.enter();
    assert_eq!(session.calls.unary(&call("HasCollection", &front.key)).unwrap().code(), Some(0));
    session.fill();
    let sources = model::address::AddressList::new(["10.0.0.0/8".parse().unwrap()]);
    front.house.apply(&[Change::ProjectPut(ProjectAccess { id: front.house.project, sources })]);
    assert!(session.is_dead());
    drain(&mut socket);
}

/// What the façade has of an answer may not reach the client when the gateway's lease is over.
#[test]
fn the_end_of_a_lease_ends_the_connections_over_which_calls_came() {
    let lease = Arc::new(Lease::new(Arc::new(BootClock)).unwrap());
    let front = Front::with(3, Some(Arc::clone(&lease)));
    let extend = || lease.extend(lease.stamp(), Duration::from_hours(1)).unwrap();
    extend();
    let has = call("HasCollection", &front.key);
    let (mut reader, mut answered) = front.enter();
    assert_eq!(answered.calls.unary(&has).unwrap().code(), Some(0));
    let written = answered.fill();
    let (mut waiter, mut asking) = front.enter();
    asking.calls.send(&call("Search", &front.key)).unwrap();
    until("the call is upstream", || front.upstream.seen().calls() == 2);
    let (_idle, mut unused) = front.enter();
    lease.end();
    until("the engine is told", || front.upstream.seen().resets() == 1);
    until("both are reset", || answered.is_dead() && asking.is_dead());
    assert!(drain(&mut reader) < written, "all {written} bytes arrived");
    assert_eq!(drain(&mut waiter), 0);
    for call in [&knock(front.key.expose()), &has] {
        let answer = unused.calls.unary(call).unwrap();
        assert_eq!((answer.code(), answer.text()), (Some(14), OVER));
    }
    extend();
    assert_eq!(unused.calls.unary(&has).unwrap().code(), Some(0));
    assert!(!unused.is_dead());
}

#[test]
fn other_keys_keep_their_connections() {
    let front = Front::new(1);
    let other = front.house.add_key();
    let (_socket, mut session) = front.enter();
    assert_eq!(session.calls.unary(&call("HasCollection", &front.key)).unwrap().code(), Some(0));
    front.house.apply(&[Change::KeyGone(other.id())]);
    assert!(!session.is_dead());
    assert_eq!(session.calls.unary(&call("HasCollection", &front.key)).unwrap().code(), Some(0));
    // Of a connection with calls of very many keys it is not kept whose they were.
    for key in (0..40).map(|_| front.house.add_key()).collect::<Vec<_>>() {
        assert_eq!(session.calls.unary(&call("HasCollection", &key)).unwrap().code(), Some(0));
    }
    front.house.apply(&[Change::KeyGone(front.house.add_key().id())]);
    assert!(session.is_dead());
}

#[test]
fn who_has_no_credential_or_finds_no_room_is_answered_here() {
    let front = Front::new(1);
    let (_socket, _session) = front.enter();
    for (token, status) in [(front.key.expose(), "503"), ("", "401")] {
        let mut text = String::new();
        front.ask(token).read_to_string(&mut text).unwrap();
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{text}");
    }
}
