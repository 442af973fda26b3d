//! A key that is deleted while gateways are well, stopped, paused, killed or cut off.

use super::link::Link;
use super::process::{Key, LEASE, admits, ask};
use super::{Stage, until_admitted};
use crate::support::until;
use rustix::process::Signal;
use std::net::SocketAddr;
use std::time::Instant;
use testkit::client::{Call, Client};
use testkit::postgres::Server;

/// Calls of a key that run: one that waits for the engine, one whose answer flows without end.
struct Running {
    client: Client,
    calls: [u32; 2],
}

impl Running {
    fn begin(door: SocketAddr, key: &Key) -> Self {
        let mut client = Client::connect(door).unwrap();
        let held = client.open(&Call::milvus("Search").token(&key.text).message(&[])).unwrap();
        let flowing = client.open(&Call::milvus("Query").token(&key.text).message(&[])).unwrap();
        client.wait_for_body(flowing, 1 << 16).unwrap();
        Self { client, calls: [held, flowing] }
    }

    /// Reads whatever was sent before now, and says whether every call has ended, or their
    /// connection with them.
    fn have_ended(&mut self, key: &Key) -> bool {
        let next = Call::milvus("ListDatabases").token(&key.text).message(&[]);
        match self.client.unary(&next) {
            // Whatever was sent before this answer was read with it.
            Ok(answer) => {
                assert_ne!(answer.code(), Some(0), "a dead key was admitted");
                self.calls.iter().all(|&call| self.client.is_over(call))
            }
            Err(_) => true,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long an answer takes is what is asked here")]
fn now() -> Instant {
    Instant::now()
}

#[test]
fn a_deleted_key_is_dead_on_every_gateway_when_the_answer_arrives() {
    let stage = Stage::set();
    let gateways = ["one", "two"].map(|name| stage.gateway(name));
    for _ in 0..20 {
        let key = stage.key();
        let mut running = gateways.each_ref().map(|gateway| Running::begin(gateway.door(), &key));
        let (dead, words) = stage.owner.delete(&key);
        assert!(dead);
        assert_eq!(words, ["applied", "applied"]);
        for (running, gateway) in running.iter_mut().zip(&gateways) {
            assert!(running.have_ended(&key));
            let answer = ask(gateway.door(), "ListDatabases", &key);
            assert_eq!(answer.code(), Some(16), "{}", answer.text());
        }
    }
    let metrics = stage.owner.metrics();
    assert_eq!(metrics.matches("keyward_gateway_applied_revision{").count(), 2, "{metrics}");
}

#[test]
fn a_gateway_that_stops_is_not_waited_for() {
    let stage = Stage::set();
    let (one, two) = (stage.gateway("one"), stage.gateway("two"));
    let key = stage.key();
    until_admitted(&two, &key);
    two.stop();
    let begun = now();
    let (dead, words) = stage.owner.delete(&key);
    assert!(dead);
    assert_eq!(words, ["applied", "stopped"]);
    assert!(begun.elapsed() < LEASE, "it waited for a gateway that has gone");
    assert!(!admits(one.door(), &key));
    one.stop();
    until("both are taken off the list", || {
        let listed = stage.database.query("SELECT count(*) FROM keyward.gateways");
        (listed == "0").then_some(())
    });
    assert_eq!(stage.owner.delete(&stage.key()), (true, vec![]), "nobody lets anybody in");
}

#[test]
fn a_gateway_that_is_about_to_stop_cuts_what_still_runs_there() {
    let stage = Stage::set();
    let one = stage.gateway("one");
    for _ in 0..3 {
        let two = stage.gateway("two");
        let key = stage.key();
        let mut running = Running::begin(two.door(), &key);
        two.signal(Signal::TERM);
        until("it lets its last calls end", || two.said().contains("stopping").then_some(()));
        let begun = now();
        let (dead, words) = stage.owner.delete(&key);
        assert!(dead, "{words:?}");
        assert!(running.have_ended(&key));
        assert!(begun.elapsed() < LEASE * 2, "the calls were not cut, but have had their time");
        two.end();
    }
    one.stop();
}

#[test]
fn a_gateway_that_is_paused_is_waited_for_and_wakes_up_shut() {
    let stage = Stage::set();
    let (one, two) = (stage.gateway("one"), stage.gateway("two"));
    let (key, other) = (stage.key(), stage.key());
    let mut running = Running::begin(two.door(), &key);
    two.signal(Signal::STOP);
    // What arrives while it sleeps is decided when it wakes.
    let mut waiting = Client::connect(two.door()).unwrap();
    let asked = Call::milvus("ListDatabases").token(&key.text).message(&[]);
    let early = waiting.open(&asked).unwrap();
    let begun = now();
    let (dead, words) = stage.owner.delete(&key);
    assert!(dead);
    assert_eq!(words, ["applied", "leaseExpired"]);
    assert!(begun.elapsed() >= LEASE, "its lease could not be over");
    assert!(!admits(one.door(), &key));
    two.signal(Signal::CONT);
    if let Ok(answer) = waiting.finish(early) {
        assert_ne!(answer.code(), Some(0), "it woke up with the door open");
    }
    assert!(running.have_ended(&key));
    until_admitted(&two, &other);
    assert_eq!(ask(two.door(), "ListDatabases", &key).code(), Some(16));
    // It is one of them again.
    assert_eq!(stage.owner.delete(&other), (true, vec!["applied".to_owned(); 2]));
}

#[test]
fn a_gateway_that_was_killed_is_waited_for_once_and_comes_back_with_what_is_true() {
    let stage = Stage::set();
    let (one, two) = (stage.gateway("one"), stage.gateway("two"));
    let (key, next, other) = (stage.key(), stage.key(), stage.key());
    until_admitted(&two, &key);
    two.signal(Signal::KILL);
    drop(two);
    let (dead, words) = stage.owner.delete(&key);
    assert!(dead);
    assert_eq!(words, ["applied", "leaseExpired"]);
    until("it is taken off the list", || {
        let listed = stage.database.query("SELECT count(*) FROM keyward.gateways");
        (listed == "1").then_some(())
    });
    let begun = now();
    assert_eq!(stage.owner.delete(&next), (true, vec!["applied".to_owned()]));
    assert!(begun.elapsed() < LEASE);
    // On the same folder, with whatever it left there.
    let again = stage.gateway("two");
    until_admitted(&again, &other);
    for dead in [&key, &next] {
        assert_eq!(ask(again.door(), "ListDatabases", dead).code(), Some(16));
        assert_eq!(ask(one.door(), "ListDatabases", dead).code(), Some(16));
    }
}

#[test]
fn a_gateway_that_is_cut_off_serves_until_its_lease_is_over_and_then_nobody() {
    let stage = Stage::set();
    let link = Link::to(Server::shared().port());
    let (one, two) =
        (stage.gateway("one"), stage.gateway_over("two", &stage.address_through(link.port())));
    let (key, other) = (stage.key(), stage.key());
    let mut running = Running::begin(two.door(), &key);
    link.cut();
    assert!(admits(two.door(), &other), "the database may be away for a moment");
    let (dead, words) = stage.owner.delete(&key);
    assert!(dead);
    assert_eq!(words, ["applied", "leaseExpired"]);
    // Nothing of what it still believes counts.
    for key in [&key, &other] {
        let answer = ask(two.door(), "ListDatabases", key);
        assert_eq!(answer.code(), Some(14), "{}", answer.text());
        assert!(answer.text().contains("lost touch"), "{}", answer.text());
    }
    assert!(running.have_ended(&key));
    let (status, body) = two.health();
    assert_eq!(status, 503);
    assert!(body["message"].as_str().unwrap().contains("the lease of this gateway is over"));
    assert!(admits(one.door(), &other));
    link.heal();
    until_admitted(&two, &other);
    assert_eq!(ask(two.door(), "ListDatabases", &key).code(), Some(16));
    let (status, body) = two.health();
    assert_eq!((status, body["data"]["status"].as_str()), (200, Some("ok")));
}
