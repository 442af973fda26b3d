//! The event loop of one worker.

use super::call::Call;
use super::command::{Command, Inbox, Outlet, channel};
use super::connection::{Client, Connection, Side};
use super::link::Link;
use super::out::HIGH_WATER;
use super::parked::Parked;
use super::pool::Pool;
use super::resolve::Resolver;
use super::transport::Socket;
use super::wait::{Eyes, Wait, present};
use super::watch::Watch;
use crate::access_log::AccessWriter;
use crate::calls::CutCalls;
use crate::config::Config;
use crate::desk::Clerks;
use crate::lease::Standing;
use crate::metrics::Counters;
use crate::moments::{Moment, Moments};
use crate::passwords::Passwords;
use crate::path::{Head, Means};
use crate::rest_door::RestLoop;
use crate::table::View;
use crate::upstream_tls::UpstreamTls;
use crate::usage::{Tally, Usage};
use hashbrown::HashMap;
use mio::event::Event;
use mio::net::TcpStream;
use mio::unix::SourceFd;
use mio::{Interest, Poll, Token, Waker};
use model::{Clock, Timestamp};
use slab::Slab;
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// The token of the waker; connections have their own numbers.
const WAKE: Token = Token(usize::MAX);
/// The token of the lease's alarm.
const ALARM: Token = Token(usize::MAX - 1);
/// Bytes read from one connection in one turn.
pub const READ: usize = 128 * 1024;
/// How often time limits are looked at.
pub const TICK: Duration = Duration::from_secs(1);

/// What a worker is made of, besides its own state.
pub struct Parts {
    /// Configuration of the gateway.
    pub config: Arc<Config>,
    /// Its view of the access table.
    pub view: View,
    /// What decisions need besides the table.
    pub means: Means,
    /// Checks passwords of cluster users.
    pub(crate) passwords: Passwords,
    /// Takes RPCs about users and roles to whoever answers them.
    pub(crate) clerks: Option<Clerks>,
    /// Wall-clock time, for logs.
    pub clock: Arc<dyn Clock>,
    /// Time that never goes back, for decisions; shared by all workers.
    pub moments: Arc<Moments>,
    /// Its counters.
    pub counters: Arc<Counters>,
    /// Its part of the access log.
    pub access: AccessWriter,
    /// Where it hands its counts of calls by key.
    pub usage: Arc<Usage>,
    /// How it stands with the gateway's lease, if there is one.
    pub(crate) standing: Option<Arc<Standing>>,
    /// Looks up host names.
    pub resolver: Resolver,
    /// Makes TLS sessions with clusters.
    pub(crate) tls: Arc<UpstreamTls>,
}

/// One worker: connections, calls and what decides about them.
pub struct Worker {
    pub(super) parts: Parts,
    pub(super) poll: Poll,
    pub(super) inbox: Inbox,
    pub(super) outlet: Outlet,
    pub(super) connections: Slab<Connection>,
    pub(super) calls: Slab<Call>,
    pub(super) pools: HashMap<u32, Pool>,
    /// Calls that wait for a password, by their client's connection and stream.
    pub(super) parked: HashMap<(usize, u32), Parked>,
    /// How many tickets were given.
    pub(super) tickets: u64,
    /// The gateway's id, as it stands in what is passed on.
    pub(super) name: Box<str>,
    /// Filled by every request, one at a time.
    pub(super) head: Head,
    /// What a turn reads into.
    pub(super) scratch: Vec<u8>,
    /// Watches of calls that have ended, for further ones.
    #[expect(clippy::vec_box, reason = "they move between here and calls, which are kept small")]
    pub(super) watches: Vec<Box<Watch>>,
    /// Connections that may have more to read.
    pub(super) ready: Vec<usize>,
    /// Connections that have something to write.
    pub(super) dirty: Vec<usize>,
    /// Waits for a cut to be flushed.
    pub(super) cuts: Vec<(Sender<CutCalls>, CutCalls)>,
    /// Bytes that waited to be written at the last tick.
    pub(super) unwritten: usize,
    /// Body bytes waiting in calls.
    pub(super) buffered: usize,
    /// The time of this turn.
    pub(super) now: Instant,
    /// The same for decisions.
    pub(super) moment: Moment,
    /// Calls by key, since the last tick.
    pub(super) tally: Tally,
    /// Up to when calls of keys that ended have been cut.
    pub(super) expired_to: Timestamp,
    next_tick: Instant,
    /// Set when the gateway stops: the latest moment to end.
    pub(super) drain: Option<Instant>,
    /// Serves the clients of HTTP/1, once there was one.
    pub(super) rest: Option<Box<dyn RestLoop>>,
}

impl Worker {
    /// A worker and the way to command it.
    ///
    /// # Errors
    /// The system cannot make another poll or waker.
    pub fn new(parts: Parts, now: Instant) -> io::Result<(Self, Outlet)> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        if let Some(lease) = &parts.config.lease {
            let alarm = lease.as_fd().as_raw_fd();
            poll.registry().register(&mut SourceFd(&alarm), ALARM, Interest::READABLE)?;
        }
        let (outlet, inbox) = channel(waker);
        let name = parts.config.id.to_string().into();
        let moment = parts.moments.at(now);
        let worker = Self {
            parts,
            poll,
            inbox,
            outlet: outlet.clone(),
            connections: Slab::new(),
            calls: Slab::new(),
            pools: HashMap::new(),
            parked: HashMap::new(),
            tickets: 0,
            name,
            head: Head::default(),
            scratch: vec![0; READ],
            watches: Vec::new(),
            ready: Vec::new(),
            dirty: Vec::new(),
            cuts: Vec::new(),
            unwritten: 0,
            buffered: 0,
            now,
            moment,
            tally: Tally::default(),
            expired_to: moment.wall,
            next_tick: now + TICK,
            drain: None,
            rest: None,
        };
        Ok((worker, outlet))
    }

    /// Runs until drained.
    ///
    /// # Errors
    /// The system's poll fails, which it does not while the process is healthy.
    pub fn run(mut self) -> io::Result<()> {
        let mut wait = Wait::default();
        loop {
            let patience = self.patience(present());
            let mut eyes = Eyes { poll: &mut self.poll, rest: self.rest.as_deref_mut() };
            self.now = wait.wait(&mut eyes, patience)?;
            self.moment = self.parts.moments.at(self.now);
            self.parts.view.refresh();
            self.look_at_lease();
            for event in wait.events() {
                if event.token() == WAKE || event.token() == ALARM {
                    continue;
                }
                self.noticed(event);
            }
            self.commands();
            for index in std::mem::take(&mut self.ready) {
                self.read(index);
            }
            self.flush();
            for (done, cut) in self.cuts.drain(..) {
                // The asker may have stopped waiting; the cut stands all the same.
                let _ = done.send(cut);
            }
            if self.now >= self.next_tick {
                self.next_tick = self.now + TICK;
                self.tick();
                // What ended is told now, not when something else happens.
                self.flush();
            } else if self.tally.is_full() {
                self.parts.usage.add(&mut self.tally, self.moment.wall);
            }
            if self.is_drained() {
                self.parts.access.flush();
                self.parts.usage.add(&mut self.tally, self.moment.wall);
                return Ok(());
            }
        }
    }

    /// How long the poll may sleep: not at all while something is left to read, and for ever when
    /// there is nothing whose time can run out.
    fn patience(&self, now: Instant) -> Option<Duration> {
        if !self.ready.is_empty() {
            return Some(Duration::ZERO);
        }
        let written = self.parts.access.is_empty() && self.tally.is_empty();
        let idle = self.connections.is_empty() && written && self.drain.is_none();
        (!idle).then(|| self.next_tick.saturating_duration_since(now))
    }

    fn noticed(&mut self, event: &Event) {
        let index = event.token().0;
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        // The end is told once: without a note a read that finds bytes before it would miss it.
        connection.link.closing |= event.is_read_closed();
        if event.is_writable() {
            connection.link.writable = true;
            if let Side::Engine(engine) = &connection.side
                && !engine.connected
            {
                self.connected(index);
                return;
            }
            self.touch(index);
        }
        if event.is_readable() {
            self.ready.push(index);
        }
    }

    fn commands(&mut self) {
        while let Ok(command) = self.inbox.try_recv() {
            match command {
                Command::Accept { socket, peer, port } => self.accept(socket, peer, port),
                Command::Resolved { route, found } => self.resolved(route, found),
                Command::Checked { waiting, right } => {
                    for waiting in waiting {
                        self.checked(waiting, right);
                    }
                }
                Command::Answered { number, ticket, answer } => {
                    self.desk_answered(number, ticket, answer);
                }
                Command::Cut { lost, done } => {
                    // The change came before the command, so this view has it, and a moment read
                    // now is not before the end that the change may have set.
                    self.parts.view.refresh();
                    self.moment = self.parts.moments.at(present());
                    let cut = self.cut(&lost);
                    self.cuts.push((done, cut));
                }
                Command::Count { key, told } => {
                    // Whoever asked may have stopped waiting.
                    let _ = told.send(self.calls_of(key));
                }
                Command::Drain { until } => self.begin_drain(until),
            }
        }
    }

    fn accept(&mut self, socket: TcpStream, peer: SocketAddr, port: u16) {
        if self.drain.is_some() {
            return;
        }
        let client = Client::new(peer, port);
        let keepalive = socket2::TcpKeepalive::new()
            .with_time(Duration::from_mins(1))
            .with_interval(Duration::from_secs(15));
        // Without it a client whose machine has vanished would hold its place for ever.
        let _ = socket2::SockRef::from(&socket).set_tcp_keepalive(&keepalive);
        self.parts.counters.client_opened();
        let link = Link::new(self.transport(Socket::Plain(socket)), HIGH_WATER);
        if self.insert(link, Side::Client(client)).is_none() {
            self.parts.counters.client_closed();
        }
    }

    /// Adds a connection and asks to be told of its events; `None` if the system refuses.
    pub(super) fn insert(&mut self, link: Link, side: Side) -> Option<usize> {
        let entry = self.connections.vacant_entry();
        let index = entry.key();
        let connection = entry.insert(Connection { link, side, opened: self.now });
        let interest = Interest::READABLE | Interest::WRITABLE;
        let registered =
            self.poll.registry().register(&mut connection.link.socket, Token(index), interest);
        if let Err(error) = registered {
            tracing::warn!(%error, "cannot watch a connection; it is closed");
            self.connections.remove(index);
            return None;
        }
        Some(index)
    }

    /// Notes that a connection has something to write at the end of the turn.
    pub(super) fn touch(&mut self, index: usize) {
        if let Some(connection) = self.connections.get_mut(index)
            && !std::mem::replace(&mut connection.link.dirty, true)
        {
            self.dirty.push(index);
        }
    }
}
