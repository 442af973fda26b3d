//! Looking at a collection.

use super::{collection, described, schema};
use crate::body::Body;
use crate::caller::{Caller, Reply};
use crate::indexes::metric_type;
use crate::problem::Problem;
use crate::values::{name_of, shown};
use milvus::message::collection::{
    DescribeCollectionResponse, GetLoadStateRequest, GetLoadStateResponse,
};
use milvus::message::database::{ListAliasesRequest, ListAliasesResponse};
use milvus::message::index::{DescribeIndexRequest, DescribeIndexResponse};
use milvus::message::schema::consistency;
use serde_json::{Value, json};

/// States of loading, by name.
const LOAD_STATES: &[(&str, i32)] = &[
    ("LoadStateNotExist", 0),
    ("LoadStateNotLoad", 1),
    ("LoadStateLoading", 2),
    ("LoadStateLoaded", 3),
];

/// What cannot be told is left empty, and the message says why.
pub(crate) async fn describe(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let collection_name = collection(&body)?;
    let answer = described(caller, collection_name.clone()).await?;
    let mut message = String::new();
    let load = load_state(caller, collection_name.clone()).await;
    let load = load.unwrap_or_else(|problem| note(&mut message, &problem));
    let indexes = indexes(caller, collection_name.clone()).await;
    let indexes = indexes.unwrap_or_else(|problem| {
        note(&mut message, &problem);
        json!([])
    });
    let aliases = aliases(caller, collection_name).await;
    let aliases = aliases.unwrap_or_else(|problem| {
        note(&mut message, &problem);
        json!([])
    });
    let mut data = shown_collection(&answer);
    data["load"] = load;
    data["indexes"] = indexes;
    data["aliases"] = aliases;
    Ok(Reply::json(&data).with("message", message.into()))
}

fn note(message: &mut String, problem: &Problem) -> Value {
    message.push_str(&problem.message);
    message.push(';');
    json!("")
}

fn shown_collection(answer: &DescribeCollectionResponse) -> Value {
    let schema = answer.schema.clone().unwrap_or_default();
    let auto_id = schema.fields.iter().any(|field| field.is_primary_key && field.auto_id);
    json!({
        "collectionName": answer.collection_name,
        "collectionID": answer.collection_id,
        "description": schema.description,
        "autoId": auto_id,
        "fields": schema::shown_fields(&schema.fields),
        "structFields": schema::shown_structs(&schema.struct_array_fields),
        "functions": schema::shown_functions(&schema.functions),
        "shardsNum": answer.shards_num,
        "partitionsNum": answer.num_partitions,
        "consistencyLevel": name_of(consistency::NAMES, answer.consistency_level),
        "enableDynamicField": schema.enable_dynamic_field,
        "externalSource": schema.external_source,
        "externalSpec": schema.external_spec,
        "properties": shown(&answer.properties),
    })
}

async fn load_state(caller: &mut Caller<'_>, collection_name: String) -> Result<Value, Problem> {
    let (db_name, partition_names) = (caller.database(), Vec::new());
    let request = GetLoadStateRequest { collection_name, partition_names, db_name };
    let answer: GetLoadStateResponse = caller.ask("GetLoadState", &request).await?;
    Ok(name_of(LOAD_STATES, answer.state).into())
}

async fn indexes(caller: &mut Caller<'_>, collection_name: String) -> Result<Value, Problem> {
    let db_name = caller.database();
    let request = DescribeIndexRequest { db_name, collection_name, ..Default::default() };
    let answer: DescribeIndexResponse = caller.ask("DescribeIndex", &request).await?;
    let shown = answer.index_descriptions.iter().map(|index| {
        json!({
            "indexName": index.index_name,
            "fieldName": index.field_name,
            "metricType": metric_type(&index.params),
        })
    });
    Ok(shown.collect())
}

async fn aliases(caller: &mut Caller<'_>, collection_name: String) -> Result<Value, Problem> {
    let request = ListAliasesRequest { db_name: caller.database(), collection_name };
    let answer: ListAliasesResponse = caller.ask("ListAliases", &request).await?;
    Ok(json!(answer.aliases))
}
