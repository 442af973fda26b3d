//! Databases.

use crate::body::Body;
use crate::caller::{Caller, Reply, answered};
use crate::collections::keys;
use crate::problem::Problem;
use crate::values::{pairs, shown};
use milvus::message::database::{
    AlterDatabaseRequest, CreateDatabaseRequest, DescribeDatabaseRequest, DescribeDatabaseResponse,
    DropDatabaseRequest, ListDatabasesRequest, ListDatabasesResponse,
};
use serde_json::json;

answered!(DescribeDatabaseResponse, ListDatabasesResponse);

pub(crate) async fn list(caller: &mut Caller<'_>, _: Body<'_>) -> Result<Reply, Problem> {
    let answer: ListDatabasesResponse =
        caller.ask("ListDatabases", &ListDatabasesRequest {}).await?;
    Ok(Reply::json(&json!(answer.db_names)))
}

pub(crate) async fn describe(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = DescribeDatabaseRequest { db_name: body.name("dbName")? };
    let answer: DescribeDatabaseResponse = caller.ask("DescribeDatabase", &request).await?;
    let data = json!({
        "dbName": answer.db_name,
        "dbID": answer.db_id,
        "properties": shown(&answer.properties),
    });
    Ok(Reply::json(&data))
}

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let db_name = body.name("dbName")?;
    let properties = pairs(&body.map("properties")?);
    caller.order("CreateDatabase", &CreateDatabaseRequest { db_name, properties }).await
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let db_name = body.name("dbName")?;
    caller.order("DropDatabase", &DropDatabaseRequest { db_name }).await
}

pub(crate) async fn alter(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let db_name = body.name("dbName")?;
    let properties = pairs(&body.map("properties")?);
    let request = AlterDatabaseRequest { db_name, properties, delete_keys: Vec::new() };
    caller.order("AlterDatabase", &request).await
}

pub(crate) async fn drop_properties(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = AlterDatabaseRequest {
        db_name: body.name("dbName")?,
        properties: Vec::new(),
        delete_keys: keys(&body)?,
    };
    caller.order("AlterDatabase", &request).await
}
