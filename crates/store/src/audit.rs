//! The audit trail: who did what, in the order it was committed.
//!
//! Every record carries the SHA-256 of its own content and of the record before it, so that a
//! record altered, removed or put in between breaks the chain. The end of the chain is sealed under
//! the master key: somebody who can write the database but has no master key cannot cut the trail
//! short or rewrite it whole. Records are only ever appended.

mod list;

pub use list::{AuditFilter, after, list};

use crate::connection::{Connection, Row};
use crate::sql::{Value, text, to_count, to_integer};
use crate::work::{Located, Reader, Work};
use crate::{cluster_roles, cluster_users, clusters, invitations, keys, members, projects};
use model::policy::Resource;
use model::{
    Actor, AuditEvent, AuditId, Error, KeyDigest, OrganizationId, ProjectId, Revision, Timestamp,
    UserId,
};
use sha2::{Digest, Sha256};

/// One record, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its place in the trail, counted from 1.
    pub number: u64,
    /// Its id.
    pub id: AuditId,
    /// When it happened.
    pub at: Timestamp,
    /// The change it belongs to; `None` if nothing was changed.
    pub revision: Option<Revision>,
    /// Who acted: `user-…`, `key-…`, `operator` or `report`.
    pub actor: String,
    /// The person behind the actor, if there is one.
    pub user: Option<UserId>,
    /// What they did, such as `key.delete`.
    pub action: String,
    /// Id of what they did it to.
    pub resource: String,
    /// The organization that belongs to.
    pub organization: Option<OrganizationId>,
    /// The project that belongs to.
    pub project: Option<ProjectId>,
    /// `done` or `refused`.
    pub outcome: String,
    /// The rule that allowed it.
    pub rule: Option<String>,
    /// Where the request came from.
    pub address: Option<String>,
    /// What changed, in a few words.
    pub detail: String,
    /// The fields that changed, as they were: one JSON object.
    pub before: Option<String>,
    /// The fields that changed, as they became: one JSON object.
    pub after: Option<String>,
}

/// What walking the trail found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verification {
    /// The trail is as it was written.
    Intact {
        /// How many records it has.
        records: u64,
    },
    /// The trail has been altered.
    Broken {
        /// The first record that does not fit.
        number: u64,
        /// What does not fit.
        why: &'static str,
    },
}

pub(crate) type Hash = [u8; 32];

/// Number and hash before the first record.
pub(crate) fn start() -> (i64, Hash) {
    (0, Sha256::digest(b"keyward audit trail 1").into())
}

/// Appends the record of an act to the trail, within the change it belongs to. Answers with its id.
pub(crate) fn append(
    work: &mut Work<'_>,
    event: &AuditEvent,
    revision: Option<Revision>,
) -> Result<AuditId, Error> {
    let (last, previous) = match work.audit_end {
        Some(end) => end,
        None => end(work)?,
    };
    let place = place_of(work, event.resource())?;
    let record = AuditRecord {
        number: last + 1,
        id: AuditId::generate(work.entropy()),
        at: work.now(),
        revision,
        actor: event.actor().to_string(),
        user: match event.actor() {
            Actor::User(user) | Actor::PersonalKey { user, .. } => Some(*user),
            Actor::ProjectKey { .. }
            | Actor::ClusterUser { .. }
            | Actor::Operator
            | Actor::Anonymous
            | Actor::Report => None,
        },
        action: event.action().as_str().to_owned(),
        resource: event.resource().to_string(),
        organization: place.map(|place| place.organization),
        project: place.and_then(|place| place.project),
        outcome: event.outcome().as_str().to_owned(),
        rule: event.rule().map(str::to_owned),
        address: event.address().map(|address| address.to_string()),
        detail: event.detail().to_owned(),
        before: event.before().map(str::to_owned),
        after: event.after().map(str::to_owned),
    };
    let hash = record.hash(&previous);
    let mut values = record.values();
    values.extend(record.states());
    values.push(hash.as_slice().into());
    work.execute(
        "INSERT INTO audit (number, id, at, revision, actor, user_id, action, resource, \
         organization_id, project_id, outcome, rule, address, detail, state_before, state_after, \
         hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        &values,
    )?;
    let number = to_integer(record.number);
    let seal = work.vault.audit_seal(number, &hash);
    let sql = if revision.is_some() {
        "UPDATE store_state SET audit_number = $1, audit_hash = $2, audit_seal = $3, \
         mark_number = $1, mark_hash = $2"
    } else {
        "UPDATE store_state SET audit_number = $1, audit_hash = $2, audit_seal = $3"
    };
    work.execute(sql, &[number.into(), hash.as_slice().into(), seal.as_bytes().as_slice().into()])?;
    work.audit_end = Some((record.number, hash));
    Ok(record.id)
}

/// Whether the record with this number has this hash. The hash covers all records before it.
pub(crate) fn is_at(connection: &Connection, number: u64, hash: &Hash) -> Result<bool, Error> {
    let sql = "SELECT hash FROM audit WHERE number = $1";
    let found = connection
        .first(sql, &[to_integer(number).into()], |row| Ok(row.blob(0)? == hash.as_slice()))?;
    Ok(found == Some(true))
}

/// Whether the record is in the trail.
pub(crate) fn exists(connection: &Connection, id: AuditId) -> Result<bool, Error> {
    let sql = "SELECT count(*) FROM audit WHERE id = $1";
    Ok(connection.number(sql, &[text(id)])? == Some(1))
}

/// Walks the whole trail, oldest record first.
///
/// # Errors
/// `Unavailable` if the database does not answer; an altered trail is an answer, not an error.
pub fn verify(reader: &Reader<'_>) -> Result<Verification, Error> {
    let (_, mut previous) = start();
    let mut records = 0;
    let mut broken = None;
    let sql = format!("{COLUMNS} ORDER BY number");
    reader.sql.each(&sql, &[], |row| {
        if broken.is_some() {
            return Ok(());
        }
        records += 1;
        let Ok(record) = from_row(row) else {
            broken = Some((records, "the record cannot be read"));
            return Ok(());
        };
        let hash = record.hash(&previous);
        if record.number != records {
            broken = Some((records, "a record is missing"));
        } else if row.blob(16)? != hash {
            broken = Some((records, "the record is not what was written"));
        }
        previous = hash;
        Ok(())
    })?;
    if let Some((number, why)) = broken {
        return Ok(Verification::Broken { number, why });
    }
    if !sealed(reader, records, &previous)? {
        let (number, why) = (records + 1, "the end of the trail is not the one sealed");
        return Ok(Verification::Broken { number, why });
    }
    Ok(Verification::Intact { records })
}

/// Whether the end of the trail is the one that was sealed last.
fn sealed(reader: &Reader<'_>, records: u64, hash: &Hash) -> Result<bool, Error> {
    let sql = "SELECT audit_seal FROM store_state";
    let stored = reader.sql.first(sql, &[], |row| Ok(Hash::try_from(row.blob(0)?).ok()))?;
    let expected = reader.vault.audit_seal(to_integer(records), hash);
    Ok(stored.flatten().is_some_and(|seal| KeyDigest::from_bytes(seal).matches(&expected)))
}

/// Number and hash of the newest record.
fn end(reader: &Reader<'_>) -> Result<(u64, Hash), Error> {
    let sql = "SELECT audit_number, audit_hash FROM store_state";
    reader
        .sql
        .first(sql, &[], |row| end_of(row, 0))?
        .ok_or_else(|| Error::internal("the end of the audit trail is missing"))
}

/// The same, from this column of a row and the next.
pub(crate) fn end_of(row: &Row<'_>, column: usize) -> Result<(u64, Hash), Error> {
    let hash = Hash::try_from(row.blob(column + 1)?);
    let hash = hash.map_err(|_| Error::internal("the end of the audit trail is damaged"))?;
    Ok((to_count(row.integer(column)?), hash))
}

/// Remembers, before a thing is removed, that it was where the other is.
pub(crate) fn remember(work: &mut Work<'_>, of: Resource, removed: Resource) -> Result<(), Error> {
    if let Some(place) = place_of(work, of)? {
        work.is_at(removed, place);
    }
    Ok(())
}

/// Where the thing an act was about is, or was until this change.
fn place_of(work: &Work<'_>, resource: Resource) -> Result<Option<Located>, Error> {
    if let Some(place) = work.known_place(resource) {
        return Ok(Some(place));
    }
    let in_project = |id: ProjectId| -> Result<Option<Located>, Error> {
        Ok(projects::find(work, id)?
            .map(|project| Located { organization: project.organization, project: Some(id) }))
    };
    match resource {
        Resource::Organization(organization) => Ok(Some(Located { organization, project: None })),
        Resource::Project(id) => in_project(id),
        Resource::Cluster(id) => {
            clusters::find(work, id)?.map_or(Ok(None), |cluster| in_project(cluster.project))
        }
        Resource::ClusterUser(id) => match cluster_users::find(work, id)? {
            Some(user) => place_of(work, Resource::Cluster(user.cluster)),
            None => Ok(None),
        },
        Resource::ClusterRole(id) => match cluster_roles::find(work, id)? {
            Some(role) => place_of(work, Resource::Cluster(role.cluster)),
            None => Ok(None),
        },
        Resource::Key(id) => Ok(keys::find(work, id)?.map(|key| key.place())),
        Resource::Invitation(id) => Ok(invitations::find(work, id)?
            .map(|found| Located { organization: found.organization, project: None })),
        Resource::User(user) => {
            // The trail of the organization they joined first: a person belongs to none.
            let first = members::organizations_of(work, user)?.into_iter().next();
            Ok(first.map(|(organization, _)| Located { organization, project: None }))
        }
        Resource::Audit(_) => Ok(None),
    }
}

const COLUMNS: &str = "SELECT number, id, at, revision, actor, user_id, action, resource, \
                       organization_id, project_id, outcome, rule, address, detail, \
                       state_before, state_after, hash FROM audit";

fn from_row(row: &Row<'_>) -> Result<AuditRecord, Error> {
    let maybe = |column| Ok::<_, Error>(row.maybe_text(column)?.map(str::to_owned));
    Ok(AuditRecord {
        number: to_count(row.integer(0)?),
        id: row.parsed(1)?,
        at: row.moment(2)?,
        revision: row.maybe_integer(3)?.map(|number| Revision::new(to_count(number))),
        actor: row.text(4)?.to_owned(),
        user: row.maybe_parsed(5)?,
        action: row.text(6)?.to_owned(),
        resource: row.text(7)?.to_owned(),
        organization: row.maybe_parsed(8)?,
        project: row.maybe_parsed(9)?,
        outcome: row.text(10)?.to_owned(),
        rule: maybe(11)?,
        address: maybe(12)?,
        detail: row.text(13)?.to_owned(),
        before: maybe(14)?,
        after: maybe(15)?,
    })
}

impl AuditRecord {
    /// Every field but the states, in the order of the columns.
    fn values(&self) -> Vec<Value> {
        vec![
            to_integer(self.number).into(),
            text(self.id),
            self.at.into(),
            self.revision.into(),
            self.actor.as_str().into(),
            self.user.map(|id| id.to_string()).into(),
            self.action.as_str().into(),
            self.resource.as_str().into(),
            self.organization.map(|id| id.to_string()).into(),
            self.project.map(|id| id.to_string()).into(),
            self.outcome.as_str().into(),
            self.rule.as_deref().into(),
            self.address.as_deref().into(),
            self.detail.as_str().into(),
        ]
    }

    /// The states before and after, in the order of the columns.
    fn states(&self) -> [Value; 2] {
        [self.before.as_deref().into(), self.after.as_deref().into()]
    }

    /// The hash over the record before and every field of this one, each with its kind and length,
    /// so that no two records read alike. A record without states has the hash it had before
    /// records could have any.
    fn hash(&self, previous: &Hash) -> Hash {
        let mut hash = Sha256::new();
        hash.update(previous);
        let mut values = self.values();
        if self.before.is_some() || self.after.is_some() {
            values.extend(self.states());
        }
        for value in values {
            let (kind, bytes) = match &value {
                Value::Null => (b'n', Vec::new()),
                Value::Integer(number) => (b'i', number.to_be_bytes().to_vec()),
                Value::Text(text) => (b't', text.as_bytes().to_vec()),
                Value::Blob(bytes) => (b'b', bytes.clone()),
            };
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(&bytes);
        }
        hash.finalize().into()
    }
}
