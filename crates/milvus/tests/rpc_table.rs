//! The RPC table is complete and is what its two sources say.
//!
//! `src/rpc/table.rs` is made from `data/milvus-rpcs.csv` and `data/rpc-classes.csv`. To write it
//! again: `KEYWARD_UPDATE=1 cargo test -p milvus --test rpc_table`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends at what it does not expect")]

use milvus::rpc::{Class, Rpc, TABLE};
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

/// Class and reason of every RPC whose privilege in Milvus is not the whole answer.
fn classes() -> HashMap<(String, String), (String, String)> {
    records("data/rpc-classes.csv")
        .into_iter()
        .map(|record| {
            let class = match record["argument"].as_str() {
                "" => record["class"].clone(),
                argument => format!("{}({argument})", record["class"]),
            };
            let key = (record["service"].clone(), record["rpc"].clone());
            (key, (class, record["reason"].clone()))
        })
        .collect()
}

/// The numbers of the fields with the database, the collection, and several collections.
fn fields(record: &Record) -> [&str; 3] {
    let number = |column: &str, repeated: bool| {
        let text = record[column].as_str();
        match (text.strip_suffix('r'), repeated) {
            (Some(number), true) => number,
            (None, false) if !text.is_empty() => text,
            _ => "0",
        }
    };
    let several = match number("collection_names", true) {
        "0" => number("collection_name", true),
        several => several,
    };
    [number("db_name", false), number("collection_name", false), several]
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

fn row(record: &Record, classes: &mut HashMap<(String, String), (String, String)>) -> String {
    let key = (record["service"].clone(), record["rpc"].clone());
    let (class, reason) = match (classes.remove(&key), record["privilege"].as_str()) {
        (Some((class, reason)), _) => (class, Some(reason)),
        (None, "") => panic!("{}/{} has neither a privilege nor a class", key.0, key.1),
        (None, privilege) => {
            let privilege = privilege.strip_prefix("Privilege").unwrap();
            (format!("Forward({privilege})"), None)
        }
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
    let [database, collection, collections] = fields(record);
    writeln!(text, "    {} = {service} \"{}\"", variant(record), key.1).unwrap();
    write!(text, "        {class}, names({database} {collection} {collections}),").unwrap();
    let nested = nested(record);
    if nested.is_empty() {
        write!(text, " nested[], ").unwrap();
    } else {
        write!(text, "\n        nested[{}],\n        ", nested.join(", ")).unwrap();
    }
    writeln!(text, "status({status}), {streams};").unwrap();
    text
}

fn generate() -> String {
    let mut classes = classes();
    let rows: BTreeMap<String, String> = records("data/milvus-rpcs.csv")
        .iter()
        .map(|record| (variant(record), row(record, &mut classes)))
        .collect();
    assert!(classes.is_empty(), "classes of RPCs that do not exist: {:?}", classes.keys());
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
            Class::Identity => ("identity", String::new()),
            Class::Refused { why } => ("refused", format!("{why:?}")),
        };
        write!(table, "\n{:<44}{class:<15}{argument}", row.rpc.to_string()).unwrap();
    }
    let table: Vec<_> = table.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("rpc_classes", table.join("\n"));
}
