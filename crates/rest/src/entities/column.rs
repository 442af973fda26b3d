//! One column, filled from JSON value by value.

use super::vector::{self, bare};
use crate::body::Tree;
use crate::json::Json;
use crate::values::{find, name_of};
use milvus::message::data::{
    ArrayArray, BoolArray, Column as Content, DoubleArray, FieldData, FloatArray, GeometryWktArray,
    IntArray, JsonArray, LongArray, ScalarField, Scalars, SparseFloatArray, StringArray,
    VectorField, Vectors,
};
use milvus::message::schema::{FieldSchema, data_type};
use serde::Deserialize;
use std::str::FromStr;

/// A column in the making.
pub(super) struct Column {
    name: String,
    kind: i32,
    element: i32,
    dim: usize,
    /// Whether a row may have no value: none is given, or the field has a value for that case.
    optional: bool,
    valid: Vec<bool>,
    cells: Cells,
}

enum Cells {
    Scalars(Scalars),
    Floats(Vec<f32>),
    Bytes(Vec<u8>),
    Sparse(Vec<Vec<u8>>),
}

impl Column {
    /// An empty column of a field.
    ///
    /// # Errors
    /// The field has a type that rows in JSON cannot have.
    pub(super) fn new(field: &FieldSchema) -> Result<Self, String> {
        let kind = field.data_type;
        let dim = find(&field.type_params, "dim").and_then(|dim| dim.parse().ok());
        let cells = match kind {
            data_type::FLOAT_VECTOR => Cells::Floats(Vec::new()),
            data_type::BINARY_VECTOR
            | data_type::FLOAT16_VECTOR
            | data_type::BFLOAT16_VECTOR
            | data_type::INT8_VECTOR => Cells::Bytes(Vec::new()),
            data_type::SPARSE_FLOAT_VECTOR => Cells::Sparse(Vec::new()),
            _ => Cells::Scalars(scalars(kind, field.element_type).ok_or_else(|| {
                let kind = name_of(data_type::NAMES, kind);
                format!("field `{}` has type {kind}, which has no form in JSON", field.name)
            })?),
        };
        Ok(Self {
            name: field.name.clone(),
            kind,
            element: field.element_type,
            dim: dim.unwrap_or_default(),
            optional: field.nullable || field.default_value.is_some(),
            valid: Vec::new(),
            cells,
        })
    }

    /// Takes no value.
    ///
    /// # Errors
    /// Every row must have one.
    pub(super) fn skip(&mut self) -> Result<(), String> {
        if !self.optional {
            return Err(format!("field `{}` has no value", self.name));
        }
        self.valid.push(false);
        Ok(())
    }

    /// Takes a value, as JSON.
    ///
    /// # Errors
    /// It is none of the field's type.
    pub(super) fn push(&mut self, text: &str) -> Result<(), String> {
        if text == "null" {
            return self.skip();
        }
        let held = self.held(text)?;
        let text = held.as_deref().unwrap_or(text);
        let pushed = match &mut self.cells {
            Cells::Scalars(scalars) => push(scalars, self.kind, self.element, text),
            Cells::Floats(column) => vector::push_floats(text, self.dim, column),
            Cells::Bytes(column) => vector::bytes(text, self.kind, self.dim)
                .map(|bytes| column.extend_from_slice(&bytes)),
            Cells::Sparse(column) => vector::sparse(text).map(|bytes| column.push(bytes)),
        };
        if self.optional && pushed.is_ok() {
            self.valid.push(true);
        }
        pushed.map_err(|why| {
            let kind = name_of(data_type::NAMES, self.kind);
            format!("field `{}` of type {kind}: {why}", self.name)
        })
    }

    /// What a text holds, where one may stand for a list or a sparse vector, as in Milvus.
    fn held(&self, text: &str) -> Result<Option<String>, String> {
        let may = matches!(
            &self.cells,
            Cells::Floats(_) | Cells::Sparse(_) | Cells::Scalars(Scalars::Array(_))
        );
        if !may || !text.starts_with('"') {
            return Ok(None);
        }
        parse(text).map(Some).map_err(|why| format!("field `{}`: {why}", self.name))
    }

    /// The column as a message.
    pub(super) fn into_field(self) -> FieldData {
        let dim = i64::try_from(self.dim).unwrap_or_default();
        let vectors = |dim, data| Content::Vectors(VectorField { dim, data: Some(data) });
        let content = match (self.cells, self.kind) {
            (Cells::Scalars(data), _) => Content::Scalars(ScalarField { data: Some(data) }),
            (Cells::Floats(data), _) => vectors(dim, Vectors::Float(FloatArray { data })),
            (Cells::Sparse(contents), _) => {
                let widest = contents.iter().filter_map(|bytes| vector::sparse_pairs(bytes).last());
                let dim = widest.map(|(index, _)| i64::from(index) + 1).max().unwrap_or_default();
                vectors(dim, Vectors::SparseFloat(SparseFloatArray { contents, dim }))
            }
            (Cells::Bytes(data), data_type::BINARY_VECTOR) => vectors(dim, Vectors::Binary(data)),
            (Cells::Bytes(data), data_type::FLOAT16_VECTOR) => vectors(dim, Vectors::Float16(data)),
            (Cells::Bytes(data), data_type::BFLOAT16_VECTOR) => {
                vectors(dim, Vectors::Bfloat16(data))
            }
            (Cells::Bytes(data), _) => vectors(dim, Vectors::Int8(data)),
        };
        FieldData {
            r#type: self.kind,
            field_name: self.name,
            field: Some(content),
            valid_data: self.valid,
            ..FieldData::default()
        }
    }
}

/// No scalars of a type; `None` if there are none of it.
pub(super) fn scalars(kind: i32, element: i32) -> Option<Scalars> {
    Some(match kind {
        data_type::BOOL => Scalars::Bool(BoolArray::default()),
        data_type::INT8 | data_type::INT16 | data_type::INT32 => Scalars::Int(IntArray::default()),
        data_type::INT64 => Scalars::Long(LongArray::default()),
        data_type::FLOAT => Scalars::Float(FloatArray::default()),
        data_type::DOUBLE => Scalars::Double(DoubleArray::default()),
        data_type::STRING | data_type::VAR_CHAR | data_type::TEXT | data_type::TIMESTAMPTZ => {
            Scalars::String(StringArray::default())
        }
        data_type::JSON => Scalars::Json(JsonArray::default()),
        data_type::GEOMETRY => Scalars::GeometryWkt(GeometryWktArray::default()),
        data_type::ARRAY => {
            scalars(element, data_type::NONE)?;
            Scalars::Array(ArrayArray { data: Vec::new(), element_type: element })
        }
        _ => return None,
    })
}

/// Adds a value to scalars of a type.
pub(super) fn push(
    scalars: &mut Scalars,
    kind: i32,
    element: i32,
    text: &str,
) -> Result<(), String> {
    match scalars {
        Scalars::Bool(column) => column.data.push(loose(text)?),
        Scalars::Int(column) => {
            let number: i32 = loose(text)?;
            let most = match kind {
                data_type::INT8 => i32::from(i8::MAX),
                data_type::INT16 => i32::from(i16::MAX),
                _ => i32::MAX,
            };
            if !(-most - 1..=most).contains(&number) {
                return Err(format!("{number} is too large"));
            }
            column.data.push(number);
        }
        Scalars::Long(column) => column.data.push(loose(text)?),
        Scalars::Float(column) => {
            let float: f32 = float(text)?;
            if !float.is_finite() {
                return Err("the number is too large for 32 bits".to_owned());
            }
            column.data.push(float);
        }
        Scalars::Double(column) => {
            let float: f64 = float(text)?;
            if !float.is_finite() {
                return Err("the number is too large".to_owned());
            }
            column.data.push(float);
        }
        Scalars::String(column) => column.data.push(parse(text)?),
        Scalars::GeometryWkt(column) => column.data.push(parse(text)?),
        Scalars::Json(column) => column.data.push(json(text)?),
        Scalars::Array(column) => column.data.push(array(text, element)?),
        _ => return Err("values of this type have no form in JSON".to_owned()),
    }
    Ok(())
}

/// One value of an array field.
fn array(text: &str, element: i32) -> Result<ScalarField, String> {
    let items = Json::parse(text).and_then(Json::items).map_err(|error| bare(&error))?;
    let mut data = scalars(element, data_type::NONE).ok_or("arrays cannot have such elements")?;
    for item in items {
        push(&mut data, element, data_type::NONE, item.get())?;
    }
    Ok(ScalarField { data: Some(data) })
}

/// A JSON value. A text that holds an object or a list stands for that, as Milvus shows them so.
fn json(text: &str) -> Result<Vec<u8>, String> {
    if text.starts_with('"') {
        let inner: String = parse(text)?;
        let start = inner.trim_ascii_start();
        if (start.starts_with('{') || start.starts_with('[')) && parse::<Tree>(&inner).is_ok() {
            return Ok(inner.into_bytes());
        }
    }
    parse::<Tree>(text).map(|_| text.as_bytes().to_vec())
}

/// A number or a truth value, or a text that holds one: JavaScript cannot write all others.
fn loose<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, String> {
    if text.starts_with('"') {
        let inner: String = parse(text)?;
        return parse(&inner);
    }
    parse(text)
}

/// A number with a fraction, to its last bit: the JSON reader's own are a bit off at times.
fn float<T: FromStr + for<'a> Deserialize<'a>>(text: &str) -> Result<T, String> {
    let _: T = loose(text)?;
    let digits = text.trim_matches('"').trim();
    digits.parse().map_err(|_| format!("{digits} is no number"))
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| bare(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: i32, element: i32, nullable: bool) -> Column {
        let field = FieldSchema {
            name: "f".to_owned(),
            data_type: kind,
            element_type: element,
            nullable,
            ..FieldSchema::default()
        };
        Column::new(&field).unwrap()
    }

    #[test]
    fn values_have_the_fields_type() {
        for (kind, good, bad) in [
            (data_type::BOOL, &["true", "\"false\""][..], &["1", "\"x\"", "[]"][..]),
            (data_type::INT8, &["-128", "127", "\"5\""], &["128", "1.5", "true", "1e2", "\"\""]),
            (data_type::INT16, &["32767"], &["32768", "-32769"]),
            (data_type::INT32, &["-2147483648"], &["2147483648"]),
            (
                data_type::INT64,
                &["9007199254740993", "\"-9223372036854775808\""],
                &["9223372036854775808", "1.0"],
            ),
            (data_type::FLOAT, &["1.5", "3", "\"2.5\""], &["1e39", "\"NaN\"", "{}"]),
            (data_type::DOUBLE, &["1e300"], &["1e400", "\"inf\""]),
            (data_type::VAR_CHAR, &["\"\u{e9}\"", "\"\""], &["1", "true", "{}"]),
            (data_type::JSON, &["1", "\"x\"", "{\"a\":[1]}", "[]"], &["{\"a\":1,\"a\":2}"]),
        ] {
            for text in good {
                assert_eq!(column(kind, 0, false).push(text), Ok(()), "{kind} {text}");
            }
            for text in bad {
                assert!(column(kind, 0, false).push(text).is_err(), "{kind} {text}");
            }
            assert!(column(kind, 0, false).push("null").is_err(), "{kind}");
            assert_eq!(column(kind, 0, true).push("null"), Ok(()), "{kind}");
        }
    }

    #[test]
    fn arrays_hold_elements_of_their_type() {
        let mut ints = column(data_type::ARRAY, data_type::INT8, false);
        ints.push("[1,-1]").unwrap();
        ints.push("[]").unwrap();
        for bad in ["[128]", "[null]", "[[1]]", "1", "{}"] {
            assert!(ints.push(bad).is_err(), "{bad}");
        }
        assert!(column(data_type::ARRAY, data_type::VAR_CHAR, false).push("[\"a\"]").is_ok());
    }

    #[test]
    fn a_text_stands_for_the_list_or_the_sparse_vector_that_it_holds() {
        for (kind, alone, within) in [
            (data_type::FLOAT_VECTOR, "[]", r#""[]""#),
            (data_type::SPARSE_FLOAT_VECTOR, r#"{"7":0.5}"#, r#""{\"7\":0.5}""#),
            (data_type::ARRAY, "[1,2]", r#""[1, 2]""#),
        ] {
            let (mut one, mut other) =
                (column(kind, data_type::INT8, false), column(kind, data_type::INT8, false));
            assert_eq!((one.push(alone), other.push(within)), (Ok(()), Ok(())), "{kind}");
            assert_eq!(one.into_field(), other.into_field());
            for bad in [r#""""#, r#""x""#, r#""null""#, r#""\"[]\"""#] {
                assert!(column(kind, data_type::INT8, true).push(bad).is_err(), "{kind} {bad}");
            }
        }
    }

    #[test]
    fn rows_without_a_value_are_marked() {
        let mut long = column(data_type::INT64, 0, true);
        long.push("1").unwrap();
        long.skip().unwrap();
        let field = long.into_field();
        assert_eq!(field.valid_data, [true, false]);
        let Some(Content::Scalars(ScalarField { data: Some(Scalars::Long(data)) })) = field.field
        else {
            unreachable!("a column of 64 bits")
        };
        assert_eq!(data.data, [1]);
    }

    #[test]
    fn text_that_holds_an_object_stands_for_it() {
        assert_eq!(json(r#""{\"a\":1}""#).unwrap(), b"{\"a\":1}");
        assert_eq!(json("\"{x\"").unwrap(), b"\"{x\"");
        assert_eq!(json("\"5\"").unwrap(), b"\"5\"");
    }
}
