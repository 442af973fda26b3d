//! What a search looks for: the field, and the vectors or texts as the engine takes them.
//!
//! A field of vectors is searched with one vector for each answer. The vectors within structures
//! are searched either so, or with a list of vectors for each answer, which are compared with all
//! those of a row together.

use super::structs::member_name;
use super::vector;
use crate::body::{Body, required};
use crate::json::Json;
use crate::problem::Problem;
use crate::values::{find, name_of};
use milvus::message::Message;
use milvus::message::data::{PlaceholderGroup, PlaceholderValue};
use milvus::message::schema::{
    CollectionSchema, FieldSchema, FunctionSchema, data_type, function_type,
};

/// Vectors of one search.
const MOST_VECTORS: usize = 16_384;
/// What the number of a list of vectors is above that of a vector.
const LIST: i32 = 200;

/// A field to search.
#[derive(Debug)]
pub(super) struct Target<'s> {
    /// Its name, as a search has it.
    pub(super) name: String,
    /// Of which kind its vectors are.
    kind: i32,
    dim: usize,
    /// Whether they are within structures.
    is_within: bool,
    /// The function that fills the field.
    function: Option<&'s FunctionSchema>,
}

impl<'s> Target<'s> {
    /// The field to search: the one that is named, or the only one of vectors.
    pub(super) fn find(schema: &'s CollectionSchema, name: &str) -> Result<Self, Problem> {
        let mut vectors = schema.fields.iter().filter(|field| is_vector(field.data_type));
        let not_found = || Problem::not_json(format!("cannot find a vector field named: {name}"));
        if !name.is_empty() {
            let plain = vectors.find(|field| field.name == name);
            let plain = plain.map(|field| Self::plain(schema, field));
            return plain.or_else(|| Self::within(schema, name)).ok_or_else(not_found);
        }
        let first = vectors.next().ok_or_else(not_found)?;
        match vectors.next() {
            None => Ok(Self::plain(schema, first)),
            Some(second) => Err(Problem::not_json(format!(
                "search without annsField, but already found multiple vector fields: [{}, {},,,]",
                first.name, second.name
            ))),
        }
    }

    fn plain(schema: &'s CollectionSchema, field: &FieldSchema) -> Self {
        let mut functions = schema.functions.iter();
        let function = functions.find(|one| one.output_field_names.contains(&field.name));
        let (name, kind) = (field.name.clone(), field.data_type);
        Self { name, kind, dim: dimension(field), is_within: false, function }
    }

    /// The vectors of structures, which are named `field[member]`.
    fn within(schema: &CollectionSchema, name: &str) -> Option<Self> {
        let mut all = schema.struct_array_fields.iter().flat_map(|structs| {
            let members = structs.fields.iter();
            members.map(|member| (structs.name.as_str(), member))
        });
        let named = |structs: &str, member: &FieldSchema| {
            format!("{structs}[{}]", member_name(structs, &member.name))
        };
        let (structs, member) = all.find(|(structs, member)| {
            member.data_type == data_type::ARRAY_OF_VECTOR && named(structs, member) == name
        })?;
        Some(Self {
            name: named(structs, member),
            kind: member.element_type,
            dim: dimension(member),
            is_within: true,
            function: None,
        })
    }

    /// What to look for, as the engine takes it, and how many there are.
    pub(super) fn placeholders(&self, body: &Body<'_>) -> Result<(Vec<u8>, i64), Problem> {
        let (kind, values) = match self.plain_floats(body) {
            Some(values) => (self.kind, values),
            None => self.values(body)?,
        };
        let count = i64::try_from(values.len()).unwrap_or_default();
        let value = PlaceholderValue {
            tag: "$0".to_owned(),
            r#type: kind,
            values,
            ..PlaceholderValue::default()
        };
        Ok((PlaceholderGroup { placeholders: vec![value] }.encode_to_vec(), count))
    }

    /// The vectors, if they are what most searches have: lists of floats for a field of those.
    fn plain_floats(&self, body: &Body<'_>) -> Option<Vec<Vec<u8>>> {
        let is_plain = self.kind == data_type::FLOAT_VECTOR && self.function.is_none();
        let data = body.raw("data").filter(|_| is_plain)?;
        match body.lists("data") {
            Some(lists) => vector::of_lists(lists, self.dim, MOST_VECTORS),
            None => vector::of_lists(&vector::lists(data.get())?, self.dim, MOST_VECTORS),
        }
    }

    /// What to look for, value by value, and of which kind they are.
    fn values(&self, body: &Body<'_>) -> Result<(i32, Vec<Vec<u8>>), Problem> {
        let given = body.items("data")?;
        let Some(first) = given.first() else {
            return Err(Problem::missing(required("data")));
        };
        if given.len() > MOST_VECTORS {
            return Err(too_many());
        }
        if self.is_within && is_list_of_vectors(first.get()) {
            return Ok((self.kind + LIST, self.lists(&given)?));
        }
        let kind = if self.takes_text(first.get()) { data_type::VAR_CHAR } else { self.kind };
        let values = given
            .iter()
            .enumerate()
            .map(|(number, raw)| self.one(raw.get(), kind).map_err(|why| wrong(number, &why)));
        Ok((kind, values.collect::<Result<_, _>>()?))
    }

    /// Whether a search is given texts, of which a function makes vectors.
    fn takes_text(&self, first: &str) -> bool {
        self.function.is_some_and(|function| {
            function.r#type == function_type::BM25 || first.starts_with('"')
        })
    }

    fn one(&self, text: &str, kind: i32) -> Result<Vec<u8>, String> {
        match kind {
            data_type::VAR_CHAR => serde_json::from_str::<String>(text)
                .map(String::into_bytes)
                .map_err(|_| "it must be a text".to_owned()),
            data_type::FLOAT_VECTOR => vector::float_bytes(text, self.dim),
            data_type::SPARSE_FLOAT_VECTOR => vector::sparse(text),
            data_type::BINARY_VECTOR
            | data_type::FLOAT16_VECTOR
            | data_type::BFLOAT16_VECTOR
            | data_type::INT8_VECTOR => vector::bytes(text, kind, self.dim),
            _ => Err(format!("{} has no form in JSON", name_of(data_type::NAMES, kind))),
        }
    }

    /// Lists of vectors, each one after the other.
    fn lists(&self, given: &[Json<'_>]) -> Result<Vec<Vec<u8>>, Problem> {
        if self.kind == data_type::SPARSE_FLOAT_VECTOR {
            return Err(Problem::invalid("lists of sparse vectors cannot be searched for"));
        }
        let mut room = MOST_VECTORS;
        let lists = given.iter().enumerate().map(|(number, raw)| {
            let vectors = raw.items();
            let vectors = vectors.map_err(|_| wrong(number, "it must be a list of vectors"))?;
            if vectors.is_empty() {
                return Err(wrong(number, "the list is empty"));
            }
            room = room.checked_sub(vectors.len()).ok_or_else(too_many)?;
            let vectors = vectors.iter().map(|raw| self.one(raw.get(), self.kind));
            let vectors: Result<Vec<_>, _> = vectors.collect();
            vectors.map(|vectors| vectors.concat()).map_err(|why| wrong(number, &why))
        });
        lists.collect()
    }
}

fn wrong(number: usize, why: &str) -> Problem {
    Problem::not_json(format!("`data`, vector {number}: {why}"))
}

fn too_many() -> Problem {
    Problem::invalid(format!("more than {MOST_VECTORS} vectors in one search"))
}

fn dimension(field: &FieldSchema) -> usize {
    find(&field.type_params, "dim").and_then(|dim| dim.parse().ok()).unwrap_or_default()
}

fn is_vector(kind: i32) -> bool {
    (data_type::BINARY_VECTOR..=data_type::INT8_VECTOR).contains(&kind)
}

/// Whether the items of a list are vectors themselves: lists, or bytes in base64.
fn is_list_of_vectors(text: &str) -> bool {
    let inner = text.strip_prefix('[').map(str::trim_ascii_start);
    inner.is_some_and(|inner| inner.starts_with(['[', '"', ']']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::pair;
    use milvus::message::schema::StructArrayFieldSchema;

    fn field(name: &str, data_type: i32) -> FieldSchema {
        FieldSchema {
            name: name.to_owned(),
            data_type,
            type_params: vec![pair("dim", "2")],
            ..FieldSchema::default()
        }
    }

    fn schema(vectors: &[(&str, i32)]) -> CollectionSchema {
        CollectionSchema {
            fields: vectors.iter().map(|&(name, kind)| field(name, kind)).collect(),
            ..CollectionSchema::default()
        }
    }

    /// Of a field `parts` with vectors of a kind, under this name in the schema.
    fn structs(member: &str, element_type: i32) -> CollectionSchema {
        let member = FieldSchema { element_type, ..field(member, data_type::ARRAY_OF_VECTOR) };
        let fields = vec![field("parts[n]", data_type::ARRAY), member];
        let name = "parts".to_owned();
        let parts = StructArrayFieldSchema { name, fields, ..StructArrayFieldSchema::default() };
        CollectionSchema {
            struct_array_fields: vec![parts],
            ..schema(&[("v", data_type::FLOAT_VECTOR)])
        }
    }

    fn read(target: &Target<'_>, text: &str) -> Result<(PlaceholderValue, i64), Problem> {
        let body = Body::parse(text.as_bytes()).unwrap();
        let (bytes, count) = target.placeholders(&body)?;
        let mut group = PlaceholderGroup::decode(bytes.as_slice()).unwrap();
        Ok((group.placeholders.remove(0), count))
    }

    #[test]
    fn the_field_to_search_must_be_clear() {
        let one = schema(&[("pk", data_type::INT64), ("v", data_type::FLOAT_VECTOR)]);
        let two = schema(&[("v", data_type::FLOAT_VECTOR), ("w", data_type::INT8_VECTOR)]);
        assert_eq!(Target::find(&one, "").unwrap().name, "v");
        assert_eq!(Target::find(&two, "w").unwrap().name, "w");
        for (schema, name) in [(&one, "pk"), (&one, "x"), (&two, "")] {
            assert_eq!(Target::find(schema, name).unwrap_err().code, 1801);
        }
        for member in ["e", "parts[e]"] {
            let structs = structs(member, data_type::FLOAT_VECTOR);
            assert_eq!(Target::find(&structs, "").unwrap().name, "v");
            assert_eq!(Target::find(&structs, "parts[e]").unwrap().name, "parts[e]");
            for name in ["e", "parts", "parts[n]", "parts[x]"] {
                assert_eq!(Target::find(&structs, name).unwrap_err().code, 1801, "{name}");
            }
        }
    }

    #[test]
    fn vectors_are_checked_before_anything_is_sent() {
        let schema = schema(&[("v", data_type::FLOAT_VECTOR)]);
        let target = Target::find(&schema, "v").unwrap();
        for (text, code) in [
            ("{}", 1802),
            ("{\"data\":[]}", 1802),
            ("{\"data\":[1,2]}", 1801),
            ("{\"data\":[[1,2],[1]]}", 1801),
            ("{\"data\":[[[1,2]]]}", 1801),
            ("{\"data\":\"x\"}", 1801),
        ] {
            assert_eq!(read(&target, text).unwrap_err().code, code, "{text}");
        }
        let (value, count) = read(&target, "{\"data\":[[1,2],[3,4]]}").unwrap();
        assert_eq!((count, value.values[1].len(), value.r#type), (2, 8, 101));
    }

    #[test]
    fn structures_are_searched_with_vectors_or_with_lists_of_them() {
        let schema = structs("e", data_type::FLOAT_VECTOR);
        let target = Target::find(&schema, "parts[e]").unwrap();
        let (value, count) = read(&target, "{\"data\":[[1,2],[3,4]]}").unwrap();
        assert_eq!((value.r#type, count, value.values[0].len()), (101, 2, 8));
        let (value, count) = read(&target, "{\"data\":[[[1,2],[3,4],[5,6]], [ [7,8] ]]}").unwrap();
        assert_eq!((value.r#type, count), (301, 2));
        assert_eq!(value.values.iter().map(Vec::len).collect::<Vec<_>>(), [24, 8]);
        assert_eq!(value.values[1], [7.0_f32.to_le_bytes(), 8.0_f32.to_le_bytes()].concat());
        for bad in ["[[[1,2],[3]]]", "[[[1,2]],[]]", "[[[1,2]],[1,2]]", "[[]]", "[[[1,2]],7]"] {
            let problem = read(&target, &format!("{{\"data\":{bad}}}")).unwrap_err();
            assert_eq!(problem.code, 1801, "{bad}");
        }
        let schema = structs("e", data_type::BINARY_VECTOR);
        let mut target = Target::find(&schema, "parts[e]").unwrap();
        target.dim = 16;
        let (value, _) = read(&target, "{\"data\":[[\"/wE=\",\"AAA=\"]]}").unwrap();
        assert_eq!((value.r#type, value.values), (300, vec![vec![255, 1, 0, 0]]));
        let schema = structs("e", data_type::SPARSE_FLOAT_VECTOR);
        let target = Target::find(&schema, "parts[e]").unwrap();
        assert_eq!(read(&target, "{\"data\":[[[1,2]]]}").unwrap_err().code, 1100);
    }

    #[test]
    fn lists_of_vectors_are_bounded_all_together() {
        let schema = structs("e", data_type::FLOAT_VECTOR);
        let target = Target::find(&schema, "parts[e]").unwrap();
        let half = format!("[{}]", vec!["[1,2]"; MOST_VECTORS / 2].join(","));
        assert!(read(&target, &format!("{{\"data\":[{half},{half}]}}")).is_ok());
        let problem = read(&target, &format!("{{\"data\":[{half},{half},[[1,2]]]}}")).unwrap_err();
        assert!(problem.message.contains("more than"));
    }
}
