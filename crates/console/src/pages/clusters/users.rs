//! `/console/clusters/{cluster}/users`: who signs in to the cluster by name and password.
//!
//! A password that Keyward chose is in the answer that made it, and nowhere else.

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InCluster;
use crate::pages::{target, when};
use crate::problem::{Page, render, shown};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::Front;
use control::command::cluster_roles;
use control::command::cluster_users::{self, CreateClusterUser};
use model::cluster_role::RoleName;
use model::cluster_user::{ClusterPassword, ClusterUserName};
use model::{Action, ClusterId, Error, SecretText};

#[derive(Template)]
#[template(path = "clusters/users.html")]
struct Shown {
    frame: Frame,
    id: String,
    may_create: bool,
    users: Vec<Row>,
    roles: Vec<RoleChoice>,
    name: String,
}

struct Row {
    name: String,
    roles: Vec<String>,
    password_set: String,
    created: String,
}

/// A role to tick.
pub(super) struct RoleChoice {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) chosen: bool,
}

#[derive(Template)]
#[template(path = "clusters/password.html")]
struct Password {
    frame: Frame,
    id: String,
    name: String,
    plain: String,
    made: bool,
}

/// The users, and the form for another.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&cluster)?, said, &Typed::default()).await
}

/// What was typed; never a password.
#[derive(Default)]
struct Typed {
    name: String,
    roles: Vec<String>,
}

/// Makes a user.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    visitor.check(&mut form)?;
    let typed = Typed { name: form.text("name")?, roles: form.all("role") };
    let password = password(&mut form)?;
    form.finish()?;
    let caller = visitor.caller.clone();
    let made = match request(id, &typed, password) {
        Ok(request) => {
            front.change_hashing(move |desk| cluster_users::create(desk, &caller, request)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok((made, receipt)) => match made.generated {
            Some(plain) => {
                passed_on(&front, &visitor, id, made.user.name.as_str(), &plain, true).await
            }
            None => told::done(&receipt, &home(id), "added"),
        },
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            page(&front, &visitor, id, said, &typed).await
        }
    }
}

fn request(
    cluster: ClusterId,
    typed: &Typed,
    password: Option<SecretText>,
) -> Result<CreateClusterUser, Error> {
    let roles: Result<Vec<RoleName>, Error> =
        typed.roles.iter().map(|role| RoleName::new(role)).collect();
    Ok(CreateClusterUser {
        cluster,
        name: ClusterUserName::new(typed.name.trim())?,
        password: password.map(ClusterPassword::new).transpose()?,
        roles: roles?,
    })
}

/// The password that was typed; `None` if Keyward is to choose one.
pub(super) fn password(form: &mut Form) -> Result<Option<SecretText>, Error> {
    Ok(Some(form.text("password")?).filter(|text| !text.is_empty()).map(SecretText::new))
}

/// Shows a password that Keyward chose.
pub(super) async fn passed_on(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    name: &str,
    plain: &ClusterPassword,
    made: bool,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let here = front.see(move |desk| InCluster::find(desk, &caller, id)).await?;
    let frame = Frame::of(visitor, "Password").in_cluster(&here, Part::Users);
    let (name, plain) = (name.to_owned(), plain.secret().expose().to_owned());
    Ok(shown(&Password { frame, id: id.to_string(), name, plain, made }))
}

pub(super) fn home(id: ClusterId) -> String {
    format!("/console/clusters/{id}/users")
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    said: Said,
    typed: &Typed,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (here, users, roles) = front
        .see(move |desk| {
            let here = InCluster::find(desk, &caller, id)?;
            let users = cluster_users::list(desk, &caller, id)?;
            Ok((here, users, cluster_roles::list(desk, &caller, id)?))
        })
        .await?;
    let rows = users.iter().map(|user| Row {
        name: user.name.to_string(),
        roles: user.roles.iter().map(ToString::to_string).collect(),
        password_set: when(user.password_set_at),
        created: when(user.created_at),
    });
    let choices = roles.iter().map(|role| {
        let name = role.name.to_string();
        let chosen = typed.roles.contains(&name);
        RoleChoice { name, description: role.description.clone(), chosen }
    });
    let page = Shown {
        frame: Frame::of(visitor, "Users").in_cluster(&here, Part::Users).saying(&said),
        id: id.to_string(),
        may_create: here.place.may(Action::CreateClusterUser),
        users: rows.collect(),
        roles: choices.filter(|role| role.name != "public").collect(),
        name: typed.name.clone(),
    };
    Ok(render(said.status(), &page))
}
