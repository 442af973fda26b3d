//! What the gateway counts of keys, and when they were used last.

use crate::house::{House, PASSWORD, call, call_as, until};
use model::change::KeyLimits;
use model::cluster_role::{BuiltInRole, RoleRef};
use model::usage::{CallClass, CallOutcome, UsageBatch};
use model::{ApiKey, Change, Clock};
use std::cell::RefCell;
use std::time::Duration;
use testkit::upstream::{Answer, Plan, Upstream};

/// Calls by class and outcome of a key, over all hours and clusters.
fn calls(batch: &UsageBatch, key: &ApiKey, class: CallClass, outcome: CallOutcome) -> u64 {
    let of = batch.counts.iter().filter(|count| {
        let entry = count.entry;
        entry.key == Some(key.id()) && (entry.class, entry.outcome) == (class, outcome)
    });
    of.map(|count| count.calls).sum()
}

#[test]
fn calls_are_counted_by_key_class_and_outcome() {
    let (mut house, upstream, key) =
        House::standard(Plan { answers: vec![("Search".into(), Answer::Hold)], ..Plan::default() });
    let other = house.add_key();
    let mut client = house.client();
    for rpc in ["HasCollection", "Query", "Insert", "CreateDatabase", "Connect"] {
        assert_eq!(client.unary(&call(rpc, &key)).unwrap().code(), Some(0), "{rpc}");
    }
    client.unary(&call("CreateCredential", &key)).unwrap();
    client.unary(&call("HasCollection", &other)).unwrap();
    client.unary(&testkit::client::Call::milvus("Query").token("nonsense")).unwrap();
    let waiting = client.send(&call("Search", &key)).unwrap();
    until("the calls are upstream", || upstream.seen().calls() == 7);
    house.apply(&[Change::KeyGone(key.id())]);
    assert_eq!(client.finish(waiting).unwrap().code(), Some(16));

    let batch = house.gateway.take().unwrap().shutdown(Duration::from_secs(1));
    for (class, outcome, expected) in [
        (CallClass::Read, CallOutcome::Ok, 2),
        (CallClass::Write, CallOutcome::Ok, 1),
        (CallClass::Admin, CallOutcome::Ok, 1),
        (CallClass::Other, CallOutcome::Ok, 1),
        (CallClass::Admin, CallOutcome::Refused, 1),
        (CallClass::Read, CallOutcome::Failed, 1),
        (CallClass::Read, CallOutcome::Refused, 0),
    ] {
        let counted = calls(&batch, &key, class, outcome);
        assert_eq!(counted, expected, "{class:?} {outcome:?}: {batch:?}");
    }
    assert_eq!(calls(&batch, &other, CallClass::Read, CallOutcome::Ok), 1);
    let all: u64 = batch.counts.iter().map(|count| count.calls).sum();
    assert_eq!(all, 8, "a stranger's call was counted: {batch:?}");
    assert!(batch.counts.iter().all(|count| count.entry.cluster.is_some()));
}

#[test]
fn the_last_use_of_a_key_names_its_address_and_client() {
    let (house, _upstream, key) = House::standard(Plan::default());
    let mut client = house.client();
    let agent = format!("grpc-python/1.60.0 {}", "x".repeat(200));
    let named = call("HasCollection", &key).field("user-agent", agent.as_bytes());
    let before = house.clock.now();
    client.unary(&named).unwrap();
    let taken = RefCell::new(UsageBatch::default());
    let take = || {
        let batch = house.gateway().usage();
        let mut taken = taken.borrow_mut();
        taken.counts.extend(batch.counts);
        taken.last.extend(batch.last);
        !taken.counts.is_empty() && !taken.last.is_empty()
    };
    // Handed over once a second.
    until("the worker has handed it over", take);
    let last = taken.borrow().last[0];
    assert_eq!(last.0, key.id());
    assert_eq!(last.1.from.to_string(), "127.0.0.1");
    assert!(last.1.at >= before && last.1.at <= house.clock.from_now(1));
    assert!(last.1.client.as_str().starts_with("grpc-python/1.60.0 xx"));
    assert_eq!(last.1.client.as_str().len(), 63);
    assert!(house.gateway().usage().is_empty(), "taken twice");
    taken.replace(UsageBatch::default());

    // A key that may not be used any more shows that somebody tries.
    let ended = KeyLimits { expires_at: Some(house.clock.from_now(0)), ..KeyLimits::default() };
    house.bound(&key, ended);
    assert_eq!(client.unary(&named).unwrap().code(), Some(16));
    until("the worker has handed it over", take);
    let taken = taken.into_inner();
    assert_eq!(taken.counts[0].entry.outcome, CallOutcome::Refused);
    assert_eq!((taken.counts.len(), taken.counts[0].calls, taken.last.len()), (1, 1, 1));
}

#[test]
fn calls_of_users_are_counted_by_user() {
    let house = House::empty();
    let upstream = Upstream::start(Plan::default()).unwrap();
    let cluster = house.add_cluster(&upstream, None);
    let ada = house.user(cluster, "ada", PASSWORD);
    house.apply(&[ada.with(&[RoleRef::BuiltIn(BuiltInRole::ReadOnly)])]);
    let mut client = house.client();
    for rpc in ["HasCollection", "Query", "Insert", "DropDatabase"] {
        client.unary(&call_as(rpc, "ada")).unwrap();
    }
    client.unary(&call_as("Query", "eve")).unwrap();
    let mut house = house;
    let batch = house.gateway.take().unwrap().shutdown(Duration::from_secs(1));
    let of_ada = |outcome| -> u64 {
        let counts = batch
            .counts
            .iter()
            .filter(|count| count.entry.user == Some(ada.id) && count.entry.outcome == outcome);
        counts.map(|count| count.calls).sum()
    };
    assert_eq!((of_ada(CallOutcome::Ok), of_ada(CallOutcome::Refused)), (2, 2), "{batch:?}");
    assert!(batch.counts.iter().all(|count| count.entry.key.is_none()));
    let all: u64 = batch.counts.iter().map(|count| count.calls).sum();
    assert_eq!(all, 4, "a stranger's call was counted: {batch:?}");
}
