//! Rows.

use super::{
    COLLECTION, DB, Data, Kind, Member, Operation, PARTITION, PARTITIONS, does, may, must,
};

const FILTER: Member = may("filter", Kind::Text, "Which rows, such as `year > 1960`.");
const EXPR_PARAMS: Member =
    may("exprParams", Kind::Free, "Values for the placeholders of the filter, by name.");
const LEVEL: Member = may("consistencyLevel", Kind::Text, "How fresh the answer has to be.");
const FIELDS: Member = may("outputFields", Kind::Texts, "The fields to answer with.");
const LIMIT: Member = may("limit", Kind::Whole, "How many rows; 100 if left out.");
const OFFSET: Member = may("offset", Kind::Whole, "How many rows to leave out before.");
const ANNS: Member =
    may("annsField", Kind::Text, "The field to search, if there is more than one of vectors.");
const VECTORS: Member = may("data", Kind::List, "The vectors, or texts, to search for.");
const GROUPING: Member = may("groupingField", Kind::Text, "One row for each value of this field.");
const GROUP_SIZE: Member = may("groupSize", Kind::Whole, "How many rows for each value.");
const STRICT: Member = may("strictGroupSize", Kind::Flag, "Not fewer, if there are as many.");
const SEARCH_PARAMS: Member =
    may("searchParams", Kind::Free, "Such as `metric_type`, and `params` with `radius`.");
const PARAMS: Member = may("params", Kind::Free, "More parameters, as in `searchParams.params`.");
const METRIC: Member = may("metricType", Kind::Text, "How far vectors are from each other.");
const SCORE: Member = may(
    "functionScore",
    Kind::Object(&[
        may("functions", Kind::List, "Functions, as in a schema."),
        may("params", Kind::Free, "What it is to be like."),
    ]),
    "Functions that score what was found.",
);
const SUB_SEARCH: &[Member] = &[
    ANNS,
    must("data", Kind::List, "The vectors, or texts, to search for."),
    FILTER,
    EXPR_PARAMS,
    LIMIT,
    OFFSET,
    METRIC,
    SEARCH_PARAMS,
    PARAMS,
];
const HYBRID: &[Member] = &[
    DB,
    COLLECTION,
    PARTITIONS,
    must("search", Kind::Objects(SUB_SEARCH), "The searches."),
    may(
        "rerank",
        Kind::Object(&[
            may("strategy", Kind::Text, "`rrf` or `weighted`."),
            may("params", Kind::Free, "Such as `k` or `weights`."),
        ]),
        "How one ranking is made.",
    ),
    LIMIT,
    OFFSET,
    GROUPING,
    GROUP_SIZE,
    STRICT,
    FIELDS,
    LEVEL,
    SCORE,
];
const FIELD_OP: &[Member] = &[
    must("fieldName", Kind::Text, "The field."),
    must("op", Kind::Text, "`REPLACE`, `ARRAY_APPEND` or `ARRAY_REMOVE`."),
];
const ROWS: Member = must("data", Kind::List, "The rows; one may stand alone.");
const INSERTED: &[Member] = &[
    must("insertCount", Kind::Whole, "How many."),
    must("insertIds", Kind::List, "Their primary keys."),
];
const UPSERTED: &[Member] = &[
    must("upsertCount", Kind::Whole, "How many."),
    must("upsertIds", Kind::List, "Their primary keys."),
];
const HYBRID_EXAMPLE: &[&str] = &[r#"{"collectionName":"books","search":[
    {"annsField":"meaning","data":[[0.1,0.2,0.3,0.4]],"filter":"id > 0","limit":3},
    {"annsField":"meaning","data":[[0.4,0.3,0.2,0.1]],"limit":3}],
  "rerank":{"strategy":"rrf","params":{"k":60}},"limit":2,"outputFields":["title"]}"#];

/// The operations.
pub(super) const ALL: &[Operation] = &[
    does(
        "entities/query",
        "Find rows by a filter",
        &[
            DB,
            COLLECTION,
            PARTITIONS,
            FILTER,
            EXPR_PARAMS,
            FIELDS,
            LIMIT,
            OFFSET,
            may("orderByFields", Kind::Texts, "In which order."),
            LEVEL,
        ],
        &[r#"{"collectionName":"books","filter":"id > 0","outputFields":["title"],"limit":3}"#],
    )
    .gives(Data::Rows),
    does(
        "entities/get",
        "Find rows by their primary keys",
        &[
            DB,
            COLLECTION,
            PARTITION,
            PARTITIONS,
            must("id", Kind::Any, "One key, or a list."),
            FIELDS,
            LEVEL,
        ],
        &[r#"{"collectionName":"books","id":[1,2],"outputFields":["title"]}"#],
    )
    .gives(Data::Rows),
    does(
        "entities/delete",
        "Delete rows by a filter, or by their primary keys",
        &[
            DB,
            COLLECTION,
            PARTITION,
            FILTER,
            EXPR_PARAMS,
            may("id", Kind::Any, "One key, or a list, in place of a filter."),
            LEVEL,
        ],
        &[r#"{"collectionName":"books","filter":"id in [2]"}"#],
    )
    .gives(Data::Object(&[must("deleteCount", Kind::Whole, "How many, if the engine says.")])),
    does(
        "entities/insert",
        "Insert rows",
        &[DB, COLLECTION, PARTITION, ROWS],
        &[r#"{"collectionName":"books","data":[
          {"id":1,"title":"The sea","tags":[7,8],"meaning":[0.1,0.2,0.3,0.4],"year":1951},
          {"id":2,"title":"Mountains","tags":[],"meaning":[0.4,0.3,0.2,0.1]}]}"#],
    )
    .gives(Data::Object(INSERTED)),
    does(
        "entities/upsert",
        "Insert rows, or replace those with the same keys",
        &[
            DB,
            COLLECTION,
            PARTITION,
            ROWS,
            may("partialUpdate", Kind::Flag, "Only the fields that are given."),
            may("fieldOps", Kind::Objects(FIELD_OP), "What is done instead of replacing values."),
        ],
        &[r#"{"collectionName":"books","data":[
          {"id":1,"title":"The sea","tags":[9],"meaning":[0.1,0.2,0.3,0.4]}]}"#],
    )
    .gives(Data::Object(UPSERTED)),
    does(
        "entities/search",
        "Find the rows nearest to vectors",
        &[
            DB,
            COLLECTION,
            PARTITIONS,
            ANNS,
            VECTORS,
            may("ids", Kind::Any, "Keys of rows whose vectors to search for, in place of `data`."),
            FILTER,
            EXPR_PARAMS,
            LIMIT,
            OFFSET,
            FIELDS,
            GROUPING,
            GROUP_SIZE,
            STRICT,
            METRIC,
            SEARCH_PARAMS,
            PARAMS,
            LEVEL,
            SCORE,
        ],
        &[r#"{"collectionName":"books","annsField":"meaning","data":[[0.1,0.2,0.3,0.4]],
          "filter":"id > 0","limit":2,"outputFields":["title"]}"#],
    )
    .gives(Data::Rows),
    does("entities/advanced_search", "Search several fields at once", HYBRID, HYBRID_EXAMPLE)
        .gives(Data::Rows),
    does("entities/hybrid_search", "The same", HYBRID, HYBRID_EXAMPLE).gives(Data::Rows),
];
