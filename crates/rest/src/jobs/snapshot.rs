//! Snapshots that are written outside, or restored from there.

use super::{job, state};
use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::collections::collection;
use crate::problem::Problem;
use milvus::message::job::{
    ExportSnapshotRequest, ExportSnapshotResponse, GetRestoreSnapshotStateRequest,
    GetRestoreSnapshotStateResponse, ListRestoreSnapshotJobsRequest,
    ListRestoreSnapshotJobsResponse, RestoreExternalSnapshotRequest,
    RestoreExternalSnapshotResponse, RestoreSnapshotInfo,
};
use serde_json::{Value, json};

answered!(
    ExportSnapshotResponse,
    GetRestoreSnapshotStateResponse,
    ListRestoreSnapshotJobsResponse,
    RestoreExternalSnapshotResponse,
);

/// States of a restoration, by name.
const STATES: &[(&str, i32)] = &[
    ("RestoreSnapshotNone", 0),
    ("RestoreSnapshotPending", 1),
    ("RestoreSnapshotExecuting", 2),
    ("RestoreSnapshotCompleted", 3),
    ("RestoreSnapshotFailed", 4),
];

pub(crate) async fn snapshot_restore(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = RestoreExternalSnapshotRequest {
        db_name: caller.database(),
        target_collection_name: body.name("targetCollectionName")?,
        snapshot_metadata_uri: body.name("snapshotMetadataURI")?,
        external_spec: body.text("externalSpec")?,
    };
    let answer: RestoreExternalSnapshotResponse =
        caller.ask("RestoreExternalSnapshot", &request).await?;
    Ok(Reply::json(&json!({ "jobId": answer.job_id.to_string() })))
}

pub(crate) async fn snapshot_export(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = ExportSnapshotRequest {
        name: body.name("snapshotName")?,
        db_name: caller.database(),
        collection_name: collection(&body)?,
        target_s3_path: body.name("targetS3Path")?,
        external_spec: body.text("externalSpec")?,
    };
    let answer: ExportSnapshotResponse = caller.ask("ExportSnapshot", &request).await?;
    let data = json!({
        "snapshotMetadataURI": answer.snapshot_metadata_uri,
        "jobId": answer.job_id.to_string(),
    });
    Ok(Reply::json(&data))
}

pub(crate) async fn snapshot_describe(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = GetRestoreSnapshotStateRequest { job_id: job(&body)? };
    let answer: GetRestoreSnapshotStateResponse =
        caller.ask("GetRestoreSnapshotState", &request).await?;
    Ok(Reply::json(&shown(&answer.info.unwrap_or_default())))
}

pub(crate) async fn snapshot_list(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let collection_name = body.text("collectionName")?;
    let request = ListRestoreSnapshotJobsRequest { db_name: caller.database(), collection_name };
    let answer: ListRestoreSnapshotJobsResponse =
        caller.ask("ListRestoreSnapshotJobs", &request).await?;
    let records: Value = answer.jobs.iter().map(shown).collect();
    Ok(Reply::json(&json!({ "records": records })))
}

fn shown(info: &RestoreSnapshotInfo) -> Value {
    json!({
        "jobId": info.job_id.to_string(),
        "snapshotName": info.snapshot_name,
        "dbName": info.db_name,
        "collectionName": info.collection_name,
        "state": state(STATES, info.state),
        "progress": info.progress,
        "reason": info.reason,
        "startTime": info.start_time,
        "timeCost": info.time_cost,
    })
}
