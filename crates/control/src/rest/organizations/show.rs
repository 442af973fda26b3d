//! `GET /v2/organizations/{id}`

use super::{ORGANIZATION_ID, OrganizationBody};
use crate::command::organizations;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::{Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::OrganizationId;
use std::sync::Arc;

/// [`show`]
pub(crate) const SHOW: Operation = Operation::new("getOrganization", "One organization")
    .may("members of the organization")
    .path(&[ORGANIZATION_ID])
    .answers::<OrganizationBody>()
    .refuses(&[404])
    .tagged();

/// One organization.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<OrganizationId>,
) -> Result<impl IntoResponse, Problem> {
    let found = app.see(move |desk| organizations::show(desk, &caller, id)).await?;
    Ok((tag(found.organization.revision), Answer::ok(OrganizationBody::from(&found))))
}
