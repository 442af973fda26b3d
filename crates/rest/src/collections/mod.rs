//! Collections: which there are, their state, loading and dropping them.
//!
//! Making one is in [`mod@create`], looking at one in [`mod@describe`], changing one in
//! [`mod@change`], and how a schema is written in JSON in [`schema`].

mod change;
mod create;
mod describe;
mod schema;
mod upkeep;

pub(crate) use change::{
    add_field, add_function, add_function_field, add_struct_field, alter_field, alter_function,
    alter_properties, drop_field, drop_function, drop_function_field, drop_properties, keys,
};
pub(crate) use create::create;
pub(crate) use describe::describe;
pub(crate) use schema::function;
pub(crate) use upkeep::{compact, compaction_state, flush, truncate};

use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::problem::{Problem, code};
use crate::values::row_count;
use milvus::message::collection::{
    BoolResponse, DescribeCollectionRequest, DescribeCollectionResponse, DropCollectionRequest,
    GetCollectionStatisticsRequest, GetCollectionStatisticsResponse, GetLoadStateRequest,
    GetLoadStateResponse, GetLoadingProgressRequest, GetLoadingProgressResponse,
    HasCollectionRequest, LoadCollectionRequest, ReleaseCollectionRequest, RenameCollectionRequest,
    ShowCollectionsRequest, ShowCollectionsResponse,
};
use serde_json::json;

answered!(
    BoolResponse,
    DescribeCollectionResponse,
    GetCollectionStatisticsResponse,
    GetLoadStateResponse,
    GetLoadingProgressResponse,
    ShowCollectionsResponse,
);

/// States of loading.
const NOT_THERE: i32 = 0;
const NOT_LOADED: i32 = 1;
/// From here on everything is loaded, in percent.
const WHOLE: i64 = 100;

/// The name that nearly every request has.
pub(crate) fn collection(body: &Body<'_>) -> Result<String, Problem> {
    body.name("collectionName")
}

/// What a collection looks like.
pub(crate) async fn described(
    caller: &mut Caller<'_>,
    collection_name: String,
) -> Result<DescribeCollectionResponse, Problem> {
    let request = DescribeCollectionRequest { db_name: caller.database(), collection_name };
    caller.ask("DescribeCollection", &request).await
}

pub(crate) async fn list(caller: &mut Caller<'_>, _: Body<'_>) -> Result<Reply, Problem> {
    let request = ShowCollectionsRequest { db_name: caller.database() };
    let answer: ShowCollectionsResponse = caller.ask("ShowCollections", &request).await?;
    Ok(Reply::json(&json!(answer.collection_names)))
}

pub(crate) async fn has(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = collection(&body)?;
    let request = HasCollectionRequest { db_name: caller.database(), collection_name };
    match caller.ask::<BoolResponse>("HasCollection", &request).await {
        Ok(answer) => Ok(Reply::json(&json!({ "has": answer.value }))),
        Err(problem) if problem.code == code::COLLECTION_NOT_FOUND => {
            Ok(Reply::json(&json!({ "has": false })))
        }
        // Engines without this call can describe one.
        Err(problem) if problem.message.contains("code = Unimplemented") => {
            has_by_description(caller, request.collection_name).await
        }
        Err(problem) => Err(problem),
    }
}

async fn has_by_description(caller: &mut Caller<'_>, name: String) -> Result<Reply, Problem> {
    match described(caller, name).await {
        Ok(_) => Ok(Reply::json(&json!({ "has": true }))),
        Err(problem) if problem.code == code::COLLECTION_NOT_FOUND => {
            Ok(Reply::json(&json!({ "has": false })))
        }
        Err(problem) => Err(problem),
    }
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = collection(&body)?;
    let request = DropCollectionRequest { db_name: caller.database(), collection_name };
    caller.order("DropCollection", &request).await
}

pub(crate) async fn rename(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = RenameCollectionRequest {
        db_name: caller.database(),
        old_name: collection(&body)?,
        new_name: body.name("newCollectionName")?,
        new_db_name: body.text("newDbName")?,
    };
    caller.order("RenameCollection", &request).await
}

pub(crate) async fn load(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    load_with(caller, &body, false).await
}

pub(crate) async fn refresh_load(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    load_with(caller, &body, true).await
}

async fn load_with(
    caller: &mut Caller<'_>,
    body: &Body<'_>,
    refresh: bool,
) -> Result<Reply, Problem> {
    let collection_name = collection(body)?;
    let db_name = caller.database();
    let request = LoadCollectionRequest { db_name, collection_name, replica_number: 0, refresh };
    caller.order("LoadCollection", &request).await
}

pub(crate) async fn release(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = collection(&body)?;
    let request = ReleaseCollectionRequest { db_name: caller.database(), collection_name };
    caller.order("ReleaseCollection", &request).await
}

pub(crate) async fn get_stats(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = collection(&body)?;
    let request = GetCollectionStatisticsRequest { db_name: caller.database(), collection_name };
    let answer: GetCollectionStatisticsResponse =
        caller.ask("GetCollectionStatistics", &request).await?;
    Ok(Reply::json(&row_count(&answer.stats)))
}

pub(crate) async fn get_load_state(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let (collection_name, partition_names) = (collection(&body)?, body.texts("partitionNames")?);
    let db_name = caller.database();
    let request = GetLoadStateRequest { collection_name, partition_names, db_name };
    let answer: GetLoadStateResponse = caller.ask("GetLoadState", &request).await?;
    match answer.state {
        NOT_THERE => {
            let name = request.collection_name;
            let message = format!("collection not found[collection={name}]");
            return Err(Problem::coded(code::COLLECTION_NOT_FOUND, message));
        }
        NOT_LOADED => return Ok(Reply::json(&json!({ "loadState": "LoadStateNotLoad" }))),
        _ => {}
    }
    let GetLoadStateRequest { collection_name, partition_names, db_name } = request;
    let request = GetLoadingProgressRequest { collection_name, partition_names, db_name };
    let (progress, message) =
        match caller.ask::<GetLoadingProgressResponse>("GetLoadingProgress", &request).await {
            Ok(answer) => (answer.progress, String::new()),
            Err(problem) => (-1, format!("{}.", problem.message)),
        };
    let state = if progress >= WHOLE { "LoadStateLoaded" } else { "LoadStateLoading" };
    let data = json!({ "loadState": state, "loadProgress": progress });
    Ok(Reply::json(&data).with("message", message.into()))
}
