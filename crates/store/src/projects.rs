//! Projects: the boundary an API key opens.

use crate::page::{Listed, Page};
use crate::sql::{text, to_count};
use crate::sqlite::Row;
use crate::work::{Reader, Work};
use model::name::ProjectName;
use model::{Error, OrganizationId, ProjectId, Timestamp};

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

const COLUMNS: &str = "SELECT p.id, p.organization_id, p.name, p.created_at, \
                       (SELECT count(*) FROM clusters c WHERE c.project_id = p.id) FROM projects p";

fn from_row(row: &Row<'_>) -> Result<Project, Error> {
    Ok(Project {
        id: row.parsed(0)?,
        organization: row.parsed(1)?,
        name: row.read(2, ProjectName::new)?,
        created_at: row.moment(3)?,
        clusters: to_count(row.integer(4)?),
    })
}

/// Adds a project.
///
/// # Errors
/// `Conflict` if the name is taken in the organization; `NotFound` if there is no such
/// organization.
pub fn insert(work: &mut Work<'_>, new: NewProject) -> Result<Project, Error> {
    let created_at = work.now();
    let values = [text(new.id), text(new.organization), text(&new.name), created_at.into()];
    let sql = "INSERT INTO projects (id, organization_id, name, created_at) \
               VALUES ($1, $2, $3, $4)";
    work.execute(sql, &values)
        .map_err(|failure| failure.missing("organization", new.organization))
        .map_err(|failure| {
            failure.taken(|_| {
                Error::conflict(format!("there is a project named {} already", new.name))
                    .in_field("projectName")
            })
        })?;
    Ok(Project {
        id: new.id,
        organization: new.organization,
        name: new.name,
        clusters: 0,
        created_at,
    })
}

/// The project with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: ProjectId) -> Result<Option<Project>, Error> {
    let sql = format!("{COLUMNS} WHERE p.id = $1");
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
    let sql = format!("{COLUMNS} WHERE p.organization_id = $1 AND p.name = $2");
    reader.sql.first(&sql, &[text(organization), text(name)], from_row)
}

/// The projects of an organization, newest first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(
    reader: &Reader<'_>,
    organization: OrganizationId,
    page: Page,
) -> Result<Listed<Project>, Error> {
    let sql = format!(
        "{COLUMNS} WHERE p.organization_id = $1 ORDER BY p.created_at DESC, p.id LIMIT $2 OFFSET $3"
    );
    let count = "SELECT count(*) FROM projects WHERE organization_id = $1";
    let id = text(organization);
    let values = [id.clone(), i64::from(page.size()).into(), page.offset().into()];
    Ok(Listed {
        items: reader.sql.all(&sql, &values, from_row)?,
        count: to_count(reader.sql.number(count, &[id])?.unwrap_or(0)),
        page,
    })
}
