//! The lease of a gateway: when it is over nothing is admitted, nothing runs and nothing is
//! written, although nobody tells the gateway so.

use crate::desk;
use crate::hand::{HandClock, Shared};
use crate::house::{House, PASSWORD, call, call_as, until};
use crate::narrow::refused;
use crate::users::ADMIN;
use gateway::{Applied, Config, Lease};
use http2::frame::{self, setting};
use model::{ApiKey, Change, ClusterId};
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use testkit::upstream::{Answer, Plan, Upstream};

const LENGTH: Duration = Duration::from_secs(10);
const MOMENT: Duration = Duration::from_nanos(1);
const JUST_BEFORE: Duration = Duration::from_nanos(9_999_999_999);
pub(crate) const OVER: &str = "this gateway has lost touch with its control plane and refuses all \
                               calls until it is back: try again, or use another gateway";

/// A house whose gateway has a lease, on a clock that is moved by hand.
pub(crate) struct Tenant {
    pub(crate) house: House,
    pub(crate) upstream: Upstream,
    pub(crate) key: ApiKey,
    pub(crate) cluster: ClusterId,
    pub(crate) clock: Arc<HandClock>,
    lease: Arc<Lease>,
}

impl Tenant {
    /// A loaded gateway whose lease was never extended, with one worker.
    pub(crate) fn closed() -> Self {
        Self::with(|_| {}, None)
    }

    /// The same with other settings, and another engine if there is an address.
    pub(crate) fn with(change: impl FnOnce(&mut Config), engine: Option<SocketAddr>) -> Self {
        let clock = Arc::new(HandClock::default());
        let lease = Arc::new(Lease::new(Arc::new(Shared(Arc::clone(&clock)))).unwrap());
        let house = House::with(|config| {
            config.workers = 1;
            config.lease = Some(Arc::clone(&lease));
            change(config);
        });
        let answers = [("Search", Answer::Hold), ("Query", Answer::Endless(4096))];
        let answers = answers.map(|(rpc, answer)| (rpc.to_owned(), answer)).into();
        let upstream = Upstream::start(Plan { answers, ..Plan::default() }).unwrap();
        let engine = engine.unwrap_or(upstream.address());
        let route = house.route(&engine.to_string(), None);
        let cluster = route.id;
        house.apply(&[Change::ClusterPut(route)]);
        let key = house.add_key();
        Self { house, upstream, key, cluster, clock, lease }
    }

    /// The same, whose lease holds.
    pub(crate) fn open() -> Self {
        let tenant = Self::closed();
        tenant.extend();
        tenant
    }

    /// Extends the lease as whoever feeds the gateway does.
    pub(crate) fn extend(&self) {
        let stamp = self.lease.stamp();
        assert_eq!(self.house.gateway().confirm(), Applied::Confirmed);
        self.lease.extend(stamp, LENGTH).unwrap();
    }

    /// The lease ends.
    pub(crate) fn run_out(&self) {
        self.clock.advance(LENGTH);
    }

    /// What a new client hears of a call: the code and the text.
    fn hears(&self) -> (Option<u32>, String) {
        let answer = self.house.client().unary(&call("HasCollection", &self.key)).unwrap();
        (answer.code(), answer.text().to_owned())
    }

    fn is_open(&self) -> bool {
        let (code, text) = self.hears();
        assert!(code == Some(0) || (code, &*text) == (Some(14), OVER), "{code:?} {text}");
        code == Some(0)
    }

    fn metric(&self, name: &str) -> String {
        let metrics = self.house.gateway().metrics();
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap().to_owned()
    }

    fn lapses(&self) -> String {
        self.metric("keyward_gateway_lease_lapses_total")
    }

    /// What the door for HTTP/1 answers to this route.
    fn http(&self, route: &str) -> String {
        let mut socket = TcpStream::connect(self.house.gateway().local_addr()).unwrap();
        write!(socket, "GET {route} HTTP/1.1\r\n\r\n").unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[test]
fn a_gateway_is_closed_until_its_lease_is_extended() {
    let tenant = Tenant::closed();
    assert!(!tenant.is_open());
    // Whoever has no right hears nothing else: what is known of it may be old.
    let stranger = tenant.house.new_key();
    let answer = tenant.house.client().unary(&call("HasCollection", &stranger)).unwrap();
    refused(&answer, 14, OVER);
    let health = tenant.http("/healthz");
    assert!(health.starts_with("HTTP/1.1 503 ") && health.ends_with("control plane"), "{health}");
    let other = tenant.http("/v2/vectordb");
    assert!(other.starts_with("HTTP/1.1 503 ") && other.contains(OVER), "{other}");
    assert_eq!(tenant.upstream.seen().calls(), 0);
    tenant.extend();
    assert!(tenant.is_open());
    assert!(tenant.http("/healthz").starts_with("HTTP/1.1 200 "));
    assert!(tenant.http("/v2/vectordb").starts_with("HTTP/1.1 401 "));
    assert_eq!(tenant.lapses(), "0");
}

#[test]
fn a_gateway_that_has_not_loaded_is_starting_whatever_its_lease() {
    let clock = Arc::new(HandClock::default());
    let lease = Arc::new(Lease::new(Arc::new(Shared(clock))).unwrap());
    let house = House::unloaded(|config| config.lease = Some(lease));
    let answer = house.client().unary(&call("HasCollection", &house.new_key())).unwrap();
    refused(&answer, 14, "the gateway is starting");
}

#[test]
fn it_refuses_from_the_moment_of_the_end_and_until_it_is_extended() {
    let tenant = Tenant::open();
    tenant.clock.advance(JUST_BEFORE);
    assert!(tenant.is_open());
    assert_eq!(tenant.metric("keyward_gateway_lease_seconds"), "0.000000");
    let calls = tenant.upstream.seen().calls();
    tenant.clock.advance(MOMENT);
    for _ in 0..3 {
        assert!(!tenant.is_open());
    }
    assert_eq!(tenant.upstream.seen().calls(), calls);
    tenant.clock.advance(LENGTH);
    assert!(!tenant.is_open());
    tenant.extend();
    assert!(tenant.is_open());
    assert_eq!(tenant.lapses(), "1");
    assert_eq!(tenant.metric("keyward_gateway_lease_seconds"), "10.000000");
}

#[test]
fn a_stamp_from_before_revives_nothing() {
    let tenant = Tenant::open();
    let old = tenant.lease.stamp();
    tenant.run_out();
    assert!(!tenant.is_open());
    tenant.lease.extend(old, LENGTH).unwrap();
    assert!(!tenant.is_open());
    // What was read after that stamp is applied, so it counts for as long as it would have.
    tenant.lease.extend(old, LENGTH + MOMENT).unwrap();
    assert!(tenant.is_open());

    let before_end = tenant.lease.stamp();
    tenant.lease.end();
    assert!(!tenant.is_open());
    tenant.lease.extend(before_end, LENGTH * 9).unwrap();
    assert!(!tenant.is_open());
    tenant.extend();
    assert!(tenant.is_open());
    // The alarm of the lease that was ended long ago does no harm.
    tenant.clock.advance(JUST_BEFORE);
    assert!(tenant.is_open());
    assert_eq!(tenant.lapses(), "2");
}

/// How a lease comes to its end.
const ENDS: [fn(&Tenant); 2] = [Tenant::run_out, |tenant| tenant.lease.end()];

#[test]
fn calls_under_way_end_although_nothing_arrives() {
    for ends in ENDS {
        let tenant = Tenant::open();
        let mut client = tenant.house.client();
        let waiting = client.send(&call("Search", &tenant.key)).unwrap();
        let insert = call("Insert", &tenant.key).raw_body(vec![0; 1000]);
        let half = client.open(&insert).unwrap();
        until("both are upstream", || tenant.upstream.seen().calls() == 2);
        until("what was sent is upstream", || tenant.upstream.seen().bytes() >= 1000);
        let sent = tenant.upstream.seen().bytes();
        ends(&tenant);
        refused(&client.finish(waiting).unwrap(), 14, OVER);
        refused(&client.finish(half).unwrap(), 14, OVER);
        until("the engine is told", || tenant.upstream.seen().resets() == 2);
        assert!(!tenant.is_open());
        assert_eq!((tenant.upstream.seen().bytes(), tenant.upstream.seen().calls()), (sent, 2));
        tenant.extend();
        assert_eq!(client.unary(&call("HasCollection", &tenant.key)).unwrap().code(), Some(0));
    }
}

/// Nobody is connected, so there is nothing for which the gateway would wake but its lease.
#[test]
fn an_idle_gateway_notices_the_end() {
    for ends in ENDS {
        let tenant = Tenant::open();
        assert_eq!(tenant.lapses(), "0");
        ends(&tenant);
        until("the end is noticed", || tenant.lapses() == "1");
        tenant.extend();
        tenant.run_out();
        until("the next end is noticed", || tenant.lapses() == "2");
    }
}

#[test]
fn an_answer_that_waits_for_a_slow_reader_is_thrown_away() {
    let tenant = Tenant::open();
    let mut client = tenant.house.client();
    let flowing = client.send(&call("Query", &tenant.key)).unwrap();
    assert!(client.wait_for_body(flowing, 100_000).unwrap() >= 100_000);
    // Unread, the answer fills the sockets until it waits in the gateway.
    let waits = || tenant.metric("keyward_gateway_waiting_bytes") != "0";
    until("some of it waits", waits);
    tenant.run_out();
    until("it is ended", || tenant.metric("keyward_gateway_calls_in_flight") == "0");
    // Had the rest been sent, the refusal would come after it.
    let broken = client.finish(flowing).expect_err("the answer went on to its end");
    assert_ne!(broken.kind(), ErrorKind::TimedOut);
    let connected = || tenant.metric("keyward_gateway_client_connections");
    until("its connection is given up", || connected() == "0");
}

/// An engine that takes whatever may be sent, and reads nothing.
fn idle_engine(listener: &TcpListener) -> TcpStream {
    let (mut socket, _) = listener.accept().unwrap();
    let mut greeting = Vec::new();
    frame::put_settings(&mut greeting, &[(setting::INITIAL_WINDOW_SIZE, 1 << 30)]);
    frame::put_window_update(&mut greeting, 0, 1 << 30);
    socket.write_all(&greeting).unwrap();
    socket
}

#[test]
fn a_request_that_waits_for_a_slow_engine_is_thrown_away() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let tenant = Tenant::with(|_| {}, Some(listener.local_addr().unwrap()));
    tenant.extend();
    let mut client = tenant.house.client();
    let insert = client.open(&call("Insert", &tenant.key).raw_body(vec![0; 4096])).unwrap();
    let mut engine = idle_engine(&listener);
    // Unread, the request fills the sockets until it waits in the gateway, which takes no more.
    let (piece, mut sent) = (vec![0; 60_000], 4096);
    client.set_patience(Duration::from_millis(500)).unwrap();
    while client.push(insert, &piece, false).is_ok() {
        sent += piece.len();
    }
    tenant.run_out();
    until("it is ended", || tenant.metric("keyward_gateway_calls_in_flight") == "0");
    engine.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut read = Vec::new();
    let broken = engine.read_to_end(&mut read).unwrap_err();
    assert_eq!(broken.kind(), ErrorKind::ConnectionReset);
    assert!(read.len() < sent, "all {sent} bytes arrived, those in the kernel too");
}

/// More calls than streams: when the first ones end, the others must not take their places.
#[test]
fn calls_that_wait_for_a_free_stream_never_reach_the_engine() {
    const STREAMS: u64 = 1000;
    let tenant = Tenant::with(|config| config.limits.upstream_connections = 1, None);
    tenant.extend();
    let mut clients: Vec<_> = (0..5).map(|_| tenant.house.client()).collect();
    let search = call("Search", &tenant.key);
    for client in &mut clients {
        for _ in 0..210 {
            client.send(&search).unwrap();
        }
    }
    until("all are let in", || tenant.metric("keyward_gateway_calls_in_flight") == "1050");
    until("all that can are upstream", || tenant.upstream.seen().calls() == STREAMS);
    tenant.run_out();
    until("all are ended", || tenant.upstream.seen().resets() == STREAMS);
    assert_eq!(tenant.upstream.seen().calls(), STREAMS);
    assert_eq!(tenant.metric("keyward_gateway_calls_in_flight"), "0");
}

#[test]
fn a_call_whose_password_is_being_checked_ends() {
    let tenant = Tenant::open();
    let cluster = tenant.cluster;
    tenant.house.apply(&[tenant.house.user(cluster, "slow", "x").slow().with(&[ADMIN])]);
    let mut client = tenant.house.client();
    let parked = client.send(&call_as("HasCollection", "slow")).unwrap();
    // It came before this one, so it is known to the worker.
    assert_eq!(client.unary(&call("HasCollection", &tenant.key)).unwrap().code(), Some(0));
    tenant.run_out();
    refused(&client.finish(parked).unwrap(), 14, OVER);
    tenant.extend();
    until("it is checked", || tenant.house.checks() == [0, 1, 0]);
    assert_eq!(client.unary(&call("HasCollection", &tenant.key)).unwrap().code(), Some(0));
}

/// What is on its way to the desk may be done all the same, and its caller hears that.
#[test]
fn a_change_at_the_desk_is_left_in_doubt() {
    let (desk, answers) = desk::held();
    let given: Arc<dyn gateway::IdentityDesk> = desk.clone();
    let tenant = Tenant::with(|config| config.desk = Some(given), None);
    tenant.extend();
    tenant.house.apply(&[tenant.house.user(tenant.cluster, "alice", PASSWORD).with(&[ADMIN])]);
    let mut client = tenant.house.client();
    let change = client.send(&call_as("CreateRole", "alice")).unwrap();
    let look = client.send(&call_as("ListCredUsers", "alice")).unwrap();
    until("both are at the desk", || desk.count() == 2);
    let half = client.open(&call_as("CreateRole", "alice").raw_body(vec![0; 3])).unwrap();
    let in_flight = || tenant.metric("keyward_gateway_calls_in_flight");
    until("the third is let in", || in_flight() == "3");
    tenant.run_out();
    refused(&client.finish(change).unwrap(), 14, "may have been made or not: look before");
    refused(&client.finish(look).unwrap(), 14, OVER);
    refused(&client.finish(half).unwrap(), 14, OVER);
    refused(&client.unary(&call_as("CreateRole", "alice")).unwrap(), 14, OVER);
    // Late answers meet nobody.
    answers.send(Ok(vec![])).unwrap();
    answers.send(Ok(vec![])).unwrap();
    tenant.extend();
    answers.send(Ok(vec![])).unwrap();
    assert_eq!(client.unary(&call_as("CreateRole", "alice")).unwrap().code(), Some(0));
    assert_eq!(desk.count(), 3);
}

/// The thread stands still after it has looked, and goes on when the lease is over: at whichever of
/// its looks that is, nothing is written that was decided before.
#[test]
fn a_worker_that_stood_still_writes_nothing() {
    for looks in [1, 2, 3, 1, 2, 3] {
        let tenant = Tenant::open();
        let mut client = tenant.house.client();
        assert_eq!(client.unary(&call("HasCollection", &tenant.key)).unwrap().code(), Some(0));
        tenant.clock.leap_after(looks, LENGTH);
        // One look begins a turn, one comes before the request goes out, and the third begins the
        // turn of the answer.
        let answer = client.unary(&call("HasCollection", &tenant.key));
        assert!(tenant.clock.has_leapt());
        let told = answer.as_ref().map(|answer| (answer.code(), answer.text().to_owned()));
        let refused = matches!(&told, Ok((Some(14), text)) if text == OVER);
        assert!(refused || told.is_err(), "after {looks} looks: {told:?}");
        // What it did before, on an event of its own, may have been one look.
        assert!(tenant.upstream.seen().calls() == 1 || looks > 1, "after {looks} looks");
        assert!(!tenant.is_open());
        tenant.extend();
        assert!(tenant.is_open());
    }
}

#[test]
fn a_worker_that_stood_still_hands_nothing_to_the_desk() {
    let (desk, answers) = desk::held();
    let given: Arc<dyn gateway::IdentityDesk> = desk.clone();
    let tenant = Tenant::with(|config| config.desk = Some(given), None);
    tenant.extend();
    let mut client = tenant.house.client();
    let list = call("ListCredUsers", &tenant.key);
    answers.send(Ok(vec![])).unwrap();
    assert_eq!(client.unary(&list).unwrap().code(), Some(0));
    tenant.clock.leap_after(1, LENGTH);
    // The refusal itself may be thrown away with what waits beside it.
    if let Ok(answer) = client.unary(&list) {
        refused(&answer, 14, OVER);
    }
    assert_eq!(desk.count(), 1);
}
