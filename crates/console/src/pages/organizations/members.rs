//! `/console/organizations/{organization}/members`: who is here, and as what.

use super::ROLES;
use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InOrganization;
use crate::pages::{day, target};
use crate::problem::{Page, render};
use crate::query::{Pages, Query};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::{account, members};
use control::{Front, Page as ListPage};
use model::{Action, Error, OrganizationId, OrganizationRole, UserId};

/// How many members a page shows.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "organizations/members.html")]
struct Shown {
    frame: Frame,
    organization: String,
    may_update: bool,
    may_invite: bool,
    roles: [&'static str; 2],
    members: Vec<Row>,
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
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let query = Query::parse(query.as_deref());
    let said = Said::in_query(&query);
    page(&front, &visitor, target(&organization)?, query.page(), said).await
}

/// Gives a member another role.
pub(crate) async fn set_role(
    State(front): State<Front>,
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, user): (OrganizationId, UserId) = (target(&organization)?, target(&user)?);
    visitor.check(&mut form)?;
    let role = OrganizationRole::from_text(&form.text("role")?)
        .ok_or_else(|| Error::invalid("choose Owner or Member"));
    form.finish()?;
    let done = visitor
        .change(&front, role, move |desk, caller, role| {
            members::set_role(desk, caller, id, user, role)
        })
        .await;
    match done {
        Ok((_, receipt)) => told::done(&receipt, &home(id), "saved"),
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            page(&front, &visitor, id, 1, said).await
        }
    }
}

/// Ends a membership; one's own, too.
pub(crate) async fn remove(
    State(front): State<Front>,
    visitor: Visitor,
    Path((organization, user)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, user): (OrganizationId, UserId) = (target(&organization)?, target(&user)?);
    visitor.check(&mut form)?;
    let meant = form.text("meant")? == "yes";
    form.finish()?;
    let caller = visitor.caller.clone();
    let done = if meant {
        front.change(move |desk| members::remove(desk, &caller, id, user)).await
    } else {
        Err(Error::invalid("say that it is meant: tick the box, then remove the member"))
    };
    match done {
        Ok((_, receipt)) => {
            let caller = visitor.caller.clone();
            let seen = front.see(move |desk| InOrganization::find(desk, &caller, id)).await;
            let (to, word) =
                if seen.is_ok() { (home(id), "removed") } else { ("/console/".to_owned(), "left") };
            told::done(&receipt, &to, word)
        }
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            page(&front, &visitor, id, 1, said).await
        }
    }
}

fn home(id: OrganizationId) -> String {
    format!("/console/organizations/{id}/members")
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: OrganizationId,
    number: u32,
    said: Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (place, listed, own) = front
        .see(move |desk| {
            let place = InOrganization::find(desk, &caller, id)?;
            let listed = members::list(desk, &caller, id, ListPage::new(number, SIZE)?)?;
            Ok((place, listed, account::show(desk, &caller)?.user.id))
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
    let page = Shown {
        frame: Frame::of(visitor, "Members").in_organization(&place, Part::Members).saying(&said),
        organization: id.to_string(),
        may_update: place.may(Action::UpdateMember),
        may_invite: place.may(Action::CreateInvitation),
        roles: ROLES,
        members: rows.collect(),
        pages: Pages::new(number, SIZE, listed.count, format!("{}?page=", home(id))),
    };
    Ok(render(said.status(), &page))
}
