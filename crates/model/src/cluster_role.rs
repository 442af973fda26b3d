//! Roles of a cluster: what its users may do on its data path.
//!
//! A few are built in and the same on every cluster; others are made by people and hold what is
//! granted to them. A role of either kind never says anything about the control plane of people and
//! keys. To add a built-in role: [`BuiltInRole`].

use crate::error::Error;
use crate::id::ClusterRoleId;
use crate::privilege::PrivilegeSet;
use crate::role::AccessRole;
use std::fmt;
use std::str::FromStr;

/// Name of a role that people made, unique on its cluster. Milvus' rule: a letter or underscore
/// first, then letters, digits and underscores. Upper and lower case differ.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClusterRoleName(Box<str>);

impl ClusterRoleName {
    /// The most characters it may have.
    pub const MAX_CHARACTERS: usize = 255;

    /// Checks and takes the text.
    ///
    /// # Errors
    /// `Invalid`, with a sentence that says what is allowed; the names of built-in roles are not.
    pub fn new(text: &str) -> Result<Self, Error> {
        if BuiltInRole::from_name(text).is_some() {
            let message = format!("{text} is a built-in role: choose another name");
            return Err(Error::invalid(message).in_field("roleName"));
        }
        if is_milvus_name(text, Self::MAX_CHARACTERS) {
            return Ok(Self(text.into()));
        }
        Err(Error::invalid(format!(
            "must be 1 to {} letters (a-z, A-Z), digits and underscores, no digit first",
            Self::MAX_CHARACTERS
        ))
        .in_field("roleName"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the text is a name as Milvus allows it for roles and privilege groups.
pub(crate) fn is_milvus_name(text: &str, most: usize) -> bool {
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let rest = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    first && rest && text.len() <= most
}

impl fmt::Display for ClusterRoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ClusterRoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// A role that every cluster has. It cannot be changed, dropped or granted anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltInRole {
    /// Everything on the cluster, its users and roles included. Milvus calls it `admin`; that name
    /// is understood wherever a role is named.
    Admin,
    /// Every call on collections, indexes, partitions, vectors and aliases of every database.
    ReadWrite,
    /// Describe, list, has, statistics, load state, search and query, in every database.
    ReadOnly,
    /// What every user has anyway. Milvus lets it see every database and collection; here it holds
    /// nothing, so that users see only their own world, and exists because programs name it.
    Public,
}

impl BuiltInRole {
    /// Every built-in role.
    pub const ALL: &'static [Self] = &[Self::Admin, Self::ReadWrite, Self::ReadOnly, Self::Public];

    /// Its name, as the managed cloud spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "db_admin",
            Self::ReadWrite => "db_rw",
            Self::ReadOnly => "db_ro",
            Self::Public => "public",
        }
    }

    /// Reads a name, Milvus' own `admin` included.
    pub fn from_name(text: &str) -> Option<Self> {
        match text {
            "admin" => Some(Self::Admin),
            _ => Self::ALL.iter().copied().find(|role| role.as_str() == text),
        }
    }

    /// What it is for.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Admin => "everything on the cluster, its users and roles included",
            Self::ReadWrite => "reads and writes every database",
            Self::ReadOnly => "reads every database",
            Self::Public => "what every user has anyway",
        }
    }

    /// What it holds, on every database and collection.
    pub const fn privileges(self) -> PrivilegeSet {
        match self {
            Self::Admin => PrivilegeSet::ALL,
            Self::ReadWrite => AccessRole::ReadWrite.privileges(),
            Self::ReadOnly => AccessRole::ReadOnly.privileges(),
            Self::Public => PrivilegeSet::EMPTY,
        }
    }
}

impl fmt::Display for BuiltInRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A role that a user has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleRef {
    /// One that every cluster has.
    BuiltIn(BuiltInRole),
    /// One that people made on this cluster.
    Custom(ClusterRoleId),
}

/// A role as people name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleName {
    /// One that every cluster has.
    BuiltIn(BuiltInRole),
    /// One that people made.
    Custom(ClusterRoleName),
}

impl RoleName {
    /// Reads the name of a role of either kind.
    ///
    /// # Errors
    /// `Invalid` for what can be the name of no role.
    pub fn new(text: &str) -> Result<Self, Error> {
        match BuiltInRole::from_name(text) {
            Some(role) => Ok(Self::BuiltIn(role)),
            None => ClusterRoleName::new(text).map(Self::Custom),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::BuiltIn(role) => role.as_str(),
            Self::Custom(name) => name.as_str(),
        }
    }
}

impl FromStr for RoleName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privilege::Privilege;

    #[test]
    fn names_follow_milvus_and_are_not_built_in() {
        for good in ["a", "_a9", "Reader", &"r".repeat(255)] {
            assert_eq!(ClusterRoleName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "9", "a-b", "a b", "é", "*", &"r".repeat(256)] {
            assert!(ClusterRoleName::new(bad).is_err(), "{bad:?}");
        }
        for taken in ["admin", "public", "db_admin", "db_rw", "db_ro"] {
            let error = ClusterRoleName::new(taken).unwrap_err();
            assert!(error.message().contains("built-in"), "{taken}: {error}");
            assert!(matches!(RoleName::new(taken), Ok(RoleName::BuiltIn(_))));
        }
        assert!(matches!(RoleName::new("Admin"), Ok(RoleName::Custom(_))));
    }

    #[test]
    fn each_built_in_role_holds_what_the_smaller_one_holds() {
        let holds = |role: BuiltInRole| role.privileges().iter().count();
        assert_eq!(holds(BuiltInRole::Public), 0);
        assert_eq!(holds(BuiltInRole::Admin), Privilege::ALL.len());
        assert!(holds(BuiltInRole::ReadOnly) < holds(BuiltInRole::ReadWrite));
        for privilege in BuiltInRole::ReadOnly.privileges().iter() {
            assert!(BuiltInRole::ReadWrite.privileges().contains(privilege));
        }
        for user_right in [Privilege::CreateOwnership, Privilege::UpdateUser] {
            assert!(!BuiltInRole::ReadWrite.privileges().contains(user_right));
        }
        for &role in BuiltInRole::ALL {
            assert_eq!(BuiltInRole::from_name(role.as_str()), Some(role));
        }
        assert_eq!(BuiltInRole::from_name("admin"), Some(BuiltInRole::Admin));
    }
}
