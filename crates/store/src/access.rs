//! The access table as gateways hold it, read from the rows of the store.
//!
//! This is the only file that lets digests and service credentials out, and the only one that says
//! what a key opens. To let gateways know of one more thing: its variant in `model::change`, how it
//! is read here, and its noun in `changes.rs`.

use crate::connection::Row;
use crate::sql::text;
use crate::work::Reader;
use crate::{clusters, keys, members, whitelist};
use model::change::{KeyAccess, KeyLimits, ProjectAccess};
use model::cluster::{ClusterRoute, Service, UpstreamAddress};
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{
    AccessRole, Change, ClusterId, Error, KeyDigest, KeyId, OrganizationId, OrganizationRole,
    ProjectId, ProjectRole, UserId,
};

const KEYS: &str = "SELECT id, digest, project_id, role, all_clusters, organization_id, user_id \
                    FROM keys";

const CLUSTERS: &str = "SELECT c.id, c.project_id, p.organization_id, c.uri, c.credential, \
                        c.port, c.service FROM clusters c JOIN projects p ON p.id = c.project_id";

/// Hands out the whole table: who may enter where, then clusters, then the keys that open them.
pub(crate) fn all(reader: &Reader<'_>, each: &mut dyn FnMut(Change)) -> Result<(), Error> {
    for id in whitelist::projects(reader)? {
        each(project(reader, id)?);
    }
    reader.sql.each(CLUSTERS, &[], |row| {
        each(Change::ClusterPut(route(reader, row)?));
        Ok(())
    })?;
    reader.sql.each(KEYS, &[], |row| {
        each(Change::KeyPut(access(reader, row)?));
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

/// What gateways must know of this key now.
pub(crate) fn key(reader: &Reader<'_>, id: KeyId) -> Result<Change, Error> {
    let sql = format!("{KEYS} WHERE id = $1");
    let found = reader.sql.first(&sql, &[text(id)], |row| access(reader, row))?;
    Ok(found.map_or(Change::KeyGone(id), Change::KeyPut))
}

/// What gateways must know of this cluster now.
pub(crate) fn cluster(reader: &Reader<'_>, id: ClusterId) -> Result<Change, Error> {
    let sql = format!("{CLUSTERS} WHERE c.id = $1");
    let found = reader.sql.first(&sql, &[text(id)], |row| route(reader, row))?;
    Ok(found.map_or(Change::ClusterGone(id), Change::ClusterPut))
}

fn access(reader: &Reader<'_>, row: &Row<'_>) -> Result<KeyAccess, Error> {
    let id = row.parsed(0)?;
    let digest = <[u8; 32]>::try_from(row.blob(1)?)
        .map_err(|_| Error::internal(format!("the digest of {id} is not 32 bytes long")))?;
    let reach = match row.maybe_parsed(6)? {
        Some(user) => reach_of_person(reader, row.parsed(5)?, user)?,
        None => KeyReach::Project(ProjectGrant {
            project: row.parsed(2)?,
            role: keys::role(row, 3)?,
            clusters: if row.flag(4)? {
                ClusterScope::All
            } else {
                ClusterScope::Only(keys::clusters_of(reader, id)?)
            },
            data: DataScope::default(),
        }),
    };
    let digest = KeyDigest::from_bytes(digest);
    Ok(KeyAccess { id, digest, reach, limits: KeyLimits::default() })
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
