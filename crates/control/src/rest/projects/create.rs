//! `POST /v2/projects`

use super::PLAN;
use crate::command::projects::{self, CreateProject};
use crate::describe::{Field, ORGANIZATION, Operation, PROJECT_NAME};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use axum::extract::State;
use model::name::ProjectName;
use std::sync::Arc;

/// [`create`]
pub(crate) const CREATE: Operation = Operation::new("createProject", "Make a project")
    .about("It comes with its default key. `data` is the bare id, as in the managed cloud.")
    .may("owners of the organization")
    .body(
        &[
            ORGANIZATION,
            PROJECT_NAME.required(),
            Field::text("plan", "There is one plan.").one_of(&[PLAN]),
            Field::texts("regionIds", "There are no regions: an empty list.").most(0),
        ],
        r#"{"projectName":"NAME"}"#,
    )
    .answers::<String>()
    .refuses(&[403, 404, 409])
    .creates()
    .fenced();

/// Makes a project with its default key; answers with the bare id.
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    body: Object,
) -> Result<Answer<String>, Problem> {
    let request = decode(body)?;
    let (created, receipt) =
        app.change(move |desk| projects::create(desk, &caller, request)).await?;
    Ok(Answer::changed(created.project.id.to_string(), &receipt))
}

fn decode(mut body: Object) -> Result<CreateProject, Problem> {
    let request = CreateProject {
        organization: body.optional_parsed("organizationId", str::parse)?,
        name: body.parsed("projectName", ProjectName::new)?,
    };
    if body.optional_text("plan")?.is_some_and(|plan| plan != PLAN) {
        let sentence = "Keyward has one plan, \"Enterprise\": leave it out or send that";
        return Err(body.refuse("plan", sentence));
    }
    if !body.texts("regionIds")?.is_empty() {
        let sentence = "Keyward has no regions: leave it out, or send an empty list";
        return Err(body.refuse("regionIds", sentence));
    }
    body.finish()?;
    Ok(request)
}
