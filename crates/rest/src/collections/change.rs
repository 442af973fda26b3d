//! Changing a collection: properties, fields and functions.

use super::schema::{field, function, struct_field};
use super::{collection, described};
use crate::body::{Body, required};
use crate::caller::{Answered, Caller, Reply};
use crate::indexes;
use crate::problem::Problem;
use crate::values::pairs;
use milvus::message::Message;
use milvus::message::change::{
    AddCollectionFieldRequest, AddCollectionFunctionRequest, AddCollectionStructFieldRequest,
    AddedField, AlterCollectionFieldRequest, AlterCollectionFunctionRequest,
    AlterCollectionRequest, AlterCollectionSchemaRequest, AlterCollectionSchemaResponse,
    DropCollectionFunctionRequest, Dropped, SchemaAction, SchemaAddition, SchemaDrop, SchemaOp,
};
use milvus::message::common::Status;

impl Answered for AlterCollectionSchemaResponse {
    fn status(&self) -> Option<&Status> {
        self.alter_status.as_ref()
    }
}

pub(crate) async fn alter_properties(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = AlterCollectionRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        properties: pairs(&body.map("properties")?),
        delete_keys: Vec::new(),
    };
    caller.order("AlterCollection", &request).await
}

pub(crate) async fn drop_properties(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = AlterCollectionRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        properties: Vec::new(),
        delete_keys: keys(&body)?,
    };
    caller.order("AlterCollection", &request).await
}

/// Names of properties to remove, of which there must be one.
pub(crate) fn keys(body: &Body<'_>) -> Result<Vec<String>, Problem> {
    let keys = body.texts("propertyKeys")?;
    if keys.is_empty() { Err(Problem::missing(required("propertyKeys"))) } else { Ok(keys) }
}

pub(crate) async fn alter_field(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = AlterCollectionFieldRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        field_name: body.name("fieldName")?,
        properties: pairs(&body.map("fieldParams")?),
        delete_keys: Vec::new(),
    };
    caller.order("AlterCollectionField", &request).await
}

/// The object that must be there under this name.
fn given<'a>(body: &Body<'a>, name: &str) -> Result<Body<'a>, Problem> {
    if body.raw(name).is_none() {
        return Err(Problem::missing(required(name)));
    }
    body.inner(name)
}

pub(crate) async fn add_field(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let request = AddCollectionFieldRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        schema: field(&given(&body, "schema")?)?.encode_to_vec(),
    };
    caller.order("AddCollectionField", &request).await
}

pub(crate) async fn add_struct_field(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = AddCollectionStructFieldRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        struct_array_field_schema: Some(struct_field(&given(&body, "schema")?)?),
    };
    caller.order("AddCollectionStructField", &request).await
}

pub(crate) async fn add_function(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = AddCollectionFunctionRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        function_schema: Some(function(&given(&body, "function")?)?),
    };
    caller.order("AddCollectionFunction", &request).await
}

pub(crate) async fn alter_function(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = AlterCollectionFunctionRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        function_name: body.name("functionName")?,
        function_schema: Some(function(&given(&body, "function")?)?),
    };
    caller.order("AlterCollectionFunction", &request).await
}

pub(crate) async fn drop_function(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let request = DropCollectionFunctionRequest {
        db_name: caller.database(),
        collection_name: collection(&body)?,
        function_name: body.name("functionName")?,
    };
    // An engine that has no such collection says so better than one that has no such call.
    described(caller, request.collection_name.clone()).await?;
    caller.order("DropCollectionFunction", &request).await
}

/// A function together with the field that it fills and the index of that.
pub(crate) async fn add_function_field(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let addition = function_field(&body)?;
    alter_schema(caller, &body, SchemaOp::Add(addition)).await
}

fn function_field(body: &Body<'_>) -> Result<SchemaAddition, Problem> {
    let function = function(&given(body, "function")?)?;
    let field = field(&given(body, "outputField")?)?;
    let index = indexes::one(&given(body, "indexParams")?, "", "")?;
    if index.field_name != field.name {
        return Err(Problem::invalid(format!(
            "indexParams.fieldName \"{}\" must match outputField.fieldName \"{}\"",
            index.field_name, field.name
        )));
    }
    let added = AddedField {
        field_schema: Some(field),
        index_name: index.index_name,
        extra_params: index.extra_params,
    };
    Ok(SchemaAddition { field_infos: vec![added], func_schema: vec![function] })
}

pub(crate) async fn drop_function_field(
    caller: &mut Caller<'_>,
    body: Body<'_>,
) -> Result<Reply, Problem> {
    let dropped = SchemaDrop {
        identifier: Some(Dropped::FunctionName(body.name("functionName")?)),
        drop_function_output_fields: true,
    };
    alter_schema(caller, &body, SchemaOp::Drop(dropped)).await
}

pub(crate) async fn drop_field(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let identifier = Some(dropped_field(&body)?);
    let dropped = SchemaDrop { identifier, drop_function_output_fields: false };
    alter_schema(caller, &body, SchemaOp::Drop(dropped)).await
}

/// The field to drop, by its name or by its number.
fn dropped_field(body: &Body<'_>) -> Result<Dropped, Problem> {
    let (name, number) = (body.text("fieldName")?, body.number("fieldId")?);
    match number {
        None if !name.is_empty() => Ok(Dropped::FieldName(name)),
        Some(number) if name.is_empty() && number > 0 => Ok(Dropped::FieldId(number)),
        Some(_) if name.is_empty() => Err(Problem::invalid("fieldId must be greater than 0")),
        _ => Err(Problem::invalid("exactly one of fieldName or fieldId is required")),
    }
}

async fn alter_schema(
    caller: &mut Caller<'_>,
    body: &Body<'_>,
    op: SchemaOp,
) -> Result<Reply, Problem> {
    let request = AlterCollectionSchemaRequest {
        db_name: caller.database(),
        collection_name: collection(body)?,
        action: Some(SchemaAction { op: Some(op) }),
    };
    caller.forget_schemas();
    let _: AlterCollectionSchemaResponse = caller.ask("AlterCollectionSchema", &request).await?;
    Ok(Reply::done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::pair;

    #[test]
    fn a_field_is_dropped_by_its_name_or_its_number() {
        let read = |text: &str| dropped_field(&Body::parse(text.as_bytes()).unwrap());
        assert_eq!(read(r#"{"fieldName":"a"}"#), Ok(Dropped::FieldName("a".to_owned())));
        let large = r#"{"fieldId":9007199254740993}"#;
        assert_eq!(read(large), Ok(Dropped::FieldId(9_007_199_254_740_993)));
        for (bad, code, part) in [
            ("{}", 1100, "exactly one"),
            (r#"{"fieldName":"a","fieldId":1}"#, 1100, "exactly one"),
            (r#"{"fieldId":0}"#, 1100, "greater than 0"),
            (r#"{"fieldId":"1"}"#, 1801, "fieldId"),
        ] {
            let problem = read(bad).unwrap_err();
            assert!(problem.code == code && problem.message.contains(part), "{bad}: {problem:?}");
        }
    }

    #[test]
    fn a_function_comes_with_its_field_and_the_index_of_that() {
        let text = |index: &str| {
            format!(
                r#"{{"function":{{"name":"f","type":"BM25","inputFieldNames":["t"],
                "outputFieldNames":["s"]}},
                "outputField":{{"fieldName":"s","dataType":"SparseFloatVector"}},
                "indexParams":{{"fieldName":"{index}","indexName":"i","metricType":"BM25"}}}}"#
            )
        };
        let read = |text: &str| function_field(&Body::parse(text.as_bytes()).unwrap());
        let added = read(&text("s")).unwrap();
        let field = &added.field_infos[0];
        assert_eq!(field.field_schema.as_ref().map(|field| field.name.as_str()), Some("s"));
        assert!(field.extra_params.contains(&pair("metric_type", "BM25")));
        assert_eq!((field.index_name.as_str(), added.func_schema[0].name.as_str()), ("i", "f"));
        let problem = read(&text("t")).unwrap_err();
        assert!(problem.code == 1100 && problem.message.contains("must match"), "{problem:?}");
        for missing in ["function", "outputField", "indexParams"] {
            let text = text("s").replace(&format!("\"{missing}\""), "\"x\"");
            assert_eq!(read(&text).unwrap_err().code, 1802, "{missing}");
        }
    }
}
