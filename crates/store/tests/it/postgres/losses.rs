//! Connections and servers that go away, at every moment of a change.

use super::{OnServer, open};
use crate::conformance::feed;
use crate::ground::{Ground, Home, entropy, vault};
use crate::postgres::proxy::{Mode, Proxy};
use model::ErrorKind;
use model::scope::ClusterScope;
use model::{AccessRole, Change};
use store::audit::{self, Verification};
use store::keys;
use testkit::postgres::Server;
use testkit::wire::Wire;

/// Ends the connection of whoever has a transaction open in this database.
const END_WRITER: &str = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity \
                          WHERE datname = current_database() AND state = 'idle in transaction'";

/// How many connections to this database are in a transaction.
const IN_TRANSACTION: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = \
                              current_database() AND state LIKE 'idle in transaction%'";

#[test]
fn a_change_whose_connection_ends_leaves_no_trace() {
    let ground = OnServer::new();
    let home = Home::new(&ground);
    let before = home.store.revision().unwrap();
    for after_the_last_statement in [false, true] {
        let kind = home.grant(AccessRole::Admin, ClusterScope::All);
        let error = home
            .write(|work| {
                keys::insert(work, &home.api_key(), home.new_key("one", kind.clone()))?;
                assert_eq!(ground.0.query(END_WRITER), "1");
                if after_the_last_statement {
                    return Ok(());
                }
                keys::insert(work, &home.api_key(), home.new_key("two", kind)).map(drop)
            })
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
        assert!(error.message().contains("was lost in the middle of this; nothing was changed"));
        assert_eq!(home.store.revision().unwrap(), before);
    }
    // The next change goes over a new connection.
    assert_eq!(home.insert_key("next").revision().number(), before.number() + 1);
    assert_eq!(home.read(audit::verify), Verification::Intact { records: 3 });
}

#[test]
fn a_read_whose_connection_ends_fails_and_the_next_succeeds() {
    let ground = OnServer::new();
    let home = Home::new(&ground);
    let key = home.insert_key("one").into_value();
    let error = home
        .store
        .read(|reader| {
            keys::find(reader, key.id)?;
            assert_eq!(ground.0.query(END_WRITER), "1");
            keys::find(reader, key.id)
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(home.read(|reader| keys::find(reader, key.id)).is_some());
}

#[test]
fn a_server_that_restarts_is_found_again() {
    let server = Server::start();
    let ground = OnServer::on(&server);
    let home = Home::new(&ground);
    let before = home.insert_key("one").revision().number();
    server.restart();
    assert_eq!(home.store.revision().unwrap().number(), before);
    server.restart();
    assert_eq!(home.insert_key("two").revision().number(), before + 1);

    server.stop();
    let refused = [home.store.revision().unwrap_err(), home.write(|_| Ok(())).unwrap_err()];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.message().contains("cannot be reached"), "{error:?}");
    }
    server.restart();
    assert_eq!(home.insert_key("three").revision().number(), before + 2);
    assert!(matches!(home.read(audit::verify), Verification::Intact { .. }));
}

#[test]
fn a_network_that_breaks_is_used_again_when_it_is_whole() {
    let ground = OnServer::new();
    let home = Home::new(&ground);
    let wire = Wire::to(Server::shared().place()).unwrap();
    let address = ground.0.address_at(wire.address());
    let home = home.through(open(&address, vault()).unwrap());
    let before = home.insert_key("one").revision().number();
    wire.cut();
    let refused = [home.store.revision().unwrap_err(), home.write(|_| Ok(())).unwrap_err()];
    for error in refused {
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    }
    wire.heal();
    assert_eq!(home.insert_key("two").revision().number(), before + 1);
}

#[test]
fn a_commit_that_the_server_gave_up_is_reported_so() {
    let ground = OnServer::new();
    let home = Home::new(&ground);
    let before = home.store.revision().unwrap();
    ground.0.query(
        "CREATE FUNCTION keyward.die() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); \
         RETURN NULL; END $$; \
         CREATE CONSTRAINT TRIGGER die AFTER INSERT ON keyward.keys DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION keyward.die()",
    );
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let error = home
        .write(|work| keys::insert(work, &home.api_key(), home.new_key("one", kind)))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.message().contains("nothing was changed"), "{error:?}");
    assert_eq!(home.store.revision().unwrap(), before);
}

#[test]
fn a_commit_whose_answer_is_lost_is_looked_up() {
    let server = Server::start();
    let ground = OnServer::on(&server);
    let home = Home::new(&ground);
    let proxy = Proxy::to(server.port());
    let address = format!("postgres://postgres@127.0.0.1:{}/{}", proxy.port(), ground.0.name());
    let home = home.through(open(&address, vault()).unwrap());
    let before = home.store.revision().unwrap().number();

    proxy.set(Mode::CutAnswerToCommit);
    let kept = home.insert_key("one");
    assert_eq!(kept.revision().number(), before + 1);
    assert_eq!(proxy.cuts(), 1, "the answer was lost");
    assert!(home.read(|reader| keys::find(reader, kept.value().id)).is_some());

    // Nobody can be asked: then the sentence says that it is not certain. And it did happen.
    proxy.set(Mode::CutAnswerToCommitAndRefuse);
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let key = home.api_key();
    let error = home.write(|work| keys::insert(work, &key, home.new_key("two", kind))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.message().contains("not certain whether it took effect"), "{error:?}");
    proxy.set(Mode::Pass);
    // The next change waits for the lock, so for the end of the one before.
    assert_eq!(home.insert_key("three").revision().number(), before + 3);
    assert!(home.read(|reader| keys::find(reader, key.id())).is_some());
}

#[test]
fn a_large_table_is_loaded_in_batches_with_questions_in_between() {
    let ground = OnServer::new();
    let home = Home::on(ground.open(vault()), entropy());
    let cluster = home.insert_cluster("one");
    let many = 2_345;
    let _ = home
        .write(|work| {
            for number in 0..many {
                let scope = ClusterScope::Only([cluster].into());
                let kind = home.grant(AccessRole::ReadOnly, scope);
                let new = home.new_key(&format!("app-{number}"), kind);
                keys::insert(work, &home.api_key(), new)?;
            }
            Ok(())
        })
        .unwrap();
    let mut seen = std::collections::BTreeSet::new();
    home.store
        .load(&mut |change| {
            if let Change::KeyPut(key) = change {
                let grant = match key.reach {
                    model::scope::KeyReach::Project(grant) => grant,
                    other => panic!("{other:?}"),
                };
                assert_eq!(grant.clusters, ClusterScope::Only([cluster].into()));
                assert!(seen.insert(key.id), "twice");
            }
        })
        .unwrap();
    assert_eq!(seen.len(), many);
}

#[test]
fn a_read_that_is_over_holds_no_snapshot() {
    let ground = OnServer::new();
    let home = Home::new(&ground);
    let key = home.insert_key("one").into_value();
    for _ in 0..50 {
        assert!(home.read(|reader| keys::find(reader, key.id)).is_some());
        // Nothing more is said on that connection: what was sent has to be enough.
        until_zero(&ground);
    }
}

/// The server needs a moment to do what it was told without an answer being waited for.
fn until_zero(ground: &OnServer<'_>) {
    for _ in 0..1000 {
        if ground.0.query(IN_TRANSACTION) == "0" {
            return;
        }
    }
    panic!("a read is over, and its transaction is still open");
}

#[test]
fn another_history_is_no_continuation() {
    feed::another_history_is_no_continuation(&OnServer::new(), &OnServer::new());
}
