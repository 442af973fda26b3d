//! `/console/clusters/{cluster}/users/{user}`: the roles of a user, another password, the end.

use super::users::{RoleChoice, home, passed_on, password};
use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InCluster;
use crate::pages::{target, when};
use crate::problem::{Page, render};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::Front;
use control::command::cluster_roles;
use control::command::cluster_users::{self, ChangeClusterPassword, ClusterUserRole};
use model::cluster_role::RoleName;
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::{Action, ClusterId, Error, ErrorKind};

#[derive(Template)]
#[template(path = "clusters/user.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    created: String,
    password_set: String,
    may_change: bool,
    is_db_admin: bool,
    roles: Vec<RoleChoice>,
}

/// The user.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, user)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&cluster)?, named(&user)?, said).await
}

/// Gives or takes a role.
pub(crate) async fn set_role(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, user)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, user): (ClusterId, ClusterUserName) = (target(&cluster)?, named(&user)?);
    visitor.check(&mut form)?;
    let role = RoleName::new(&form.text("role")?);
    let give = form.text("give")? == "yes";
    form.finish()?;
    let request = role.map(|role| ClusterUserRole { cluster: id, user: user.clone(), role });
    let command = if give { cluster_users::grant_role } else { cluster_users::revoke_role };
    let done = visitor
        .change(&front, request, move |desk, caller, request| command(desk, caller, &request))
        .await;
    match done {
        Ok((_, receipt)) => told::done(&receipt, &format!("{}/{user}", home(id)), "saved"),
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            page(&front, &visitor, id, user, said).await
        }
    }
}

/// Sets another password. Whoever signed in with the old one is cut.
pub(crate) async fn reset(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, user)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, user): (ClusterId, ClusterUserName) = (target(&cluster)?, named(&user)?);
    visitor.check(&mut form)?;
    let password = password(&mut form)?;
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = match password.map(ClusterPassword::new).transpose() {
        Ok(new) => {
            let name = user.clone();
            let request = ChangeClusterPassword { cluster: id, name, old: None, new };
            let work =
                move |desk: &control::Desk| cluster_users::change_password(desk, &caller, request);
            front.change_hashing(work).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok((changed, receipt)) => match changed.generated {
            Some(plain) => passed_on(&front, &visitor, id, user.as_str(), &plain, false).await,
            None => told::done(&receipt, &format!("{}/{user}", home(id)), "saved"),
        },
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            page(&front, &visitor, id, user, said).await
        }
    }
}

/// Drops the user if its name was typed.
pub(crate) async fn delete(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, user)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, user): (ClusterId, ClusterUserName) = (target(&cluster)?, named(&user)?);
    visitor.check(&mut form)?;
    let typed = form.text("name")?;
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = if typed.trim() == user.as_str() {
        let name = user.clone();
        front.change(move |desk| cluster_users::delete(desk, &caller, id, &name)).await
    } else {
        Err(Error::invalid("that is not the name of this user"))
    };
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "removed"),
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            page(&front, &visitor, id, user, said).await
        }
    }
}

/// The name in a path; what cannot be one names nobody.
fn named(user: &str) -> Result<ClusterUserName, Page> {
    ClusterUserName::new(user).map_err(|_| Page::missing())
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    name: ClusterUserName,
    said: Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (here, user, roles) = front
        .see(move |desk| {
            let here = InCluster::find(desk, &caller, id)?;
            let user = cluster_users::list(desk, &caller, id)?;
            let user = user.into_iter().find(|user| user.name == name).ok_or_else(|| {
                Error::new(ErrorKind::NotFound, format!("the cluster has no user named {name}"))
            })?;
            Ok((here, user, cluster_roles::list(desk, &caller, id)?))
        })
        .await?;
    let choices = roles.iter().map(|role| RoleChoice {
        name: role.name.to_string(),
        description: role.description.clone(),
        chosen: user.roles.contains(&role.name),
    });
    let frame = Frame::of(visitor, user.name.as_str()).in_cluster(&here, Part::Users);
    let page = Shown {
        frame: frame.under("Users", &home(id)).saying(&said),
        id: id.to_string(),
        name: user.name.to_string(),
        created: when(user.created_at),
        password_set: when(user.password_set_at),
        may_change: here.place.may(Action::ChangeClusterPassword),
        is_db_admin: user.name.is_db_admin(),
        roles: choices.filter(|role| role.name != "public").collect(),
    };
    Ok(render(said.status(), &page))
}
