//! Attempts to get around the fence, to fill the gateway's memory and to hang its calls.

use crate::abuse::{Raw, framed};
use crate::house::{House, call};
use crate::users::{ADMIN, with_alice};
use base64::Engine as _;
use http2::frame::{self, Kind, Reason, flag, setting};
use http2::hpack::{Encoder, Indexing};
use model::{ApiKey, Change};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use testkit::client::Client;
use testkit::upstream::Plan;

/// What an engine is told to do.
pub(crate) enum Order {
    Ping,
    Read,
}

/// An engine that gives large windows and reads nothing until told; then what it reads until the
/// connection ends or is silent for a while, and whether it ended.
pub(crate) struct Stalled {
    pub(crate) address: SocketAddr,
    pub(crate) orders: Sender<Order>,
    pub(crate) read: Receiver<(Vec<u8>, bool)>,
}

/// An engine that announces large windows and then reads nothing.
pub(crate) fn stalled() -> Stalled {
    engine(1 << 30)
}

/// An engine that takes no byte of any body.
pub(crate) fn shut() -> Stalled {
    engine(0)
}

fn engine(window: u32) -> Stalled {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    // Little room, so that what is on the way waits in the gateway.
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(8).unwrap();
    let listener: std::net::TcpListener = socket.into();
    let address = listener.local_addr().unwrap();
    let (orders, told) = channel();
    let (tell, read) = channel();
    std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let mut bytes = Vec::new();
        frame::put_settings(&mut bytes, &[(setting::INITIAL_WINDOW_SIZE, window)]);
        frame::put_window_update(&mut bytes, 0, 1 << 30);
        socket.write_all(&bytes).unwrap();
        for order in told {
            match order {
                Order::Ping => {
                    let mut ping = Vec::new();
                    frame::put_ping(&mut ping, [7; 8], false);
                    let _ = socket.write_all(&ping);
                }
                Order::Read => {
                    let mut got = Vec::new();
                    let end = socket.read_to_end(&mut got);
                    let silent = std::io::ErrorKind::WouldBlock;
                    let ended = end.map_or_else(|error| error.kind() != silent, |_| true);
                    let _ = tell.send((got, ended));
                }
            }
        }
    });
    Stalled { address, orders, read }
}

fn house_on(stalled: &Stalled, waiting: usize) -> House {
    let house = House::with(|config| {
        config.workers = 1;
        config.limits.upstream_connections = 1;
        config.limits.waiting = waiting;
    });
    house.apply(&[Change::ClusterPut(house.route(&stalled.address.to_string(), None))]);
    house
}

/// Clients whose requests are more than sockets and the gateway's buffer hold; after each comes
/// what
/// `between` sends.
fn fill(house: &House, key: &ApiKey, mut between: impl FnMut(&mut Client)) -> Vec<(Client, u32)> {
    let mut clients = Vec::new();
    for _ in 0..6 {
        let mut client = house.client();
        let mut first = 0;
        for _ in 0..7 {
            first = client.send(&call("Insert", key).raw_body(vec![b'f'; 200_000])).unwrap();
            between(&mut client);
        }
        clients.push((client, first));
    }
    clients
}

/// The header block of a call, as a client without any table writes it.
fn block(key: &ApiKey, rpc: &str) -> Vec<u8> {
    block_of(key.expose(), rpc)
}

fn block_of(token: &str, rpc: &str) -> Vec<u8> {
    let token = base64::engine::general_purpose::STANDARD.encode(token);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new();
    encoder.begin(&mut bytes);
    let path = format!("/milvus.proto.milvus.MilvusService/{rpc}");
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", &path),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("authorization", &token),
    ] {
        encoder.field(&mut bytes, name.as_bytes(), value.as_bytes(), Indexing::Literal);
    }
    bytes
}

#[test]
fn no_request_of_a_dead_key_reaches_an_engine_that_reads_late() {
    let engine = stalled();
    let house = house_on(&engine, 1024);
    let (doomed, other) = (house.add_key(), house.add_key());
    let mut clients = fill(&house, &other, |client| {
        // One that still runs when the key dies, and one that its client has given up.
        for give_up in [false, true] {
            let body = b"the doomed request".to_vec();
            let stream = client.send(&call("Delete", &doomed).raw_body(body)).unwrap();
            if give_up {
                client.reset(stream).unwrap();
            }
        }
    });
    for (client, _) in &mut clients {
        let _ = client.read_for(Duration::from_millis(100));
    }
    house.apply(&[Change::KeyGone(doomed.id())]);
    engine.orders.send(Order::Read).unwrap();
    let (got, ended) = engine.read.recv().unwrap();
    assert!(ended, "the connection with the dead key's bytes lives on");
    let seen = got.windows(18).filter(|bytes| bytes == b"the doomed request").count();
    assert_eq!(seen, 0, "requests went upstream after the fence");
}

#[test]
fn a_ping_from_an_engine_that_is_behind_ends_nothing() {
    let engine = stalled();
    let house = house_on(&engine, 1024);
    let key = house.add_key();
    let mut clients = fill(&house, &key, |_| {});
    for (client, _) in &mut clients {
        let _ = client.read_for(Duration::from_millis(50));
    }
    engine.orders.send(Order::Ping).unwrap();
    for (client, first) in &mut clients {
        let _ = client.read_for(Duration::from_millis(100));
        assert!(!client.is_over(*first), "a call was ended by a ping");
    }
    engine.orders.send(Order::Read).unwrap();
    let (got, ended) = engine.read.recv().unwrap();
    assert!(!ended && got.len() > 3_000_000, "{} bytes, ended: {ended}", got.len());
}

/// What the answers to the pings of these engines look like.
const PONG: [u8; 17] = [0, 0, 8, 6, 1, 0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7];

#[test]
fn every_ping_of_an_engine_is_answered_whether_it_may_wait_or_not() {
    for length in [0, 100] {
        let engine = stalled();
        let house = house_on(&engine, 1024);
        let key = house.add_key();
        let mut client = house.client();
        let stream = client.open(&call("Insert", &key).raw_body(vec![0; length])).unwrap();
        for order in [Order::Ping, Order::Read] {
            engine.orders.send(order).unwrap();
        }
        let (got, ended) = engine.read.recv().unwrap();
        let answers = got.windows(PONG.len()).filter(|bytes| *bytes == PONG).count();
        assert_eq!((answers, ended), (1, false), "after {length} bytes");
        assert!(!client.is_over(stream));
    }
}

#[test]
fn heads_for_an_engine_that_does_not_read_wait_within_bounds() {
    let engine = stalled();
    let house = house_on(&engine, 4);
    let key = house.add_key();
    let mut refused = false;
    'clients: for _ in 0..4 {
        let mut client = house.client();
        for _ in 0..250 {
            let large = call("Search", &key).field("tracestate", &[b'a'; 30_000]);
            let stream = client.send(&large).unwrap();
            let _ = client.read_for(Duration::ZERO);
            refused |= client.is_over(stream);
        }
        let _ = client.read_for(Duration::from_millis(200));
        let last = client.unary(&call("Search", &key).field("tracestate", b"b"));
        refused |= last.is_ok_and(|answer| answer.code() == Some(14));
        if refused {
            break 'clients;
        }
    }
    assert!(refused, "30 MB of header fields wait for an engine that reads nothing");
}

#[test]
fn answers_that_nobody_reads_end_the_connection() {
    let (house, _upstream, key) = House::standard(Plan::default());
    let mut raw = Raw::greeted(&house);
    socket2::SockRef::from(&raw.0).set_recv_buffer_size(16 * 1024).unwrap();
    raw.0.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    let block = block(&key, "NoSuchCall");
    let mut ended = false;
    // Far more than the system's own buffers take on the way, however large they are.
    for batch in 0..20_000u32 {
        let mut bytes = Vec::new();
        for number in 0..100 {
            let stream = (batch * 100 + number) * 2 + 1;
            bytes.extend(framed(
                Kind::HEADERS,
                flag::END_HEADERS | flag::END_STREAM,
                stream,
                &block,
            ));
        }
        ended = raw.0.write_all(&bytes).is_err();
        if ended {
            break;
        }
    }
    assert!(ended, "two million answers wait for a client that reads none");
    assert_eq!(house.client().unary(&call("Search", &key)).unwrap().code(), Some(0));
}

/// Making the gateway reset a stream must not be cheaper than resetting it.
#[test]
fn a_client_cannot_make_the_gateway_reset_its_calls() {
    let plan = Plan { otherwise: testkit::upstream::Answer::Hold, ..Plan::default() };
    let (house, _upstream, key) = House::standard(plan);
    let whole = flag::END_HEADERS | flag::END_STREAM;
    for (flags, provocation, reason) in [
        (whole, framed(Kind::WINDOW_UPDATE, 0, 1, &[0; 4]), Reason::PROTOCOL_ERROR),
        (
            whole,
            framed(Kind::WINDOW_UPDATE, 0, 1, &[0x7f, 0xff, 0xff, 0xff]),
            Reason::FLOW_CONTROL_ERROR,
        ),
        (whole, framed(Kind::DATA, 0, 1, b"more"), Reason::STREAM_CLOSED),
    ] {
        let mut raw = Raw::greeted(&house);
        raw.send(&framed(Kind::HEADERS, flags, 1, &block(&key, "Search")));
        raw.send(&provocation);
        assert_eq!(raw.goaway(), Some(reason));
    }
}

/// The same while a call waits for its password.
#[test]
fn a_client_keeps_to_the_rules_while_its_call_is_parked() {
    let (house, upstream, cluster) = with_alice(Plan::default());
    let whole = flag::END_HEADERS | flag::END_STREAM;
    let window: Vec<u8> = framed(Kind::DATA, 0, 1, &[7; 16_384]).repeat(256 * 1024 / 16_384);
    let beyond = [window, framed(Kind::DATA, 0, 1, b"x")].concat();
    for (number, (flags, provocation, reason)) in [
        (whole, framed(Kind::WINDOW_UPDATE, 0, 1, &[0; 4]), Reason::PROTOCOL_ERROR),
        (
            whole,
            framed(Kind::WINDOW_UPDATE, 0, 1, &[0x7f, 0xff, 0xff, 0xff]),
            Reason::FLOW_CONTROL_ERROR,
        ),
        (whole, framed(Kind::DATA, 0, 1, b"more"), Reason::STREAM_CLOSED),
        (flag::END_HEADERS, beyond, Reason::FLOW_CONTROL_ERROR),
    ]
    .into_iter()
    .enumerate()
    {
        let user = format!("slow{number}");
        house.apply(&[house.user(cluster, &user, "x").slow().with(&[ADMIN])]);
        let mut raw = Raw::greeted(&house);
        let head = block_of(&format!("{user}:password"), "Insert");
        raw.send(&framed(Kind::HEADERS, flags, 1, &head));
        raw.send(&provocation);
        assert_eq!(raw.goaway(), Some(reason));
    }
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn a_cluster_that_cannot_even_be_tried_is_answered_at_once() {
    let house = House::empty();
    // The system refuses to begin a connection to this address.
    house.apply(&[Change::ClusterPut(house.route("255.255.255.255:1", None))]);
    let key = house.add_key();
    let mut client = house.client();
    client.set_patience(Duration::from_secs(3)).unwrap();
    let answer = client.unary(&call("Search", &key)).unwrap();
    assert_eq!(answer.code(), Some(14), "{}", answer.text());
}

#[test]
fn a_connection_that_ends_with_its_last_bytes_is_closed() {
    let house = House::empty();
    let mut raw = Raw::greeted(&house);
    raw.0.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    let mut greeting = [0; 9];
    raw.0.read_exact(&mut greeting).unwrap();
    let cork = socket2::SockRef::from(&raw.0);
    cork.set_tcp_cork(true).unwrap();
    raw.send(&framed(Kind::PRIORITY, 0, 1, &[0; 5]));
    // The end goes out in one segment with the frame.
    raw.0.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    raw.0.read_to_end(&mut rest).unwrap();
}

#[test]
fn a_value_that_ends_a_line_goes_nowhere() {
    let (house, upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    for value in [&b"a\r\nb"[..], b"a\nb", b"a\0b"] {
        let answer = client.unary(&call("Search", &key).field("client-request-id", value)).unwrap();
        assert_eq!(answer.reset, Some(Reason::PROTOCOL_ERROR));
    }
    assert_eq!(upstream.seen().calls(), 0);
    assert_eq!(client.unary(&call("Search", &key)).unwrap().code(), Some(0));
}

#[test]
fn an_engine_cannot_begin_an_answer_twice() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let house = House::empty();
    let address = listener.local_addr().unwrap().to_string();
    house.apply(&[Change::ClusterPut(house.route(&address, None))]);
    let key = house.add_key();
    let (done, answered) = channel::<()>();
    let engine = std::thread::spawn(move || {
        let mut socket: TcpStream = listener.accept().unwrap().0;
        let mut buffer = [0; 4096];
        let _ = socket.read(&mut buffer).unwrap();
        let mut bytes = Vec::new();
        frame::put_settings(&mut bytes, &[]);
        for _ in 0..3 {
            // Index 8 of the static table is ":status: 200".
            bytes.extend(framed(Kind::HEADERS, flag::END_HEADERS, 1, &[0x88]));
        }
        socket.write_all(&bytes).unwrap();
        // Ends when the client has its answer.
        let _ = answered.recv();
    });
    let mut client = house.client();
    client.set_patience(Duration::from_secs(5)).unwrap();
    let answer = client.unary(&call("Search", &key));
    drop(done);
    engine.join().unwrap();
    assert_eq!(answer.unwrap().code(), Some(13));
}
