//! Everything moves from a SQLite file to a server, or nothing does.

use super::OnServer;
use crate::ground::{Ground, Home, vault};
use crate::sqlite::Folder;
use model::scope::ClusterScope;
use model::{
    AccessRole, Change, Error, ErrorKind, OrganizationRole, ProjectRole, SecretText, Timestamp,
};
use rusqlite::Connection;
use std::collections::BTreeMap;
use store::audit::{self, Verification};
use store::keys::KeyKind;
use store::transfer::{Moved, Step, sqlite_to_postgres};
use store::{PostgresAddress, Store, clusters, keys, members, sessions, users};

fn transfer(folder: &Folder, to: &OnServer<'_>) -> Result<(Moved, BTreeMap<String, u64>), Error> {
    let address = PostgresAddress::parse(&to.0.address()).unwrap();
    let (mut proved, mut looked_over) = (BTreeMap::new(), 0);
    let moved = sqlite_to_postgres(
        &folder.path(),
        &address,
        &vault(),
        Timestamp::from_millis(5_000),
        &mut |step| match step {
            Step::Proved { table, rows } => {
                assert!(proved.insert(table.to_owned(), rows).is_none(), "{table} twice");
            }
            Step::LookedOver { table, done } => {
                assert!(proved.contains_key(table), "{table} is looked over before it is proved");
                done.unwrap();
                looked_over += 1;
            }
            Step::Begun { .. } | Step::Copied { .. } => {}
        },
    )?;
    assert_eq!(looked_over, proved.len(), "every table is looked over");
    Ok((moved, proved))
}

/// A database with something of every kind in it.
fn furnish(folder: &Folder) -> Home {
    let home = Home::new(folder);
    let user = home.insert_user("ada@example.com");
    let hash = SecretText::new("$argon2id$v=19$hash".to_owned());
    let _ = home
        .write(|work| {
            members::set_organization_role(work, home.organization, user, OrganizationRole::Owner)?;
            members::set_project_role(work, home.project, user, ProjectRole::Member)?;
            users::set_password_hash(work, user, &hash, None)
        })
        .unwrap();
    let mut attached = home.new_cluster("one", Some(20_001));
    attached.credential = Some(SecretText::new("root:Milvus".to_owned()));
    let cluster = home.write(|work| clusters::insert(work, attached)).unwrap().value().id;
    crate::conformance::cluster_access::furnish(&home, cluster);
    // Names that people would put into another order than bytes are in.
    for name in ["zebra", "z-1", "a", "a1"] {
        let scope = ClusterScope::Only([cluster].into());
        let kind = home.grant(AccessRole::ReadOnly, scope);
        let _ = home.insert(&home.api_key(), home.new_key(name, kind));
    }
    let _ = home.insert(&home.api_key(), home.new_key("mine", KeyKind::Personal(user)));
    let token = SecretText::new("a token".to_owned());
    let new = Home::new_session(user, &token, Timestamp::from_millis(9_000));
    let _ = home.write(|work| sessions::open(work, new)).unwrap();
    for _ in 0..700 {
        let _ = home.write(|_| Ok(())).unwrap();
    }
    home
}

fn table(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    store
        .load(&mut |change| {
            all.push(match change {
                Change::KeyPut(key) => format!("{:?} {:?}", key.id, key.reach),
                other => format!("{other:?}"),
            });
        })
        .unwrap();
    all.sort();
    all
}

#[test]
fn everything_moves_and_goes_on_there() {
    let (folder, ground) = (Folder::new(), OnServer::new());
    let home = furnish(&folder);
    let before = (home.store.revision().unwrap(), table(&home.store));
    let trail = home.read(audit::verify);
    let Verification::Intact { records } = trail else { panic!("{trail:?}") };
    drop(home.store.clone());
    let (moved, proved) = transfer(&folder, &ground).unwrap();

    // Every table of the schema was moved, whichever migration made it.
    let source = Connection::open(folder.database()).unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'schema_version' \
               ORDER BY name";
    let mut statement = source.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    let names: Vec<String> = names.collect::<Result<_, _>>().unwrap();
    assert_eq!(proved.keys().cloned().collect::<Vec<_>>(), names);
    assert_eq!(moved.tables, names.len());
    assert_eq!(moved.rows, proved.values().sum::<u64>());
    assert_eq!(moved.audit_records, records);
    for (name, rows) in &proved {
        let sql = format!("SELECT count(*) FROM {name}");
        let counted: i64 = source.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(u64::try_from(counted).unwrap(), *rows, "{name}");
        assert_eq!(ground.0.query(&sql.replace("FROM ", "FROM keyward.")), rows.to_string());
    }

    let home = home.through(ground.open(vault()));
    assert_eq!((home.store.revision().unwrap(), table(&home.store)), before);
    assert_eq!(home.read(audit::verify), Verification::Intact { records });
    let next = home.insert_key("next").value().id;
    assert!(home.read(|reader| keys::reveal(reader, next)).is_some());
    // References are checked row by row again.
    let deferred = "SELECT count(*) FROM pg_constraint WHERE condeferrable";
    assert_eq!(ground.0.query(deferred), "0");
}

fn nothing_was_made(ground: &OnServer<'_>) {
    let schemas = "SELECT count(*) FROM pg_namespace WHERE nspname = 'keyward'";
    assert_eq!(ground.0.query(schemas), "0");
}

#[test]
fn a_table_that_only_one_side_has_is_not_forgotten() {
    let (folder, ground) = (Folder::new(), OnServer::new());
    drop(furnish(&folder));
    let source = Connection::open(folder.database()).unwrap();
    source.execute_batch("CREATE TABLE later (id TEXT PRIMARY KEY) STRICT").unwrap();
    let error = transfer(&folder, &ground).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(error.context().unwrap().contains("later"), "{error:?}");
    nothing_was_made(&ground);
    source.execute_batch("DROP TABLE later; ALTER TABLE keys ADD COLUMN later TEXT").unwrap();
    let error = transfer(&folder, &ground).unwrap_err();
    assert!(error.context().unwrap().contains("later"), "{error:?}");
    nothing_was_made(&ground);
}

#[test]
fn what_cannot_be_proved_is_not_moved() {
    let (folder, ground) = (Folder::new(), OnServer::new());
    drop(furnish(&folder));
    let source = Connection::open(folder.database()).unwrap();
    source.execute_batch("UPDATE audit SET detail = 'nothing to see' WHERE number = 4").unwrap();
    let error = transfer(&folder, &ground).unwrap_err();
    assert!(error.message().contains("the audit trail was altered: record 4"), "{error:?}");
    nothing_was_made(&ground);

    // A row that refers to nothing.
    let folder = Folder::new();
    drop(furnish(&folder));
    let source = Connection::open(folder.database()).unwrap();
    let orphan = "PRAGMA foreign_keys = OFF; DELETE FROM clusters";
    source.execute_batch(orphan).unwrap();
    transfer(&folder, &ground).unwrap_err();
    nothing_was_made(&ground);
}

#[test]
fn only_an_empty_database_is_moved_to() {
    let folder = Folder::new();
    drop(furnish(&folder));
    let ground = OnServer::new();
    transfer(&folder, &ground).unwrap();
    let again = transfer(&folder, &ground).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Conflict);
    assert!(again.message().contains("is not empty"), "{again:?}");

    let theirs = OnServer::new();
    theirs.0.query("CREATE TABLE invoices (id int)");
    let error = transfer(&folder, &theirs).unwrap_err();
    assert!(error.message().contains("holds tables of another program"), "{error:?}");

    let empty = Folder::new();
    std::fs::create_dir(empty.path()).unwrap();
    std::fs::write(empty.database(), "").unwrap();
    let error = transfer(&empty, &OnServer::new()).unwrap_err();
    assert!(error.message().contains("there is nothing to move"), "{error:?}");
}
