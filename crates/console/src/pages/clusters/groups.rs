//! `/console/clusters/{cluster}/groups`: privileges under a name of their own, for roles to hold.

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
use control::command::privilege_groups;
use model::grant::{Level, PrivilegeGroupName, level_of};
use model::privilege::Privilege;
use model::privilege_group::BuiltInGroup;
use model::{Action, ClusterId};

#[derive(Template)]
#[template(path = "clusters/groups.html")]
struct Shown {
    frame: Frame,
    id: String,
    may_create: bool,
    /// Those that people made.
    groups: Vec<Row>,
    built_in: Vec<Row>,
    name: String,
}

struct Row {
    name: String,
    /// What its privileges are about.
    level: &'static str,
    privileges: Vec<&'static str>,
}

/// The groups, and the form for another.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&cluster)?, said, String::new()).await
}

/// Makes a group, and leads to what it is to hold.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    visitor.check(&mut form)?;
    let typed = form.text("name")?;
    form.finish()?;
    let made = visitor
        .change(&front, PrivilegeGroupName::new(typed.trim()), move |desk, caller, name| {
            privilege_groups::create(desk, caller, id, &name)
        })
        .await;
    match made {
        Ok((group, _)) => Ok(Redirect::to(&format!("{}/{}", home(id), group.name)).into_response()),
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            page(&front, &visitor, id, said, typed).await
        }
    }
}

pub(super) fn home(id: ClusterId) -> String {
    format!("/console/clusters/{id}/groups")
}

/// What the privileges of a level are about.
pub(super) const fn about(level: Level) -> &'static str {
    match level {
        Level::Collection => "Collections",
        Level::Database => "Databases",
        Level::Cluster => "The cluster",
    }
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    said: Said,
    name: String,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (here, groups) = front
        .see(move |desk| {
            let here = InCluster::find(desk, &caller, id)?;
            Ok((here, privilege_groups::list(desk, &caller, id)?))
        })
        .await?;
    let made = groups.iter().map(|group| Row {
        name: group.name.to_string(),
        level: level_of(group.privileges).ok().flatten().map_or("", about),
        privileges: group.privileges.iter().map(Privilege::as_str).collect(),
    });
    let built_in = BuiltInGroup::all().map(|group| Row {
        name: group.to_string(),
        level: about(group.level()),
        privileges: group.privileges().iter().map(Privilege::as_str).collect(),
    });
    let page = Shown {
        frame: Frame::of(visitor, "Privilege groups").in_cluster(&here, Part::Groups).saying(&said),
        id: id.to_string(),
        may_create: here.place.may(Action::CreatePrivilegeGroup),
        groups: made.collect(),
        built_in: built_in.collect(),
        name,
    };
    Ok(render(said.status(), &page))
}
