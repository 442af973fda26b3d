//! `GET /v2/clusters/{id}/privilegeGroups`

use super::{CLUSTER, GroupBody, OWNERS};
use crate::command::privilege_groups;
use crate::describe::Operation;
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::signed::Signed;
use crate::rest::target::Target;
use axum::extract::State;
use model::ClusterId;
use model::privilege_group::BuiltInGroup;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The groups of a cluster, which fit into one answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PrivilegeGroups")]
pub(crate) struct GroupsBody {
    count: usize,
    privilege_groups: Vec<GroupBody>,
}

/// [`list`]
pub(crate) const LIST: Operation =
    Operation::new("listPrivilegeGroups", "The groups of privileges of a cluster")
        .about("Those of Milvus, which every cluster has, first.")
        .may(OWNERS)
        .path(&[CLUSTER])
        .answers::<GroupsBody>()
        .refuses(&[403, 404]);

/// The groups of a cluster.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(cluster): Target<ClusterId>,
) -> Result<Answer<GroupsBody>, Problem> {
    let made = app.see(move |desk| privilege_groups::list(desk, &caller, cluster)).await?;
    let known = BuiltInGroup::all()
        .map(|group| GroupBody::new(group.as_str().to_owned(), true, group.privileges()));
    let privilege_groups: Vec<_> = known.chain(made.iter().map(GroupBody::from)).collect();
    Ok(Answer::ok(GroupsBody { count: privilege_groups.len(), privilege_groups }))
}
