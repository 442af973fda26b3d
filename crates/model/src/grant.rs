//! What is granted to the roles of a cluster: which privileges, on which databases and collections.
//!
//! Every privilege is a right on the cluster, on a database or on a collection ([`Level`], as
//! Milvus sorts them), and is granted on a target that fits. [`compile`] turns the grants of a role
//! into what gateways hold. A grant must never widen by itself: a privilege counts only where the
//! target fits its level, whatever a group comes to hold later.

use crate::cluster_role::is_milvus_name;
use crate::error::Error;
use crate::privilege::{Privilege, PrivilegeSet};
use crate::privilege_group::{BuiltInGroup, OF_CLUSTERS, OF_DATABASES};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// What a privilege is a right on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A collection: reading and writing its rows, describing and indexing it.
    Collection,
    /// A database: making, dropping and listing its collections.
    Database,
    /// The cluster: its databases, users, roles and resources.
    Cluster,
}

impl Level {
    /// Every level, the narrowest first.
    pub const ALL: &'static [Self] = &[Self::Collection, Self::Database, Self::Cluster];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Collection => "Collection",
            Self::Database => "Database",
            Self::Cluster => "Cluster",
        }
    }

    /// Every privilege of this level. Row policies, which are in none of Milvus' groups, are a
    /// collection's.
    pub const fn privileges(self) -> PrivilegeSet {
        match self {
            Self::Cluster => OF_CLUSTERS,
            Self::Database => OF_DATABASES,
            Self::Collection => PrivilegeSet::ALL.without(OF_CLUSTERS).without(OF_DATABASES),
        }
    }
}

impl Privilege {
    /// What it is a right on, as Milvus' built-in groups sort it.
    pub const fn level(self) -> Level {
        if OF_CLUSTERS.contains(self) {
            Level::Cluster
        } else if OF_DATABASES.contains(self) {
            Level::Database
        } else {
            Level::Collection
        }
    }
}

/// Name of a group of privileges that people made, unique on its cluster. Milvus' rule: a letter or
/// underscore first, then letters, digits and underscores.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrivilegeGroupName(Box<str>);

impl PrivilegeGroupName {
    /// The most characters it may have.
    pub const MAX_CHARACTERS: usize = 255;

    /// Checks and takes the text.
    ///
    /// # Errors
    /// `Invalid`, with a sentence that says what is allowed; the names of privileges and of
    /// built-in groups are not.
    pub fn new(text: &str) -> Result<Self, Error> {
        if Privilege::from_text(text).is_some() || BuiltInGroup::from_name(text).is_some() {
            let message = format!("{text} is a privilege or built-in group: choose another name");
            return Err(Error::invalid(message).in_field("groupName"));
        }
        if is_milvus_name(text, Self::MAX_CHARACTERS) {
            return Ok(Self(text.into()));
        }
        Err(Error::invalid(format!(
            "must be 1 to {} letters (a-z, A-Z), digits and underscores, no digit first",
            Self::MAX_CHARACTERS
        ))
        .in_field("groupName"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PrivilegeGroupName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::new(text)
    }
}

impl fmt::Display for PrivilegeGroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PrivilegeGroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// What a grant gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granted {
    /// One privilege.
    Privilege(Privilege),
    /// What a built-in group holds.
    BuiltInGroup(BuiltInGroup),
    /// What a group that people made holds, at any moment.
    Group(PrivilegeGroupName),
    /// Every privilege of a level: what Milvus' first API means by `*`.
    All(Level),
}

impl Granted {
    /// Reads a privilege, a group of either kind, or `Collection.*`, `Database.*` and `Cluster.*`.
    ///
    /// # Errors
    /// `Invalid` for what can be the name of none of them.
    pub fn new(text: &str) -> Result<Self, Error> {
        if let Some(level) = text.strip_suffix(".*") {
            let level = Level::ALL.iter().find(|known| known.as_str() == level);
            return level.map(|&level| Self::All(level)).ok_or_else(|| {
                Error::invalid("must be Collection.*, Database.* or Cluster.*")
                    .in_field("privilege")
            });
        }
        if let Some(privilege) = Privilege::from_text(text) {
            return Ok(Self::Privilege(privilege));
        }
        if let Some(group) = BuiltInGroup::from_name(text) {
            return Ok(Self::BuiltInGroup(group));
        }
        PrivilegeGroupName::new(text).map(Self::Group).map_err(|_| {
            Error::invalid("must be the name of a privilege or of a privilege group")
                .in_field("privilege")
        })
    }

    /// What it gives; a group that people made gives what `of_group` says.
    pub fn privileges(
        &self,
        of_group: impl FnOnce(&PrivilegeGroupName) -> PrivilegeSet,
    ) -> PrivilegeSet {
        match self {
            Self::Privilege(privilege) => PrivilegeSet::EMPTY.with(*privilege),
            Self::BuiltInGroup(group) => group.privileges(),
            Self::Group(name) => of_group(name),
            Self::All(level) => level.privileges(),
        }
    }
}

impl fmt::Display for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Privilege(privilege) => privilege.fmt(f),
            Self::BuiltInGroup(group) => group.fmt(f),
            Self::Group(name) => name.fmt(f),
            Self::All(level) => write!(f, "{}.*", level.as_str()),
        }
    }
}

/// The level that all these privileges share; `None` of none at all.
///
/// # Errors
/// `Invalid` if they are of several levels: no target would fit them all.
pub fn level_of(privileges: PrivilegeSet) -> Result<Option<Level>, Error> {
    let mut levels = privileges.iter().map(Privilege::level);
    let first = levels.next();
    if levels.all(|level| Some(level) == first) {
        return Ok(first);
    }
    Err(Error::invalid(
        "must all be of one level: rights on the cluster, on databases or on collections",
    )
    .in_field("privileges"))
}

/// Name of a database or collection, as Milvus allows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName(Box<str>);

impl ObjectName {
    /// The most characters it may have.
    pub const MAX_CHARACTERS: usize = 255;

    /// Checks and takes the text.
    ///
    /// # Errors
    /// `Invalid`, with a sentence that says what is allowed.
    pub fn new(text: &str) -> Result<Self, Error> {
        let first =
            text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
        if first && text.bytes().all(allowed) && text.len() <= Self::MAX_CHARACTERS {
            return Ok(Self(text.into()));
        }
        Err(Error::invalid(format!(
            "must be \"*\" or 1 to {} letters, digits, \"_\", \"-\" and \"$\", a letter or \"_\" \
             first",
            Self::MAX_CHARACTERS
        )))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Any database or collection, or the one with this name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameChoice {
    /// Any, those made later included. Written `*`.
    Any,
    /// This one, whether or not it is there.
    Only(ObjectName),
}

impl NameChoice {
    /// Reads `*` or a name.
    ///
    /// # Errors
    /// `Invalid`, with a sentence that says what is allowed.
    pub fn new(text: &str) -> Result<Self, Error> {
        if text == "*" { Ok(Self::Any) } else { ObjectName::new(text).map(Self::Only) }
    }

    /// Whether it is any.
    pub const fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// Whether the name is among them.
    pub fn admits(&self, name: &[u8]) -> bool {
        match self {
            Self::Any => true,
            Self::Only(only) => only.as_str().as_bytes() == name,
        }
    }

    /// `*` or the name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Any => "*",
            Self::Only(name) => name.as_str(),
        }
    }
}

impl fmt::Display for NameChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// On what something is granted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantTarget {
    /// In which database.
    pub database: NameChoice,
    /// On which of its collections.
    pub collection: NameChoice,
}

impl GrantTarget {
    /// Everything on the cluster.
    pub const EVERYTHING: Self = Self { database: NameChoice::Any, collection: NameChoice::Any };

    /// Whether rights of this level can be held on it: one on the cluster needs `*` and `*`, one on
    /// databases any collection, and a named collection its database.
    ///
    /// # Errors
    /// `Invalid`, in the field that does not fit.
    pub fn fits(&self, level: Level) -> Result<(), Error> {
        let (field, message) = match level {
            Level::Cluster if !self.database.is_any() => {
                ("database", "must be * for a right on the cluster")
            }
            Level::Cluster if !self.collection.is_any() => {
                ("collection", "must be * for a right on the cluster")
            }
            Level::Database if !self.collection.is_any() => {
                ("collection", "must be * for a right on databases")
            }
            Level::Collection if self.database.is_any() && !self.collection.is_any() => {
                ("database", "must be named where a collection is")
            }
            _ => return Ok(()),
        };
        Err(Error::invalid(message).in_field(field))
    }
}

impl fmt::Display for GrantTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.database, self.collection)
    }
}

/// One grant to a role, as people made it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// What it gives.
    pub what: Granted,
    /// On what.
    pub target: GrantTarget,
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on {}", self.what, self.target)
    }
}

/// What a role holds on one target, as gateways know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataGrant {
    /// In which database.
    pub database: NameChoice,
    /// On which of its collections.
    pub collection: NameChoice,
    /// These rights, each of a level that the target fits.
    pub privileges: PrivilegeSet,
}

impl DataGrant {
    /// Whether it gives a right of a collection on this one, or a right of a database (or of the
    /// cluster) where none is named.
    pub fn allows(&self, privilege: Privilege, database: &[u8], collection: Option<&[u8]>) -> bool {
        let collection = collection.map_or(self.collection.is_any(), |c| self.collection.admits(c));
        self.privileges.contains(privilege) && self.database.admits(database) && collection
    }
}

/// What these grants come to: one entry for each target, in their order, and nothing that its
/// target does not fit.
pub fn compile<'a>(
    grants: impl IntoIterator<Item = (&'a GrantTarget, PrivilegeSet)>,
) -> Box<[DataGrant]> {
    let mut by_target: BTreeMap<&GrantTarget, PrivilegeSet> = BTreeMap::new();
    for (target, privileges) in grants {
        let fitting = Level::ALL.iter().filter(|&&level| target.fits(level).is_ok());
        let unfit = fitting.fold(privileges, |rest, level| rest.without(level.privileges()));
        let held = by_target.entry(target).or_insert(PrivilegeSet::EMPTY);
        *held = held.union(privileges.without(unfit));
    }
    let held = by_target.into_iter().filter(|(_, privileges)| !privileges.is_empty());
    held.map(|(target, privileges)| DataGrant {
        database: target.database.clone(),
        collection: target.collection.clone(),
        privileges,
    })
    .collect()
}

#[cfg(test)]
#[path = "grant/tests.rs"]
mod tests;
