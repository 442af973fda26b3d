//! Every RPC, in alphabetical order: written by the test `rpc_table`, read by [`super::rpcs`].

use super::rpcs;

rpcs! {
    AddCollectionField = Milvus "AddCollectionField", numbers[4]
        Forward(AddCollectionField), Named, names(2 3 0 0 0), status(itself), unary;
    AddCollectionFunction = Milvus "AddCollectionFunction", numbers[4]
        Forward(CreateCollection), Named, names(2 3 0 0 0), status(itself), unary;
    AddCollectionStructField = Milvus "AddCollectionStructField", numbers[4]
        Forward(AddCollectionField), Named, names(2 3 0 0 0), status(itself), unary;
    AddFileResource = Milvus "AddFileResource"
        Forward(AddFileResource), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // Keyward owns cluster users
    AddUserTags = Milvus "AddUserTags"
        Identity(UpdateUser), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // a timestamp of the engine and nothing else
    AllocTimestamp = Milvus "AllocTimestamp"
        Authenticated, Free, names(0 0 0 0 0), status(1), unary;
    AlterAlias = Milvus "AlterAlias"
        Forward(CreateAlias), Named, names(2 3 0 0 4), status(itself), unary;
    AlterCollection = Milvus "AlterCollection", numbers[4]
        Forward(CreateCollection), Named, names(2 3 0 0 0), status(itself), unary;
    AlterCollectionField = Milvus "AlterCollectionField"
        Forward(CreateCollection), Named, names(2 3 0 0 0), status(itself), unary;
    AlterCollectionFunction = Milvus "AlterCollectionFunction", numbers[4]
        Forward(CreateCollection), Named, names(2 3 0 0 0), status(itself), unary;
    AlterCollectionSchema = Milvus "AlterCollectionSchema", numbers[4]
        Forward(AlterCollectionSchema), Named, names(2 3 0 0 0), status(1), unary;
    AlterDatabase = Milvus "AlterDatabase", numbers[3]
        Forward(AlterDatabase), Database, names(2 0 0 0 0), status(itself), unary;
    AlterIndex = Milvus "AlterIndex"
        Forward(CreateIndex), Named, names(2 3 0 0 0), status(itself), unary;
    // Keyward owns cluster roles
    AlterRole = Milvus "AlterRole"
        Identity(CreateOwnership), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // Keyward owns users and roles and grants
    BackupRBAC = Milvus "BackupRBAC"
        Identity(BackupRBAC), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    BatchDescribeCollection = Milvus "BatchDescribeCollection", numbers[3]
        Forward(DescribeCollection), Named, names(1 0 2 0 0), status(1), unary;
    BatchUpdateManifest = Milvus "BatchUpdateManifest"
        Forward(Insert), Closed(Files), names(2 3 0 0 0), status(itself), unary;
    // reads the vectors of rows named by id
    CalcDistance = Milvus "CalcDistance", nested[Collection [2, 1, 1], Collection [3, 1, 1]]
        Forward(Query), Closed(Number), names(0 0 0 0 0), status(1), unary;
    // says only whether the engine is well
    CheckHealth = Milvus "CheckHealth"
        Authenticated, Free, names(0 0 0 0 0), status(1), unary;
    // Node sends it after Connect and takes a no
    ClientHeartbeat = ClientTelemetry "ClientHeartbeat"
        Refused(Heartbeat), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // a part of text search
    ComputePhraseMatchSlop = Milvus "ComputePhraseMatchSlop"
        Forward(Search), Free, names(0 0 0 0 0), status(1), unary;
    // every SDK's first call
    Connect = Milvus "Connect"
        Authenticated, Free, names(0 0 0 0 0), status(1), unary;
    CreateAlias = Milvus "CreateAlias"
        Forward(CreateAlias), Named, names(2 3 0 0 4), status(itself), unary;
    CreateCollection = Milvus "CreateCollection"
        Forward(CreateCollection), Named, names(2 3 0 0 0), status(itself), unary;
    // Keyward owns cluster users
    CreateCredential = Milvus "CreateCredential"
        Identity(CreateOwnership), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    CreateDatabase = Milvus "CreateDatabase"
        Forward(CreateDatabase), Database, names(2 0 0 0 0), status(itself), unary;
    CreateIndex = Milvus "CreateIndex"
        Forward(CreateIndex), Named, names(2 3 0 0 0), status(itself), unary;
    CreateNamespace = Milvus "CreateNamespace"
        Forward(CreatePartition), Named, names(2 3 0 0 0), status(1), unary;
    CreatePartition = Milvus "CreatePartition"
        Forward(CreatePartition), Named, names(2 3 0 0 0), status(itself), unary;
    // Keyward owns privilege groups
    CreatePrivilegeGroup = Milvus "CreatePrivilegeGroup"
        Identity(CreatePrivilegeGroup), Closed(Everything), names(0 0 0 0 0), status(itself),
        unary;
    // streams writes past every check of the engine
    CreateReplicateStream = Milvus "CreateReplicateStream"
        Refused(Replication), Closed(Everything), names(0 0 0 0 0), status(none), both;
    CreateResourceGroup = Milvus "CreateResourceGroup"
        Forward(CreateResourceGroup), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // Keyward owns cluster roles
    CreateRole = Milvus "CreateRole"
        Identity(CreateOwnership), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // row policies speak of users; the engine sees one
    CreateRowPolicy = Milvus "CreateRowPolicy"
        Identity(ManageRLS), Closed(Everything), names(2 3 0 0 0), status(itself), unary;
    CreateSnapshot = Milvus "CreateSnapshot"
        Forward(CreateSnapshot), Named, names(4 5 0 0 0), status(itself), unary;
    Delete = Milvus "Delete"
        Forward(Delete), Named, names(2 3 0 0 0), status(1), unary;
    // steers other clients
    DeleteClientCommand = ClientTelemetry "DeleteClientCommand"
        Refused(ClientControl), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // Keyward owns cluster users
    DeleteCredential = Milvus "DeleteCredential"
        Identity(DropOwnership), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // row policies speak of users; the engine sees one
    DeleteRLSPrincipalTags = Milvus "DeleteRLSPrincipalTags"
        Identity(ManageRLS), Closed(Everything), names(2 3 0 0 0), status(itself), unary;
    // Keyward owns cluster users
    DeleteUserTags = Milvus "DeleteUserTags"
        Identity(UpdateUser), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    DescribeAlias = Milvus "DescribeAlias"
        Forward(DescribeAlias), Listed(Alias), names(2 0 0 0 3), status(1), unary;
    DescribeCollection = Milvus "DescribeCollection", numbers[4]
        Forward(DescribeCollection), Named, names(2 3 0 0 0), status(1), unary;
    DescribeDatabase = Milvus "DescribeDatabase"
        Forward(DescribeDatabase), Optional, names(2 0 0 0 0), status(1), unary;
    DescribeIndex = Milvus "DescribeIndex"
        Forward(IndexDetail), Named, names(2 3 0 0 0), status(1), unary;
    DescribeNamespace = Milvus "DescribeNamespace"
        Forward(ShowPartitions), Named, names(2 3 0 0 0), status(1), unary;
    // a prewarm task is a load on its way
    DescribePrewarmTask = Milvus "DescribePrewarmTask"
        Forward(GetLoadState), Closed(Number), names(0 0 0 0 0), status(1), unary;
    DescribeResourceGroup = Milvus "DescribeResourceGroup"
        Forward(DescribeResourceGroup), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // the inside of an index
    DescribeSegmentIndexData = Milvus "DescribeSegmentIndexData"
        Forward(IndexDetail), Closed(Number), names(0 2 0 0 0), status(1), unary;
    DescribeSnapshot = Milvus "DescribeSnapshot"
        Forward(DescribeSnapshot), Named, names(3 4 0 0 0), status(1), unary;
    DropAlias = Milvus "DropAlias"
        Forward(DropAlias), Named, names(2 0 0 0 3), status(itself), unary;
    DropCollection = Milvus "DropCollection"
        Forward(DropCollection), Named, names(2 3 0 0 0), status(itself), unary;
    DropCollectionFunction = Milvus "DropCollectionFunction", numbers[4]
        Forward(CreateCollection), Named, names(2 3 0 0 0), status(itself), unary;
    DropDatabase = Milvus "DropDatabase"
        Forward(DropDatabase), Database, names(2 0 0 0 0), status(itself), unary;
    DropIndex = Milvus "DropIndex"
        Forward(DropIndex), Named, names(2 3 0 0 0), status(itself), unary;
    DropNamespace = Milvus "DropNamespace"
        Forward(DropPartition), Named, names(2 3 0 0 0), status(1), unary;
    DropPartition = Milvus "DropPartition"
        Forward(DropPartition), Named, names(2 3 0 0 0), status(itself), unary;
    // Keyward owns privilege groups
    DropPrivilegeGroup = Milvus "DropPrivilegeGroup"
        Identity(DropPrivilegeGroup), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    DropResourceGroup = Milvus "DropResourceGroup"
        Forward(DropResourceGroup), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // Keyward owns cluster roles
    DropRole = Milvus "DropRole"
        Identity(DropOwnership), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // row policies speak of users; the engine sees one
    DropRowPolicy = Milvus "DropRowPolicy"
        Identity(ManageRLS), Closed(Everything), names(2 3 0 0 0), status(itself), unary;
    DropSnapshot = Milvus "DropSnapshot"
        Forward(DropSnapshot), Named, names(3 4 0 0 0), status(itself), unary;
    // its text is a hidden second way to query
    Dummy = Milvus "Dummy"
        Refused(Internal), Closed(Everything), names(0 0 0 0 0), status(none), unary;
    // streams the engine's log past every check
    DumpMessages = Milvus "DumpMessages"
        Refused(MessageDump), Closed(Everything), names(0 0 0 0 0), status(1), answers;
    ExportSnapshot = Milvus "ExportSnapshot"
        Forward(ExportSnapshot), Closed(Files), names(3 4 0 0 0), status(1), unary;
    Flush = Milvus "Flush"
        Forward(Flush), Named, names(2 0 3 0 0), status(1), unary;
    FlushAll = Milvus "FlushAll", nested[Database [3, 1], Collection [3, 2]]
        Forward(FlushAll), Closed(Everything), names(2 0 0 0 0), status(1), unary;
    // shows what other clients do
    GetClientTelemetry = ClientTelemetry "GetClientTelemetry"
        Refused(ClientControl), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    GetCollectionStatistics = Milvus "GetCollectionStatistics"
        Forward(GetStatistics), Named, names(2 3 0 0 0), status(1), unary;
    // who may compact may ask how far it is
    GetCompactionState = Milvus "GetCompactionState"
        Forward(Compaction), Closed(Number), names(0 0 0 0 0), status(1), unary;
    // who may compact may ask how far it is
    GetCompactionStateWithPlans = Milvus "GetCompactionStateWithPlans", numbers[4]
        Forward(Compaction), Closed(Number), names(2 3 0 0 0), status(1), unary;
    // shows the engine's inner parts
    GetComponentStates = Milvus "GetComponentStates"
        Forward(DescribeResourceGroup), Closed(Everything), names(0 0 0 0 0), status(3), unary;
    GetExportSnapshotState = Milvus "GetExportSnapshotState"
        Forward(ExportSnapshot), Closed(Number), names(0 0 0 0 0), status(1), unary;
    // the same question about every collection
    GetFlushAllState = Milvus "GetFlushAllState", nested[Database [4, 1], Collection [4, 2]]
        Forward(GetFlushState), Closed(Everything), names(3 0 0 0 0), status(1), unary;
    GetFlushState = Milvus "GetFlushState"
        Forward(GetFlushState), Named, names(3 4 0 0 0), status(1), unary;
    // the privilege that was made for it
    GetImportState = Milvus "GetImportState"
        Forward(GetImportProgress), Closed(Number), names(0 0 0 0 0), status(1), unary;
    GetIndexBuildProgress = Milvus "GetIndexBuildProgress"
        Forward(IndexDetail), Named, names(2 3 0 0 0), status(1), unary;
    GetIndexState = Milvus "GetIndexState"
        Forward(IndexDetail), Named, names(2 3 0 0 0), status(1), unary;
    GetIndexStatistics = Milvus "GetIndexStatistics"
        Forward(IndexDetail), Named, names(2 3 0 0 0), status(1), unary;
    GetLoadState = Milvus "GetLoadState"
        Forward(GetLoadState), Named, names(4 2 0 0 0), status(1), unary;
    GetLoadingProgress = Milvus "GetLoadingProgress"
        Forward(GetLoadState), Named, names(4 2 0 0 0), status(1), unary;
    // shows nodes with addresses and configuration
    GetMetrics = Milvus "GetMetrics"
        Forward(DescribeResourceGroup), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    GetNamespaceStats = Milvus "GetNamespaceStats"
        Forward(ShowPartitions), Named, names(2 3 0 0 0), status(1), unary;
    GetPartitionStatistics = Milvus "GetPartitionStatistics"
        Forward(GetStatistics), Named, names(2 3 0 0 0), status(1), unary;
    // row counts by segment
    GetPersistentSegmentInfo = Milvus "GetPersistentSegmentInfo"
        Forward(GetStatistics), Named, names(2 3 0 0 0), status(1), unary;
    // which segments are loaded and where
    GetQuerySegmentInfo = Milvus "GetQuerySegmentInfo"
        Forward(GetLoadState), Named, names(2 3 0 0 0), status(1), unary;
    // row policies speak of users; the engine sees one
    GetRLSPrincipalTags = Milvus "GetRLSPrincipalTags"
        Identity(ViewRLS), Closed(Everything), names(2 3 0 0 0), status(1), unary;
    // who may refresh may ask how far it is
    GetRefreshExternalCollectionProgress = Milvus "GetRefreshExternalCollectionProgress"
        Forward(RefreshExternalCollection), Closed(Number), names(0 0 0 0 0), status(1), unary;
    // which replicas are loaded and where
    GetReplicas = Milvus "GetReplicas", numbers[2]
        Forward(GetLoadState), Named, names(5 4 0 0 0), status(1), unary;
    // shows addresses and credentials of other clusters
    GetReplicateConfiguration = Milvus "GetReplicateConfiguration"
        Refused(Replication), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // belongs to the replication stream
    GetReplicateInfo = Milvus "GetReplicateInfo"
        Refused(Replication), Closed(Everything), names(0 0 0 0 0), status(none), unary;
    // who may restore may ask how far it is
    GetRestoreSnapshotState = Milvus "GetRestoreSnapshotState"
        Forward(RestoreSnapshot), Closed(Number), names(0 0 0 0 0), status(1), unary;
    // Keyward owns cluster users
    GetUserTags = Milvus "GetUserTags"
        Identity(SelectUser), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // every SDK asks on connecting
    GetVersion = Milvus "GetVersion"
        Authenticated, Free, names(0 0 0 0 0), status(1), unary;
    // existence is what a description shows first
    HasCollection = Milvus "HasCollection"
        Forward(DescribeCollection), Named, names(2 3 0 0 0), status(1), unary;
    HasNamespace = Milvus "HasNamespace"
        Forward(HasPartition), Named, names(2 3 0 0 0), status(1), unary;
    HasPartition = Milvus "HasPartition"
        Forward(HasPartition), Named, names(2 3 0 0 0), status(1), unary;
    HybridSearch = Milvus "HybridSearch", nested[Database [5, 2], Collection [5, 3]]
        Forward(Search), Named, names(2 3 0 0 0), status(1), unary;
    Import = Milvus "Import"
        Forward(Import), Closed(Files), names(7 1 0 0 0), status(1), unary;
    Insert = Milvus "Insert"
        Forward(Insert), Named, names(2 3 0 0 0), status(1), unary;
    ListAliases = Milvus "ListAliases"
        Forward(ListAliases), Listed(Aliases), names(2 3 0 0 0), status(1), unary;
    // Keyward owns cluster users
    ListCredUsers = Milvus "ListCredUsers"
        Identity(SelectOwnership), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // the privilege it had before Milvus filtered its answer
    ListDatabases = Milvus "ListDatabases"
        Forward(ListDatabases), Listed(Databases), names(0 0 0 0 0), status(1), unary;
    ListFileResources = Milvus "ListFileResources"
        Forward(ListFileResources), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // the privilege that was made for it
    ListImportTasks = Milvus "ListImportTasks"
        Forward(ListImport), Named, names(3 1 0 0 0), status(1), unary;
    // segments of an index
    ListIndexedSegment = Milvus "ListIndexedSegment"
        Forward(IndexDetail), Named, names(0 2 0 0 0), status(1), unary;
    ListNamespaces = Milvus "ListNamespaces"
        Forward(ShowPartitions), Named, names(2 3 0 0 0), status(1), unary;
    // Keyward owns privilege groups
    ListPrivilegeGroups = Milvus "ListPrivilegeGroups"
        Identity(ListPrivilegeGroups), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // row policies speak of users; the engine sees one
    ListRLSPrincipals = Milvus "ListRLSPrincipals"
        Identity(ViewRLS), Closed(Everything), names(2 3 0 0 0), status(1), unary;
    // who may refresh may ask how far it is
    ListRefreshExternalCollectionJobs = Milvus "ListRefreshExternalCollectionJobs"
        Forward(RefreshExternalCollection), Named, names(2 3 0 0 0), status(1), unary;
    ListResourceGroups = Milvus "ListResourceGroups"
        Forward(ListResourceGroups), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    ListRestoreSnapshotJobs = Milvus "ListRestoreSnapshotJobs"
        Forward(RestoreSnapshot), Named, names(2 3 0 0 0), status(1), unary;
    // row policies speak of users; the engine sees one
    ListRowPolicies = Milvus "ListRowPolicies"
        Identity(ViewRLS), Closed(Everything), names(2 3 0 0 0), status(1), unary;
    ListSnapshots = Milvus "ListSnapshots"
        Forward(ListSnapshots), Named, names(2 3 0 0 0), status(1), unary;
    // Keyward owns cluster users
    ListUsersWithTag = Milvus "ListUsersWithTag"
        Identity(SelectUser), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    LoadBalance = Milvus "LoadBalance"
        Forward(LoadBalance), Closed(Number), names(6 5 0 0 0), status(itself), unary;
    LoadCollection = Milvus "LoadCollection"
        Forward(Load), Named, names(2 3 0 0 0), status(itself), unary;
    LoadPartitions = Milvus "LoadPartitions"
        Forward(Load), Named, names(2 3 0 0 0), status(itself), unary;
    ManualCompaction = Milvus "ManualCompaction", numbers[1, 6, 7, 8]
        Forward(Compaction), Named, names(5 4 0 0 0), status(1), unary;
    // Keyward owns grants
    OperatePrivilege = Milvus "OperatePrivilege", nested[Database [2, 5]]
        Identity(ManageOwnership), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // Keyward owns privilege groups
    OperatePrivilegeGroup = Milvus "OperatePrivilegeGroup"
        Identity(OperatePrivilegeGroup), Closed(Everything), names(0 0 0 0 0), status(itself),
        unary;
    // Keyward owns grants
    OperatePrivilegeV2 = Milvus "OperatePrivilegeV2"
        Identity(ManageOwnership), Closed(Everything), names(5 6 0 0 0), status(itself), unary;
    // Keyward owns cluster roles
    OperateUserRole = Milvus "OperateUserRole"
        Identity(ManageOwnership), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    PinSnapshotData = Milvus "PinSnapshotData"
        Forward(PinSnapshotData), Named, names(3 4 0 0 0), status(1), unary;
    Prewarm = Milvus "Prewarm"
        Forward(Load), Named, names(2 3 0 0 0), status(1), unary;
    // hands out the engine's internal address
    ProxyRegisterLink = Proxy "RegisterLink"
        Refused(Internal), Closed(Everything), names(0 0 0 0 0), status(2), unary;
    // steers other clients
    PushClientCommand = ClientTelemetry "PushClientCommand"
        Refused(ClientControl), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    Query = Milvus "Query"
        Forward(Query), Named, names(2 3 0 0 0), status(1), unary;
    RefreshExternalCollection = Milvus "RefreshExternalCollection"
        Forward(RefreshExternalCollection), Closed(Files), names(2 3 0 0 0), status(1), unary;
    // hands out the engine's internal address
    RegisterLink = Milvus "RegisterLink"
        Refused(Internal), Closed(Everything), names(0 0 0 0 0), status(2), unary;
    ReleaseCollection = Milvus "ReleaseCollection"
        Forward(Release), Named, names(2 3 0 0 0), status(itself), unary;
    ReleasePartitions = Milvus "ReleasePartitions"
        Forward(Release), Named, names(2 3 0 0 0), status(itself), unary;
    RemoveFileResource = Milvus "RemoveFileResource"
        Forward(RemoveFileResource), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    RenameCollection = Milvus "RenameCollection"
        Forward(RenameCollection), Named, names(2 3 0 5 4), status(itself), unary;
    // writes past every check of the engine
    ReplicateMessage = Milvus "ReplicateMessage"
        Refused(Replication), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    RestoreExternalSnapshot = Milvus "RestoreExternalSnapshot"
        Forward(RestoreExternalSnapshot), Closed(Files), names(2 3 0 0 0), status(1), unary;
    // Keyward owns users and roles and grants
    RestoreRBAC = Milvus "RestoreRBAC", nested[Database [2, 3, 5]]
        Identity(RestoreRBAC), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    RestoreSnapshot = Milvus "RestoreSnapshot"
        Forward(RestoreSnapshot), Closed(Files), names(3 4 0 6 7), status(1), unary;
    // runs the analyzer that a schema names
    RunAnalyzer = Milvus "RunAnalyzer"
        Forward(DescribeCollection), Optional, names(6 7 0 0 0), status(1), unary;
    Search = Milvus "Search"
        Forward(Search), Named, names(2 3 0 0 0), status(1), unary;
    // Keyward owns grants
    SelectGrant = Milvus "SelectGrant", nested[Database [2, 5]]
        Identity(SelectOwnership), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // Keyward owns cluster roles
    SelectRole = Milvus "SelectRole"
        Identity(SelectOwnership), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // Keyward owns cluster users
    SelectUser = Milvus "SelectUser"
        Identity(SelectUser), Closed(Everything), names(0 0 0 0 0), status(1), unary;
    // row policies speak of users; the engine sees one
    SetRLSPrincipalTags = Milvus "SetRLSPrincipalTags"
        Identity(ManageRLS), Closed(Everything), names(2 3 0 0 0), status(itself), unary;
    // the privilege it had before Milvus filtered its answer
    ShowCollections = Milvus "ShowCollections"
        Forward(ShowCollections), Listed(Collections), names(2 0 5 0 0), status(1), unary;
    ShowPartitions = Milvus "ShowPartitions", numbers[4]
        Forward(ShowPartitions), Named, names(2 3 0 0 0), status(1), unary;
    TransferNode = Milvus "TransferNode"
        Forward(TransferNode), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    TransferReplica = Milvus "TransferReplica"
        Forward(TransferReplica), Closed(Everything), names(6 4 0 0 0), status(itself), unary;
    TruncateCollection = Milvus "TruncateCollection"
        Forward(DropCollection), Named, names(2 3 0 0 0), status(1), unary;
    UnpinSnapshotData = Milvus "UnpinSnapshotData"
        Forward(UnpinSnapshotData), Closed(Number), names(0 0 0 0 0), status(itself), unary;
    // Keyward owns cluster users
    UpdateCredential = Milvus "UpdateCredential"
        Identity(UpdateUser), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // would send the cluster's data to another one
    UpdateReplicateConfiguration = Milvus "UpdateReplicateConfiguration"
        Refused(Replication), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    UpdateResourceGroups = Milvus "UpdateResourceGroups"
        Forward(UpdateResourceGroups), Closed(Everything), names(0 0 0 0 0), status(itself), unary;
    // row policies speak of users; the engine sees one
    UpdateRowPolicy = Milvus "UpdateRowPolicy"
        Identity(ManageRLS), Closed(Everything), names(2 3 0 0 0), status(itself), unary;
    Upsert = Milvus "Upsert"
        Forward(Upsert), Named, names(2 3 0 0 0), status(1), unary;
}
