//! Rows.

use super::collections::FUNCTION;
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
/// Parameters that all kinds of indexes know.
const INDEX_PARAMS: &[Member] = &[
    may("radius", Kind::Number, "Only rows nearer than this."),
    may("range_filter", Kind::Number, "Only rows not nearer than this."),
    may("level", Kind::Whole, "How thoroughly to look, for `AUTOINDEX`."),
    may("nprobe", Kind::Whole, "How many parts to look into, for kinds with `IVF` in their name."),
    may("ef", Kind::Whole, "How many to look at, for `HNSW`."),
];
const SEARCH_PARAMS: Member = may(
    "searchParams",
    Kind::Open(&[
        may("metric_type", Kind::Text, "How far vectors are from each other."),
        may("ignore_growing", Kind::Flag, "Whether to leave out what was written just now."),
        may("hints", Kind::Text, "How to filter."),
        may("params", Kind::Open(INDEX_PARAMS), "Parameters of the index."),
    ]),
    "What the search is to be like; parameters of the index may stand here as well.",
);
const PARAMS: Member =
    may("params", Kind::Open(INDEX_PARAMS), "More parameters, as in `searchParams.params`.");
const METRIC: Member = may("metricType", Kind::Text, "How far vectors are from each other.");
const SCORE: Member = may(
    "functionScore",
    Kind::Object(&[
        may("functions", Kind::Objects(FUNCTION), "The functions."),
        may("params", Kind::Free, "What it is to be like."),
    ]),
    "Functions that score what was found.",
);
const CHAIN_ARGUMENT: &[Member] = &[
    may("column", Kind::Text, "A field, or `$score`."),
    may("literal", Kind::Any, "A value, in place of a column."),
];
const CHAIN_STEP: &[Member] = &[
    must("op", Kind::Text, "What it does, such as `map`, `sort` or `limit`."),
    may("inputs", Kind::Texts, "The columns that it reads."),
    may("outputs", Kind::Texts, "The columns that it fills."),
    may(
        "expr",
        Kind::Object(&[
            must("name", Kind::Text, "The function, such as `num_combine` or `decay`."),
            may("args", Kind::Objects(CHAIN_ARGUMENT), "What it is given."),
            may("params", Kind::Free, "What it is to be like."),
        ]),
        "What it reckons.",
    ),
    may("params", Kind::Free, "What it is to be like."),
];
const CHAINS: Member = may(
    "functionChains",
    Kind::Objects(&[
        may("name", Kind::Text, "Its name."),
        must("stage", Kind::Text, "When it runs, such as `FunctionChainStageL2Rerank`."),
        may("ops", Kind::Objects(CHAIN_STEP), "The steps."),
    ]),
    "Functions that are run over what was found, in place of `functionScore`.",
);
const HIGHLIGHTER: Member = may(
    "highlighter",
    Kind::Object(&[
        may("type", Kind::Text, "`Lexical`, which it is if left out, or `Semantic`."),
        may("params", Kind::Free, "Such as `pre_tags`, `post_tags` or `highlight_search_text`."),
    ]),
    "What is marked in texts; each row has it as `highlight`, by field.",
);
/// The name of [`AGGREGATION`].
pub(super) const AGGREGATION_NAME: &str = "SearchAggregation";
const DIRECTION: Member = must("direction", Kind::Text, "`asc` or `desc`.");
/// How to put what a search finds into buckets.
pub(super) const AGGREGATION: &[Member] = &[
    must("fields", Kind::Texts, "The fields whose values tell the buckets apart."),
    must("size", Kind::Whole, "How many buckets."),
    may("searchSize", Kind::Whole, "How many buckets to look for; `size` if left out."),
    may(
        "metrics",
        Kind::Named(&[
            must("op", Kind::Text, "`count`, `sum`, `avg`, `min` or `max`."),
            must("fieldName", Kind::Text, "The field, `_score`, or `*` to count."),
        ]),
        "What is reckoned for each bucket, by names of your own.",
    ),
    may(
        "order",
        Kind::Objects(&[
            must("key", Kind::Text, "A name among `metrics`, `_count` or `_key`."),
            DIRECTION,
        ]),
        "In which order.",
    ),
    may(
        "topHits",
        Kind::Object(&[
            must("size", Kind::Whole, "How many."),
            may(
                "sort",
                Kind::Objects(&[must("fieldName", Kind::Text, "The field."), DIRECTION]),
                "In which order.",
            ),
        ]),
        "Which rows are shown of each bucket.",
    ),
    may("subAggregation", Kind::Shared(AGGREGATION_NAME), "Buckets within each bucket."),
];
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
    CHAINS,
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
    CHAINS,
];
const FIELD_OP: &[Member] = &[
    must("fieldName", Kind::Text, "The field."),
    must("op", Kind::Text, "`REPLACE`, `ARRAY_APPEND` or `ARRAY_REMOVE`."),
];
const ROWS: Member = must("data", Kind::Rows, "The rows; one may stand alone.");
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
            CHAINS,
            HIGHLIGHTER,
            may(
                "searchAggregation",
                Kind::Shared(AGGREGATION_NAME),
                "How to put what is found into buckets, which are answered in its place.",
            ),
        ],
        &[r#"{"collectionName":"books","annsField":"meaning","data":[[0.1,0.2,0.3,0.4]],
          "filter":"id > 0","limit":2,"outputFields":["title"]}"#],
    )
    .gives(Data::Found),
    does("entities/advanced_search", "Search several fields at once", HYBRID, HYBRID_EXAMPLE)
        .gives(Data::Found),
    does("entities/hybrid_search", "The same", HYBRID, HYBRID_EXAMPLE).gives(Data::Found),
];
