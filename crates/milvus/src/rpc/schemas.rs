//! Which RPCs may change what collections look like, or which collection a name means.
//!
//! Whoever remembers a schema has to forget it when one of them is sent, whoever sends it. What is
//! not named here may change something, so that an RPC that is new is never taken for harmless.

use super::{Class, Row, Rpc};

impl Row {
    /// Whether a call of it may change what a collection of the engine looks like, or which
    /// collection a name means.
    pub const fn may_change_schemas(&self) -> bool {
        let goes_up = matches!(self.class, Class::Forward { .. } | Class::Authenticated);
        goes_up && !leaves_schemas(self.rpc)
    }
}

/// What reads, what is about rows, and what is about how they are kept.
const fn leaves_schemas(rpc: Rpc) -> bool {
    reads(rpc)
        || matches!(
            rpc,
            Rpc::AlterIndex
                | Rpc::CreateIndex
                | Rpc::CreatePartition
                | Rpc::CreateResourceGroup
                | Rpc::CreateSnapshot
                | Rpc::Delete
                | Rpc::DropIndex
                | Rpc::DropPartition
                | Rpc::DropResourceGroup
                | Rpc::DropSnapshot
                | Rpc::ExportSnapshot
                | Rpc::Flush
                | Rpc::FlushAll
                | Rpc::Import
                | Rpc::Insert
                | Rpc::LoadBalance
                | Rpc::LoadCollection
                | Rpc::LoadPartitions
                | Rpc::ManualCompaction
                | Rpc::PinSnapshotData
                | Rpc::Prewarm
                | Rpc::ReleaseCollection
                | Rpc::ReleasePartitions
                | Rpc::TransferNode
                | Rpc::TransferReplica
                | Rpc::UnpinSnapshotData
                | Rpc::UpdateResourceGroups
                | Rpc::Upsert
        )
}

/// What only reads.
const fn reads(rpc: Rpc) -> bool {
    matches!(
        rpc,
        Rpc::AllocTimestamp
            | Rpc::BatchDescribeCollection
            | Rpc::CalcDistance
            | Rpc::CheckHealth
            | Rpc::ComputePhraseMatchSlop
            | Rpc::Connect
            | Rpc::DescribeAlias
            | Rpc::DescribeCollection
            | Rpc::DescribeDatabase
            | Rpc::DescribeIndex
            | Rpc::DescribeNamespace
            | Rpc::DescribePrewarmTask
            | Rpc::DescribeResourceGroup
            | Rpc::DescribeSegmentIndexData
            | Rpc::DescribeSnapshot
            | Rpc::GetCollectionStatistics
            | Rpc::GetCompactionState
            | Rpc::GetCompactionStateWithPlans
            | Rpc::GetComponentStates
            | Rpc::GetExportSnapshotState
            | Rpc::GetFlushAllState
            | Rpc::GetFlushState
            | Rpc::GetImportState
            | Rpc::GetIndexBuildProgress
            | Rpc::GetIndexState
            | Rpc::GetIndexStatistics
            | Rpc::GetLoadState
            | Rpc::GetLoadingProgress
            | Rpc::GetMetrics
            | Rpc::GetNamespaceStats
            | Rpc::GetPartitionStatistics
            | Rpc::GetPersistentSegmentInfo
            | Rpc::GetQuerySegmentInfo
            | Rpc::GetRefreshExternalCollectionProgress
            | Rpc::GetReplicas
            | Rpc::GetRestoreSnapshotState
            | Rpc::GetVersion
            | Rpc::HasCollection
            | Rpc::HasNamespace
            | Rpc::HasPartition
            | Rpc::HybridSearch
            | Rpc::ListAliases
            | Rpc::ListDatabases
            | Rpc::ListFileResources
            | Rpc::ListImportTasks
            | Rpc::ListIndexedSegment
            | Rpc::ListNamespaces
            | Rpc::ListRefreshExternalCollectionJobs
            | Rpc::ListResourceGroups
            | Rpc::ListRestoreSnapshotJobs
            | Rpc::ListSnapshots
            | Rpc::Query
            | Rpc::RunAnalyzer
            | Rpc::Search
            | Rpc::ShowCollections
            | Rpc::ShowPartitions
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::TABLE;

    /// Every RPC of the table that may; whoever adds a row decides whether it belongs here.
    const CHANGING: [&str; 26] = [
        "AddCollectionField",
        "AddCollectionFunction",
        "AddCollectionStructField",
        "AddFileResource",
        "AlterAlias",
        "AlterCollection",
        "AlterCollectionField",
        "AlterCollectionFunction",
        "AlterCollectionSchema",
        "AlterDatabase",
        "BatchUpdateManifest",
        "CreateAlias",
        "CreateCollection",
        "CreateDatabase",
        "CreateNamespace",
        "DropAlias",
        "DropCollection",
        "DropCollectionFunction",
        "DropDatabase",
        "DropNamespace",
        "RefreshExternalCollection",
        "RemoveFileResource",
        "RenameCollection",
        "RestoreExternalSnapshot",
        "RestoreSnapshot",
        "TruncateCollection",
    ];

    #[test]
    fn what_may_change_a_schema_is_known_by_name() {
        let rows = TABLE.iter().filter(|row| row.may_change_schemas());
        let names: Vec<&str> = rows.map(|row| row.name).collect();
        assert_eq!(names, CHANGING);
    }

    #[test]
    fn what_reaches_no_engine_changes_nothing_there() {
        for row in TABLE.iter().filter(|row| row.may_change_schemas()) {
            assert!(
                !matches!(row.class, Class::Identity { .. } | Class::Refused { .. }),
                "{row:?}"
            );
        }
        for row in [Rpc::CreateRole, Rpc::ProxyRegisterLink, Rpc::ReplicateMessage].map(Rpc::row) {
            assert!(!row.may_change_schemas(), "{row:?}");
        }
    }
}
