//! `/console/projects/{project}/members`: who works here, and as what.

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InProject;
use crate::pages::{day, target};
use crate::problem::{Page, render};
use crate::query::{Pages, Query};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::{account, members, project_members};
use control::{Front, Page as ListPage};
use model::{Action, Error, ProjectId, ProjectRole, UserId};

/// How many members a page shows.
const SIZE: u32 = 50;
/// How many members of the organization can be chosen from; more are added by their id.
const MOST_CHOICES: u32 = 100;
const ROLES: [&str; 2] = ["Member", "Owner"];

#[derive(Template)]
#[template(path = "projects/members.html")]
struct Shown {
    frame: Frame,
    project: String,
    organization: String,
    may_set: bool,
    roles: [&'static str; 2],
    members: Vec<Row>,
    /// Members of the organization who are not among them, by id.
    others: Vec<(String, String)>,
    pages: Pages,
}

struct Row {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    since: String,
    /// Whether it is the visitor.
    you: bool,
}

/// One page of the members.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let query = Query::parse(query.as_deref());
    let said = Said::in_query(&query);
    page(&front, &visitor, target(&project)?, query.page(), said).await
}

/// Adds a member, or gives one another role.
pub(crate) async fn set(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    visitor.check(&mut form)?;
    let (user, role) = (form.text("user")?, form.text("role")?);
    form.finish()?;
    let done = match (user.trim().parse::<UserId>(), ProjectRole::from_text(&role)) {
        (Ok(user), Some(role)) => {
            let caller = visitor.caller.clone();
            front.change(move |desk| project_members::set(desk, &caller, id, user, role)).await
        }
        _ => Err(Error::invalid("choose a member of the organization, and a role")),
    };
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "saved"),
        Err(error) => page(&front, &visitor, id, 1, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// Ends a membership; one's own, too.
pub(crate) async fn remove(
    State(front): State<Front>,
    visitor: Visitor,
    Path((project, user)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, user): (ProjectId, UserId) = (target(&project)?, target(&user)?);
    visitor.check(&mut form)?;
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = front.change(move |desk| project_members::remove(desk, &caller, id, user)).await;
    match done {
        Ok((_, receipt)) => {
            let caller = visitor.caller.clone();
            let seen = front.see(move |desk| InProject::find(desk, &caller, id)).await;
            let (to, word) =
                if seen.is_ok() { (home(id), "removed") } else { ("/console/".to_owned(), "left") };
            told::done(&receipt, &to, word)
        }
        Err(error) => page(&front, &visitor, id, 1, Said::Refused(told::refusal(&error)?)).await,
    }
}

fn home(id: ProjectId) -> String {
    format!("/console/projects/{id}/members")
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ProjectId,
    number: u32,
    said: Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (place, listed, all, own) = front
        .see(move |desk| {
            let place = InProject::find(desk, &caller, id)?;
            let listed = project_members::list(desk, &caller, id, ListPage::new(number, SIZE)?)?;
            let first = ListPage::new(1, MOST_CHOICES)?;
            let all = members::list(desk, &caller, place.project.organization, first)?;
            Ok((place, listed, all, account::show(desk, &caller)?.user.id))
        })
        .await?;
    let rows = listed.items.iter().map(|member| Row {
        id: member.user.to_string(),
        name: member.name.clone(),
        email: member.email.to_string(),
        role: member.role.as_str(),
        since: day(member.created_at),
        you: member.user == own,
    });
    let here = |user: UserId| listed.items.iter().any(|member| member.user == user);
    let others = all.items.iter().filter(|member| !here(member.user));
    let page = Shown {
        frame: Frame::of(visitor, "Members").in_project(&place, Part::Members).saying(&said),
        project: id.to_string(),
        organization: place.project.organization.to_string(),
        may_set: place.may(Action::SetProjectMember),
        roles: ROLES,
        members: rows.collect(),
        others: others.map(|one| (one.user.to_string(), one.email.to_string())).collect(),
        pages: Pages::new(number, SIZE, listed.count, format!("{}?page=", home(id))),
    };
    Ok(render(said.status(), &page))
}
