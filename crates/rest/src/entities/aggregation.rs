//! What a search has found, put into buckets and summed up.
//!
//! Pure: JSON in, messages out, and buckets back into JSON. Which fields may tell buckets apart and
//! what can be reckoned is the engine's to say.

use super::value::{json, long};
use crate::body::Body;
use crate::json::Json;
use crate::problem::Problem;
use base64::prelude::{BASE64_STANDARD, Engine};
use milvus::message::aggregation::{
    AggBucket, AggHit, AggPk, BucketKey, HitValue, Metric, MetricAggSpec, OrderSpec,
    SearchAggregationSpec, SortSpec, TopHitsSpec,
};
use std::collections::BTreeMap;

/// The member that asks for it.
pub(super) const MEMBER: &str = "searchAggregation";
/// Buckets within buckets.
const DEEPEST: usize = 8;

/// How to put into buckets what a search finds; `None` if the request says nothing of it.
pub(super) fn spec(body: &Body<'_>) -> Result<Option<SearchAggregationSpec>, Problem> {
    if body.raw(MEMBER).is_none() {
        return Ok(None);
    }
    for other in ["ids", "offset", "groupingField", "groupSize", "strictGroupSize"] {
        if body.raw(other).is_some() {
            return Err(Problem::invalid(format!("`{other}` and {MEMBER} do not go together")));
        }
    }
    level(&body.inner(MEMBER)?, DEEPEST).map(Some)
}

fn level(given: &Body<'_>, depth: usize) -> Result<SearchAggregationSpec, Problem> {
    let fields = given.texts("fields")?;
    let fields: Vec<String> = fields.iter().map(|name| name.trim().to_owned()).collect();
    if fields.is_empty() || fields.iter().any(String::is_empty) {
        return Err(Problem::invalid(format!("`{MEMBER}.fields` must name at least one field")));
    }
    let size = positive(given, "size")?;
    let search_size = given.number("searchSize")?.unwrap_or_default();
    if search_size != 0 && search_size < size {
        return Err(Problem::invalid(format!("`{MEMBER}.searchSize` is less than `size`")));
    }
    let order = given.list("order")?;
    let order = order.iter().map(|order| {
        Ok(OrderSpec { key: filled(order, "key")?, direction: filled(order, "direction")? })
    });
    let top_hits = given.raw("topHits").map(|_| top_hits(&given.inner("topHits")?)).transpose()?;
    let sub_aggregation = match (given.raw("subAggregation"), depth) {
        (None, _) => None,
        (Some(_), 1) => {
            let message = format!("`{MEMBER}` goes more than {DEEPEST} levels deep");
            return Err(Problem::invalid(message));
        }
        (Some(_), _) => Some(Box::new(level(&given.inner("subAggregation")?, depth - 1)?)),
    };
    Ok(SearchAggregationSpec {
        fields,
        size,
        metrics: metrics(given)?,
        order: order.collect::<Result<_, Problem>>()?,
        top_hits,
        sub_aggregation,
        search_size,
    })
}

fn metrics(given: &Body<'_>) -> Result<BTreeMap<String, MetricAggSpec>, Problem> {
    // Read as a tree once, so that no name comes twice anywhere in it.
    given.map("metrics")?;
    let Some(raw) = given.raw("metrics") else { return Ok(BTreeMap::new()) };
    let members = raw.members().map_err(Problem::not_json)?;
    let mut metrics = BTreeMap::new();
    for (name, raw) in members {
        let metric = metric(&name, raw)?;
        if name.trim().is_empty() || metrics.insert(name.trim().to_owned(), metric).is_some() {
            let message = format!("`{MEMBER}.metrics` has an empty name, or one twice");
            return Err(Problem::invalid(message));
        }
    }
    Ok(metrics)
}

fn metric(name: &str, raw: Json<'_>) -> Result<MetricAggSpec, Problem> {
    let given = Body::parse(raw.get().as_bytes())
        .map_err(|_| Problem::not_json(format!("`{MEMBER}.metrics.{name}` must be an object")))?;
    Ok(MetricAggSpec { op: filled(&given, "op")?, field_name: filled(&given, "fieldName")? })
}

fn top_hits(given: &Body<'_>) -> Result<TopHitsSpec, Problem> {
    let sort = given.list("sort")?;
    let sort = sort.iter().map(|sort| {
        let (field_name, direction) = (filled(sort, "fieldName")?, filled(sort, "direction")?);
        Ok(SortSpec { field_name, direction })
    });
    Ok(TopHitsSpec { size: positive(given, "size")?, sort: sort.collect::<Result<_, Problem>>()? })
}

fn positive(given: &Body<'_>, name: &str) -> Result<i64, Problem> {
    given.number(name)?.filter(|&size| size > 0).ok_or_else(|| {
        Problem::invalid(format!("every `{name}` in {MEMBER} must be a number above 0"))
    })
}

fn filled(given: &Body<'_>, name: &str) -> Result<String, Problem> {
    let text = given.text(name)?.trim().to_owned();
    if text.is_empty() {
        return Err(Problem::invalid(format!("a `{name}` in {MEMBER} is missing or empty")));
    }
    Ok(text)
}

/// Writes the buckets of each vector that was searched for: a list of objects with `buckets`.
pub(super) fn write_all(
    buckets: &[AggBucket],
    topks: &[i64],
    numbers: bool,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let mut rest = buckets;
    list(topks, out, |&count, out| {
        let mine = usize::try_from(count).ok().and_then(|count| rest.split_at_checked(count));
        let (mine, others) = mine.ok_or("it has fewer buckets than it says")?;
        rest = others;
        out.extend_from_slice(b"{\"buckets\":");
        list(mine, out, |bucket, out| write(bucket, numbers, out))?;
        out.push(b'}');
        Ok(())
    })?;
    if rest.is_empty() { Ok(()) } else { Err("it has more buckets than it says".to_owned()) }
}

fn list<T>(
    items: &[T],
    out: &mut Vec<u8>,
    mut one: impl FnMut(&T, &mut Vec<u8>) -> Result<(), String>,
) -> Result<(), String> {
    out.push(b'[');
    for (number, item) in items.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        one(item, out)?;
    }
    out.push(b']');
    Ok(())
}

fn write(bucket: &AggBucket, numbers: bool, out: &mut Vec<u8>) -> Result<(), String> {
    out.extend_from_slice(b"{\"key\":");
    list(&bucket.key, out, |entry, out| {
        out.extend_from_slice(b"{\"fieldName\":");
        json(&entry.field_name, out)?;
        out.extend_from_slice(b",\"value\":");
        match &entry.value {
            None => json(&(), out)?,
            Some(BucketKey::Int(value)) => long(*value, numbers, out)?,
            Some(BucketKey::String(value)) => json(value, out)?,
            Some(BucketKey::Bool(value)) => json(value, out)?,
        }
        out.push(b'}');
        Ok(())
    })?;
    out.extend_from_slice(b",\"count\":");
    long(bucket.count, numbers, out)?;
    out.extend_from_slice(b",\"metrics\":{");
    for (number, (name, metric)) in bucket.metrics.iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        json(name, out)?;
        out.push(b':');
        match &metric.value {
            None => json(&(), out)?,
            Some(Metric::Int(value)) => long(*value, numbers, out)?,
            Some(Metric::Double(value)) => json(value, out)?,
            Some(Metric::String(value)) => json(value, out)?,
            Some(Metric::Bool(value)) => json(value, out)?,
        }
    }
    out.extend_from_slice(b"},\"hits\":");
    list(&bucket.hits, out, |hit, out| write_hit(hit, numbers, out))?;
    out.extend_from_slice(b",\"subGroups\":");
    list(&bucket.sub_groups, out, |bucket, out| write(bucket, numbers, out))?;
    out.push(b'}');
    Ok(())
}

fn write_hit(hit: &AggHit, numbers: bool, out: &mut Vec<u8>) -> Result<(), String> {
    out.extend_from_slice(b"{\"id\":");
    match &hit.pk {
        None => json(&(), out)?,
        Some(AggPk::Int(id)) => long(*id, numbers, out)?,
        Some(AggPk::Str(id)) => json(id, out)?,
    }
    out.extend_from_slice(b",\"distance\":");
    json(&hit.score, out)?;
    for field in &hit.fields {
        // What has been written under that name is the hit's own.
        if matches!(field.field_name.as_str(), "id" | "distance") {
            continue;
        }
        out.push(b',');
        json(&field.field_name, out)?;
        out.push(b':');
        match &field.value {
            None => json(&(), out)?,
            Some(HitValue::Int(value)) => long(*value, numbers, out)?,
            Some(HitValue::Bool(value)) => json(value, out)?,
            Some(HitValue::Float(value)) => json(value, out)?,
            Some(HitValue::Double(value)) => json(value, out)?,
            Some(HitValue::String(value)) => json(value, out)?,
            Some(HitValue::Bytes(value)) => json(&BASE64_STANDARD.encode(value), out)?,
        }
    }
    out.push(b'}');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use milvus::message::aggregation::{AggHitField, BucketKeyEntry, MetricValue};

    fn read(text: &str) -> Result<Option<SearchAggregationSpec>, Problem> {
        let text = format!(r#"{{"searchAggregation":{text}}}"#);
        spec(&Body::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn levels_are_read_with_all_they_say() {
        let read = read(
            r#"{"fields":[" brand "],"size":2,"searchSize":3,
              "metrics":{"mean":{"op":"avg","fieldName":"price"}},
              "order":[{"key":"mean","direction":"desc"}],
              "topHits":{"size":1,"sort":[{"fieldName":"price","direction":"asc"}]},
              "subAggregation":{"fields":["color"],"size":1}}"#,
        );
        let metric = MetricAggSpec { op: "avg".to_owned(), field_name: "price".to_owned() };
        let sort = SortSpec { field_name: "price".to_owned(), direction: "asc".to_owned() };
        let inner = SearchAggregationSpec {
            fields: vec!["color".to_owned()],
            size: 1,
            ..SearchAggregationSpec::default()
        };
        let expected = SearchAggregationSpec {
            fields: vec!["brand".to_owned()],
            size: 2,
            search_size: 3,
            metrics: [("mean".to_owned(), metric)].into(),
            order: vec![OrderSpec { key: "mean".to_owned(), direction: "desc".to_owned() }],
            top_hits: Some(TopHitsSpec { size: 1, sort: vec![sort] }),
            sub_aggregation: Some(Box::new(inner)),
        };
        assert_eq!(read.unwrap(), Some(expected));
        assert_eq!(spec(&Body::parse(b"{}").unwrap()).unwrap(), None);
    }

    #[test]
    fn what_says_too_little_or_too_much_is_refused() {
        let deep = (0..DEEPEST).fold(r#"{"fields":["a"],"size":1}"#.to_owned(), |inner, _| {
            format!(r#"{{"fields":["a"],"size":1,"subAggregation":{inner}}}"#)
        });
        for bad in [
            "{}",
            r#"{"fields":[],"size":1}"#,
            r#"{"fields":[" "],"size":1}"#,
            r#"{"fields":["a"]}"#,
            r#"{"fields":["a"],"size":0}"#,
            r#"{"fields":["a"],"size":2,"searchSize":1}"#,
            r#"{"fields":["a"],"size":2,"searchSize":-1}"#,
            r#"{"fields":["a"],"size":1,"topHits":{}}"#,
            r#"{"fields":["a"],"size":1,"order":[{"key":"a"}]}"#,
            r#"{"fields":["a"],"size":1,"metrics":{"m":{"op":"sum"}}}"#,
            r#"{"fields":["a"],"size":1,"metrics":{" ":{"op":"sum","fieldName":"a"}}}"#,
            &deep,
        ] {
            assert_eq!(read(bad).unwrap_err().code, 1100, "{bad}");
        }
        let with = r#"{"searchAggregation":{"fields":["a"],"size":1},"offset":1}"#;
        let problem = spec(&Body::parse(with.as_bytes()).unwrap()).unwrap_err();
        assert!(problem.message.contains("offset"));
    }

    fn written(topks: &[i64], numbers: bool) -> Result<String, String> {
        let key = |value| BucketKeyEntry { field_name: "a".to_owned(), value, field_id: 1 };
        let field = |name: &str, value| AggHitField {
            field_name: name.to_owned(),
            value,
            ..AggHitField::default()
        };
        let hit = AggHit {
            pk: Some(AggPk::Int(7)),
            score: 0.5,
            fields: vec![
                field("id", Some(HitValue::Int(9))),
                field("b", Some(HitValue::Bytes(vec![1]))),
                field("c", None),
            ],
        };
        let inner =
            AggBucket { key: vec![key(Some(BucketKey::Bool(true)))], ..AggBucket::default() };
        let one = AggBucket {
            key: vec![key(Some(BucketKey::Int(1 << 60)))],
            count: 2,
            metrics: [("m".to_owned(), MetricValue { value: Some(Metric::Double(1.5)) })].into(),
            hits: vec![hit],
            sub_groups: vec![inner],
        };
        let two = AggBucket { key: vec![key(None)], ..AggBucket::default() };
        let mut out = Vec::new();
        write_all(&[one, two], topks, numbers, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn buckets_are_shown_for_each_vector() {
        let expected = concat!(
            r#"[{"buckets":[{"key":[{"fieldName":"a","value":1152921504606846976}],"count":2,"#,
            r#""metrics":{"m":1.5},"hits":[{"id":7,"distance":0.5,"b":"AQ==","c":null}],"#,
            r#""subGroups":[{"key":[{"fieldName":"a","value":true}],"count":0,"metrics":{},"#,
            r#""hits":[],"subGroups":[]}]}]},{"buckets":[{"key":[{"fieldName":"a","#,
            r#""value":null}],"count":0,"metrics":{},"hits":[],"subGroups":[]}]}]"#,
        );
        assert_eq!(written(&[1, 1], true).unwrap(), expected);
        assert!(written(&[2], false).unwrap().contains(r#""value":"1152921504606846976""#));
        for wrong in [&[1][..], &[1, 2], &[-1, 3]] {
            assert!(written(wrong, true).is_err(), "{wrong:?}");
        }
    }
}
