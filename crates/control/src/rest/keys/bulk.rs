//! `POST /v2/api-keys/bulk` and `POST /v2/api-keys/bulkDelete`

use super::KeyBody;
use super::request::{FIELDS, KeyRequest};
use crate::command::keys::{self, CreateKey};
use crate::describe::{Field, KEY_ID, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::KeyId;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The new keys in the order of the request; the keys themselves leave here.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedApiKeys")]
pub(crate) struct CreatedMany {
    api_keys: Vec<CreatedOne>,
    activation: ReceiptBody,
}

/// One of several new keys.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedApiKeyOfMany")]
struct CreatedOne {
    api_key_id: String,
    name: String,
    api_key: String,
}

/// [`create_many`]
pub(crate) const CREATE_MANY: Operation = Operation::new("createApiKeys", "Make many keys")
    .about(
        "All of them or none; a refusal names the place of the key at fault. The keys are answered \
         once: sent again under its Idempotency-Key, the request makes nothing and is told so (409).",
    )
    .may("owners of the project and of the organization, and keys with the right to manage keys")
    .body(
        &[Field::objects("keys", "1 to 1000 keys.", FIELDS).required().most(1000)],
        r#"{"keys":[{"name":"NAME","projects":[{"projectId":"PROJECT","role":"Read-Write","allCluster":true}]}]}"#,
    )
    .answers::<CreatedMany>()
    .refuses(&[403, 404])
    .creates()
    .fenced();

/// Makes keys, which work when the answer arrives.
pub(crate) async fn create_many(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut body: Object,
) -> Result<Answer<CreatedMany>, Problem> {
    let entries = body.objects("keys")?;
    if entries.is_empty() {
        return Err(body.refuse("keys", "must name 1 to 1000 keys"));
    }
    let requests = entries.into_iter().map(KeyRequest::create);
    let requests = requests.collect::<Result<Vec<CreateKey>, Problem>>()?;
    body.finish()?;
    let (created, receipt) =
        app.change(move |desk| keys::create_many(desk, &caller, requests)).await?;
    let one = |created: &keys::CreatedKey| CreatedOne {
        api_key_id: created.key.id.to_string(),
        name: created.key.name.to_string(),
        api_key: created.plain.expose().to_owned(),
    };
    let api_keys = created.iter().map(one).collect();
    let body = CreatedMany { api_keys, activation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(body, &receipt))
}

/// The keys as they were, and since when no gateway admits them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeletedApiKeys")]
pub(crate) struct DeletedMany {
    api_keys: Vec<KeyBody>,
    revocation: ReceiptBody,
}

/// [`delete_many`]
pub(crate) const DELETE_MANY: Operation = Operation::new("deleteApiKeys", "Delete many keys")
    .about("All of them or none, in one change with one receipt.")
    .may("owners of the project and of the organization, and keys with the right to manage keys")
    .body(
        &[Field::texts("ids", "1 to 1000 keys.").required().pattern(KEY_ID).most(1000)],
        r#"{"ids":["KEY"]}"#,
    )
    .answers::<DeletedMany>()
    .refuses(&[403, 404])
    .fenced();

/// Deletes keys: when the answer arrives, no gateway admits any of them.
pub(crate) async fn delete_many(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut body: Object,
) -> Result<Answer<DeletedMany>, Problem> {
    let texts = body.texts("ids")?;
    if texts.is_empty() {
        return Err(body.refuse("ids", "must name 1 to 1000 keys"));
    }
    let (mut ids, mut seen) = (Vec::with_capacity(texts.len()), BTreeSet::new());
    for (index, text) in texts.iter().enumerate() {
        let place = format!("ids[{index}]");
        let id: KeyId =
            text.parse().map_err(|error: model::Error| body.refuse(&place, &error.message()))?;
        if !seen.insert(id) {
            return Err(body.refuse(&place, "is named twice"));
        }
        ids.push(id);
    }
    body.finish()?;
    let (gone, receipt) = app.change(move |desk| keys::delete_many(desk, &caller, &ids)).await?;
    let api_keys = gone.iter().map(KeyBody::from).collect();
    let body = DeletedMany { api_keys, revocation: ReceiptBody::from(&receipt) };
    Ok(Answer::changed(body, &receipt))
}
