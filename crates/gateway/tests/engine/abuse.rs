//! Clients that break the protocol, or that only mean to cost something.

use crate::house::{House, call};
use http2::frame::{self, Head, Kind, PREFACE, Reason, flag};
use proptest::prelude::*;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use testkit::client::Call;
use testkit::upstream::Plan;

pub(crate) struct Raw(pub(crate) TcpStream);

impl Raw {
    fn connect(house: &House) -> Self {
        let socket = TcpStream::connect(house.gateway().local_addr()).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        Self(socket)
    }

    pub(crate) fn greeted(house: &House) -> Self {
        let mut raw = Self::connect(house);
        let mut bytes = PREFACE.to_vec();
        frame::put_settings(&mut bytes, &[]);
        raw.send(&bytes);
        raw
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        // The gateway may have closed already; what it said is what counts.
        let _ = self.0.write_all(bytes);
    }

    /// Reads to the end; the reason of the GOAWAY, if one came.
    pub(crate) fn goaway(mut self) -> Option<Reason> {
        let mut bytes = Vec::new();
        let _ = self.0.read_to_end(&mut bytes);
        let mut at = 0;
        while let Some(head) = bytes.get(at..at + 9) {
            let head = Head::parse(head.try_into().unwrap());
            let end = at + 9 + head.length as usize;
            if head.kind == Kind::GOAWAY {
                return frame::goaway(bytes.get(at + 9..end)?).ok().map(|(_, reason)| reason);
            }
            at = end;
        }
        None
    }
}

pub(crate) fn framed(kind: Kind, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let length = u32::try_from(payload.len()).unwrap();
    Head { length, kind, flags, stream }.write(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}

#[test]
fn broken_frames_close_the_connection_with_the_right_reason() {
    let (house, _upstream, key) = House::standard(Plan::default());
    let cases: Vec<(&str, Vec<u8>, Reason)> = vec![
        ("too long a frame", framed(Kind::DATA, 0, 1, &[0; 16_385]), Reason::FRAME_SIZE_ERROR),
        ("data on an idle stream", framed(Kind::DATA, 0, 1, b"x"), Reason::PROTOCOL_ERROR),
        ("data on stream 0", framed(Kind::DATA, 0, 0, b"x"), Reason::PROTOCOL_ERROR),
        ("headers on stream 0", framed(Kind::HEADERS, 4, 0, &[]), Reason::PROTOCOL_ERROR),
        ("headers on an even stream", framed(Kind::HEADERS, 4, 2, &[]), Reason::PROTOCOL_ERROR),
        ("a lone continuation", framed(Kind::CONTINUATION, 4, 1, &[]), Reason::PROTOCOL_ERROR),
        (
            "a broken header block",
            framed(Kind::HEADERS, 4, 1, &[0xff; 20]),
            Reason::COMPRESSION_ERROR,
        ),
        ("a push promise", framed(Kind::PUSH_PROMISE, 4, 1, &[0; 8]), Reason::PROTOCOL_ERROR),
        ("a short ping", framed(Kind::PING, 0, 0, &[0; 7]), Reason::FRAME_SIZE_ERROR),
        ("a ping on a stream", framed(Kind::PING, 0, 1, &[0; 8]), Reason::PROTOCOL_ERROR),
        ("short settings", framed(Kind::SETTINGS, 0, 0, &[0; 5]), Reason::FRAME_SIZE_ERROR),
        (
            "a settings ack with content",
            framed(Kind::SETTINGS, 1, 0, &[0; 6]),
            Reason::FRAME_SIZE_ERROR,
        ),
        ("settings on a stream", framed(Kind::SETTINGS, 0, 1, &[]), Reason::PROTOCOL_ERROR),
        (
            "a huge initial window",
            framed(Kind::SETTINGS, 0, 0, &[0, 4, 0xff, 0, 0, 0]),
            Reason::FLOW_CONTROL_ERROR,
        ),
        (
            "a tiny frame size",
            framed(Kind::SETTINGS, 0, 0, &[0, 5, 0, 0, 0, 1]),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "an empty window update",
            framed(Kind::WINDOW_UPDATE, 0, 0, &[0; 4]),
            Reason::PROTOCOL_ERROR,
        ),
        (
            "a window beyond all",
            framed(Kind::WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
            Reason::FLOW_CONTROL_ERROR,
        ),
        (
            "a reset of an idle stream",
            framed(Kind::RST_STREAM, 0, 7, &[0; 4]),
            Reason::PROTOCOL_ERROR,
        ),
        ("wrong padding", framed(Kind::DATA, flag::PADDED, 1, &[9, 0]), Reason::PROTOCOL_ERROR),
    ];
    for (what, bytes, reason) in cases {
        let mut raw = Raw::greeted(&house);
        raw.send(&bytes);
        assert_eq!(raw.goaway(), Some(reason), "{what}");
    }
    assert_eq!(house.client().unary(&call("Search", &key)).unwrap().code(), Some(0));
}

#[test]
fn a_header_block_without_end_is_bounded() {
    let (house, _upstream, _) = House::standard(Plan::default());
    let mut raw = Raw::greeted(&house);
    raw.send(&framed(Kind::HEADERS, 0, 1, &[0; 100]));
    for _ in 0..100 {
        raw.send(&framed(Kind::CONTINUATION, 0, 1, &[0; 10_000]));
    }
    assert_eq!(raw.goaway(), Some(Reason::ENHANCE_YOUR_CALM));

    let mut raw = Raw::greeted(&house);
    raw.send(&framed(Kind::HEADERS, 0, 1, &[0; 100]));
    raw.send(&framed(Kind::CONTINUATION, 0, 1, &[]));
    assert_eq!(raw.goaway(), Some(Reason::ENHANCE_YOUR_CALM));
}

#[test]
fn rapid_resets_are_sent_away() {
    let (house, _upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    let request = call("Search", &key);
    let mut ended = false;
    for _ in 0..20_000 {
        let sent = client.send(&request).and_then(|stream| client.reset(stream));
        if sent.is_err() || client.goaway().is_some() {
            ended = true;
            break;
        }
    }
    assert!(ended || !client.read_for(Duration::from_secs(2)).unwrap_or(false));
    assert_eq!(house.client().unary(&request).unwrap().code(), Some(0));
}

#[test]
fn pings_that_nobody_reads_the_answers_of_are_bounded() {
    let (house, _upstream, key) = House::standard(Plan::default());
    let mut raw = Raw::greeted(&house);
    raw.0.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    let many: Vec<u8> = framed(Kind::PING, 0, 0, &[1; 8]).repeat(10_000);
    // Ended by the gateway, or by the sockets being full because it no longer reads.
    for _ in 0..400 {
        if raw.0.write_all(&many).is_err() {
            break;
        }
    }
    assert_eq!(house.client().unary(&call("Search", &key)).unwrap().code(), Some(0));
}

#[test]
fn too_many_streams_are_refused_one_by_one() {
    let house = House::with(|config| config.limits.streams = 3);
    let plan = Plan { otherwise: testkit::upstream::Answer::Hold, ..Plan::default() };
    let upstream = testkit::upstream::Upstream::start(plan).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key();
    let mut client = house.client();
    let open: Vec<u32> = (0..3).map(|_| client.send(&call("Search", &key)).unwrap()).collect();
    let fourth = client.unary(&call("Search", &key)).unwrap();
    assert_eq!(fourth.reset, Some(Reason::REFUSED_STREAM));
    assert!(open.iter().all(|&stream| !client.is_over(stream)));
}

#[test]
fn silence_and_half_a_preface_are_not_waited_for() {
    let house = House::with(|config| config.limits.handshake = Duration::from_millis(100));
    for start in [&b""[..], &PREFACE[..10], b"GET / HTTP/1.1\r\nhost"] {
        let mut raw = Raw::connect(&house);
        raw.send(start);
        let mut rest = Vec::new();
        // The end comes with the tick after the limit, long before the read times out.
        raw.0.read_to_end(&mut rest).unwrap();
        assert!(rest.is_empty(), "{rest:?}");
    }
}

#[test]
fn a_client_that_is_never_allowed_anything_loses_its_place() {
    let house = House::with(|config| config.limits.first_call = Duration::from_millis(100));
    let upstream = testkit::upstream::Upstream::start(Plan::default()).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key();
    let mut known = house.client();
    assert_eq!(known.unary(&call("Search", &key)).unwrap().code(), Some(0));
    let mut stranger = house.client();
    assert_eq!(stranger.unary(&Call::milvus("Search").token("kw_no")).unwrap().code(), Some(16));
    assert!(!stranger.read_for(Duration::from_secs(10)).unwrap(), "a stranger keeps its place");
    assert_eq!(known.unary(&call("Search", &key)).unwrap().code(), Some(0));
}

#[test]
fn a_head_that_is_too_large_is_refused_and_the_connection_lives() {
    let (house, upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    let large = call("Search", &key).field("x-large", &[b'a'; 40_000]);
    let answer = client.unary(&large);
    // Refused as a call, or with the connection if the block itself is over the bound.
    if let Ok(answer) = answer {
        assert_eq!(answer.code(), Some(3), "{}", answer.text());
    }
    let mut many = call("Search", &key);
    for number in 0..200 {
        many = many.field("x", &[number]);
    }
    let answer = house.client().unary(&many).unwrap();
    assert_eq!(answer.code(), Some(3), "{}", answer.text());
    assert_eq!(upstream.seen().calls(), 0);
    assert_eq!(house.client().unary(&call("Search", &key)).unwrap().code(), Some(0));
}

#[test]
fn connections_beyond_the_limit_are_closed() {
    let house = House::with(|config| config.limits.connections = 2);
    let upstream = testkit::upstream::Upstream::start(Plan::default()).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key();
    let mut kept = [house.client(), house.client()];
    for client in &mut kept {
        assert_eq!(client.unary(&call("Search", &key)).unwrap().code(), Some(0));
    }
    let mut raw = Raw::connect(&house);
    let mut rest = Vec::new();
    let _ = raw.0.read_to_end(&mut rest);
    assert!(rest.is_empty());
}

#[test]
fn http_1_is_answered_like_milvus_answers() {
    let (house, _upstream, key) = House::standard(Plan::default());
    let ask = |request: &str| {
        let mut raw = Raw::connect(&house);
        raw.send(request.as_bytes());
        let mut text = String::new();
        raw.0.read_to_string(&mut text).unwrap();
        text
    };
    let unauthenticated = "{\"code\":1800,\"message\":\"user hasn't authenticated\"}";
    let list = "POST /v2/vectordb/collections/list HTTP/1.1\r\nhost: a\r\n";
    for request in [
        format!("{list}\r\n"),
        format!("{list}authorization: Bearer kw_wrong\r\n\r\n"),
        format!(
            "{list}authorization: Bearer {k}\r\nauthorization: Bearer {k}\r\n\r\n",
            k = key.expose()
        ),
    ] {
        let text = ask(&request);
        assert!(text.starts_with("HTTP/1.1 401 Unauthorized\r\n"), "{text}");
        assert!(text.ends_with(unauthenticated), "{text}");
    }
    let known = ask(&format!("{list}Authorization: Bearer {}\r\n\r\n", key.expose()));
    assert!(known.starts_with("HTTP/1.1 501 "), "{known}");
    assert!(ask("GET /healthz HTTP/1.0\r\n\r\n").ends_with("\r\n\r\nOK"));
    assert!(ask("NONSENSE\r\n\r\n").starts_with("HTTP/1.1 400 "));
    assert!(
        ask(&format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(20_000))).starts_with("HTTP/1.1 431 ")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any frames in any order: the gateway closes or answers, and serves the next client.
    #[test]
    fn random_frames_do_no_harm(frames in prop::collection::vec(
        (0u8..12, any::<u8>(), 0u32..8, prop::collection::vec(any::<u8>(), 0..64)), 1..20)) {
        thread_local! {
            static HOUSE: (House, testkit::upstream::Upstream, model::ApiKey) =
                House::standard(Plan::default());
        }
        HOUSE.with(|(house, _, key)| {
            let mut raw = Raw::greeted(house);
            for (kind, flags, stream, payload) in &frames {
                raw.send(&framed(Kind(*kind), *flags, *stream, payload));
            }
            let _ = raw.0.shutdown(std::net::Shutdown::Write);
            let mut rest = Vec::new();
            let _ = raw.0.read_to_end(&mut rest);
            assert_eq!(house.client().unary(&call("HasCollection", key)).unwrap().code(), Some(0));
        });
    }
}
