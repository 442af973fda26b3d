//! Making a user of a cluster.

use super::{MOST_USERS, hashed, role, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::{Desk, Refusal};
use model::cluster_role::RoleName;
use model::cluster_user::{ClusterPassword, ClusterUserName, PasswordVerifier};
use model::{Action, AuditEvent, ClusterId, Error, ErrorKind, Permit, Resource, Snapshot};
use store::cluster_users::{self, ClusterUser, NewClusterUser};
use store::{Committed, Reader, Work};

/// What is to be made.
#[derive(Clone, Debug)]
pub struct CreateClusterUser {
    /// The cluster.
    pub cluster: ClusterId,
    /// What the user signs in as; unique on the cluster.
    pub name: ClusterUserName,
    /// The password; generated if none is given.
    pub password: Option<ClusterPassword>,
    /// The roles it is to have.
    pub roles: Vec<RoleName>,
}

/// What was made. A generated password leaves here.
#[derive(Clone, Debug)]
pub struct CreatedClusterUser {
    /// The record.
    pub user: ClusterUser,
    /// The password, if Keyward chose it.
    pub generated: Option<ClusterPassword>,
}

/// Makes a user of a cluster. Hashes one password.
///
/// # Errors
/// `Conflict` if the name is taken; `NotFound` for an unknown role; `LimitReached` if the cluster
/// has as many users as it may have; what the policy refuses.
pub fn create(
    desk: &Desk,
    caller: &Caller,
    request: CreateClusterUser,
) -> Result<Committed<CreatedClusterUser>, Error> {
    let CreateClusterUser { cluster, name, password, roles } = request;
    desk.look(caller, |reader| {
        let _may = permitted(reader, caller, cluster, &roles)?;
        Ok(())
    })?;
    let generated = match &password {
        Some(_) => None,
        None => Some(ClusterPassword::generate(desk.entropy())),
    };
    let chosen = password.as_ref().or(generated.as_ref());
    let verifier =
        chosen.map_or_else(|| Err(Error::internal("no password")), |p| hashed(desk, p))?;
    desk.act(caller, |work| {
        let permit = permitted(work, caller, cluster, &roles)?;
        let user = insert(work, cluster, &name, verifier, &roles)?;
        let event = AuditEvent::done(permit, format!("made user \"{name}\""))
            .about(Resource::ClusterUser(user.id))
            .changed(Snapshot::none(), snapshot(&user));
        Ok((CreatedClusterUser { user, generated }, event))
    })
}

/// Whoever gives a new user roles must be allowed to give roles.
fn permitted(
    reader: &Reader<'_>,
    caller: &Caller,
    cluster: ClusterId,
    roles: &[RoleName],
) -> Result<Permit, Refusal> {
    if !roles.is_empty() {
        let _may = on_cluster::decide(reader, caller, cluster, Action::SetClusterUserRole, false)?;
    }
    let (_, permit) =
        on_cluster::decide(reader, caller, cluster, Action::CreateClusterUser, false)?;
    Ok(permit)
}

/// Adds a user with these roles.
pub(super) fn insert(
    work: &mut Work<'_>,
    cluster: ClusterId,
    name: &ClusterUserName,
    verifier: PasswordVerifier,
    roles: &[RoleName],
) -> Result<ClusterUser, Error> {
    if cluster_users::count(work, cluster)? >= MOST_USERS {
        let message = format!("a cluster may have {MOST_USERS} users: drop one first");
        return Err(Error::new(ErrorKind::LimitReached, message));
    }
    let new = NewClusterUser { cluster, name: name.clone(), verifier };
    let user = cluster_users::insert(work, &new)?;
    for name in roles {
        let role = role(work, cluster, name)?;
        cluster_users::add_role(work, user.id, role)?;
    }
    let found = cluster_users::find(work, user.id)?;
    found.ok_or_else(|| Error::internal("a user that was just made is missing"))
}
