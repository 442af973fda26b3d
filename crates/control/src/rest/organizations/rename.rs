//! `PATCH /v2/organizations/{id}`

use super::{ORGANIZATION_ID, OrganizationBody};
use crate::command::organizations;
use crate::describe::{ORGANIZATION_NAME, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{IfMatch, Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::OrganizationId;
use model::name::OrganizationName;
use std::sync::Arc;

/// [`rename`]
pub(crate) const RENAME: Operation = Operation::new("renameOrganization", "Rename an organization")
    .may("owners of the organization")
    .path(&[ORGANIZATION_ID])
    .body(&[ORGANIZATION_NAME.required()], r#"{"organizationName":"NAME"}"#)
    .answers::<OrganizationBody>()
    .refuses(&[403, 404])
    .conditional()
    .fenced();

/// Gives an organization another name.
pub(crate) async fn rename(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<OrganizationId>,
    IfMatch(expected): IfMatch,
    mut body: Object,
) -> Result<impl IntoResponse, Problem> {
    let name = body.parsed("organizationName", OrganizationName::new)?;
    body.finish()?;
    let change =
        app.change(move |desk| organizations::rename(desk, &caller, id, &name, expected)).await?;
    let (renamed, receipt) = change;
    let body = OrganizationBody::of(&renamed, None);
    Ok((tag(renamed.revision), Answer::changed(body, &receipt)))
}
