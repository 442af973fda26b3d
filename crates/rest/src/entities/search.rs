//! Searching for the rows nearest to some vectors.

use super::newer::{CHAINS, SCORE};
use super::params::{grouping, level, pairs_of_page, search_params};
use super::show::{Rows, shown};
use super::target::Target;
use super::{aggregation, by_schema, chain, highlight, policies, template, write};
use crate::body::Body;
use crate::caller::{Caller, Reply};
use crate::collections::{collection, function};
use crate::json::Json;
use crate::known::{Known, Use};
use crate::problem::{Problem, code};
use crate::values::{pair, pairs};
use milvus::message::entity::{
    FunctionScore, SearchInput, SearchRequest, SearchResultData, SearchResults,
};
use milvus::message::schema::KeyValuePair;
use serde_json::{Value, json};

/// How many rows are answered for a vector if the request says nothing of it.
pub(super) const USUAL_LIMIT: i64 = 100;
/// Of which kind filters are.
pub(super) const EXPRESSIONS: i32 = 1;

pub(crate) async fn search(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    policies::refuse(&body)?;
    let request = asked(&body, caller.database())?;
    let (anns_field, ids) = (body.text("annsField")?, keys(&body)?);
    newer(caller, &request).await?;
    let make = |known: &Known| {
        let mut request = request.clone();
        let target = Target::find(&known.schema, &anns_field)?;
        request.search_params.push(pair("anns_field", target.name.as_str()));
        let (input, nq) = if ids.is_null() {
            let (group, nq) = target.placeholders(&body)?;
            (SearchInput::PlaceholderGroup(group), nq)
        } else {
            let nq = ids.as_array().map_or(1, Vec::len);
            let ids = write::ids(&known.schema, &ids).map_err(Problem::in_search)?;
            (SearchInput::Ids(ids), i64::try_from(nq).unwrap_or_default())
        };
        Ok(SearchRequest { search_input: Some(input), nq, ..request })
    };
    let call = ("Search", request.collection_name.as_str());
    let (sent, answer): (_, SearchResults) = by_schema(caller, call, Use::Read, make).await?;
    if sent.search_aggregation.is_some() {
        return summed_up(caller, &answer);
    }
    if let Some(results) = &answer.results {
        highlight::check(sent.highlighter.is_some(), results)?;
    }
    found(caller, &answer, &sent.output_fields)
}

/// Keys of rows whose vectors to look for; null if vectors are given. One of the two must be.
fn keys(body: &Body<'_>) -> Result<Value, Problem> {
    let ids = body.tree("ids")?;
    let has_ids = !ids.is_null() && ids.as_array().is_none_or(|ids| !ids.is_empty());
    let data = body.raw("data").map(Json::get);
    let inner = data.and_then(|data| data.strip_prefix('['));
    let is_empty = inner.is_some_and(|inner| inner.trim_ascii_start().starts_with(']'));
    match (has_ids, data.is_some() && !is_empty) {
        (true, false) => Ok(ids),
        (false, true) => Ok(Value::Null),
        (true, true) => Err(Problem::invalid(
            "primary keys (ids) and query vectors (data) are mutually exclusive: give one of them",
        )),
        (false, false) => Err(Problem::coded(
            code::MISSING,
            "either 'ids' (for primary key search) or 'data' (for vector search) must be provided",
        )),
    }
}

/// All that a search asks for but what it looks for, which wants the schema.
fn asked(body: &Body<'_>, db_name: String) -> Result<SearchRequest, Problem> {
    let (consistency_level, use_default_consistency) = level(body)?;
    let mut search_params = search_params(body)?;
    search_params.extend(page(body)?);
    search_params.extend(grouping(body)?);
    Ok(SearchRequest {
        db_name,
        collection_name: collection(body)?,
        partition_names: body.texts("partitionNames")?,
        dsl: body.text("filter")?,
        search_input: None,
        dsl_type: EXPRESSIONS,
        output_fields: body.texts("outputFields")?,
        search_params,
        nq: 0,
        consistency_level,
        use_default_consistency,
        expr_template_values: template::values(body)?,
        function_score: function_score(body)?,
        highlighter: highlight::highlighter(body)?,
        search_aggregation: aggregation::spec(body)?,
        function_chains: chain::chains(body)?,
    })
}

/// Makes sure that the engine does what is asked for beside the search, and does not drop it.
async fn newer(caller: &mut Caller<'_>, request: &SearchRequest) -> Result<(), Problem> {
    if request.function_score.is_some() {
        SCORE.check(caller).await?;
    }
    if !request.function_chains.is_empty() {
        CHAINS.check(caller).await?;
    }
    Ok(())
}

/// What a search found, as buckets.
fn summed_up(caller: &mut Caller<'_>, answer: &SearchResults) -> Result<Reply, Problem> {
    let none = SearchResultData::default();
    let results = answer.results.as_ref().unwrap_or(&none);
    if results.agg_topks.is_empty() && results.topks.iter().any(|&count| count > 0) {
        let member = aggregation::MEMBER;
        return Err(Problem::invalid(format!(
            "this engine does not know `{member}`: leave it out"
        )));
    }
    let numbers = caller.wants_numbers();
    let mut out = Reply::begun();
    aggregation::write_all(&results.agg_buckets, &results.agg_topks, numbers, &mut out)
        .map_err(Problem::answer)?;
    caller.room().make(out.capacity())?;
    let reply = Reply::text(out).cost(answer.status.as_ref());
    Ok(recalled(reply.with("aggTopks", json!(results.agg_topks)), results))
}

/// What a search found, as one list.
pub(super) fn found(
    caller: &mut Caller<'_>,
    answer: &SearchResults,
    wanted: &[String],
) -> Result<Reply, Problem> {
    let Some(results) = answer.results.as_ref().filter(|results| results.ids.is_some()) else {
        return Ok(Reply::json(&json!([])).cost(answer.status.as_ref()));
    };
    let rows = Rows {
        fields: &results.fields_data,
        wanted,
        answered: &results.output_fields,
        ids: results.ids.as_ref(),
        scores: &results.scores,
        marked: &results.highlight_results,
        numbers: caller.wants_numbers(),
    };
    let reply = shown(&rows, caller.room())?.cost(answer.status.as_ref());
    Ok(recalled(reply.with("topks", json!(results.topks)), results))
}

/// Says how much of what is there was found, if the engine does.
fn recalled(reply: Reply, results: &SearchResultData) -> Reply {
    let recalls = &results.recalls;
    if recalls.is_empty() { reply } else { reply.with("recalls", json!(recalls)) }
}

/// How many to find, and how many to leave out before.
pub(super) fn page(body: &Body<'_>) -> Result<Vec<KeyValuePair>, Problem> {
    let limit = body.number("limit")?.unwrap_or(USUAL_LIMIT);
    if limit == 0 {
        return Err(Problem::invalid("limit cannot be 0"));
    }
    pairs_of_page("topk", limit, body)
}

/// Functions that score what was found.
pub(super) fn function_score(body: &Body<'_>) -> Result<Option<FunctionScore>, Problem> {
    if body.raw("functionScore").is_none() {
        return Ok(None);
    }
    let given = body.inner("functionScore")?;
    let functions = given.list("functions")?;
    let functions: Vec<_> = functions.iter().map(function).collect::<Result<_, _>>()?;
    let params = pairs(&given.map("params")?);
    Ok(Some(FunctionScore { functions, params }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_for_vectors_or_for_those_of_rows() {
        let read = |text: &str| keys(&Body::parse(text.as_bytes()).unwrap());
        assert_eq!(read(r#"{"data":[[1]]}"#), Ok(Value::Null));
        assert_eq!(read(r#"{"data":[[1]],"ids":[]}"#), Ok(Value::Null));
        assert_eq!(read(r#"{"data":[ ],"ids":[1,"2"]}"#), Ok(json!([1, "2"])));
        assert_eq!(read(r#"{"ids":7}"#), Ok(json!(7)));
        for (bad, code) in [
            ("{}", 1802),
            (r#"{"data":[],"ids":[]}"#, 1802),
            (r#"{"data":[[1]],"ids":[1]}"#, 1100),
            (r#"{"ids":[1e400]}"#, 1801),
        ] {
            assert_eq!(read(bad).unwrap_err().code, code, "{bad}");
        }
    }
}
