//! Invitations: who may join an organization with which roles, until when.
//!
//! The token is kept as a keyed digest and leaves the process that made it once. A row is an
//! invitation that stands or has run out; one that was taken up or taken back leaves no row, and
//! its audit records stay.

use crate::connection::Row;
use crate::page::{Listed, Page};
use crate::sql::{text, to_count};
use crate::work::{Located, Reader, Work};
use model::name::Email;
use model::policy::Resource;
use model::{
    Error, InvitationId, OrganizationId, OrganizationRole, ProjectId, ProjectRole, SecretText,
    Timestamp, UserId,
};

/// How long one that has run out is still listed, so that its sender can see what became of it.
const KEPT_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;

/// An invitation, without its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The organization one is invited to.
    pub organization: OrganizationId,
    /// Who is invited.
    pub email: Email,
    /// As what.
    pub role: OrganizationRole,
    /// To which of its projects, and as what there.
    pub projects: Vec<(ProjectId, ProjectRole)>,
    /// Who sent it; `None` if the operator did.
    pub inviter: Option<UserId>,
    /// What the sender was called.
    pub inviter_name: String,
    /// When it was sent.
    pub created_at: Timestamp,
    /// From this moment on it cannot be taken up.
    pub expires_at: Timestamp,
}

const COLUMNS: &str = "SELECT id, organization_id, email, role, inviter_id, inviter_name, \
                       created_at, expires_at FROM invitations";

fn from_row(reader: &Reader<'_>, row: &Row<'_>) -> Result<Invitation, Error> {
    let id: InvitationId = row.parsed(0)?;
    Ok(Invitation {
        id,
        organization: row.parsed(1)?,
        email: row.read(2, Email::new)?,
        role: row.read(3, |role| OrganizationRole::from_text(role).ok_or(()))?,
        projects: projects_of(reader, id)?,
        inviter: row.maybe_parsed(4)?,
        inviter_name: row.text(5)?.to_owned(),
        created_at: row.moment(6)?,
        expires_at: row.moment(7)?,
    })
}

fn projects_of(
    reader: &Reader<'_>,
    id: InvitationId,
) -> Result<Vec<(ProjectId, ProjectRole)>, Error> {
    let sql = "SELECT project_id, role FROM invitation_projects WHERE invitation_id = $1 \
               ORDER BY project_id";
    reader.sql.all(sql, &[text(id)], |row| {
        let role = row.read(1, |role| ProjectRole::from_text(role).ok_or(()))?;
        Ok((row.parsed(0)?, role))
    })
}

/// Keeps an invitation under the digest of its token. One for the same address that has run out
/// makes room.
///
/// # Errors
/// `Conflict` if one for the same address stands; `NotFound` if there is no such organization or
/// project.
pub fn insert(
    work: &mut Work<'_>,
    invitation: &Invitation,
    token: &SecretText,
) -> Result<(), Error> {
    make_room(work, invitation)?;
    let digest = work.vault.invitation_digest(token);
    let values = [
        text(invitation.id),
        text(invitation.organization),
        text(&invitation.email),
        invitation.role.as_str().into(),
        digest.as_bytes().as_slice().into(),
        invitation.inviter.map(|user| user.to_string()).into(),
        invitation.inviter_name.as_str().into(),
        invitation.created_at.into(),
        invitation.expires_at.into(),
    ];
    work.execute(
        "INSERT INTO invitations (id, organization_id, email, role, digest, inviter_id, \
         inviter_name, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &values,
    )
    .map_err(|failure| failure.missing("organization", invitation.organization))
    .map_err(|failure| {
        failure.taken(|_| {
            Error::conflict(format!(
                "there is an invitation for {} already: revoke it to send another",
                invitation.email
            ))
            .in_field("email")
        })
    })?;
    for (project, role) in &invitation.projects {
        let values = [text(invitation.id), text(project), role.as_str().into()];
        work.execute(
            "INSERT INTO invitation_projects (invitation_id, project_id, role) \
             VALUES ($1, $2, $3)",
            &values,
        )
        .map_err(|failure| failure.missing("project", project))?;
    }
    Ok(())
}

/// Forgets those that ran out long ago, and one for the same address that has run out.
fn make_room(work: &mut Work<'_>, new: &Invitation) -> Result<(), Error> {
    let now = work.now();
    let long_ago = Timestamp::from_millis(now.millis().saturating_sub(KEPT_MILLIS));
    let sql = "SELECT id FROM invitations WHERE organization_id = $1 \
               AND (expires_at <= $2 OR (email = $3 AND expires_at <= $4)) ORDER BY id";
    let values = [text(new.organization), long_ago.into(), text(&new.email), now.into()];
    let over: Vec<InvitationId> = work.sql.all(sql, &values, |row| row.parsed(0))?;
    over.into_iter().try_for_each(|id| erase(work, id))
}

/// The invitation with this id, whether it stands or has run out.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: InvitationId) -> Result<Option<Invitation>, Error> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    reader.sql.first(&sql, &[text(id)], |row| from_row(reader, row))
}

/// The invitation under this token, if it stands at this moment.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_by_token(
    reader: &Reader<'_>,
    token: &SecretText,
    now: Timestamp,
) -> Result<Option<Invitation>, Error> {
    let sql = format!("{COLUMNS} WHERE digest = $1 AND expires_at > $2");
    let digest = reader.vault.invitation_digest(token);
    let values = [digest.as_bytes().as_slice().into(), now.into()];
    reader.sql.first(&sql, &values, |row| from_row(reader, row))
}

/// The invitations to an organization, or those of them that this person sent, newest first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(
    reader: &Reader<'_>,
    organization: OrganizationId,
    inviter: Option<UserId>,
    page: Page,
) -> Result<Listed<Invitation>, Error> {
    let mut values = vec![text(organization)];
    let mut condition = "organization_id = $1".to_owned();
    if let Some(inviter) = inviter {
        values.push(text(inviter));
        condition.push_str(" AND inviter_id = $2");
    }
    let count = format!("SELECT count(*) FROM invitations WHERE {condition}");
    let count = reader.sql.number(&count, &values)?;
    let next = values.len() + 1;
    let sql = format!(
        "{COLUMNS} WHERE {condition} ORDER BY created_at DESC, id LIMIT ${next} OFFSET ${}",
        next + 1
    );
    values.push(i64::from(page.size()).into());
    values.push(page.offset().into());
    Ok(Listed {
        items: reader.sql.all(&sql, &values, |row| from_row(reader, row))?,
        count: to_count(count.unwrap_or(0)),
        page,
    })
}

/// Removes an invitation, because it is taken up or taken back: its token opens nothing from now
/// on. Answers with what it was.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, id: InvitationId) -> Result<Option<Invitation>, Error> {
    let Some(invitation) = find(work, id)? else {
        return Ok(None);
    };
    let place = Located { organization: invitation.organization, project: None };
    work.is_at(Resource::Invitation(id), place);
    erase(work, id)?;
    Ok(Some(invitation))
}

fn erase(work: &mut Work<'_>, id: InvitationId) -> Result<(), Error> {
    work.execute("DELETE FROM invitation_projects WHERE invitation_id = $1", &[text(id)])?;
    work.execute("DELETE FROM invitations WHERE id = $1", &[text(id)])?;
    Ok(())
}

/// Takes a project that goes away out of the invitations that name it.
pub(crate) fn forget_project(work: &mut Work<'_>, project: ProjectId) -> Result<(), Error> {
    work.execute("DELETE FROM invitation_projects WHERE project_id = $1", &[text(project)])?;
    Ok(())
}
