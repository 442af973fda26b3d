//! Groups of privileges that people made on clusters: made, seen, changed, dropped.
//!
//! All privileges of a group are of one level, so that every one of them fits wherever the group is
//! granted. Built-in groups are in `model::privilege_group` and never changed.

mod change;
mod create;
mod delete;
mod list;

pub use change::{ChangeGroup, SetGroup, add, remove, set};
pub use create::create;
pub use delete::delete;
pub use list::list;

use model::grant::PrivilegeGroupName;
use model::{ClusterId, Error, ErrorKind, OnCluster, Snapshot};
use store::Reader;
use store::privilege_groups::{self, PrivilegeGroup};

/// How many groups of its own a cluster may have, so that the list of them is bounded.
pub const MOST_GROUPS: u64 = 100;

/// How a group is, for the audit trail.
fn snapshot(group: &PrivilegeGroup) -> Snapshot {
    Snapshot::none()
        .with("groupName", &group.name)
        .with("clusterId", group.cluster)
        .with_all("privileges", group.privileges.iter())
}

/// The group, for a caller who may know that there is none.
fn named(
    reader: &Reader<'_>,
    cluster: ClusterId,
    name: &PrivilegeGroupName,
) -> Result<PrivilegeGroup, Error> {
    let found = privilege_groups::find(reader, cluster, name)?;
    found.ok_or_else(|| {
        let message = format!("the cluster has no privilege group named {name}");
        Error::new(ErrorKind::NotFound, message).about(OnCluster::Group(name.to_string()))
    })
}
