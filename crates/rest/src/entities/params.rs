//! What a search is to be like, as the engine's parameters.

use crate::body::Body;
use crate::problem::Problem;
use crate::values::{number_of, pair, plain};
use milvus::message::schema::{KeyValuePair, consistency};
use serde_json::{Map, Value};

/// What is said of a level that does not exist.
pub(super) fn bad_level() -> Problem {
    Problem::invalid(
        "consistencyLevel can only be [Strong, Session, Bounded, Eventually, Customized], \
         default: Bounded",
    )
}

/// How fresh the answer has to be, and whether the collection's own level is meant.
pub(super) fn level(body: &Body<'_>) -> Result<(i32, bool), Problem> {
    let level = body.text("consistencyLevel")?;
    if level.is_empty() {
        return Ok((consistency::BOUNDED, true));
    }
    let number = number_of(consistency::NAMES, &level).ok_or_else(bad_level)?;
    Ok((number, false))
}

/// How many, and how many to leave out before; 0 of the first means all.
pub(super) fn pairs_of_page(
    name: &str,
    limit: i64,
    body: &Body<'_>,
) -> Result<Vec<KeyValuePair>, Problem> {
    let offset = body.number("offset")?.unwrap_or_default();
    if limit < 0 || offset < 0 {
        return Err(Problem::invalid("limit and offset cannot be less than 0"));
    }
    let mut pairs = Vec::new();
    if limit > 0 {
        pairs.push(pair(name, limit.to_string()));
    }
    if offset > 0 {
        pairs.push(pair("offset", offset.to_string()));
    }
    Ok(pairs)
}

/// Grouping of what was found.
pub(super) fn grouping(body: &Body<'_>) -> Result<Vec<KeyValuePair>, Problem> {
    let field = body.text("groupingField")?;
    let size = body.number("groupSize")?.unwrap_or_default();
    let strict = body.flag("strictGroupSize")?;
    let mut pairs = Vec::new();
    if !field.is_empty() {
        pairs.push(pair("group_by_field", field));
        if size > 0 {
            pairs.push(pair("group_size", size.to_string()));
            pairs.push(pair("strict_group_size", strict.to_string()));
        }
    }
    Ok(pairs)
}

/// Parameters of one search. They may stand side by side or within `params`; the engine gets those
/// of its own beside, and all of them within.
pub(super) fn search_params(body: &Body<'_>) -> Result<Vec<KeyValuePair>, Problem> {
    let mut outer = body.map("searchParams")?;
    let mut inner = match outer.remove("params") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(inner)) => inner,
        Some(_) => return Err(Problem::not_json("`searchParams.params` must be an object")),
    };
    for (name, value) in body.map("params")? {
        inner.entry(name).or_insert(value);
    }
    let metric = body.text("metricType")?;
    if !metric.is_empty() {
        outer.entry("metric_type").or_insert(Value::String(metric));
    }
    if let Some(metric) = outer.remove("metricType") {
        outer.entry("metric_type").or_insert(metric);
    }
    for (name, value) in &outer {
        // Who says the same thing twice has to say it alike.
        let twice = inner.insert(name.clone(), value.clone());
        if twice.is_some_and(|other| other != *value) {
            return Err(Problem::invalid(format!("`{name}` has two values in searchParams")));
        }
    }
    let ignores = outer.get("ignore_growing").or_else(|| outer.get("ignoreGrowing"));
    let ignores = ignores.map_or_else(|| "false".to_owned(), plain);
    let mut pairs = vec![
        pair("params", Value::Object(inner).to_string()),
        pair("round_decimal", "-1"),
        pair("ignore_growing", ignores),
    ];
    for name in ["metric_type", "hints"] {
        pairs.extend(outer.get(name).map(|value| pair(name, plain(value))));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::find;

    fn read(text: &str) -> Result<Vec<KeyValuePair>, Problem> {
        search_params(&Body::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn parameters_are_taken_from_both_layers() {
        let pairs = read(
            r#"{"searchParams":{"metric_type":"L2","radius":9.5,"params":{"range_filter":1}}}"#,
        );
        let pairs = pairs.unwrap();
        let params = r#"{"metric_type":"L2","radius":9.5,"range_filter":1}"#;
        assert_eq!(find(&pairs, "params"), Some(params));
        assert_eq!(find(&pairs, "metric_type"), Some("L2"));
        assert_eq!(find(&pairs, "ignore_growing"), Some("false"));
        for bad in [
            r#"{"searchParams":{"params":1}}"#,
            r#"{"searchParams":[]}"#,
            r#"{"searchParams":{"radius":1,"params":{"radius":2}}}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
