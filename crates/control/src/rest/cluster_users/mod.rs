//! `/v2/clusters/{id}/users`

mod create;
mod delete;
mod list;
mod password;
mod roles;
mod show;

pub(crate) use create::{CREATE, create};
pub(crate) use delete::{DELETE, delete};
pub(crate) use list::{LIST, list};
pub(crate) use password::{SET_PASSWORD, set_password};
pub(crate) use roles::{GRANT_ROLE, REVOKE_ROLE, grant_role, revoke_role};
pub(crate) use show::{SHOW, show};

use super::answer::ReceiptBody;
use crate::describe::{self, Field};
use crate::fence::Receipt;
use schemars::JsonSchema;
use serde::Serialize;
use store::cluster_users::ClusterUser;

/// Who may manage what a cluster's users may do.
pub(crate) const OWNERS: &str = "owners of the project and of the organization, and keys that manage keys and are bounded by \
     nothing";
/// The cluster in a path.
pub(crate) const CLUSTER: Field =
    Field::text("id", "The cluster.").required().pattern(describe::CLUSTER_ID);
/// A user in a path or body.
pub(crate) const USERNAME: Field = Field::text(
    "username",
    "What the user signs in as: 1 to 32 letters, digits and underscores, a letter first.",
)
.required()
.pattern("^[A-Za-z][A-Za-z0-9_]{0,31}$")
.most(32);
/// A role of either kind in a path or body.
pub(crate) const ROLE_NAME: Field = Field::text(
    "roleName",
    "A role: one of the cluster, or built in (`db_admin`, `db_rw`, `db_ro`, `public`).",
)
.required()
.pattern("^[A-Za-z_][A-Za-z0-9_]{0,254}$")
.most(255);
const PASSWORD: Field = Field::text(
    "password",
    "8 to 64 characters of at least three of these: upper case, lower case, digit, special. \
     Chosen, and shown once, if left out.",
)
.most(64);

/// A user of a cluster.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ClusterUser")]
pub(crate) struct UserBody {
    username: String,
    /// The names of the roles the user has.
    roles: Vec<String>,
    create_time: String,
    password_set_time: String,
}

impl From<&ClusterUser> for UserBody {
    fn from(user: &ClusterUser) -> Self {
        Self {
            username: user.name.to_string(),
            roles: user.roles.iter().map(ToString::to_string).collect(),
            create_time: user.created_at.to_string(),
            password_set_time: user.password_set_at.to_string(),
        }
    }
}

/// A user of a cluster after a change, and since when every gateway goes by it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangedClusterUser")]
pub(crate) struct ChangedUser {
    #[serde(flatten)]
    user: UserBody,
    revocation: ReceiptBody,
}

impl ChangedUser {
    fn new(user: &ClusterUser, receipt: &Receipt) -> Self {
        Self { user: UserBody::from(user), revocation: ReceiptBody::from(receipt) }
    }
}

/// A user of a cluster whose password was set, and since when every gateway goes by it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ClusterUserWithPassword")]
pub(crate) struct UserWithPassword {
    #[serde(flatten)]
    user: UserBody,
    /// The password, if Keyward chose it; never shown again.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    revocation: ReceiptBody,
}
