//! Changing a collection: properties, fields and functions.

use super::schema::{field, function, struct_field};
use super::{collection, described};
use crate::body::{Body, required};
use crate::caller::{Caller, Reply};
use crate::problem::Problem;
use crate::values::pairs;
use milvus::message::Message;
use milvus::message::change::{
    AddCollectionFieldRequest, AddCollectionFunctionRequest, AddCollectionStructFieldRequest,
    AlterCollectionFieldRequest, AlterCollectionFunctionRequest, AlterCollectionRequest,
    DropCollectionFunctionRequest,
};

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
