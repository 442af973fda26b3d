//! JSON schemas of what is not derived from a type: bodies, parameters and the envelope.

use super::field::{self, Field, Kind};
use serde_json::{Map, Value, json};

/// What stands for the words in examples.
const EXAMPLES: [(&str, &str); 8] = [
    ("NAME", "my-app"),
    ("EMAIL", "grace@example.com"),
    ("PASSWORD", "correct horse battery staple"),
    ("ORGANIZATION", "org-abcdefghijklmnopqrstuv"),
    ("PROJECT", "proj-0123456789abcdef012345"),
    ("CLUSTER", "in01-0123456789abcde"),
    ("KEY", "key-abcdefghijklmnopqrstuv"),
    ("USER", "user-abcdefghijklmnopqrstuv"),
];

/// The example body of a description, with plausible values for its words.
pub(super) fn example(text: &str) -> Value {
    let mut text = text.to_owned();
    for (word, value) in EXAMPLES {
        text = text.replace(&format!("\"{word}\""), &format!("\"{value}\""));
    }
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

/// What a reference within the document means; the value itself if it is none.
pub(super) fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let place = value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(value)
}

/// The envelope of a success around its data.
pub(super) fn envelope(data: &Value, with_message: bool) -> Value {
    let required: &[&str] =
        if with_message { &["code", "message", "data"] } else { &["code", "data"] };
    let mut properties = json!({"code": {"const": 0}, "data": data});
    if with_message {
        properties["message"] = json!({"type": "string"});
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// A refusal.
pub(super) fn problem() -> Value {
    json!({
        "description": "Why the request was refused: one sentence, and the number clients know.",
        "type": "object",
        "properties": {
            "code": {"type": "integer", "minimum": 1},
            "message": {"type": "string"},
        },
        "required": ["code", "message"],
        "additionalProperties": false,
    })
}

/// A parameter of a path or query.
pub(super) fn parameter(field: &Field, place: &str) -> Value {
    let mut parameter = json!({
        "name": field.name,
        "in": place,
        "required": field.required,
        "description": field.about,
        "schema": value(field),
    });
    let word = match field.pattern {
        Some(field::ORGANIZATION_ID) => "ORGANIZATION",
        Some(field::PROJECT_ID) => "PROJECT",
        Some(field::CLUSTER_ID) => "CLUSTER",
        Some(field::KEY_ID) => "KEY",
        Some(field::USER_ID) => "USER",
        _ => return parameter,
    };
    parameter["example"] = example(&format!("\"{word}\""));
    parameter
}

/// The header that makes a creation safe to repeat.
pub(super) fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "A text of your own, new for each thing to make. The same request with the \
                        same key gets the first one's answer for 24 hours, and makes nothing more. \
                        An answer with a password or a token is given once: sent again, the request \
                        is told so (409).",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$", "minLength": 1, "maxLength": 255},
    })
}

/// The header that keeps one change from overwriting another.
pub(super) fn if_match() -> Value {
    json!({
        "name": "If-Match",
        "in": "header",
        "required": false,
        "description": "The revision you read, as `ETag` gave it: if it is not the newest, nothing \
                        changes and the answer is 412.",
        "schema": {"type": "string", "pattern": "^(\"[0-9]{1,18}\"|\\*)$"},
    })
}

/// An object with these fields and no other; `null` counts as left out.
pub(super) fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let mut schema = value(field);
            if !field.required {
                nullable(&mut schema);
            }
            schema["description"] = json!(field.about);
            (field.name.to_owned(), schema)
        })
        .collect();
    let required: Vec<_> =
        fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// A field that may be left out may be `null` as well.
fn nullable(schema: &mut Value) {
    if let Some(Value::String(kind)) = schema.get("type").cloned() {
        schema["type"] = json!([kind, "null"]);
    }
    if let Some(Value::Array(texts)) = schema.get_mut("enum") {
        texts.push(Value::Null);
    }
}

/// What the value of a field looks like.
pub(super) fn value(field: &Field) -> Value {
    match field.kind {
        Kind::Text => text(field, true),
        Kind::Bool => json!({"type": "boolean"}),
        Kind::Integer(least, most) => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Kind::Texts => list(field, &text(field, false)),
        Kind::Objects(fields) => list(field, &object(fields)),
        Kind::Object(fields) => object(fields),
    }
}

fn list(field: &Field, items: &Value) -> Value {
    let mut list = json!({"type": "array", "items": items});
    if let Some(most) = field.most {
        list["maxItems"] = json!(most);
    }
    list
}

fn text(field: &Field, bounded: bool) -> Value {
    let mut schema = json!({"type": "string"});
    if let Some(pattern) = field.pattern {
        schema["pattern"] = json!(pattern);
    }
    if let Some(most) = field.most.filter(|_| bounded) {
        schema["maxLength"] = json!(most);
    }
    if !field.one_of.is_empty() {
        schema["enum"] = json!(field.one_of);
    }
    schema
}
