//! `/v2/projects`, in the managed cloud's shapes.

mod create;
mod delete;
mod list;
mod rename;
mod set_plan;
mod show;

pub(crate) use create::{CREATE, create};
pub(crate) use delete::{DELETE, delete};
pub(crate) use list::{LIST, list};
pub(crate) use rename::{RENAME, rename};
pub(crate) use set_plan::{SET_PLAN, set_plan};
pub(crate) use show::{SHOW, show};

use crate::describe::{self, Field};
use schemars::JsonSchema;
use serde::Serialize;
use store::projects::Project;

/// The project in a path.
pub(super) const PROJECT_ID: Field =
    Field::text("id", "The project.").required().pattern(describe::PROJECT_ID);
/// The only plan there is: everything Keyward has. The managed cloud's clients expect one.
const PLAN: &str = "Enterprise";

/// A project. What only the managed cloud has is empty.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Project")]
pub(crate) struct ProjectBody {
    project_name: String,
    project_id: String,
    organization_id: String,
    instance_count: u64,
    create_time: String,
    create_time_milli: i64,
    plan: &'static str,
    region_ids: [&'static str; 0],
}

impl From<Project> for ProjectBody {
    fn from(project: Project) -> Self {
        Self {
            project_name: project.name.to_string(),
            project_id: project.id.to_string(),
            organization_id: project.organization.to_string(),
            instance_count: project.clusters,
            create_time: project.created_at.to_string(),
            create_time_milli: project.created_at.millis(),
            plan: PLAN,
            region_ids: [],
        }
    }
}
