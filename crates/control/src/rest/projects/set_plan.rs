//! `PATCH /v2/projects/{id}/plan`

use super::{PLAN, PROJECT_ID};
use crate::command::projects;
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ProjectId;
use std::sync::Arc;

/// [`set_plan`]
pub(crate) const SET_PLAN: Operation = Operation::new("setProjectPlan", "Choose a project's plan")
    .about(
        "There is one plan and every project has it, so nothing changes. `data` is the bare id, as \
         in the managed cloud.",
    )
    .may("owners of the organization")
    .path(&[PROJECT_ID])
    .body(
        &[Field::text("plan", "There is one plan.").required().one_of(&[PLAN])],
        r#"{"plan":"Enterprise"}"#,
    )
    .answers::<String>()
    .refuses(&[403, 404]);

/// Accepts the plan that every project has.
pub(crate) async fn set_plan(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(id): Target<ProjectId>,
    mut body: Object,
) -> Result<Answer<String>, Problem> {
    if body.text("plan")? != PLAN {
        return Err(body.refuse("plan", "Keyward has one plan, \"Enterprise\": send that"));
    }
    body.finish()?;
    let project = app.see(move |desk| projects::set_plan(desk, &caller, id)).await?;
    Ok(Answer::ok(project.id.to_string()))
}
