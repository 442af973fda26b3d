//! `/v2/projects`, in the managed cloud's shapes.

mod create;
mod list;
mod show;

pub(crate) use create::create;
pub(crate) use list::list;
pub(crate) use show::show;

use serde::Serialize;
use store::projects::Project;

/// The only plan there is: everything Keyward has. The managed cloud's clients expect one.
const PLAN: &str = "Enterprise";

/// A project as the API writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
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
