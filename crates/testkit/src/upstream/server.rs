//! The event loop of the upstream.

use super::plan::{Plan, Ready, prepare};
use super::record::Seen;
use super::session::{Next, Session};
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};
use slab::Slab;
use std::io::{ErrorKind, Result};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The token of the waker that stops the loop.
pub(super) const WAKE: Token = Token(usize::MAX);
const LISTENER: Token = Token(usize::MAX - 1);

/// What every session needs to know.
pub(super) struct Shared {
    pub(super) plan: Plan,
    pub(super) ready: Vec<Ready>,
    pub(super) seen: Arc<Seen>,
}

pub(super) struct Server {
    poll: Poll,
    listener: TcpListener,
    sessions: Slab<Session>,
    /// Sessions that are to get another turn without waiting for news.
    again: Vec<usize>,
    shared: Shared,
    stop: Arc<AtomicBool>,
}

impl Server {
    pub(super) fn bind(
        poll: Poll,
        plan: Plan,
        seen: Arc<Seen>,
        stop: Arc<AtomicBool>,
    ) -> Result<Self> {
        let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let shared = Shared { ready: prepare(&plan), plan, seen };
        Ok(Self { poll, listener, sessions: Slab::new(), again: Vec::new(), shared, stop })
    }

    pub(super) fn address(&self) -> Result<SocketAddr> {
        self.listener.local_addr()
    }

    pub(super) fn run(&mut self) -> Result<()> {
        let mut events = Events::with_capacity(256);
        while !self.stop.load(Ordering::Acquire) {
            let again = std::mem::take(&mut self.again);
            let wait = if again.is_empty() { None } else { Some(Duration::ZERO) };
            match self.poll.poll(&mut events, wait) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                polled => polled?,
            }
            for event in &events {
                match event.token() {
                    WAKE => {}
                    LISTENER => self.accept()?,
                    Token(index) => self.turn(index),
                }
            }
            for index in again {
                self.turn(index);
            }
        }
        Ok(())
    }

    fn accept(&mut self) -> Result<()> {
        loop {
            match self.listener.accept() {
                Ok((mut socket, _)) => {
                    socket.set_nodelay(true)?;
                    let entry = self.sessions.vacant_entry();
                    let interest = Interest::READABLE | Interest::WRITABLE;
                    self.poll.registry().register(&mut socket, Token(entry.key()), interest)?;
                    entry.insert(Session::new(socket));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // The client has already gone.
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn turn(&mut self, index: usize) {
        let Some(session) = self.sessions.get_mut(index) else {
            return;
        };
        match session.turn(&self.shared) {
            Next::Wait => {}
            Next::Again => self.again.push(index),
            Next::Close => {
                self.sessions.remove(index);
            }
        }
    }
}
