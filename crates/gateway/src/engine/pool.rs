//! Connections to clusters: one to a cluster is the rule, more only when its streams run out.

use super::call::{Fields, Upstream};
use super::connection::{Connection, Engine, Side};
use super::forward::Direction;
use super::link::{Link, STREAM_WINDOW};
use super::transport::{Socket, Transport};
use super::upstream::indexing;
use super::worker::Worker;
use crate::path::head::PASSED;
use crate::table::Route;
use http2::frame::{self, PREFACE, setting};
use milvus::refusal::Refusal;
use mio::net::TcpStream;
use model::cluster::UpstreamScheme;
use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// After a failed connection further calls are refused for this long without trying again.
const PAUSE: Duration = Duration::from_millis(200);
/// Streams the gateway opens on one connection before it makes another.
const STREAMS: usize = 1000;
/// Stream numbers end at 2^31; a connection is given up well before.
const LAST_STREAM: u32 = 1 << 30;

/// The connections to one cluster, and the calls that wait for one.
pub(super) struct Pool {
    route: Arc<Route>,
    connections: Vec<usize>,
    waiting: VecDeque<usize>,
    /// Addresses to try if the connection that is being made fails.
    untried: Vec<SocketAddr>,
    /// Whether the host name is being looked up.
    resolving: bool,
    paused_until: Option<Instant>,
    problem: String,
}

impl Worker {
    /// Puts a call on a connection to its cluster, or lets it wait for one. The request's fields
    /// are those the call keeps, else those of the head read last.
    pub(super) fn dispatch(&mut self, number: usize) {
        let route = self.calls[number].permit.route().clone();
        if let Some(index) = self.free_connection(&route) {
            if let Err(refusal) = self.before_sending(number) {
                self.fail(number, &refusal);
                return;
            }
            match self.calls[number].head.take() {
                None => self.open_stream(number, index, None),
                Some(fields) => {
                    self.open_stream(number, index, Some(&fields));
                    self.resume(number, Direction::Request);
                }
            }
            return;
        }
        if let Err(refusal) = self.reach(&route) {
            self.fail(number, &refusal);
            return;
        }
        let most = self.parts.config.limits.waiting;
        let Some(pool) = self.pools.get_mut(&route.number) else {
            return;
        };
        if pool.waiting.len() >= most {
            self.fail(number, &Refusal::Overloaded);
            return;
        }
        pool.waiting.push_back(number);
        if self.calls[number].head.is_none() {
            self.calls[number].head = Some(Box::new(self.fields(true)));
        }
    }

    /// The fields of the head read last, to be kept; with the word on which compressed answers the
    /// client takes, or without it.
    pub(super) fn fields(&self, compressed: bool) -> Fields {
        let fields = self.head.forwarded();
        let fields = fields.filter(|(name, _)| compressed || *name != b"grpc-accept-encoding");
        fields.map(|(name, value)| (name.into(), value.into())).collect()
    }

    fn free_connection(&self, route: &Route) -> Option<usize> {
        let pool = self.pools.get(&route.number)?;
        pool.connections.iter().copied().find(|&index| {
            self.connections.get(index).is_some_and(|connection| match &connection.side {
                Side::Engine(engine) => {
                    let most = connection.link.peer_streams.min(STREAMS);
                    engine.connected
                        && !engine.going_away
                        && engine.next_stream < LAST_STREAM
                        && connection.link.streams.len() < most
                        // No window bounds header blocks: an engine that does not read gets no
                        // more.
                        && connection.link.out.has_room()
                }
                Side::Client(_) => false,
            })
        })
    }

    /// Sees to it that a connection to the cluster is being made.
    fn reach(&mut self, route: &Arc<Route>) -> Result<(), Refusal> {
        let Some(address) = &route.upstream else {
            return Err(Refusal::UpstreamUnavailable("its engine is not running".into()));
        };
        let now = self.now;
        let pool = self.pools.entry(route.number).or_insert_with(|| Pool {
            route: route.clone(),
            connections: Vec::new(),
            waiting: VecDeque::new(),
            untried: Vec::new(),
            resolving: false,
            paused_until: None,
            problem: String::new(),
        });
        if pool.paused_until.is_some_and(|until| now < until) {
            return Err(Refusal::UpstreamUnavailable(pool.problem.clone()));
        }
        let connections = pool.connections.clone();
        let connecting = connections.iter().any(|&index| {
            matches!(self.connections.get(index).map(|c| &c.side),
                Some(Side::Engine(engine)) if !engine.connected)
        });
        let usable = connections.len() < self.parts.config.limits.upstream_connections;
        let Some(pool) = self.pools.get_mut(&route.number) else {
            return Ok(());
        };
        if connecting || pool.resolving || !usable {
            return Ok(());
        }
        if let Ok(ip) = address.host().parse::<IpAddr>() {
            let target = SocketAddr::new(ip, address.port());
            return self.connect(&route.clone(), &[target]);
        }
        pool.resolving = self.parts.resolver.ask(address, route.number, self.outlet.clone());
        if pool.resolving { Ok(()) } else { Err(Refusal::Overloaded) }
    }

    /// The host name of a cluster was looked up.
    pub(super) fn resolved(&mut self, route: u32, found: Result<Vec<SocketAddr>, String>) {
        let Some(pool) = self.pools.get_mut(&route) else {
            return;
        };
        pool.resolving = false;
        let route = pool.route.clone();
        match found {
            // What waited is answered; there is no other caller to tell.
            Ok(addresses) => drop(self.connect(&route, &addresses)),
            Err(problem) => self.unreachable(route.number, &problem),
        }
    }

    /// Begins a connection to the first address that lets it begin.
    fn connect(&mut self, route: &Arc<Route>, addresses: &[SocketAddr]) -> Result<(), Refusal> {
        let mut problem = "its host name has no address".to_owned();
        for (place, &address) in addresses.iter().enumerate() {
            match TcpStream::connect(address) {
                Ok(socket) => {
                    let _ = socket.set_nodelay(true);
                    let engine = Engine {
                        route: route.clone(),
                        connected: false,
                        next_stream: 1,
                        going_away: false,
                    };
                    let transport = match self.secure(route, socket) {
                        Ok(transport) => transport,
                        Err(reason) => {
                            problem = reason;
                            continue;
                        }
                    };
                    let index = self.insert(Link::to_engine(transport), Side::Engine(engine));
                    let pool = self.pools.get_mut(&route.number);
                    if let (Some(index), Some(pool)) = (index, pool) {
                        pool.connections.push(index);
                        pool.untried = addresses[place + 1..].to_vec();
                        return Ok(());
                    }
                }
                Err(error) => problem = error.to_string(),
            }
        }
        self.unreachable(route.number, &problem);
        Err(Refusal::UpstreamUnavailable(problem))
    }

    /// A connection that was being made has failed: the next address, or nobody gets through.
    pub(super) fn try_next_address(&mut self, route: u32, problem: &str) {
        let next = self
            .pools
            .get_mut(&route)
            .map(|pool| (pool.route.clone(), std::mem::take(&mut pool.untried)));
        match next {
            // What cannot be reached is said to whoever waits.
            Some((route, addresses)) if !addresses.is_empty() => {
                drop(self.connect(&route, &addresses));
            }
            _ => self.unreachable(route, problem),
        }
    }

    /// Puts TLS over a socket if the cluster's address asks for it.
    fn secure(&self, route: &Route, socket: TcpStream) -> Result<Transport, String> {
        match &route.upstream {
            Some(address) if address.scheme() == UpstreamScheme::Tls => {
                let session = self.parts.tls.session(address.host())?;
                Ok(self.transport(Socket::tls(socket, session)))
            }
            _ => Ok(self.transport(Socket::Plain(socket))),
        }
    }

    /// The socket of an engine connection became writable for the first time.
    pub(super) fn connected(&mut self, index: usize) {
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        let Some(socket) = connection.link.socket.socket() else {
            return;
        };
        let error = match socket.take_error() {
            Ok(None) => socket.peer_addr().err(),
            Ok(Some(error)) | Err(error) => Some(error),
        };
        if let Some(error) = error {
            if error.kind() != std::io::ErrorKind::NotConnected {
                self.drop_engine(index, &error.to_string());
            }
            return;
        }
        let keepalive = socket2::TcpKeepalive::new()
            .with_time(Duration::from_secs(30))
            .with_interval(Duration::from_secs(10));
        let _ = socket2::SockRef::from(socket).set_tcp_keepalive(&keepalive);
        let link = &mut connection.link;
        link.out.buffer().extend_from_slice(PREFACE);
        link.out.skip_as_frame_start();
        link.greet(&[(setting::ENABLE_PUSH, 0), (setting::INITIAL_WINDOW_SIZE, STREAM_WINDOW)]);
        if let Some(engine) = connection.engine() {
            engine.connected = true;
            let route = engine.route.number;
            self.touch(index);
            self.pump(route);
        }
        self.ready.push(index);
    }

    /// An engine may take more streams than before.
    pub(super) fn streams_changed(&mut self, index: usize) {
        if let Some(engine) = self.connections.get_mut(index).and_then(Connection::engine) {
            let route = engine.route.number;
            self.pump(route);
        }
    }

    /// Gives waiting calls the connections that can take them.
    pub(super) fn pump(&mut self, route: u32) {
        loop {
            let Some(pool) = self.pools.get_mut(&route) else {
                return;
            };
            let route = pool.route.clone();
            let Some(&number) = pool.waiting.front() else {
                return;
            };
            let Some(index) = self.free_connection(&route) else {
                // Every stream is taken: another connection, if one more is allowed.
                let _ = self.reach(&route);
                return;
            };
            if let Some(pool) = self.pools.get_mut(&route.number) {
                pool.waiting.pop_front();
            }
            // What has waited is decided again: its caller may be gone by now.
            let held = self.caller_holds(&self.calls[number]);
            match held.and_then(|()| self.before_sending(number)) {
                Ok(()) => {
                    let fields = self.calls[number].head.take().unwrap_or_default();
                    self.open_stream(number, index, Some(&fields));
                    self.resume(number, Direction::Request);
                }
                Err(refusal) => self.fail(number, &refusal),
            }
        }
    }

    /// Closes all connections of a route that no longer stands. Its calls are ended already.
    pub(super) fn close_pool(&mut self, route: u32) {
        let Some(pool) = self.pools.remove(&route) else {
            return;
        };
        for number in pool.waiting {
            if self.calls.contains(number) {
                self.fail(number, &self.route_lost(&pool.route));
            }
        }
        for index in pool.connections {
            self.forget(index);
        }
    }

    /// Forgets pools of routes that are gone and hold nothing.
    pub(super) fn forget_unused_pools(&mut self) {
        self.pools.retain(|_, pool| {
            !(pool.connections.is_empty() && pool.waiting.is_empty() && !pool.resolving)
                || pool.paused_until.is_some()
        });
    }

    /// Takes a call out of the waiting list of its cluster.
    pub(super) fn stop_waiting(&mut self, number: usize) {
        let route = self.calls[number].permit.route().number;
        if let Some(pool) = self.pools.get_mut(&route) {
            pool.waiting.retain(|&waiting| waiting != number);
        }
    }

    /// Takes a connection out of its pool.
    pub(super) fn leave_pool(&mut self, route: u32, index: usize) {
        if let Some(pool) = self.pools.get_mut(&route) {
            pool.connections.retain(|&other| other != index);
        }
    }

    /// The cluster cannot be reached: what waits for it is answered, and it gets a short pause.
    pub(super) fn unreachable(&mut self, route: u32, problem: &str) {
        let Some(pool) = self.pools.get_mut(&route) else {
            return;
        };
        tracing::warn!(cluster = %pool.route.text, %problem, "a cluster cannot be reached");
        pool.paused_until = Some(self.now + PAUSE);
        problem.clone_into(&mut pool.problem);
        let waiting: Vec<usize> = pool.waiting.drain(..).collect();
        for number in waiting {
            self.fail(number, &Refusal::UpstreamUnavailable(problem.to_owned()));
        }
    }

    /// Opens the stream of a call on a connection and writes its header block. `None` takes the
    /// fields from the head read last.
    fn open_stream(&mut self, number: usize, index: usize, fields: Option<&Fields>) {
        let Some(connection) = self.connections.get_mut(index) else {
            return;
        };
        let peer_window = connection.link.peer_window;
        let Some(engine) = connection.engine() else {
            return;
        };
        let stream = engine.next_stream;
        engine.next_stream += 2;
        let route = engine.route.clone();
        let call = &mut self.calls[number];
        call.upstream = Upstream::Open { connection: index, stream };
        call.request.window = peer_window;
        let link = &mut connection.link;
        link.streams.insert(stream, number);
        let end = call.request.ended && call.request.queue.waiting().is_empty();
        call.request.end_sent = end;
        let out = link.out.buffer();
        let mark = frame::begin_headers(out);
        let encoder = &mut link.encoder;
        encoder.begin(out);
        let is_tls = matches!(&route.upstream, Some(a) if a.scheme() == UpstreamScheme::Tls);
        let scheme: &[u8] = if is_tls { b"https" } else { b"http" };
        let mut put = |name: &[u8], value: &[u8]| {
            encoder.field(out, name, value, indexing(name, value));
        };
        put(b":method", b"POST");
        put(b":scheme", scheme);
        put(b":path", call.permit.rpc().path.as_bytes());
        put(b":authority", route.authority.as_bytes());
        put(b"te", b"trailers");
        put(PASSED, self.name.as_bytes());
        if let Some(credential) = &route.authorization {
            put(b"authorization", credential);
        }
        match fields {
            None => self.head.forwarded().for_each(|(name, value)| put(name, value)),
            Some(fields) => fields.iter().for_each(|(name, value)| put(name, value)),
        }
        frame::end_headers(out, mark, stream, end, link.peer_frame);
        self.touch(index);
    }
}
