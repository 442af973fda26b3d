//! A process killed in the middle of writing loses nothing it acknowledged.

use super::Folder;
use crate::ground::{Ground, Home, clock, vault};
use model::entropy::SequenceEntropy;
use model::{Change, Entropy, KeyId};
use std::collections::BTreeSet;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{self, Command, Stdio};
use std::sync::Arc;
use std::thread;
use store::audit::{self, Verification};
use store::{Store, keys};

/// Says to the child where to write.
const FOLDER: &str = "KEYWARD_TEST_WRITER_FOLDER";
const ACKNOWLEDGED: &str = "acknowledged ";

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let folder = Folder::new();
    let mut acknowledged = Vec::new();
    for round in 1..=3 {
        acknowledged.extend(write_until_killed(&folder, 40 * round));
        let store = folder.open(vault());
        let newest = store.revision().unwrap();
        let mut loaded = BTreeSet::new();
        store
            .load(&mut |change| {
                if let Change::KeyPut(key) = change {
                    loaded.insert(key.id);
                }
            })
            .unwrap();
        for id in &acknowledged {
            assert!(loaded.contains(id), "{id} was acknowledged and is lost");
            let key = store.read(|reader| keys::reveal(reader, *id)).unwrap();
            assert_eq!(key.unwrap().id(), *id);
        }
        // Every revision that exists is whole: its key and its audit record.
        let trail = store.read(audit::verify).unwrap();
        let records = newest.number();
        assert_eq!(trail, Verification::Intact { records });
    }
}

/// Starts a writer, kills it once it has acknowledged so many keys, and answers with every key it
/// acknowledged.
fn write_until_killed(folder: &Folder, enough: usize) -> Vec<KeyId> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "sqlite::kill::writes_until_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut acknowledged = Vec::new();
    let output = BufReader::new(child.stdout.take().unwrap());
    for line in output.lines() {
        // After the kill, read on to the end: what is still in the pipe was acknowledged too.
        let Ok(line) = line else { break };
        if let Some((_, id)) = line.split_once(ACKNOWLEDGED) {
            acknowledged.extend(id.parse::<KeyId>());
        }
        if acknowledged.len() == enough {
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(!status.success(), "the writer must have been killed");
    assert!(acknowledged.len() >= enough);
    acknowledged
}

#[test]
#[ignore = "runs as the child of what_was_acknowledged_survives_a_kill"]
fn writes_until_killed() {
    let Some(folder) = env::var_os(FOLDER) else {
        return;
    };
    // Another sequence of ids in every process.
    let entropy: Arc<dyn Entropy> = Arc::new(SequenceEntropy::new(u64::from(process::id()) << 32));
    let folder = Path::new(&folder);
    let store = Store::open(folder, vault(), clock(), Arc::clone(&entropy)).unwrap();
    let home = Home::on(store, entropy);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let id = home.insert_key("key").into_value().id;
                    let line = format!("{ACKNOWLEDGED}{id}\n");
                    std::io::stdout().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
}
