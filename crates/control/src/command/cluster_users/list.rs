//! The users of a cluster.

use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::{Action, ClusterId, Error};
use store::cluster_users::{self, ClusterUser};

/// The users of a cluster, by name.
///
/// # Errors
/// `NotFound` for a cluster the caller may not see; what the policy refuses.
pub fn list(desk: &Desk, caller: &Caller, cluster: ClusterId) -> Result<Vec<ClusterUser>, Error> {
    desk.look(caller, |reader| {
        let action = Action::ListClusterUsers;
        let _seen = on_cluster::decide(reader, caller, cluster, action, false)?;
        Ok(cluster_users::list(reader, cluster)?)
    })
}
