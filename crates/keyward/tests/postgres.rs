//! The real program on a PostgreSQL server: serve, a second one, another process's changes, and the
//! move from SQLite.

#![cfg(test)]

mod support;

use model::entropy::SequenceEntropy;
use model::{Clock, Timestamp};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use store::{Database, MasterKey, PostgresAddress, Sharing, Store, Vault};
use support::until;
use testkit::postgres::Server;

fn keyward(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
    command.args(words).arg("--data").arg(data).stdin(Stdio::null());
    command
}

fn done(mut command: Command) -> Output {
    command.output().unwrap()
}

fn json(command: Command) -> Value {
    let output = done(command);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The sentence a command ends with.
fn refused(command: Command) -> String {
    let output = done(command);
    // Which of the failures it is, the tests of the command line tell.
    assert!(matches!(output.status.code(), Some(1..=7)), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A serving program; told to stop when it is dropped.
struct Serving {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Serving {
    fn start(data: &Path, database: Option<&str>) -> Self {
        let words = ["serve", "--gateway-listen", "127.0.0.1:0", "--control-listen", "127.0.0.1:0"];
        let mut command = keyward(data, &words);
        if let Some(database) = database {
            command.env("KEYWARD_DATABASE", database);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let (errors, heard) = (child.stderr.take().unwrap(), Arc::clone(&said));
        thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                let mut heard = heard.lock().unwrap();
                heard.push_str(&line);
                heard.push('\n');
            }
        });
        let mut serving = Self { child, said };
        until("the server is ready", || {
            let ended = serving.child.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", serving.said());
            serving.said().contains("control API on").then_some(())
        });
        serving
    }

    fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Stops it in order and answers with all it printed.
    fn stop(mut self) -> String {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{}", self.said());
        let mut printed = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
        printed + &self.said()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_000_000)
    }
}

/// The database as another process has it.
fn store(data: &Path, address: &str) -> Store {
    let key = MasterKey::load(&data.join("master.key")).unwrap();
    let database = Database::Postgres(PostgresAddress::parse(address).unwrap());
    let entropy = Arc::new(SequenceEntropy::new(7));
    Store::open_database(&database, Vault::new(&key), Arc::new(Still), entropy).unwrap()
}

fn names(keys: &Value) -> Vec<&str> {
    keys["apiKeys"].as_array().unwrap().iter().map(|key| key["name"].as_str().unwrap()).collect()
}

#[test]
fn a_server_keeps_everything_on_postgres() {
    let place = tempfile::tempdir().unwrap();
    let data: PathBuf = place.path().join("data");
    let database = Server::shared().database();
    let address = format!("{}&password=hunter2-hunter2", database.address());

    let serving = Serving::start(&data, Some(&address));
    assert!(!data.join("keyward.db").exists(), "no SQLite file");
    json(keyward(&data, &["project", "create", "web", "--json"]));
    let words = ["key", "create", "app", "--project", "web", "--role", "read-only", "--json"];
    json(keyward(&data, &words));

    // A second one, on another folder with the same master key, must not serve the same database.
    let second = place.path().join("second");
    fs::create_dir(&second).unwrap();
    fs::copy(data.join("master.key"), second.join("master.key")).unwrap();
    let anywhere = ["--gateway-listen", "127.0.0.1:0", "--control-listen", "127.0.0.1:0"];
    let mut command = keyward(&second, &["serve"]);
    command.args(anywhere).args(["--database", &address]);
    let sentence = refused(command);
    assert!(sentence.contains("another Keyward serves this database already"), "{sentence}");

    // With another master key it is not even looked at.
    let mut command = keyward(&place.path().join("third"), &["serve"]);
    command.args(anywhere).env("KEYWARD_DATABASE", &address);
    let sentence = refused(command);
    assert!(sentence.contains("the master key is not the one"), "{sentence}");

    let printed = serving.stop();
    let named = fs::read_to_string(data.join("database")).unwrap();
    for text in [printed, sentence, named] {
        assert!(!text.contains("hunter2"), "{text}");
    }

    // Without its database the folder does not start, and does not make another one.
    let mut command = keyward(&data, &["serve"]);
    command.args(anywhere);
    let sentence = refused(command);
    assert!(sentence.contains("name that database with --database"), "{sentence}");
    assert!(!data.join("keyward.db").exists());
    let sentence = refused(keyward(&data, &["audit", "verify"]));
    assert!(sentence.contains("name that database with --database"), "{sentence}");
    let mut command = keyward(&data, &["audit", "verify", "--json"]);
    let file = place.path().join("address");
    fs::write(&file, format!("{address}\n")).unwrap();
    command.arg("--database-file").arg(&file);
    assert_eq!(json(command)["intact"], true);

    let _serving = Serving::start(&data, Some(&address));
    let keys = json(keyward(&data, &["key", "list", "--project", "web", "--json"]));
    assert!(names(&keys).contains(&"app"), "{keys}");
}

#[test]
fn a_server_that_lost_its_place_stops() {
    let place = tempfile::tempdir().unwrap();
    let data: PathBuf = place.path().join("data");
    let database = Server::shared().database();
    let mut serving = Serving::start(&data, Some(&database.address()));
    let other = store(&data, &database.address());
    let end = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity \
               WHERE datname = current_database() AND application_name LIKE 'keyward serve %'";
    // The server takes its place again unless the other is faster.
    let _theirs = until("the other is faster once", || {
        database.query(end);
        other.serve(Sharing::Alone).ok()
    });
    let status = until("the server stops", || serving.child.try_wait().unwrap());
    assert_eq!(status.code(), Some(1));
    assert!(serving.said().contains("another Keyward serves this database already"));
}

#[test]
fn a_folder_moves_to_postgres_and_starts_there_only() {
    let place = tempfile::tempdir().unwrap();
    let data: PathBuf = place.path().join("data");
    let database = Server::shared().database();
    let serving = Serving::start(&data, None);
    json(keyward(&data, &["project", "create", "web", "--json"]));
    let words = ["key", "create", "app", "--project", "web", "--role", "read-only", "--json"];
    json(keyward(&data, &words));
    let migrate = |json: &[&str]| {
        let mut command = keyward(&data, &["migrate", "sqlite-to-postgres"]);
        command.args(json).env("KEYWARD_DATABASE", database.address());
        command
    };
    let sentence = refused(migrate(&[]));
    assert!(sentence.contains("another Keyward (process "), "{sentence}");
    serving.stop();

    // Not by leaving everything behind.
    let mut command = keyward(&data, &["serve", "--gateway-listen", "127.0.0.1:0"]);
    command.args(["--control-listen", "127.0.0.1:0", "--database", &database.address()]);
    let sentence = refused(command);
    assert!(sentence.contains("holds a SQLite database: move it"), "{sentence}");
    let sentence = refused(keyward(&data, &["migrate", "sqlite-to-postgres"]));
    assert!(sentence.contains("name the PostgreSQL database"), "{sentence}");

    let moved = json(migrate(&["--json"]));
    assert!(moved["rows"].as_u64().unwrap() > 5, "{moved}");
    assert!(moved["auditRecords"].as_u64().unwrap() > 2, "{moved}");
    assert!(!data.join("keyward.db").exists() && data.join("keyward.db.moved").exists());
    let sentence = refused(migrate(&[]));
    assert!(sentence.contains("has no SQLite database"), "{sentence}");

    let _serving = Serving::start(&data, Some(&database.address()));
    let keys = json(keyward(&data, &["key", "list", "--project", "web", "--json"]));
    assert!(names(&keys).contains(&"app"), "{keys}");
}
