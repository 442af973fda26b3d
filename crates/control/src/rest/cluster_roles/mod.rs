//! `/v2/clusters/{id}/roles`

mod create;
mod delete;
mod grants;
mod list;
mod show;
mod update;

pub(crate) use create::{CREATE, create};
pub(crate) use delete::{DELETE, delete};
pub(crate) use grants::{GRANT, REVOKE, grant, revoke};
pub(crate) use list::{LIST, list};
pub(crate) use show::{SHOW, show};
pub(crate) use update::{UPDATE, update};

use super::answer::ReceiptBody;
use super::cluster_users::{CLUSTER, OWNERS, ROLE_NAME};
use crate::command::cluster_roles::RoleDetail;
use crate::describe::Field;
use crate::fence::Receipt;
use schemars::JsonSchema;
use serde::Serialize;
use store::cluster_roles::{ClusterRole, GrantRecord};

const PRIVILEGE: Field = Field::text(
    "privilege",
    "A privilege of Milvus such as `Search`, a group of them such as `CollectionReadOnly` or one \
     of the cluster, or `Collection.*`, `Database.*`, `Cluster.*`.",
)
.required()
.most(255);
const DATABASE: Field =
    Field::text("database", "In which database; `*`, or left out, for any.").most(255);
const COLLECTION: Field =
    Field::text("collection", "On which of its collections; `*`, or left out, for any.").most(255);

/// A role.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ClusterRole")]
pub(crate) struct RoleBody {
    role_name: String,
    description: String,
    /// Whether it is the same on every cluster, and never changed.
    built_in: bool,
    /// The names of the users who have it.
    users: Vec<String>,
    /// How much is granted to it.
    grant_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<String>,
}

impl From<&RoleDetail> for RoleBody {
    fn from(role: &RoleDetail) -> Self {
        Self {
            role_name: role.name.to_string(),
            description: role.description.clone(),
            built_in: role.created_at.is_none(),
            users: role.users.iter().map(ToString::to_string).collect(),
            grant_count: role.grants.len(),
            create_time: role.created_at.map(|at| at.to_string()),
        }
    }
}

/// Something granted to a role.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClusterGrant")]
pub(crate) struct GrantBody {
    privilege: String,
    database: String,
    collection: String,
    /// Who granted it: a user of the cluster by name, or a person or key by id.
    grantor: String,
}

impl From<&GrantRecord> for GrantBody {
    fn from(record: &GrantRecord) -> Self {
        let GrantRecord { grant, grantor } = record;
        Self {
            privilege: grant.what.to_string(),
            database: grant.target.database.to_string(),
            collection: grant.target.collection.to_string(),
            grantor: grantor.clone(),
        }
    }
}

/// A role after a change of itself, and since when every gateway goes by it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ChangedClusterRole")]
pub(crate) struct ChangedRole {
    role_name: String,
    description: String,
    create_time: String,
    revocation: ReceiptBody,
}

impl ChangedRole {
    fn new(role: &ClusterRole, receipt: &Receipt) -> Self {
        Self {
            role_name: role.name.to_string(),
            description: role.description.to_string(),
            create_time: role.created_at.to_string(),
            revocation: ReceiptBody::from(receipt),
        }
    }
}
