//! Clusters: the Milvus instances of a project, and how Keyward signs in to them.

use crate::changes::{self, Noun};
use crate::connection::Row;
use crate::page::{Listed, Page};
use crate::sql::{text, to_count};
use crate::vault::Place;
use crate::work::{Located, Reader, Work};
use crate::{cluster_users, keys, projects};
use model::cluster::{Engine, Service, UpstreamAddress};
use model::name::{ClusterName, Description};
use model::policy::Resource;
use model::{ClusterId, Error, ProjectId, Revision, SecretText, Timestamp};
use std::collections::BTreeSet;

/// A cluster, without the credential Keyward signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its id.
    pub id: ClusterId,
    /// The project it belongs to.
    pub project: ProjectId,
    /// What people call it.
    pub name: ClusterName,
    /// What it is for.
    pub description: Description,
    /// Who runs it, and where it is.
    pub engine: ClusterEngine,
    /// Whether Keyward signs in to it.
    pub has_credential: bool,
    /// A gateway port of its own.
    pub port: Option<u16>,
    /// Whether it takes calls.
    pub service: Service,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub revision: Revision,
}

/// Who runs a cluster's Milvus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterEngine {
    /// Keyward does; where it is is known only while it runs.
    Lite,
    /// Somebody else does, at this address.
    Attached(UpstreamAddress),
}

impl ClusterEngine {
    /// The kind of engine.
    pub fn kind(&self) -> Engine {
        match self {
            Self::Lite => Engine::Lite,
            Self::Attached(_) => Engine::Attached,
        }
    }

    /// Where it is, if that is fixed.
    pub fn uri(&self) -> Option<&UpstreamAddress> {
        match self {
            Self::Lite => None,
            Self::Attached(uri) => Some(uri),
        }
    }
}

/// A cluster to be added.
#[derive(Clone, Debug)]
pub struct NewCluster {
    /// Its id.
    pub id: ClusterId,
    /// The project it belongs to.
    pub project: ProjectId,
    /// Its name, unique in the project.
    pub name: ClusterName,
    /// What it is for.
    pub description: Description,
    /// Who runs it, and where it is.
    pub engine: ClusterEngine,
    /// What Keyward signs in with (`user:password` or a token), if the engine asks for it.
    pub credential: Option<SecretText>,
    /// A gateway port of its own; no two clusters share one.
    pub port: Option<u16>,
}

/// What replaces the changeable part of a cluster's record.
#[derive(Clone, Debug)]
pub struct ClusterUpdate {
    /// Its name, unique in the project.
    pub name: ClusterName,
    /// What it is for.
    pub description: Description,
    /// A gateway port of its own; no two clusters share one.
    pub port: Option<u16>,
    /// Whether it takes calls.
    pub service: Service,
}

impl Cluster {
    /// What an update takes that changes nothing.
    pub fn unchanged(&self) -> ClusterUpdate {
        ClusterUpdate {
            name: self.name.clone(),
            description: self.description.clone(),
            port: self.port,
            service: self.service,
        }
    }
}

const COLUMNS: &str = "SELECT id, project_id, name, description, engine, uri, \
                       credential IS NOT NULL, port, created_at, service, revision FROM clusters";

fn from_row(row: &Row<'_>) -> Result<Cluster, Error> {
    let engine = match row.read(4, |engine| Engine::from_text(engine).ok_or(()))? {
        Engine::Lite => ClusterEngine::Lite,
        Engine::Attached => ClusterEngine::Attached(row.read(5, UpstreamAddress::parse)?),
    };
    Ok(Cluster {
        id: row.parsed(0)?,
        project: row.parsed(1)?,
        name: row.read(2, ClusterName::new)?,
        description: row.read(3, Description::new)?,
        engine,
        has_credential: row.flag(6)?,
        port: port(row, 7)?,
        service: row.read(9, |service| Service::from_text(service).ok_or(()))?,
        created_at: row.moment(8)?,
        revision: row.revision(10)?,
    })
}

pub(crate) fn port(row: &Row<'_>, column: usize) -> Result<Option<u16>, Error> {
    row.maybe_integer(column)?
        .map(|port| {
            u16::try_from(port).map_err(|_| Error::internal(format!("a cluster has port {port}")))
        })
        .transpose()
}

/// Adds a cluster.
///
/// # Errors
/// `Conflict` if the name is taken in the project, or the port anywhere; `NotFound` if there is no
/// such project.
pub fn insert(work: &mut Work<'_>, new: NewCluster) -> Result<Cluster, Error> {
    let created_at = work.now();
    let id = new.id.to_string();
    let sealed = match &new.credential {
        Some(secret) => {
            let secret = secret.expose().as_bytes();
            Some(work.vault.seal(credential_of(&id), secret, work.entropy())?)
        }
        None => None,
    };
    let values = [
        id.as_str().into(),
        text(new.project),
        text(&new.name),
        text(&new.description),
        new.engine.kind().as_str().into(),
        new.engine.uri().map(UpstreamAddress::to_string).into(),
        sealed.into(),
        new.port.into(),
        created_at.into(),
        work.revision().into(),
    ];
    work.execute(
        "INSERT INTO clusters (id, project_id, name, description, engine, uri, credential, port, \
         created_at, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &values,
    )
    .map_err(|failure| failure.missing("project", new.project))
    .map_err(|failure| failure.taken(|columns| already(columns, &new.name, new.port)))?;
    changes::log(work, Noun::Cluster, &id)?;
    Ok(Cluster {
        id: new.id,
        project: new.project,
        name: new.name,
        description: new.description,
        engine: new.engine,
        has_credential: new.credential.is_some(),
        port: new.port,
        service: Service::Open,
        created_at,
        revision: work.revision(),
    })
}

/// The cluster with this id.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find(reader: &Reader<'_>, id: ClusterId) -> Result<Option<Cluster>, Error> {
    let sql = format!("{COLUMNS} WHERE id = $1");
    reader.sql.first(&sql, &[text(id)], from_row)
}

/// The cluster of the project with this name.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn find_by_name(
    reader: &Reader<'_>,
    project: ProjectId,
    name: &ClusterName,
) -> Result<Option<Cluster>, Error> {
    let sql = format!("{COLUMNS} WHERE project_id = $1 AND name = $2");
    reader.sql.first(&sql, &[text(project), text(name)], from_row)
}

/// The clusters of a project, newest first.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn list(reader: &Reader<'_>, project: ProjectId, page: Page) -> Result<Listed<Cluster>, Error> {
    let sql =
        format!("{COLUMNS} WHERE project_id = $1 ORDER BY created_at DESC, id LIMIT $2 OFFSET $3");
    let count = "SELECT count(*) FROM clusters WHERE project_id = $1";
    let id = text(project);
    let values = [id.clone(), i64::from(page.size()).into(), page.offset().into()];
    Ok(Listed {
        items: reader.sql.all(&sql, &values, from_row)?,
        count: to_count(reader.sql.number(count, &[id])?.unwrap_or(0)),
        page,
    })
}

/// Every cluster with this kind of engine, oldest first: what Keyward starts and watches.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn with_engine(reader: &Reader<'_>, engine: Engine) -> Result<Vec<Cluster>, Error> {
    let sql = format!("{COLUMNS} WHERE engine = $1 ORDER BY created_at, id");
    reader.sql.all(&sql, &[engine.as_str().into()], from_row)
}

/// Every gateway port that is a cluster's own.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn ports(reader: &Reader<'_>) -> Result<BTreeSet<u16>, Error> {
    let sql = "SELECT port FROM clusters WHERE port IS NOT NULL";
    let ports = reader.sql.all(sql, &[], |row| port(row, 0))?;
    Ok(ports.into_iter().flatten().collect())
}

/// Replaces what can change about a cluster, and answers with what it is now; `None` if there is
/// no such cluster.
///
/// # Errors
/// `Conflict` if the name is taken in the project, or the port anywhere.
pub fn update(
    work: &mut Work<'_>,
    id: ClusterId,
    change: &ClusterUpdate,
) -> Result<Option<Cluster>, Error> {
    let sql = "UPDATE clusters SET name = $2, description = $3, port = $4, service = $5, \
               revision = $6 WHERE id = $1";
    let values = [
        text(id),
        text(&change.name),
        text(&change.description),
        change.port.into(),
        change.service.as_str().into(),
        work.revision().into(),
    ];
    work.execute(sql, &values)
        .map_err(|failure| failure.taken(|columns| already(columns, &change.name, change.port)))?;
    changes::log(work, Noun::Cluster, &id.to_string())?;
    find(work, id)
}

/// Removes a cluster. Keys that open it by name keep what else they open. Answers with what was
/// removed.
///
/// # Errors
/// `Unavailable` if the database does not answer.
pub fn delete(work: &mut Work<'_>, id: ClusterId) -> Result<Option<Cluster>, Error> {
    let Some(cluster) = find(work, id)? else {
        return Ok(None);
    };
    if let Some(project) = projects::find(work, cluster.project)? {
        let place = Located { organization: project.organization, project: Some(project.id) };
        work.is_at(Resource::Cluster(id), place);
    }
    changes::log(work, Noun::Cluster, &id.to_string())?;
    keys::forget_cluster(work, id)?;
    cluster_users::forget_cluster(work, id)?;
    work.execute("DELETE FROM clusters WHERE id = $1", &[text(id)])?;
    Ok(Some(cluster))
}

fn already(columns: &str, name: &ClusterName, port: Option<u16>) -> Error {
    match port {
        Some(port) if columns.contains("port") => {
            Error::conflict(format!("another cluster has port {port}")).in_field("port")
        }
        _ => Error::conflict(format!("the project has a cluster named {name} already"))
            .in_field("clusterName"),
    }
}

/// Opens the sealed credential of a cluster's row.
pub(crate) fn open_credential(
    reader: &Reader<'_>,
    id: &str,
    sealed: &[u8],
) -> Result<SecretText, Error> {
    let opened = reader.vault.open(credential_of(id), sealed);
    opened
        .and_then(|bytes| String::from_utf8(bytes.to_vec()).ok())
        .map(SecretText::new)
        .ok_or_else(|| Error::internal(format!("the credential of {id} does not open")))
}

fn credential_of(id: &str) -> Place<'_> {
    Place { noun: "cluster credential", id }
}
