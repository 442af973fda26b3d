//! The user that comes with every cluster.
//!
//! It is made with the cluster, holds everything there, keeps its role and cannot be dropped. A
//! cluster from before there were users gets it when its password is reset.

use super::{create, hashed, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::{Desk, Refusal};
use model::cluster_role::{BuiltInRole, RoleName};
use model::cluster_user::{ClusterPassword, ClusterUserName, PasswordVerifier};
use model::{Action, AuditEvent, ClusterId, Error, Resource, Snapshot};
use store::Work;
use store::cluster_users::ClusterUser;

/// What a new cluster's user signs in with.
#[derive(Clone, Debug)]
pub(in crate::command) struct DbAdmin {
    pub(in crate::command) password: ClusterPassword,
    verifier: PasswordVerifier,
}

/// Chooses a password. Takes as long as hashing one.
pub(in crate::command) fn prepare(desk: &Desk) -> Result<DbAdmin, Error> {
    let password = ClusterPassword::generate(desk.entropy());
    let verifier = hashed(desk, &password)?;
    Ok(DbAdmin { password, verifier })
}

/// Makes the user on a new cluster, as a part of making the cluster.
pub(in crate::command) fn settle_in(
    work: &mut Work<'_>,
    caller: &Caller,
    cluster: ClusterId,
    new: DbAdmin,
) -> Result<ClusterPassword, Refusal> {
    let (_, permit) = on_cluster::decide(work, caller, cluster, Action::CreateClusterUser, false)?;
    let user = make(work, cluster, new.verifier)?;
    let event = AuditEvent::done(permit, format!("made user \"{}\" with the cluster", user.name))
        .about(Resource::ClusterUser(user.id))
        .changed(Snapshot::none(), snapshot(&user))
        .from_address(caller.address());
    work.record(&event)?;
    Ok(new.password)
}

/// Makes the user.
pub(super) fn make(
    work: &mut Work<'_>,
    cluster: ClusterId,
    verifier: PasswordVerifier,
) -> Result<ClusterUser, Error> {
    let roles = [RoleName::BuiltIn(BuiltInRole::Admin)];
    create::insert(work, cluster, &ClusterUserName::db_admin(), verifier, &roles)
}
