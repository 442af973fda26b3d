//! Engines that break the protocol or break off: the client gets a clear end and keeps its
//! connection.

use crate::house::{House, call, until};
use http2::frame::{self, Head, Kind, Reason, flag};
use http2::hpack::{Encoder, Indexing};
use model::Change;
use model::scope::ClusterScope;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use testkit::client::Answer;
use testkit::upstream::{Plan, Upstream};

/// An engine that answers whatever comes with these bytes, and then says nothing more.
fn engine(answer: Vec<u8>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut socket in listener.incoming().take(8).flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || {
                let _ = socket.set_read_timeout(Some(Duration::from_secs(10)));
                let mut bytes = Vec::new();
                frame::put_settings(&mut bytes, &[]);
                bytes.extend_from_slice(&answer);
                let mut buffer = [0; 65_536];
                // The first read has the preface and, nearly always, the request.
                if socket.read(&mut buffer).is_ok() && socket.write_all(&bytes).is_ok() {
                    while socket.read(&mut buffer).is_ok_and(|got| got > 0) {}
                }
            });
        }
    });
    address
}

fn framed(kind: Kind, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let length = u32::try_from(payload.len()).unwrap();
    Head { length, kind, flags, stream }.write(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}

fn block(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new();
    encoder.begin(&mut bytes);
    for (name, value) in fields {
        encoder.field(&mut bytes, name.as_bytes(), value, Indexing::Literal);
    }
    bytes
}

/// What a client gets from such an engine; afterwards the same connection must serve another one.
fn ask(answer: Vec<u8>) -> Answer {
    let house = House::empty();
    let good = Upstream::start(Plan::default()).unwrap();
    let good_id = house.add_cluster(&good, None);
    let bad = house.route(&engine(answer).to_string(), None);
    let bad_id = bad.id;
    house.apply(&[Change::ClusterPut(bad)]);
    let key = house.add_key_for(house.reach(model::AccessRole::Admin, ClusterScope::All));
    let mut client = house.client();
    let request = call("Search", &key).host(&bad_id.to_string());
    let answer = client.unary(&request).unwrap();
    let other = client.unary(&call("Search", &key).host(&good_id.to_string())).unwrap();
    assert_eq!(other.code(), Some(0), "the connection was spoiled");
    answer
}

#[test]
fn protocol_errors_of_an_engine_end_the_call_and_nothing_else() {
    let ok = block(&[(":status", b"200"), ("content-type", b"application/grpc")]);
    for (what, bytes) in [
        ("a broken header block", framed(Kind::HEADERS, 4, 1, &[0xff; 20])),
        ("half a good block", framed(Kind::HEADERS, 4, 1, &[&ok[..], &[0xff; 9]].concat())),
        ("a frame that is too long", framed(Kind::DATA, 0, 1, &[0; 20_000])),
        ("a push promise", framed(Kind::PUSH_PROMISE, 4, 1, &[0; 8])),
        ("a lone continuation", framed(Kind::CONTINUATION, 4, 1, &ok)),
        ("a goaway that leaves the call behind", framed(Kind::GOAWAY, 0, 0, &[0; 8])),
    ] {
        let answer = ask(bytes);
        let ended = answer.code() == Some(14) || answer.reset == Some(Reason::INTERNAL_ERROR);
        assert!(ended, "{what}: {answer:?}");
    }
}

#[test]
fn an_answer_that_cannot_be_passed_on_is_no_answer() {
    let ok = block(&[(":status", b"200")]);
    let large = block(&[(":status", b"200"), ("x-large", &[b'a'; 15_000])]);
    let many: Vec<(&str, &[u8])> = (0..300).map(|_| ("x", &b"y"[..])).collect();
    for (what, bytes) in [
        ("data before the head", framed(Kind::DATA, 0, 1, b"x")),
        ("too many fields", framed(Kind::HEADERS, 4, 1, &block(&many))),
        (
            "a second head that is no end",
            [
                framed(Kind::HEADERS, 4, 1, &large),
                framed(Kind::RST_STREAM, 0, 1, &2u32.to_be_bytes()),
            ]
            .concat(),
        ),
        (
            "a reset after the head",
            [framed(Kind::HEADERS, 4, 1, &ok), framed(Kind::RST_STREAM, 0, 1, &8u32.to_be_bytes())]
                .concat(),
        ),
    ] {
        let answer = ask(bytes);
        assert_ne!(answer.code(), Some(0), "{what}");
        assert!(answer.code().is_some() || answer.reset.is_some(), "{what}: {answer:?}");
    }
}

#[test]
fn an_engine_without_trailers_is_passed_on_as_it_is() {
    let head = block(&[(":status", b"502"), ("content-type", b"text/html")]);
    let answer = ask([
        framed(Kind::HEADERS, 4, 1, &head),
        framed(Kind::DATA, flag::END_STREAM, 1, b"bad gateway"),
    ]
    .concat());
    assert_eq!((answer.status(), answer.body.as_slice()), (Some(502), &b"bad gateway"[..]));
}

#[test]
fn an_engine_that_takes_one_stream_at_a_time_gets_one_at_a_time() {
    let mut settings = Vec::new();
    frame::put_settings(&mut settings, &[(frame::setting::MAX_CONCURRENT_STREAMS, 0)]);
    let house = House::with(|config| config.limits.waiting = 3);
    house.apply(&[Change::ClusterPut(house.route(&engine(settings).to_string(), None))]);
    let key = house.add_key();
    let mut client = house.client();
    let first = client.send(&call("Search", &key)).unwrap();
    until("the first call waits", || {
        house.gateway().metrics().contains("keyward_gateway_calls_in_flight 1\n")
    });
    let mut refused = None;
    for _ in 0..2000 {
        let stream = client.send(&call("Search", &key)).unwrap();
        let _ = client.read_for(Duration::from_millis(1));
        if client.is_over(stream) {
            refused = Some(client.finish(stream).unwrap());
            break;
        }
    }
    let refused = refused.expect("somebody is refused");
    assert_eq!(refused.code(), Some(14), "{}", refused.text());
    assert!(!client.is_over(first));
}

#[test]
fn an_engine_that_refuses_our_credential_is_not_the_callers_fault() {
    let end = block(&[
        (":status", b"200"),
        ("content-type", b"application/grpc"),
        ("grpc-status", b"16"),
        ("grpc-message", b"auth check failure, please check username and password are correct"),
    ]);
    let answer = ask(framed(Kind::HEADERS, 5, 1, &end));
    assert_eq!(answer.code(), Some(7));
    assert!(answer.text().starts_with("the cluster refuses the credential"), "{}", answer.text());
}
