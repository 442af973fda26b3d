//! Indexes.

use crate::body::{Body, required};
use crate::caller::{Caller, Reply, answered};
use crate::collections::{collection, keys};
use crate::problem::Problem;
use crate::values::{find, name_of, pair, pairs, plain};
use milvus::message::index::{
    AlterIndexRequest, CreateIndexRequest, DescribeIndexRequest, DescribeIndexResponse,
    DropIndexRequest, IndexDescription, state,
};
use milvus::message::schema::KeyValuePair;
use serde_json::{Value, json};

answered!(DescribeIndexResponse);

/// What is taken when nobody says how far vectors are from each other.
pub(crate) const USUAL_METRIC: &str = "COSINE";
/// What is taken when nobody says which kind of index.
pub(crate) const USUAL_INDEX: &str = "AUTOINDEX";

/// How far vectors are from each other, by an index.
pub(crate) fn metric_type(params: &[KeyValuePair]) -> &str {
    find(params, "metric_type").unwrap_or(USUAL_METRIC)
}

/// The indexes that a request wants.
pub(crate) fn given_indexes(
    body: &Body<'_>,
    database: &str,
    collection_name: &str,
) -> Result<Vec<CreateIndexRequest>, Problem> {
    let given = body.list("indexParams")?;
    given.iter().map(|index| one(index, database, collection_name)).collect()
}

/// One index.
pub(crate) fn one(
    given: &Body<'_>,
    database: &str,
    collection_name: &str,
) -> Result<CreateIndexRequest, Problem> {
    let mut params = given.map("params")?;
    let from_params = params.remove("index_type").map(|value| plain(&value));
    let index_type = match given.text("indexType")? {
        // Not every engine chooses by itself, so what SDKs say by themselves is said.
        given if given.is_empty() => from_params.unwrap_or_else(|| USUAL_INDEX.to_owned()),
        given => given,
    };
    let metric = given.text("metricType")?;
    let mut extra_params = vec![pair("index_type", index_type)];
    if !metric.is_empty() {
        extra_params.push(pair("metric_type", metric));
    }
    if !params.is_empty() {
        extra_params.push(pair("params", Value::Object(params).to_string()));
    }
    Ok(CreateIndexRequest {
        db_name: database.to_owned(),
        collection_name: collection_name.to_owned(),
        field_name: given.name("fieldName")?,
        extra_params,
        index_name: given.text("indexName")?,
    })
}

pub(crate) async fn list(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    /// Milvus' code for a collection without the index.
    const NO_INDEX: i32 = 700;
    let request = DescribeIndexRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        ..DescribeIndexRequest::default()
    };
    let names = match caller.ask::<DescribeIndexResponse>("DescribeIndex", &request).await {
        Ok(answer) => answer.index_descriptions,
        Err(problem) if problem.code == NO_INDEX => Vec::new(),
        Err(problem) => return Err(problem),
    };
    let names: Vec<String> = names.into_iter().map(|index| index.index_name).collect();
    Ok(Reply::json(&json!(names)))
}

pub(crate) async fn describe(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let timestamp: u64 = body.read("timestamp")?.unwrap_or_default();
    let request = DescribeIndexRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        index_name: body.name("indexName")?,
        timestamp,
        ..DescribeIndexRequest::default()
    };
    let answer: DescribeIndexResponse = caller.ask("DescribeIndex", &request).await?;
    Ok(Reply::json(&answer.index_descriptions.iter().map(shown).collect()))
}

fn shown(index: &IndexDescription) -> Value {
    // An index of a field that is no vector has none.
    let metric = find(&index.params, "metric_type").unwrap_or_default();
    let kind = find(&index.params, "index_type").unwrap_or_default();
    json!({
        "indexName": index.index_name,
        "fieldName": index.field_name,
        "indexType": kind,
        "metricType": metric,
        "totalRows": index.total_rows,
        "indexedRows": index.indexed_rows,
        "pendingRows": index.pending_index_rows,
        "indexState": name_of(state::NAMES, index.state),
        "failReason": index.index_state_fail_reason,
        "params": index.params.iter().map(|pair| (pair.key.clone(), json!(pair.value)))
            .collect::<serde_json::Map<_, _>>(),
    })
}

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let requests = given_indexes(&body, &caller.database(), &collection(&body)?)?;
    if requests.is_empty() {
        return Err(Problem::missing(required("indexParams")));
    }
    for request in &requests {
        caller.order("CreateIndex", request).await?;
    }
    Ok(Reply::done())
}

pub(crate) async fn drop(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = DropIndexRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        field_name: String::new(),
        index_name: body.name("indexName")?,
    };
    caller.order("DropIndex", &request).await
}

pub(crate) async fn alter_properties(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = AlterIndexRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        index_name: body.name("indexName")?,
        extra_params: pairs(&body.map("properties")?),
        delete_keys: Vec::new(),
    };
    caller.order("AlterIndex", &request).await
}

pub(crate) async fn drop_properties(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = AlterIndexRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        index_name: body.name("indexName")?,
        extra_params: Vec::new(),
        delete_keys: keys(&body)?,
    };
    caller.order("AlterIndex", &request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_written_as_an_sdk_writes_it() {
        let body = Body::parse(
            br#"{"indexParams":[{"fieldName":"v","indexName":"i","metricType":"L2",
                "params":{"index_type":"HNSW","M":16}},{"fieldName":"w","indexType":"FLAT"}]}"#,
        );
        let indexes = given_indexes(&body.unwrap(), "d", "c").unwrap();
        let params =
            [pair("index_type", "HNSW"), pair("metric_type", "L2"), pair("params", "{\"M\":16}")];
        assert_eq!(indexes[0].extra_params, params);
        assert_eq!(indexes[1].extra_params, [pair("index_type", "FLAT")]);
        let body = Body::parse(br#"{"indexParams":[{"metricType":"L2"}]}"#).unwrap();
        assert_eq!(given_indexes(&body, "", "c").unwrap_err().code, 1802);
    }

    #[test]
    fn an_index_is_shown_with_what_it_has() {
        let of = |params| IndexDescription { params, ..IndexDescription::default() };
        let vector = shown(&of(vec![pair("index_type", "HNSW"), pair("metric_type", "L2")]));
        assert_eq!((&vector["indexType"], &vector["metricType"]), (&"HNSW".into(), &"L2".into()));
        let scalar = shown(&of(vec![pair("index_type", "INVERTED")]));
        assert_eq!(
            (&scalar["metricType"], &scalar["params"]["index_type"]),
            (&"".into(), &"INVERTED".into())
        );
    }
}
