//! A disk that is full. Making one takes an administrator: elsewhere the test says that it did not
//! run.

use super::open;
use crate::ground::{Home, entropy, vault};
use model::ErrorKind;
use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use store::audit::{self, Verification};
use testkit::postgres::Server;

/// A small disk, taken away when it is dropped.
struct Disk(PathBuf);

impl Disk {
    fn at(path: &Path) -> Option<Self> {
        fs::create_dir(path).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(path);
        mount.output().is_ok_and(|done| done.status.success()).then(|| Self(path.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).output();
    }
}

#[test]
fn a_full_disk_fails_the_change_and_nothing_else() {
    let server = Server::start();
    let path = server.folder().join("small");
    let Some(_disk) = Disk::at(&path) else {
        eprintln!("not run: only an administrator can mount a small disk");
        return;
    };
    let owner = fs::metadata(server.folder().join("data")).unwrap();
    chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
    let space = format!("CREATE TABLESPACE small LOCATION '{}'", path.display());
    server.query("postgres", &space);
    server.query("postgres", "CREATE DATABASE keys TABLESPACE small STRATEGY file_copy");

    let home = Home::on(open(&server.address("keys"), vault()).unwrap(), entropy());
    server.query(
        "keys",
        "CREATE TABLE filler (bytes bytea); ALTER TABLE filler ALTER bytes SET STORAGE EXTERNAL; \
         DO $$ BEGIN LOOP INSERT INTO filler SELECT repeat('x', 8000)::bytea; END LOOP; \
         EXCEPTION WHEN disk_full THEN NULL; END $$",
    );
    let mut done = home.store.revision().unwrap().number();
    let error = (0..2_000)
        .find_map(|_| {
            let kind = home.grant(model::AccessRole::Admin, model::scope::ClusterScope::All);
            let new = home.new_key("one", kind);
            let outcome = home.write(|work| store::keys::insert(work, &home.api_key(), new));
            done += u64::from(outcome.is_ok());
            outcome.err()
        })
        .unwrap();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.message().contains("is full; nothing was changed; free some space"), "{error:?}");
    server.query("keys", "DROP TABLE filler");
    assert_eq!(home.insert_key("next").revision().number(), done + 1);
    assert_eq!(home.read(audit::verify), Verification::Intact { records: done + 1 });
    drop(home);
    server.query("postgres", "DROP DATABASE keys WITH (FORCE)");
}
