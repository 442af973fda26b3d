//! Partitions.

use crate::body::{Body, required};
use crate::caller::{Caller, Reply, answered};
use crate::collections::collection;
use crate::problem::Problem;
use crate::values::row_count;
use milvus::message::collection::BoolResponse;
use milvus::message::partition::{
    CreatePartitionRequest, DropPartitionRequest, GetPartitionStatisticsRequest,
    GetPartitionStatisticsResponse, HasPartitionRequest, LoadPartitionsRequest,
    ReleasePartitionsRequest, ShowPartitionsRequest, ShowPartitionsResponse,
};
use serde_json::json;

answered!(GetPartitionStatisticsResponse, ShowPartitionsResponse);

/// Database, collection and partition.
fn one(caller: &Caller<'_>, body: &Body<'_>) -> Result<(String, String, String), Problem> {
    Ok((caller.database(), collection(body)?, body.name("partitionName")?))
}

/// Database, collection and partitions.
fn several(caller: &Caller<'_>, body: &Body<'_>) -> Result<(String, String, Vec<String>), Problem> {
    let collection = collection(body)?;
    let partitions = body.texts("partitionNames")?;
    if partitions.is_empty() {
        return Err(Problem::missing(required("partitionNames")));
    }
    Ok((caller.database(), collection, partitions))
}

pub(crate) async fn list(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = collection(&body)?;
    let request = ShowPartitionsRequest { db_name: caller.database(), collection_name };
    let answer: ShowPartitionsResponse = caller.ask("ShowPartitions", &request).await?;
    Ok(Reply::json(&json!(answer.partition_names)))
}

pub(crate) async fn has(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let (db_name, collection_name, partition_name) = one(caller, &body)?;
    let request = HasPartitionRequest { db_name, collection_name, partition_name };
    let answer: BoolResponse = caller.ask("HasPartition", &request).await?;
    Ok(Reply::json(&json!({ "has": answer.value })))
}

pub(crate) async fn get_stats(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let (db_name, collection_name, partition_name) = one(caller, &body)?;
    let request = GetPartitionStatisticsRequest { db_name, collection_name, partition_name };
    let answer: GetPartitionStatisticsResponse =
        caller.ask("GetPartitionStatistics", &request).await?;
    Ok(Reply::json(&row_count(&answer.stats)))
}

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let (db_name, collection_name, partition_name) = one(caller, &body)?;
    let request = CreatePartitionRequest { db_name, collection_name, partition_name };
    caller.order("CreatePartition", &request).await
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let (db_name, collection_name, partition_name) = one(caller, &body)?;
    let request = DropPartitionRequest { db_name, collection_name, partition_name };
    caller.order("DropPartition", &request).await
}

pub(crate) async fn load(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let (db_name, collection_name, partition_names) = several(caller, &body)?;
    let request = LoadPartitionsRequest { db_name, collection_name, partition_names };
    caller.order("LoadPartitions", &request).await
}

pub(crate) async fn release(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let (db_name, collection_name, partition_names) = several(caller, &body)?;
    let request = ReleasePartitionsRequest { db_name, collection_name, partition_names };
    caller.order("ReleasePartitions", &request).await
}
