//! Names that stand for collections.

use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::collections::collection;
use crate::problem::Problem;
use milvus::message::database::{
    AlterAliasRequest, CreateAliasRequest, DescribeAliasRequest, DescribeAliasResponse,
    DropAliasRequest, ListAliasesRequest, ListAliasesResponse,
};
use serde_json::json;

answered!(DescribeAliasResponse, ListAliasesResponse);

pub(crate) async fn list(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = body.text("collectionName")?;
    let request = ListAliasesRequest { db_name: caller.database(), collection_name };
    let answer: ListAliasesResponse = caller.ask("ListAliases", &request).await?;
    Ok(Reply::json(&json!(answer.aliases)))
}

pub(crate) async fn describe(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request =
        DescribeAliasRequest { db_name: caller.database(), alias: body.name("aliasName")? };
    let answer: DescribeAliasResponse = caller.ask("DescribeAlias", &request).await?;
    let data = json!({
        "dbName": answer.db_name,
        "collectionName": answer.collection,
        "aliasName": answer.alias,
    });
    Ok(Reply::json(&data))
}

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = CreateAliasRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        alias: body.name("aliasName")?,
    };
    caller.order("CreateAlias", &request).await
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = DropAliasRequest { db_name: caller.database(), alias: body.name("aliasName")? };
    caller.order("DropAlias", &request).await
}

pub(crate) async fn alter(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = AlterAliasRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        alias: body.name("aliasName")?,
    };
    caller.order("AlterAlias", &request).await
}
