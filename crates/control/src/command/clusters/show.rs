//! One cluster.

use crate::caller::Caller;
use crate::desk::Desk;
use model::{Action, ClusterId, Error};
use store::clusters::Cluster;

/// The cluster with this id.
///
/// # Errors
/// `NotFound` if there is none, or none the caller may see.
pub fn show(desk: &Desk, caller: &Caller, id: ClusterId) -> Result<Cluster, Error> {
    desk.look(caller, |reader| {
        let (cluster, _) = super::permitted(reader, caller, id, Action::ViewCluster)?;
        Ok(cluster)
    })
}
