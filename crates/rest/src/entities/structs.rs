//! Fields whose values are arrays of structures: one column for each member of the structures.
//!
//! In JSON such a value is a list of objects, all with the same members. On the wire each member
//! has a column of lists, one list a row, as SDKs write them.

use super::column::{push as push_scalar, scalars};
use super::vector::{self, bare};
use crate::json::Json;
use crate::values::{find, name_of};
use milvus::message::data::{
    ArrayArray, Column as Content, FieldData, FloatArray, ScalarField, Scalars, StructArrayField,
    VectorArray, VectorField, Vectors,
};
use milvus::message::schema::{FieldSchema, StructArrayFieldSchema, data_type};

/// The columns of one field in the making.
pub(super) struct Structs {
    name: String,
    nullable: bool,
    members: Vec<Member>,
    valid: Vec<bool>,
}

struct Member {
    name: String,
    element: i32,
    dim: usize,
    rows: Rows,
}

enum Rows {
    Scalars(Vec<ScalarField>),
    Vectors(Vec<VectorField>),
}

/// The name of a member as structures have it: engines may keep it as `field[member]`.
pub(super) fn member_name<'n>(field: &str, name: &'n str) -> &'n str {
    let inner = name.strip_prefix(field).and_then(|rest| rest.strip_prefix('['));
    inner.and_then(|rest| rest.strip_suffix(']')).unwrap_or(name)
}

const fn is_vector(kind: i32) -> bool {
    data_type::BINARY_VECTOR <= kind && kind <= data_type::INT8_VECTOR
}

impl Structs {
    /// Empty columns of a field.
    ///
    /// # Errors
    /// A member has a type that rows in JSON cannot have.
    pub(super) fn new(field: &StructArrayFieldSchema) -> Result<Self, String> {
        let members = field.fields.iter().map(|member| Member::new(&field.name, member));
        Ok(Self {
            name: field.name.clone(),
            nullable: field.nullable || field.fields.iter().any(|member| member.nullable),
            members: members.collect::<Result<_, _>>()?,
            valid: Vec::new(),
        })
    }

    /// Takes no value.
    ///
    /// # Errors
    /// Every row must have one.
    pub(super) fn skip(&mut self) -> Result<(), String> {
        if !self.nullable {
            return Err(format!("field `{}` has no value", self.name));
        }
        self.valid.push(false);
        Ok(())
    }

    /// Takes a value, as JSON.
    ///
    /// # Errors
    /// It is no list of such structures.
    pub(super) fn push(&mut self, text: &str) -> Result<(), String> {
        if text == "null" {
            return self.skip();
        }
        let pushed = self.push_list(text);
        if self.nullable && pushed.is_ok() {
            self.valid.push(true);
        }
        pushed.map_err(|why| format!("field `{}`: {why}", self.name))
    }

    fn push_list(&mut self, text: &str) -> Result<(), String> {
        let items = Json::parse(text).and_then(Json::items).map_err(|error| bare(&error))?;
        let mut values: Vec<Vec<&str>> = vec![Vec::new(); self.members.len()];
        for (number, item) in items.iter().enumerate() {
            let members = item.members().map_err(|error| bare(&error))?;
            for (name, value) in &members {
                let place = self.members.iter().position(|member| member.name == *name);
                let place = place.ok_or_else(|| format!("the structures have no `{name}`"))?;
                if values[place].len() > number {
                    return Err(format!("structure {number}: `{name}` comes twice"));
                }
                values[place].push(value.get());
            }
            if let Some(place) = values.iter().position(|values| values.len() <= number) {
                return Err(format!("structure {number} has no `{}`", self.members[place].name));
            }
        }
        for (member, values) in self.members.iter_mut().zip(values) {
            member.push(&values).map_err(|why| format!("`{}`: {why}", member.name))?;
        }
        Ok(())
    }

    /// The columns as a message.
    pub(super) fn into_field(self) -> FieldData {
        let valid = self.valid;
        let fields = self.members.into_iter().map(|member| member.into_field(valid.clone()));
        FieldData {
            r#type: data_type::ARRAY_OF_STRUCT,
            field_name: self.name,
            field: Some(Content::StructArrays(StructArrayField { fields: fields.collect() })),
            ..FieldData::default()
        }
    }
}

impl Member {
    fn new(field: &str, member: &FieldSchema) -> Result<Self, String> {
        let is_list = matches!(member.data_type, data_type::ARRAY | data_type::ARRAY_OF_VECTOR);
        // Engines may say the kind of the elements only.
        let element = if is_list { member.element_type } else { member.data_type };
        let dim = find(&member.type_params, "dim").and_then(|dim| dim.parse().ok());
        let name = member_name(field, &member.name).to_owned();
        let rows = if is_vector(element) && element != data_type::SPARSE_FLOAT_VECTOR {
            Rows::Vectors(Vec::new())
        } else if scalars(element, data_type::NONE).is_some() && element != data_type::ARRAY {
            Rows::Scalars(Vec::new())
        } else {
            let kind = name_of(data_type::NAMES, element);
            return Err(format!("`{field}[{name}]` has type {kind}, which has no form in JSON"));
        };
        Ok(Self { name, element, dim: dim.unwrap_or_default(), rows })
    }

    /// Takes the values of one row's structures.
    fn push(&mut self, values: &[&str]) -> Result<(), String> {
        let (element, dim) = (self.element, self.dim);
        match &mut self.rows {
            Rows::Scalars(rows) => {
                let mut data = scalars(element, data_type::NONE).ok_or("there is no such type")?;
                for value in values {
                    push_scalar(&mut data, element, data_type::NONE, value)?;
                }
                rows.push(ScalarField { data: Some(data) });
            }
            Rows::Vectors(rows) => {
                let data = vectors(values, element, dim)?;
                let dim = i64::try_from(dim).unwrap_or_default();
                rows.push(VectorField { dim, data: Some(data) });
            }
        }
        Ok(())
    }

    fn into_field(self, valid_data: Vec<bool>) -> FieldData {
        let (kind, content) = match self.rows {
            Rows::Scalars(data) => {
                // What kind the elements are is said by each list.
                let data = Scalars::Array(ArrayArray { data, element_type: data_type::NONE });
                (data_type::ARRAY, Content::Scalars(ScalarField { data: Some(data) }))
            }
            Rows::Vectors(data) => {
                let dim = i64::try_from(self.dim).unwrap_or_default();
                let dim = if data.is_empty() { 0 } else { dim };
                let element_type = if data.is_empty() { data_type::NONE } else { self.element };
                let data = Vectors::VectorArray(VectorArray { dim, data, element_type });
                let data = VectorField { dim: 0, data: Some(data) };
                (data_type::ARRAY_OF_VECTOR, Content::Vectors(data))
            }
        };
        FieldData {
            r#type: kind,
            field_name: self.name,
            field: Some(content),
            valid_data,
            ..FieldData::default()
        }
    }
}

fn vectors(values: &[&str], element: i32, dim: usize) -> Result<Vectors, String> {
    if element == data_type::FLOAT_VECTOR {
        let mut data = Vec::with_capacity(values.len() * dim);
        for value in values {
            vector::push_floats(value, dim, &mut data)?;
        }
        return Ok(Vectors::Float(FloatArray { data }));
    }
    let mut bytes = Vec::new();
    for value in values {
        bytes.extend(vector::bytes(value, element, dim)?);
    }
    Ok(match element {
        data_type::BINARY_VECTOR => Vectors::Binary(bytes),
        data_type::FLOAT16_VECTOR => Vectors::Float16(bytes),
        data_type::BFLOAT16_VECTOR => Vectors::Bfloat16(bytes),
        _ => Vectors::Int8(bytes),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::pair;
    use milvus::message::Message;

    /// What an SDK (pymilvus 3.0.2) writes for the rows of the first test, if the field may have no
    /// value and if it must have one.
    const OF_SDK: [&str; 2] = [
        "08c8011205706172747342530a1d08161204706167651a0e420c0a061a040a0207080a021a003a030100010a3208\
         6a1203656d622224422208021216080212120a100000003f0000803f000000400000804012040802120018653a03\
         010001",
        "08c8011205706172747342490a1808161204706167651a0e420c0a061a040a0207080a021a000a2d086a1203656d\
         622224422208021216080212120a100000003f0000803f00000040000080401204080212001865",
    ];

    fn schema(nullable: bool) -> StructArrayFieldSchema {
        let field = |name: &str, data_type, element_type, params| FieldSchema {
            name: format!("parts[{name}]"),
            data_type,
            element_type,
            nullable,
            type_params: params,
            ..FieldSchema::default()
        };
        let (list, vectors) = (data_type::ARRAY, data_type::ARRAY_OF_VECTOR);
        StructArrayFieldSchema {
            name: "parts".to_owned(),
            nullable,
            fields: vec![
                field("page", list, data_type::INT64, Vec::new()),
                field("emb", vectors, data_type::FLOAT_VECTOR, vec![pair("dim", "2")]),
            ],
            ..StructArrayFieldSchema::default()
        }
    }

    fn bytes(hex: &str) -> Vec<u8> {
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
    }

    #[test]
    fn structures_are_written_as_an_sdk_writes_them() {
        let two = r#"[{"page":7,"emb":[0.5,1]},{"emb":[2,4],"page":8}]"#;
        for (nullable, of_sdk) in [true, false].into_iter().zip(OF_SDK) {
            let mut structs = Structs::new(&schema(nullable)).unwrap();
            structs.push(two).unwrap();
            assert_eq!(structs.push("null").is_ok(), nullable);
            structs.push("[]").unwrap();
            let field = structs.into_field();
            assert_eq!(FieldData::decode(bytes(of_sdk).as_slice()).unwrap(), field);
            assert_eq!(field.encode_to_vec(), bytes(of_sdk));
        }
    }

    #[test]
    fn what_is_no_such_structure_is_refused() {
        let mut structs = Structs::new(&schema(false)).unwrap();
        for bad in [
            "{}",
            "[1]",
            "[{}]",
            r#"[{"page":1}]"#,
            r#"[{"page":1,"emb":[1,2],"more":1}]"#,
            r#"[{"page":1,"page":1,"emb":[1,2]}]"#,
            r#"[{"page":1.5,"emb":[1,2]}]"#,
            r#"[{"page":null,"emb":[1,2]}]"#,
            r#"[{"page":1,"emb":[1,2,3]}]"#,
            r#"[{"page":1,"emb":[1,1e39]}]"#,
        ] {
            assert!(structs.push(bad).is_err(), "{bad}");
        }
        assert!(structs.skip().is_err());
    }
}
