//! `/console/clusters/{cluster}/roles/{role}`: what a role holds, as a matrix of privilege groups
//! and the databases and collections they are granted on.

use super::matrix::Matrix;
use super::roles::home;
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
use axum::response::Response;
use control::Front;
use control::command::cluster_roles::{self, ChangeGrant, DeleteClusterRole};
use control::command::privilege_groups;
use model::cluster_role::RoleName;
use model::grant::{Grant, GrantTarget, Granted, NameChoice};
use model::privilege::Privilege;
use model::{Action, ClusterId, Error};

#[derive(Template)]
#[template(path = "clusters/role.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    description: String,
    may_grant: bool,
    users: Vec<String>,
    matrix: Matrix,
    /// Every privilege, and what it allows.
    privileges: Vec<(&'static str, &'static str)>,
}

/// The role.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, role)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&cluster)?, named(&role)?, said).await
}

/// Grants the role something, or takes a grant back.
pub(crate) async fn change(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, role)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, role): (ClusterId, RoleName) = (target(&cluster)?, named(&role)?);
    visitor.check(&mut form)?;
    let asked = asked(&mut form)?;
    form.finish()?;
    let give = asked.as_ref().is_ok_and(|asked| asked.give);
    let grant = asked.and_then(|asked| asked.grant());
    let request = grant.map(|grant| ChangeGrant { cluster: id, role: role.clone(), grant });
    let command = if give { cluster_roles::grant } else { cluster_roles::revoke };
    let done = visitor
        .change(&front, request, move |desk, caller, request| command(desk, caller, &request))
        .await;
    match done {
        Ok((_, receipt)) => told::done(&receipt, &format!("{}/{role}", home(id)), "saved"),
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            page(&front, &visitor, id, role, said).await
        }
    }
}

/// A grant as a form names it.
struct Asked {
    give: bool,
    what: String,
    database: String,
    collection: String,
}

impl Asked {
    fn grant(&self) -> Result<Grant, Error> {
        let choice = |text: &str, field| {
            let text = if text.is_empty() { "*" } else { text };
            NameChoice::new(text).map_err(|error: Error| error.in_field(field))
        };
        let database = choice(&self.database, "database")?;
        let target = GrantTarget { database, collection: choice(&self.collection, "collection")? };
        Ok(Grant { what: Granted::new(&self.what)?, target })
    }
}

/// What a cell of the matrix says in one word each (`grant Search default docs`), or the form below
/// it in fields.
fn asked(form: &mut Form) -> Result<Result<Asked, Error>, Error> {
    let cell = form.text("cell")?;
    let typed = (form.text("what")?, form.text("database")?, form.text("collection")?);
    if cell.is_empty() {
        let (what, database, collection) = typed;
        let trimmed = |text: String| text.trim().to_owned();
        return Ok(Ok(Asked {
            give: true,
            what: trimmed(what),
            database: trimmed(database),
            collection: trimmed(collection),
        }));
    }
    let words: Vec<&str> = cell.split(' ').collect();
    Ok(match words.as_slice() {
        [verb @ ("grant" | "revoke"), what, database, collection] => Ok(Asked {
            give: *verb == "grant",
            what: (*what).to_owned(),
            database: (*database).to_owned(),
            collection: (*collection).to_owned(),
        }),
        _ => Err(Error::invalid("the form names no grant: open the page again and repeat")),
    })
}

/// Drops the role if its name was typed.
pub(crate) async fn delete(
    State(front): State<Front>,
    visitor: Visitor,
    Path((cluster, role)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, role): (ClusterId, RoleName) = (target(&cluster)?, named(&role)?);
    visitor.check(&mut form)?;
    let typed = form.text("name")?;
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = if typed.trim() == role.to_string() {
        let name = role.clone();
        let request = DeleteClusterRole { cluster: id, name, from_users: true, with_grants: true };
        front.change(move |desk| cluster_roles::delete(desk, &caller, &request)).await
    } else {
        Err(Error::invalid("that is not the name of this role"))
    };
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "removed"),
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            page(&front, &visitor, id, role, said).await
        }
    }
}

/// The name in a path; what cannot be one names no role.
fn named(role: &str) -> Result<RoleName, Page> {
    RoleName::new(role).map_err(|_| Page::missing())
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    name: RoleName,
    said: Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (here, role, groups) = front
        .see(move |desk| {
            let here = InCluster::find(desk, &caller, id)?;
            let role = cluster_roles::show(desk, &caller, id, &name)?;
            Ok((here, role, privilege_groups::list(desk, &caller, id)?))
        })
        .await?;
    let frame = Frame::of(visitor, "Role").in_cluster(&here, Part::Roles);
    let built_in = matches!(role.name, RoleName::BuiltIn(_));
    let page = Shown {
        frame: frame.under("Roles", &home(id)).saying(&said),
        id: id.to_string(),
        name: role.name.to_string(),
        description: role.description.clone(),
        may_grant: here.place.may(Action::SetClusterGrant) && !built_in,
        users: role.users.iter().map(ToString::to_string).collect(),
        matrix: Matrix::new(&role, &groups),
        privileges: Privilege::ALL.iter().map(|one| (one.as_str(), one.summary())).collect(),
    };
    Ok(render(said.status(), &page))
}
