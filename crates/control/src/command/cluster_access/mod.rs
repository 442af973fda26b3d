//! All users, roles and privilege groups of a cluster at once: taken out, and put in elsewhere.
//!
//! What is taken out holds what verifies passwords, so taking it out is recorded. `db_admin` stays:
//! every cluster has its own.

mod export;
mod import;

pub use export::export;
pub use import::import;

use model::cluster_role::{ClusterRoleName, RoleName};
use model::cluster_user::{ClusterUserName, PasswordVerifier};
use model::grant::PrivilegeGroupName;
use model::name::Description;
use model::privilege::PrivilegeSet;
use store::cluster_roles::GrantRecord;

/// The users, roles and groups that people made on a cluster.
#[derive(Clone, Debug, Default)]
pub struct ClusterAccess {
    /// Users.
    pub users: Vec<ExportedUser>,
    /// Roles.
    pub roles: Vec<ExportedRole>,
    /// Groups.
    pub groups: Vec<ExportedGroup>,
}

/// A user.
#[derive(Clone, Debug)]
pub struct ExportedUser {
    /// What the user signs in as.
    pub name: ClusterUserName,
    /// What verifies the password.
    pub verifier: PasswordVerifier,
    /// The roles the user has.
    pub roles: Vec<RoleName>,
}

/// A role.
#[derive(Clone, Debug)]
pub struct ExportedRole {
    /// What people call it.
    pub name: ClusterRoleName,
    /// What it is for.
    pub description: Description,
    /// What is granted to it.
    pub grants: Vec<GrantRecord>,
}

/// A group.
#[derive(Clone, Debug)]
pub struct ExportedGroup {
    /// What people call it.
    pub name: PrivilegeGroupName,
    /// What it holds.
    pub privileges: PrivilegeSet,
}

impl ClusterAccess {
    /// Whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.roles.is_empty() && self.groups.is_empty()
    }

    /// It in a few words, for the audit trail.
    fn in_words(&self) -> String {
        let (users, roles, groups) = (self.users.len(), self.roles.len(), self.groups.len());
        format!("{users} users, {roles} roles and {groups} privilege groups")
    }
}
