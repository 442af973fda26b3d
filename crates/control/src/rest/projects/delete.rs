//! `DELETE /v2/projects/{id}`

use super::{PROJECT_ID, ProjectBody};
use crate::command::projects;
use crate::describe::{Field, Operation};
use crate::rest::answer::{Answer, ReceiptBody};
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::{Error, ProjectId};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The project as it was, how many keys died with it, and since when no gateway admits them.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeletedProject")]
pub(crate) struct Deleted {
    #[serde(flatten)]
    project: ProjectBody,
    #[serde(rename = "deletedKeys")]
    keys: u64,
    revocation: ReceiptBody,
}

/// [`delete`]
pub(crate) const DELETE: Operation = Operation::new("deleteProject", "Delete a project")
    .about(
        "Its keys and memberships go with it: when the answer arrives, no gateway admits them. \
         Clusters stand in the way unless `force` is `true`, which detaches them; their Milvus and \
         the data in it stay as they are.",
    )
    .may("owners of the organization")
    .path(&[PROJECT_ID])
    .query(&[Field::text("force", "Detach its clusters.").one_of(&["true", "false"])])
    .answers::<Deleted>()
    .refuses(&[403, 404, 409])
    .fenced();

/// Deletes a project with its keys, and on demand its clusters.
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ProjectId>,
    mut query: Query,
) -> Result<Answer<Deleted>, Problem> {
    let force = query.parsed("force", |text| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Error::invalid("must be true or false")),
    })?;
    query.finish()?;
    let force = force.unwrap_or(false);
    let (removed, receipt) =
        app.change(move |desk| projects::delete(desk, &caller, id, force)).await?;
    let deleted = Deleted {
        keys: removed.keys,
        project: removed.project.into(),
        revocation: ReceiptBody::from(&receipt),
    };
    Ok(Answer::changed(deleted, &receipt))
}
