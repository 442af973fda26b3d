//! OpenAPI documents as a page of HTML.
//!
//! Pure: documents in, text out. Every text of a document is escaped. To show one more thing of an
//! operation: in [`operation`].

use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::LazyLock;

/// A page with these documents: a word for its links, where it is served, and the document.
pub(super) fn page(documents: &[(&str, &str, Value)]) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_page(documents, &mut out);
    out
}

fn write_page(documents: &[(&str, &str, Value)], out: &mut String) -> fmt::Result {
    out.push_str(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Keyward: reference</title>\
         <link rel=\"stylesheet\" href=\"style.css\"></head><body>\n<h1>Reference</h1>\n<ul>",
    );
    for (word, address, document) in documents {
        let title = text(&document["info"]["title"]);
        writeln!(
            out,
            "<li><a href=\"#{word}\">{title}</a> (<a href=\"{address}\">OpenAPI</a>)</li>"
        )?;
    }
    out.push_str("</ul>\n");
    for (word, _, document) in documents {
        section(word, document, out)?;
    }
    out.push_str("</body></html>\n");
    Ok(())
}

fn section(word: &str, document: &Value, out: &mut String) -> fmt::Result {
    let info = &document["info"];
    writeln!(out, "<h2 id=\"{word}\">{}</h2>", text(&info["title"]))?;
    paragraphs(&info["description"], out)?;
    let mut tags: BTreeMap<&str, Vec<(&str, &str, &Value)>> = BTreeMap::new();
    for (path, methods) in members(&document["paths"]) {
        for (method, operation) in members(methods) {
            let tag = operation["tags"][0].as_str().unwrap_or_default();
            tags.entry(tag).or_default().push((path, method, operation));
        }
    }
    for (tag, operations) in tags {
        writeln!(out, "<h3>{}</h3>", escaped(tag))?;
        for (path, method, described) in operations {
            operation(document, (path, method), described, out)?;
        }
    }
    Ok(())
}

fn operation(
    document: &Value,
    (path, method): (&str, &str),
    described: &Value,
    out: &mut String,
) -> fmt::Result {
    let summary = text(&described["summary"]);
    let method = escaped(&method.to_ascii_uppercase());
    let path = escaped(path);
    writeln!(out, "<details><summary><code>{method} {path}</code> {summary}</summary><div>")?;
    paragraphs(&described["description"], out)?;
    let parameters: Vec<&Value> =
        list(&described["parameters"]).iter().map(|one| resolved(document, one)).collect();
    if !parameters.is_empty() {
        out.push_str("<table><tr><th>parameter</th><th>in</th><th>meaning</th></tr>");
        for one in parameters {
            let (name, place) = (text(&one["name"]), text(&one["in"]));
            let about = text(&one["description"]);
            writeln!(out, "<tr><td><code>{name}</code></td><td>{place}</td><td>{about}</td></tr>")?;
        }
        out.push_str("</table>\n");
    }
    let content = &described["requestBody"]["content"]["application/json"];
    let body = resolved(document, &content["schema"]);
    if !members(&body["properties"]).is_empty() {
        out.push_str("<table><tr><th>member</th><th>type</th><th>meaning</th></tr>");
        fields(document, body, "", 0, out)?;
        out.push_str("</table>\n");
    }
    let one = Some(&content["example"]).filter(|example| !example.is_null());
    let several = members(&content["examples"]).values().map(|example| &example["value"]);
    for example in one.into_iter().chain(several) {
        let shown = serde_json::to_string_pretty(example).unwrap_or_default();
        writeln!(out, "<pre>{}</pre>", escaped(&shown))?;
    }
    out.push_str("<table><tr><th>status</th><th>meaning</th></tr>");
    for (status, response) in members(&described["responses"]) {
        let about = text(&resolved(document, response)["description"]);
        writeln!(out, "<tr><td>{}</td><td>{about}</td></tr>", escaped(status))?;
    }
    out.push_str("</table></div></details>\n");
    Ok(())
}

/// How deep members within members are shown.
const DEEPEST: usize = 4;

fn fields(
    document: &Value,
    object: &Value,
    before: &str,
    depth: usize,
    out: &mut String,
) -> fmt::Result {
    let required = list(&object["required"]);
    for (name, field) in members(&object["properties"]) {
        let field = resolved(document, field);
        let must = required.iter().any(|one| one == name.as_str());
        let kind = text(&field["type"]);
        let about = text(&field["description"]);
        let name = format!("{before}{name}");
        let note = if must { ", required" } else { "" };
        let shown = escaped(&name);
        writeln!(
            out,
            "<tr><td><code>{shown}</code></td><td>{kind}{note}</td><td>{about}</td></tr>"
        )?;
        let inner = [&field["items"], &field["additionalProperties"], field];
        let inner = inner.into_iter().map(|one| resolved(document, one));
        for object in inner.filter(|one| one["properties"].is_object() && depth < DEEPEST) {
            fields(document, object, &format!("{name}."), depth + 1, out)?;
        }
    }
    Ok(())
}

/// What a reference within the document stands for.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let place = value["$ref"].as_str().and_then(|place| place.strip_prefix('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(value)
}

fn members(value: &Value) -> &Map<String, Value> {
    static NONE: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    escaped(value.as_str().unwrap_or_default())
}

fn paragraphs(value: &Value, out: &mut String) -> fmt::Result {
    let all = value.as_str().unwrap_or_default();
    for one in all.split("\n\n").filter(|one| !one.is_empty()) {
        writeln!(out, "<p>{}</p>", escaped(one))?;
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_operation_is_shown_and_every_text_is_escaped() {
        let documents = [
            ("control", "/v2/openapi.json", control::describe::openapi()),
            ("data", "/v2/vectordb/openapi.json", rest::openapi()),
        ];
        let page = page(&documents);
        for (_, _, document) in &documents {
            for (path, methods) in members(&document["paths"]) {
                for method in members(methods).keys() {
                    let shown = format!("<code>{} {path}</code>", method.to_ascii_uppercase());
                    assert!(page.contains(&shown), "{shown}");
                }
            }
        }
        assert_eq!(page.matches("<script").count() + page.matches("style=").count(), 0);
        assert_eq!(page.matches("<details>").count(), page.matches("</details>").count());
        let evil = json!({
            "info": { "title": "<script>", "description": "\"&" },
            "paths": { "/<b>": { "get": { "summary": "<i>", "tags": ["<u>"] } } },
        });
        let page = super::page(&[("x", "/x", evil)]);
        for raw in ["<script>", "<b>", "<i>", "<u>", "\"&<"] {
            assert!(!page.contains(raw), "{raw}");
        }
    }

    #[test]
    fn members_within_members_and_references_are_shown() {
        let document = json!({
            "components": { "schemas": { "One": { "type": "object", "required": ["b"],
                "properties": { "b": { "type": "string", "description": "what it is" } } } } },
            "paths": { "/a": { "post": { "requestBody": { "content": { "application/json": {
                "schema": { "properties": { "list": { "type": "array",
                    "items": { "$ref": "#/components/schemas/One" } } } } } } } } } },
        });
        let page = page(&[("x", "/x", document)]);
        let row = "<tr><td><code>list.b</code></td><td>string, required</td><td>what it is</td>";
        assert!(page.contains(row), "{page}");
    }
}
