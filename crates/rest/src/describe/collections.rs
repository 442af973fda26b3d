//! Collections, their fields and functions.

use super::{
    COLLECTION, COUNT, DB, Data, HAS, Kind, Member, Operation, PAIR, PARTITIONS, PROPERTIES,
    PROPERTY_KEYS, does, may, must,
};

const CAPACITY: Member = may("max_capacity", Kind::Any, "The most elements of an array.");
const STRUCT_PARAMS: &[Member] = &[CAPACITY];
/// Numbers and truth values, as such or as texts.
const TYPE_PARAMS: &[Member] = &[
    may("dim", Kind::Any, "The dimension of vectors."),
    may("max_length", Kind::Any, "The most bytes of a text."),
    CAPACITY,
    may("enable_analyzer", Kind::Any, "Whether texts are taken apart."),
    may("analyzer_params", Kind::Any, "How they are."),
    may("enable_match", Kind::Any, "Whether filters can look for words in texts."),
    may("mmap.enabled", Kind::Any, "Whether values may stay on disk."),
];
const FIELD: &[Member] = &[
    must("fieldName", Kind::Text, "Its name."),
    must("dataType", Kind::Text, "Its type, such as `Int64`, `VarChar` or `FloatVector`."),
    may("description", Kind::Text, "What people say of it."),
    may("isPrimary", Kind::Flag, "Whether it is the primary key."),
    may("autoID", Kind::Flag, "Whether the engine chooses the keys."),
    may("isPartitionKey", Kind::Flag, "Whether rows are parted by it."),
    may("isClusteringKey", Kind::Flag, "Whether rows are clustered by it."),
    may("nullable", Kind::Flag, "Whether a row may have no value."),
    may("defaultValue", Kind::Any, "The value of rows that have none."),
    may("elementDataType", Kind::Text, "The type of the elements of an array."),
    may("elementTypeParams", Kind::Open(TYPE_PARAMS), "What its type is to be like."),
    may("externalField", Kind::Text, "In an external collection: which column it is."),
];
const STRUCT: &[Member] = &[
    must("fieldName", Kind::Text, "Its name."),
    may("description", Kind::Text, "What people say of it."),
    must("fields", Kind::Objects(FIELD), "The fields of the structures; each is an array."),
    may("elementTypeParams", Kind::Open(STRUCT_PARAMS), "What its type is to be like."),
];
/// A function.
pub(super) const FUNCTION: &[Member] = &[
    must("name", Kind::Text, "Its name."),
    must("type", Kind::Text, "Such as `BM25`, `TextEmbedding` or `Rerank`."),
    may("description", Kind::Text, "What people say of it."),
    may("inputFieldNames", Kind::Texts, "The fields that it reads."),
    may("outputFieldNames", Kind::Texts, "The fields that it fills."),
    may("params", Kind::Free, "What it is to be like."),
];
const SCHEMA: &[Member] = &[
    may("autoId", Kind::Flag, "Whether the engine chooses the primary keys."),
    may("enableDynamicField", Kind::Flag, "Whether rows may have members beside the fields."),
    may("description", Kind::Text, "What people say of it."),
    must("fields", Kind::Objects(FIELD), "The fields."),
    may("structFields", Kind::Objects(STRUCT), "Fields of arrays of structures."),
    may("functions", Kind::Objects(FUNCTION), "Functions that fill fields."),
];
/// Indexes to make.
pub(super) const INDEX: &[Member] = &[
    must("fieldName", Kind::Text, "The field."),
    may("indexName", Kind::Text, "Its name."),
    may("indexType", Kind::Text, "Such as `HNSW`; `AUTOINDEX` if left out."),
    may("metricType", Kind::Text, "Such as `COSINE`, `L2` or `IP`."),
    may("params", Kind::Free, "What it is to be like."),
];
/// Numbers, as such or as texts.
const CREATE_PARAMS: &[Member] = &[
    may("shardsNum", Kind::Any, "How many shards it has; 1 if left out."),
    may("partitionsNum", Kind::Any, "With a partition key: how many partitions it has."),
    may("consistencyLevel", Kind::Text, "How fresh answers have to be."),
    may("ttlSeconds", Kind::Any, "After how many seconds rows end."),
    may("partitionKeyIsolation", Kind::Any, "Whether each key of partitions is searched alone."),
    may("mmapEnabled", Kind::Any, "Whether values may stay on disk."),
    may("enableDynamicField", Kind::Any, "Without a schema: whether rows may have more members."),
];
const CREATE: &[Member] = &[
    DB,
    must("collectionName", Kind::Text, "Its name."),
    may(
        "schema",
        Kind::Object(SCHEMA),
        "Its fields. Without it, a collection of a key and a vector is made.",
    ),
    may("indexParams", Kind::Objects(INDEX), "Indexes to make; then it is loaded as well."),
    may("params", Kind::Open(CREATE_PARAMS), "What it is to be like."),
    may("consistencyLevel", Kind::Text, "How fresh answers have to be."),
    PROPERTIES,
    may("dimension", Kind::Whole, "Without a schema: the dimension of the vectors."),
    may("metricType", Kind::Text, "Without a schema: how far vectors are from each other."),
    may("idType", Kind::Text, "Without a schema: `Int64` or `VarChar`."),
    may("autoID", Kind::Flag, "Without a schema: whether the engine chooses the keys."),
    may("primaryFieldName", Kind::Text, "Without a schema: the name of the key's field."),
    may("vectorFieldName", Kind::Text, "Without a schema: the name of the vector's field."),
    may("vectorFieldType", Kind::Text, "Without a schema: the type of the vectors."),
    may("description", Kind::Text, "What people say of it, if the schema says nothing."),
    may("externalSource", Kind::Text, "Of an external collection: where its data is."),
    may("externalSpec", Kind::Text, "Of an external collection: how that is read."),
];
const ID: Member = must("id", Kind::Whole, "Its number.");
const NAME: Member = must("name", Kind::Text, "Its name.");
const SAID: Member = must("description", Kind::Text, "What people say of it.");
const DESCRIBED_FIELD: &[Member] = &[
    ID,
    NAME,
    must("type", Kind::Text, "Its type."),
    must("primaryKey", Kind::Flag, "Whether it is the primary key."),
    must("partitionKey", Kind::Flag, "Whether rows are parted by it."),
    must("clusteringKey", Kind::Flag, "Whether rows are clustered by it."),
    must("autoId", Kind::Flag, "Whether the engine chooses the keys."),
    must("nullable", Kind::Flag, "Whether a row may have no value."),
    SAID,
    may("params", Kind::Objects(PAIR), "What its type is like."),
    may("elementType", Kind::Text, "The type of the elements of an array."),
    may("defaultValue", Kind::Any, "The value of rows that have none, with its kind."),
    may("isFunctionOutput", Kind::Flag, "Whether a function fills it."),
    may("externalField", Kind::Text, "Which column of outer data it is."),
];
const DESCRIBED_STRUCT: &[Member] = &[
    ID,
    NAME,
    SAID,
    must("fields", Kind::Objects(DESCRIBED_FIELD), "The fields of the structures."),
];
const DESCRIBED_FUNCTION: &[Member] = &[
    ID,
    NAME,
    SAID,
    must("type", Kind::Text, "Its kind."),
    must("inputFieldNames", Kind::Texts, "The fields that it reads."),
    must("outputFieldNames", Kind::Texts, "The fields that it fills."),
    must("params", Kind::Objects(PAIR), "What it is like."),
];
const OWN_INDEX: &[Member] = &[
    must("indexName", Kind::Text, "Its name."),
    must("fieldName", Kind::Text, "The field."),
    must("metricType", Kind::Text, "How far vectors are from each other."),
];
const DESCRIBED: &[Member] = &[
    must("collectionName", Kind::Text, "Its name."),
    must("collectionID", Kind::Whole, "Its number."),
    must("description", Kind::Text, "What people say of it."),
    must("autoId", Kind::Flag, "Whether the engine chooses the primary keys."),
    must("fields", Kind::Objects(DESCRIBED_FIELD), "Its fields."),
    must("structFields", Kind::Objects(DESCRIBED_STRUCT), "Its fields of arrays of structures."),
    must("functions", Kind::Objects(DESCRIBED_FUNCTION), "Its functions."),
    must("shardsNum", Kind::Whole, "How many shards it has."),
    must("partitionsNum", Kind::Whole, "How many partitions it has."),
    must("consistencyLevel", Kind::Text, "How fresh answers have to be."),
    must("enableDynamicField", Kind::Flag, "Whether rows may have members beside the fields."),
    must("externalSource", Kind::Text, "Where its data is, if that is outside."),
    must("externalSpec", Kind::Text, "How that is read."),
    must("properties", Kind::Objects(PAIR), "Its properties."),
    must("load", Kind::Text, "Whether it is loaded."),
    must("indexes", Kind::Objects(OWN_INDEX), "Its indexes."),
    must("aliases", Kind::Texts, "Its other names."),
];
const LOADED: &[Member] = &[
    must("loadState", Kind::Text, "`LoadStateNotLoad`, `LoadStateLoading` or `LoadStateLoaded`."),
    may("loadProgress", Kind::Whole, "In percent."),
];
const COMPACTED: &[Member] = &[
    must("compactionID", Kind::Whole, "Its number."),
    must("state", Kind::Text, "How far it is."),
    must("executingPlanNumber", Kind::Whole, "Parts under way."),
    must("timeoutPlanNumber", Kind::Whole, "Parts that took too long."),
    must("completedPlanNumber", Kind::Whole, "Parts that are done."),
    must("failedPlanNumber", Kind::Whole, "Parts that failed."),
];
const FUNCTION_NAME: Member = must("functionName", Kind::Text, "The function.");
const NAMED: &[Member] = &[DB, COLLECTION];
const BOOKS: &[&str] = &[r#"{"collectionName":"books"}"#];

/// The operations.
pub(super) const ALL: &[Operation] = &[
    does("collections/list", "List the collections of a database", &[DB], &["{}"])
        .gives(Data::Names),
    does("collections/has", "Whether there is such a collection", NAMED, BOOKS)
        .gives(Data::Object(HAS)),
    does("collections/describe", "Describe a collection", NAMED, BOOKS)
        .gives(Data::Object(DESCRIBED)),
    does("collections/get_stats", "Count the rows of a collection", NAMED, BOOKS)
        .gives(Data::Object(COUNT)),
    does(
        "collections/get_load_state",
        "Tell whether a collection is loaded",
        &[DB, COLLECTION, PARTITIONS],
        BOOKS,
    )
    .gives(Data::Object(LOADED)),
    does(
        "collections/create",
        "Make a collection",
        CREATE,
        &[
            r#"{"collectionName":"quick","dimension":4,"metricType":"COSINE"}"#,
            r#"{"collectionName":"books","schema":{"enableDynamicField":true,"fields":[
                {"fieldName":"id","dataType":"Int64","isPrimary":true},
                {"fieldName":"title","dataType":"VarChar","elementTypeParams":{"max_length":200}},
                {"fieldName":"tags","dataType":"Array","elementDataType":"Int64",
                 "elementTypeParams":{"max_capacity":8}},
                {"fieldName":"meaning","dataType":"FloatVector","elementTypeParams":{"dim":4}}]},
              "indexParams":[{"fieldName":"meaning","indexName":"meaning","metricType":"L2"}]}"#,
            r#"{"collectionName":"newest","schema":{
              "fields":[{"fieldName":"id","dataType":"Int64","isPrimary":true},
                {"fieldName":"text","dataType":"VarChar",
                 "elementTypeParams":{"max_length":200,"enable_analyzer":true}},
                {"fieldName":"words","dataType":"SparseFloatVector"}],
              "structFields":[{"fieldName":"parts","elementTypeParams":{"max_capacity":8},
                "fields":[{"fieldName":"page","dataType":"Array","elementDataType":"Int64"}]}],
              "functions":[{"name":"bm25","type":"BM25","inputFieldNames":["text"],
                "outputFieldNames":["words"]}]}}"#,
        ],
    ),
    does("collections/drop", "Drop a collection", NAMED, BOOKS),
    does("collections/truncate", "Remove all rows of a collection", NAMED, BOOKS),
    does(
        "collections/rename",
        "Give a collection another name, or move it to another database",
        &[
            DB,
            COLLECTION,
            must("newCollectionName", Kind::Text, "The new name."),
            may("newDbName", Kind::Text, "The database to move it to."),
        ],
        &[r#"{"collectionName":"quick","newCollectionName":"renamed"}"#],
    ),
    does("collections/load", "Load a collection", NAMED, BOOKS),
    does("collections/refresh_load", "Load what was added since", NAMED, BOOKS),
    does("collections/release", "Release a collection", NAMED, BOOKS),
    does(
        "collections/alter_properties",
        "Change properties of a collection",
        &[DB, COLLECTION, PROPERTIES],
        &[r#"{"collectionName":"books","properties":{"mmap.enabled":"true"}}"#],
    ),
    does(
        "collections/drop_properties",
        "Remove properties of a collection",
        &[DB, COLLECTION, PROPERTY_KEYS],
        &[r#"{"collectionName":"books","propertyKeys":["mmap.enabled"]}"#],
    ),
    does(
        "collections/add_function",
        "Add a function to a collection",
        &[DB, COLLECTION, must("function", Kind::Object(FUNCTION), "The function.")],
        &[ADD_FUNCTION],
    ),
    does(
        "collections/alter_function",
        "Change a function of a collection",
        &[
            DB,
            COLLECTION,
            FUNCTION_NAME,
            must("function", Kind::Object(FUNCTION), "The function as it is to be."),
        ],
        &[ALTER_FUNCTION],
    ),
    does(
        "collections/drop_function",
        "Remove a function from a collection",
        &[DB, COLLECTION, FUNCTION_NAME],
        &[r#"{"collectionName":"books","functionName":"bm25"}"#],
    ),
    does(
        "collections/add_function_field",
        "Add a function with the field that it fills and the index of that",
        &[
            DB,
            COLLECTION,
            must("function", Kind::Object(FUNCTION), "The function."),
            must("outputField", Kind::Object(FIELD), "The field that it fills."),
            must("indexParams", Kind::Object(INDEX), "The index of that field."),
        ],
        &[ADD_FUNCTION_FIELD],
    ),
    does(
        "collections/drop_function_field",
        "Remove a function with the fields that it fills",
        &[DB, COLLECTION, FUNCTION_NAME],
        &[r#"{"collectionName":"books","functionName":"bm25"}"#],
    ),
    does(
        "collections/compact",
        "Have a collection's data put in order",
        &[DB, COLLECTION, may("isClustering", Kind::Flag, "By the clustering key.")],
        BOOKS,
    )
    .gives(Data::Object(&[must("compactionID", Kind::Whole, "The number to ask for it by.")])),
    does(
        "collections/get_compaction_state",
        "Tell how far that is",
        &[must("jobID", Kind::Whole, "The number.")],
        &[r#"{"jobID":1}"#],
    )
    .gives(Data::Object(COMPACTED)),
    does("collections/flush", "Wait until all rows are written down", NAMED, BOOKS),
    does(
        "collections/fields/alter_properties",
        "Change parameters of a field",
        &[
            DB,
            COLLECTION,
            must("fieldName", Kind::Text, "The field."),
            may("fieldParams", Kind::Free, "Parameters by name."),
        ],
        &[r#"{"collectionName":"books","fieldName":"title","fieldParams":{"max_length":"300"}}"#],
    ),
    does(
        "collections/fields/add",
        "Add a field",
        &[DB, COLLECTION, must("schema", Kind::Object(FIELD), "The field.")],
        &[r#"{"collectionName":"books",
          "schema":{"fieldName":"year","dataType":"Int64","nullable":true}}"#],
    ),
    does(
        "collections/fields/drop",
        "Drop a field",
        &[
            DB,
            COLLECTION,
            may("fieldName", Kind::Text, "The field, by its name."),
            may("fieldId", Kind::Whole, "The field, by its number, in place of the name."),
        ],
        &[r#"{"collectionName":"books","fieldName":"year"}"#],
    ),
    does(
        "collections/struct_fields/add",
        "Add a field of arrays of structures",
        &[DB, COLLECTION, must("schema", Kind::Object(STRUCT), "The field.")],
        &[r#"{"collectionName":"books",
          "schema":{"fieldName":"parts","elementTypeParams":{"max_capacity":8},
            "fields":[{"fieldName":"page","dataType":"Array","elementDataType":"Int64"}]}}"#],
    ),
];

const ADD_FUNCTION_FIELD: &str = r#"{"collectionName":"books",
  "function":{"name":"bm25","type":"BM25","inputFieldNames":["title"],
  "outputFieldNames":["words"]},
  "outputField":{"fieldName":"words","dataType":"SparseFloatVector"},
  "indexParams":{"fieldName":"words","metricType":"BM25","indexType":"SPARSE_INVERTED_INDEX"}}"#;
const ADD_FUNCTION: &str = r#"{"collectionName":"books","function":{"name":"bm25","type":"BM25",
  "inputFieldNames":["title"],"outputFieldNames":["words"]}}"#;
const ALTER_FUNCTION: &str = r#"{"collectionName":"books","functionName":"bm25",
  "function":{"name":"bm25","type":"BM25",
    "inputFieldNames":["title"],"outputFieldNames":["words"]}}"#;
