//! What is measured on: an upstream, and for each database a data folder with the same content.

use crate::program::{Place, owner_key};
use crate::seed::{self, Seeded, Size};
use crate::{Args, Engine, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use testkit::clock::instant;
use testkit::postgres::{Database, Server};
use testkit::upstream::{Plan, Upstream};

/// A server that keeps what it acknowledged, with the memory that a small one has.
const DURABLE: &str = "
    fsync = on
    full_page_writes = on
    synchronous_commit = on
    shared_buffers = 512MB
    maintenance_work_mem = 256MB
    max_wal_size = 4GB
";

/// Everything that does not depend on the database.
pub(crate) struct Ground {
    keyward: PathBuf,
    folder: PathBuf,
    seeded: Seeded,
    owner_key: String,
    seeding: Duration,
    postgres: Option<Server>,
    _upstream: Upstream,
}

/// One database with the seeded content.
pub(crate) struct Site<'a> {
    pub(crate) place: Place,
    /// How long it took to fill it.
    pub(crate) filling: Duration,
    _database: Option<Database<'a>>,
}

impl Ground {
    /// Founds an installation and seeds it.
    pub(crate) fn prepare(args: &Args) -> Result<Self> {
        let upstream = Upstream::start(Plan::default())?;
        let data = args.folder.join("seed");
        let place = Place { keyward: args.keyward.clone(), data: data.clone(), database: None };
        place.serve()?.wait()?;
        let size = Size { keys: args.keys, projects: args.projects };
        let started = instant();
        let seeded = seed::fill(&data, upstream.address(), size)?;
        let seeding = started.elapsed();
        eprintln!("seeded {} keys in {:.1} s", args.keys, seeding.as_secs_f64());
        let wanted = args.engines.contains(&Engine::Postgres);
        Ok(Self {
            keyward: args.keyward.clone(),
            folder: args.folder.clone(),
            owner_key: owner_key(&data)?,
            seeded,
            seeding,
            postgres: wanted.then(|| Server::start_with(DURABLE)),
            _upstream: upstream,
        })
    }

    /// What was seeded.
    pub(crate) fn seeded(&self) -> &Seeded {
        &self.seeded
    }

    /// The key of the organization's owner.
    pub(crate) fn owner_key(&self) -> &str {
        &self.owner_key
    }

    /// The database with all of it.
    pub(crate) fn site(&self, engine: Engine) -> Result<Site<'_>> {
        let name = match engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let data = self.folder.join(name);
        copy(&self.folder.join("seed"), &data)?;
        let mut place = Place { keyward: self.keyward.clone(), data, database: None };
        let Some(server) = self.postgres.as_ref().filter(|_| engine == Engine::Postgres) else {
            return Ok(Site { place, filling: self.seeding, _database: None });
        };
        let database = server.database();
        place.database = Some(database.address());
        let started = instant();
        let moved = place.command(&["migrate", "sqlite-to-postgres"]).output()?;
        if !moved.status.success() {
            return Err(String::from_utf8_lossy(&moved.stderr).into_owned().into());
        }
        let filling = started.elapsed();
        Ok(Site { place, filling, _database: Some(database) })
    }
}

/// Copies a folder, its rights included.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    fs::set_permissions(to, fs::metadata(from)?.permissions())?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
