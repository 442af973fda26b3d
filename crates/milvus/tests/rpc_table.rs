//! The RPC table is complete and is what its sources say.
//!
//! `src/rpc/table.rs` is made from `data/milvus-rpcs.csv`, `data/rpc-classes.csv` and
//! `data/rpc-scopes.csv`. To write it again:
//! `KEYWARD_UPDATE=1 cargo test -p milvus --test rpc_table`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at what it does not expect")]

use milvus::rpc::{Class, Rpc, Scope, TABLE};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::{Path, PathBuf};

type Record = HashMap<String, String>;

fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn records(file: &str) -> Vec<Record> {
    let mut reader = csv::Reader::from_path(path(file)).unwrap();
    let names = reader.headers().unwrap().clone();
    let record = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.unwrap();
        names.iter().zip(&record).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    reader.records().map(record).collect()
}

/// The name of an RPC in our enum: its own, unless the service has a namesake in `MilvusService`.
fn variant(record: &Record) -> String {
    match (record["service"].as_str(), record["rpc"].as_str()) {
        ("ProxyService", rpc) => format!("Proxy{rpc}"),
        (_, rpc) => rpc.to_owned(),
    }
}

/// What a file says of some RPCs, by service and name: the word in this column, with its argument,
/// and the reason.
type Said = HashMap<(String, String), (String, String)>;

fn said(file: &str, column: &str) -> Said {
    records(file)
        .into_iter()
        .map(|record| {
            let word = match record["argument"].as_str() {
                "" => record[column].clone(),
                argument => format!("{}({argument})", record[column]),
            };
            let key = (record["service"].clone(), record["rpc"].clone());
            (key, (word, record["reason"].clone()))
        })
        .collect()
}

/// The numbers of the fields with the database, the collection, several collections, another
/// database, and another name in the place of a collection's.
fn fields(record: &Record) -> [String; 5] {
    let number = |column: &str, repeated: bool| {
        let text = record[column].as_str();
        match (text.strip_suffix('r'), repeated) {
            (Some(number), true) => number.to_owned(),
            (None, false) if !text.is_empty() => text.to_owned(),
            _ => "0".to_owned(),
        }
    };
    let several = match number("collection_names", true).as_str() {
        "0" => number("collection_name", true),
        several => several.to_owned(),
    };
    let other = |names: &[&str]| {
        let number = others(record).find(|(name, _)| names.contains(&name.as_str()));
        number.map_or("0".to_owned(), |(_, number)| number)
    };
    let collection = match number("collection_name", false).as_str() {
        "0" => other(&["oldName", "target_collection_name"]),
        collection => collection.to_owned(),
    };
    let second = match other(&["alias", "newName", "target_collection_name"]) {
        second if second == collection => "0".to_owned(),
        second => second,
    };
    let second_database = other(&["newDBName", "target_db_name"]);
    [number("db_name", false), collection, several, second_database, second]
}

/// The other fields that name something, each with its number.
fn others(record: &Record) -> impl Iterator<Item = (String, String)> + '_ {
    record["other_id_fields"].split_whitespace().map(|item| {
        let (name, number) = item.split_once('=').unwrap();
        (name.to_owned(), number.to_owned())
    })
}

/// The fields that name a collection or a part of it by its number. Segments of a flush are not
/// among them: an SDK's flush names them, and all that is said of one is whether it is flushed.
fn numbers(record: &Record) -> Vec<String> {
    let by_number =
        ["collectionID", "collection_id", "db_id", "partition_id", "segment_ids", "channel"];
    others(record)
        .filter(|(name, _)| by_number.contains(&name.as_str()))
        .map(|(_, number)| number)
        .collect()
}

/// `5.2=requests.db_name` becomes `Database [5, 2]`.
fn nested(record: &Record) -> Vec<String> {
    let one = |item: &str| {
        let (numbers, names) = item.split_once('=').unwrap();
        let kind = match names.rsplit('.').next().unwrap() {
            "db_name" => "Database",
            "collection_name" | "collection_names" => "Collection",
            other => panic!("unknown kind of name {other}"),
        };
        format!("{kind} [{}]", numbers.replace('.', ", "))
    };
    record["nested_names"].split_whitespace().map(one).collect()
}

fn row(record: &Record, classes: &mut Said, scopes: &mut Said) -> String {
    let key = (record["service"].clone(), record["rpc"].clone());
    let scope = scopes.remove(&key);
    let (class, reason) = match (classes.remove(&key), record["privilege"].as_str()) {
        (Some((class, reason)), privilege) if class == "Identity" => {
            let privilege = privilege.strip_prefix("Privilege").unwrap();
            (format!("Identity({privilege})"), Some(reason))
        }
        (Some((class, reason)), _) => (class, Some(reason)),
        (None, "") => panic!("{}/{} has neither a privilege nor a class", key.0, key.1),
        (None, privilege) => {
            let privilege = privilege.strip_prefix("Privilege").unwrap();
            (format!("Forward({privilege})"), None)
        }
    };
    let fields = fields(record);
    let scope = match scope {
        Some((scope, _)) => scope,
        None if !class.starts_with("Forward") => "Closed(Everything)".to_owned(),
        None if fields[1] != "0" || fields[2] != "0" || fields[4] != "0" => "Named".to_owned(),
        None => panic!("{key:?} names no collection and has no scope"),
    };
    let service = key.0.strip_suffix("Service").unwrap();
    let status = match record["resp_status_field"].as_str() {
        "" => "none",
        "self" => "itself",
        number => number,
    };
    let streams = match (record["client_streaming"].as_str(), record["server_streaming"].as_str()) {
        ("False", "False") => "unary",
        ("False", "True") => "answers",
        ("True", "True") => "both",
        other => panic!("{key:?} streams in a way not known yet: {other:?}"),
    };
    let mut text = String::new();
    if let Some(reason) = reason {
        writeln!(text, "    // {reason}").unwrap();
    }
    write!(text, "    {} = {service} \"{}\"", variant(record), key.1).unwrap();
    for (word, list) in [("numbers", numbers(record)), ("nested", nested(record))] {
        if !list.is_empty() {
            write!(text, ", {word}[{}]", list.join(", ")).unwrap();
        }
    }
    let names = fields.join(" ");
    let what = format!("{class}, {scope}, names({names}), status({status})");
    let gap = if what.len() + streams.len() > 88 { "\n       " } else { "" };
    writeln!(text, "\n        {what},{gap} {streams};").unwrap();
    text
}

fn generate() -> String {
    let mut classes = said("data/rpc-classes.csv", "class");
    let mut scopes = said("data/rpc-scopes.csv", "scope");
    let rows: BTreeMap<String, String> = records("data/milvus-rpcs.csv")
        .iter()
        .map(|record| (variant(record), row(record, &mut classes, &mut scopes)))
        .collect();
    assert!(classes.is_empty(), "classes of RPCs that do not exist: {:?}", classes.keys());
    assert!(scopes.is_empty(), "scopes of RPCs that do not exist: {:?}", scopes.keys());
    format!(
        "//! Every RPC, in alphabetical order: written by the test `rpc_table`, read by [`super::rpcs`].\n\
         \n\
         use super::rpcs;\n\
         \n\
         rpcs! {{\n{}}}\n",
        rows.into_values().collect::<String>()
    )
}

#[test]
fn the_committed_table_is_what_the_sources_say() {
    let file = path("src/rpc/table.rs");
    let wanted = generate();
    if std::env::var_os("KEYWARD_UPDATE").is_some() {
        std::fs::write(&file, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap();
    assert!(
        found == wanted,
        "src/rpc/table.rs is stale: KEYWARD_UPDATE=1 cargo test -p milvus --test rpc_table"
    );
}

#[test]
fn every_rpc_of_milvus_is_in_the_table() {
    let records = records("data/milvus-rpcs.csv");
    assert_eq!(records.len(), TABLE.len());
    for record in records {
        let path = format!("/milvus.proto.milvus.{}/{}", record["service"], record["rpc"]);
        let row = milvus::rpc::find(path.as_bytes()).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(row.name, record["rpc"]);
        assert_eq!(row.client_streaming, record["client_streaming"] == "True");
        assert_eq!(row.server_streaming, record["server_streaming"] == "True");
    }
    assert_eq!(Rpc::COUNT, TABLE.len());
}

/// What is done with each RPC, readable by anybody.
#[test]
fn what_is_done_with_each_rpc() {
    let mut table = format!("{:<44}{:<15}argument", "rpc", "class");
    for row in &TABLE {
        let (class, argument) = match row.class {
            Class::Forward { privilege } => ("forward", privilege.as_str().to_owned()),
            Class::Authenticated => ("authenticated", String::new()),
            Class::Identity { privilege } => ("identity", privilege.as_str().to_owned()),
            Class::Refused { why } => ("refused", format!("{why:?}")),
        };
        write!(table, "\n{:<44}{class:<15}{argument}", row.rpc.to_string()).unwrap();
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("rpc_classes", table.join("\n"));
}

/// What a key does with each RPC that is narrowed to some databases or collections.
#[test]
fn what_a_narrowed_key_does_with_each_rpc() {
    let mut table = format!("{:<44}scope", "rpc");
    for row in &TABLE {
        if matches!(row.class, Class::Forward { .. } | Class::Authenticated) {
            write!(table, "\n{:<44}{:?}", row.rpc.to_string(), row.scope).unwrap();
        }
    }
    insta::assert_snapshot!("rpc_scopes", table);
}

/// A scope can be held to only if the scanner finds what it speaks of.
#[test]
fn every_name_is_where_the_scanner_looks() {
    for row in &TABLE {
        let names = row.fields.collection | row.fields.collections | row.fields.other;
        match row.scope {
            Scope::Named => assert!(names != 0, "{}", row.name),
            Scope::Database => assert!(row.fields.database != 0, "{}", row.name),
            Scope::Free | Scope::Optional | Scope::Listed { .. } | Scope::Closed { .. } => {}
        }
        if !matches!(row.scope, Scope::Closed { .. }) {
            assert!(row.nested.is_empty() || row.fields.inner != 0, "{}", row.name);
            assert!(row.nested.iter().all(|nested| nested.path.len() == 2), "{}", row.name);
            assert!(!row.client_streaming && !row.server_streaming, "{}", row.name);
        }
    }
}
