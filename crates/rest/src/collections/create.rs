//! Making a collection, and what usually follows: its indexes, and loading it.

use super::{collection, schema};
use crate::body::Body;
use crate::caller::{Caller, Reply};
use crate::entities::Newer;
use crate::indexes::{self, given_indexes};
use crate::problem::Problem;
use crate::values::{number_of, pair, pairs, plain};
use milvus::message::Message;
use milvus::message::collection::{CreateCollectionRequest, LoadCollectionRequest};
use milvus::message::index::CreateIndexRequest;
use milvus::message::schema::{CollectionSchema, KeyValuePair, consistency, data_type};
use serde_json::{Map, Value};

/// Everything to do, parsed before the first of it is done.
struct Plan {
    create: CreateCollectionRequest,
    indexes: Vec<CreateIndexRequest>,
    is_external: bool,
}

/// Where the data of an external collection is. An engine that does not know of such collections
/// would make an empty one of its own.
const EXTERNAL: Newer = Newer { member: "externalSource", since: (3, 0) };

pub(crate) async fn create(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let plan = plan(&body, &caller.database())?;
    if plan.is_external {
        EXTERNAL.check(caller).await?;
    }
    let reply = caller.order("CreateCollection", &plan.create).await?;
    for index in &plan.indexes {
        caller.order("CreateIndex", index).await?;
    }
    if plan.indexes.is_empty() {
        return Ok(reply);
    }
    let request = LoadCollectionRequest {
        db_name: plan.create.db_name,
        collection_name: plan.create.collection_name,
        ..LoadCollectionRequest::default()
    };
    caller.order("LoadCollection", &request).await
}

fn plan(body: &Body<'_>, database: &str) -> Result<Plan, Problem> {
    let name = collection(body)?;
    let params = body.map("params")?;
    let (mut schema, indexes) = if let Some(schema) = schema::schema(body, &name)? {
        let indexes = given_indexes(body, database, &name)?;
        let missing = indexes.iter().find(|index| !has_field(&schema, &index.field_name));
        if let Some(index) = missing {
            let field = &index.field_name;
            return Err(Problem::missing(format!("`{field}` hasn't defined in schema")));
        }
        (schema, indexes)
    } else {
        let schema = schema::quick(body, &name)?;
        let index = quick_index(body, database, &schema)?;
        (schema, vec![index])
    };
    schema.external_source = body.text("externalSource")?;
    schema.external_spec = body.text("externalSpec")?;
    let create = CreateCollectionRequest {
        db_name: database.to_owned(),
        collection_name: name,
        schema: schema.encode_to_vec(),
        shards_num: whole(&params, "shardsNum")?.unwrap_or(1),
        consistency_level: level(body, &params)?,
        properties: properties(body, &params)?,
        num_partitions: partitions(&schema, &params)?,
    };
    Ok(Plan { create, indexes, is_external: !schema.external_source.is_empty() })
}

fn has_field(schema: &CollectionSchema, name: &str) -> bool {
    schema.fields.iter().any(|field| field.name == name)
        || name.contains('[')
        || schema.struct_array_fields.iter().any(|field| name.starts_with(&field.name))
}

fn quick_index(
    body: &Body<'_>,
    database: &str,
    schema: &CollectionSchema,
) -> Result<CreateIndexRequest, Problem> {
    let vector = schema.fields.last().map(|field| (field.name.clone(), field.data_type));
    let (field_name, kind) = vector.unwrap_or_default();
    let metric = match body.text("metricType")? {
        given if !given.is_empty() => given,
        _ if kind == data_type::BINARY_VECTOR => "HAMMING".to_owned(),
        _ if kind == data_type::SPARSE_FLOAT_VECTOR => "IP".to_owned(),
        _ => indexes::USUAL_METRIC.to_owned(),
    };
    Ok(CreateIndexRequest {
        db_name: database.to_owned(),
        collection_name: schema.name.clone(),
        index_name: field_name.clone(),
        field_name,
        extra_params: vec![pair("index_type", indexes::USUAL_INDEX), pair("metric_type", metric)],
    })
}

/// A whole number among the parameters, as a number or as text.
fn whole<T: TryFrom<i64>>(params: &Map<String, Value>, name: &str) -> Result<Option<T>, Problem> {
    let Some(given) = params.get(name) else { return Ok(None) };
    let number: Option<i64> = plain(given).parse().ok();
    let number = number.filter(|&number| number > 0).and_then(|number| T::try_from(number).ok());
    number.map(Some).ok_or_else(|| Problem::invalid(format!("`{name}` cannot be {given}")))
}

fn partitions(schema: &CollectionSchema, params: &Map<String, Value>) -> Result<i64, Problem> {
    /// What Milvus takes when nobody says a number.
    const USUAL: i64 = 64;
    let number = whole(params, "partitionsNum")?.unwrap_or(USUAL);
    let is_keyed = schema.fields.iter().any(|field| field.is_partition_key);
    Ok(if is_keyed { number } else { 0 })
}

fn level(body: &Body<'_>, params: &Map<String, Value>) -> Result<i32, Problem> {
    let level = params.get("consistencyLevel").map_or_else(String::new, plain);
    let level = if level.is_empty() { body.text("consistencyLevel")? } else { level };
    if level.is_empty() {
        return Ok(consistency::BOUNDED);
    }
    number_of(consistency::NAMES, &level).ok_or_else(|| {
        Problem::invalid(
            "consistencyLevel can only be [Strong, Session, Bounded, Eventually, Customized], \
             default: Bounded",
        )
    })
}

fn properties(body: &Body<'_>, params: &Map<String, Value>) -> Result<Vec<KeyValuePair>, Problem> {
    let mut properties = pairs(&body.map("properties")?);
    for (name, property) in [
        ("ttlSeconds", "collection.ttl.seconds"),
        ("partitionKeyIsolation", "partitionkey.isolation"),
        ("mmapEnabled", "mmap.enabled"),
    ] {
        properties.extend(params.get(name).map(|value| pair(property, plain(value))));
    }
    Ok(properties)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(text: &str) -> Result<Plan, Problem> {
        plan(&Body::parse(text.as_bytes()).unwrap(), "")
    }

    #[test]
    fn a_quick_collection_gets_an_index() {
        let plan = planned(
            r#"{"collectionName":"c","dimension":4,"params":{"shardsNum":"2","ttlSeconds":9,
                "consistencyLevel":"Strong"}}"#,
        )
        .unwrap();
        assert_eq!((plan.create.shards_num, plan.create.consistency_level), (2, 0));
        assert_eq!(plan.create.properties, [pair("collection.ttl.seconds", "9")]);
        assert_eq!(plan.indexes.len(), 1);
        assert_eq!(plan.indexes[0].extra_params[1], pair("metric_type", "COSINE"));
    }

    #[test]
    fn an_external_collection_says_where_its_data_is() {
        let plan = planned(
            r#"{"collectionName":"c","description":"d","externalSource":"s3://bucket/data",
                "externalSpec":"{}","schema":{"fields":[
                {"fieldName":"v","dataType":"FloatVector","elementTypeParams":{"dim":2},
                 "externalField":"embedding"}]}}"#,
        );
        let plan = plan.unwrap();
        let schema = CollectionSchema::decode(plan.create.schema.as_slice()).unwrap();
        assert!(plan.is_external);
        assert_eq!(schema.external_source, "s3://bucket/data");
        assert_eq!((schema.external_spec.as_str(), schema.description.as_str()), ("{}", "d"));
        assert_eq!(schema.fields[0].external_field, "embedding");
        assert!(!planned(r#"{"collectionName":"c","dimension":4}"#).unwrap().is_external);
    }

    #[test]
    fn an_index_on_no_field_is_refused_before_anything_is_made() {
        let text = r#"{"collectionName":"c","schema":{"fields":[
            {"fieldName":"pk","dataType":"Int64","isPrimary":true}]},
            "indexParams":[{"fieldName":"v","metricType":"L2"}]}"#;
        assert_eq!(planned(text).err().unwrap().code, 1802);
        let text = r#"{"collectionName":"c","dimension":4,"params":{"shardsNum":"x"}}"#;
        assert_eq!(planned(text).err().unwrap().code, 1100);
        let text = r#"{"collectionName":"c","dimension":4,"consistencyLevel":"strong"}"#;
        assert_eq!(planned(text).err().unwrap().code, 1100);
        assert_eq!(planned(r#"{"dimension":4}"#).err().unwrap().code, 1802);
    }
}
