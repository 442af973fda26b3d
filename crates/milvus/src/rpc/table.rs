//! Every RPC, in alphabetical order: written by the test `rpc_table`, read by [`super::rpcs`].

use super::rpcs;

rpcs! {
    AddCollectionField = Milvus "AddCollectionField"
        Forward(AddCollectionField), names(2 3 0), nested[], status(itself), unary;
    AddCollectionFunction = Milvus "AddCollectionFunction"
        Forward(CreateCollection), names(2 3 0), nested[], status(itself), unary;
    AddCollectionStructField = Milvus "AddCollectionStructField"
        Forward(AddCollectionField), names(2 3 0), nested[], status(itself), unary;
    AddFileResource = Milvus "AddFileResource"
        Forward(AddFileResource), names(0 0 0), nested[], status(itself), unary;
    // Keyward owns cluster users
    AddUserTags = Milvus "AddUserTags"
        Identity, names(0 0 0), nested[], status(itself), unary;
    // a timestamp of the engine and nothing else
    AllocTimestamp = Milvus "AllocTimestamp"
        Authenticated, names(0 0 0), nested[], status(1), unary;
    AlterAlias = Milvus "AlterAlias"
        Forward(CreateAlias), names(2 3 0), nested[], status(itself), unary;
    AlterCollection = Milvus "AlterCollection"
        Forward(CreateCollection), names(2 3 0), nested[], status(itself), unary;
    AlterCollectionField = Milvus "AlterCollectionField"
        Forward(CreateCollection), names(2 3 0), nested[], status(itself), unary;
    AlterCollectionFunction = Milvus "AlterCollectionFunction"
        Forward(CreateCollection), names(2 3 0), nested[], status(itself), unary;
    AlterCollectionSchema = Milvus "AlterCollectionSchema"
        Forward(AlterCollectionSchema), names(2 3 0), nested[], status(1), unary;
    AlterDatabase = Milvus "AlterDatabase"
        Forward(AlterDatabase), names(2 0 0), nested[], status(itself), unary;
    AlterIndex = Milvus "AlterIndex"
        Forward(CreateIndex), names(2 3 0), nested[], status(itself), unary;
    // Keyward owns cluster roles
    AlterRole = Milvus "AlterRole"
        Identity, names(0 0 0), nested[], status(itself), unary;
    // Keyward owns users and roles and grants
    BackupRBAC = Milvus "BackupRBAC"
        Identity, names(0 0 0), nested[], status(1), unary;
    BatchDescribeCollection = Milvus "BatchDescribeCollection"
        Forward(DescribeCollection), names(1 0 2), nested[], status(1), unary;
    BatchUpdateManifest = Milvus "BatchUpdateManifest"
        Forward(Insert), names(2 3 0), nested[], status(itself), unary;
    // reads the vectors of rows named by id
    CalcDistance = Milvus "CalcDistance"
        Forward(Query), names(0 0 0),
        nested[Collection [2, 1, 1], Collection [3, 1, 1]],
        status(1), unary;
    // says only whether the engine is well
    CheckHealth = Milvus "CheckHealth"
        Authenticated, names(0 0 0), nested[], status(1), unary;
    // Node sends it after Connect and takes a no
    ClientHeartbeat = ClientTelemetry "ClientHeartbeat"
        Refused(Heartbeat), names(0 0 0), nested[], status(1), unary;
    // a part of text search
    ComputePhraseMatchSlop = Milvus "ComputePhraseMatchSlop"
        Forward(Search), names(0 0 0), nested[], status(1), unary;
    // every SDK's first call
    Connect = Milvus "Connect"
        Authenticated, names(0 0 0), nested[], status(1), unary;
    CreateAlias = Milvus "CreateAlias"
        Forward(CreateAlias), names(2 3 0), nested[], status(itself), unary;
    CreateCollection = Milvus "CreateCollection"
        Forward(CreateCollection), names(2 3 0), nested[], status(itself), unary;
    // Keyward owns cluster users
    CreateCredential = Milvus "CreateCredential"
        Identity, names(0 0 0), nested[], status(itself), unary;
    CreateDatabase = Milvus "CreateDatabase"
        Forward(CreateDatabase), names(2 0 0), nested[], status(itself), unary;
    CreateIndex = Milvus "CreateIndex"
        Forward(CreateIndex), names(2 3 0), nested[], status(itself), unary;
    CreateNamespace = Milvus "CreateNamespace"
        Forward(CreatePartition), names(2 3 0), nested[], status(1), unary;
    CreatePartition = Milvus "CreatePartition"
        Forward(CreatePartition), names(2 3 0), nested[], status(itself), unary;
    // Keyward owns privilege groups
    CreatePrivilegeGroup = Milvus "CreatePrivilegeGroup"
        Identity, names(0 0 0), nested[], status(itself), unary;
    // streams writes past every check of the engine
    CreateReplicateStream = Milvus "CreateReplicateStream"
        Refused(Replication), names(0 0 0), nested[], status(none), both;
    CreateResourceGroup = Milvus "CreateResourceGroup"
        Forward(CreateResourceGroup), names(0 0 0), nested[], status(itself), unary;
    // Keyward owns cluster roles
    CreateRole = Milvus "CreateRole"
        Identity, names(0 0 0), nested[], status(itself), unary;
    // row policies speak of users; the engine sees one
    CreateRowPolicy = Milvus "CreateRowPolicy"
        Identity, names(2 3 0), nested[], status(itself), unary;
    CreateSnapshot = Milvus "CreateSnapshot"
        Forward(CreateSnapshot), names(4 5 0), nested[], status(itself), unary;
    Delete = Milvus "Delete"
        Forward(Delete), names(2 3 0), nested[], status(1), unary;
    // steers other clients
    DeleteClientCommand = ClientTelemetry "DeleteClientCommand"
        Refused(ClientControl), names(0 0 0), nested[], status(1), unary;
    // Keyward owns cluster users
    DeleteCredential = Milvus "DeleteCredential"
        Identity, names(0 0 0), nested[], status(itself), unary;
    // row policies speak of users; the engine sees one
    DeleteRLSPrincipalTags = Milvus "DeleteRLSPrincipalTags"
        Identity, names(2 3 0), nested[], status(itself), unary;
    // Keyward owns cluster users
    DeleteUserTags = Milvus "DeleteUserTags"
        Identity, names(0 0 0), nested[], status(itself), unary;
    DescribeAlias = Milvus "DescribeAlias"
        Forward(DescribeAlias), names(2 0 0), nested[], status(1), unary;
    DescribeCollection = Milvus "DescribeCollection"
        Forward(DescribeCollection), names(2 3 0), nested[], status(1), unary;
    DescribeDatabase = Milvus "DescribeDatabase"
        Forward(DescribeDatabase), names(2 0 0), nested[], status(1), unary;
    DescribeIndex = Milvus "DescribeIndex"
        Forward(IndexDetail), names(2 3 0), nested[], status(1), unary;
    DescribeNamespace = Milvus "DescribeNamespace"
        Forward(ShowPartitions), names(2 3 0), nested[], status(1), unary;
    // a prewarm task is a load on its way
    DescribePrewarmTask = Milvus "DescribePrewarmTask"
        Forward(GetLoadState), names(0 0 0), nested[], status(1), unary;
    DescribeResourceGroup = Milvus "DescribeResourceGroup"
        Forward(DescribeResourceGroup), names(0 0 0), nested[], status(1), unary;
    // the inside of an index
    DescribeSegmentIndexData = Milvus "DescribeSegmentIndexData"
        Forward(IndexDetail), names(0 2 0), nested[], status(1), unary;
    DescribeSnapshot = Milvus "DescribeSnapshot"
        Forward(DescribeSnapshot), names(3 4 0), nested[], status(1), unary;
    DropAlias = Milvus "DropAlias"
        Forward(DropAlias), names(2 0 0), nested[], status(itself), unary;
    DropCollection = Milvus "DropCollection"
        Forward(DropCollection), names(2 3 0), nested[], status(itself), unary;
    DropCollectionFunction = Milvus "DropCollectionFunction"
        Forward(CreateCollection), names(2 3 0), nested[], status(itself), unary;
    DropDatabase = Milvus "DropDatabase"
        Forward(DropDatabase), names(2 0 0), nested[], status(itself), unary;
    DropIndex = Milvus "DropIndex"
        Forward(DropIndex), names(2 3 0), nested[], status(itself), unary;
    DropNamespace = Milvus "DropNamespace"
        Forward(DropPartition), names(2 3 0), nested[], status(1), unary;
    DropPartition = Milvus "DropPartition"
        Forward(DropPartition), names(2 3 0), nested[], status(itself), unary;
    // Keyward owns privilege groups
    DropPrivilegeGroup = Milvus "DropPrivilegeGroup"
        Identity, names(0 0 0), nested[], status(itself), unary;
    DropResourceGroup = Milvus "DropResourceGroup"
        Forward(DropResourceGroup), names(0 0 0), nested[], status(itself), unary;
    // Keyward owns cluster roles
    DropRole = Milvus "DropRole"
        Identity, names(0 0 0), nested[], status(itself), unary;
    // row policies speak of users; the engine sees one
    DropRowPolicy = Milvus "DropRowPolicy"
        Identity, names(2 3 0), nested[], status(itself), unary;
    DropSnapshot = Milvus "DropSnapshot"
        Forward(DropSnapshot), names(3 4 0), nested[], status(itself), unary;
    // its text is a hidden second way to query
    Dummy = Milvus "Dummy"
        Refused(Internal), names(0 0 0), nested[], status(none), unary;
    // streams the engine's log past every check
    DumpMessages = Milvus "DumpMessages"
        Refused(MessageDump), names(0 0 0), nested[], status(1), answers;
    ExportSnapshot = Milvus "ExportSnapshot"
        Forward(ExportSnapshot), names(3 4 0), nested[], status(1), unary;
    Flush = Milvus "Flush"
        Forward(Flush), names(2 0 3), nested[], status(1), unary;
    FlushAll = Milvus "FlushAll"
        Forward(FlushAll), names(2 0 0),
        nested[Database [3, 1], Collection [3, 2]],
        status(1), unary;
    // shows what other clients do
    GetClientTelemetry = ClientTelemetry "GetClientTelemetry"
        Refused(ClientControl), names(0 0 0), nested[], status(1), unary;
    GetCollectionStatistics = Milvus "GetCollectionStatistics"
        Forward(GetStatistics), names(2 3 0), nested[], status(1), unary;
    // who may compact may ask how far it is
    GetCompactionState = Milvus "GetCompactionState"
        Forward(Compaction), names(0 0 0), nested[], status(1), unary;
    // who may compact may ask how far it is
    GetCompactionStateWithPlans = Milvus "GetCompactionStateWithPlans"
        Forward(Compaction), names(2 3 0), nested[], status(1), unary;
    // shows the engine's inner parts
    GetComponentStates = Milvus "GetComponentStates"
        Forward(DescribeResourceGroup), names(0 0 0), nested[], status(3), unary;
    GetExportSnapshotState = Milvus "GetExportSnapshotState"
        Forward(ExportSnapshot), names(0 0 0), nested[], status(1), unary;
    // the same question about every collection
    GetFlushAllState = Milvus "GetFlushAllState"
        Forward(GetFlushState), names(3 0 0),
        nested[Database [4, 1], Collection [4, 2]],
        status(1), unary;
    GetFlushState = Milvus "GetFlushState"
        Forward(GetFlushState), names(3 4 0), nested[], status(1), unary;
    // the privilege that was made for it
    GetImportState = Milvus "GetImportState"
        Forward(GetImportProgress), names(0 0 0), nested[], status(1), unary;
    GetIndexBuildProgress = Milvus "GetIndexBuildProgress"
        Forward(IndexDetail), names(2 3 0), nested[], status(1), unary;
    GetIndexState = Milvus "GetIndexState"
        Forward(IndexDetail), names(2 3 0), nested[], status(1), unary;
    GetIndexStatistics = Milvus "GetIndexStatistics"
        Forward(IndexDetail), names(2 3 0), nested[], status(1), unary;
    GetLoadState = Milvus "GetLoadState"
        Forward(GetLoadState), names(4 2 0), nested[], status(1), unary;
    GetLoadingProgress = Milvus "GetLoadingProgress"
        Forward(GetLoadState), names(4 2 0), nested[], status(1), unary;
    // shows nodes with addresses and configuration
    GetMetrics = Milvus "GetMetrics"
        Forward(DescribeResourceGroup), names(0 0 0), nested[], status(1), unary;
    GetNamespaceStats = Milvus "GetNamespaceStats"
        Forward(ShowPartitions), names(2 3 0), nested[], status(1), unary;
    GetPartitionStatistics = Milvus "GetPartitionStatistics"
        Forward(GetStatistics), names(2 3 0), nested[], status(1), unary;
    // row counts by segment
    GetPersistentSegmentInfo = Milvus "GetPersistentSegmentInfo"
        Forward(GetStatistics), names(2 3 0), nested[], status(1), unary;
    // which segments are loaded and where
    GetQuerySegmentInfo = Milvus "GetQuerySegmentInfo"
        Forward(GetLoadState), names(2 3 0), nested[], status(1), unary;
    // row policies speak of users; the engine sees one
    GetRLSPrincipalTags = Milvus "GetRLSPrincipalTags"
        Identity, names(2 3 0), nested[], status(1), unary;
    // who may refresh may ask how far it is
    GetRefreshExternalCollectionProgress = Milvus "GetRefreshExternalCollectionProgress"
        Forward(RefreshExternalCollection), names(0 0 0), nested[], status(1), unary;
    // which replicas are loaded and where
    GetReplicas = Milvus "GetReplicas"
        Forward(GetLoadState), names(5 4 0), nested[], status(1), unary;
    // shows addresses and credentials of other clusters
    GetReplicateConfiguration = Milvus "GetReplicateConfiguration"
        Refused(Replication), names(0 0 0), nested[], status(1), unary;
    // belongs to the replication stream
    GetReplicateInfo = Milvus "GetReplicateInfo"
        Refused(Replication), names(0 0 0), nested[], status(none), unary;
    // who may restore may ask how far it is
    GetRestoreSnapshotState = Milvus "GetRestoreSnapshotState"
        Forward(RestoreSnapshot), names(0 0 0), nested[], status(1), unary;
    // Keyward owns cluster users
    GetUserTags = Milvus "GetUserTags"
        Identity, names(0 0 0), nested[], status(1), unary;
    // every SDK asks on connecting
    GetVersion = Milvus "GetVersion"
        Authenticated, names(0 0 0), nested[], status(1), unary;
    // existence is what a description shows first
    HasCollection = Milvus "HasCollection"
        Forward(DescribeCollection), names(2 3 0), nested[], status(1), unary;
    HasNamespace = Milvus "HasNamespace"
        Forward(HasPartition), names(2 3 0), nested[], status(1), unary;
    HasPartition = Milvus "HasPartition"
        Forward(HasPartition), names(2 3 0), nested[], status(1), unary;
    HybridSearch = Milvus "HybridSearch"
        Forward(Search), names(2 3 0),
        nested[Database [5, 2], Collection [5, 3]],
        status(1), unary;
    Import = Milvus "Import"
        Forward(Import), names(7 1 0), nested[], status(1), unary;
    Insert = Milvus "Insert"
        Forward(Insert), names(2 3 0), nested[], status(1), unary;
    ListAliases = Milvus "ListAliases"
        Forward(ListAliases), names(2 3 0), nested[], status(1), unary;
    // Keyward owns cluster users
    ListCredUsers = Milvus "ListCredUsers"
        Identity, names(0 0 0), nested[], status(1), unary;
    // the privilege it had before Milvus filtered its answer
    ListDatabases = Milvus "ListDatabases"
        Forward(ListDatabases), names(0 0 0), nested[], status(1), unary;
    ListFileResources = Milvus "ListFileResources"
        Forward(ListFileResources), names(0 0 0), nested[], status(1), unary;
    // the privilege that was made for it
    ListImportTasks = Milvus "ListImportTasks"
        Forward(ListImport), names(3 1 0), nested[], status(1), unary;
    // segments of an index
    ListIndexedSegment = Milvus "ListIndexedSegment"
        Forward(IndexDetail), names(0 2 0), nested[], status(1), unary;
    ListNamespaces = Milvus "ListNamespaces"
        Forward(ShowPartitions), names(2 3 0), nested[], status(1), unary;
    // Keyward owns privilege groups
    ListPrivilegeGroups = Milvus "ListPrivilegeGroups"
        Identity, names(0 0 0), nested[], status(1), unary;
    // row policies speak of users; the engine sees one
    ListRLSPrincipals = Milvus "ListRLSPrincipals"
        Identity, names(2 3 0), nested[], status(1), unary;
    // who may refresh may ask how far it is
    ListRefreshExternalCollectionJobs = Milvus "ListRefreshExternalCollectionJobs"
        Forward(RefreshExternalCollection), names(2 3 0), nested[], status(1), unary;
    ListResourceGroups = Milvus "ListResourceGroups"
        Forward(ListResourceGroups), names(0 0 0), nested[], status(1), unary;
    ListRestoreSnapshotJobs = Milvus "ListRestoreSnapshotJobs"
        Forward(RestoreSnapshot), names(2 3 0), nested[], status(1), unary;
    // row policies speak of users; the engine sees one
    ListRowPolicies = Milvus "ListRowPolicies"
        Identity, names(2 3 0), nested[], status(1), unary;
    ListSnapshots = Milvus "ListSnapshots"
        Forward(ListSnapshots), names(2 3 0), nested[], status(1), unary;
    // Keyward owns cluster users
    ListUsersWithTag = Milvus "ListUsersWithTag"
        Identity, names(0 0 0), nested[], status(1), unary;
    LoadBalance = Milvus "LoadBalance"
        Forward(LoadBalance), names(6 5 0), nested[], status(itself), unary;
    LoadCollection = Milvus "LoadCollection"
        Forward(Load), names(2 3 0), nested[], status(itself), unary;
    LoadPartitions = Milvus "LoadPartitions"
        Forward(Load), names(2 3 0), nested[], status(itself), unary;
    ManualCompaction = Milvus "ManualCompaction"
        Forward(Compaction), names(5 4 0), nested[], status(1), unary;
    // Keyward owns grants
    OperatePrivilege = Milvus "OperatePrivilege"
        Identity, names(0 0 0),
        nested[Database [2, 5]],
        status(itself), unary;
    // Keyward owns privilege groups
    OperatePrivilegeGroup = Milvus "OperatePrivilegeGroup"
        Identity, names(0 0 0), nested[], status(itself), unary;
    // Keyward owns grants
    OperatePrivilegeV2 = Milvus "OperatePrivilegeV2"
        Identity, names(5 6 0), nested[], status(itself), unary;
    // Keyward owns cluster roles
    OperateUserRole = Milvus "OperateUserRole"
        Identity, names(0 0 0), nested[], status(itself), unary;
    PinSnapshotData = Milvus "PinSnapshotData"
        Forward(PinSnapshotData), names(3 4 0), nested[], status(1), unary;
    Prewarm = Milvus "Prewarm"
        Forward(Load), names(2 3 0), nested[], status(1), unary;
    // hands out the engine's internal address
    ProxyRegisterLink = Proxy "RegisterLink"
        Refused(Internal), names(0 0 0), nested[], status(2), unary;
    // steers other clients
    PushClientCommand = ClientTelemetry "PushClientCommand"
        Refused(ClientControl), names(0 0 0), nested[], status(1), unary;
    Query = Milvus "Query"
        Forward(Query), names(2 3 0), nested[], status(1), unary;
    RefreshExternalCollection = Milvus "RefreshExternalCollection"
        Forward(RefreshExternalCollection), names(2 3 0), nested[], status(1), unary;
    // hands out the engine's internal address
    RegisterLink = Milvus "RegisterLink"
        Refused(Internal), names(0 0 0), nested[], status(2), unary;
    ReleaseCollection = Milvus "ReleaseCollection"
        Forward(Release), names(2 3 0), nested[], status(itself), unary;
    ReleasePartitions = Milvus "ReleasePartitions"
        Forward(Release), names(2 3 0), nested[], status(itself), unary;
    RemoveFileResource = Milvus "RemoveFileResource"
        Forward(RemoveFileResource), names(0 0 0), nested[], status(itself), unary;
    RenameCollection = Milvus "RenameCollection"
        Forward(RenameCollection), names(2 0 0), nested[], status(itself), unary;
    // writes past every check of the engine
    ReplicateMessage = Milvus "ReplicateMessage"
        Refused(Replication), names(0 0 0), nested[], status(1), unary;
    RestoreExternalSnapshot = Milvus "RestoreExternalSnapshot"
        Forward(RestoreExternalSnapshot), names(2 0 0), nested[], status(1), unary;
    // Keyward owns users and roles and grants
    RestoreRBAC = Milvus "RestoreRBAC"
        Identity, names(0 0 0),
        nested[Database [2, 3, 5]],
        status(itself), unary;
    RestoreSnapshot = Milvus "RestoreSnapshot"
        Forward(RestoreSnapshot), names(3 4 0), nested[], status(1), unary;
    // runs the analyzer that a schema names
    RunAnalyzer = Milvus "RunAnalyzer"
        Forward(DescribeCollection), names(6 7 0), nested[], status(1), unary;
    Search = Milvus "Search"
        Forward(Search), names(2 3 0), nested[], status(1), unary;
    // Keyward owns grants
    SelectGrant = Milvus "SelectGrant"
        Identity, names(0 0 0),
        nested[Database [2, 5]],
        status(1), unary;
    // Keyward owns cluster roles
    SelectRole = Milvus "SelectRole"
        Identity, names(0 0 0), nested[], status(1), unary;
    // Keyward owns cluster users
    SelectUser = Milvus "SelectUser"
        Identity, names(0 0 0), nested[], status(1), unary;
    // row policies speak of users; the engine sees one
    SetRLSPrincipalTags = Milvus "SetRLSPrincipalTags"
        Identity, names(2 3 0), nested[], status(itself), unary;
    // the privilege it had before Milvus filtered its answer
    ShowCollections = Milvus "ShowCollections"
        Forward(ShowCollections), names(2 0 5), nested[], status(1), unary;
    ShowPartitions = Milvus "ShowPartitions"
        Forward(ShowPartitions), names(2 3 0), nested[], status(1), unary;
    TransferNode = Milvus "TransferNode"
        Forward(TransferNode), names(0 0 0), nested[], status(itself), unary;
    TransferReplica = Milvus "TransferReplica"
        Forward(TransferReplica), names(6 4 0), nested[], status(itself), unary;
    TruncateCollection = Milvus "TruncateCollection"
        Forward(DropCollection), names(2 3 0), nested[], status(1), unary;
    UnpinSnapshotData = Milvus "UnpinSnapshotData"
        Forward(UnpinSnapshotData), names(0 0 0), nested[], status(itself), unary;
    // Keyward owns cluster users
    UpdateCredential = Milvus "UpdateCredential"
        Identity, names(0 0 0), nested[], status(itself), unary;
    // would send the cluster's data to another one
    UpdateReplicateConfiguration = Milvus "UpdateReplicateConfiguration"
        Refused(Replication), names(0 0 0), nested[], status(itself), unary;
    UpdateResourceGroups = Milvus "UpdateResourceGroups"
        Forward(UpdateResourceGroups), names(0 0 0), nested[], status(itself), unary;
    // row policies speak of users; the engine sees one
    UpdateRowPolicy = Milvus "UpdateRowPolicy"
        Identity, names(2 3 0), nested[], status(itself), unary;
    Upsert = Milvus "Upsert"
        Forward(Upsert), names(2 3 0), nested[], status(1), unary;
}
