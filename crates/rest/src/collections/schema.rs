//! Schemas in JSON, and back.

use crate::body::{Body, required};
use crate::problem::Problem;
use crate::values::{name_of, number_of, pair, pairs, plain, shown};
use base64::prelude::{BASE64_STANDARD, Engine};
use milvus::message::schema::{
    CollectionSchema, FieldSchema, FunctionSchema, StructArrayFieldSchema, Value as Default_,
    ValueField, data_type, function_type,
};
use serde_json::{Value, json};

/// The field that newer engines add to collections with namespaces.
const NAMESPACE: &str = "$namespace_id";

/// The schema of a request; `None` if it has no fields.
pub(super) fn schema(body: &Body<'_>, name: &str) -> Result<Option<CollectionSchema>, Problem> {
    let inner = body.inner("schema")?;
    let auto_id = inner.flag("autoId")?;
    let functions = inner.list("functions")?;
    let functions: Vec<_> = functions.iter().map(function).collect::<Result<_, _>>()?;
    let mut fields = Vec::new();
    for given in inner.list("fields")? {
        let mut field = field(&given)?;
        field.auto_id |= field.is_primary_key && auto_id;
        let filled = |function: &FunctionSchema| function.output_field_names.contains(&field.name);
        field.is_function_output = functions.iter().any(filled);
        fields.push(field);
    }
    let mut structs = Vec::new();
    for given in inner.list("structFields")? {
        structs.push(struct_field(&given)?);
    }
    if fields.is_empty() && structs.is_empty() {
        if !functions.is_empty() {
            return Err(Problem::invalid(
                "functions need the fields that they read and fill: give them in `schema.fields`",
            ));
        }
        return Ok(None);
    }
    let said = inner.text("description")?;
    Ok(Some(CollectionSchema {
        name: name.to_owned(),
        description: if said.is_empty() { body.text("description")? } else { said },
        auto_id,
        fields,
        enable_dynamic_field: inner.flag("enableDynamicField")?,
        functions,
        struct_array_fields: structs,
        ..CollectionSchema::default()
    }))
}

/// One field.
pub(super) fn field(given: &Body<'_>) -> Result<FieldSchema, Problem> {
    let name = given.name("fieldName")?;
    let data_type = type_of(&given.name("dataType")?)?;
    let mut field = FieldSchema {
        description: given.text("description")?,
        data_type,
        is_primary_key: given.flag("isPrimary")?,
        auto_id: given.flag("autoID")?,
        is_partition_key: given.flag("isPartitionKey")?,
        is_clustering_key: given.flag("isClusteringKey")?,
        nullable: given.flag("nullable")?,
        type_params: pairs(&given.map("elementTypeParams")?),
        default_value: default_value(&given.tree("defaultValue")?, data_type)?,
        external_field: given.text("externalField")?,
        name,
        ..FieldSchema::default()
    };
    if matches!(data_type, data_type::ARRAY | data_type::ARRAY_OF_VECTOR) {
        let element = given.text("elementDataType")?;
        if element.is_empty() {
            return Err(Problem::missing(required("elementDataType")));
        }
        field.element_type = type_of(&element)?;
    }
    Ok(field)
}

/// One field whose values are arrays of structures.
pub(super) fn struct_field(given: &Body<'_>) -> Result<StructArrayFieldSchema, Problem> {
    let fields = given.list("fields")?;
    Ok(StructArrayFieldSchema {
        name: given.name("fieldName")?,
        description: given.text("description")?,
        fields: fields.iter().map(field).collect::<Result<_, _>>()?,
        type_params: pairs(&given.map("elementTypeParams")?),
        ..StructArrayFieldSchema::default()
    })
}

/// One function.
pub(crate) fn function(given: &Body<'_>) -> Result<FunctionSchema, Problem> {
    let kind = given.name("type")?;
    let number = number_of(function_type::NAMES, &kind).ok_or_else(|| {
        Problem::invalid(format!("function type `{kind}` is invalid (case sensitive)"))
    })?;
    Ok(FunctionSchema {
        name: given.name("name")?,
        description: given.text("description")?,
        r#type: number,
        input_field_names: given.texts("inputFieldNames")?,
        output_field_names: given.texts("outputFieldNames")?,
        params: pairs(&given.map("params")?),
        ..FunctionSchema::default()
    })
}

fn type_of(name: &str) -> Result<i32, Problem> {
    number_of(data_type::NAMES, name)
        .filter(|&number| number != data_type::NONE)
        .ok_or_else(|| Problem::invalid(format!("data type {name} is invalid(case sensitive).")))
}

fn default_value(value: &Value, data_type: i32) -> Result<Option<ValueField>, Problem> {
    if value.is_null() {
        return Ok(None);
    }
    let wrong = || {
        let name = name_of(data_type::NAMES, data_type);
        Problem::invalid(format!("convert defaultValue fail: {value} is no value of {name}"))
    };
    let within = |most: i64| {
        let number = value.as_i64().filter(|number| (-most - 1..=most).contains(number));
        number.and_then(|number| i32::try_from(number).ok()).map(Default_::Int)
    };
    #[expect(clippy::cast_possible_truncation, reason = "a float field keeps a float")]
    let data = match data_type {
        data_type::BOOL => value.as_bool().map(Default_::Bool),
        data_type::INT8 => within(i64::from(i8::MAX)),
        data_type::INT16 => within(i64::from(i16::MAX)),
        data_type::INT32 => within(i64::from(i32::MAX)),
        data_type::INT64 => value.as_i64().map(Default_::Long),
        data_type::FLOAT => value
            .as_f64()
            .map(|float| float as f32)
            .filter(|float| float.is_finite())
            .map(Default_::Float),
        data_type::DOUBLE => value.as_f64().map(Default_::Double),
        data_type::STRING | data_type::VAR_CHAR | data_type::TIMESTAMPTZ | data_type::GEOMETRY => {
            value.as_str().map(|text| Default_::String(text.to_owned()))
        }
        data_type::JSON => Some(Default_::Bytes(plain(value).into_bytes())),
        _ => None,
    };
    Ok(Some(ValueField { data: Some(data.ok_or_else(wrong)?) }))
}

/// Fields, shown.
pub(super) fn shown_fields(fields: &[FieldSchema]) -> Value {
    // What the engine adds for itself is nobody's field.
    let own = |field: &&FieldSchema| field.name != NAMESPACE;
    fields.iter().filter(own).map(shown_field).collect()
}

fn shown_field(field: &FieldSchema) -> Value {
    let mut shown_field = json!({
        "id": field.field_id,
        "name": field.name,
        "type": name_of(data_type::NAMES, field.data_type),
        "primaryKey": field.is_primary_key,
        "partitionKey": field.is_partition_key,
        "clusteringKey": field.is_clustering_key,
        "autoId": field.auto_id,
        "nullable": field.nullable,
        "description": field.description,
    });
    if !field.type_params.is_empty() {
        shown_field["params"] = shown(&field.type_params);
    }
    if matches!(field.data_type, data_type::ARRAY | data_type::ARRAY_OF_VECTOR) {
        shown_field["elementType"] = name_of(data_type::NAMES, field.element_type).into();
    }
    if field.is_function_output {
        shown_field["isFunctionOutput"] = true.into();
    }
    if !field.external_field.is_empty() {
        shown_field["externalField"] = field.external_field.as_str().into();
    }
    let default = field.default_value.as_ref().and_then(|value| value.data.as_ref());
    if let Some(default) = default {
        shown_field["defaultValue"] = shown_default(default);
    }
    shown_field
}

/// A value with its kind, as Milvus shows it.
fn shown_default(default: &Default_) -> Value {
    let (kind, value) = match default {
        Default_::Bool(value) => ("BoolData", json!(value)),
        Default_::Int(value) => ("IntData", json!(value)),
        Default_::Long(value) => ("LongData", json!(value)),
        Default_::Float(value) => ("FloatData", json!(value)),
        Default_::Double(value) => ("DoubleData", json!(value)),
        Default_::String(value) => ("StringData", json!(value)),
        Default_::Bytes(value) => ("BytesData", json!(BASE64_STANDARD.encode(value))),
        Default_::Timestamptz(value) => ("TimestamptzData", json!(value)),
    };
    json!({ "Data": { kind: value } })
}

/// Fields of structures, shown.
pub(super) fn shown_structs(fields: &[StructArrayFieldSchema]) -> Value {
    let shown_struct = |field: &StructArrayFieldSchema| {
        json!({
            "id": field.field_id,
            "name": field.name,
            "description": field.description,
            "fields": shown_fields(&field.fields),
        })
    };
    fields.iter().map(shown_struct).collect()
}

/// Functions, shown.
pub(super) fn shown_functions(functions: &[FunctionSchema]) -> Value {
    let shown_function = |function: &FunctionSchema| {
        json!({
            "id": function.id,
            "name": function.name,
            "description": function.description,
            "type": name_of(function_type::NAMES, function.r#type),
            "inputFieldNames": function.input_field_names,
            "outputFieldNames": function.output_field_names,
            "params": shown(&function.params),
        })
    };
    functions.iter().map(shown_function).collect()
}

/// The schema of a collection that is made from a few words.
pub(super) fn quick(body: &Body<'_>, name: &str) -> Result<CollectionSchema, Problem> {
    let params = body.map("params")?;
    let kind = match body.text("vectorFieldType")?.as_str() {
        "" => data_type::FLOAT_VECTOR,
        kind => type_of(kind)?,
    };
    let dimension = body.number("dimension")?.unwrap_or_default();
    if kind != data_type::SPARSE_FLOAT_VECTOR && dimension <= 0 {
        return Err(Problem::invalid(
            "dimension is required for quickly create collection(default metric type: COSINE)",
        ));
    }
    let (id_type, id_params) = match body.text("idType")?.as_str() {
        "" | "Int64" | "int64" => (data_type::INT64, Vec::new()),
        "VarChar" | "Varchar" => {
            let length = params.get("max_length").map_or_else(|| "65535".to_owned(), plain);
            (data_type::VAR_CHAR, vec![pair("max_length", length)])
        }
        other => {
            return Err(Problem::invalid(format!(
                "idType `{other}` can only be [Int64, VarChar], default: Int64"
            )));
        }
    };
    let dynamic = params.get("enableDynamicField").map(plain);
    let enable_dynamic_field = match dynamic.as_deref() {
        None | Some("true" | "True" | "1") => true,
        Some("false" | "False" | "0") => false,
        Some(other) => {
            return Err(Problem::invalid(format!("enableDynamicField cannot be `{other}`")));
        }
    };
    let named = |given: String, usual: &str| if given.is_empty() { usual.into() } else { given };
    let id = FieldSchema {
        name: named(body.text("primaryFieldName")?, "id"),
        is_primary_key: true,
        data_type: id_type,
        auto_id: body.flag("autoID")?,
        type_params: id_params,
        ..FieldSchema::default()
    };
    let is_sparse = kind == data_type::SPARSE_FLOAT_VECTOR;
    let vector = FieldSchema {
        name: named(body.text("vectorFieldName")?, "vector"),
        data_type: kind,
        type_params: if is_sparse { Vec::new() } else { vec![pair("dim", dimension.to_string())] },
        ..FieldSchema::default()
    };
    Ok(CollectionSchema {
        name: name.to_owned(),
        description: body.text("description")?,
        auto_id: id.auto_id,
        fields: vec![id, vector],
        enable_dynamic_field,
        ..CollectionSchema::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Option<CollectionSchema>, Problem> {
        schema(&Body::parse(text.as_bytes()).unwrap(), "c")
    }

    #[test]
    fn a_schema_is_read_whole() {
        let schema = parsed(
            r#"{"schema":{"autoId":true,"enableDynamicField":true,"fields":[
                {"fieldName":"pk","dataType":"Int64","isPrimary":true},
                {"fieldName":"t","dataType":"VarChar","elementTypeParams":{"max_length":64},
                 "nullable":true,"defaultValue":"x"},
                {"fieldName":"a","dataType":"Array","elementDataType":"Int8",
                 "elementTypeParams":{"max_capacity":"4"}},
                {"fieldName":"s","dataType":"SparseFloatVector"}],
              "functions":[{"name":"f","type":"BM25","inputFieldNames":["t"],
                "outputFieldNames":["s"]}]}}"#,
        );
        let schema = schema.unwrap().unwrap();
        assert!(schema.fields[0].auto_id && schema.enable_dynamic_field);
        assert_eq!(schema.fields[1].type_params, [pair("max_length", "64")]);
        assert_eq!(schema.fields[2].element_type, data_type::INT8);
        assert!(schema.fields[3].is_function_output && !schema.fields[1].is_function_output);
        assert_eq!(parsed("{}").unwrap(), None);
    }

    #[test]
    fn a_field_that_cannot_be_is_refused() {
        for (field, code) in [
            (r#"{"dataType":"Int64"}"#, 1802),
            (r#"{"fieldName":"a"}"#, 1802),
            (r#"{"fieldName":"a","dataType":"int64"}"#, 1100),
            (r#"{"fieldName":"a","dataType":"Array"}"#, 1802),
            (r#"{"fieldName":"a","dataType":"Int8","defaultValue":128}"#, 1100),
            (r#"{"fieldName":"a","dataType":"Bool","defaultValue":"x"}"#, 1100),
            (r#"{"fieldName":"a","dataType":"FloatVector","defaultValue":1}"#, 1100),
            (r#"{"fieldName":1,"dataType":"Int64"}"#, 1801),
        ] {
            let text = format!("{{\"schema\":{{\"fields\":[{field}]}}}}");
            assert_eq!(parsed(&text).unwrap_err().code, code, "{field}");
        }
    }

    #[test]
    fn a_quick_schema_has_what_milvus_gives_it() {
        let body = Body::parse(br#"{"dimension":5}"#).unwrap();
        let schema = quick(&body, "c").unwrap();
        assert_eq!((schema.fields[0].name.as_str(), schema.fields[0].data_type), ("id", 5));
        assert_eq!((schema.fields[1].name.as_str(), schema.fields[1].data_type), ("vector", 101));
        assert!(schema.enable_dynamic_field);
        for text in ["{}", r#"{"dimension":-1}"#, r#"{"dimension":5,"idType":"Float"}"#] {
            let body = Body::parse(text.as_bytes()).unwrap();
            assert_eq!(quick(&body, "c").unwrap_err().code, 1100, "{text}");
        }
    }

    #[test]
    fn fields_are_shown_as_milvus_shows_them() {
        let with = |name: &str, data: Default_| FieldSchema {
            name: name.to_owned(),
            default_value: Some(ValueField { data: Some(data) }),
            ..FieldSchema::default()
        };
        let text = Default_::String("x".to_owned());
        let fields = [
            with("a", Default_::Long(9_007_199_254_740_993)),
            with("b", text),
            with("c", Default_::Bool(false)),
            with("d", Default_::Bytes(b"{}".to_vec())),
            with(NAMESPACE, Default_::Int(1)),
        ];
        let shown = shown_fields(&fields);
        let defaults: Vec<&Value> =
            shown.as_array().unwrap().iter().map(|field| &field["defaultValue"]["Data"]).collect();
        let expected = [
            json!({ "LongData": 9_007_199_254_740_993_i64 }),
            json!({ "StringData": "x" }),
            json!({ "BoolData": false }),
            json!({ "BytesData": "e30=" }),
        ];
        assert_eq!(defaults, expected.iter().collect::<Vec<_>>());
        assert_eq!(shown_fields(&[FieldSchema::default()])[0].get("defaultValue"), None);
    }
}
