//! Accepting clients: one thread for all ports, handing sockets to the worker with the fewest.

use super::command::{Command, Outlet};
use crate::config::Config;
use crate::metrics::Counters;
use hashbrown::HashMap;
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token, Waker};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const WAKE: Token = Token(usize::MAX);
/// How long until a port that could not be opened is tried again.
const RETRY: Duration = Duration::from_secs(1);
/// How long accepting rests when the system is out of sockets.
const REST: Duration = Duration::from_millis(100);

/// What the accepting thread is told from outside.
pub struct Ports {
    wanted: Mutex<Vec<u16>>,
    changed: AtomicBool,
    problems: Mutex<HashMap<u16, String>>,
    stop: AtomicBool,
    waker: Waker,
}

impl Ports {
    /// The ports that clusters own, beside the gateway's own.
    pub fn want(&self, ports: Vec<u16>) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = ports;
        self.changed.store(true, Ordering::Release);
        let _ = self.waker.wake();
    }

    /// Why a port is not listened on, if it should be and is not.
    pub fn problem(&self, port: u16) -> Option<String> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner).get(&port).cloned()
    }

    /// Ends the thread.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
        let _ = self.waker.wake();
    }
}

/// The accepting thread.
pub struct Listener {
    config: Arc<Config>,
    poll: Poll,
    own: TcpListener,
    others: HashMap<u16, TcpListener>,
    workers: Vec<(Outlet, Arc<Counters>)>,
    ports: Arc<Ports>,
}

impl Listener {
    /// Prepares to accept on a bound socket.
    ///
    /// # Errors
    /// The system cannot make a poll or waker.
    pub fn new(
        config: Arc<Config>,
        socket: std::net::TcpListener,
        workers: Vec<(Outlet, Arc<Counters>)>,
    ) -> io::Result<(Self, Arc<Ports>)> {
        let poll = Poll::new()?;
        socket.set_nonblocking(true)?;
        let mut own = TcpListener::from_std(socket);
        poll.registry().register(&mut own, Token(0), Interest::READABLE)?;
        let ports = Arc::new(Ports {
            wanted: Mutex::default(),
            changed: AtomicBool::new(false),
            problems: Mutex::default(),
            stop: AtomicBool::new(false),
            waker: Waker::new(poll.registry(), WAKE)?,
        });
        let others = HashMap::new();
        Ok((Self { config, poll, own, others, workers, ports: ports.clone() }, ports))
    }

    /// Accepts until told to stop.
    ///
    /// # Errors
    /// The system's poll fails, which it does not while the process is healthy.
    pub fn run(mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(64);
        let (mut patience, mut closed) = (None, false);
        loop {
            match self.poll.poll(&mut events, patience) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result?,
            }
            if self.ports.stop.load(Ordering::Acquire) {
                return Ok(());
            }
            if events.is_empty() || self.ports.changed.swap(false, Ordering::AcqRel) {
                closed = self.follow_wanted();
            }
            // Every listener is asked: which one woke the poll does not matter.
            let mut exhausted = self.accept_all(&self.own);
            for listener in self.others.values() {
                exhausted |= self.accept_all(listener);
            }
            patience = match (exhausted, closed) {
                (true, _) => Some(REST),
                (false, true) => Some(RETRY),
                (false, false) => None,
            };
        }
    }

    /// Opens and closes cluster ports until they are the wanted ones; whether one stays closed.
    fn follow_wanted(&mut self) -> bool {
        let wanted = self.ports.wanted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.others.retain(|port, _| wanted.contains(port));
        let mut problems = HashMap::new();
        for port in wanted {
            if self.others.contains_key(&port) {
                continue;
            }
            let address = SocketAddr::new(self.config.listen.ip(), port);
            let opened = TcpListener::bind(address).and_then(|mut listener| {
                let token = Token(usize::from(port));
                self.poll.registry().register(&mut listener, token, Interest::READABLE)?;
                Ok(listener)
            });
            match opened {
                Ok(listener) => drop(self.others.insert(port, listener)),
                Err(error) => {
                    let problem = format!("cannot listen on {address}: {error}");
                    if self.ports.problem(port).as_ref() != Some(&problem) {
                        tracing::error!(%problem, "a cluster's own port is closed");
                    }
                    problems.insert(port, problem);
                }
            }
        }
        let closed = !problems.is_empty();
        *self.ports.problems.lock().unwrap_or_else(PoisonError::into_inner) = problems;
        closed
    }

    /// Accepts all that wait; whether the system ran out of sockets.
    fn accept_all(&self, listener: &TcpListener) -> bool {
        let port = listener.local_addr().map_or(0, |address| address.port());
        loop {
            match listener.accept() {
                Ok((socket, peer)) => self.hand_over(socket, peer, port),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    return true;
                }
            }
        }
    }

    fn hand_over(&self, socket: mio::net::TcpStream, peer: SocketAddr, port: u16) {
        let open: usize = self.workers.iter().map(|(_, counters)| counters.clients()).sum();
        if open >= self.config.limits.connections {
            tracing::warn!(limit = open, "too many connections: a new one is closed");
            return;
        }
        let _ = socket.set_nodelay(true);
        let mut workers: Vec<_> = self.workers.iter().collect();
        workers.sort_by_key(|(_, counters)| counters.clients());
        let mut command = Some(Command::Accept { socket, peer, port });
        for (worker, _) in workers {
            // A worker that has died leaves its counters behind; the next one takes the client.
            command = command.and_then(|command| worker.hand(command));
        }
    }
}
