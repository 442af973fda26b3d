//! Searching several fields at once and making one ranking of what was found.

use super::newer::CHAINS;
use super::params::{grouping, level, search_params};
use super::search::{EXPRESSIONS, USUAL_LIMIT, found, function_score, page};
use super::target::Target;
use super::{aggregation, by_schema, chain, highlight, policies, template};
use crate::body::{Body, required};
use crate::caller::{Caller, Reply};
use crate::collections::collection;
use crate::known::{Known, Use};
use crate::problem::Problem;
use crate::values::pair;
use milvus::message::entity::{HybridSearchRequest, SearchInput, SearchRequest, SearchResults};
use milvus::message::schema::{CollectionSchema, KeyValuePair};
use serde_json::{Value, json};

/// Searches in one request.
const MOST_SEARCHES: usize = 1024;

pub(crate) async fn hybrid_search(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    refuse(&body)?;
    let (consistency_level, use_default_consistency) = level(&body)?;
    let collection_name = collection(&body)?;
    let searches = body.list("search")?;
    if searches.is_empty() {
        return Err(Problem::missing(required("search")));
    }
    if searches.len() > MOST_SEARCHES {
        return Err(Problem::invalid(format!("more than {MOST_SEARCHES} searches in one")));
    }
    searches.iter().try_for_each(refuse)?;
    let function_score = function_score(&body)?;
    let function_chains = chain::chains(&body)?;
    let has_functions = function_score.is_some() || !function_chains.is_empty();
    let rank_params = ranking(&body, !has_functions)?;
    let output_fields = body.texts("outputFields")?;
    let partition_names = body.texts("partitionNames")?;
    let request = HybridSearchRequest {
        db_name: caller.database(),
        collection_name,
        partition_names,
        requests: Vec::new(),
        rank_params,
        output_fields,
        consistency_level,
        use_default_consistency,
        function_score,
        function_chains,
    };
    let chains = searches.iter().any(|given| given.raw(chain::MEMBER).is_some());
    if chains || !request.function_chains.is_empty() {
        CHAINS.check(caller).await?;
    }
    let make = |known: &Known| {
        let requests = searches.iter().map(|given| one(given, &known.schema, &request));
        let requests = requests.collect::<Result<_, _>>()?;
        Ok(HybridSearchRequest { requests, ..request.clone() })
    };
    let call = ("HybridSearch", request.collection_name.as_str());
    let (sent, answer): (_, SearchResults) = by_schema(caller, call, Use::Read, make).await?;
    found(caller, &answer, &sent.output_fields)
}

/// Refuses what cannot be had of several searches at once.
fn refuse(body: &Body<'_>) -> Result<(), Problem> {
    policies::refuse(body)?;
    for member in [aggregation::MEMBER, highlight::MEMBER] {
        if body.raw(member).is_some() {
            return Err(Problem::invalid(format!("{member} is not supported for hybrid search")));
        }
    }
    Ok(())
}

/// How one ranking is made.
fn ranking(body: &Body<'_>, ranks: bool) -> Result<Vec<KeyValuePair>, Problem> {
    let rerank = body.inner("rerank")?;
    let mut pairs = Vec::new();
    let strategy = rerank.text("strategy")?;
    if !strategy.is_empty() || ranks {
        let (strategy, usual) = match strategy {
            given if given.is_empty() => ("rrf".to_owned(), json!({ "k": 60 })),
            given => (given, json!({})),
        };
        let params = rerank.map("params")?;
        let params = if params.is_empty() { usual } else { Value::Object(params) };
        pairs.push(pair("strategy", strategy));
        pairs.push(pair("params", params.to_string()));
    }
    let limit = body.number("limit")?.unwrap_or(USUAL_LIMIT);
    let offset = body.number("offset")?.unwrap_or_default();
    if limit <= 0 || offset < 0 {
        return Err(Problem::invalid("limit cannot be less than 1, nor offset less than 0"));
    }
    pairs.push(pair("limit", limit.to_string()));
    pairs.push(pair("round_decimal", "-1"));
    if offset > 0 {
        pairs.push(pair("offset", offset.to_string()));
    }
    pairs.extend(grouping(body)?);
    Ok(pairs)
}

fn one(
    given: &Body<'_>,
    schema: &CollectionSchema,
    whole: &HybridSearchRequest,
) -> Result<SearchRequest, Problem> {
    let target = Target::find(schema, &given.text("annsField")?)?;
    let mut search_params = search_params(given)?;
    search_params.extend(page(given)?);
    search_params.push(pair("anns_field", target.name.as_str()));
    let (group, nq) = target.placeholders(given)?;
    Ok(SearchRequest {
        db_name: whole.db_name.clone(),
        collection_name: whole.collection_name.clone(),
        partition_names: whole.partition_names.clone(),
        dsl: given.text("filter")?,
        search_input: Some(SearchInput::PlaceholderGroup(group)),
        dsl_type: EXPRESSIONS,
        output_fields: whole.output_fields.clone(),
        search_params,
        nq,
        consistency_level: whole.consistency_level,
        use_default_consistency: whole.use_default_consistency,
        expr_template_values: template::values(given)?,
        function_score: None,
        highlighter: None,
        search_aggregation: None,
        function_chains: chain::chains(given)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::find;

    #[test]
    fn a_ranking_has_a_strategy() {
        for (text, ranks, strategy, params) in [
            ("{}", true, Some("rrf"), Some("{\"k\":60}")),
            ("{}", false, None, None),
            (
                r#"{"rerank":{"strategy":"weighted","params":{"weights":[0.5,0.5]}}}"#,
                true,
                Some("weighted"),
                Some("{\"weights\":[0.5,0.5]}"),
            ),
        ] {
            let pairs = ranking(&Body::parse(text.as_bytes()).unwrap(), ranks).unwrap();
            assert_eq!((find(&pairs, "strategy"), find(&pairs, "params")), (strategy, params));
            assert_eq!(find(&pairs, "limit"), Some("100"));
        }
        let body = Body::parse(b"{\"limit\":0}").unwrap();
        assert_eq!(ranking(&body, true).unwrap_err().code, 1100);
    }
}
