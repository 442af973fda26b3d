//! What bounds a key besides what it opens: time, addresses, rate; and suspended clusters.

use crate::house::{House, call, until};
use gateway::Applied;
use model::address::AddressList;
use model::change::{KeyLimits, ProjectAccess};
use model::cluster::Service;
use model::rate::RateLimit;
use model::scope::{ClusterScope, KeyReach};
use model::{AccessRole, ApiKey, Change, Revision, Timestamp};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use testkit::client::{Answer, Client};
use testkit::upstream::{Answer as Reply, Plan, Upstream};

/// What a client has of a streaming answer when the stream is cut. It comes to an end by itself, so
/// that nothing of it waits for a client that is slow to read, which would be cut off altogether.
const BEGINNING: &[u8] = &[0; 10_000];

fn held() -> Plan {
    Plan {
        answers: vec![("Search".into(), Reply::Hold), ("Query".into(), Reply::Begun(BEGINNING))],
        ..Plan::default()
    }
}

pub(crate) fn until_at(moment: Timestamp) -> KeyLimits {
    KeyLimits { expires_at: Some(moment), ..KeyLimits::default() }
}

pub(crate) fn list(blocks: &[&str]) -> AddressList {
    AddressList::new(blocks.iter().map(|block| block.parse().unwrap()))
}

pub(crate) fn from(blocks: &[&str]) -> KeyLimits {
    KeyLimits { sources: list(blocks), ..KeyLimits::default() }
}

fn rated(per_second: u32) -> KeyLimits {
    KeyLimits { rate: Some(RateLimit::new(per_second).unwrap()), ..KeyLimits::default() }
}

pub(crate) fn whitelist(house: &House, blocks: &[&str]) -> Change {
    Change::ProjectPut(ProjectAccess { id: house.project, sources: list(blocks) })
}

fn ask(client: &mut Client, key: &ApiKey) -> (u32, String) {
    let answer = client.unary(&call("HasCollection", key)).unwrap();
    (answer.code().unwrap(), answer.text().to_owned())
}

fn expired(key: &ApiKey) -> (u32, String) {
    (16, format!("auth check failure, {} has expired", key.id()))
}

fn locked_out() -> (u32, String) {
    (7, "access from 127.0.0.1 is not allowed".to_owned())
}

fn ended(answer: &Answer) -> (u32, String) {
    (answer.code().unwrap(), answer.text().to_owned())
}

/// The text of a refusal in the answer's own status.
fn in_answer(answer: &Answer) -> String {
    assert_eq!(answer.code(), Some(0));
    String::from_utf8_lossy(answer.messages()[0]).into_owned()
}

#[test]
fn a_key_is_refused_from_its_end_on_and_stays_so_when_the_clock_is_put_back() {
    let (house, upstream, key) = House::standard(Plan::default());
    house.bound(&key, until_at(house.clock.from_now(60_000)));
    let mut client = house.client();
    assert_eq!(ask(&mut client, &key).0, 0);
    house.clock.shift(59_000);
    assert_eq!(ask(&mut client, &key).0, 0);
    house.clock.shift(1_000);
    assert_eq!(ask(&mut client, &key), expired(&key));
    assert_eq!(ask(&mut house.client(), &key), expired(&key));
    let before = upstream.seen().calls();
    house.clock.shift(-3_600_000);
    for _ in 0..4 {
        assert_eq!(ask(&mut house.client(), &key), expired(&key));
    }
    assert_eq!(upstream.seen().calls(), before);
    // Who does not have the secret is told nothing.
    let mut wrong = key.expose().to_owned();
    wrong.replace_range(30..31, if &wrong[30..31] == "a" { "b" } else { "a" });
    let stranger = testkit::client::Call::milvus("Search").token(&wrong);
    let text = "auth check failure, please check api key is correct";
    assert_eq!(ended(&client.unary(&stranger).unwrap()), (16, text.to_owned()));
}

#[test]
fn calls_in_flight_end_when_their_key_does() {
    let (house, upstream, key) = House::standard(held());
    let other = house.add_key();
    house.bound(&key, until_at(house.clock.from_now(60_000)));
    let mut client = house.client();
    let waiting = client.send(&call("Search", &key)).unwrap();
    let flowing = client.send(&call("Query", &key)).unwrap();
    let others = client.send(&call("Search", &other)).unwrap();
    assert_eq!(client.wait_for_body(flowing, BEGINNING.len()).unwrap(), BEGINNING.len());
    until("all calls are upstream", || upstream.seen().calls() == 3);
    house.clock.shift(60_000);
    assert_eq!(ended(&client.finish(waiting).unwrap()), expired(&key));
    assert_eq!(ended(&client.finish(flowing).unwrap()), expired(&key));
    until("the engine is told", || upstream.seen().resets() == 2);
    assert!(!client.is_over(others), "another key's call was cut");
}

#[test]
fn an_end_that_is_moved_holds_with_the_fence() {
    let (house, upstream, key) = House::standard(held());
    house.bound(&key, until_at(house.clock.from_now(60_000)));
    let mut client = house.client();
    let waiting = client.send(&call("Search", &key)).unwrap();
    until("the call is upstream", || upstream.seen().calls() == 1);
    house.bound(&key, until_at(house.clock.from_now(3_600_000)));
    house.clock.shift(120_000);
    assert_eq!(ask(&mut client, &key).0, 0);
    assert!(!client.is_over(waiting), "an end that was put off cut a call");
    // Moved to this very moment, as a rotation without overlap does.
    house.bound(&key, until_at(house.clock.from_now(0)));
    assert_eq!(ended(&client.finish(waiting).unwrap()), expired(&key));
    assert_eq!(ask(&mut client, &key), expired(&key));
    house.bound(&key, KeyLimits::default());
    assert_eq!(ask(&mut client, &key).0, 0);
}

#[test]
fn a_key_works_from_its_own_addresses_only() {
    let (house, upstream, key) = House::standard(held());
    let mut client = house.client();
    house.bound(&key, from(&["10.0.0.0/8", "127.0.0.0/8"]));
    assert_eq!(ask(&mut client, &key).0, 0);
    let waiting = client.send(&call("Search", &key)).unwrap();
    until("the calls are upstream", || upstream.seen().calls() == 2);
    house.bound(&key, from(&["10.0.0.0/8", "::1"]));
    assert_eq!(ended(&client.finish(waiting).unwrap()), locked_out());
    assert_eq!(ask(&mut client, &key), locked_out());
    // Before anything else is decided: an RPC that does not exist is not told from one that does.
    assert_eq!(ended(&client.unary(&call("NoSuchRpc", &key)).unwrap()), locked_out());
    assert_eq!(upstream.seen().calls(), 2);
    house.bound(&key, KeyLimits::default());
    assert_eq!(ask(&mut client, &key).0, 0);
}

#[test]
fn a_whitelist_holds_for_every_credential_and_open_connections_too() {
    let house = House::with(|config| config.listen = (Ipv6Addr::UNSPECIFIED, 0).into());
    let upstream = Upstream::start(held()).unwrap();
    let (mine, open) = (house.add_cluster(&upstream, None), house.other_project());
    let mut route = house.route(&upstream.address().to_string(), None);
    (route.project, route.port) = (open, None);
    let other = route.id;
    house.apply(&[Change::ClusterPut(route)]);
    let owner = house.add_key_for(KeyReach::Organization(house.organization));
    let key = house.add_key();
    let port = house.gateway().local_addr().port();
    // A dual-stack socket shows the first as an IPv4-mapped address.
    let four = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let six = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    let (mut four, mut six) = (Client::connect(four).unwrap(), Client::connect(six).unwrap());
    let owned = |rpc: &str, id| call(rpc, &owner).host(&format!("{id}.localhost"));
    let calls = [
        four.send(&call("Search", &key)).unwrap(),
        four.send(&owned("Search", mine)).unwrap(),
        four.send(&owned("Search", other)).unwrap(),
    ];
    let sixth = six.send(&call("Search", &key)).unwrap();
    until("all calls are upstream", || upstream.seen().calls() == 4);

    house.apply(&[whitelist(&house, &["127.0.0.0/8", "::1"])]);
    assert_eq!(ask(&mut four, &key).0, 0);
    house.apply(&[whitelist(&house, &["10.0.0.0/8", "::1"])]);
    assert_eq!(ended(&four.finish(calls[0]).unwrap()), locked_out());
    assert_eq!(ended(&four.finish(calls[1]).unwrap()), locked_out());
    assert!(!four.is_over(calls[2]), "a call on another project's cluster was cut");
    assert_eq!(ask(&mut four, &key), locked_out());
    assert_eq!(ended(&four.unary(&owned("HasCollection", mine)).unwrap()), locked_out());
    assert_eq!(ended(&four.unary(&owned("NoSuchRpc", mine)).unwrap()), locked_out());
    assert_eq!(four.unary(&owned("HasCollection", other)).unwrap().code(), Some(0));
    assert_eq!(ask(&mut six, &key).0, 0);
    assert!(!six.is_over(sixth), "a call from a listed address was cut");

    house.apply(&[Change::ProjectGone(house.project)]);
    assert_eq!(ask(&mut four, &key).0, 0);
}

#[test]
fn a_new_cluster_of_a_closed_project_is_closed() {
    let house = House::empty();
    house.apply(&[whitelist(&house, &["10.0.0.0/8"])]);
    let upstream = Upstream::start(Plan::default()).unwrap();
    house.add_cluster(&upstream, None);
    let key = house.add_key();
    assert_eq!(ask(&mut house.client(), &key), locked_out());
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn a_reload_keeps_the_lists_it_names_and_no_others() {
    let (house, upstream, key) = House::standard(held());
    let route = house.route(&upstream.address().to_string(), None);
    let put = || house.put(&key, house.reach(AccessRole::Admin, ClusterScope::All));
    let load = |revision, all: &[Change]| {
        assert_eq!(house.gateway().load(Revision::new(revision), all), Applied::Confirmed);
    };
    load(1000, &[Change::ClusterPut(route.clone()), put()]);
    let mut client = house.client();
    let waiting = client.send(&call("Search", &key)).unwrap();
    until("the call is upstream", || upstream.seen().calls() == 1);
    let closed = whitelist(&house, &["10.0.0.0/8"]);
    load(1001, &[closed, Change::ClusterPut(route.clone()), put()]);
    assert_eq!(ended(&client.finish(waiting).unwrap()), locked_out());
    assert_eq!(ask(&mut client, &key), locked_out());
    load(1002, &[Change::ClusterPut(route), put()]);
    assert_eq!(ask(&mut client, &key).0, 0);
    // A database that went back in time: nothing is left.
    load(1002, &[]);
    assert_eq!(ask(&mut client, &key).0, 16);
}

#[test]
fn a_key_over_its_rate_is_told_when_to_come_back() {
    let (house, upstream, key) = House::standard(Plan::default());
    let other = house.add_key();
    house.bound(&key, rated(3));
    let (mut one, mut two) = (house.client(), house.client());
    // What is refused for another reason is not counted.
    for _ in 0..10 {
        assert_eq!(one.unary(&call("CreateCredential", &key)).unwrap().code(), Some(7));
    }
    for client in [&mut one, &mut two] {
        assert!(in_answer(&client.unary(&call("HasCollection", &key)).unwrap()).len() > 50);
    }
    let passed = upstream.seen().calls();
    assert_eq!(passed, 2);
    assert_eq!(one.unary(&call("HasCollection", &key)).unwrap().code(), Some(0));
    assert_eq!(upstream.seen().calls(), 3);
    let over = two.unary(&call("HasCollection", &key)).unwrap();
    let text = in_answer(&over);
    assert!(text.contains("rate limit exceeded: try again in "), "{text}");
    // `code: 8, retriable: true`, by which SDKs slow down.
    assert!(over.messages()[0].windows(4).any(|bytes| bytes == [0x18, 8, 0x20, 1]));
    assert_eq!(upstream.seen().calls(), 3, "a call over the rate went upstream");
    assert_eq!(ask(&mut two, &other).0, 0);
    // Being put again, with the same limit or another, gives nothing back.
    house.bound(&key, rated(3));
    assert!(in_answer(&two.unary(&call("HasCollection", &key)).unwrap()).contains("rate limit"));
    house.bound(&key, KeyLimits::default());
    for _ in 0..20 {
        assert_eq!(ask(&mut two, &key).0, 0);
    }
}

#[test]
fn a_suspended_cluster_says_so_and_takes_no_calls() {
    let house = House::empty();
    let upstream = Upstream::start(held()).unwrap();
    let mut route = house.route(&upstream.address().to_string(), None);
    house.apply(&[Change::ClusterPut(route.clone())]);
    let key = house.add_key();
    let mut client = house.client();
    let waiting = client.send(&call("Search", &key)).unwrap();
    let flowing = client.send(&call("Query", &key)).unwrap();
    assert_eq!(client.wait_for_body(flowing, BEGINNING.len()).unwrap(), BEGINNING.len());
    until("the calls are upstream", || upstream.seen().calls() == 2);
    route.service = Service::Suspended;
    house.apply(&[Change::ClusterPut(route.clone())]);
    let sentence = format!("cluster {} is suspended: ask an owner to resume it", route.id);
    let cut = client.finish(waiting).unwrap();
    assert!(cut.text() == sentence || in_answer(&cut).contains(&sentence), "{}", cut.text());
    assert_eq!(ended(&client.finish(flowing).unwrap()), (9, sentence.clone()));
    for rpc in ["Connect", "HasCollection", "Insert"] {
        let answer = client.unary(&call(rpc, &key)).unwrap();
        assert!(in_answer(&answer).contains(&sentence), "{rpc}");
    }
    assert_eq!(upstream.seen().calls(), 2);
    route.service = Service::Open;
    house.apply(&[Change::ClusterPut(route)]);
    assert_eq!(ask(&mut client, &key).0, 0);
    assert_eq!(upstream.seen().calls(), 3);
}

#[test]
fn requests_that_are_no_calls_know_only_keys_that_may_be_used() {
    let (house, _upstream, key) = House::standard(Plan::default());
    let status = || {
        let mut socket = TcpStream::connect(house.gateway().local_addr()).unwrap();
        let token = key.expose();
        write!(socket, "GET /v2 HTTP/1.1\r\nauthorization: Bearer {token}\r\n\r\n").unwrap();
        let mut text = String::new();
        socket.read_to_string(&mut text).unwrap();
        text.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(status(), "501");
    house.bound(&key, from(&["10.0.0.0/8"]));
    assert_eq!(status(), "401");
    house.bound(&key, until_at(house.clock.from_now(0)));
    assert_eq!(status(), "401");
}
