//! The fence: when a change is applied, nothing of what it ended is admitted or still running.

use crate::house::{House, PASSWORD, call, call_as, role, set, until};
use crate::narrow::text;
use crate::users::{ADMIN, with_alice};
use gateway::Applied;
use model::cluster_role::RoleRef;
use model::entropy::SequenceEntropy;
use model::privilege::Privilege;
use model::scope::{ClusterScope, KeyReach};
use model::{AccessRole, ApiKey, Change, KeyId, Revision};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use testkit::client::Client;
use testkit::upstream::{Answer, Plan, Upstream};

fn held() -> Plan {
    Plan {
        answers: vec![("Search".into(), Answer::Hold), ("Query".into(), Answer::Endless(4096))],
        ..Plan::default()
    }
}

fn revoked(key: &ApiKey) -> String {
    format!("auth check failure, {} was deleted or changed while this call was running", key.id())
}

#[test]
fn a_waiting_call_ends_with_its_key() {
    let (house, upstream, key) = House::standard(held());
    let other = house.add_key();
    let mut client = house.client();
    let mine = client.send(&call("Search", &key)).unwrap();
    let others = client.send(&call("Search", &other)).unwrap();
    until("both calls are upstream", || upstream.seen().calls() == 2);
    house.apply(&[Change::KeyGone(key.id())]);
    let answer = client.finish(mine).unwrap();
    assert_eq!((answer.code(), answer.text()), (Some(16), revoked(&key).as_str()));
    until("the engine is told", || upstream.seen().resets() == 1);
    assert!(!client.is_over(others), "another key's call was cut");
    assert_eq!(client.unary(&call("HasCollection", &other)).unwrap().code(), Some(0));
    assert_eq!(client.unary(&call("HasCollection", &key)).unwrap().code(), Some(16));
}

#[test]
fn a_key_has_so_many_calls_running_and_so_many_cut() {
    let (house, upstream, key) = House::standard(held());
    let other = house.add_key();
    let gateway = house.gateway();
    assert_eq!(gateway.live_calls(key.id()), Some(0));
    // Clients on several workers, and one with two calls. None has an answer on its way: a client
    // that has not read one yet loses its connection, and with it the other key's call.
    let mut clients: Vec<_> = (0..4).map(|_| house.client()).collect();
    for client in &mut clients {
        client.send(&call("Search", &key)).unwrap();
    }
    clients[0].send(&call("Search", &key)).unwrap();
    clients[0].send(&call("Search", &other)).unwrap();
    until("the calls are upstream", || upstream.seen().calls() == 6);
    assert_eq!([key.id(), other.id()].map(|id| gateway.live_calls(id)), [Some(5), Some(1)]);
    house.apply(&[Change::KeyGone(key.id())]);
    assert_eq!((gateway.calls_cut(key.id()), gateway.live_calls(key.id())), (Some(5), Some(0)));
    assert_eq!(gateway.live_calls(other.id()), Some(1));
    let stranger = KeyId::generate(&SequenceEntropy::new(1));
    assert_eq!((gateway.live_calls(stranger), gateway.calls_cut(stranger)), (Some(0), None));
}

#[test]
fn a_flowing_answer_stops_and_says_why() {
    let (house, upstream, key) = House::standard(held());
    let mut client = house.client();
    let stream = client.send(&call("Query", &key)).unwrap();
    assert!(client.wait_for_body(stream, 100_000).unwrap() >= 100_000);
    house.apply(&[Change::KeyGone(key.id())]);
    // What had left before is in the socket; it is read out, and then nothing more comes.
    let answer = client.finish(stream).unwrap();
    assert_eq!((answer.code(), answer.text()), (Some(16), revoked(&key).as_str()));
    until("the engine is told", || upstream.seen().resets() == 1);
}

/// A client that does not read has an answer waiting in the gateway; none of it may leave later.
#[test]
fn an_answer_that_waits_for_a_slow_reader_is_thrown_away() {
    let (house, upstream, key) = House::standard(held());
    let mut client = house.client();
    let stream = client.send(&call("Query", &key)).unwrap();
    client.wait_for_body(stream, 1).unwrap();
    let before = upstream.seen().calls();
    // Unread, the answer fills the client's window and the sockets until the gateway holds some.
    std::thread::yield_now();
    house.apply(&[Change::KeyGone(key.id())]);
    let _ = client.read_for(Duration::from_millis(300));
    let read = client.bytes_read();
    let _ = client.read_for(Duration::from_millis(100));
    assert_eq!(client.bytes_read(), read, "bytes came after the fence");
    assert!(client.is_over(stream) || client.read_for(Duration::ZERO).is_ok_and(|open| !open));
    assert_eq!(upstream.seen().calls(), before);
}

#[test]
fn a_request_still_being_sent_ends_with_its_key() {
    let (house, upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    let stream = client.open(&call("Insert", &key).raw_body(vec![0; 100])).unwrap();
    until("the call is upstream", || upstream.seen().bytes() == 100);
    house.apply(&[Change::KeyGone(key.id())]);
    let answer = client.finish(stream).unwrap();
    assert_eq!(answer.code(), Some(16), "{}", answer.text());
    let _ = client.push(stream, &[0; 1000], true);
    assert_eq!(client.unary(&call("Search", &key)).unwrap().code(), Some(16));
    assert_eq!(upstream.seen().bytes(), 100, "more of the request went upstream");
}

#[test]
fn a_narrowed_key_loses_exactly_what_it_may_no_longer_do() {
    let (house, upstream, key) = House::standard(Plan {
        answers: vec![("Search".into(), Answer::Hold), ("Insert".into(), Answer::Hold)],
        ..Plan::default()
    });
    let mut client = house.client();
    let search = client.send(&call("Search", &key)).unwrap();
    let insert = client.send(&call("Insert", &key)).unwrap();
    until("both calls are upstream", || upstream.seen().calls() == 2);
    let reach = house.reach(AccessRole::ReadOnly, ClusterScope::All);
    house.apply(&[house.put(&key, reach)]);
    assert_eq!(client.finish(insert).unwrap().code(), Some(16));
    assert!(!client.is_over(search), "a search may go on under Read-Only");
    assert_eq!(client.unary(&call("Insert", &key)).unwrap().code(), Some(7));
    assert_eq!(client.unary(&call("HasCollection", &key)).unwrap().code(), Some(0));

    house.apply(&[house.put(&key, KeyReach::Nothing)]);
    assert_eq!(client.finish(search).unwrap().code(), Some(16));
}

#[test]
fn a_renamed_key_keeps_its_calls() {
    let (house, upstream, key) = House::standard(held());
    let mut client = house.client();
    let search = client.send(&call("Search", &key)).unwrap();
    until("the call is upstream", || upstream.seen().calls() == 1);
    house.apply(&[house.put(&key, house.reach(AccessRole::Admin, ClusterScope::All))]);
    assert_eq!(client.unary(&call("HasCollection", &key)).unwrap().code(), Some(0));
    assert!(!client.is_over(search));
}

#[test]
fn a_detached_cluster_takes_its_calls_with_it() {
    let house = House::empty();
    let upstream = Upstream::start(held()).unwrap();
    let cluster = house.add_cluster(&upstream, None);
    let key = house.add_key();
    let mut client = house.client();
    let search = client.send(&call("Search", &key)).unwrap();
    until("the call is upstream", || upstream.seen().calls() == 1);
    house.apply(&[Change::ClusterGone(cluster)]);
    let answer = client.finish(search).unwrap();
    assert_eq!(answer.code(), Some(7), "{}", answer.text());
    assert!(answer.text().contains("detached"), "{}", answer.text());
}

#[test]
fn a_reload_drops_what_it_does_not_name() {
    let (house, upstream, key) = House::standard(held());
    let mut client = house.client();
    let search = client.send(&call("Search", &key)).unwrap();
    until("the call is upstream", || upstream.seen().calls() == 1);
    let kept = house.add_key();
    let cluster = house.route(&upstream.address().to_string(), None);
    let reach = house.reach(AccessRole::Admin, ClusterScope::All);
    let all = [house.put(&kept, reach), Change::ClusterPut(cluster)];
    let _ = house.gateway().load(Revision::new(1000), &all);
    assert_ne!(client.finish(search).unwrap().code(), Some(0));
    assert_eq!(client.unary(&call("HasCollection", &key)).unwrap().code(), Some(16));
    assert_eq!(client.unary(&call("HasCollection", &kept)).unwrap().code(), Some(0));
}

#[test]
fn a_load_that_fails_leaves_a_closed_gateway_closed_and_an_open_one_as_it_was() {
    let upstream = Upstream::start(Plan::default()).unwrap();
    let house = House::unloaded(|_| {});
    let key = house.new_key();
    let cluster = house.route(&upstream.address().to_string(), None);
    let reach = || house.reach(AccessRole::Admin, ClusterScope::All);
    let fails = |changes: Vec<Change>| {
        let read = |each: &mut dyn FnMut(Change)| {
            changes.into_iter().for_each(each);
            Err::<Revision, _>("the store went away")
        };
        assert_eq!(house.gateway().load_from(read), Err("the store went away"));
    };
    let all = || {
        // More than are applied at once, so that some are in the table when it fails.
        let others = (0..3000).map(|_| house.put(&house.new_key(), reach()));
        [house.put(&key, reach()), Change::ClusterPut(cluster.clone())].into_iter().chain(others)
    };
    fails(all().collect());
    assert_eq!(house.gateway().revision(), Revision::ZERO);
    let closed = house.client().unary(&call("HasCollection", &key)).unwrap();
    assert_ne!(closed.code(), Some(0));

    let content: Vec<_> = all().collect();
    assert_eq!(house.gateway().load(Revision::new(7), &content), Applied::Confirmed);
    assert_eq!(house.client().unary(&call("HasCollection", &key)).unwrap().code(), Some(0));
    fails(vec![Change::ClusterPut(cluster.clone())]);
    assert_eq!(house.gateway().revision(), Revision::new(7));
    assert_eq!(house.client().unary(&call("HasCollection", &key)).unwrap().code(), Some(0));
    // What a whole load does not name is gone, wherever its slot is.
    let one = [house.put(&key, reach()), Change::ClusterPut(cluster)];
    assert_eq!(house.gateway().load(Revision::new(8), &one), Applied::Confirmed);
    let metrics = house.gateway().metrics();
    assert!(metrics.contains("keyward_gateway_keys 1\n"), "{metrics}");
    assert_eq!(house.client().unary(&call("HasCollection", &key)).unwrap().code(), Some(0));
}

#[test]
fn a_load_that_fails_cuts_what_it_narrowed() {
    let (house, upstream, key) = House::standard(held());
    let other = house.add_key();
    let mut client = house.client();
    let search = client.send(&call("Search", &key)).unwrap();
    until("the call is upstream", || upstream.seen().calls() == 1);
    // More than are applied at once, so that the first is in the table when it fails.
    let others = (0..3000).map(|_| house.put(&house.new_key(), KeyReach::Nothing));
    let narrowed = std::iter::once(house.put(&key, KeyReach::Nothing)).chain(others);
    let broken = house.gateway().load_from(|each| {
        narrowed.for_each(each);
        Err("the store went away")
    });
    assert_eq!(broken, Err("the store went away"));
    assert_ne!(client.finish(search).unwrap().code(), Some(0));
    assert_eq!(client.unary(&call("HasCollection", &other)).unwrap().code(), Some(0));
}

#[test]
fn an_older_revision_changes_nothing() {
    let (house, _upstream, key) = House::standard(Plan::default());
    house.apply(&[Change::KeyGone(key.id())]);
    let reach = house.reach(AccessRole::Admin, ClusterScope::All);
    let _ = house.gateway().apply(Revision::new(2), &[house.put(&key, reach)]);
    assert_eq!(house.client().unary(&call("Search", &key)).unwrap().code(), Some(16));
}

/// Callers hammer with keys that are being deleted; the moment `apply` returns is noted, and no
/// call sent after it may succeed.
#[test]
fn no_call_sent_after_the_fence_is_admitted() {
    let (house, _upstream, _) = House::standard(Plan::default());
    for round in 0..50 {
        let key = Arc::new(house.add_key());
        let (dead, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let admitted = Arc::new(AtomicU64::new(0));
        let callers: Vec<_> = (0..4)
            .map(|_| {
                let mut client: Client = house.client();
                let (key, dead, stop) = (key.clone(), dead.clone(), stop.clone());
                let admitted = admitted.clone();
                std::thread::spawn(move || {
                    while !stop.load(Ordering::Acquire) {
                        let was_dead = dead.load(Ordering::Acquire);
                        let answer = client.unary(&call("HasCollection", &key)).unwrap();
                        if answer.code() == Some(0) {
                            admitted.fetch_add(1, Ordering::AcqRel);
                            assert!(!was_dead, "round {round}: admitted after the fence");
                        }
                    }
                })
            })
            .collect();
        until("calls flow", || admitted.load(Ordering::Acquire) > 8);
        house.apply(&[Change::KeyGone(key.id())]);
        dead.store(true, Ordering::Release);
        for _ in 0..4 {
            let mut client = house.client();
            assert_eq!(client.unary(&call("HasCollection", &key)).unwrap().code(), Some(16));
        }
        stop.store(true, Ordering::Release);
        for caller in callers {
            caller.join().unwrap();
        }
    }
}

#[test]
fn a_cluster_that_moves_ends_its_calls_so_that_they_are_tried_again() {
    let house = House::empty();
    let upstream = Upstream::start(held()).unwrap();
    let mut route = house.route(&upstream.address().to_string(), None);
    house.apply(&[Change::ClusterPut(route.clone())]);
    let key = house.add_key();
    let mut client = house.client();
    let search = client.send(&call("Search", &key)).unwrap();
    until("the call is upstream", || upstream.seen().calls() == 1);
    route.upstream = None;
    house.apply(&[Change::ClusterPut(route)]);
    let answer = client.finish(search).unwrap();
    assert_eq!(answer.code(), Some(14), "{}", answer.text());
}

/// The text of a call that was cut because of its user.
fn changed(user: &str) -> String {
    format!("auth check failure, {user} was deleted or changed while this call was running")
}

#[test]
fn a_waiting_call_ends_with_its_user_its_password_and_its_role() {
    for what in ["user", "password", "roles", "role"] {
        let (house, upstream, cluster) = with_alice(held());
        let id = house.add_role(cluster, &[("*", "*", set(&[Privilege::Search]))]);
        let RoleRef::Custom(role_id) = id else { unreachable!() };
        let bob = house.user(cluster, "bob", PASSWORD);
        house.apply(&[bob.with(&[id])]);
        let mut client = house.client();
        let mine = client.send(&call_as("Search", "bob")).unwrap();
        let others = client.send(&call_as("Search", "alice")).unwrap();
        until("both calls are upstream", || upstream.seen().calls() == 2);
        house.apply(&[match what {
            "user" => Change::ClusterUserGone(bob.id),
            "password" => bob.clone().password("Another-1").with(&[id]),
            "roles" => bob.with(&[]),
            _ => Change::ClusterRoleGone(role_id),
        }]);
        let answer = client.finish(mine).unwrap();
        assert_eq!((answer.code(), answer.text()), (Some(16), changed("bob").as_str()), "{what}");
        until("the engine is told", || upstream.seen().resets() == 1);
        assert!(!client.is_over(others), "{what}: another user's call was cut");
        let code = if matches!(what, "user" | "password") { 16 } else { 7 };
        assert_eq!(client.unary(&call_as("Query", "bob")).unwrap().code(), Some(code), "{what}");
        assert_eq!(house.gateway().load(Revision::new(9_000_000), &[]), Applied::Confirmed);
        assert_ne!(client.finish(others).unwrap().code(), Some(0));
    }
}

#[test]
fn a_call_goes_on_if_what_it_names_is_still_granted() {
    let (house, upstream, cluster) = with_alice(held());
    let id = house.add_role(cluster, &[("*", "*", set(&[Privilege::Search, Privilege::Query]))]);
    let RoleRef::Custom(role_id) = id else { unreachable!() };
    let second = house.add_role(cluster, &[]);
    let bob = house.user(cluster, "bob", PASSWORD);
    house.apply(&[bob.with(&[id])]);
    let mut client = house.client();
    let narrow = |name: &'static str| {
        role(cluster, role_id, &[("default", name, set(&[Privilege::Search]))])
    };
    house.apply(&[narrow("books")]);
    let books = client.send(&call_as("Search", "bob").message(&text(3, "books"))).unwrap();
    until("it is upstream", || upstream.seen().calls() == 1);
    // The same put again, another role beside it, and a wider one: nothing is lost.
    house.apply(&[narrow("books"), bob.with(&[id])]);
    house.apply(&[bob.with(&[id, second])]);
    house.apply(&[bob.with(&[id, second, ADMIN])]);
    house.apply(&[bob.with(&[id])]);
    assert_eq!(client.unary(&call_as("HasCollection", "bob")).unwrap().code(), Some(7));
    assert!(!client.is_over(books));
    house.apply(&[narrow("films")]);
    assert_eq!(client.finish(books).unwrap().text(), changed("bob"));
}

/// The password of a call that is parked is another one before it was checked.
#[test]
fn a_parked_call_is_decided_on_what_is_true_when_it_goes_on() {
    let (house, upstream, cluster) = with_alice(Plan::default());
    let bob = house.user(cluster, "bob", PASSWORD);
    for (password, code) in [("Another-1", 16), (PASSWORD, 0)] {
        house.apply(&[bob.clone().slow().with(&[ADMIN])]);
        let mut client = house.client();
        let before = house.checks();
        let parked = client.send(&call_as("HasCollection", "bob")).unwrap();
        // Known to run, because others that come share it.
        house.apply(&[bob.clone().password(password).with(&[ADMIN])]);
        let answer = client.finish(parked).unwrap();
        // The check that was running was of the old verifier: it says no, or came too late.
        assert!(matches!(answer.code(), Some(0 | 16)), "{}", answer.text());
        until("it is checked", || house.checks() != before);
        let again = client.unary(&call_as("HasCollection", "bob")).unwrap();
        assert_eq!(again.code(), Some(code), "{}", again.text());
    }
    assert!(upstream.seen().calls() <= 2);
}
