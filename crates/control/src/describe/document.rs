//! The OpenAPI 3.1 document, made from the routes and their descriptions.
//!
//! Nothing is written here that a description or an answer type knows. To say one more thing of
//! every endpoint: in [`operation`]; of a status: in [`super::status`].

use super::{Success, schema, status};
use crate::rest::routes::{self, Endpoint};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// What the document says of the API as a whole.
const ABOUT: &str = "The control API of Keyward: API keys, projects and access control in front of \
    self-hosted Milvus. Its shapes follow the managed cloud's control API where that has the noun.\n\
    \n\
    Every answer but the plain texts is an envelope: `{\"code\":0,\"data\":…}` for a success, \
    `{\"code\":N,\"message\":\"…\"}` for a refusal, under a true HTTP status. Every answer carries \
    `requestid`, which the server's log names too. What you may not see does not exist: 404. What \
    you may see but not do is 403. Unknown fields and parameters are refused.";

/// The whole document.
pub fn openapi() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.for_serialize().into_generator();
    let mut paths = Map::new();
    let mut seen = Vec::new();
    for endpoint in routes::list() {
        let id = operation_id(&endpoint, &mut seen);
        let described = operation(&endpoint, &id, &mut generator);
        let item = paths.entry(endpoint.path).or_insert_with(|| json!({}));
        item[endpoint.method.as_str().to_ascii_lowercase()] = described;
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Problem".to_owned(), schema::problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Keyward control API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"apiKey": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": status::responses(),
            "headers": status::headers(),
            "securitySchemes": {
                "apiKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "kw_…",
                    "description": "An API key. A project's key sees its project and manages \
                                    nothing; a personal key may do what its person may.",
                },
                "session": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "kws_…",
                    "description": "The token of a session, from `POST /v2/sessions`.",
                },
            },
        },
    })
}

/// The id of the operation; the second spelling of a path has one of its own.
pub(super) fn operation_id(endpoint: &Endpoint, seen: &mut Vec<&'static str>) -> String {
    let id = endpoint.operation.id;
    if seen.contains(&id) {
        return format!("{id}Compat");
    }
    seen.push(id);
    id.to_owned()
}

fn operation(endpoint: &Endpoint, id: &str, generator: &mut SchemaGenerator) -> Value {
    let described = endpoint.operation;
    let mut sentences = Vec::new();
    if !described.about.is_empty() {
        sentences.push(described.about.to_owned());
    }
    sentences.push(match described.may {
        Some(who) => format!("May be called by {who}."),
        None => "Needs no credential.".to_owned(),
    });
    let mut parameters: Vec<_> =
        described.path.iter().map(|field| schema::parameter(field, "path")).collect();
    parameters.extend(described.query.iter().map(|field| schema::parameter(field, "query")));
    if described.creates {
        parameters.push(schema::idempotency_key());
    }
    if described.conditional {
        parameters.push(schema::if_match());
    }
    let mut operation = json!({
        "operationId": id,
        "summary": described.summary,
        "description": sentences.join("\n\n"),
        "tags": [tag(endpoint.path)],
        "parameters": parameters,
        "responses": responses(endpoint, generator),
    });
    if described.may.is_none() {
        operation["security"] = json!([]);
    }
    if let Some((fields, example)) = described.body {
        operation["requestBody"] = json!({
            "required": true,
            "content": {"application/json": {
                "schema": schema::object(fields),
                "example": schema::example(example),
            }},
        });
    }
    operation
}

/// The noun of a path.
pub(super) fn tag(path: &str) -> &str {
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["", "v2", "api-keys", ..] => "apiKeys",
        ["", "v2", noun, ..] => noun,
        _ => "server",
    }
}

fn responses(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Value {
    let described = endpoint.operation;
    let mut responses = Map::new();
    let mut headers = json!({"requestid": {"$ref": "#/components/headers/requestid"}});
    if described.tagged {
        headers["ETag"] = json!({"$ref": "#/components/headers/ETag"});
    }
    let (media_type, data) = match described.success {
        Success::Text(media_type) => (media_type, None),
        Success::Bare => ("application/json", None),
        Success::Data(data) => ("application/json", Some(data(generator).to_value())),
    };
    let content = |schema: Value| json!({media_type: {"schema": schema}});
    let done = match &data {
        None if media_type == "application/json" => json!({"type": "object"}),
        None => json!({"type": "string"}),
        Some(data) if endpoint.gone_in_200 => json!({"anyOf": [
            schema::envelope(data, false),
            {"$ref": "#/components/schemas/Problem"},
        ]}),
        Some(data) => schema::envelope(data, false),
    };
    let about = if endpoint.gone_in_200 {
        "Done; or the code 404 if there is none, as the managed cloud's tools expect it."
    } else {
        "Done."
    };
    let ok = json!({"description": about, "headers": headers, "content": content(done)});
    responses.insert("200".to_owned(), ok);
    if let (true, Some(data)) = (described.fenced, &data) {
        let about = "Committed, but not every gateway has confirmed it yet; `message` says so.";
        let content = content(schema::envelope(data, true));
        let committed = json!({"description": about, "headers": headers, "content": content});
        responses.insert("202".to_owned(), committed);
    }
    for status in status::of(endpoint) {
        responses.insert(status.key.to_owned(), status.reference());
    }
    Value::Object(responses)
}
