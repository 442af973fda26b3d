//! Jobs, and what else there is.

use super::{
    COLLECTION, DB, Data, Kind, LOOSE_COLLECTION, Member, Operation, PARTITION, does, may, must,
};

const JOB: Member = must("jobId", Kind::Any, "The job's number, as a number or as text.");
const SPEC: Member = may("externalSpec", Kind::Text, "How the data outside is written.");
const OF_JOB: &[Member] = &[JOB];
const LOOSE: &[Member] = &[DB, LOOSE_COLLECTION];
const MADE: &[Member] = &[must("jobId", Kind::Any, "The number to ask for it by.")];
const IMPORT: &[Member] = &[
    must("jobId", Kind::Text, "The job's number."),
    must("collectionName", Kind::Text, "The collection."),
    must("state", Kind::Text, "`Pending`, `Importing`, `Completed` or `Failed`."),
    must("progress", Kind::Whole, "In percent."),
    may("reason", Kind::Text, "Why it failed."),
    may("importedRows", Kind::Whole, "How many rows are there; not in lists."),
];
const IMPORTS: &[Member] = &[must("records", Kind::Objects(IMPORT), "The jobs.")];
const SNAPSHOTS: &[Member] = &[must("records", Kind::Objects(SNAPSHOT), "The jobs.")];
const EXTERNALS: &[Member] = &[must("records", Kind::Objects(EXTERNAL), "The jobs.")];
const SNAPSHOT: &[Member] = &[
    must("jobId", Kind::Text, "The job's number."),
    must("snapshotName", Kind::Text, "The snapshot."),
    must("dbName", Kind::Text, "The database."),
    must("collectionName", Kind::Text, "The collection."),
    must("state", Kind::Text, "How far it is."),
    must("progress", Kind::Whole, "In percent."),
    must("reason", Kind::Text, "Why it failed."),
    must("startTime", Kind::Whole, "When it began."),
    must("timeCost", Kind::Whole, "How long it took."),
];
const EXTERNAL: &[Member] = &[
    must("jobId", Kind::Whole, "The job's number."),
    must("collectionName", Kind::Text, "The collection."),
    must("state", Kind::Text, "How far it is."),
    must("progress", Kind::Whole, "In percent."),
    must("reason", Kind::Text, "Why it failed."),
    must("externalSource", Kind::Text, "Where the data is."),
    must("externalSpec", Kind::Text, "How it is written."),
    must("startTime", Kind::Whole, "When it began."),
    must("endTime", Kind::Whole, "When it ended."),
];
const SEVEN: &[&str] = &[r#"{"jobId":"7"}"#];
const BOOKS: &[&str] = &[r#"{"collectionName":"books"}"#];
const TOKEN: &[Member] = &[
    must("token", Kind::Text, "The token."),
    may("startOffset", Kind::Whole, "Where it begins, with `withDetail`."),
    may("endOffset", Kind::Whole, "Where it ends, with `withDetail`."),
    may("position", Kind::Whole, "Which token of the text it is, with `withDetail`."),
    may("positionLength", Kind::Whole, "Over how many places it goes, with `withDetail`."),
    may("hash", Kind::Whole, "Its hash, with `withHash`."),
];

/// The operations.
pub(super) const ALL: &[Operation] = &[
    does("jobs/import/list", "List imports", LOOSE, BOOKS).gives(Data::Object(IMPORTS)),
    does(
        "jobs/import/create",
        "Import files",
        &[
            DB,
            COLLECTION,
            PARTITION,
            must("files", Kind::List, "One list of files."),
            may("options", Kind::Free, "Options by name."),
        ],
        &[r#"{"collectionName":"books","files":[["rows.json"]]}"#],
    )
    .gives(Data::Object(MADE)),
    does("jobs/import/get_progress", "Tell how far an import is", OF_JOB, SEVEN)
        .gives(Data::Object(IMPORT)),
    does("jobs/import/describe", "The same", OF_JOB, SEVEN).gives(Data::Object(IMPORT)),
    does("jobs/import/commit", "Closed", &[], &["{}"]),
    does("jobs/import/abort", "Closed", &[], &["{}"]),
    does(
        "jobs/snapshot/restore_external",
        "Restore a snapshot that lies outside",
        &[
            DB,
            must("targetCollectionName", Kind::Text, "The collection to make."),
            must("snapshotMetadataURI", Kind::Text, "Where the snapshot is."),
            SPEC,
        ],
        &[r#"{"targetCollectionName":"again","snapshotMetadataURI":"s3://bucket/snapshot"}"#],
    )
    .gives(Data::Object(MADE)),
    does(
        "jobs/snapshot/export",
        "Write a snapshot outside",
        &[
            DB,
            COLLECTION,
            must("snapshotName", Kind::Text, "The snapshot."),
            must("targetS3Path", Kind::Text, "Where to."),
            SPEC,
        ],
        &[r#"{"collectionName":"books","snapshotName":"one","targetS3Path":"s3://bucket/one"}"#],
    )
    .gives(Data::Object(&[
        must("snapshotMetadataURI", Kind::Text, "Where it is."),
        must("jobId", Kind::Text, "The number to ask for it by."),
    ])),
    does("jobs/snapshot/describe", "Tell how far a restoration is", OF_JOB, SEVEN)
        .gives(Data::Object(SNAPSHOT)),
    does("jobs/snapshot/list", "List restorations", LOOSE, BOOKS).gives(Data::Object(SNAPSHOTS)),
    does(
        "jobs/external_collection/refresh",
        "Read a collection's data outside again",
        &[DB, COLLECTION, may("externalSource", Kind::Text, "Where the data is."), SPEC],
        BOOKS,
    )
    .gives(Data::Object(MADE)),
    does("jobs/external_collection/describe", "Tell how far that is", OF_JOB, SEVEN)
        .gives(Data::Object(EXTERNAL)),
    does("jobs/external_collection/list", "List such jobs", LOOSE, BOOKS)
        .gives(Data::Object(EXTERNALS)),
    does("segments/describe", "Closed", &[], &["{}"]),
    does("quotacenter/describe", "Closed", &[], &["{}"]),
    does(
        "common/run_analyzer",
        "Take texts apart, as full-text search does",
        &[
            DB,
            must("text", Kind::Texts, "The texts."),
            may("analyzerParams", Kind::Any, "The analyzer, as an object or as text."),
            may("analyzerNames", Kind::Texts, "Analyzers of a field, one for each text."),
            may("collectionName", Kind::Text, "The collection whose analyzer to use."),
            may("fieldName", Kind::Text, "The field whose analyzer to use."),
            may("withDetail", Kind::Flag, "Say where in the text each token stands."),
            may("withHash", Kind::Flag, "Say the hash of each token."),
        ],
        &[r#"{"text":["The sea"],"analyzerParams":{"tokenizer":"standard"}}"#],
    )
    .gives(Data::Tokens(TOKEN)),
];
