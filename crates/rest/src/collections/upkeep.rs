//! Emptying a collection, and having its data put in order.

use super::collection;
use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::problem::Problem;
use crate::values::name_of;
use milvus::message::change::{
    FlushRequest, FlushResponse, GetCompactionStateRequest, GetCompactionStateResponse,
    GetFlushStateRequest, GetFlushStateResponse, ManualCompactionRequest, ManualCompactionResponse,
};
use milvus::message::collection::{TruncateCollectionRequest, TruncateCollectionResponse};
use serde_json::json;
use std::time::Duration;

answered!(
    FlushResponse,
    GetCompactionStateResponse,
    GetFlushStateResponse,
    ManualCompactionResponse,
    TruncateCollectionResponse,
);

/// How long to wait before asking again whether all is written.
const PAUSE: Duration = Duration::from_millis(100);
/// States of a compaction, by name.
const STATES: &[(&str, i32)] = &[("UndefiedState", 0), ("Executing", 1), ("Completed", 2)];

pub(crate) async fn truncate(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = collection(&body)?;
    let request = TruncateCollectionRequest { db_name: caller.database(), collection_name };
    let _: TruncateCollectionResponse = caller.ask("TruncateCollection", &request).await?;
    Ok(Reply::done())
}

/// Answers when all is written, as far as the request's time goes.
pub(crate) async fn flush(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let name = collection(&body)?;
    let collection_names = vec![name.clone()];
    let request = FlushRequest { db_name: caller.database(), collection_names };
    let answer: FlushResponse = caller.ask("Flush", &request).await?;
    let segments = answer.coll_seg_ids.get(&name).map(|segments| segments.data.clone());
    let Some(segment_ids) = segments.filter(|segments| !segments.is_empty()) else {
        return Ok(Reply::done());
    };
    let request = GetFlushStateRequest {
        segment_ids,
        flush_ts: answer.coll_flush_ts.get(&name).copied().unwrap_or_default(),
        db_name: request.db_name,
        collection_name: name,
    };
    loop {
        let answer: GetFlushStateResponse = caller.ask("GetFlushState", &request).await?;
        if answer.flushed {
            return Ok(Reply::done());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

pub(crate) async fn compact(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = collection(&body)?;
    let described = super::described(caller, collection_name.clone()).await?;
    let request = ManualCompactionRequest {
        collection_id: described.collection_id,
        major_compaction: body.flag("isClustering")?,
        collection_name,
        db_name: caller.database(),
    };
    let answer: ManualCompactionResponse = caller.ask("ManualCompaction", &request).await?;
    Ok(Reply::json(&json!({ "compactionID": answer.compaction_id })))
}

pub(crate) async fn compaction_state(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let compaction_id = body.number("jobID")?.unwrap_or_default();
    let request = GetCompactionStateRequest { compaction_id };
    let answer: GetCompactionStateResponse = caller.ask("GetCompactionState", &request).await?;
    Ok(Reply::json(&json!({
        "compactionID": compaction_id,
        "state": name_of(STATES, answer.state),
        "executingPlanNumber": answer.executing_plan_no,
        "timeoutPlanNumber": answer.timeout_plan_no,
        "completedPlanNumber": answer.completed_plan_no,
        "failedPlanNumber": answer.failed_plan_no,
    })))
}
