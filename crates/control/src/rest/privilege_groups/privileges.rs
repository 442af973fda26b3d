//! `/v2/clusters/{id}/privilegeGroups/{groupName}/privileges`: `POST` to add some, `PUT` to say
//! all, and `DELETE` with one in the query.

use super::{CLUSTER, ChangedGroup, GROUP_NAME, OWNERS};
use crate::command::privilege_groups::{self, ChangeGroup, SetGroup};
use crate::describe::{Field, Operation};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::json::Object;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::Targets;
use axum::extract::State;
use model::ClusterId;
use model::grant::{Granted, PrivilegeGroupName};
use std::sync::Arc;

const PRIVILEGES: Field =
    Field::texts("privileges", "Privileges; a group stands for what it holds now.")
        .required()
        .most(128);

/// [`add`]
pub(crate) const ADD: Operation = Operation::new("addGroupPrivileges", "Add privileges to a group")
    .about(
        "Every role that has the group has them when the answer arrives. All privileges of a \
             group are rights on the cluster, or on databases, or on collections.",
    )
    .may(OWNERS)
    .path(&[CLUSTER, GROUP_NAME])
    .body(&[PRIVILEGES], r#"{"privileges":["Search","Query"]}"#)
    .answers::<ChangedGroup>()
    .refuses(&[403, 404])
    .fenced();

/// [`set`]
pub(crate) const SET: Operation =
    Operation::new("setGroupPrivileges", "Say all privileges of a group")
        .about(
            "Every role that has the group holds these, and none besides through it, when the \
             answer arrives. An empty list leaves the group without any.",
        )
        .may(OWNERS)
        .path(&[CLUSTER, GROUP_NAME])
        .body(&[PRIVILEGES], r#"{"privileges":["Search","Query"]}"#)
        .answers::<ChangedGroup>()
        .refuses(&[403, 404])
        .fenced();

/// [`remove`]
pub(crate) const REMOVE: Operation =
    Operation::new("removeGroupPrivilege", "Take a privilege from a group")
        .about("Every role that has the group is without it when the answer arrives.")
        .may(OWNERS)
        .path(&[CLUSTER, GROUP_NAME])
        .query(&[Field::text("privilege", "The privilege.").required().most(255)])
        .answers::<ChangedGroup>()
        .refuses(&[403, 404])
        .fenced();

/// Adds privileges to a group.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, PrivilegeGroupName>,
    mut body: Object,
) -> Result<Answer<ChangedGroup>, Problem> {
    let privileges = named(&mut body)?;
    body.finish()?;
    let request = ChangeGroup { cluster, name, privileges };
    let (group, receipt) =
        app.change(move |desk| privilege_groups::add(desk, &caller, &request)).await?;
    Ok(Answer::changed(ChangedGroup::new(&group, &receipt), &receipt))
}

/// Says all privileges of a group.
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, PrivilegeGroupName>,
    mut body: Object,
) -> Result<Answer<ChangedGroup>, Problem> {
    if !body.has("privileges") {
        return Err(body.refuse("privileges", "is required"));
    }
    let privileges = named(&mut body)?;
    body.finish()?;
    let request = SetGroup { cluster, name, privileges, seen: None };
    let (group, receipt) =
        app.change(move |desk| privilege_groups::set(desk, &caller, &request)).await?;
    Ok(Answer::changed(ChangedGroup::new(&group, &receipt), &receipt))
}

fn named(body: &mut Object) -> Result<Vec<Granted>, Problem> {
    let mut privileges = Vec::new();
    for text in body.texts("privileges")? {
        let known = Granted::new(&text);
        let refuse = |_| body.refuse("privileges", "must be names of privileges or groups");
        privileges.push(known.map_err(refuse)?);
    }
    Ok(privileges)
}

/// Takes a privilege from a group.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Targets(cluster, name): Targets<ClusterId, PrivilegeGroupName>,
    mut query: Query,
) -> Result<Answer<ChangedGroup>, Problem> {
    let privileges = vec![query.required("privilege", Granted::new)?];
    query.finish()?;
    let request = ChangeGroup { cluster, name, privileges };
    let (group, receipt) =
        app.change(move |desk| privilege_groups::remove(desk, &caller, &request)).await?;
    Ok(Answer::changed(ChangedGroup::new(&group, &receipt), &receipt))
}
