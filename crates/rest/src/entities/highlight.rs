//! Marking in texts that were found what they were found for, as SDKs have it.
//!
//! Milvus' own RESTful API does not: here `highlighter` has the type and the parameters that an SDK
//! sends, and each row that is found has what was marked, by field, as `highlight`. An engine that
//! does not know of it drops it unread; then the request is refused.

use crate::body::Body;
use crate::problem::Problem;
use crate::values::{number_of, pairs};
use milvus::message::entity::SearchResultData;
use milvus::message::highlight::{HighlightResult, Highlighter};
use serde_json::{Map, Value, json};

/// The member of a search.
pub(super) const MEMBER: &str = "highlighter";
/// Under which name a row shows what was marked in it.
pub(super) const SHOWN: &str = "highlight";
/// What is marked.
const TYPES: &[(&str, i32)] = &[("Lexical", 0), ("Semantic", 1)];

/// What a search is to mark.
pub(super) fn highlighter(body: &Body<'_>) -> Result<Option<Highlighter>, Problem> {
    if body.raw(MEMBER).is_none() {
        return Ok(None);
    }
    let given = body.inner(MEMBER)?;
    let name = given.text("type")?;
    let kind = if name.is_empty() { Some(0) } else { number_of(TYPES, &name) };
    let r#type = kind.ok_or_else(|| {
        Problem::invalid(format!("`type` in {MEMBER} can only be [Lexical, Semantic]"))
    })?;
    Ok(Some(Highlighter { r#type, params: pairs(&given.map("params")?) }))
}

/// Makes sure that the engine has marked something if it was asked to.
pub(super) fn check(asked: bool, results: &SearchResultData) -> Result<(), Problem> {
    let found = results.topks.iter().any(|&count| count > 0);
    if asked && found && results.highlight_results.is_empty() {
        return Err(Problem::invalid(format!(
            "this engine does not know `{MEMBER}`: leave it out"
        )));
    }
    Ok(())
}

/// What was marked in a row, by field; nothing if nothing was asked for.
pub(super) fn of_row(marked: &[HighlightResult], row: usize) -> Option<Value> {
    let field = |field: &HighlightResult| {
        let data = field.datas.get(row)?;
        let told = json!({ "fragments": data.fragments, "scores": data.scores });
        Some((field.field_name.clone(), told))
    };
    let fields: Map<String, Value> = marked.iter().filter_map(field).collect();
    (!marked.is_empty()).then_some(Value::Object(fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{find, pair};
    use milvus::message::highlight::HighlightData;

    fn read(text: &str) -> Result<Option<Highlighter>, Problem> {
        highlighter(&Body::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn what_is_to_be_marked_is_read_as_sdks_send_it() {
        assert_eq!(read("{}"), Ok(None));
        for (text, number) in [(r#""type":"Lexical","#, 0), ("", 0), (r#""type":"Semantic","#, 1)] {
            let params =
                r#"{"pre_tags":["<b>"],"num_of_fragments":2,"highlight_search_text":true}"#;
            let text = format!(r#"{{"highlighter":{{{text}"params":{params}}}}}"#);
            let told = read(&text).unwrap().unwrap();
            assert_eq!(told.r#type, number, "{text}");
            assert_eq!(find(&told.params, "pre_tags"), Some("[\"<b>\"]"));
            assert!(told.params.contains(&pair("num_of_fragments", "2")));
            assert!(told.params.contains(&pair("highlight_search_text", "true")));
        }
        for (bad, code) in [
            (r#"{"highlighter":{"type":"lexical"}}"#, 1100),
            (r#"{"highlighter":{"type":1}}"#, 1801),
            (r#"{"highlighter":{"params":[]}}"#, 1801),
            (r#"{"highlighter":true}"#, 1801),
        ] {
            assert_eq!(read(bad).unwrap_err().code, code, "{bad}");
        }
    }

    #[test]
    fn what_was_marked_is_shown_by_field_and_row() {
        let data = |fragment: &str| HighlightData {
            fragments: vec![fragment.to_owned()],
            scores: vec![0.5],
        };
        let marked = [HighlightResult {
            field_name: "title".to_owned(),
            datas: vec![data("<b>sea</b>"), data("a <b>sea</b>")],
        }];
        let told = of_row(&marked, 1).unwrap();
        let expected = json!({ "title": { "fragments": ["a <b>sea</b>"], "scores": [0.5] } });
        assert_eq!(told, expected);
        assert_eq!(of_row(&marked, 2), Some(json!({})));
        assert_eq!(of_row(&[], 0), None);
    }

    #[test]
    fn an_engine_that_marks_nothing_does_not_know_it() {
        let mut results = SearchResultData { topks: vec![0, 2], ..SearchResultData::default() };
        assert_eq!(check(true, &results).unwrap_err().code, 1100);
        assert_eq!(check(false, &results), Ok(()));
        results.highlight_results.push(HighlightResult::default());
        assert_eq!(check(true, &results), Ok(()));
        let nothing = SearchResultData { topks: vec![0], ..SearchResultData::default() };
        assert_eq!(check(true, &nothing), Ok(()));
    }
}
