//! Users of clusters: signing in with `user:password`, and what it takes to be let in.

use crate::house::{House, PASSWORD, call_as, set, until};
use model::address::AddressList;
use model::change::ProjectAccess;
use model::cluster_role::{BuiltInRole, RoleRef};
use model::privilege::Privilege;
use model::{Change, ClusterId};
use std::time::Duration;
use testkit::client::{Answer, Call};
use testkit::message::framed;
use testkit::upstream::{Answer as Reply, Plan, Upstream};

pub(crate) const WRONG: &str = "auth check failure, please check username and password are correct";
pub(crate) const ADMIN: RoleRef = RoleRef::BuiltIn(BuiltInRole::Admin);

/// A house with one cluster and a user `alice` who may do everything on it.
pub(crate) fn with_alice(plan: Plan) -> (House, Upstream, ClusterId) {
    let house = House::empty();
    let upstream = Upstream::start(plan).unwrap();
    let cluster = house.add_cluster(&upstream, None);
    house.apply(&[house.user(cluster, "alice", PASSWORD).with(&[ADMIN])]);
    (house, upstream, cluster)
}

fn said(answer: &Answer) -> (Option<u32>, &str) {
    (answer.code(), answer.text())
}

fn as_who(token: &str) -> Call {
    Call::milvus("HasCollection").token(token)
}

/// A status in the answer that is a rate limit.
fn is_limited(answer: &Answer) -> bool {
    let body = answer.messages().concat();
    answer.code() == Some(0)
        && String::from_utf8_lossy(&body).contains("rate limit exceeded: try again in ")
}

#[test]
fn a_password_is_checked_once_and_then_known() {
    let (house, upstream, _) = with_alice(Plan { record: 10, ..Plan::default() });
    let mut client = house.client();
    for _ in 0..3 {
        let answer = client.unary(&call_as("HasCollection", "alice")).unwrap();
        assert_eq!(said(&answer), (Some(0), ""));
    }
    assert_eq!(house.client().unary(&call_as("Search", "alice")).unwrap().code(), Some(0));
    assert_eq!(house.checks(), [1, 0, 0]);
    // Only the service credential goes upstream.
    for record in upstream.seen().records() {
        let value = record.field("authorization").unwrap();
        assert_eq!(value, testkit::keys::sdk_form(crate::house::SERVICE).as_bytes());
    }
}

#[test]
fn whoever_is_wrong_hears_the_same() {
    let (house, upstream, _) = with_alice(Plan::default());
    let second = Upstream::start(Plan::default()).unwrap();
    let port = house.add_cluster(&second, Some(free_port()));
    house.apply(&[house.user(port, "bob", PASSWORD).with(&[ADMIN])]);
    let mut client = house.client();
    let bob_elsewhere = format!("bob:{PASSWORD}");
    let long = format!("{}:{PASSWORD}", "a".repeat(300));
    for token in [
        "alice:wrong",
        "alice:",
        ":",
        "Alice:Correct-horse-1",
        "alice :Correct-horse-1",
        "alice:Correct-horse-1 ",
        "nobody:Correct-horse-1",
        &bob_elsewhere,
        &long,
    ] {
        let answer = client.unary(&as_who(token)).unwrap();
        assert_eq!(said(&answer), (Some(16), WRONG), "{token}");
    }
    assert_eq!(house.checks(), [0, 9, 0], "each of them costs the same work");
    let connect = Call::milvus("Connect").token("alice:wrong");
    let answer = client.unary(&connect).unwrap();
    assert_eq!(answer.code(), Some(0));
    assert!(String::from_utf8_lossy(&answer.messages().concat()).contains(WRONG));
    assert_eq!(upstream.seen().calls() + second.seen().calls(), 0);
}

pub(crate) fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

#[test]
fn the_body_of_a_parked_call_arrives_whole() {
    let (house, upstream, cluster) = with_alice(Plan::default());
    house.add_user(cluster, "bob", &[("default", "books", set(&[Privilege::Insert]))]);
    for (user, name) in [("alice", "books"), ("bob", "books"), ("alice", ""), ("bob", "films")] {
        house.apply(&[Change::ProjectGone(house.project)]);
        let mut client = house.client();
        let before = upstream.seen().bytes();
        let name = [&[3 << 3 | 2, u8::try_from(name.len()).unwrap()], name.as_bytes()].concat();
        let filler = [&[5 << 3 | 2, 0xe0, 0xa7, 0x12][..], &vec![7; 300_000]].concat();
        let body = framed(&[name, filler].concat());
        let answer = client.unary(&call_as("Insert", user).raw_body(body.clone())).unwrap();
        let went = upstream.seen().bytes() - before;
        if (user, answer.code()) == ("bob", Some(7)) {
            assert_eq!(went, 0, "{}", answer.text());
        } else {
            assert_eq!((answer.code(), went), (Some(0), body.len() as u64), "{}", answer.text());
        }
    }
    assert_eq!(house.checks(), [2, 0, 0]);
}

#[test]
fn calls_that_come_while_one_password_is_checked_share_the_check() {
    let (house, _upstream, cluster) = with_alice(Plan::default());
    house.apply(&[house.user(cluster, "slow", "x").slow().with(&[ADMIN])]);
    let mut clients: Vec<_> = (0..4).map(|_| house.client()).collect();
    let mut sent = Vec::new();
    for (number, client) in clients.iter_mut().enumerate() {
        for _ in 0..5 {
            sent.push((number, client.send(&call_as("HasCollection", "slow")).unwrap()));
        }
    }
    // Others are served meanwhile.
    assert_eq!(house.client().unary(&call_as("Search", "alice")).unwrap().code(), Some(0));
    for (number, stream) in sent {
        let answer = clients[number].finish(stream).unwrap();
        assert_eq!(said(&answer), (Some(16), WRONG));
    }
    assert_eq!(house.checks(), [1, 1, 0]);
}

#[test]
fn wrong_passwords_are_limited_by_user_and_known_ones_go_on() {
    let (house, upstream, cluster) = with_alice(Plan::default());
    house.add_user(cluster, "bob", &[]);
    let mut client = house.client();
    assert_eq!(client.unary(&call_as("HasCollection", "alice")).unwrap().code(), Some(0));
    for user in ["alice", "bob", "nobody"] {
        for number in 0..10 {
            let answer = client.unary(&as_who(&format!("{user}:{number}"))).unwrap();
            assert_eq!(said(&answer), (Some(16), WRONG));
        }
        let answer = client.unary(&as_who(&format!("{user}:eleventh"))).unwrap();
        assert!(is_limited(&answer), "{user}: {}", answer.text());
    }
    assert_eq!(client.unary(&call_as("HasCollection", "alice")).unwrap().code(), Some(0));
    // Whose password is not known yet has to wait, with the right one too.
    assert!(is_limited(&client.unary(&call_as("HasCollection", "bob")).unwrap()));
    assert_eq!(house.checks(), [1, 30, 4]);
    assert_eq!(upstream.seen().calls(), 2);
}

#[test]
fn wrong_passwords_are_limited_by_address() {
    let (house, _upstream, cluster) = with_alice(Plan::default());
    // Their passwords are quicker to check than those of nobody.
    let users = (0..140).map(|number| house.user(cluster, &format!("user{number}"), PASSWORD));
    house.apply(&users.map(|user| user.with(&[])).collect::<Vec<_>>());
    let mut client = house.client();
    let mut streams = Vec::new();
    for number in 0..140 {
        streams.push(client.send(&as_who(&format!("user{number}:x"))).unwrap());
    }
    let answers: Vec<_> = streams.into_iter().map(|s| client.finish(s).unwrap()).collect();
    let limited = answers.iter().filter(|answer| is_limited(answer)).count();
    // A hundred at once, and one a second while they are checked.
    assert!((20..=40).contains(&limited), "{limited} of 140 were limited");
}

#[test]
fn the_whitelist_comes_before_the_password() {
    let (house, upstream, _) = with_alice(Plan::default());
    let sources = AddressList::new(["203.0.113.0/24".parse().unwrap()]);
    house.apply(&[Change::ProjectPut(ProjectAccess { id: house.project, sources })]);
    let mut client = house.client();
    for token in [format!("alice:{PASSWORD}"), "alice:x".into(), "nobody:x".into()] {
        let answer = client.unary(&as_who(&token)).unwrap();
        assert_eq!(said(&answer), (Some(7), "access from 127.0.0.1 is not allowed"));
    }
    assert_eq!(house.checks(), [0, 0, 0]);
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn the_address_says_whose_user_it_is_and_the_name_never_does() {
    let (house, first, cluster) = with_alice(Plan::default());
    let second = Upstream::start(Plan::default()).unwrap();
    let other = house.add_cluster(&second, None);
    house.apply(&[house.user(other, "bob", PASSWORD).with(&[ADMIN])]);
    let mut client = house.client();
    let several = "there are several clusters at this address: connect to the port of the one whose \
                   user this is, or to a host name that starts with its id (in01-...)";
    for user in ["alice", "bob", "nobody"] {
        let answer = client.unary(&call_as("HasCollection", user)).unwrap();
        assert_eq!(said(&answer), (Some(3), several));
    }
    for (user, cluster, code) in
        [("alice", cluster, 0), ("bob", other, 0), ("alice", other, 16), ("bob", cluster, 16)]
    {
        let call = call_as("HasCollection", user).host(&format!("{cluster}.example.com"));
        assert_eq!(client.unary(&call).unwrap().code(), Some(code), "{user}");
    }
    for host in ["in01-000000000000123.example.com", "in01-nonsense.example.com"] {
        let answer = client.unary(&call_as("HasCollection", "alice").host(host)).unwrap();
        assert_eq!(said(&answer), (Some(16), WRONG));
    }
    assert_eq!((first.seen().calls(), second.seen().calls()), (1, 1));
    house.apply(&[Change::ClusterGone(cluster)]);
    assert_eq!(client.unary(&call_as("HasCollection", "bob")).unwrap().code(), Some(0));
    house.apply(&[Change::ClusterGone(other)]);
    assert_eq!(said(&client.unary(&as_who("bob:x")).unwrap()), (Some(16), WRONG));
}

#[test]
fn a_parked_call_ends_however_its_client_ends_it() {
    let (house, upstream, cluster) = with_alice(Plan::default());
    house.apply(&[house.user(cluster, "slow", "x").slow().with(&[ADMIN])]);
    let mut client = house.client();
    let reset = client.send(&call_as("Search", "slow")).unwrap();
    client.reset(reset).unwrap();
    let mut gone = house.client();
    gone.send(&call_as("Search", "slow")).unwrap();
    drop(gone);
    let late = call_as("Insert", "slow").field("grpc-timeout", b"1m");
    let late = client.open(&late).unwrap();
    let answer = client.finish(late).unwrap();
    assert!(matches!(answer.code(), Some(4 | 16)), "{}", answer.text());
    assert_eq!(client.unary(&call_as("HasCollection", "alice")).unwrap().code(), Some(0));
    until("the check is done", || house.checks()[1] >= 1);
    assert_eq!(client.unary(&call_as("HasCollection", "alice")).unwrap().code(), Some(0));
    assert_eq!(upstream.seen().calls(), 2);
}

#[test]
fn a_client_cannot_park_more_than_it_may_send() {
    let (house, upstream, cluster) = with_alice(Plan::default());
    house.apply(&[house.user(cluster, "slow", "x").slow().with(&[ADMIN])]);
    let mut client = house.client();
    client.set_patience(Duration::from_millis(200)).unwrap();
    let stream = client.open(&call_as("Insert", "slow").raw_body(vec![])).unwrap();
    let pushed = client.push(stream, &vec![0; 1 << 20], true);
    // Either its window ran out, or the check ended first and refused it.
    assert!(pushed.is_err() || client.is_over(stream));
    let mut streams = vec![];
    let mut other = house.client();
    for _ in 0..300 {
        streams.push(other.send(&call_as("Search", "slow")).unwrap());
    }
    let last = other.finish(*streams.last().unwrap()).unwrap();
    assert!(last.reset.is_some() || last.code() == Some(16), "{}", last.text());
    assert_eq!(upstream.seen().calls(), 0);
}

#[test]
fn a_gateway_that_stops_parks_nobody() {
    let (mut house, _upstream, cluster) = with_alice(Plan::default());
    house.apply(&[house.user(cluster, "slow", "x").slow().with(&[ADMIN])]);
    let mut client = house.client();
    let parked = client.send(&call_as("Search", "slow")).unwrap();
    let gateway = house.gateway.take().unwrap();
    let stopping = std::thread::spawn(move || gateway.shutdown(Duration::from_secs(20)));
    // The gateway closes with its last call, so the answer may be lost; it does not wait longer.
    if let Ok(answer) = client.finish(parked) {
        assert!(matches!(answer.code(), Some(14 | 16)), "{}", answer.text());
    }
    let before = testkit::clock::instant();
    stopping.join().unwrap();
    assert!(before.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_user_is_told_in_the_log_by_name_and_never_by_password() {
    let file = crate::house::scratch_file("users.jsonl");
    let house = House::with(|config| config.access_log = Some(file.clone()));
    let upstream = Upstream::start(Plan { otherwise: Reply::Message(10), ..Plan::default() });
    let upstream = upstream.unwrap();
    let cluster = house.add_cluster(&upstream, None);
    house.apply(&[house.user(cluster, "alice", PASSWORD).with(&[ADMIN])]);
    let mut client = house.client();
    assert_eq!(client.unary(&call_as("Search", "alice")).unwrap().code(), Some(0));
    assert_eq!(client.unary(&as_who("alice:Secret-7")).unwrap().code(), Some(16));
    drop(client);
    drop(house);
    let log = std::fs::read_to_string(&file).unwrap();
    assert!(log.contains("\"user\":\"alice\",\"cluster\":\"in01-"), "{log}");
    assert!(log.contains("\"rule\":\"unknown user\""), "{log}");
    assert!(!log.contains(PASSWORD) && !log.contains("Secret-7"), "{log}");
}

/// Tricks that are as old as proxies, with a credential that is known to be right.
#[test]
fn a_user_gets_no_further_with_tricks() {
    let (house, upstream, cluster) = with_alice(Plan { record: 10, ..Plan::default() });
    house.add_user(cluster, "bob", &[("default", "books", set(&[Privilege::Search]))]);
    let mut client = house.client();
    let books = crate::narrow::text(3, "books");
    let mut ask = |call: Call| client.unary(&call.message(&books)).unwrap();
    assert_eq!(ask(call_as("Search", "bob")).code(), Some(0));
    assert_eq!(ask(call_as("Query", "alice")).code(), Some(0));
    let token = format!("bob:{PASSWORD}");
    let alice = format!("alice:{PASSWORD}");
    for (call, code) in [
        (call_as("Query", "bob").token(&alice), 16),
        (call_as("Search", "bob").token(&token), 16),
        (call_as("Search", "bob").field("sourceid", b"x"), 0),
        (call_as("search", "bob"), 12),
        (call_as("Search/", "bob"), 12),
        (call_as("../MilvusService/Query", "bob"), 12),
        (call_as("%53earch", "bob"), 12),
        (call_as("Search?rpc=Query", "bob"), 12),
        (call_as("CreateReplicateStream", "alice"), 7),
        (call_as("DumpMessages", "alice"), 7),
        (call_as("Dummy", "alice"), 7),
    ] {
        let shown = format!("{call:?}");
        let answer = ask(call);
        assert_eq!(answer.code(), Some(code), "{shown}: {}", answer.text());
    }
    let records = upstream.seen().records();
    assert_eq!(records.len(), 3);
    assert!(records.iter().all(|record| record.field("sourceid").is_none()));
}
