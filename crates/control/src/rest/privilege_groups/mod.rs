//! `/v2/clusters/{id}/privilegeGroups`

mod create;
mod delete;
mod list;
mod privileges;

pub(crate) use create::{CREATE, create};
pub(crate) use delete::{DELETE, delete};
pub(crate) use list::{LIST, list};
pub(crate) use privileges::{ADD, REMOVE, SET, add, remove, set};

use super::answer::ReceiptBody;
use super::cluster_users::{CLUSTER, OWNERS};
use crate::describe::Field;
use crate::fence::Receipt;
use model::privilege::{Privilege, PrivilegeSet};
use schemars::JsonSchema;
use serde::Serialize;
use store::privilege_groups::PrivilegeGroup;

const GROUP_NAME: Field = Field::text(
    "groupName",
    "Its name, unique on the cluster: letters, digits and underscores, no digit first.",
)
.required()
.pattern("^[A-Za-z_][A-Za-z0-9_]{0,254}$")
.most(255);

/// A group of privileges.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PrivilegeGroup")]
pub(crate) struct GroupBody {
    group_name: String,
    /// Whether it is the same on every cluster, and never changed.
    built_in: bool,
    privileges: Vec<&'static str>,
}

impl GroupBody {
    fn new(name: String, built_in: bool, privileges: PrivilegeSet) -> Self {
        let privileges = privileges.iter().map(Privilege::as_str).collect();
        Self { group_name: name, built_in, privileges }
    }
}

impl From<&PrivilegeGroup> for GroupBody {
    fn from(group: &PrivilegeGroup) -> Self {
        Self::new(group.name.to_string(), false, group.privileges)
    }
}

/// A group after a change, and since when every gateway goes by it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangedPrivilegeGroup")]
pub(crate) struct ChangedGroup {
    #[serde(flatten)]
    group: GroupBody,
    revocation: ReceiptBody,
}

impl ChangedGroup {
    fn new(group: &PrivilegeGroup, receipt: &Receipt) -> Self {
        Self { group: GroupBody::from(group), revocation: ReceiptBody::from(receipt) }
    }
}
