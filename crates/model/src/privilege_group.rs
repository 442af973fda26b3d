//! Milvus' built-in groups of privileges, by the names people know.
//!
//! A group is a shorthand where privileges are named; what is kept are its privileges. It must
//! never change what a name meant before: a group is expanded when it is read. To follow a newer
//! Milvus: the lists below, which a test of `milvus` compares with its data.

use crate::privilege::Privilege;
use crate::privilege::Privilege as P;

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

/// The privileges of the group with this name, in alphabetical order; `None` if there is no such
/// group.
pub fn expand(name: &str) -> Option<Vec<Privilege>> {
    let (_, contained, added) = GROUPS.iter().find(|(group, ..)| *group == name)?;
    let mut all = contained.and_then(expand).unwrap_or_default();
    all.extend_from_slice(added);
    all.sort_unstable();
    Some(all)
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
        }
    }
}
