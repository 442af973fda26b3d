//! Projects: the boundary an API key opens.

use crate::connection::Row;
use crate::sql::{Failure, Value, contains, text, to_count, to_integer};
use crate::work::{Located, Reader, Work};
use crate::{clusters, invitations, keys, members, whitelist};
use model::name::ProjectName;
use model::policy::Resource;
use model::{ClusterId, Error, OrganizationId, ProjectId, Revision, Timestamp, UserId};

/// A project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// What people call it.
    pub name: ProjectName,
    /// How many clusters it has.
    pub clusters: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// The last change of its name.
    pub revision: Revision,
}

/// A project to be made.
#[derive(Clone, Debug)]
pub struct NewProject {
    /// Its id.
    pub id: ProjectId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Its name, unique in the organization.
    pub name: ProjectName,
}

const COLUMNS: &str = "SELECT p.id, p.organization_id, p.name, p.created_at, p.revision, \
                       (SELECT count(*) FROM clusters c WHERE c.project_id = p.id)";

fn from_row(row: &Row<'_>) -> Result<Project, Error> {
    Ok(Project {
        id: row.parsed(0)?,
        organization: row.parsed(1)?,
        name: row.read(2, ProjectName::new)?,
        created_at: row.moment(3)?,
        revision: row.revision(4)?,
        clusters: to_count(row.integer(5)?),
    })
}

/// Adds a project.
///
/// # Errors
/// `Conflict` if the name is taken in the organization; `NotFound` if there is no such
/// organization.
pub fn insert(work: &mut Work<'_>, new: NewProject) -> Result<Project, Error> {
    let (created_at, revision) = (work.now(), work.revision());
    let values =
        [text(new.id), text(new.organization), text(&new.name), created_at.into(), revision.into()];
    let sql = "INSERT INTO projects (id, organization_id, name, created_at, revision) \
               VALUES ($1, $2, $3, $4, $5)";
    work.execute(sql, &values)
        .map_err(|failure| failure.missing("organization", new.organization))
        .map_err(|failure| already(failure, &new.name))?;
    Ok(Project {
        id: new.id,
        organization: new.organization,
        name: new.name,
        clusters: 0,
        created_at,
        revision,
    })
}

fn already(failure: Failure, name: &ProjectName) -> Error {
    failure.taken(|_| {
        Error::conflict(format!("there is a project named {name} already")).in_field("projectName")
    })
}

/// Gives the project another name. Answers with what it is now.
///
/// # Errors
/// `NotFound` if there is no such project; `Conflict` if the name is taken in the organization.
pub fn rename(work: &mut Work<'_>, id: ProjectId, name: &ProjectName) -> Result<Project, Error> {
    let sql = "UPDATE projects SET name = $2, revision = $3 WHERE id = $1";
    let values = [text(id), text(name), work.revision().into()];
    work.execute(sql, &values).map_err(|failure| already(failure, name))?;
    find(work, id)?.ok_or_else(|| Error::not_found("project", id))
}

/// What went with a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The project as it was.
    pub project: Project,
    /// How many keys died with it.
    pub keys: u64,
}

/// Deletes a project with its keys, its clusters and its memberships. The clusters' Milvus and the
/// data in it stay as they are. `None` if there is no such project.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, id: ProjectId) -> Result<Option<Removed>, Error> {
    let Some(project) = find(work, id)? else {
        return Ok(None);
    };
    let place = Located { organization: project.organization, project: Some(id) };
    work.is_at(Resource::Project(id), place);
    let keys = keys::delete_of_project(work, id)?;
    let sql = "SELECT id FROM clusters WHERE project_id = $1 ORDER BY id";
    let clusters: Vec<ClusterId> = work.sql.all(sql, &[text(id)], |row| row.parsed(0))?;
    for cluster in clusters {
        clusters::delete(work, cluster)?;
    }
    members::forget_project(work, &project)?;
    invitations::forget_project(work, id)?;
    whitelist::forget_project(work, id)?;
    work.execute("DELETE FROM projects WHERE id = $1", &[text(id)])?;
    Ok(Some(Removed { project, keys }))
}

/// The project with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: ProjectId) -> Result<Option<Project>, Error> {
    let sql = format!("{COLUMNS} FROM projects p WHERE p.id = $1");
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// The project with this name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_by_name(
    reader: &Reader<'_>,
    organization: OrganizationId,
    name: &ProjectName,
) -> Result<Option<Project>, Error> {
    let sql = format!("{COLUMNS} FROM projects p WHERE p.organization_id = $1 AND p.name = $2");
    reader.sql.first(&sql, &[text(organization), text(name)], from_row)
}

/// Which projects a list holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFilter {
    /// Where they are.
    pub reach: ProjectReach,
    /// Projects with this text in their name or id only.
    pub search: Option<String>,
}

/// Which projects of an organization are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectReach {
    /// All of them.
    Whole(OrganizationId),
    /// Those that this person is a member of.
    OfMember(OrganizationId, UserId),
    /// This one.
    One(ProjectId),
}

/// How many projects pass the filter.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn count(reader: &Reader<'_>, filter: &ProjectFilter) -> Result<u64, Error> {
    let (tables, values) = wanted(filter);
    let sql = format!("SELECT count(*) FROM {tables}");
    Ok(to_count(reader.sql.number(&sql, &values)?.unwrap_or(0)))
}

/// At most so many of the projects that pass the filter, newest first, after the first `skip`.
///
/// Those of an organization are read in the order of an index, those of a person from the index of
/// their memberships; a search looks at each of them.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(
    reader: &Reader<'_>,
    filter: &ProjectFilter,
    skip: u64,
    most: u32,
) -> Result<Vec<Project>, Error> {
    let (tables, mut values) = wanted(filter);
    let next = values.len() + 1;
    let sql = format!(
        "{COLUMNS} FROM {tables} ORDER BY p.created_at DESC, p.id LIMIT ${next} OFFSET ${}",
        next + 1
    );
    values.extend([i64::from(most).into(), to_integer(skip).into()]);
    reader.sql.all(&sql, &values, from_row)
}

/// Where a list is read from, with its conditions, and the values they name.
fn wanted(filter: &ProjectFilter) -> (String, Vec<Value>) {
    let (mut tables, mut values) = match filter.reach {
        ProjectReach::Whole(organization) => {
            ("projects p WHERE p.organization_id = $1".to_owned(), vec![text(organization)])
        }
        // SQLite takes a cross join in this order: a person has few projects among many.
        ProjectReach::OfMember(organization, user) => (
            "project_members m CROSS JOIN projects p \
             WHERE m.user_id = $1 AND p.id = m.project_id AND p.organization_id = $2"
                .to_owned(),
            vec![text(user), text(organization)],
        ),
        ProjectReach::One(project) => {
            ("projects p WHERE p.id = $1".to_owned(), vec![text(project)])
        }
    };
    if let Some(search) = &filter.search {
        values.push(contains(search));
        let name = format!("${}", values.len());
        let condition =
            format!(" AND (lower(p.name) LIKE {name} ESCAPE '\\' OR p.id LIKE {name} ESCAPE '\\')");
        tables.push_str(&condition);
    }
    (tables, values)
}
