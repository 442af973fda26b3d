//! Inserting, upserting and deleting rows.

use super::rows::{Purpose, columns};
use super::{by_schema, policies, primary, read, schema, template};
use crate::body::{Body, required};
use crate::caller::{Caller, Reply};
use crate::collections::collection;
use crate::json::Json;
use crate::known::{Known, Use};
use crate::problem::Problem;
use crate::values::number_of;
use milvus::message::data::{FieldData, IdList, Ids};
use milvus::message::entity::{
    DeleteRequest, FieldPartialUpdateOp, InsertRequest, MutationResult, UpsertRequest,
};
use milvus::message::schema::{CollectionSchema, consistency};
use serde_json::{Value, json};

/// The rows of a request. One row may stand alone.
fn given<'a>(body: &Body<'a>) -> Result<Vec<Json<'a>>, Problem> {
    let raw = body.raw("data").ok_or_else(|| Problem::missing(required("data")))?;
    if raw.get().starts_with('{') {
        return Ok(vec![raw]);
    }
    let rows = body.items("data")?;
    if rows.is_empty() { Err(Problem::missing(required("data"))) } else { Ok(rows) }
}

fn encode(
    rows: &[Json<'_>],
    schema: &CollectionSchema,
    purpose: Purpose,
) -> Result<(Vec<FieldData>, u32), Problem> {
    let count = u32::try_from(rows.len()).map_err(|_| Problem::rows("there are too many rows"))?;
    Ok((columns(rows, schema, purpose).map_err(Problem::rows)?, count))
}

pub(crate) async fn insert(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    policies::refuse(&body)?;
    let (collection_name, rows) = (collection(&body)?, given(&body)?);
    let partition_name = body.text("partitionName")?;
    let database = caller.database();
    let make = |known: &Known| {
        let (fields_data, num_rows) = encode(&rows, &known.schema, Purpose::Insert)?;
        Ok(InsertRequest {
            db_name: database.clone(),
            collection_name: collection_name.clone(),
            partition_name: partition_name.clone(),
            fields_data,
            num_rows,
            schema_timestamp: known.stamp,
        })
    };
    let call = ("Insert", collection_name.as_str());
    let (_, answer): (_, MutationResult) = by_schema(caller, call, Use::Insert, make).await?;
    written(caller, &answer, ("insertCount", answer.insert_cnt), "insertIds")
}

/// A place within a field, which the newest Milvus takes.
pub(super) const PATH: &str = "path";
/// What is done to fields instead of replacing their values.
const FIELD_OPS: &[(&str, i32)] = &[("REPLACE", 0), ("ARRAY_APPEND", 1), ("ARRAY_REMOVE", 2)];

fn field_ops(body: &Body<'_>) -> Result<Vec<FieldPartialUpdateOp>, Problem> {
    let one = |given: &Body<'_>| {
        if !given.text(PATH)?.is_empty() {
            let why = format!("`{PATH}` in fieldOps is not supported: a whole field is changed");
            return Err(Problem::invalid(why));
        }
        let name = given.text("op")?.to_ascii_uppercase();
        let op = number_of(FIELD_OPS, &name).ok_or_else(|| {
            Problem::invalid("`op` in fieldOps can only be [REPLACE, ARRAY_APPEND, ARRAY_REMOVE]")
        })?;
        Ok(FieldPartialUpdateOp { field_name: given.name("fieldName")?, op })
    };
    body.list("fieldOps")?.iter().map(one).collect()
}

pub(crate) async fn upsert(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    policies::refuse(&body)?;
    let (collection_name, rows) = (collection(&body)?, given(&body)?);
    let partition_name = body.text("partitionName")?;
    let partial_update = body.flag("partialUpdate")?;
    let field_ops = field_ops(&body)?;
    let (purpose, used) = if partial_update {
        (Purpose::Partial, Use::Change)
    } else {
        (Purpose::Upsert, Use::Upsert)
    };
    let database = caller.database();
    let make = |known: &Known| {
        let (fields_data, num_rows) = encode(&rows, &known.schema, purpose)?;
        Ok(UpsertRequest {
            db_name: database.clone(),
            collection_name: collection_name.clone(),
            partition_name: partition_name.clone(),
            fields_data,
            num_rows,
            schema_timestamp: known.stamp,
            partial_update,
            field_ops: field_ops.clone(),
        })
    };
    let call = ("Upsert", collection_name.as_str());
    let (_, answer): (_, MutationResult) = by_schema(caller, call, used, make).await?;
    written(caller, &answer, ("upsertCount", answer.upsert_cnt), "upsertIds")
}

fn written(
    caller: &Caller<'_>,
    answer: &MutationResult,
    (count_name, count): (&str, i64),
    ids_name: &str,
) -> Result<Reply, Problem> {
    let ids = answer.ids.as_ref().and_then(|ids| ids.id_field.as_ref());
    let ids = match ids {
        Some(IdList::IntId(ids)) if caller.wants_numbers() => json!(ids.data),
        Some(IdList::IntId(ids)) => ids.data.iter().map(|id| json!(id.to_string())).collect(),
        Some(IdList::StrId(ids)) => json!(ids.data),
        None => {
            return Err(Problem::key("unsupported primary key data type"));
        }
    };
    let data = json!({ count_name: count, ids_name: ids });
    Ok(Reply::json(&data).cost(answer.status.as_ref()))
}

/// By a filter, or by primary keys, as Milvus takes them as well.
pub(crate) async fn delete(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    policies::refuse(&body)?;
    let collection_name = collection(&body)?;
    let (mut expr, ids) = (body.text("filter")?, body.tree("id")?);
    if expr.is_empty() && ids.is_null() {
        return Err(Problem::missing(required("filter")));
    }
    let expr_template_values = template::values(&body)?;
    let partition_name = body.text("partitionName")?;
    let level = body.text("consistencyLevel")?;
    let consistency_level = match level.as_str() {
        "" => consistency::BOUNDED,
        level => number_of(consistency::NAMES, level).ok_or_else(super::params::bad_level)?,
    };
    if expr.is_empty() {
        let known = schema(caller, &collection_name).await?;
        expr = read::of_keys(primary(&known.schema)?, &ids)?;
    }
    let request = DeleteRequest {
        db_name: caller.database(),
        collection_name,
        partition_name,
        expr,
        consistency_level,
        expr_template_values,
    };
    let answer: MutationResult = caller.ask("Delete", &request).await?;
    let data: Value = json!({ "deleteCount": answer.delete_cnt });
    Ok(Reply::json(&data).cost(answer.status.as_ref()))
}

/// Primary keys as a search takes them.
pub(super) fn ids(schema: &CollectionSchema, given: &Value) -> Result<Ids, Problem> {
    use milvus::message::data::{LongArray, StringArray};
    use milvus::message::schema::data_type;
    let items = given.as_array().map_or_else(|| std::slice::from_ref(given), Vec::as_slice);
    let id_field = if primary(schema)?.data_type == data_type::INT64 {
        let data = items.iter().map(read::whole).collect::<Result<_, _>>()?;
        IdList::IntId(LongArray { data })
    } else {
        let data = items.iter().map(|item| read::text(item).map(ToOwned::to_owned));
        IdList::StrId(StringArray { data: data.collect::<Result<_, _>>()? })
    };
    Ok(Ids { id_field: Some(id_field) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_to_fields_is_known_or_refused() {
        let read = |ops: &str| {
            let text = format!("{{\"fieldOps\":{ops}}}");
            field_ops(&Body::parse(text.as_bytes()).unwrap())
        };
        let ops =
            read(r#"[{"fieldName":"a","op":"array_append"},{"fieldName":"b","op":"REPLACE"}]"#);
        let ops: Vec<_> = ops.unwrap().into_iter().map(|op| (op.field_name, op.op)).collect();
        assert_eq!(ops, [("a".to_owned(), 1), ("b".to_owned(), 0)]);
        for (bad, part) in [
            (r#"[{"fieldName":"a","op":"ADD"}]"#, "ARRAY_REMOVE"),
            (r#"[{"op":"REPLACE"}]"#, "fieldName"),
            (r#"[{"fieldName":"a","op":"REPLACE","path":"$.b"}]"#, "`path`"),
        ] {
            let problem = read(bad).unwrap_err();
            assert!(problem.message.contains(part), "{bad}: {}", problem.message);
        }
    }
}
