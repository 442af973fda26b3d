//! `DELETE /v2/apiKeys/{id}`

use super::{KEY_ID, KeyBody};
use crate::command::keys;
use crate::describe::{Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::KeyId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The key as it was, and since when no gateway admits it.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeletedApiKey")]
pub(crate) struct Deleted {
    #[serde(flatten)]
    key: KeyBody,
    /// How many keys it made live on.
    #[serde(skip_serializing_if = "is_none")]
    descendants: usize,
    /// The keys it made that were deleted with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde(rename = "deletedDescendants")]
    gone: Vec<KeyBody>,
    /// How many calls of the deleted keys were running and have been cut; absent if not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    calls_cut: Option<u64>,
    revocation: ReceiptBody,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// [`delete`]
pub(crate) const DELETE: Operation = Operation::new("deleteApiKey", "Delete a key")
    .about(
        "When the answer arrives, no gateway admits the key and no call of it is still being \
         served; `revocation` says since when. What the key made lives on: keys, unless their \
         deletion is asked for, and users of clusters, which the audit trail names \
         (`actor=KEY`, `action=cluster-user.`).",
    )
    .may("owners of the project and of the organization, and keys with the right to manage keys")
    .path(&[KEY_ID])
    .query(&[Field::bool(
        "descendants",
        "Whether the keys made with it, those made with these, and so on go too.",
    )])
    .answers::<Deleted>()
    .refuses(&[403, 404])
    .fenced();

/// Deletes a key: when the answer arrives, no gateway admits it and nothing of it is still served.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<KeyId>,
    mut query: Query,
) -> Result<Answer<Deleted>, Problem> {
    let family = query.flag("descendants")?;
    query.finish()?;
    let (gone, receipt) =
        app.change(move |desk| keys::delete_family(desk, &caller, id, family)).await?;
    let dead = std::iter::once(&gone.key).chain(&gone.descendants).map(|detail| detail.key.id);
    let deleted = Deleted {
        calls_cut: app.calls_cut(dead, &receipt),
        key: KeyBody::from(&gone.key),
        descendants: gone.living,
        gone: gone.descendants.iter().map(KeyBody::from).collect(),
        revocation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(deleted, &receipt))
}

/// [`delete_self`]
pub(crate) const DELETE_SELF: Operation =
    Operation::new("deleteOwnApiKey", "Delete the key that signs the request")
        .about("Whoever holds a key may end it.")
        .may("every API key")
        .answers::<Deleted>()
        .fenced();

/// Deletes the key that signs the request.
pub(crate) async fn delete_self(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
) -> Result<Answer<Deleted>, Problem> {
    let (gone, receipt) = app.change(move |desk| keys::delete_self(desk, &caller)).await?;
    let deleted = Deleted {
        calls_cut: app.calls_cut(std::iter::once(gone.key.id), &receipt),
        key: KeyBody::from(&gone),
        descendants: 0,
        gone: Vec::new(),
        revocation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(deleted, &receipt))
}
