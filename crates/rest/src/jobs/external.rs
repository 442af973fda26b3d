//! Collections whose data lies outside being read again.

use super::{job, state};
use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::collections::collection;
use crate::problem::Problem;
use milvus::message::job::{
    GetRefreshExternalCollectionProgressRequest, GetRefreshExternalCollectionProgressResponse,
    ListRefreshExternalCollectionJobsRequest, ListRefreshExternalCollectionJobsResponse,
    RefreshExternalCollectionJobInfo, RefreshExternalCollectionRequest,
    RefreshExternalCollectionResponse,
};
use serde_json::{Value, json};

answered!(
    GetRefreshExternalCollectionProgressResponse,
    ListRefreshExternalCollectionJobsResponse,
    RefreshExternalCollectionResponse,
);

/// States of a job, by name.
const STATES: &[(&str, i32)] = &[
    ("RefreshPending", 0),
    ("RefreshInProgress", 1),
    ("RefreshCompleted", 2),
    ("RefreshFailed", 3),
];

pub(crate) async fn external_refresh(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = RefreshExternalCollectionRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        external_source: body.text("externalSource")?,
        external_spec: body.text("externalSpec")?,
    };
    let answer: RefreshExternalCollectionResponse =
        caller.ask("RefreshExternalCollection", &request).await?;
    Ok(Reply::json(&json!({ "jobId": answer.job_id })))
}

pub(crate) async fn external_progress(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = GetRefreshExternalCollectionProgressRequest { job_id: job(&body)? };
    let answer: GetRefreshExternalCollectionProgressResponse =
        caller.ask("GetRefreshExternalCollectionProgress", &request).await?;
    Ok(Reply::json(&shown(&answer.job_info.unwrap_or_default())))
}

pub(crate) async fn external_list(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = ListRefreshExternalCollectionJobsRequest {
        db_name: caller.database(),
        collection_name: body.text("collectionName")?,
    };
    let answer: ListRefreshExternalCollectionJobsResponse =
        caller.ask("ListRefreshExternalCollectionJobs", &request).await?;
    let records: Value = answer.jobs.iter().map(shown).collect();
    Ok(Reply::json(&json!({ "records": records })))
}

fn shown(info: &RefreshExternalCollectionJobInfo) -> Value {
    json!({
        "jobId": info.job_id,
        "collectionName": info.collection_name,
        "state": state(STATES, info.state),
        "progress": info.progress,
        "reason": info.reason,
        "externalSource": info.external_source,
        "externalSpec": info.external_spec,
        "startTime": info.start_time,
        "endTime": info.end_time,
    })
}
