//! Members: which person has which role in which organization and project.
//!
//! A personal key follows its person's roles, so every change here is a change of those keys.

use crate::changes;
use crate::connection::Row;
use crate::page::{Listed, Page};
use crate::projects::Project;
use crate::sql::{text, to_count};
use crate::work::{Located, Reader, Work};
use crate::{keys, password_resets, projects, sessions};
use model::name::Email;
use model::policy::Resource;
use model::{Error, OrganizationId, OrganizationRole, ProjectId, ProjectRole, Timestamp, UserId};

/// A person with a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<R> {
    /// The person.
    pub user: UserId,
    /// What they sign in with.
    pub email: Email,
    /// What they are called.
    pub name: String,
    /// Their role.
    pub role: R,
    /// Since when they are a member.
    pub created_at: Timestamp,
}

/// The person's role in the organization, if they are a member.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn organization_role(
    reader: &Reader<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<OrganizationRole>, Error> {
    let sql = "SELECT role FROM organization_members WHERE organization_id = $1 AND user_id = $2";
    let values = [text(organization), text(user)];
    reader
        .sql
        .first(sql, &values, |row| row.read(0, |role| OrganizationRole::from_text(role).ok_or(())))
}

/// The person's role in the project, if they are a member of it.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn project_role(
    reader: &Reader<'_>,
    project: ProjectId,
    user: UserId,
) -> Result<Option<ProjectRole>, Error> {
    let sql = "SELECT role FROM project_members WHERE project_id = $1 AND user_id = $2";
    let values = [text(project), text(user)];
    reader.sql.first(sql, &values, |row| row.read(0, |role| ProjectRole::from_text(role).ok_or(())))
}

/// Where a person stands in an organization and, if one is named, in a project of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonStanding {
    /// Their role in the organization, if they are a member.
    pub organization: Option<OrganizationRole>,
    /// Their role in the project, if they are a member of it.
    pub project: Option<ProjectRole>,
    /// Whether the organization asks its people for a second factor.
    pub factor_required: bool,
    /// Whether they have confirmed one.
    pub has_factor: bool,
}

/// Where the person stands there, asked at once: every decision on a person asks this. `None` if
/// there is no such organization.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn standing(
    reader: &Reader<'_>,
    organization: OrganizationId,
    project: Option<ProjectId>,
    user: UserId,
) -> Result<Option<PersonStanding>, Error> {
    let sql = "SELECT m.role, p.role, o.require_second_factor, \
               (SELECT count(*) FROM second_factors f \
               WHERE f.user_id = $2 AND f.confirmed_at IS NOT NULL) FROM organizations o \
               LEFT JOIN organization_members m ON m.organization_id = o.id AND m.user_id = $2 \
               LEFT JOIN project_members p ON p.project_id = $3 AND p.user_id = $2 \
               WHERE o.id = $1";
    let project = project.map_or_else(String::new, |id| id.to_string());
    let unreadable = |()| Error::internal("a role cannot be read");
    reader.sql.first(sql, &[text(organization), text(user), project.into()], |row| {
        let organization =
            row.maybe_text(0)?.map(|role| OrganizationRole::from_text(role).ok_or(()));
        let project = row.maybe_text(1)?.map(|role| ProjectRole::from_text(role).ok_or(()));
        Ok(PersonStanding {
            organization: organization.transpose().map_err(unreadable)?,
            project: project.transpose().map_err(unreadable)?,
            factor_required: row.flag(2)?,
            has_factor: row.flag(3)?,
        })
    })
}

/// The organizations the person is a member of, with their role there, oldest membership first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn organizations_of(
    reader: &Reader<'_>,
    user: UserId,
) -> Result<Vec<(OrganizationId, OrganizationRole)>, Error> {
    let sql = "SELECT organization_id, role FROM organization_members WHERE user_id = $1 \
               ORDER BY created_at, organization_id";
    reader.sql.all(sql, &[text(user)], |row| {
        let role = row.read(1, |role| OrganizationRole::from_text(role).ok_or(()))?;
        Ok((row.parsed(0)?, role))
    })
}

/// The projects of the organization the person is a member of, with their role there.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn projects_of(
    reader: &Reader<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<(ProjectId, ProjectRole)>, Error> {
    let sql = "SELECT m.project_id, m.role FROM project_members m \
               JOIN projects p ON p.id = m.project_id \
               WHERE m.user_id = $2 AND p.organization_id = $1 ORDER BY m.project_id";
    reader.sql.all(sql, &[text(organization), text(user)], |row| {
        let role = row.read(1, |role| ProjectRole::from_text(role).ok_or(()))?;
        Ok((row.parsed(0)?, role))
    })
}

/// The person as a member of the organization, if they are one.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_in_organization(
    reader: &Reader<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<Option<Member<OrganizationRole>>, Error> {
    let sql = "SELECT u.id, u.email, u.name, m.created_at, m.role FROM organization_members m \
               JOIN users u ON u.id = m.user_id \
               WHERE m.organization_id = $1 AND m.user_id = $2";
    reader.sql.first(sql, &[text(organization), text(user)], |row| {
        let role = row.read(4, |role| OrganizationRole::from_text(role).ok_or(()))?;
        member(row, role)
    })
}

/// The person as a member of the project, if they are one.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_in_project(
    reader: &Reader<'_>,
    project: ProjectId,
    user: UserId,
) -> Result<Option<Member<ProjectRole>>, Error> {
    let sql = "SELECT u.id, u.email, u.name, m.created_at, m.role FROM project_members m \
               JOIN users u ON u.id = m.user_id WHERE m.project_id = $1 AND m.user_id = $2";
    reader.sql.first(sql, &[text(project), text(user)], |row| {
        let role = row.read(4, |role| ProjectRole::from_text(role).ok_or(()))?;
        member(row, role)
    })
}

/// The members of an organization, oldest membership first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list_of_organization(
    reader: &Reader<'_>,
    organization: OrganizationId,
    page: Page,
) -> Result<Listed<Member<OrganizationRole>>, Error> {
    let sql = "SELECT u.id, u.email, u.name, m.created_at, m.role FROM organization_members m \
               JOIN users u ON u.id = m.user_id WHERE m.organization_id = $1 \
               ORDER BY m.created_at, u.id LIMIT $2 OFFSET $3";
    let count = "SELECT count(*) FROM organization_members WHERE organization_id = $1";
    let id = text(organization);
    let values = [id.clone(), i64::from(page.size()).into(), page.offset().into()];
    Ok(Listed {
        items: reader.sql.all(sql, &values, |row| {
            let role = row.read(4, |role| OrganizationRole::from_text(role).ok_or(()))?;
            member(row, role)
        })?,
        count: to_count(reader.sql.number(count, &[id])?.unwrap_or(0)),
        page,
    })
}

/// The members of a project, oldest membership first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list_of_project(
    reader: &Reader<'_>,
    project: ProjectId,
    page: Page,
) -> Result<Listed<Member<ProjectRole>>, Error> {
    let sql = "SELECT u.id, u.email, u.name, m.created_at, m.role FROM project_members m \
               JOIN users u ON u.id = m.user_id WHERE m.project_id = $1 \
               ORDER BY m.created_at, u.id LIMIT $2 OFFSET $3";
    let count = "SELECT count(*) FROM project_members WHERE project_id = $1";
    let id = text(project);
    let values = [id.clone(), i64::from(page.size()).into(), page.offset().into()];
    Ok(Listed {
        items: reader.sql.all(sql, &values, |row| {
            let role = row.read(4, |role| ProjectRole::from_text(role).ok_or(()))?;
            member(row, role)
        })?,
        count: to_count(reader.sql.number(count, &[id])?.unwrap_or(0)),
        page,
    })
}

fn member<R>(row: &Row<'_>, role: R) -> Result<Member<R>, Error> {
    Ok(Member {
        user: row.parsed(0)?,
        email: row.read(1, Email::new)?,
        name: row.text(2)?.to_owned(),
        role,
        created_at: row.moment(3)?,
    })
}

/// Makes the person a member of the organization, or changes their role.
///
/// # Errors
/// `Conflict` if the organization would be left without an owner; `NotFound` if there is no such
/// person or organization.
pub fn set_organization_role(
    work: &mut Work<'_>,
    organization: OrganizationId,
    user: UserId,
    role: OrganizationRole,
) -> Result<(), Error> {
    let before = organization_role(work, organization, user)?;
    if before == Some(role) {
        return Ok(());
    }
    match before {
        Some(OrganizationRole::Owner) => {
            keep_an_owner(work, organization)?;
            password_resets::delete_within_reach_of(work, user)?;
        }
        Some(OrganizationRole::Member) => {}
        // Whoever joins is no longer for the owners of another organization alone.
        None => password_resets::delete_of_user(work, user)?,
    }
    let values = [text(organization), text(user), role.as_str().into(), work.now().into()];
    work.execute(
        "INSERT INTO organization_members (organization_id, user_id, role, created_at) \
         VALUES ($1, $2, $3, $4) \
         ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role",
        &values,
    )
    .map_err(|failure| failure.missing("user", user))?;
    place(work, user, organization, None);
    changes::log_keys_of_user(work, organization, user)
}

/// Says to the audit trail where this change is about the person.
fn place(
    work: &mut Work<'_>,
    user: UserId,
    organization: OrganizationId,
    project: Option<ProjectId>,
) {
    work.is_at(Resource::User(user), Located { organization, project });
}

/// Ends the person's membership of the organization and of its projects; their personal keys die
/// with it, and their sessions if they belong to no other organization. Answers whether they were a
/// member.
///
/// # Errors
/// `Conflict` if they are the last owner.
pub fn remove_from_organization(
    work: &mut Work<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<bool, Error> {
    match organization_role(work, organization, user)? {
        None => return Ok(false),
        Some(OrganizationRole::Owner) => {
            keep_an_owner(work, organization)?;
            password_resets::delete_within_reach_of(work, user)?;
        }
        Some(OrganizationRole::Member) => {}
    }
    keys::delete_personal(work, organization, user)?;
    let both = [text(organization), text(user)];
    work.execute(
        "DELETE FROM project_members WHERE user_id = $2 AND project_id IN \
         (SELECT id FROM projects WHERE organization_id = $1)",
        &both,
    )?;
    work.execute(
        "DELETE FROM organization_members WHERE organization_id = $1 AND user_id = $2",
        &both,
    )?;
    if organizations_of(work, user)?.is_empty() {
        sessions::delete_of_user(work, user, None)?;
    }
    place(work, user, organization, None);
    Ok(true)
}

/// How many owners the project has among its members.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn owners_of_project(reader: &Reader<'_>, project: ProjectId) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM project_members WHERE project_id = $1 AND role = $2";
    let values = [text(project), ProjectRole::Owner.as_str().into()];
    Ok(to_count(reader.sql.number(sql, &values)?.unwrap_or(0)))
}

/// Ends every membership of a project that goes away.
pub(crate) fn forget_project(work: &mut Work<'_>, project: &Project) -> Result<(), Error> {
    let sql = "SELECT user_id FROM project_members WHERE project_id = $1 ORDER BY user_id";
    let users: Vec<UserId> = work.sql.all(sql, &[text(project.id)], |row| row.parsed(0))?;
    work.execute("DELETE FROM project_members WHERE project_id = $1", &[text(project.id)])?;
    users
        .into_iter()
        .try_for_each(|user| changes::log_keys_of_user(work, project.organization, user))
}

/// Makes the person a member of the project, or changes their role.
///
/// # Errors
/// `NotFound` if there is no such project; `Conflict` if the person is not a member of its
/// organization.
pub fn set_project_role(
    work: &mut Work<'_>,
    project: ProjectId,
    user: UserId,
    role: ProjectRole,
) -> Result<(), Error> {
    let found = projects::find(work, project)?;
    let organization = found.ok_or_else(|| Error::not_found("project", project))?.organization;
    if organization_role(work, organization, user)?.is_none() {
        return Err(Error::conflict(format!(
            "{user} is not a member of the project's organization; add them there first"
        )));
    }
    let values = [text(project), text(user), role.as_str().into(), work.now().into()];
    work.execute(
        "INSERT INTO project_members (project_id, user_id, role, created_at) \
         VALUES ($1, $2, $3, $4) \
         ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role",
        &values,
    )?;
    place(work, user, organization, Some(project));
    changes::log_keys_of_user(work, organization, user)
}

/// Ends the person's membership of the project. Answers whether they were a member.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn remove_from_project(
    work: &mut Work<'_>,
    project: ProjectId,
    user: UserId,
) -> Result<bool, Error> {
    let sql = "DELETE FROM project_members WHERE project_id = $1 AND user_id = $2";
    if work.execute(sql, &[text(project), text(user)])? == 0 {
        return Ok(false);
    }
    if let Some(found) = projects::find(work, project)? {
        place(work, user, found.organization, Some(project));
        changes::log_keys_of_user(work, found.organization, user)?;
    }
    Ok(true)
}

/// Refuses to take an owner away from an organization that has one only.
fn keep_an_owner(work: &Work<'_>, organization: OrganizationId) -> Result<(), Error> {
    let sql = "SELECT count(*) FROM organization_members WHERE organization_id = $1 AND role = $2";
    let owner = OrganizationRole::Owner.as_str();
    let owners = work.sql.number(sql, &[text(organization), owner.into()])?;
    if owners.unwrap_or(0) > 1 {
        return Ok(());
    }
    Err(Error::conflict(
        "the last owner of an organization cannot leave; make somebody else an owner first",
    ))
}
