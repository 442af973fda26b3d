//! Databases that cannot be used, each refused in a sentence that says what to do.

use super::{OnServer, open};
use crate::ground::{Ground, Home, vault};
use model::{Error, ErrorKind, SecretText};
use std::fs;
use std::thread;
use store::{Database, PostgresAddress, Store};
use testkit::postgres::Server;

fn refused(outcome: Result<Store, Error>, words: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    assert!(error.message().contains(words), "{error:?}");
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

#[test]
fn who_may_not_enter_is_told_why() {
    let server = Server::start();
    let database = server.database();
    database.query("CREATE ROLE ada LOGIN PASSWORD 'hunter2-right' CONNECTION LIMIT 2");
    database.query("CREATE ROLE bob LOGIN PASSWORD 'hunter2-right'");
    database.query(&format!("ALTER DATABASE {} OWNER TO ada", database.name()));
    let rules = "local all postgres trust\nhost all ada,bob 127.0.0.1/32 scram-sha-256\n";
    fs::write(server.folder().join("data/pg_hba.conf"), rules).unwrap();
    database.query("SELECT pg_reload_conf()");
    let at = |user: &str, name: &str| {
        let address = format!("postgres://{user}@127.0.0.1:{}/{name}", server.port());
        open(&address, vault())
    };
    let name = database.name();
    refused(at("ada", name), "asks for a password: put it into the address");
    refused(at("ada:hunter2-wrong", name), "refuses the password for postgres://ada@127.0.0.1");
    refused(at("eve:hunter2-right", name), "does not let postgres://eve@127.0.0.1");
    refused(at("ada:hunter2-right", "nowhere"), "there is no database postgres://ada@");
    refused(at("bob:hunter2-right", name), "grant it CREATE on the database");

    let first = at("ada:hunter2-right", name).unwrap();
    assert_eq!(first.revision().unwrap().number(), 0);
    // Each store has a connection that writes, and this one by now another that reads.
    refused(at("ada:hunter2-right", name), "has no connection left; raise max_connections");
    drop(first);

    // A password from elsewhere, for an address without one.
    let address = format!("postgres://ada@127.0.0.1:{}/{name}", server.port());
    let address = PostgresAddress::parse(&address).unwrap();
    let address = address.or_password(&SecretText::new("hunter2-wrong".to_owned()));
    let database = Database::Postgres(address);
    let outcome =
        Store::open_database(&database, vault(), crate::ground::clock(), crate::ground::entropy());
    refused(outcome, "refuses the password");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    refused(open("postgres://ada@127.0.0.1:1/keys", vault()), "127.0.0.1:1/keys cannot be reached");
    let nowhere = "postgres:///keys?user=ada&host=/nowhere/at/all";
    refused(open(nowhere, vault()), "cannot be reached");
}

#[test]
fn a_replica_is_refused() {
    let server = Server::start();
    let database = server.database();
    drop(open(&database.address(), vault()).unwrap());
    fs::write(server.folder().join("data/standby.signal"), "").unwrap();
    server.restart();
    refused(open(&database.address(), vault()), "is a replica that can only be read");
    fs::remove_file(server.folder().join("data/standby.signal")).unwrap();
    server.restart();
    open(&database.address(), vault()).unwrap();
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    for theirs in ["CREATE TABLE invoices (id int)", "CREATE SCHEMA a; CREATE VIEW a.b AS SELECT 1"]
    {
        let ground = OnServer::new();
        ground.0.query(theirs);
        refused(ground.try_open(vault()), "holds tables of another program");
        let ours = "SELECT count(*) FROM pg_namespace WHERE nspname = 'keyward'";
        assert_eq!(ground.0.query(ours), "0", "nothing was made");
    }
    // A schema made for Keyward beforehand, and what extensions bring, are no reason.
    let ground = OnServer::new();
    ground.0.query("CREATE SCHEMA keyward");
    let home = Home::new(&ground);
    assert_eq!(home.store.revision().unwrap().number(), 2);
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let ground = OnServer::new();
    drop(Home::new(&ground));
    ground.0.query("INSERT INTO keyward.schema_version VALUES (1000, 'from the future', 0)");
    refused(ground.try_open(vault()), "written by a newer Keyward (schema 1000; this one knows ");
    ground.0.query("DELETE FROM keyward.schema_version WHERE version = 1000");
    assert_eq!(ground.open(vault()).revision().unwrap().number(), 2);
}

#[test]
fn many_may_make_the_schema_at_once() {
    let ground = OnServer::new();
    thread::scope(|scope| {
        let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| ground.try_open(vault()))).collect();
        for opener in openers {
            assert_eq!(opener.join().unwrap().unwrap().revision().unwrap().number(), 0);
        }
    });
    let twice = "SELECT count(*) - count(DISTINCT version) FROM keyward.schema_version";
    assert_eq!(ground.0.query(twice), "0");
}

#[test]
fn what_the_server_says_in_the_middle_becomes_a_sentence() {
    let ground = OnServer::new();
    let home = Home::new(&ground);
    ground.0.query(
        "CREATE FUNCTION keyward.fail() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION USING ERRCODE = TG_ARGV[0]; END $$",
    );
    for (code, words) in [
        ("53100", "is full; nothing was changed; free some space"),
        ("25006", "is a replica that can only be read"),
        ("40P01", "keeps the database"),
        ("57014", "took too long; nothing was changed"),
        ("58030", "lacks something (its log says what)"),
        ("XX001", "is damaged"),
        ("42501", "may not do this"),
    ] {
        ground.0.query(&format!(
            "CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON keyward.clusters \
             FOR EACH ROW EXECUTE FUNCTION keyward.fail('{code}')"
        ));
        let new = home.new_cluster("one", None);
        let error = home.write(|work| store::clusters::insert(work, new)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{code}");
        assert!(error.message().contains(words), "{code}: {error:?}");
    }
    // None of them cost the connection or a revision.
    let before = home.store.revision().unwrap().number();
    assert_eq!(home.insert_key("next").revision().number(), before + 1);
}

#[test]
fn a_statement_that_failed_is_never_committed_around() {
    let ground = OnServer::new();
    let home = Home::new(&ground);
    let before = home.store.revision().unwrap();
    let again = home.new_project(model::ProjectId::generate(&*home.entropy), "default");
    let error = home
        .write(|work| {
            let conflict = store::projects::insert(work, again).unwrap_err();
            assert_eq!(conflict.kind(), ErrorKind::Conflict);
            Ok(())
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal, "{error:?}");
    assert_eq!(home.store.revision().unwrap(), before);
}
