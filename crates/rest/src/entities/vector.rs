//! Vectors in JSON, as the engine takes them.
//!
//! Dense vectors are lists of numbers; those that engines keep as bytes may also be the bytes in
//! base64, as Milvus shows them. A sparse vector is an object from index to value, or one with
//! `indices` and `values`.

use crate::numbers::{self, Lists};
use base64::prelude::{BASE64_STANDARD, Engine};
use half::{bf16, f16};
use milvus::message::schema::data_type;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// Bits of a byte.
const BITS: usize = 8;

/// Appends a vector of floats to a column.
pub(super) fn push_floats(text: &str, dim: usize, column: &mut Vec<f32>) -> Result<(), String> {
    let before = column.len();
    if numbers::list(text.as_bytes(), 0, column) == Some(text.len()) && column.len() - before == dim
    {
        return Ok(());
    }
    column.truncate(before);
    // It is not what it should be, and this one says what is wrong.
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = Floats(column).deserialize(&mut deserializer);
    let read =
        read.map_err(|error| bare(&error)).and_then(|()| of_length(column.len() - before, dim));
    if read.is_err() {
        column.truncate(before);
    }
    read
}

/// A dense vector as the bytes that engines keep.
pub(super) fn bytes(text: &str, kind: i32, dim: usize) -> Result<Vec<u8>, String> {
    if text.starts_with('"') {
        return encoded(text, kind, dim);
    }
    match kind {
        data_type::BINARY_VECTOR => {
            let bytes: Vec<u8> = parse(text)?;
            of_length(bytes.len() * BITS, dim).map(|()| bytes)
        }
        data_type::INT8_VECTOR => {
            let numbers: Vec<i8> = parse(text)?;
            of_length(numbers.len(), dim)?;
            Ok(numbers.into_iter().map(i8::cast_unsigned).collect())
        }
        _ => {
            let mut floats = Vec::with_capacity(dim);
            push_floats(text, dim, &mut floats)?;
            halves(&floats, kind)
        }
    }
}

/// Floats in the form that a search sends them, or that engines keep.
fn halves(floats: &[f32], kind: i32) -> Result<Vec<u8>, String> {
    let bytes: Option<Vec<[u8; 2]>> = if kind == data_type::FLOAT16_VECTOR {
        let halves = floats.iter().map(|&float| f16::from_f32(float));
        halves.map(|half| half.is_finite().then(|| half.to_le_bytes())).collect()
    } else {
        let halves = floats.iter().map(|&float| bf16::from_f32(float));
        halves.map(|half| half.is_finite().then(|| half.to_le_bytes())).collect()
    };
    bytes.map(|bytes| bytes.concat()).ok_or_else(|| "a number is too large for 16 bits".to_owned())
}

fn encoded(text: &str, kind: i32, dim: usize) -> Result<Vec<u8>, String> {
    let text: String = parse(text)?;
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| "the text is not base64".to_owned())?;
    let length = match kind {
        data_type::BINARY_VECTOR => bytes.len() * BITS,
        data_type::INT8_VECTOR => bytes.len(),
        _ if bytes.len() % 2 == 0 => bytes.len() / 2,
        _ => return Err("the bytes are no vector".to_owned()),
    };
    of_length(length, dim).map(|()| bytes)
}

/// Floats as a search sends them.
pub(super) fn float_bytes(text: &str, dim: usize) -> Result<Vec<u8>, String> {
    let mut floats = Vec::with_capacity(dim);
    push_floats(text, dim, &mut floats)?;
    Ok(le_bytes(&floats))
}

/// A list of vectors of floats as a search sends them. `None` if they are not of the field's
/// dimension, or too many: what is wrong is for those to say who look at each.
pub(super) fn of_lists(lists: &Lists, dim: usize, most: usize) -> Option<Vec<Vec<u8>>> {
    let vectors = lists.floats.chunks_exact(lists.length.max(1));
    let is_right = lists.length == dim && vectors.len() <= most;
    is_right.then(|| vectors.map(le_bytes).collect())
}

/// Lists of numbers of one length; `None` if it is something else, or an empty one.
pub(super) fn lists(text: &str) -> Option<Lists> {
    let (lists, end) = numbers::lists(text.as_bytes(), 0)?;
    (end == text.len()).then_some(lists)
}

fn le_bytes(floats: &[f32]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(size_of_val(floats));
    for float in floats {
        bytes.extend_from_slice(&float.to_le_bytes());
    }
    bytes
}

/// A sparse vector as engines keep it: pairs of index and value, by index.
pub(super) fn sparse(text: &str) -> Result<Vec<u8>, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Lists {
        indices: Vec<u32>,
        values: Vec<f32>,
    }
    let pairs = match serde_json::from_str::<Lists>(text) {
        Ok(lists) if lists.indices.len() == lists.values.len() => {
            let mut pairs = BTreeMap::new();
            for (index, value) in lists.indices.into_iter().zip(lists.values) {
                if pairs.insert(index, value).is_some() {
                    return Err(format!("index {index} comes twice"));
                }
            }
            pairs
        }
        Ok(_) => return Err("there are not as many indices as values".to_owned()),
        Err(_) => parse::<Pairs>(text)?.0,
    };
    let mut bytes = Vec::with_capacity(pairs.len() * 8);
    for (index, value) in pairs {
        if index == u32::MAX || !value.is_finite() {
            return Err("an index or a value is too large".to_owned());
        }
        bytes.extend_from_slice(&index.to_le_bytes());
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    Ok(bytes)
}

/// The pairs of a sparse vector.
pub(super) fn sparse_pairs(bytes: &[u8]) -> impl Iterator<Item = (u32, f32)> {
    bytes.as_chunks::<8>().0.iter().map(|&[a, b, c, d, e, f, g, h]| {
        (u32::from_le_bytes([a, b, c, d]), f32::from_le_bytes([e, f, g, h]))
    })
}

fn of_length(length: usize, dim: usize) -> Result<(), String> {
    if length == dim {
        Ok(())
    } else {
        Err(format!("the vector has dimension {length}, the field has {dim}"))
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| bare(&error))
}

/// What serde says, without a place in a text that was cut out of another.
pub(super) fn bare(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

struct Floats<'v>(&'v mut Vec<f32>);

impl<'de> DeserializeSeed<'de> for Floats<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Floats<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of numbers")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        while let Some(float) = seq.next_element::<f32>()? {
            if !float.is_finite() {
                return Err(S::Error::custom("a number is too large for 32 bits"));
            }
            self.0.push(float);
        }
        Ok(())
    }
}

/// An object from index to value.
struct Pairs(BTreeMap<u32, f32>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object from index to value")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs, M::Error> {
                let mut pairs = BTreeMap::new();
                while let Some((index, value)) = map.next_entry::<String, f32>()? {
                    let number = index.parse().ok().filter(|n: &u32| n.to_string() == index);
                    let number =
                        number.ok_or_else(|| M::Error::custom(format!("`{index}` is no index")))?;
                    if pairs.insert(number, value).is_some() {
                        return Err(M::Error::custom(format!("index {index} comes twice")));
                    }
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_vectors_have_the_fields_dimension_and_finite_numbers() {
        let mut column = vec![9.0];
        push_floats("[1, 2.5]", 2, &mut column).unwrap();
        assert_eq!(column, [9.0, 1.0, 2.5]);
        for bad in ["[1]", "[1,2,3]", "[1,\"2\"]", "[1,null]", "[1,1e39]", "{}", "\"AAA=\"", "1"] {
            assert!(push_floats(bad, 2, &mut column).is_err(), "{bad}");
            assert_eq!(column.len(), 3, "{bad}");
        }
    }

    #[test]
    fn lists_of_vectors_are_read_at_once_or_not_at_all() {
        let all = |text| of_lists(&lists(text)?, 2, 2);
        let expected = [[1.0_f32, 2.5], [-3.0, 4.0]];
        let expected = expected.map(|vector| vector.map(f32::to_le_bytes).concat());
        assert_eq!(all("[[1, 2.5], [-3,4e0]]").unwrap(), expected);
        for (vector, alone) in expected.iter().zip(["[1,2.5]", "[-3,4]"]) {
            assert_eq!(float_bytes(alone, 2).as_ref(), Ok(vector));
        }
        for other in
            ["[]", "[[1]]", "[[1,2,3]]", "[1,2]", "[[1,1e39]]", "[[1,2]]x", "[[1,2],[1,2],[1,2]]"]
        {
            assert_eq!(all(other), None, "{other}");
        }
    }

    #[test]
    fn vectors_of_bytes_are_numbers_or_base64() {
        for (text, kind, dim, expected) in [
            ("[255,1]", data_type::BINARY_VECTOR, 16, Some(vec![255, 1])),
            ("\"/wE=\"", data_type::BINARY_VECTOR, 16, Some(vec![255, 1])),
            ("[256,1]", data_type::BINARY_VECTOR, 16, None),
            ("[255]", data_type::BINARY_VECTOR, 16, None),
            ("[-128,127]", data_type::INT8_VECTOR, 2, Some(vec![128, 127])),
            ("[-129,127]", data_type::INT8_VECTOR, 2, None),
            ("[1,-2]", data_type::FLOAT16_VECTOR, 2, Some(vec![0, 0x3c, 0, 0xc0])),
            ("[1,-2]", data_type::BFLOAT16_VECTOR, 2, Some(vec![0x80, 0x3f, 0, 0xc0])),
            ("[1,70000]", data_type::FLOAT16_VECTOR, 2, None),
            ("\"ADwAwA==\"", data_type::FLOAT16_VECTOR, 2, Some(vec![0, 0x3c, 0, 0xc0])),
            ("\"ADwA\"", data_type::FLOAT16_VECTOR, 2, None),
            ("\"!\"", data_type::FLOAT16_VECTOR, 2, None),
        ] {
            assert_eq!(bytes(text, kind, dim).ok(), expected, "{text}");
        }
    }

    #[test]
    fn sparse_vectors_are_sorted_and_have_each_index_once() {
        let expected = sparse("{\"7\":0.5,\"2\":1}").unwrap();
        assert_eq!(sparse_pairs(&expected).collect::<Vec<_>>(), [(2, 1.0), (7, 0.5)]);
        assert_eq!(sparse(r#"{"indices":[7,2],"values":[0.5,1]}"#).unwrap(), expected);
        for bad in [
            "[1]",
            r#"{"a":1}"#,
            r#"{"-1":1}"#,
            r#"{"01":1}"#,
            r#"{"1":1,"1":2}"#,
            r#"{"1":"x"}"#,
            r#"{"4294967295":1}"#,
            r#"{"1":1e39}"#,
            r#"{"indices":[1,1],"values":[1,2]}"#,
            r#"{"indices":[1],"values":[1,2]}"#,
        ] {
            assert!(sparse(bad).is_err(), "{bad}");
        }
    }
}
