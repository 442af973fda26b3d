//! `POST /v2/organizations`

use super::OrganizationBody;
use crate::command::organizations;
use crate::describe::{ORGANIZATION_NAME, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::tag;
use axum::extract::State;
use axum::response::IntoResponse;
use model::OrganizationRole;
use model::name::OrganizationName;
use std::sync::Arc;

/// [`create`]
pub(crate) const CREATE: Operation = Operation::new("createOrganization", "Found an organization")
    .about(
        "The caller is its owner and only member. Who may found one is a setting of the server \
         (`--organization-founders`); a personal key goes on working in its own organization only.",
    )
    .may("owners of an organization, unless the operator has said otherwise")
    .body(&[ORGANIZATION_NAME.required()], r#"{"organizationName":"NAME"}"#)
    .answers::<OrganizationBody>()
    .refuses(&[403])
    .creates()
    .tagged()
    .fenced();

/// Founds an organization.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    mut body: Object,
) -> Result<impl IntoResponse, Problem> {
    let name = body.parsed("organizationName", OrganizationName::new)?;
    body.finish()?;
    let founders = app.founders();
    let (made, receipt) =
        app.change(move |desk| organizations::create(desk, &caller, founders, &name)).await?;
    let body = OrganizationBody::of(&made, Some(OrganizationRole::Owner));
    Ok((tag(made.revision), Answer::changed(body, &receipt)))
}
