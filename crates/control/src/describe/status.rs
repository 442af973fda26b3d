//! The refusals of the API: what each status means, in one place.
//!
//! To add one: a line in [`ALL`], and the number in the descriptions of the endpoints that use it.

use crate::rest::routes::Endpoint;
use serde_json::{Map, Value, json};

/// One status of a refusal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Status {
    /// As OpenAPI writes it.
    pub(super) key: &'static str,
    number: u16,
    name: &'static str,
    /// When it is answered.
    pub(super) about: &'static str,
}

impl Status {
    pub(super) fn reference(&self) -> Value {
        json!({"$ref": format!("#/components/responses/{}", self.name)})
    }
}

const fn status(key: &'static str, number: u16, name: &'static str, about: &'static str) -> Status {
    Status { key, number, name, about }
}

const ALL: [Status; 13] = [
    status(
        "400",
        400,
        "Invalid",
        "A field or parameter was not understood; the sentence names it.",
    ),
    status("401", 401, "Unauthenticated", "No credential, or one that opens nothing here."),
    status("403", 403, "Forbidden", "You may see this, but not do that to it."),
    status("404", 404, "NotFound", "There is no such thing, or none that you may see."),
    status("409", 409, "Conflict", "It does not fit what is there, such as a name that is taken."),
    status("410", 410, "Gone", "It was there and is over, such as a link that has run out."),
    status("412", 412, "Changed", "It has changed since the revision in If-Match."),
    status("413", 413, "TooLong", "The body is longer than the server reads."),
    status("415", 415, "WrongType", "The body is not JSON in UTF-8."),
    status("422", 422, "Reused", "The Idempotency-Key was used for another request."),
    status("423", 423, "Locked", "It cannot be changed now; the sentence says why."),
    status("429", 429, "LimitReached", "Too many requests, or as many things as there may be."),
    status("5XX", 500, "Failed", "The server could not answer; its log says more."),
];

/// Every refusal the endpoint may answer with.
pub(super) fn of(endpoint: &Endpoint) -> impl Iterator<Item = &'static Status> {
    let operation = endpoint.operation;
    ALL.iter().filter(move |status| {
        operation.refusals.contains(&status.number)
            || match status.number {
                400 | 429 | 500 => true,
                401 => operation.may.is_some(),
                404 => !operation.path.is_empty(),
                409 => operation.creates || operation.conditional,
                412 => operation.conditional,
                413 | 415 => operation.body.is_some(),
                422 => operation.creates,
                _ => false,
            }
    })
}

/// Whether descriptions may name this status.
pub fn is_status(number: u16) -> bool {
    ALL.iter().any(|status| status.number == number)
}

/// The responses that operations refer to.
pub(super) fn responses() -> Value {
    let mut responses = Map::new();
    for status in &ALL {
        let mut headers = json!({"requestid": {"$ref": "#/components/headers/requestid"}});
        if status.number == 401 {
            headers["WWW-Authenticate"] = json!({"schema": {"const": "Bearer"}});
        }
        let response = json!({
            "description": status.about,
            "headers": headers,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        });
        responses.insert(status.name.to_owned(), response);
    }
    Value::Object(responses)
}

/// The headers that answers refer to.
pub(super) fn headers() -> Value {
    json!({
        "requestid": {
            "description": "Names this request in the server's log.",
            "required": true,
            "schema": {"type": "string", "pattern": "^req-[a-z]{22}$"},
        },
        "ETag": {
            "description": "The revision of what was answered, for `If-Match`. Absent where an \
                            answer is given again, and where there is nothing.",
            "schema": {"type": "string", "pattern": "^\"[0-9]+\"$"},
        },
    })
}
