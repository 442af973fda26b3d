//! Whitelists: from which addresses the clusters of a project may be used.
//!
//! A project without an entry is open to every address; see [`admitted`].

use crate::changes::{self, Noun};
use crate::connection::Row;
use crate::sql::text;
use crate::work::{Reader, Work};
use model::name::Description;
use model::{AddressBlock, AddressList, Error, ProjectId, Revision, Timestamp, WhitelistEntryId};

/// One block of addresses that is let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: WhitelistEntryId,
    /// The project whose clusters may be used from there.
    pub project: ProjectId,
    /// The addresses.
    pub cidr: AddressBlock,
    /// What is there.
    pub description: Description,
    /// When it was added.
    pub created_at: Timestamp,
}

/// An entry to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// The addresses; no two entries of a project have the same.
    pub cidr: AddressBlock,
    /// What is there.
    pub description: Description,
}

const COLUMNS: &str = "SELECT id, project_id, cidr, description, created_at FROM whitelist";

fn from_row(row: &Row<'_>) -> Result<Entry, Error> {
    Ok(Entry {
        id: row.parsed(0)?,
        project: row.parsed(1)?,
        cidr: row.parsed(2)?,
        description: row.read(3, Description::new)?,
        created_at: row.moment(4)?,
    })
}

/// The entries of a project, oldest first. Whoever adds entries bounds how many there are.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>, project: ProjectId) -> Result<Vec<Entry>, Error> {
    let sql = format!("{COLUMNS} WHERE project_id = $1 ORDER BY created_at, cidr, id");
    reader.sql.all(&sql, &[text(project)], from_row)
}

/// When the whitelist of a project was changed last.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn revision(reader: &Reader<'_>, project: ProjectId) -> Result<Revision, Error> {
    let sql = "SELECT whitelist_revision FROM projects WHERE id = $1";
    let found = reader.sql.first(sql, &[text(project)], |row| row.revision(0))?;
    Ok(found.unwrap_or(Revision::ZERO))
}

/// Who may enter under these entries.
pub fn admitted(entries: &[Entry]) -> AddressList {
    AddressList::new(entries.iter().map(|entry| entry.cidr))
}

/// Every project that has an entry.
pub(crate) fn projects(reader: &Reader<'_>) -> Result<Vec<ProjectId>, Error> {
    let sql = "SELECT DISTINCT project_id FROM whitelist ORDER BY project_id";
    reader.sql.all(sql, &[], |row| row.parsed(0))
}

/// Adds an entry.
///
/// # Errors
/// `Conflict` if the project has an entry for these addresses; `NotFound` if there is no such
/// project.
pub fn insert(work: &mut Work<'_>, project: ProjectId, new: NewEntry) -> Result<Entry, Error> {
    let entry = Entry {
        id: WhitelistEntryId::generate(work.entropy()),
        project,
        cidr: new.cidr,
        description: new.description,
        created_at: work.now(),
    };
    let values = [
        text(entry.id),
        text(project),
        text(entry.cidr),
        text(&entry.description),
        entry.created_at.into(),
    ];
    work.execute(
        "INSERT INTO whitelist (id, project_id, cidr, description, created_at) \
         VALUES ($1, $2, $3, $4, $5)",
        &values,
    )
    .map_err(|failure| failure.missing("project", project))
    .map_err(|failure| failure.taken(|_| already(entry.cidr)))?;
    publish(work, project)?;
    Ok(entry)
}

/// Replaces all entries of a project. Those that stay keep their id and their age.
///
/// # Errors
/// `Conflict` if two entries have the same addresses; `NotFound` if there is no such project.
pub fn replace(
    work: &mut Work<'_>,
    project: ProjectId,
    entries: Vec<NewEntry>,
) -> Result<Vec<Entry>, Error> {
    let before = list(work, project)?;
    for gone in before.iter().filter(|old| entries.iter().all(|new| new.cidr != old.cidr)) {
        delete(work, gone.id)?;
    }
    let mut named = Vec::with_capacity(entries.len());
    for new in entries {
        if named.contains(&new.cidr) {
            return Err(already(new.cidr));
        }
        named.push(new.cidr);
        match before.iter().find(|old| old.cidr == new.cidr) {
            Some(old) => {
                let sql = "UPDATE whitelist SET description = $2 WHERE id = $1";
                work.execute(sql, &[text(old.id), text(&new.description)])?;
            }
            None => drop(insert(work, project, new)?),
        }
    }
    touch(work, project)?;
    list(work, project)
}

/// Removes an entry and answers with what it was.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, id: WhitelistEntryId) -> Result<Option<Entry>, Error> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    let Some(entry) = work.sql.first(&sql, &[text(id)], from_row)? else {
        return Ok(None);
    };
    work.execute("DELETE FROM whitelist WHERE id = $1", &[text(id)])?;
    publish(work, entry.project)?;
    Ok(Some(entry))
}

/// Removes every entry of a project, as a part of removing the project.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn forget_project(work: &mut Work<'_>, project: ProjectId) -> Result<(), Error> {
    let gone = work.execute("DELETE FROM whitelist WHERE project_id = $1", &[text(project)])?;
    if gone > 0 {
        publish(work, project)?;
    }
    Ok(())
}

/// Remembers that this change changed the list.
fn touch(work: &mut Work<'_>, project: ProjectId) -> Result<(), Error> {
    let sql = "UPDATE projects SET whitelist_revision = $2 WHERE id = $1";
    work.execute(sql, &[text(project), work.revision().into()])?;
    Ok(())
}

fn publish(work: &mut Work<'_>, project: ProjectId) -> Result<(), Error> {
    touch(work, project)?;
    changes::log(work, Noun::Project, &project.to_string())
}

fn already(cidr: AddressBlock) -> Error {
    Error::conflict(format!("the whitelist has an entry for {cidr} already")).in_field("cidr")
}
