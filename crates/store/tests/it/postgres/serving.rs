//! Who serves a database: one process alone, or several that share it and know of each other.

use super::OnServer;
use crate::ground::{Ground, Home, entropy, vault};
use model::{ErrorKind, GatewayId, Revision, Timestamp};
use std::time::Duration;
use store::gateways::{self, Beat, Gateway, MOST, NewGateway};
use store::{Channel, Serving, Sharing, Store};

const END_SERVING: &str = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity \
                           WHERE datname = current_database() \
                           AND application_name LIKE 'keyward serve %'";
/// Ends whoever listens.
const END_LISTENING: &str = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity \
                             WHERE datname = current_database() AND query LIKE 'LISTEN%'";
const LONG: Duration = Duration::from_mins(1);
const AT_ONCE: Duration = Duration::ZERO;

#[test]
fn one_process_serves_alone() {
    let ground = OnServer::new();
    let [one, other] = [0, 1].map(|_| ground.open(vault()));
    let serving = one.serve(Sharing::Alone).unwrap();
    serving.check().unwrap();
    for sharing in [Sharing::Alone, Sharing::Shared] {
        assert_eq!(other.serve(sharing).unwrap_err().kind(), ErrorKind::Conflict, "{sharing:?}");
    }
    let error = other.serve(Sharing::Alone).unwrap_err();
    assert!(error.message().contains("another Keyward serves this database already"));

    // A connection that broke is replaced.
    assert_eq!(ground.0.query(END_SERVING), "1");
    serving.check().unwrap();
    other.serve(Sharing::Alone).unwrap_err();

    // Unless another process was faster.
    assert_eq!(ground.0.query(END_SERVING), "1");
    let theirs = other.serve(Sharing::Alone).unwrap();
    assert_eq!(serving.check().unwrap_err().kind(), ErrorKind::Conflict);
    drop(theirs);
    serving.check().unwrap();
}

#[test]
fn several_share_it_and_nobody_serves_alone_beside_them() {
    let ground = OnServer::new();
    let [one, two, other] = [0, 1, 2].map(|_| ground.open(vault()));
    let first = one.serve(Sharing::Shared).unwrap();
    let second = two.serve(Sharing::Shared).unwrap();
    assert_eq!(other.serve(Sharing::Alone).unwrap_err().kind(), ErrorKind::Conflict);
    drop(first);
    assert_eq!(other.serve(Sharing::Alone).unwrap_err().kind(), ErrorKind::Conflict);

    // Whoever is faster when a connection breaks: the other hears of it.
    assert_eq!(ground.0.query(END_SERVING), "1");
    let alone = other.serve(Sharing::Alone).unwrap();
    let error = second.check().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.message().contains("--role gateway"), "{}", error.message());
    drop(alone);
    second.check().unwrap();
}

fn new_gateway(id: GatewayId) -> NewGateway {
    NewGateway {
        id,
        address: "192.0.2.1:19530".to_owned(),
        version: "1.2.3".to_owned(),
        lease: Duration::from_secs(10),
    }
}

fn listed(store: &Store) -> Vec<Gateway> {
    store.read(gateways::list).unwrap()
}

fn beat(serving: &Serving, gateway: GatewayId, applied: u64, at: i64) -> bool {
    let (applied, at) = (Revision::new(applied), Timestamp::from_millis(at));
    serving.beat(&Beat { gateway, applied, at }).unwrap()
}

#[test]
fn a_gateway_is_listed_until_it_goes_or_is_silent() {
    let ground = OnServer::new();
    let [one, other] = [0, 1].map(|_| ground.open(vault()));
    let (mine, theirs) =
        (one.serve(Sharing::Shared).unwrap(), other.serve(Sharing::Shared).unwrap());
    let id = GatewayId::generate(&*entropy());
    assert!(!beat(&mine, id, 1, 1), "nobody knows it yet");
    mine.enter(&new_gateway(id), Timestamp::from_millis(5)).unwrap();
    let [new] = listed(&other).try_into().unwrap();
    assert_eq!((new.id, new.applied, new.beat), (id, Revision::ZERO, 0));
    assert_eq!((new.lease, new.address.as_str()), (Duration::from_secs(10), "192.0.2.1:19530"));

    assert!(beat(&mine, id, 7, 10));
    assert!(beat(&mine, id, 7, 11), "nothing new");
    assert!(beat(&mine, id, 6, 12), "late: what was confirmed stays confirmed");
    let [known] = listed(&other).try_into().unwrap();
    assert_eq!((known.applied, known.confirmed_at.millis()), (Revision::new(7), 10));
    assert_eq!((known.beat, known.beat_at.millis()), (3, 12));

    // Whoever saw it silent takes it off, unless it gave a sign in the meantime.
    assert!(beat(&mine, id, 7, 13));
    assert!(!theirs.remove(id, known.beat).unwrap());
    assert!(theirs.remove(id, known.beat + 1).unwrap());
    assert!(!beat(&mine, id, 8, 14), "and it hears of that");
    assert!(listed(&other).is_empty());

    // It comes back with nothing confirmed.
    mine.enter(&new_gateway(id), Timestamp::from_millis(15)).unwrap();
    assert!(beat(&mine, id, 8, 16));
    mine.enter(&new_gateway(id), Timestamp::from_millis(17)).unwrap();
    let [again] = listed(&other).try_into().unwrap();
    assert_eq!((again.applied, again.beat), (Revision::ZERO, 2));
    mine.leave(id).unwrap();
    let [stopped] = listed(&other).try_into().unwrap();
    assert!(stopped.has_stopped && !again.has_stopped);
    assert!(!beat(&mine, id, 9, 18), "a late word of what has stopped counts for nothing");
    mine.enter(&new_gateway(id), Timestamp::from_millis(19)).unwrap();
    assert!(!listed(&other)[0].has_stopped);
    mine.clear().unwrap();
    assert!(listed(&other).is_empty());
}

#[test]
fn gateways_are_bounded() {
    let ground = OnServer::new();
    let store = ground.open(vault());
    let serving = store.serve(Sharing::Shared).unwrap();
    let entropy = entropy();
    let ids: Vec<_> = (0..MOST).map(|_| GatewayId::generate(&*entropy)).collect();
    for &id in &ids {
        serving.enter(&new_gateway(id), Timestamp::from_millis(1)).unwrap();
    }
    let one_more = new_gateway(GatewayId::generate(&*entropy));
    let error = serving.enter(&one_more, Timestamp::from_millis(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    serving.enter(&new_gateway(ids[0]), Timestamp::from_millis(2)).unwrap();
    assert!(serving.remove(ids[0], 1).unwrap());
    serving.enter(&one_more, Timestamp::from_millis(1)).unwrap();
}

#[test]
fn others_hear_of_changes_and_confirmations_at_once() {
    let ground = OnServer::new();
    let home = Home::new(&ground);
    let other = ground.open(vault());
    let serving = home.store.serve(Sharing::Shared).unwrap();
    let changes = other.bell(Channel::Changes).unwrap();
    let confirmations = other.bell(Channel::Confirmations).unwrap();
    assert!(!changes.wait(AT_ONCE).unwrap() && !confirmations.wait(AT_ONCE).unwrap());
    let _ = home.insert_key("one");
    assert!(changes.wait(LONG).unwrap());
    assert!(!confirmations.wait(AT_ONCE).unwrap());
    let id = GatewayId::generate(&*entropy());
    serving.enter(&new_gateway(id), Timestamp::from_millis(5)).unwrap();
    assert!(beat(&serving, id, 2, 6));
    assert!(confirmations.wait(LONG).unwrap());

    // One that nobody can hear any more says so.
    ground.0.query(END_LISTENING);
    let error = changes.wait(LONG).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let changes = other.bell(Channel::Changes).unwrap();
    let _ = home.insert_key("two");
    assert!(changes.wait(LONG).unwrap());
}
