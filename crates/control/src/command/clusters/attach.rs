//! Attaching a Milvus that somebody else runs.

use super::{CreatedCluster, insert, permitted_addition, port_of_new};
use crate::caller::Caller;
use crate::command::{cluster_users, projects};
use crate::desk::Desk;
use model::cluster::UpstreamAddress;
use model::name::{ClusterName, Description};
use model::{Action, ClusterId, Error, ProjectId, SecretText};
use std::collections::BTreeSet;
use store::Committed;
use store::clusters::{ClusterEngine, NewCluster};

/// The longest credential of a Milvus that is kept.
const MOST_CREDENTIAL_BYTES: usize = 1024;

/// What is to be attached.
#[derive(Clone, Debug)]
pub struct AttachCluster {
    /// The project it is for.
    pub project: ProjectId,
    /// Its name, unique in the project.
    pub name: ClusterName,
    /// What it is for.
    pub description: Description,
    /// Where it is.
    pub uri: UpstreamAddress,
    /// What Keyward signs in with: `user:password` or a token.
    pub credential: Option<SecretText>,
    /// A gateway port of its own; chosen where it is needed and none is given.
    pub port: Option<u16>,
}

/// Attaches a cluster, with its user `db_admin`. Hashes one password.
///
/// `own_port` chooses a gateway port, given those that are taken; see
/// [`ClusterWatch::own_port`](crate::ClusterWatch::own_port).
///
/// # Errors
/// `Conflict` if name or port is taken; `LimitReached` if the project is full; what the policy
/// refuses.
pub fn attach(
    desk: &Desk,
    caller: &Caller,
    request: AttachCluster,
    own_port: impl FnOnce(&BTreeSet<u16>) -> Result<Option<u16>, Error>,
) -> Result<Committed<CreatedCluster>, Error> {
    desk.look(caller, |reader| {
        let _may = projects::permitted(reader, caller, request.project, Action::CreateCluster)?;
        Ok(())
    })?;
    let admin = cluster_users::prepare(desk)?;
    desk.act(caller, |work| {
        let (project, permit) = permitted_addition(work, caller, request.project)?;
        check_credential(request.credential.as_ref())?;
        let port = port_of_new(work, &project, request.port, own_port)?;
        let detail = format!("attached cluster \"{}\" at {}", request.name, request.uri);
        let new = NewCluster {
            id: ClusterId::generate(work.entropy()),
            project: project.id,
            name: request.name,
            description: request.description,
            engine: ClusterEngine::Attached(request.uri),
            credential: request.credential,
            port,
        };
        insert(work, caller, permit, new, admin, detail)
    })
}

fn check_credential(credential: Option<&SecretText>) -> Result<(), Error> {
    let fine = credential.is_none_or(|secret| {
        let text = secret.expose();
        !text.is_empty()
            && text.len() <= MOST_CREDENTIAL_BYTES
            && !text.chars().any(char::is_control)
    });
    if fine {
        return Ok(());
    }
    let message = "must be \"user:password\" or a token of the Milvus, at most 1024 bytes and \
                   without control characters";
    Err(Error::invalid(message).in_field("token"))
}
