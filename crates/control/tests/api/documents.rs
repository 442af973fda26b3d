//! The API's description of itself: nothing is missing, nothing is made up, and the committed
//! copies are what the code says.

use crate::harness::{Machine, Who};
use control::describe::{Field, Operation, Success, openapi, reference};
use control::routes::Endpoint;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn committed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// Compares with the committed copy, or renews it when asked to.
fn check(name: &str, made: &str) {
    let path = committed(name);
    if std::env::var_os("KEYWARD_UPDATE").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let same = found == made;
    assert!(same, "docs/{name} is not what the code says: renew it with KEYWARD_UPDATE=1");
}

#[test]
fn the_committed_documents_are_what_the_code_says() {
    let pretty = serde_json::to_string_pretty(&openapi()).unwrap();
    check("openapi.json", &format!("{pretty}\n"));
    check("API.md", &reference());
}

#[tokio::test]
async fn everybody_may_read_the_document() {
    let machine = Machine::new();
    let reply = machine.get(Who::Anonymous, "/v2/openapi.json").await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/json"));
    assert_eq!(reply.json(), openapi());
}

#[test]
fn every_path_is_described_as_it_is_routed() {
    let routed: BTreeSet<_> = control::routes::list()
        .iter()
        .map(|endpoint| (endpoint.path.to_owned(), endpoint.method.as_str().to_lowercase()))
        .collect();
    let document = openapi();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.insert((path.clone(), method.clone()));
        }
    }
    assert_eq!(described, routed);
}

fn about(endpoint: &Endpoint) -> String {
    format!("{} {}", endpoint.method, endpoint.path)
}

#[test]
fn descriptions_are_whole() {
    for endpoint in control::routes::list() {
        let (place, operation) = (about(&endpoint), endpoint.operation);
        let Operation { id, summary, path, query, body, .. } = operation;
        assert!(!id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric()), "{place}: {id}");
        assert!(!summary.is_empty() && !summary.ends_with('.'), "{place}: {summary}");
        let braces: Vec<_> = endpoint
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let names: Vec<_> = path.iter().map(|field| field.name).collect();
        assert_eq!(names, braces, "{place}: its path is described otherwise");
        assert!(path.iter().all(|field| field.required), "{place}: a path has no gaps");
        for status in operation.refusals {
            assert!(control::describe::is_status(*status), "{place}: {status} has no meaning");
        }
        fields(&place, path);
        fields(&place, query);
        if let Some((described, example)) = body {
            fields(&place, described);
            let example: Value = serde_json::from_str(example)
                .unwrap_or_else(|error| panic!("{place}: its example is no JSON: {error}"));
            matches_fields(&place, described, &example);
        }
        let reads = endpoint.method == "GET" || endpoint.method == "DELETE";
        assert!(!reads || body.is_none(), "{place}: this method has no body");
        assert!(!operation.creates || endpoint.method == "POST", "{place}: only POST creates");
        assert!(
            !operation.creates || matches!(operation.success, Success::Data(_)),
            "{place}: what creates answers with an envelope"
        );
    }
}

fn fields(place: &str, fields: &[Field]) {
    let mut seen = BTreeSet::new();
    for field in fields {
        assert!(seen.insert(field.name), "{place}: {} is described twice", field.name);
        assert!(field.about.ends_with('.'), "{place}: {} is not a sentence", field.name);
        self::fields(place, field.inner());
    }
    assert!(fields.len() <= 64, "{place}: more fields than a reader counts");
}

/// An example says nothing that is not described, and what must be said.
fn matches_fields(place: &str, fields: &[Field], example: &Value) {
    let Some(example) = example.as_object() else {
        panic!("{place}: the example is no object");
    };
    for (name, value) in example {
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            panic!("{place}: the example has {name}, which is not described");
        };
        let entries = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for entry in entries.iter().filter(|entry| entry.is_object()) {
            matches_fields(place, field.inner(), entry);
        }
    }
    for field in fields.iter().filter(|field| field.required) {
        assert!(example.contains_key(field.name), "{place}: the example lacks {}", field.name);
    }
}

#[test]
fn names_in_the_document_are_stable() {
    let document = openapi();
    let mut ids = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} names two operations");
        }
    }
    // Two types of one name are told apart by a number, which changes when a third comes.
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        let numbered = name.ends_with(|c: char| c.is_ascii_digit());
        assert!(!numbered, "{name}: give one of the types #[schemars(rename = \"…\")]");
    }
    references(&document, &document);
}

/// Every reference leads somewhere.
fn references(document: &Value, value: &Value) {
    match value {
        Value::Array(entries) => entries.iter().for_each(|entry| references(document, entry)),
        Value::Object(fields) => {
            if let Some(Value::String(place)) = fields.get("$ref") {
                let found = place.strip_prefix('#').and_then(|place| document.pointer(place));
                assert!(found.is_some(), "{place} leads nowhere");
            }
            fields.values().for_each(|field| references(document, field));
        }
        _ => {}
    }
}
