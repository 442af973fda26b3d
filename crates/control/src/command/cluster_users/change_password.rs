//! Giving a user of a cluster another password.

use super::{db_admin, hashed, named, none, snapshot};
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_user::{ClusterPassword, ClusterUserName, PasswordVerifier};
use model::{Action, AuditEvent, ClusterId, Error, Resource, SecretText, Snapshot};
use store::cluster_users::{self, ClusterUser};
use store::{Committed, Reader};

/// What is to be changed.
#[derive(Clone, Debug)]
pub struct ChangeClusterPassword {
    /// The cluster.
    pub cluster: ClusterId,
    /// Whose password.
    pub name: ClusterUserName,
    /// The password that holds now. Users must give their own; of anybody it is checked if given.
    pub old: Option<SecretText>,
    /// The one that shall hold; generated if none is given.
    pub new: Option<ClusterPassword>,
}

/// What was changed. A generated password leaves here.
#[derive(Clone, Debug)]
pub struct ChangedClusterPassword {
    /// The user.
    pub user: ClusterUser,
    /// The password, if Keyward chose it.
    pub generated: Option<ClusterPassword>,
}

/// Gives a user another password; whoever signed in with the old one is cut. Hashes up to two
/// passwords. On a cluster without a `db_admin`, setting its password makes it.
///
/// # Errors
/// `Invalid` in `oldPassword` if the old password is missing or wrong; `NotFound` if there is no
/// such user; what the policy refuses.
pub fn change_password(
    desk: &Desk,
    caller: &Caller,
    request: ChangeClusterPassword,
) -> Result<Committed<ChangedClusterPassword>, Error> {
    let ChangeClusterPassword { cluster, name, old, new } = request;
    let action = Action::ChangeClusterPassword;
    let before = desk.look(caller, |reader| {
        let own = on_cluster::is_self(reader, caller, cluster, &name)?;
        let (_, permit) = on_cluster::decide(reader, caller, cluster, action, own)?;
        Ok(known(reader, cluster, &name, permit.rule())?)
    })?;
    prove(desk, &before, old.as_ref())?;
    let generated = match &new {
        Some(_) => None,
        None => Some(ClusterPassword::generate(desk.entropy())),
    };
    let chosen = new.as_ref().or(generated.as_ref());
    let verifier =
        chosen.map_or_else(|| Err(Error::internal("no password")), |p| hashed(desk, p))?;
    desk.act(caller, |work| {
        let own = on_cluster::is_self(work, caller, cluster, &name)?;
        let (_, permit) = on_cluster::decide(work, caller, cluster, action, own)?;
        let Some(was) = &before.verifier else {
            let user = db_admin::make(work, cluster, verifier)?;
            let event = AuditEvent::done(permit, format!("made user \"{name}\""))
                .about(Resource::ClusterUser(user.id))
                .changed(Snapshot::none(), snapshot(&user));
            return Ok((ChangedClusterPassword { user, generated }, event));
        };
        let now = named(work, cluster, &name)?;
        if !cluster_users::verifier(work, now.id)?.is(was) {
            let message = "the password was changed by somebody else meanwhile: try again";
            return Err(Error::conflict(message).into());
        }
        let user = cluster_users::set_verifier(work, now.id, &verifier)?;
        let event = AuditEvent::done(permit, format!("set the password of user \"{name}\""))
            .about(Resource::ClusterUser(user.id))
            .changed(snapshot(&now), snapshot(&user));
        Ok((ChangedClusterPassword { user, generated }, event))
    })
}

/// What verifies the password that holds now, if there is a user, and whether it must be given.
struct Known {
    verifier: Option<PasswordVerifier>,
    must_prove: bool,
}

fn known(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &ClusterUserName,
    rule: &str,
) -> Result<Known, Error> {
    let user = cluster_users::find_by_name(reader, cluster, name)?;
    if user.is_none() && !name.is_db_admin() {
        return Err(none(name));
    }
    let verifier = match &user {
        Some(user) => Some(cluster_users::verifier(reader, user.id)?),
        None => None,
    };
    Ok(Known { verifier, must_prove: rule == "own" })
}

/// Checks the old password, where it must be given or is.
fn prove(desk: &Desk, known: &Known, old: Option<&SecretText>) -> Result<(), Error> {
    let stored = known.verifier.as_ref().map(PasswordVerifier::expose);
    let right = match old {
        Some(old) => desk.passwords().verify(old, stored),
        None => !known.must_prove,
    };
    if right {
        return Ok(());
    }
    Err(Error::invalid("is not the password that holds now").in_field("oldPassword"))
}
