//! Roles of people, and the data-plane role a key carries.

/// What a member may do in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganizationRole {
    /// Sees the organization and invites people.
    Member,
    /// Everything, in every project.
    Owner,
}

/// What a member may do in one project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProjectRole {
    /// Connects, sees clusters, reads and writes data.
    Member,
    /// Everything in the project: keys, members, whitelist, clusters and their users.
    Owner,
}

/// What a key may do on the data of the clusters it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessRole {
    /// Describe, list, has, statistics, load state, search and query.
    ReadOnly,
    /// Read-Only, and every call on collections, indexes, partitions, vectors and aliases.
    ReadWrite,
    /// Every call the gateway forwards.
    Admin,
}

macro_rules! spelled {
    ($($name:ident { $($variant:ident = $text:literal),* })*) => {$(
        impl $name {
            /// Every role, least first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// How the role is written in the API and the store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Reads what [`Self::as_str`] writes.
            pub fn from_text(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

spelled! {
    OrganizationRole { Member = "Member", Owner = "Owner" }
    ProjectRole { Member = "Member", Owner = "Owner" }
    AccessRole { ReadOnly = "Read-Only", ReadWrite = "Read-Write", Admin = "Admin" }
}
