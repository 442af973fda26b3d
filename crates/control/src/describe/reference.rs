//! The reference page for people, made from the OpenAPI document.
//!
//! It says nothing that the document does not. To show one more thing: a function beside [`body`].

use super::document::openapi;
use super::schema::resolved;
use serde_json::Value;
use std::fmt::Write as _;

/// How deep the fields of an answer are followed.
const LEVELS: usize = 4;

/// What stands above the operations.
const HEAD: &str = "# The control API\n\n\
    <!-- Made from the code by `KEYWARD_UPDATE=1 cargo test -p control documents`. -->\n\n";

/// The page, in Markdown.
pub fn reference() -> String {
    let document = openapi();
    let mut page = String::from(HEAD);
    let _ = writeln!(page, "{}\n", words(&document["info"]["description"]));
    page.push_str(
        "The same as an OpenAPI 3.1 document: `GET /v2/openapi.json`, or `openapi.json` \
                   next to this page.\n\n",
    );
    refusals(&mut page, &document);
    let operations = operations(&document);
    page.push_str("## All operations\n\n| | path | |\n|---|---|---|\n");
    for (method, path, operation) in &operations {
        let (id, summary) = (words(&operation["operationId"]), words(&operation["summary"]));
        let _ = writeln!(page, "| `{method}` | [`{path}`](#{}) | {summary} |", anchor(id));
    }
    let mut noun = "";
    for (method, path, operation) in &operations {
        if noun != words(&operation["tags"][0]) {
            noun = words(&operation["tags"][0]);
            let _ = write!(page, "\n## {noun}\n");
        }
        show(&mut page, &document, method, path, operation);
    }
    page
}

/// Method, path and operation, noun by noun.
fn operations(document: &Value) -> Vec<(String, &str, &Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            all.push((method.to_ascii_uppercase(), path.as_str(), operation));
        }
    }
    all.sort_by_key(|(method, path, operation)| {
        (words(&operation["tags"][0]), *path, method.clone())
    });
    all
}

fn refusals(page: &mut String, document: &Value) {
    page.push_str("## Refusals\n\n| status | when |\n|---|---|\n");
    let mut rows: Vec<(&str, &str)> = Vec::new();
    for item in document["paths"].as_object().into_iter().flatten().map(|(_, item)| item) {
        for operation in item.as_object().into_iter().flatten().map(|(_, operation)| operation) {
            for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
                if answer.get("$ref").is_some() {
                    rows.push((status, words(&resolved(document, answer)["description"])));
                }
            }
        }
    }
    rows.sort_unstable();
    rows.dedup();
    for (status, about) in rows {
        let _ = writeln!(page, "| {status} | {about} |");
    }
    page.push('\n');
}

fn show(page: &mut String, document: &Value, method: &str, path: &str, operation: &Value) {
    let id = words(&operation["operationId"]);
    let summary = words(&operation["summary"]);
    let _ = write!(page, "\n### {id}\n\n`{method} {path}`: {summary}.\n\n");
    let _ = writeln!(page, "{}\n", words(&operation["description"]));
    parameters(page, operation);
    body(page, operation);
    let mut statuses = Vec::new();
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        if status == "200" {
            success(page, document, answer);
        }
        statuses.push(status.as_str());
    }
    let _ = writeln!(page, "Statuses: {}.", statuses.join(", "));
}

fn parameters(page: &mut String, operation: &Value) {
    let Some(parameters) = operation["parameters"].as_array().filter(|all| !all.is_empty()) else {
        return;
    };
    page.push_str("| parameter | in | value | |\n|---|---|---|---|\n");
    for parameter in parameters {
        let _ = writeln!(
            page,
            "| `{}`{} | {} | {} | {} |",
            words(&parameter["name"]),
            star(parameter["required"] == true),
            words(&parameter["in"]),
            kind(&parameter["schema"]),
            words(&parameter["description"]),
        );
    }
    page.push('\n');
}

fn body(page: &mut String, operation: &Value) {
    let content = &operation["requestBody"]["content"]["application/json"];
    if content.is_null() {
        return;
    }
    page.push_str("| field of the body | value | |\n|---|---|---|\n");
    rows(page, &Value::Null, &content["schema"], "", LEVELS);
    let example = serde_json::to_string_pretty(&content["example"]).unwrap_or_default();
    let _ = write!(page, "\n```json\n{example}\n```\n\n");
}

fn success(page: &mut String, document: &Value, answer: &Value) {
    for (media_type, content) in answer["content"].as_object().into_iter().flatten() {
        if media_type != "application/json" {
            let _ = writeln!(page, "Answers with `{media_type}`.\n");
            continue;
        }
        let schema = &content["schema"];
        let envelope = if schema["anyOf"].is_array() { &schema["anyOf"][0] } else { schema };
        let data = resolved(document, &envelope["properties"]["data"]);
        let mut table = String::new();
        rows(&mut table, document, data, "", LEVELS);
        if table.is_empty() {
            let _ = writeln!(page, "`data` is {}.\n", kind(data));
        } else {
            let list = if data["type"] == "array" { "list of " } else { "" };
            let _ = write!(page, "| field of `data` ({list}object) | value | |\n|---|---|---|\n");
            let _ = writeln!(page, "{table}");
        }
    }
}

/// A row for each field of an object, and for those inside it.
fn rows(page: &mut String, document: &Value, schema: &Value, path: &str, levels: usize) {
    let schema = resolved(document, schema);
    if levels == 0 {
        return;
    }
    if !schema["items"].is_null() {
        rows(page, document, &schema["items"], path, levels);
    }
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let whole = resolved(document, field);
        let place = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        let about = field.get("description").or_else(|| whole.get("description"));
        let about = about.map_or("", |about| words(about)).replace('\n', " ");
        let mark = star(required.iter().any(|field| field == name));
        let _ = writeln!(page, "| `{place}`{mark} | {} | {about} |", kind(whole));
        let list = if whole["items"].is_null() { "" } else { "[]" };
        rows(page, document, whole, &format!("{place}{list}"), levels - 1);
    }
}

/// What a value may be, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(texts) = schema["enum"].as_array() {
        let texts: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
        return texts.join(", ");
    }
    let kinds: Vec<_> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(words).filter(|kind| *kind != "null").collect(),
        kind => vec![words(kind)],
    };
    let mut text = match kinds.as_slice() {
        [""] | [] => "anything".to_owned(),
        ["array"] => match kind(&schema["items"]).as_str() {
            "anything" => "list".to_owned(),
            items => format!("list of {items}"),
        },
        kinds => kinds.join(" or "),
    };
    if let (Some(least), Some(most)) = (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        let _ = write!(text, " from {least} to {most}");
    }
    text
}

fn star(required: bool) -> &'static str {
    if required { "\\*" } else { "" }
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn anchor(id: &str) -> String {
    id.to_ascii_lowercase()
}
