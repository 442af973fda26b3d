//! What a read and a change are done with, and the proof that a change is committed.

use crate::audit;
use crate::connection::Connection;
use crate::sql::{Failure, Value};
use crate::vault::Vault;
use model::audit::Outcome;
use model::policy::Resource;
use model::{AuditEvent, Entropy, Error, OrganizationId, ProjectId, Revision, Timestamp};
use std::collections::BTreeMap;
use std::ops::Deref;

/// One snapshot of the store. The functions of the noun files that read take it.
pub struct Reader<'a> {
    pub(crate) sql: &'a Connection,
    pub(crate) vault: &'a Vault,
}

/// A change under way: everything a [`Reader`] can, and the functions that change take it.
///
/// Only [`Store::write`](crate::Store::write) makes one, and commits what it did as a whole.
pub struct Work<'a> {
    reader: Reader<'a>,
    revision: Revision,
    now: Timestamp,
    entropy: &'a dyn Entropy,
    ordinal: i64,
    placed: Vec<Placed>,
    /// Number and hash of the newest audit record, once they are known.
    pub(crate) audit_end: Option<(u64, audit::Hash)>,
    /// How many keys came to a place, or went from it.
    key_counts: BTreeMap<String, i64>,
}

/// Where something is that this change made, or was that it removed; the audit record names it.
struct Placed {
    resource: Resource,
    place: Located,
}

/// The organization, and the project if there is one, a thing belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Located {
    pub(crate) organization: OrganizationId,
    pub(crate) project: Option<ProjectId>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(
        reader: Reader<'a>,
        revision: Revision,
        now: Timestamp,
        entropy: &'a dyn Entropy,
    ) -> Self {
        Self {
            reader,
            revision,
            now,
            entropy,
            ordinal: 0,
            placed: Vec::new(),
            audit_end: None,
            key_counts: BTreeMap::new(),
        }
    }

    /// The revision this change will have once it is committed.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// The moment of this change: the same for every row of it.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Where this change takes random bytes from.
    pub fn entropy(&self) -> &'a dyn Entropy {
        self.entropy
    }

    /// Records one more act that is part of this change, beside the one it answers with.
    ///
    /// # Errors
    /// `Internal` for a refused act, which cannot be part of a change.
    pub fn record(&mut self, event: &AuditEvent) -> Result<(), Error> {
        if event.outcome() != Outcome::Done {
            return Err(Error::internal("a refused act must not change anything"));
        }
        audit::append(self, event, Some(self.revision)).map(|_| ())
    }

    pub(crate) fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, Failure> {
        self.reader.sql.execute(sql, values)
    }

    /// The next place in the change log of this revision.
    pub(crate) fn next_ordinal(&mut self) -> i64 {
        self.ordinal += 1;
        self.ordinal
    }

    /// Adds to what this change does to the number of keys of a place.
    pub(crate) fn count_keys(&mut self, place: String, difference: i64) {
        *self.key_counts.entry(place).or_default() += difference;
    }

    /// What this change did to the numbers of keys and has not written yet.
    pub(crate) fn take_key_counts(&mut self) -> BTreeMap<String, i64> {
        std::mem::take(&mut self.key_counts)
    }

    /// Remembers where something is or was, for the audit record.
    pub(crate) fn is_at(&mut self, resource: Resource, place: Located) {
        self.placed.push(Placed { resource, place });
    }

    /// Where something is or was that this change is about.
    pub(crate) fn known_place(&self, resource: Resource) -> Option<Located> {
        let found = self.placed.iter().rev().find(|one| one.resource == resource);
        found.map(|one| one.place)
    }
}

impl<'a> Deref for Work<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

/// The result of a change that is committed: durable, recorded and published. Only a commit makes
/// one.
#[derive(Clone, Copy, Debug)]
#[must_use = "gateways must be waited for up to this revision before the change is answered"]
pub struct Committed<T> {
    value: T,
    revision: Revision,
}

impl<T> Committed<T> {
    pub(crate) fn new(value: T, revision: Revision) -> Self {
        Self { value, revision }
    }

    /// The position of the change in the order of all changes.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// What the change answered.
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Takes out what the change answered.
    pub fn into_value(self) -> T {
        self.value
    }
}
