//! Several processes on one database: a deleted key is dead on every gateway when its deletion
//! returns, whatever has become of the gateway.
#![cfg(test)]

mod death;
mod link;
mod operation;
mod process;
#[path = "../support/mod.rs"]
mod support;

use process::{Owner, Process, admits};
use std::path::PathBuf;
use support::until;
use tempfile::TempDir;
use testkit::postgres::{Database, Server};
use testkit::upstream::{Answer, Plan, Upstream};

/// A control plane, and an engine behind clusters.
struct Stage {
    place: TempDir,
    database: Database<'static>,
    control: Process,
    owner: Owner,
    project: String,
    cluster: String,
    _upstream: Upstream,
}

impl Stage {
    fn set() -> Self {
        let place = tempfile::tempdir().unwrap();
        let database = Server::shared().database();
        let data = place.path().join("control");
        let control = Process::start(&data, "control", &database.address());
        let owner = control.owner();
        let answers =
            vec![("Search".into(), Answer::Hold), ("Query".into(), Answer::Endless(4096))];
        let upstream = Upstream::start(Plan { answers, ..Plan::default() }).unwrap();
        let (project, cluster) = owner.project(upstream.address());
        Self { place, database, control, owner, project, cluster, _upstream: upstream }
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// A gateway that takes calls.
    fn gateway(&self, name: &str) -> Process {
        self.gateway_over(name, &self.database.address())
    }

    /// The same over another way to the database.
    fn gateway_over(&self, name: &str, database: &str) -> Process {
        Process::gateway(&self.folder(name), &self.control.data, database)
    }

    /// The address of the database for whoever gets there by this port.
    fn address_through(&self, port: u16) -> String {
        format!("postgres://postgres@127.0.0.1:{port}/{}", self.database.name())
    }

    fn key(&self) -> process::Key {
        self.owner.create(&self.project, &serde_json::json!({}))
    }
}

/// Waits until a gateway lets a key in.
fn until_admitted(gateway: &Process, key: &process::Key) {
    let door = gateway.door();
    until("the gateway takes calls", || admits(door, key).then_some(()));
}
