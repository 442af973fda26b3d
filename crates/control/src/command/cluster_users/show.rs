//! One user of a cluster.

use super::named;
use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::cluster_user::ClusterUserName;
use model::{Action, ClusterId, Error};
use store::cluster_users::ClusterUser;

/// The user with this name. A user of the cluster may see itself.
///
/// # Errors
/// `NotFound` if there is none, or for a cluster the caller may not see; what the policy refuses.
pub fn show(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
    name: &ClusterUserName,
) -> Result<ClusterUser, Error> {
    desk.look(caller, |reader| {
        let own = on_cluster::is_self(reader, caller, cluster, name)?;
        let action = Action::ViewClusterUser;
        let _seen = on_cluster::decide(reader, caller, cluster, action, own)?;
        Ok(named(reader, cluster, name)?)
    })
}
