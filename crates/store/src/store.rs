//! The store: opening it, reading from it, changing it.

use crate::bell::{Bell, Channel};
use crate::changes::{self, Feed, Seen};
use crate::connection::{Connection, NotCommitted};
use crate::database::{Database, Engine};
use crate::pool::{Pool, Turn, Writer};
use crate::serving::{Serving, Sharing};
use crate::sql::to_integer;
use crate::vault::{Place, Vault};
use crate::work::{Committed, Reader, Work};
use crate::{access, audit, keys, migrations};
use model::audit::Outcome;
use model::{AuditEvent, AuditId, Change, Clock, Entropy, Error, ErrorKind, Revision};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How many of the newest revisions the change log keeps. A reader further behind loads anew.
const KEPT_REVISIONS: u64 = 100_000;

const MASTER_KEY_CHECK: Place<'_> = Place { noun: "store", id: "master key check" };

/// The store. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    writer: Writer,
    readers: Pool,
    engine: Engine,
    vault: Vault,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    kept_revisions: u64,
    /// Whether others serve this database too, and hear of its changes.
    tells_others: AtomicBool,
}

impl Store {
    /// Opens the store in this folder; makes folder and database if they are missing.
    ///
    /// # Errors
    /// Those of [`Store::open_database`].
    pub fn open(
        folder: &Path,
        vault: Vault,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Error> {
        Self::open_database(&Database::Folder(folder.to_owned()), vault, clock, entropy)
    }

    /// Opens the store on this database; makes what is missing there.
    ///
    /// # Errors
    /// `Unavailable`, in one sentence that says what to do: a folder that cannot be written, a
    /// server that does not let us in, a damaged file, a database of another program, from a newer
    /// version, or with another master key.
    pub fn open_database(
        database: &Database,
        vault: Vault,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Error> {
        Self::open_keeping(database, vault, clock, entropy, KEPT_REVISIONS)
    }

    pub(crate) fn open_keeping(
        database: &Database,
        vault: Vault,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        kept_revisions: u64,
    ) -> Result<Self, Error> {
        let engine = Engine::of(database)?;
        let writer = engine.connect()?;
        // Before anything is changed: with the wrong master key not even the schema is touched.
        if writer.has_table("store_state")? {
            master_key_fits(&writer, &vault)?;
        }
        migrations::run(&writer, clock.now())?;
        prove_master_key(&writer, &vault, &*entropy)?;
        Ok(Self(Arc::new(Shared {
            writer: Writer::new(engine.clone(), writer),
            readers: Pool::new(engine.clone()),
            engine,
            vault,
            clock,
            entropy,
            kept_revisions,
            tells_others: AtomicBool::new(false),
        })))
    }

    /// Runs one change. Its rows, the audit record it answers with and the change log commit
    /// together; an error, or a panic, leaves no trace. `work` has the store to itself and must be
    /// short; it must not call the store again, only what it is given.
    ///
    /// # Errors
    /// Those of `work`; `Unavailable` if the change could not be made durable. If the database did
    /// not say whether it was, and cannot be asked, the sentence says that this is not certain.
    pub fn write<T>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> Result<(T, AuditEvent), Error>,
    ) -> Result<Committed<T>, Error> {
        let shared = &*self.0;
        let mut turn = shared.writer.turn();
        let (connection, transaction) = turn.begin()?;
        let (revision, audit_end) = next_revision(connection)?;
        let mut under_way =
            Work::new(shared.reader(connection), revision, shared.clock.now(), &*shared.entropy);
        under_way.audit_end = Some(audit_end);
        let (value, event) = work(&mut under_way)?;
        if event.outcome() != Outcome::Done {
            return Err(Error::internal("a refused act must not change anything"));
        }
        keys::count::write(&mut under_way)?;
        let record = audit::append(&mut under_way, &event, Some(revision))?;
        changes::prune(&mut under_way, shared.kept_revisions)?;
        let committed = if shared.tells_others.load(Ordering::Relaxed) {
            transaction.commit_telling(Channel::Changes)
        } else {
            transaction.commit()
        };
        match committed {
            Ok(()) => {}
            Err(NotCommitted::Surely(error)) => return Err(error),
            Err(NotCommitted::Perhaps(error)) => match took_effect(turn, record) {
                Some(true) => {}
                Some(false) => return Err(given_up(&error)),
                None => return Err(error),
            },
        }
        Ok(Committed::new(value, revision))
    }

    /// Takes the right to serve this database, alone or with others who share it. In the second
    /// case they are told of every change that this store makes from now on.
    ///
    /// # Errors
    /// `Conflict` if a process has it with whom this one does not go together; `Unavailable` if the
    /// database does not answer.
    pub fn serve(&self, sharing: Sharing) -> Result<Serving, Error> {
        let serving = Serving::take(self.0.engine.clone(), sharing, &*self.0.entropy)?;
        if sharing == Sharing::Shared {
            self.0.tells_others.store(true, Ordering::Relaxed);
        }
        Ok(serving)
    }

    /// Listens for what others who share the database tell.
    ///
    /// # Errors
    /// `Unavailable` if the database does not answer, or is one that nobody can share.
    pub fn bell(&self, channel: Channel) -> Result<Bell, Error> {
        Bell::hang(&self.0.engine, channel)
    }

    /// Records an act that changed nothing, such as a refusal.
    ///
    /// # Errors
    /// `Unavailable` if the record could not be made durable.
    pub fn record(&self, event: &AuditEvent) -> Result<(), Error> {
        self.write_unlisted(|work| audit::append(work, event, None).map(drop))
    }

    /// Reads from one snapshot.
    ///
    /// # Errors
    /// Those of `read`; `Unavailable` if the database does not answer.
    pub fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let shared = &*self.0;
        shared.readers.snapshot(|connection| read(&shared.reader(connection)))
    }

    /// Hands out the whole access table of one snapshot, clusters first, one item at a time, and
    /// answers with what was seen of it.
    ///
    /// # Errors
    /// `Unavailable` if the database does not answer; what was handed out is then incomplete.
    pub fn load(&self, each: &mut dyn FnMut(Change)) -> Result<Seen, Error> {
        self.read(|reader| {
            access::all(reader, each)?;
            changes::newest(reader)
        })
    }

    /// What a reader that has seen so much needs next: at least `limit` changes if there are so
    /// many, always whole revisions. A revision alone stands for a reader that cannot tell this
    /// history from another one of the same length.
    ///
    /// # Errors
    /// `Unavailable` if the database does not answer.
    pub fn changes_after(&self, seen: impl Into<Seen>, limit: usize) -> Result<Feed, Error> {
        let seen = seen.into();
        self.read(|reader| changes::after(reader, &seen, limit))
    }

    /// The newest revision.
    ///
    /// # Errors
    /// `Unavailable` if the database does not answer.
    pub fn revision(&self) -> Result<Revision, Error> {
        self.read(changes::revision)
    }

    /// Commits a change that is neither audited nor published: what no gateway and no other person
    /// can tell apart from its absence.
    pub(crate) fn write_unlisted<T>(
        &self,
        work: impl FnOnce(&mut Work<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let shared = &*self.0;
        let mut turn = shared.writer.turn();
        let (connection, transaction) = turn.begin()?;
        let reader = shared.reader(connection);
        let revision = changes::revision(&reader)?;
        let mut under_way = Work::new(reader, revision, shared.clock.now(), &*shared.entropy);
        let value = work(&mut under_way)?;
        transaction.commit()?;
        Ok(value)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

impl Shared {
    fn reader<'a>(&'a self, sql: &'a Connection) -> Reader<'a> {
        Reader { sql, vault: &self.vault }
    }
}

/// Whether the change with this audit record is in the database; `None` if it cannot be told.
///
/// Asked with the write lock: whoever holds it knows that the change's own connection, which
/// held it before, has ended what it was doing.
fn took_effect(mut turn: Turn<'_>, record: AuditId) -> Option<bool> {
    let (connection, _transaction) = turn.begin().ok()?;
    audit::exists(connection, record).ok()
}

/// The database was asked and does not have the change.
fn given_up(error: &Error) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        "the connection to the database was lost in the middle of this; nothing was changed; try \
         again",
    )
    .with_context(error.context().unwrap_or_default())
}

/// The revision of a change that begins, and where the audit trail ends before it.
fn next_revision(connection: &Connection) -> Result<(Revision, (u64, audit::Hash)), Error> {
    let sql = "UPDATE store_state SET revision = revision + 1 \
               RETURNING revision, audit_number, audit_hash";
    connection
        .first(sql, &[], |row| Ok((row.revision(0)?, audit::end_of(row, 1)?)))?
        .ok_or_else(|| Error::internal("the revision is missing"))
}

/// Refuses a vault whose master key is not the one the database was made with. A database without
/// a check value is new and takes this one.
pub(crate) fn prove_master_key(
    connection: &Connection,
    vault: &Vault,
    entropy: &dyn Entropy,
) -> Result<(), Error> {
    if master_key_fits(connection, vault)? {
        return Ok(());
    }
    let transaction = connection.begin_write()?;
    // Looked at again under the lock: another process may have come first.
    if !master_key_fits(connection, vault)? {
        first_state(connection, vault, entropy)?;
    }
    Ok(transaction.commit()?)
}

/// Whether the check value opens; `false` if there is none.
pub(crate) fn master_key_fits(connection: &Connection, vault: &Vault) -> Result<bool, Error> {
    let sql = "SELECT master_key_check FROM store_state";
    match connection
        .first(sql, &[], |row| Ok(vault.open(MASTER_KEY_CHECK, row.blob(0)?).is_some()))?
    {
        None => Ok(false),
        Some(true) => Ok(true),
        Some(false) => Err(Error::new(
            ErrorKind::Unavailable,
            "the master key is not the one this database was made with; restore the right one \
             from your backup (nothing was changed)",
        )),
    }
}

fn first_state(connection: &Connection, vault: &Vault, entropy: &dyn Entropy) -> Result<(), Error> {
    let check = vault.seal(MASTER_KEY_CHECK, b"keyward", entropy)?;
    let (number, hash) = audit::start();
    connection.execute(
        "INSERT INTO store_state (only_row, revision, pruned_to, audit_number, audit_hash, \
         audit_seal, master_key_check) VALUES (1, $1, $2, $3, $4, $5, $6)",
        &[
            Revision::ZERO.into(),
            Revision::ZERO.into(),
            number.into(),
            hash.as_slice().into(),
            vault.audit_seal(number, &hash).as_bytes().as_slice().into(),
            check.into(),
        ],
    )?;
    Ok(())
}

/// Keeps the conversion next to its only use: how far back the log must reach.
pub(crate) fn horizon(newest: Revision, kept: u64) -> i64 {
    to_integer(newest.number().saturating_sub(kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{organizations, projects};
    use model::actor::Standing;
    use model::entropy::SequenceEntropy;
    use model::name::{OrganizationName, ProjectName};
    use model::policy::{Resource, decide};
    use model::{Action, Actor, OrganizationId, ProjectId, Timestamp};
    use tempfile::TempDir;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(0)
        }
    }

    fn open(folder: &TempDir, kept_revisions: u64) -> Store {
        let vault = Vault::new(&crate::MasterKey::from_bytes([7; 32]));
        let entropy = Arc::new(SequenceEntropy::new(1));
        let path = Database::Folder(folder.path().join("data"));
        Store::open_keeping(&path, vault, Arc::new(Still), entropy, kept_revisions).unwrap()
    }

    /// One change that gateways are told of.
    fn change(store: &Store) -> Result<Committed<()>, Error> {
        let organization = OrganizationId::generate(&*store.0.entropy);
        let resource = Resource::Organization(organization);
        let permit =
            decide(&Actor::Operator, Standing::NONE, Action::CreateProject, resource).unwrap();
        store.write(|work| {
            let name = OrganizationName::new("Analytical Engines").unwrap();
            organizations::insert(work, organization, &name)?;
            for number in 0..20 {
                let new = projects::NewProject {
                    id: ProjectId::generate(work.entropy()),
                    organization,
                    name: ProjectName::new(&number.to_string()).unwrap(),
                };
                projects::insert(work, new)?;
            }
            changes::log(work, changes::Noun::Key, "key-aaaaaaaaaaaaaaaaaaaaaa")?;
            Ok(((), AuditEvent::done(permit, "")))
        })
    }

    #[test]
    fn a_reader_behind_the_pruned_log_must_load_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder, 10);
        let after = |number| store.changes_after(Revision::new(number), 1000).unwrap();
        for number in 1..=10 {
            let _ = change(&store).unwrap();
            let Feed::Changes(all) = after(0) else {
                panic!("nothing is old enough to forget at revision {number}");
            };
            assert_eq!(all.items.len(), number);
        }
        for newest in 11..=30 {
            let _ = change(&store).unwrap();
            assert!(matches!(after(newest - 11), Feed::Reload), "at {newest}");
            let Feed::Changes(kept) = after(newest - 10) else {
                panic!("the last ten revisions are kept at {newest}");
            };
            assert_eq!((kept.items.len(), kept.complete), (10, true));
        }
    }

    #[test]
    fn a_full_disk_fails_the_change_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = open(&folder, 10);
        let limit = |pages: i64| {
            let sql = format!("PRAGMA max_page_count = {pages}");
            let mut turn = store.0.writer.turn();
            let (connection, _) = turn.begin().unwrap();
            connection.number(&sql, &[]).unwrap().unwrap()
        };
        // SQLite reports a database that reached this size as it reports a full disk.
        let size = limit(1);
        limit(size + 2);
        let error = (0..1000).find_map(|_| change(&store).err()).unwrap();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.message().contains("is full; nothing was changed"), "{error:?}");
        let done = store.revision().unwrap().number();
        limit(size + 100);
        assert_eq!(change(&store).unwrap().revision().number(), done + 1);
        let trail = store.read(audit::verify).unwrap();
        assert_eq!(trail, audit::Verification::Intact { records: done + 1 });
    }
}
