//! Searching for the rows nearest to some vectors.

use super::params::{grouping, level, pairs_of_page, search_params};
use super::show::{Rows, shown};
use super::{by_schema, template, vector, write};
use crate::body::{Body, required};
use crate::caller::{Caller, Reply};
use crate::collections::{collection, function};
use crate::problem::Problem;
use crate::schemas::{Known, Use};
use crate::values::{find, name_of, pair, pairs};
use milvus::message::Message;
use milvus::message::data::{PlaceholderGroup, PlaceholderValue};
use milvus::message::entity::{FunctionScore, SearchInput, SearchRequest, SearchResults};
use milvus::message::schema::{
    CollectionSchema, FieldSchema, KeyValuePair, data_type, function_type,
};
use serde_json::json;
use serde_json::value::RawValue;

/// How many rows are answered for a vector if the request says nothing of it.
pub(super) const USUAL_LIMIT: i64 = 100;
/// Of which kind filters are.
pub(super) const EXPRESSIONS: i32 = 1;
/// Members that are refused.
pub(crate) const UNSUPPORTED: [&str; 3] = ["functionChains", "searchAggregation", "highlighter"];
/// Vectors of one search.
const MOST_VECTORS: usize = 16_384;

pub(crate) async fn search(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    unsupported(&body)?;
    let (consistency_level, use_default_consistency) = level(&body)?;
    let (collection_name, ids) = (collection(&body)?, body.tree("ids")?);
    let output_fields: Vec<String> = body.read("outputFields")?.unwrap_or_default();
    let function_score = function_score(&body)?;
    let partition_names = body.texts("partitionNames")?;
    let dsl = body.text("filter")?;
    let expr_template_values = template::values(&body)?;
    let mut search_params = search_params(&body)?;
    search_params.extend(page(&body)?);
    search_params.extend(grouping(&body)?);
    let request = SearchRequest {
        db_name: caller.database(),
        collection_name,
        partition_names,
        dsl,
        search_input: None,
        dsl_type: EXPRESSIONS,
        output_fields,
        search_params,
        nq: 0,
        consistency_level,
        use_default_consistency,
        expr_template_values,
        function_score,
    };
    let anns_field = body.text("annsField")?;
    let make = |known: &Known| {
        let mut request = request.clone();
        let field = field(&known.schema, &anns_field)?;
        request.search_params.push(pair("anns_field", field.name.as_str()));
        let (input, nq) = if ids.is_null() {
            let (group, nq) = placeholders(&body, field, &known.schema)?;
            (SearchInput::PlaceholderGroup(group), nq)
        } else {
            let nq = ids.as_array().map_or(1, Vec::len);
            let ids = write::ids(&known.schema, &ids)?;
            (SearchInput::Ids(ids), i64::try_from(nq).unwrap_or_default())
        };
        Ok(SearchRequest { search_input: Some(input), nq, ..request })
    };
    let call = ("Search", request.collection_name.as_str());
    let (sent, answer): (_, SearchResults) = by_schema(caller, call, Use::Read, make).await?;
    found(caller, &answer, &sent.output_fields)
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
        numbers: caller.wants_numbers(),
    };
    let reply = shown(&rows, caller.room())?.cost(answer.status.as_ref());
    Ok(reply.with("topks", json!(results.topks)))
}

/// What only the newest engines have and this façade does not write.
pub(super) fn unsupported(body: &Body<'_>) -> Result<(), Problem> {
    for name in UNSUPPORTED {
        if body.raw(name).is_some() {
            return Err(Problem::invalid(format!("`{name}` is not supported here: use an SDK")));
        }
    }
    Ok(())
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

/// The field to search: the one that is named, or the only one of vectors.
pub(super) fn field<'s>(
    schema: &'s CollectionSchema,
    name: &str,
) -> Result<&'s FieldSchema, Problem> {
    let mut vectors = schema.fields.iter().filter(|field| is_vector(field.data_type));
    let not_found = || Problem::not_json(format!("cannot find a vector field named: {name}"));
    if !name.is_empty() {
        return vectors.find(|field| field.name == name).ok_or_else(not_found);
    }
    let first = vectors.next().ok_or_else(not_found)?;
    match vectors.next() {
        None => Ok(first),
        Some(second) => Err(Problem::not_json(format!(
            "search without annsField, but already found multiple vector fields: [{}, {},,,]",
            first.name, second.name
        ))),
    }
}

fn is_vector(kind: i32) -> bool {
    (data_type::BINARY_VECTOR..=data_type::INT8_VECTOR).contains(&kind)
}

/// The vectors of a search as the engine takes them, and how many.
pub(super) fn placeholders(
    body: &Body<'_>,
    field: &FieldSchema,
    schema: &CollectionSchema,
) -> Result<(Vec<u8>, i64), Problem> {
    let given: Vec<&RawValue> = body.read("data")?.unwrap_or_default();
    if given.is_empty() {
        return Err(Problem::missing(required("data")));
    }
    if given.len() > MOST_VECTORS {
        return Err(Problem::invalid(format!("more than {MOST_VECTORS} vectors in one search")));
    }
    let kind = if takes_text(field, schema, given[0].get()) {
        data_type::VAR_CHAR
    } else {
        field.data_type
    };
    let dim = find(&field.type_params, "dim").and_then(|dim| dim.parse().ok()).unwrap_or_default();
    let values = given.iter().enumerate().map(|(number, raw)| {
        placeholder(raw.get(), kind, dim)
            .map_err(|why| Problem::not_json(format!("`data`, vector {number}: {why}")))
    });
    let values: Vec<Vec<u8>> = values.collect::<Result<_, _>>()?;
    let count = i64::try_from(values.len()).unwrap_or_default();
    let value = PlaceholderValue {
        tag: "$0".to_owned(),
        r#type: kind,
        values,
        ..PlaceholderValue::default()
    };
    Ok((PlaceholderGroup { placeholders: vec![value] }.encode_to_vec(), count))
}

/// Whether a search of the field is given texts, of which a function makes vectors.
fn takes_text(field: &FieldSchema, schema: &CollectionSchema, first: &str) -> bool {
    let mut functions = schema.functions.iter();
    let function = functions.find(|function| function.output_field_names.contains(&field.name));
    function
        .is_some_and(|function| function.r#type == function_type::BM25 || first.starts_with('"'))
}

fn placeholder(text: &str, kind: i32, dim: usize) -> Result<Vec<u8>, String> {
    match kind {
        data_type::VAR_CHAR => serde_json::from_str::<String>(text)
            .map(String::into_bytes)
            .map_err(|_| "it must be a text".to_owned()),
        data_type::FLOAT_VECTOR => vector::float_bytes(text, dim),
        data_type::SPARSE_FLOAT_VECTOR => vector::sparse(text),
        data_type::BINARY_VECTOR
        | data_type::FLOAT16_VECTOR
        | data_type::BFLOAT16_VECTOR
        | data_type::INT8_VECTOR => vector::bytes(text, kind, dim),
        _ => Err(format!("{} has no form in JSON", name_of(data_type::NAMES, kind))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(vectors: &[(&str, i32)]) -> CollectionSchema {
        let field = |&(name, data_type): &(&str, i32)| FieldSchema {
            name: name.to_owned(),
            data_type,
            type_params: vec![pair("dim", "2")],
            ..FieldSchema::default()
        };
        CollectionSchema {
            fields: vectors.iter().map(field).collect(),
            ..CollectionSchema::default()
        }
    }

    #[test]
    fn the_field_to_search_must_be_clear() {
        let one = schema(&[("pk", data_type::INT64), ("v", data_type::FLOAT_VECTOR)]);
        let two = schema(&[("v", data_type::FLOAT_VECTOR), ("w", data_type::INT8_VECTOR)]);
        assert_eq!(field(&one, "").unwrap().name, "v");
        assert_eq!(field(&two, "w").unwrap().name, "w");
        for (schema, name) in [(&one, "pk"), (&one, "x"), (&two, "")] {
            assert_eq!(field(schema, name).unwrap_err().code, 1801);
        }
    }

    #[test]
    fn vectors_are_checked_before_anything_is_sent() {
        let schema = schema(&[("v", data_type::FLOAT_VECTOR)]);
        let field = &schema.fields[0];
        for (text, code) in [
            ("{}", 1802),
            ("{\"data\":[]}", 1802),
            ("{\"data\":[1,2]}", 1801),
            ("{\"data\":[[1,2],[1]]}", 1801),
            ("{\"data\":\"x\"}", 1801),
        ] {
            let body = Body::parse(text.as_bytes()).unwrap();
            let problem = placeholders(&body, field, &schema).unwrap_err();
            assert_eq!(problem.code, code, "{text}");
        }
        let body = Body::parse(b"{\"data\":[[1,2],[3,4]]}").unwrap();
        let (bytes, count) = placeholders(&body, field, &schema).unwrap();
        let group = PlaceholderGroup::decode(bytes.as_slice()).unwrap();
        assert_eq!((count, group.placeholders[0].values[1].len()), (2, 8));
    }
}
