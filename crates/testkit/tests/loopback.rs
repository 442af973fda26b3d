//! The upstream, the client and the load generator against each other.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;
use testkit::client::{Call, Client};
use testkit::keys::{generated, sdk_form};
use testkit::load::{Bound, Plan as Load, run};
use testkit::message;
use testkit::upstream::{Answer, Plan, Upstream};

fn upstream() -> Upstream {
    let answers = [
        ("/Search", Answer::Message(5000)),
        ("/Query", Answer::Message(3 << 20)),
        ("/Hold", Answer::Hold),
        ("/Endless", Answer::Endless(1000)),
    ];
    let answers = answers.map(|(path, answer)| (path.to_owned(), answer)).to_vec();
    let authorization = Some(sdk_form("service"));
    Upstream::start(Plan { answers, authorization, record: 10, ..Plan::default() }).unwrap()
}

fn load(upstream: &Upstream, connections: usize, streams: usize, calls: u64) -> Load {
    Load {
        target: upstream.address(),
        connections,
        streams,
        path: "/milvus.proto.milvus.MilvusService/Search".to_owned(),
        message: message::search(3000),
        authorizations: [sdk_form("service").into()].into(),
        warmup: Duration::ZERO,
        bound: Bound::Calls(calls),
    }
}

#[test]
fn a_call_is_answered_and_recorded() {
    let upstream = upstream();
    let mut client = Client::connect(upstream.address()).unwrap();
    let call = Call::milvus("Search").token("service").field("dbname", b"default");
    let answer = client.unary(&call.message(&message::search(3000))).unwrap();
    assert_eq!((answer.status(), answer.code()), (Some(200), Some(0)));
    let [only] = answer.messages()[..] else { panic!("not one message") };
    assert!(only.len().abs_diff(5000) < 8);
    assert_eq!(upstream.seen().calls(), 1);
    let record = &upstream.seen().records()[0];
    assert_eq!(record.field("dbname"), Some(&b"default"[..]));
    assert!(client.bytes_read() > 5000);
}

#[test]
fn a_call_without_the_credential_is_refused() {
    let upstream = upstream();
    let mut client = Client::connect(upstream.address()).unwrap();
    for call in [
        Call::milvus("Search"),
        Call::milvus("Search").token("other"),
        Call::milvus("Search").token("service").token("other"),
        Call::milvus("Search").token("other").token("service"),
    ] {
        let answer = client.unary(&call).unwrap();
        assert_eq!((answer.code(), answer.text()), (Some(16), "wrong service credential"));
    }
}

#[test]
fn bodies_larger_than_every_buffer_pass_both_ways() {
    let upstream = upstream();
    let mut client = Client::connect(upstream.address()).unwrap();
    let sent = message::insert(8 << 20);
    let answer = client.unary(&Call::milvus("Query").token("service").message(&sent)).unwrap();
    assert_eq!(answer.code(), Some(0));
    assert!(answer.body.len().abs_diff(3 << 20) < 16);
    assert_eq!(upstream.seen().bytes(), (sent.len() + message::PREFIX) as u64);
}

#[test]
fn a_stream_can_be_held_fed_and_given_up() {
    let upstream = upstream();
    let mut client = Client::connect(upstream.address()).unwrap();
    let held = client.open(&Call::milvus("Hold").token("service")).unwrap();
    client.push(held, &[0; 1000], false).unwrap();
    assert!(client.read_for(Duration::from_millis(50)).unwrap());
    assert!(!client.is_over(held));
    let endless = client.send(&Call::milvus("Endless").token("service")).unwrap();
    assert!(client.wait_for_body(endless, 1 << 20).unwrap() >= 1 << 20);
    client.reset(endless).unwrap();
    client.reset(held).unwrap();
    // The connection still works.
    let answer = client.unary(&Call::milvus("Search").token("service")).unwrap();
    assert_eq!(answer.code(), Some(0));
    assert_eq!(upstream.seen().resets(), 2);
}

#[test]
fn load_makes_exactly_the_calls_asked_for() {
    let upstream = upstream();
    for (connections, streams) in [(1, 1), (4, 2), (1, 64)] {
        let before = upstream.seen().calls();
        let report = run(&load(&upstream, connections, streams, 1000), || (), || ()).unwrap();
        assert_eq!(report.ended, 1000);
        assert_eq!(report.succeeded(), 1000);
        assert_eq!((report.broken, report.lost_connections), (0, 0));
        assert_eq!(report.latency.count(), 1000);
        assert_eq!(upstream.seen().calls() - before, 1000);
        assert!(report.rate() > 0.0 && report.body_bytes > 5_000_000);
    }
}

#[test]
fn load_presents_its_keys_in_turn_and_counts_refusals() {
    let upstream = upstream();
    let keys = generated(10).map(|key| sdk_form(key.expose()).into());
    let authorizations = keys.collect();
    let load = Load { authorizations, ..load(&upstream, 1, 1, 10) };
    let report = run(&load, || (), || ()).unwrap();
    assert_eq!(report.codes.into_iter().collect::<Vec<_>>(), [(16, 10)]);
    assert_eq!(report.first_error.as_deref(), Some("wrong service credential"));
    let records = upstream.seen().records();
    let mut seen = records.iter().filter_map(|r| r.field("authorization")).collect::<Vec<_>>();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 10);
}

#[test]
fn load_ends_when_the_other_side_is_gone() {
    let upstream = upstream();
    let load = Load { warmup: Duration::from_hours(1), ..load(&upstream, 2, 2, 10) };
    let running = std::thread::spawn(move || run(&load, || (), || ()));
    while upstream.seen().calls() < 10 {
        std::thread::yield_now();
    }
    drop(upstream);
    let report = running.join().unwrap().unwrap();
    assert_eq!(report.lost_connections, 2);
}
