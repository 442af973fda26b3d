//! The privilege groups of a cluster.

use crate::caller::Caller;
use crate::command::on_cluster;
use crate::desk::Desk;
use model::{Action, ClusterId, Error};
use store::privilege_groups::{self, PrivilegeGroup};

/// The groups that people made on a cluster, by name. Built-in ones are the same everywhere.
///
/// # Errors
/// `NotFound` for a cluster the caller may not see; what the policy refuses.
pub fn list(
    desk: &Desk,
    caller: &Caller,
    cluster: ClusterId,
) -> Result<Vec<PrivilegeGroup>, Error> {
    desk.look(caller, |reader| {
        let action = Action::ViewPrivilegeGroup;
        let _seen = on_cluster::decide(reader, caller, cluster, action, false)?;
        Ok(privilege_groups::list(reader, cluster)?)
    })
}
