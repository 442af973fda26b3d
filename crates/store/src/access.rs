//! The access table as gateways hold it, read from the rows of the store.
//!
//! This is the only file that lets digests and service credentials out, and the only one that says
//! what a key opens. To let gateways know of one more thing: its variant in `model::change`, how it
//! is read here, and its noun in `changes.rs`.

mod cluster;

use crate::connection::Row;
use crate::keys::{Access, KeyKind};
use crate::sql::text;
use crate::work::Reader;
use crate::{clusters, keys, members, whitelist};
use model::change::{KeyAccess, ProjectAccess};
use model::cluster::{ClusterRoute, Service, UpstreamAddress};
use model::grant::DataGrant;
use model::privilege::PrivilegeSet;
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{
    AccessRole, Change, ClusterId, ClusterRoleId, ClusterUserId, Error, KeyId, OrganizationId,
    OrganizationRole, ProjectId, ProjectRole, Revision, UserId,
};
use std::collections::HashMap;

const CLUSTERS: &str = "SELECT c.id, c.project_id, p.organization_id, c.uri, c.credential, \
                        c.port, c.service FROM clusters c JOIN projects p ON p.id = c.project_id";

/// Hands out the whole table: who may enter where, then clusters with their roles and users, then
/// the keys that open them.
pub(crate) fn all(reader: &Reader<'_>, each: &mut dyn FnMut(Change)) -> Result<(), Error> {
    for id in whitelist::projects(reader)? {
        each(project(reader, id)?);
    }
    reader.sql.each(CLUSTERS, &[], |row| {
        each(Change::ClusterPut(route(reader, row)?));
        Ok(())
    })?;
    cluster::roles(reader, None, each)?;
    cluster::users(reader, None, each)?;
    keys::access(reader, &mut |key| {
        each(Change::KeyPut(access(reader, key)?));
        Ok(())
    })
}

/// What gateways must know of this project now.
pub(crate) fn project(reader: &Reader<'_>, id: ProjectId) -> Result<Change, Error> {
    let entries = whitelist::list(reader, id)?;
    let sources = whitelist::admitted(&entries);
    if sources.is_open() {
        return Ok(Change::ProjectGone(id));
    }
    Ok(Change::ProjectPut(ProjectAccess { id, sources }))
}

/// What gateways must know now of the keys that the change log names in these revisions; a key that
/// is not among them is gone for them.
pub(crate) fn changed_keys(
    reader: &Reader<'_>,
    after: Revision,
    upto: Revision,
) -> Result<HashMap<KeyId, KeyAccess>, Error> {
    let keys = keys::access_of_changed(reader, after, upto)?;
    keys.into_iter().map(|key| Ok((key.id, access(reader, key)?))).collect()
}

/// What gateways must know of this cluster now.
pub(crate) fn cluster(reader: &Reader<'_>, id: ClusterId) -> Result<Change, Error> {
    let sql = format!("{CLUSTERS} WHERE c.id = $1");
    let found = reader.sql.first(&sql, &[text(id)], |row| route(reader, row))?;
    Ok(found.map_or(Change::ClusterGone(id), Change::ClusterPut))
}

/// What gateways must know of this user of a cluster now.
pub(crate) fn cluster_user(reader: &Reader<'_>, id: ClusterUserId) -> Result<Change, Error> {
    let mut change = Change::ClusterUserGone(id);
    cluster::users(reader, Some(id), &mut |found| change = found)?;
    Ok(change)
}

/// What gateways must know of this role of a cluster now.
pub(crate) fn cluster_role(reader: &Reader<'_>, id: ClusterRoleId) -> Result<Change, Error> {
    let mut change = Change::ClusterRoleGone(id);
    cluster::roles(reader, Some(id), &mut |found| change = found)?;
    Ok(change)
}

/// What the role holds on the whole cluster.
pub(crate) fn rights(reader: &Reader<'_>, id: ClusterRoleId) -> Result<PrivilegeSet, Error> {
    let mut rights = PrivilegeSet::EMPTY;
    cluster::roles(reader, Some(id), &mut |found| {
        if let Change::ClusterRolePut(role) = found {
            let whole = |grant: &&DataGrant| grant.database.is_any() && grant.collection.is_any();
            let grants = role.grants.iter().filter(whole);
            rights = grants.fold(rights, |all, grant| all.union(grant.privileges));
        }
    })?;
    Ok(rights)
}

fn access(reader: &Reader<'_>, key: Access) -> Result<KeyAccess, Error> {
    let Access { id, organization, kind, limits, digest } = key;
    let reach = match kind {
        KeyKind::Personal(user) => reach_of_person(reader, organization, user)?,
        KeyKind::Project(grant) => KeyReach::Project(grant),
    };
    Ok(KeyAccess { id, digest, reach, limits })
}

/// What a person's key opens: an owner's, the organization; a member's, the projects they are a
/// member of.
fn reach_of_person(
    reader: &Reader<'_>,
    organization: OrganizationId,
    user: UserId,
) -> Result<KeyReach, Error> {
    match members::organization_role(reader, organization, user)? {
        Some(OrganizationRole::Owner) => Ok(KeyReach::Organization(organization)),
        Some(OrganizationRole::Member) => {
            let projects = members::projects_of(reader, organization, user)?;
            let mut grants = projects.into_iter().map(|(project, role)| ProjectGrant {
                project,
                role: match role {
                    ProjectRole::Owner => AccessRole::Admin,
                    ProjectRole::Member => AccessRole::ReadWrite,
                },
                clusters: ClusterScope::All,
                data: DataScope::default(),
            });
            Ok(match (grants.next(), grants.len()) {
                (None, _) => KeyReach::Nothing,
                (Some(only), 0) => KeyReach::Project(only),
                (Some(first), _) => {
                    KeyReach::Projects(std::iter::once(first).chain(grants).collect())
                }
            })
        }
        None => Ok(KeyReach::Nothing),
    }
}

fn route(reader: &Reader<'_>, row: &Row<'_>) -> Result<ClusterRoute, Error> {
    let credential = row
        .maybe_blob(4)?
        .map(|sealed| clusters::open_credential(reader, row.text(0)?, sealed))
        .transpose()?;
    let upstream = row
        .maybe_text(3)?
        .map(|uri| {
            UpstreamAddress::parse(uri)
                .map_err(|_| Error::internal("a cluster's address cannot be read"))
        })
        .transpose()?;
    Ok(ClusterRoute {
        id: row.parsed(0)?,
        project: row.parsed(1)?,
        organization: row.parsed(2)?,
        upstream,
        credential,
        port: clusters::port(row, 5)?,
        service: row.read(6, |service| Service::from_text(service).ok_or(()))?,
    })
}
