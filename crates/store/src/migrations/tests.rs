//! Every earlier schema, with rows of its time, comes to this version whole, on every engine.

use super::furniture::Home;
use super::{ALL, apply_up_to};
use crate::connection::Connection;
use crate::database::{Database, Engine};
use crate::sql::Value;
use crate::transfer::tables::tables;
use crate::{MasterKey, Page, PostgresAddress, Store, Vault, keys, store};
use model::entropy::SequenceEntropy;
use model::life::KeyState;
use model::{Change, Clock, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;
use testkit::postgres::Server;

/// Sessions did not outlive the schema that gave them ids.
const SESSIONS_ENDED_AT: usize = 3;
/// Since then keys that were never used have a row of their last use too.
const EVERY_KEY_HAS_A_USE_AT: usize = 11;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(10)
    }
}

fn vault() -> Vault {
    Vault::new(&MasterKey::from_bytes([7; 32]))
}

/// A database as a Keyward with this schema would have left it.
fn left_by(version: usize, database: &Database) -> Home {
    let connection = Engine::of(database).unwrap().connect().unwrap();
    let home = Home::new(vault());
    for version in 1..=version {
        let transaction = connection.begin_migration().unwrap();
        apply_up_to(&connection, Still.now(), version).unwrap();
        transaction.commit().map_err(|_| "not committed").unwrap();
        if version == 1 {
            store::prove_master_key(&connection, &vault(), &SequenceEntropy::new(1)).unwrap();
        }
        home.furnish(&connection, version);
    }
    home
}

/// Every row of every table, by the columns that are named, or all of them.
fn contents(
    connection: &Connection,
    columns: Option<&BTreeMap<String, Vec<String>>>,
) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let mut found = BTreeMap::new();
    // Rows are read in a transaction, and nothing is written in it.
    let _unchanging = connection.begin_write().unwrap();
    for mut table in tables(connection).unwrap() {
        match columns {
            None => {}
            Some(known) => match known.get(&table.name) {
                Some(columns) => table.columns.clone_from(columns),
                None => continue,
            },
        }
        let mut rows = Vec::new();
        let read = |row: &crate::connection::Row<'_>| {
            let cells = (0..table.columns.len()).map(|column| row.cell(column).map(Value::from));
            rows.push(cells.map(|cell| shown(cell.as_ref())).collect::<Vec<_>>().join(" | "));
            Ok(())
        };
        connection.each(&table.select(), &[], read).unwrap();
        found.insert(table.name, (table.columns, rows));
    }
    found
}

fn shown(cell: Option<&Value>) -> String {
    match cell {
        None => "?".to_owned(),
        Some(Value::Null) => "-".to_owned(),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Blob(bytes)) => format!("{bytes:02x?}"),
    }
}

fn comes_whole(version: usize, database: &Database) {
    let home = left_by(version, database);
    let engine = Engine::of(database).unwrap();
    let mut before = contents(&engine.connect().unwrap(), None);
    let entropy = Arc::new(SequenceEntropy::new(2));
    let store = Store::open_database(database, vault(), Arc::new(Still), entropy).unwrap();
    if version < SESSIONS_ENDED_AT {
        before.remove("sessions");
    }
    let columns = before.iter().map(|(name, (columns, _))| (name.clone(), columns.clone()));
    let mut after = contents(&engine.connect().unwrap(), Some(&columns.collect()));
    if version < EVERY_KEY_HAS_A_USE_AT
        && let (Some((_, used)), Some((_, uses))) =
            (before.get("key_usage"), after.get_mut("key_usage"))
    {
        assert_eq!(uses.len(), home.keys.len() + 1, "from schema {version}");
        uses.retain(|row| used.contains(row));
    }
    assert_eq!(after, before, "from schema {version}");
    let filled = before.values().filter(|(_, rows)| !rows.is_empty()).count();
    assert!(filled >= 10, "{filled} tables had rows");
    works(&store, &home, version);
}

/// What the rows mean is what they meant.
fn works(store: &Store, home: &Home, version: usize) {
    let now = Still.now();
    for key in &home.keys {
        let found = store.read(|reader| keys::verify(reader, key)).unwrap().unwrap();
        assert_eq!(found.life.state(now), KeyState::Active, "from schema {version}");
        assert!(found.life.expires_at().is_none());
        assert_eq!(found.sources, model::AddressList::default());
        let searched = keys::KeyFilter {
            organization: Some(home.organization),
            search: Some(found.name.to_string()),
            ..keys::KeyFilter::default()
        };
        let listed = store.read(|reader| keys::list(reader, &searched, Page::new(1, 10).unwrap()));
        let ids: Vec<_> = listed.unwrap().items.iter().map(|entry| entry.key.id).collect();
        assert!(ids.contains(&key.id()), "{} from schema {version}", found.name);
        let shown = store.read(|reader| keys::reveal(reader, key.id())).unwrap().unwrap();
        assert_eq!(shown.expose(), key.expose());
    }
    if version >= 2 {
        let id = home.narrowed.id();
        let found = store.read(|reader| keys::find(reader, id)).unwrap().unwrap();
        assert_eq!(found.life.state(now), KeyState::Disabled);
        assert_eq!(found.parent, Some(home.keys[0].id()));
        assert!(found.report.is_some() && found.rate.is_some());
    }
    let (mut keys, mut clusters) = (0, 0);
    let mut count = |change| match change {
        Change::KeyPut(_) => keys += 1,
        Change::ClusterPut(cluster) => {
            assert_eq!(cluster.id, home.cluster);
            clusters += 1;
        }
        _ => {}
    };
    store.load(&mut count).unwrap();
    assert_eq!((keys, clusters), (2, 1), "what gateways are told, from schema {version}");
}

#[test]
fn every_earlier_schema_on_sqlite_comes_whole() {
    for version in 1..=ALL.len() {
        let folder = tempfile::tempdir().unwrap();
        comes_whole(version, &Database::Folder(folder.path().join("data")));
    }
}

#[test]
fn every_earlier_schema_on_postgres_comes_whole() {
    for version in 1..=ALL.len() {
        let made = Server::shared().database();
        let address = PostgresAddress::parse(&made.address()).unwrap();
        comes_whole(version, &Database::Postgres(address));
    }
}
