//! `/console/clusters/{cluster}/roles`: what users of the cluster can be allowed.

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InCluster;
use crate::pages::target;
use crate::problem::{Page, render};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use control::Front;
use control::command::cluster_roles::{self, CreateClusterRole};
use model::cluster_role::{ClusterRoleName, RoleName};
use model::name::Description;
use model::{Action, ClusterId, Error};

#[derive(Template)]
#[template(path = "clusters/roles.html")]
struct Shown {
    frame: Frame,
    id: String,
    may_create: bool,
    roles: Vec<Row>,
    name: String,
}

struct Row {
    name: String,
    description: String,
    built_in: bool,
    users: usize,
    grants: usize,
}

/// The roles, and the form for another.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&cluster)?, said, String::new()).await
}

/// Makes a role, and leads to what it is to hold.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    visitor.check(&mut form)?;
    let (typed, description) = (form.text("name")?, form.text("description")?);
    form.finish()?;
    let request = || -> Result<CreateClusterRole, Error> {
        let name = ClusterRoleName::new(typed.trim())?;
        let description = Description::new(description.trim())?;
        Ok(CreateClusterRole { cluster: id, name, description })
    };
    let made = visitor
        .change(&front, request(), move |desk, caller, request| {
            cluster_roles::create(desk, caller, &request)
        })
        .await;
    match made {
        Ok((role, _)) => Ok(Redirect::to(&format!("{}/{}", home(id), role.name)).into_response()),
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            page(&front, &visitor, id, said, typed).await
        }
    }
}

pub(super) fn home(id: ClusterId) -> String {
    format!("/console/clusters/{id}/roles")
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    said: Said,
    name: String,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (here, roles) = front
        .see(move |desk| {
            let here = InCluster::find(desk, &caller, id)?;
            Ok((here, cluster_roles::list(desk, &caller, id)?))
        })
        .await?;
    let rows = roles.iter().map(|role| Row {
        name: role.name.to_string(),
        description: role.description.clone(),
        built_in: matches!(role.name, RoleName::BuiltIn(_)),
        users: role.users.len(),
        grants: role.grants.len(),
    });
    let page = Shown {
        frame: Frame::of(visitor, "Roles").in_cluster(&here, Part::Roles).saying(&said),
        id: id.to_string(),
        may_create: here.place.may(Action::CreateClusterRole),
        roles: rows.collect(),
        name,
    };
    Ok(render(said.status(), &page))
}
