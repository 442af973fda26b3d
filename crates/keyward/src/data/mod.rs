//! The data folder: everything Keyward keeps on this host, readable by its owner only.
//!
//! ```text
//! lock            held by the running process, names its pid
//! master.key      opens the secrets of the database; made once, never overwritten
//! keyward.db      the database (with its -wal and -shm files)
//! database        names the PostgreSQL database, if everything is there instead of in keyward.db
//! admin.json      where the control API is and the key the command line uses on this host
//! owner-password  the owner's first password, until it has been shown
//! clusters/       one folder of data for each Milvus Lite cluster
//! engines/        installed engines; can be deleted at any time, they are installed again
//! logs/           access log and the engines' output
//! ```
//!
//! Files are replaced whole (new file, flush, rename), so that a crash leaves the old or the new
//! one and never a part. This module must never delete or overwrite a master key or a database, and
//! a cluster's data only in [`erase`], when its owner asks for it. To keep one more file: a path
//! here and a module that reads and writes it.

pub mod admin;
pub mod database;
pub mod erase;
pub mod failure;
pub mod lock;
pub mod login;
pub mod master_key;
pub mod owner_password;
pub mod private;

mod open;

use model::Error;
use std::path::{Path, PathBuf};

/// A data folder that this process holds the lock of.
#[derive(Debug)]
pub struct DataFolder {
    root: PathBuf,
    _lock: lock::FolderLock,
}

/// The database's file name. The store decides it; the folder's checks need to know it.
const DATABASE: &str = "keyward.db";
const MASTER_KEY: &str = "master.key";

impl DataFolder {
    /// The folder itself, as an absolute path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file with the master key.
    pub fn master_key(&self) -> PathBuf {
        self.root.join(MASTER_KEY)
    }

    /// The folder of installed engines.
    pub fn engines(&self) -> PathBuf {
        self.root.join("engines")
    }

    /// The folder of the Milvus Lite clusters' data.
    pub fn clusters(&self) -> PathBuf {
        self.root.join("clusters")
    }

    /// Whether a server has run on the folder: it leaves traces beside the database.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn has_run(&self) -> Result<bool, Error> {
        let clusters = self.clusters();
        let mut entries = std::fs::read_dir(&clusters)
            .map_err(|error| failure::file("read", &clusters, &error))?;
        Ok(entries.next().is_some() || admin::exists(&self.root))
    }

    /// The folder of log files.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }
}
