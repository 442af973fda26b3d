//! Taking texts apart, as full-text search does.

use crate::body::{Body, required};
use crate::caller::{Caller, Reply, answered};
use crate::problem::Problem;
use crate::values::plain;
use milvus::message::analyzer::{
    AnalyzerResult, AnalyzerToken, RunAnalyzerRequest, RunAnalyzerResponse,
};
use serde_json::{Value, json};

answered!(RunAnalyzerResponse);

pub(crate) async fn run(caller: &mut Caller<'_>, body: Body<'_>) -> Result<Reply, Problem> {
    let texts = body.texts("text")?;
    if texts.is_empty() {
        return Err(Problem::missing(required("text")));
    }
    let analyzer = body.tree("analyzerParams")?;
    let (with_detail, with_hash) = (body.flag("withDetail")?, body.flag("withHash")?);
    let request = RunAnalyzerRequest {
        analyzer_params: if analyzer.is_null() { String::new() } else { plain(&analyzer) },
        placeholder: texts.into_iter().map(String::into_bytes).collect(),
        with_detail,
        with_hash,
        db_name: caller.database(),
        collection_name: body.text("collectionName")?,
        field_name: body.text("fieldName")?,
        analyzer_names: body.texts("analyzerNames")?,
    };
    let answer: RunAnalyzerResponse = caller.ask("RunAnalyzer", &request).await?;
    let token = |token: &AnalyzerToken| {
        let mut shown = json!({ "token": token.token });
        if with_detail {
            shown["startOffset"] = token.start_offset.into();
            shown["endOffset"] = token.end_offset.into();
            shown["position"] = token.position.into();
            shown["positionLength"] = token.position_length.into();
        }
        if with_hash {
            shown["hash"] = token.hash.into();
        }
        if with_detail || with_hash { shown } else { json!(token.token) }
    };
    let text = |result: &AnalyzerResult| -> Value { result.tokens.iter().map(token).collect() };
    Ok(Reply::json(&answer.results.iter().map(text).collect()))
}
