//! The OpenAPI 3.1 document, made from the table of routes and the descriptions.

use super::{Data, Kind, Member, Operation, SHARED, all};
use crate::routes::{PREFIX, Standing, table};
use serde_json::{Map, Value, json};

/// What the document says of the API as a whole.
const ABOUT: &str = "Milvus' RESTful API v2, as Keyward serves it on the gateway's port on every \
    engine. A call becomes the gRPC requests that an SDK would send, under the same checks. An \
    answer has HTTP status 200 and `{\"code\":0,\"data\":…}`, or another code and a `message`; \
    who is not known gets 401, who may not 403.";

/// The whole document.
pub fn openapi() -> Value {
    let mut paths = Map::new();
    for (path, standing) in table() {
        let is_its = |one: &&Operation| path.strip_prefix(PREFIX) == Some(one.path);
        let Some(described) = all().find(is_its) else { continue };
        paths.insert(path, json!({ "post": operation(described, standing) }));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Milvus RESTful API v2 on Keyward",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{
            "url": "http://{gateway}",
            "description": "The endpoint of a cluster.",
            "variables": {"gateway": {"default": "127.0.0.1:19530"}},
        }],
        "security": [{"bearer": []}, {"basic": []}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "parameters": parameters(),
            "responses": responses(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key, or `user:password` of a user of the cluster.",
                },
                "basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "Name and password of a user of the cluster.",
                },
            },
        },
    })
}

fn operation(described: &Operation, standing: Standing) -> Value {
    let examples: Map<String, Value> = described
        .examples
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let value: Value = serde_json::from_str(text).unwrap_or_default();
            (format!("{}", number + 1), json!({ "value": value }))
        })
        .collect();
    let mut responses = json!({
        "200": {
            "description": "Done; or a code that is not 0, and a message.",
            "content": {"application/json": {"schema": {"anyOf": [
                envelope(described.data),
                {"$ref": "#/components/schemas/Problem"},
            ]}}},
        },
    });
    for status in STATUSES {
        let reference = json!({ "$ref": format!("#/components/responses/{}", status.0) });
        responses[status.0] = reference;
    }
    json!({
        "operationId": operation_id(described.path),
        "summary": described.summary,
        "description": where_it_works(standing),
        "tags": [described.path.split('/').next().unwrap_or_default()],
        "parameters": [
            {"$ref": "#/components/parameters/DB-Name"},
            {"$ref": "#/components/parameters/Request-Timeout"},
            {"$ref": "#/components/parameters/Accept-Type-Allow-Int64"},
        ],
        "requestBody": {
            "required": true,
            "content": {"application/json": {
                "schema": object(described.body),
                "examples": examples,
            }},
        },
        "responses": responses,
    })
}

/// The name generated clients give it: the words of the path.
fn operation_id(path: &str) -> String {
    let words = path.split(['/', '_']).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    };
    let name: String = words.map(capital).collect();
    let (first, rest) = name.split_at(1);
    first.to_ascii_lowercase() + rest
}

const fn where_it_works(standing: Standing) -> &'static str {
    match standing {
        Standing::Everywhere => "Works on every engine.",
        Standing::Lite => "Works on Milvus Lite and on newer servers.",
        Standing::Server => "Works on Milvus servers; Milvus Lite answers that it has it not.",
        Standing::Newer => "Works where the engine has it; another one answers that it has not.",
        Standing::Keyward => "Keyward answers it itself, whatever the engine.",
        Standing::Closed => "Milvus does it inside and offers it to no client.",
    }
}

fn schema(kind: Kind) -> Value {
    match kind {
        Kind::Text => json!({"type": "string"}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Whole => json!({"type": "integer", "format": "int64"}),
        Kind::Number => json!({"type": "number"}),
        Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
        Kind::Free => json!({"type": "object", "additionalProperties": true}),
        Kind::Any => json!({}),
        Kind::List => json!({"type": "array", "items": {}}),
        Kind::Object(members) => object(members),
        Kind::Objects(members) => json!({"type": "array", "items": object(members)}),
        Kind::Named(members) => {
            json!({"type": "object", "additionalProperties": object(members)})
        }
        Kind::Open(members) => {
            let mut open = object(members);
            open["additionalProperties"] = true.into();
            open
        }
        Kind::Rows => {
            let row = schema(Kind::Free);
            json!({"anyOf": [{"type": "array", "items": row}, row]})
        }
        Kind::Shared(name) => json!({"$ref": format!("#/components/schemas/{name}")}),
    }
}

fn object(members: &[Member]) -> Value {
    let mut properties = Map::new();
    for member in members {
        let mut shown = schema(member.kind);
        shown["description"] = member.about.into();
        properties.insert(member.name.to_owned(), shown);
    }
    let required: Vec<&str> =
        members.iter().filter(|member| member.required).map(|member| member.name).collect();
    let mut object = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

fn envelope(data: Data) -> Value {
    let is_found = matches!(data, Data::Found);
    let data = match data {
        Data::Done => json!({"type": "object"}),
        Data::Names => schema(Kind::Texts),
        Data::Rows | Data::Found => json!({"type": "array", "items": schema(Kind::Free)}),
        Data::Tokens(members) => {
            let token = json!({"anyOf": [schema(Kind::Text), object(members)]});
            json!({"type": "array", "items": {"type": "array", "items": token}})
        }
        Data::Object(members) => object(members),
        Data::Objects(members) => schema(Kind::Objects(members)),
    };
    let mut envelope = json!({
        "type": "object",
        "properties": {
            "code": {"const": 0},
            "data": data,
            "cost": {"type": "integer", "description": "What it cost, as Milvus reckons it."},
            "message": {"type": "string", "description": "What could not be told, if anything."},
        },
        "required": ["code", "data"],
    });
    if is_found {
        for (name, about) in [("topks", "rows"), ("aggTopks", "buckets")] {
            let mut counts = json!({"type": "array", "items": schema(Kind::Whole)});
            counts["description"] = format!("How many {about} there are for each vector.").into();
            envelope["properties"][name] = counts;
        }
        let mut recalls = json!({"type": "array", "items": schema(Kind::Number)});
        recalls["description"] = "How much of what is there was found for each vector.".into();
        envelope["properties"]["recalls"] = recalls;
    }
    envelope
}

fn schemas() -> Value {
    let mut schemas = Map::from_iter([("Problem".to_owned(), problem())]);
    schemas.extend(SHARED.map(|(name, members)| (name.to_owned(), object(members))));
    Value::Object(schemas)
}

fn problem() -> Value {
    json!({
        "type": "object",
        "properties": {
            "code": {"type": "integer", "not": {"const": 0}, "description": "Milvus' code."},
            "message": {"type": "string", "description": "What was wrong."},
        },
        "required": ["code", "message"],
    })
}

const STATUSES: [(&str, &str); 8] = [
    ("400", "A header field comes more than once, or cannot be read."),
    ("401", "It is not known who calls."),
    ("403", "The caller may not do this."),
    ("408", "The request took longer than it may."),
    ("409", "Keyward cannot do this as things are."),
    ("413", "The body is too large."),
    ("502", "The engine's answer cannot be read."),
    ("503", "The engine cannot be reached, or there is too much to do: try again."),
];

fn responses() -> Value {
    let one = |&(status, about): &(&str, &str)| {
        let schema = json!({"$ref": "#/components/schemas/Problem"});
        let content = json!({"application/json": {"schema": schema}});
        (status.to_owned(), json!({"description": about, "content": content}))
    };
    Value::Object(STATUSES.iter().map(one).collect())
}

fn parameters() -> Value {
    let header = |name: &str, about: &str, schema: Value| json!({"name": name, "in": "header", "description": about, "schema": schema});
    json!({
        "DB-Name": header(
            "DB-Name", "The database, if the body has no `dbName`.", schema(Kind::Text)),
        "Request-Timeout": header(
            "Request-Timeout",
            "Seconds that the request may take; 60 if absent, 3600 at the most.",
            json!({"type": "integer", "minimum": 1}),
        ),
        "Accept-Type-Allow-Int64": header(
            "Accept-Type-Allow-Int64",
            "`false`: whole numbers of 64 bits are answered as texts.",
            schema(Kind::Flag),
        ),
    })
}
