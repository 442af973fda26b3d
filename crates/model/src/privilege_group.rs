//! Milvus' built-in groups of privileges, by the names people know.
//!
//! Where the privileges of a key are named, a group is a shorthand: what is kept are its privileges
//! ([`expand`]). A grant to a role keeps the group ([`BuiltInGroup`]). To follow a newer Milvus:
//! the lists below, which a test of `milvus` compares with its data.

use crate::grant::Level;
use crate::privilege::Privilege as P;
use crate::privilege::{Privilege, PrivilegeSet};
use std::fmt;

/// Every group: its name, the group it contains, and what it adds.
const GROUPS: [(&str, Option<&str>, &[Privilege]); 9] = [
    (
        "CollectionReadOnly",
        None,
        &[
            P::Query,
            P::Search,
            P::IndexDetail,
            P::GetFlushState,
            P::GetLoadState,
            P::GetLoadingProgress,
            P::HasPartition,
            P::ShowPartitions,
            P::DescribeCollection,
            P::DescribeAlias,
            P::GetStatistics,
            P::ListAliases,
            P::GetImportProgress,
            P::ListImport,
            P::DescribeSnapshot,
            P::ListSnapshots,
        ],
    ),
    (
        "CollectionReadWrite",
        Some("CollectionReadOnly"),
        &[
            P::Load,
            P::Release,
            P::Insert,
            P::Delete,
            P::Upsert,
            P::Import,
            P::Flush,
            P::Compaction,
            P::LoadBalance,
            P::CreateIndex,
            P::DropIndex,
            P::CreatePartition,
            P::DropPartition,
            P::AddCollectionField,
            P::AlterCollectionSchema,
            P::RefreshExternalCollection,
            P::CreateSnapshot,
            P::DropSnapshot,
        ],
    ),
    (
        "CollectionAdmin",
        Some("CollectionReadWrite"),
        &[P::CreateAlias, P::DropAlias, P::RestoreSnapshot],
    ),
    ("DatabaseReadOnly", None, &[P::ShowCollections, P::DescribeDatabase]),
    ("DatabaseReadWrite", Some("DatabaseReadOnly"), &[P::AlterDatabase]),
    (
        "DatabaseAdmin",
        Some("DatabaseReadWrite"),
        &[P::CreateCollection, P::DropCollection, P::RenameCollection],
    ),
    (
        "ClusterReadOnly",
        None,
        &[
            P::ListDatabases,
            P::SelectOwnership,
            P::SelectUser,
            P::DescribeResourceGroup,
            P::ListResourceGroups,
            P::ListPrivilegeGroups,
            P::GetReplicateConfiguration,
            P::ListFileResources,
        ],
    ),
    (
        "ClusterReadWrite",
        Some("ClusterReadOnly"),
        &[
            P::FlushAll,
            P::TransferNode,
            P::TransferReplica,
            P::UpdateResourceGroups,
            P::AddFileResource,
            P::RemoveFileResource,
            P::PinSnapshotData,
            P::UnpinSnapshotData,
        ],
    ),
    (
        "ClusterAdmin",
        Some("ClusterReadWrite"),
        &[
            P::BackupRBAC,
            P::RestoreRBAC,
            P::CreateDatabase,
            P::DropDatabase,
            P::CreateOwnership,
            P::DropOwnership,
            P::ManageOwnership,
            P::CreateResourceGroup,
            P::DropResourceGroup,
            P::UpdateUser,
            P::CreatePrivilegeGroup,
            P::DropPrivilegeGroup,
            P::OperatePrivilegeGroup,
            P::UpdateReplicateConfiguration,
            P::RestoreExternalSnapshot,
            P::ExportSnapshot,
        ],
    ),
];

/// The names of the groups, in the order in which they build on each other.
pub fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(name, ..)| *name)
}

/// The privileges of the group with this name, in alphabetical order; `None` if there is no such
/// group.
pub fn expand(name: &str) -> Option<Vec<Privilege>> {
    let (_, contained, added) = GROUPS.iter().find(|(group, ..)| *group == name)?;
    let mut all = contained.and_then(expand).unwrap_or_default();
    all.extend_from_slice(added);
    all.sort_unstable();
    Some(all)
}

/// A group of privileges that every cluster has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuiltInGroup(usize);

impl BuiltInGroup {
    /// Every group that is built in.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..GROUPS.len()).map(Self)
    }

    /// The group with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        GROUPS.iter().position(|(group, ..)| *group == name).map(Self)
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        GROUPS.get(self.0).map_or("", |(name, ..)| name)
    }

    /// What its privileges are rights on.
    pub fn level(self) -> Level {
        match self.0 / SIZES {
            0 => Level::Collection,
            1 => Level::Database,
            _ => Level::Cluster,
        }
    }

    /// What it holds.
    pub const fn privileges(self) -> PrivilegeSet {
        held(self.0 / SIZES * SIZES, self.0)
    }
}

/// The groups of each level stand one after the other, each with the one before in it.
const SIZES: usize = 3;

/// What the groups from one to the other hold, both included.
const fn held(first: usize, last: usize) -> PrivilegeSet {
    let (mut group, mut all) = (first, PrivilegeSet::EMPTY);
    while group <= last {
        let (_, _, added) = GROUPS[group];
        let mut index = 0;
        while index < added.len() {
            all = all.with(added[index]);
            index += 1;
        }
        group += 1;
    }
    all
}

/// Rights on databases.
pub(crate) const OF_DATABASES: PrivilegeSet = held(SIZES, 2 * SIZES - 1);
/// Rights on the cluster.
pub(crate) const OF_CLUSTERS: PrivilegeSet = held(2 * SIZES, GROUPS.len() - 1);

impl fmt::Display for BuiltInGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for BuiltInGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_holds_what_the_smaller_one_holds() {
        for level in ["Collection", "Database", "Cluster"] {
            let group = |size: &str| expand(&format!("{level}{size}")).unwrap();
            let (least, middle, most) = (group("ReadOnly"), group("ReadWrite"), group("Admin"));
            assert!(least.iter().all(|one| middle.contains(one)) && middle.len() > least.len());
            assert!(middle.iter().all(|one| most.contains(one)) && most.len() > middle.len());
        }
        assert!(expand("CollectionReadOnly").unwrap().contains(&Privilege::Search));
        assert!(!expand("CollectionReadOnly").unwrap().contains(&Privilege::Insert));
        assert_eq!(expand("Search"), None);
    }

    #[test]
    fn no_group_is_named_like_a_privilege_or_names_one_twice() {
        for (name, ..) in GROUPS {
            assert_eq!(Privilege::from_text(name), None);
            let all = expand(name).unwrap();
            assert!(all.is_sorted_by(|a, b| a < b), "{name}");
            let set = BuiltInGroup::from_name(name).unwrap().privileges();
            assert_eq!(set.iter().collect::<Vec<_>>(), all);
        }
    }
}
