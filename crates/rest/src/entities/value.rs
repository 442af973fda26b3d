//! One value of a column as JSON.
//!
//! What Milvus shows in a form of its own keeps it: JSON fields are texts, values of array fields
//! are objects with the kind of their elements, vectors of bytes are base64, and sparse vectors are
//! objects from index to value.

use super::vector::sparse_pairs;
use base64::prelude::{BASE64_STANDARD, Engine};
use milvus::message::data::{Scalars, VectorField, Vectors};
use milvus::message::schema::data_type;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is said of a column that ends too early.
pub(super) const SHORT: &str = "a column has fewer values than there are rows";

/// How many vectors there are.
pub(super) fn vectors_of(vectors: &VectorField) -> Result<usize, String> {
    let dim = usize::try_from(vectors.dim).unwrap_or_default();
    let per = |length: usize, size: usize| match size {
        0 if length > 0 => Err("a column of vectors has no dimension".to_owned()),
        size => Ok(length.checked_div(size).unwrap_or_default()),
    };
    Ok(match &vectors.data {
        Some(Vectors::Float(column)) => per(column.data.len(), dim)?,
        Some(Vectors::Binary(bytes)) => per(bytes.len(), dim / 8)?,
        Some(Vectors::Float16(bytes) | Vectors::Bfloat16(bytes)) => per(bytes.len(), dim * 2)?,
        Some(Vectors::Int8(bytes)) => per(bytes.len(), dim)?,
        Some(Vectors::SparseFloat(column)) => column.contents.len(),
        Some(Vectors::VectorArray(column)) => column.data.len(),
        None => 0,
    })
}

pub(super) fn length(scalars: &Scalars) -> usize {
    match scalars {
        Scalars::Bool(column) => column.data.len(),
        Scalars::Int(column) => column.data.len(),
        Scalars::Long(column) => column.data.len(),
        Scalars::Float(column) => column.data.len(),
        Scalars::Double(column) => column.data.len(),
        Scalars::String(column) => column.data.len(),
        Scalars::Bytes(column) => column.data.len(),
        Scalars::Array(column) => column.data.len(),
        Scalars::Json(column) => column.data.len(),
        Scalars::Geometry(column) => column.data.len(),
        Scalars::Timestamptz(column) => column.data.len(),
        Scalars::GeometryWkt(column) => column.data.len(),
    }
}

pub(super) fn write_scalar(
    scalars: &Scalars,
    place: usize,
    numbers: bool,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    match scalars {
        Scalars::Bool(column) => json(column.data.get(place).ok_or(SHORT)?, out),
        Scalars::Int(column) => json(column.data.get(place).ok_or(SHORT)?, out),
        Scalars::Long(column) => long(*column.data.get(place).ok_or(SHORT)?, numbers, out),
        Scalars::Float(column) => json(column.data.get(place).ok_or(SHORT)?, out),
        Scalars::Double(column) => json(column.data.get(place).ok_or(SHORT)?, out),
        Scalars::String(column) => json(column.data.get(place).ok_or(SHORT)?, out),
        Scalars::GeometryWkt(column) => json(column.data.get(place).ok_or(SHORT)?, out),
        Scalars::Timestamptz(column) => long(*column.data.get(place).ok_or(SHORT)?, numbers, out),
        Scalars::Bytes(column) => base64(column.data.get(place).ok_or(SHORT)?, out),
        Scalars::Geometry(column) => base64(column.data.get(place).ok_or(SHORT)?, out),
        Scalars::Json(column) => {
            json(&String::from_utf8_lossy(column.data.get(place).ok_or(SHORT)?), out)
        }
        Scalars::Array(column) => {
            let value = column.data.get(place).ok_or(SHORT)?;
            if let Some(items) = &value.data {
                return write_array(items, out);
            }
            write_empty(column.element_type, out);
            Ok(())
        }
    }
}

/// A value of an array field. Elements of 64 bits are numbers here whatever was asked for, as in
/// Milvus.
fn write_array(items: &Scalars, out: &mut Vec<u8>) -> Result<(), String> {
    let (kind, count) = (kind_of(items), length(items));
    out.extend_from_slice(format!("{{\"Data\":{{\"{kind}\":{{\"data\":[").as_bytes());
    for place in 0..count {
        if place > 0 {
            out.push(b',');
        }
        write_scalar(items, place, true, out)?;
    }
    out.extend_from_slice(b"]}}}");
    Ok(())
}

fn write_empty(element: i32, out: &mut Vec<u8>) {
    let kind = match element {
        data_type::BOOL => "BoolData",
        data_type::INT8 | data_type::INT16 | data_type::INT32 => "IntData",
        data_type::INT64 => "LongData",
        data_type::FLOAT => "FloatData",
        data_type::DOUBLE => "DoubleData",
        _ => "StringData",
    };
    out.extend_from_slice(format!("{{\"Data\":{{\"{kind}\":{{\"data\":[]}}}}}}").as_bytes());
}

const fn kind_of(items: &Scalars) -> &'static str {
    match items {
        Scalars::Bool(_) => "BoolData",
        Scalars::Int(_) => "IntData",
        Scalars::Long(_) | Scalars::Timestamptz(_) => "LongData",
        Scalars::Float(_) => "FloatData",
        Scalars::Double(_) => "DoubleData",
        Scalars::String(_) | Scalars::GeometryWkt(_) => "StringData",
        Scalars::Bytes(_) | Scalars::Geometry(_) => "BytesData",
        Scalars::Array(_) => "ArrayData",
        Scalars::Json(_) => "JsonData",
    }
}

pub(super) fn write_vector(
    vectors: &VectorField,
    place: usize,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let dim = usize::try_from(vectors.dim).unwrap_or_default();
    match &vectors.data {
        Some(Vectors::Float(column)) => json(part(&column.data, place, dim)?, out),
        Some(Vectors::Binary(bytes)) => base64(part(bytes, place, dim / 8)?, out),
        Some(Vectors::Float16(bytes) | Vectors::Bfloat16(bytes)) => {
            base64(part(bytes, place, dim * 2)?, out)
        }
        Some(Vectors::Int8(bytes)) => {
            let numbers: Vec<i8> =
                part(bytes, place, dim)?.iter().map(|&byte| byte.cast_signed()).collect();
            json(&numbers, out)
        }
        Some(Vectors::SparseFloat(column)) => {
            let pairs = sparse_pairs(column.contents.get(place).ok_or(SHORT)?);
            json(&pairs.collect::<BTreeMap<u32, f32>>(), out)
        }
        Some(Vectors::VectorArray(column)) => {
            let list = column.data.get(place).ok_or(SHORT)?;
            let count = vectors_of(list)?;
            out.push(b'[');
            for place in 0..count {
                if place > 0 {
                    out.push(b',');
                }
                write_vector(list, place, out)?;
            }
            out.push(b']');
            Ok(())
        }
        None => Err(SHORT.to_owned()),
    }
}

fn part<T>(values: &[T], place: usize, size: usize) -> Result<&[T], String> {
    let start = place.checked_mul(size).ok_or(SHORT)?;
    values.get(start..start + size).ok_or_else(|| SHORT.to_owned())
}

pub(super) fn long(number: i64, as_number: bool, out: &mut Vec<u8>) -> Result<(), String> {
    if as_number { json(&number, out) } else { json(&number.to_string(), out) }
}

fn base64(bytes: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
    json(&BASE64_STANDARD.encode(bytes), out)
}

pub(super) fn json<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), String> {
    serde_json::to_writer(out, value).map_err(|error| error.to_string())
}
