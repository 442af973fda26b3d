//! Work that goes on after its request was answered.

use super::common::Status;
use super::schema::KeyValuePair;

/// `Import`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ImportRequest {
    /// The collection, or an alias of it.
    #[prost(string, tag = "1")]
    pub collection_name: String,
    /// The partition; empty means the default one.
    #[prost(string, tag = "2")]
    pub partition_name: String,
    /// Whether the files hold rows.
    #[prost(bool, tag = "4")]
    pub row_based: bool,
    /// The files.
    #[prost(string, repeated, tag = "5")]
    pub files: Vec<String>,
    /// Options, by name.
    #[prost(message, repeated, tag = "6")]
    pub options: Vec<KeyValuePair>,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "7")]
    pub db_name: String,
}

/// The answer to `Import`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ImportResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The jobs.
    #[prost(int64, repeated, tag = "2")]
    pub tasks: Vec<i64>,
}

/// `GetImportState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetImportStateRequest {
    /// The job.
    #[prost(int64, tag = "1")]
    pub task: i64,
}

/// The answer to `GetImportState`, and one job in that to `ListImportTasks`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetImportStateResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// In which state it is.
    #[prost(int32, tag = "2")]
    pub state: i32,
    /// How many rows were read.
    #[prost(int64, tag = "3")]
    pub row_count: i64,
    /// More facts, by name.
    #[prost(message, repeated, tag = "5")]
    pub infos: Vec<KeyValuePair>,
    /// Its number.
    #[prost(int64, tag = "6")]
    pub id: i64,
    /// The collection's number.
    #[prost(int64, tag = "7")]
    pub collection_id: i64,
    /// When it was made, in seconds since 1970.
    #[prost(int64, tag = "9")]
    pub create_ts: i64,
}

/// `ListImportTasks`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListImportTasksRequest {
    /// The collection, or an alias of it.
    #[prost(string, tag = "1")]
    pub collection_name: String,
    /// The most to answer with; 0 means no bound.
    #[prost(int64, tag = "2")]
    pub limit: i64,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "3")]
    pub db_name: String,
}

/// The answer to `ListImportTasks`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListImportTasksResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The jobs.
    #[prost(message, repeated, tag = "2")]
    pub tasks: Vec<GetImportStateResponse>,
}

/// `RestoreExternalSnapshot`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RestoreExternalSnapshotRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection to make.
    #[prost(string, tag = "3")]
    pub target_collection_name: String,
    /// Where the description of the snapshot is.
    #[prost(string, tag = "4")]
    pub snapshot_metadata_uri: String,
    /// How the outer storage is to be read.
    #[prost(string, tag = "5")]
    pub external_spec: String,
}

/// The answer to `RestoreExternalSnapshot`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RestoreExternalSnapshotResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The job.
    #[prost(int64, tag = "2")]
    pub job_id: i64,
}

/// `ExportSnapshot`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExportSnapshotRequest {
    /// Its name.
    #[prost(string, tag = "2")]
    pub name: String,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "3")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "4")]
    pub collection_name: String,
    /// Where to write it.
    #[prost(string, tag = "5")]
    pub target_s3_path: String,
    /// How the outer storage is to be read.
    #[prost(string, tag = "6")]
    pub external_spec: String,
}

/// The answer to `ExportSnapshot`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExportSnapshotResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// Where the description of the snapshot is.
    #[prost(string, tag = "2")]
    pub snapshot_metadata_uri: String,
    /// The job.
    #[prost(int64, tag = "3")]
    pub job_id: i64,
}

/// `GetRestoreSnapshotState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetRestoreSnapshotStateRequest {
    /// The job.
    #[prost(int64, tag = "2")]
    pub job_id: i64,
}

/// The answer to `GetRestoreSnapshotState`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetRestoreSnapshotStateResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The job.
    #[prost(message, optional, tag = "2")]
    pub info: Option<RestoreSnapshotInfo>,
}

/// A snapshot being restored.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RestoreSnapshotInfo {
    /// The job.
    #[prost(int64, tag = "1")]
    pub job_id: i64,
    /// The snapshot.
    #[prost(string, tag = "2")]
    pub snapshot_name: String,
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "3")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "4")]
    pub collection_name: String,
    /// In which state it is.
    #[prost(int32, tag = "5")]
    pub state: i32,
    /// How far it is, in percent.
    #[prost(int32, tag = "6")]
    pub progress: i32,
    /// Why it failed.
    #[prost(string, tag = "7")]
    pub reason: String,
    /// When it began.
    #[prost(uint64, tag = "8")]
    pub start_time: u64,
    /// How long it took, in milliseconds.
    #[prost(uint64, tag = "9")]
    pub time_cost: u64,
}

/// `ListRestoreSnapshotJobs`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListRestoreSnapshotJobsRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// The answer to `ListRestoreSnapshotJobs`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListRestoreSnapshotJobsResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The jobs.
    #[prost(message, repeated, tag = "2")]
    pub jobs: Vec<RestoreSnapshotInfo>,
}

/// `RefreshExternalCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RefreshExternalCollectionRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
    /// Where the outer data is.
    #[prost(string, tag = "4")]
    pub external_source: String,
    /// How the outer storage is to be read.
    #[prost(string, tag = "5")]
    pub external_spec: String,
}

/// The answer to `RefreshExternalCollection`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RefreshExternalCollectionResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The job.
    #[prost(int64, tag = "2")]
    pub job_id: i64,
}

/// `GetRefreshExternalCollectionProgress`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetRefreshExternalCollectionProgressRequest {
    /// The job.
    #[prost(int64, tag = "2")]
    pub job_id: i64,
}

/// The answer to `GetRefreshExternalCollectionProgress`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct GetRefreshExternalCollectionProgressResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The job.
    #[prost(message, optional, tag = "2")]
    pub job_info: Option<RefreshExternalCollectionJobInfo>,
}

/// An outer collection being read again.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RefreshExternalCollectionJobInfo {
    /// The job.
    #[prost(int64, tag = "1")]
    pub job_id: i64,
    /// The collection, or an alias of it.
    #[prost(string, tag = "2")]
    pub collection_name: String,
    /// In which state it is.
    #[prost(int32, tag = "3")]
    pub state: i32,
    /// How far it is, in percent.
    #[prost(int64, tag = "4")]
    pub progress: i64,
    /// Why it failed.
    #[prost(string, tag = "5")]
    pub reason: String,
    /// Where the outer data is.
    #[prost(string, tag = "6")]
    pub external_source: String,
    /// When it began.
    #[prost(int64, tag = "7")]
    pub start_time: i64,
    /// When it ended.
    #[prost(int64, tag = "8")]
    pub end_time: i64,
    /// How the outer storage is to be read.
    #[prost(string, tag = "9")]
    pub external_spec: String,
}

/// `ListRefreshExternalCollectionJobs`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListRefreshExternalCollectionJobsRequest {
    /// The database; empty means the one that the metadata names, else `default`.
    #[prost(string, tag = "2")]
    pub db_name: String,
    /// The collection, or an alias of it.
    #[prost(string, tag = "3")]
    pub collection_name: String,
}

/// The answer to `ListRefreshExternalCollectionJobs`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ListRefreshExternalCollectionJobsResponse {
    /// How the call went.
    #[prost(message, optional, tag = "1")]
    pub status: Option<Status>,
    /// The jobs.
    #[prost(message, repeated, tag = "2")]
    pub jobs: Vec<RefreshExternalCollectionJobInfo>,
}
