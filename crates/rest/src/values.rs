//! Small conversions that every resource needs.

use milvus::message::schema::KeyValuePair;
use serde_json::{Map, Value, json};

/// A value as Milvus' parameters carry it: texts as they are, everything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            // A whole number that was written with a fraction or an exponent.
            Some(float) if !number.is_i64() && !number.is_u64() => format!("{float}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// Parameters by name.
pub(crate) fn pairs(map: &Map<String, Value>) -> Vec<KeyValuePair> {
    map.iter().map(|(key, value)| pair(key, plain(value))).collect()
}

/// One parameter.
pub(crate) fn pair(key: &str, value: impl Into<String>) -> KeyValuePair {
    KeyValuePair { key: key.to_owned(), value: value.into() }
}

/// The value of a parameter.
pub(crate) fn find<'p>(pairs: &'p [KeyValuePair], key: &str) -> Option<&'p str> {
    pairs.iter().find(|pair| pair.key == key).map(|pair| pair.value.as_str())
}

/// Parameters, shown.
pub(crate) fn shown(pairs: &[KeyValuePair]) -> Value {
    pairs.iter().map(|pair| json!({ "key": pair.key, "value": pair.value })).collect()
}

/// The number of a name; names are compared letter by letter.
pub(crate) fn number_of(names: &[(&str, i32)], name: &str) -> Option<i32> {
    names.iter().find(|(other, _)| *other == name).map(|(_, number)| *number)
}

/// The name of a number.
pub(crate) fn name_of(names: &[(&'static str, i32)], number: i32) -> String {
    let found = names.iter().find(|(_, other)| *other == number);
    found.map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned())
}

/// A number of rows as Milvus tells it among the statistics.
pub(crate) fn row_count(stats: &[KeyValuePair]) -> Value {
    let count = find(stats, "row_count").unwrap_or("0");
    let count = count.parse::<i64>().map_or_else(|_| count.into(), Value::from);
    json!({ "rowCount": count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_as_milvus_reads_them() {
        for (value, expected) in [
            (json!("64"), "64"),
            (json!(64), "64"),
            (json!(1e6), "1000000"),
            (json!(0.25), "0.25"),
            (json!(true), "true"),
            (json!({"a": 1}), "{\"a\":1}"),
            (json!(u64::MAX), "18446744073709551615"),
        ] {
            assert_eq!(plain(&value), expected);
        }
    }
}
