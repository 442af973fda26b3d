//! What only a database in a folder has: files, permissions, other processes, a disk.

mod files;
mod kill;
mod tampering;

use crate::ground::{Ground, clock, entropy};
use model::Error;
use std::path::PathBuf;
use store::{Store, Vault};
use tempfile::TempDir;

/// A folder for one test, removed with it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join("data")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path().join("keyward.db")
    }
}

impl Ground for Folder {
    fn try_open(&self, vault: Vault) -> Result<Store, Error> {
        Store::open(&self.path(), vault, clock(), entropy())
    }
}
