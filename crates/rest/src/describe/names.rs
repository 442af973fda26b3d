//! Databases, partitions, indexes and aliases.

use super::collections::INDEX;
use super::{
    COLLECTION, COUNT, DB, Data, HAS, Kind, LOOSE_COLLECTION, Member, Operation, PAIR, PROPERTIES,
    PROPERTY_KEYS, does, may, must,
};

const DATABASE: Member = must("dbName", Kind::Text, "The database.");
const ONE: Member = must("partitionName", Kind::Text, "The partition.");
const SEVERAL: Member = must("partitionNames", Kind::Texts, "The partitions.");
const INDEX_NAME: Member = must("indexName", Kind::Text, "The index.");
const ALIAS: Member = must("aliasName", Kind::Text, "The alias.");
const OF_DATABASE: &[Member] = &[DATABASE];
const CHANGED_DATABASE: &[Member] = &[DATABASE, PROPERTIES];
const PARTITION: &[Member] = &[DB, COLLECTION, ONE];
const PARTITIONS: &[Member] = &[DB, COLLECTION, SEVERAL];
const OF_ALIAS: &[Member] = &[DB, COLLECTION, ALIAS];
const APART: &[&str] = &[r#"{"dbName":"apart"}"#];
const PART: &[&str] = &[r#"{"collectionName":"books","partitionName":"part"}"#];
const PARTS: &[&str] = &[r#"{"collectionName":"books","partitionNames":["part"]}"#];
const OTHER: &[&str] = &[r#"{"collectionName":"books","aliasName":"other"}"#];
const BOOKS: &[&str] = &[r#"{"collectionName":"books"}"#];
const MEANING: &[&str] = &[r#"{"collectionName":"books","indexName":"meaning"}"#];
const CHANGED: &[&str] = &[r#"{"dbName":"apart","properties":{"database.max.collections":"10"}}"#];

const DESCRIBED_DATABASE: &[Member] = &[
    must("dbName", Kind::Text, "Its name."),
    must("dbID", Kind::Whole, "Its number."),
    must("properties", Kind::Objects(PAIR), "Its properties."),
];
const DESCRIBED_INDEX: &[Member] = &[
    must("indexName", Kind::Text, "Its name."),
    must("fieldName", Kind::Text, "The field."),
    must("indexType", Kind::Text, "Its kind."),
    must("metricType", Kind::Text, "How far vectors are from each other."),
    must("totalRows", Kind::Whole, "Rows there are."),
    must("indexedRows", Kind::Whole, "Rows that are in it."),
    must("pendingRows", Kind::Whole, "Rows that are still to come."),
    must("indexState", Kind::Text, "How far it is."),
    must("failReason", Kind::Text, "Why it could not be made."),
    must("params", Kind::Free, "What it is like."),
];
const DESCRIBED_ALIAS: &[Member] = &[
    must("dbName", Kind::Text, "The database."),
    must("collectionName", Kind::Text, "The collection."),
    must("aliasName", Kind::Text, "The alias."),
];

/// The operations.
pub(super) const ALL: &[Operation] = &[
    does("databases/create", "Make a database", CHANGED_DATABASE, APART),
    does("databases/drop", "Drop a database", OF_DATABASE, APART),
    does(
        "databases/drop_properties",
        "Remove properties of a database",
        &[DATABASE, PROPERTY_KEYS],
        &[r#"{"dbName":"apart","propertyKeys":["database.max.collections"]}"#],
    ),
    does("databases/list", "List the databases", &[], &["{}"]).gives(Data::Names),
    does("databases/describe", "Describe a database", OF_DATABASE, APART)
        .gives(Data::Object(DESCRIBED_DATABASE)),
    does("databases/alter", "Change properties of a database", CHANGED_DATABASE, CHANGED),
    does("databases/alter_properties", "The same", CHANGED_DATABASE, CHANGED),
    does("partitions/list", "List the partitions of a collection", &[DB, COLLECTION], BOOKS)
        .gives(Data::Names),
    does("partitions/has", "Whether there is such a partition", PARTITION, PART)
        .gives(Data::Object(HAS)),
    does("partitions/get_stats", "Count the rows of a partition", PARTITION, PART)
        .gives(Data::Object(COUNT)),
    does("partitions/create", "Make a partition", PARTITION, PART),
    does("partitions/drop", "Drop a partition", PARTITION, PART),
    does("partitions/load", "Load partitions", PARTITIONS, PARTS),
    does("partitions/release", "Release partitions", PARTITIONS, PARTS),
    does("indexes/list", "List the indexes of a collection", &[DB, COLLECTION], BOOKS)
        .gives(Data::Names),
    does(
        "indexes/describe",
        "Describe an index",
        &[DB, COLLECTION, INDEX_NAME, may("timestamp", Kind::Whole, "As of this time.")],
        MEANING,
    )
    .gives(Data::Objects(DESCRIBED_INDEX)),
    does(
        "indexes/create",
        "Make indexes",
        &[DB, COLLECTION, must("indexParams", Kind::Objects(INDEX), "The indexes.")],
        &[r#"{"collectionName":"books","indexParams":[
          {"fieldName":"meaning","indexName":"meaning","metricType":"L2"}]}"#],
    ),
    does("indexes/drop", "Drop an index", &[DB, COLLECTION, INDEX_NAME], MEANING),
    does(
        "indexes/alter_properties",
        "Change properties of an index",
        &[DB, COLLECTION, INDEX_NAME, PROPERTIES],
        &[r#"{"collectionName":"books","indexName":"meaning",
          "properties":{"mmap.enabled":"true"}}"#],
    ),
    does(
        "indexes/drop_properties",
        "Remove properties of an index",
        &[DB, COLLECTION, INDEX_NAME, PROPERTY_KEYS],
        &[r#"{"collectionName":"books","indexName":"meaning","propertyKeys":["mmap.enabled"]}"#],
    ),
    does("aliases/list", "List aliases", &[DB, LOOSE_COLLECTION], BOOKS).gives(Data::Names),
    does("aliases/describe", "Describe an alias", &[DB, ALIAS], &[r#"{"aliasName":"other"}"#])
        .gives(Data::Object(DESCRIBED_ALIAS)),
    does("aliases/create", "Give a collection one more name", OF_ALIAS, OTHER),
    does("aliases/drop", "Take such a name away", &[DB, ALIAS], &[r#"{"aliasName":"other"}"#]),
    does("aliases/alter", "Give such a name to another collection", OF_ALIAS, OTHER),
];
