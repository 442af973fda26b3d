//! Reading rows: by a filter, or by their primary keys.

use super::params::{level, pairs_of_page};
use super::show::{Rows, shown};
use super::{policies, primary, schema, template};
use crate::body::{Body, required};
use crate::caller::{Caller, Reply};
use crate::collections::collection;
use crate::problem::Problem;
use milvus::message::entity::{QueryRequest, QueryResults};
use milvus::message::schema::{FieldSchema, data_type};
use serde_json::Value;
use std::fmt::Write;

/// How many rows are answered if the request says nothing of it.
const USUAL_LIMIT: i64 = 100;

pub(crate) async fn query(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    policies::refuse(&body)?;
    let (consistency_level, use_default_consistency) = level(&body)?;
    let output_fields = output_fields(&body)?;
    let limit = body.number("limit")?.unwrap_or(USUAL_LIMIT);
    let counts = matches!(output_fields.as_slice(), [one] if is_count(one));
    let mut query_params = pairs_of_page("limit", if counts { 0 } else { limit }, &body)?;
    let order = body.texts("orderByFields")?;
    if !order.is_empty() {
        query_params.push(crate::values::pair("order_by_fields", order.join(",")));
    }
    let request = QueryRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        expr: body.text("filter")?,
        output_fields,
        partition_names: body.texts("partitionNames")?,
        query_params,
        consistency_level,
        use_default_consistency,
        expr_template_values: template::values(&body)?,
    };
    answer(caller, &request).await
}

pub(crate) async fn get(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    policies::refuse(&body)?;
    let collection_name = collection(&body)?;
    let ids = body.tree("id")?;
    if ids.is_null() {
        return Err(Problem::missing(required("id")));
    }
    let (consistency_level, use_default_consistency) = level(&body)?;
    let mut partition_names = body.texts("partitionNames")?;
    partition_names.extend(Some(body.text("partitionName")?).filter(|name| !name.is_empty()));
    let output_fields = output_fields(&body)?;
    // Not a remembered one: a key's name that is no longer one could be that of a dynamic member.
    let known = schema(caller, &collection_name).await?;
    let request = QueryRequest {
        db_name: caller.database(),
        collection_name,
        expr: of_keys(primary(&known.schema)?, &ids)?,
        output_fields,
        partition_names,
        consistency_level,
        use_default_consistency,
        ..QueryRequest::default()
    };
    answer(caller, &request).await
}

async fn answer(caller: &mut Caller<'_>, request: &QueryRequest) -> Result<Reply, Problem> {
    let answer: QueryResults = caller.ask("Query", request).await?;
    let rows = Rows {
        fields: &answer.fields_data,
        wanted: &request.output_fields,
        answered: &answer.output_fields,
        ids: None,
        scores: &[],
        marked: &[],
        numbers: caller.wants_numbers(),
    };
    Ok(shown(&rows, caller.room())?.cost(answer.status.as_ref()))
}

/// The fields to answer with; all if the request says nothing of it.
pub(super) fn output_fields(body: &Body<'_>) -> Result<Vec<String>, Problem> {
    let given: Option<Vec<String>> = body.read("outputFields")?;
    Ok(given.unwrap_or_else(|| vec!["*".to_owned()]))
}

fn is_count(field: &str) -> bool {
    field.trim().eq_ignore_ascii_case("count(*)")
}

/// The filter that finds rows by their primary keys: one, or a list.
pub(super) fn of_keys(primary: &FieldSchema, ids: &Value) -> Result<String, Problem> {
    let items = ids.as_array().map_or_else(|| std::slice::from_ref(ids), Vec::as_slice);
    let mut filter = format!("{} in [", primary.name);
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            filter.push(',');
        }
        if primary.data_type == data_type::INT64 {
            // Writing to a String cannot fail.
            let _ = write!(filter, "{}", whole(item)?);
        } else {
            quote(text(item)?, &mut filter);
        }
    }
    filter.push(']');
    Ok(filter)
}

/// A primary key of 64 bits, as a number or as text.
pub(super) fn whole(item: &Value) -> Result<i64, Problem> {
    let number = item.as_i64().or_else(|| item.as_str()?.parse().ok());
    number.ok_or_else(|| bad_key(item, "a whole number of 64 bits"))
}

/// A primary key that is a text.
pub(super) fn text(item: &Value) -> Result<&str, Problem> {
    item.as_str().ok_or_else(|| bad_key(item, "a text"))
}

fn bad_key(item: &Value, wanted: &str) -> Problem {
    Problem::key(format!("{item} is not {wanted}"))
}

/// Writes a text as a filter has it.
fn quote(text: &str, filter: &mut String) {
    filter.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => filter.extend(['\\', character]),
            '\n' => filter.push_str("\\n"),
            '\r' => filter.push_str("\\r"),
            '\t' => filter.push_str("\\t"),
            _ => filter.push(character),
        }
    }
    filter.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_become_a_filter_that_says_no_more_than_they_do() {
        let field =
            |data_type| FieldSchema { name: "pk".to_owned(), data_type, ..FieldSchema::default() };
        let (int, text) = (field(data_type::INT64), field(data_type::VAR_CHAR));
        for (field, ids, expected) in [
            (&int, json!(7), "pk in [7]"),
            (&int, json!([7, "9007199254740993", -1]), "pk in [7,9007199254740993,-1]"),
            (&text, json!("a"), "pk in [\"a\"]"),
            (
                &text,
                json!(["a\"] or 1 < 2 or pk in [\"", "\\"]),
                "pk in [\"a\\\"] or 1 < 2 or pk \
                in [\\\"\",\"\\\\\"]",
            ),
        ] {
            assert_eq!(of_keys(field, &ids).unwrap(), expected);
        }
        for (field, ids) in [
            (&int, json!("7 or 1 < 2")),
            (&int, json!(1.5)),
            (&int, json!([[1]])),
            (&text, json!(1)),
            (&text, json!({})),
        ] {
            assert_eq!(of_keys(field, &ids).unwrap_err().code, 1806, "{ids}");
        }
    }
}
