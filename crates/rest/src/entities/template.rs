//! Values for the placeholders of a filter.

use crate::body::Body;
use crate::json::Json;
use crate::problem::Problem;
use milvus::message::data::{
    BoolArray, DoubleArray, JsonArray, LongArray, StringArray, Template, TemplateArrayValue,
    TemplateArrayValueArray, TemplateList, TemplateValue,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How deep lists may be in lists.
const DEPTH: usize = 8;

/// Values by name.
pub(super) fn values(body: &Body<'_>) -> Result<BTreeMap<String, TemplateValue>, Problem> {
    // Read as a tree once, so that no name comes twice anywhere in it.
    body.map("exprParams")?;
    let Some(raw) = body.raw("exprParams") else { return Ok(BTreeMap::new()) };
    let members = raw.members().map_err(Problem::not_json)?;
    let one = |(name, value): (Cow<'_, str>, Json<'_>)| {
        let val = single(value).ok_or_else(|| {
            Problem::invalid(format!(
                "`{name}` in exprParams can be a text, a number, true, false or a list"
            ))
        })?;
        Ok((name.into_owned(), TemplateValue { val: Some(val) }))
    };
    members.into_iter().map(one).collect()
}

fn single(value: Json<'_>) -> Option<Template> {
    let text = value.get();
    Some(match text.as_bytes().first()? {
        b't' | b'f' => Template::Bool(boolean(text)?),
        b'"' => Template::String(string(text)?),
        b'[' => Template::Array(list(value, DEPTH)?),
        b'{' | b'n' => return None,
        _ => long(text)
            .map_or_else(|| double(text).map(Template::Float), |n| Some(Template::Int64(n)))?,
    })
}

/// A list: of one kind if all its items are, else of JSON values.
fn list(value: Json<'_>, depth: usize) -> Option<TemplateArrayValue> {
    if depth == 0 {
        return None;
    }
    let items = value.items().ok()?;
    let data = if let Some(data) = all(&items, boolean) {
        TemplateList::Bool(BoolArray { data })
    } else if let Some(data) = all(&items, long) {
        TemplateList::Long(LongArray { data })
    } else if let Some(data) = all(&items, double) {
        TemplateList::Double(DoubleArray { data })
    } else if let Some(data) = all(&items, string) {
        TemplateList::String(StringArray { data })
    } else if items.iter().all(|item| item.get().starts_with('[')) {
        let data = items.iter().map(|&item| list(item, depth - 1)).collect::<Option<_>>()?;
        TemplateList::Array(TemplateArrayValueArray { data })
    } else {
        let data = items.iter().map(|item| item.get().as_bytes().to_vec()).collect();
        TemplateList::Json(JsonArray { data })
    };
    Some(TemplateArrayValue { data: Some(data) })
}

fn all<T>(items: &[Json<'_>], read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    items.iter().map(|item| read(item.get())).collect()
}

fn boolean(text: &str) -> Option<bool> {
    serde_json::from_str(text).ok()
}

fn long(text: &str) -> Option<i64> {
    serde_json::from_str(text).ok()
}

fn string(text: &str) -> Option<String> {
    serde_json::from_str(text).ok()
}

/// To its last bit: the JSON reader's own are a bit off at times.
fn double(text: &str) -> Option<f64> {
    serde_json::from_str::<f64>(text).ok()?;
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn one(value: &Value) -> Option<Template> {
        let text = json!({ "exprParams": { "a": value } }).to_string();
        let body = Body::parse(text.as_bytes()).unwrap();
        values(&body).ok().and_then(|values| values["a"].val.clone())
    }

    #[test]
    fn values_keep_their_kind() {
        assert_eq!(
            one(&json!(9_007_199_254_740_993_i64)),
            Some(Template::Int64(9_007_199_254_740_993))
        );
        assert_eq!(one(&json!(1.5)), Some(Template::Float(1.5)));
        assert_eq!(one(&json!("x")), Some(Template::String("x".to_owned())));
        let lists = |value: Value| match one(&value) {
            Some(Template::Array(TemplateArrayValue { data: Some(data) })) => data,
            other => unreachable!("{other:?}"),
        };
        assert!(matches!(lists(json!([1, 2])), TemplateList::Long(_)));
        assert!(matches!(lists(json!([1, 2.5])), TemplateList::Double(_)));
        assert!(matches!(lists(json!(["a"])), TemplateList::String(_)));
        assert!(matches!(lists(json!([[1], [2]])), TemplateList::Array(_)));
        assert!(matches!(lists(json!([1, "a"])), TemplateList::Json(_)));
        assert_eq!(one(&json!(null)), None);
        assert_eq!(one(&json!({"b": 1})), None);
    }
}
