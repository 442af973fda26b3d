//! The messages, against bytes that the Python SDK's own classes made of them.
//!
//! Every declared field was given a value there: its own name where it is a text, its number where
//! it is a number. Read and written again by ours they must be the same bytes, and each text must
//! be found under its name.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use milvus::message::{self, Message};
use std::fmt::Debug;

const MESSAGES: &str = include_str!("data/messages.csv");

fn sorted(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.sort_unstable();
    bytes
}

fn check<M: Message + Default + Debug + PartialEq>(bytes: &[u8]) {
    let message = M::decode(bytes).unwrap();
    let name = std::any::type_name::<M>();
    assert_eq!(M::decode(message.encode_to_vec().as_slice()).unwrap(), message, "{name}");
    // The same fields, of which a choice between several may stand elsewhere.
    assert_eq!(sorted(&message.encode_to_vec()), sorted(bytes), "{name}");
    let shown = format!("{message:?}");
    for (place, _) in shown.match_indices(": \"") {
        let field = shown[..place].rsplit([' ', '{', '(']).next().unwrap();
        let text = shown[place + 3..].split('"').next().unwrap();
        // What a status may say besides was left empty.
        assert!(text.is_empty() || text == field.trim_start_matches("r#"), "{name}: {shown}");
    }
}

#[test]
fn every_field_has_the_number_and_the_type_that_sdks_give_it() {
    let mut reader = csv::Reader::from_reader(MESSAGES.as_bytes());
    let mut count = 0;
    for row in reader.records() {
        let row = row.unwrap();
        assert!(known(&row[0], &row[1], &unhex(&row[2])), "{row:?} is no message of ours");
        count += 1;
    }
    assert!(count > 150, "{count} messages");
}

fn unhex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// Checks a message by its file and name; false if there is none.
macro_rules! messages {
    ($($file:ident: $($message:ident)*;)*) => {
        fn known(file: &str, name: &str, bytes: &[u8]) -> bool {
            match (file, name) {
                $($((stringify!($file), stringify!($message)) => {
                    check::<message::$file::$message>(bytes);
                })*)*
                _ => return false,
            }
            true
        }
    };
}

messages! {
    schema:
        KeyValuePair CollectionSchema FieldSchema StructArrayFieldSchema FunctionSchema
        ValueField;
    data:
        FieldData ScalarField VectorField BoolArray IntArray LongArray FloatArray
        DoubleArray StringArray BytesArray ArrayArray JsonArray GeometryArray
        TimestamptzArray GeometryWktArray SparseFloatArray VectorArray StructArrayField Ids
        TemplateValue TemplateArrayValue TemplateArrayValueArray PlaceholderGroup
        PlaceholderValue;
    entity:
        InsertRequest UpsertRequest DeleteRequest MutationResult QueryRequest QueryResults
        SearchRequest FunctionScore HybridSearchRequest SearchResults SearchResultData;
    collection:
        ShowCollectionsRequest ShowCollectionsResponse HasCollectionRequest BoolResponse
        DescribeCollectionRequest DescribeCollectionResponse CreateCollectionRequest
        DropCollectionRequest TruncateCollectionRequest TruncateCollectionResponse
        RenameCollectionRequest LoadCollectionRequest ReleaseCollectionRequest
        GetLoadStateRequest GetLoadStateResponse GetLoadingProgressRequest
        GetLoadingProgressResponse GetCollectionStatisticsRequest
        GetCollectionStatisticsResponse;
    change:
        AlterCollectionRequest AlterCollectionFieldRequest AddCollectionFieldRequest
        AddCollectionStructFieldRequest AddCollectionFunctionRequest
        AlterCollectionFunctionRequest DropCollectionFunctionRequest FlushRequest
        FlushResponse GetFlushStateRequest GetFlushStateResponse ManualCompactionRequest
        ManualCompactionResponse GetCompactionStateRequest GetCompactionStateResponse
        AlterCollectionSchemaRequest SchemaAction SchemaDrop AlterCollectionSchemaResponse;
    file_resource:
        AddFileResourceRequest RemoveFileResourceRequest ListFileResourcesResponse
        FileResourceInfo;
    highlight: Highlighter HighlightResult HighlightData;
    index:
        CreateIndexRequest DescribeIndexRequest DescribeIndexResponse IndexDescription
        DropIndexRequest AlterIndexRequest;
    partition:
        ShowPartitionsRequest ShowPartitionsResponse HasPartitionRequest
        CreatePartitionRequest DropPartitionRequest LoadPartitionsRequest
        ReleasePartitionsRequest GetPartitionStatisticsRequest
        GetPartitionStatisticsResponse;
    database:
        CreateDatabaseRequest DropDatabaseRequest AlterDatabaseRequest ListDatabasesRequest
        ListDatabasesResponse DescribeDatabaseRequest DescribeDatabaseResponse
        ListAliasesRequest ListAliasesResponse DescribeAliasRequest DescribeAliasResponse
        CreateAliasRequest DropAliasRequest AlterAliasRequest;
    resource_group:
        ResourceGroupConfig ResourceGroupLimit ResourceGroupTransfer ResourceGroupNodeFilter
        CreateResourceGroupRequest DropResourceGroupRequest UpdateResourceGroupsRequest
        DescribeResourceGroupRequest DescribeResourceGroupResponse ResourceGroup NodeInfo
        ListResourceGroupsRequest ListResourceGroupsResponse TransferReplicaRequest;
    job:
        ImportRequest ImportResponse GetImportStateRequest GetImportStateResponse
        ListImportTasksRequest ListImportTasksResponse RestoreExternalSnapshotRequest
        RestoreExternalSnapshotResponse ExportSnapshotRequest ExportSnapshotResponse
        GetRestoreSnapshotStateRequest GetRestoreSnapshotStateResponse RestoreSnapshotInfo
        ListRestoreSnapshotJobsRequest ListRestoreSnapshotJobsResponse
        RefreshExternalCollectionRequest RefreshExternalCollectionResponse
        GetRefreshExternalCollectionProgressRequest
        GetRefreshExternalCollectionProgressResponse RefreshExternalCollectionJobInfo
        ListRefreshExternalCollectionJobsRequest ListRefreshExternalCollectionJobsResponse;
    analyzer:
        RunAnalyzerRequest RunAnalyzerResponse AnalyzerResult AnalyzerToken;
    engine: GetVersionRequest GetVersionResponse;
    chain:
        FunctionChain FunctionChainOp FunctionChainExpr FunctionChainExprArg
        FunctionChainColumnArg FunctionParamValue FunctionParamArray FunctionParamObject;
    aggregation:
        SearchAggregationSpec MetricAggSpec OrderSpec TopHitsSpec SortSpec AggBucket
        BucketKeyEntry MetricValue AggHit AggHitField;
}
