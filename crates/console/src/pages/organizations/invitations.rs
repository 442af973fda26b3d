//! `/console/organizations/{organization}/invitations`: sent, seen, taken back.
//!
//! The link of a new one is in the answer that made it, and nowhere else.

use super::ROLES;
use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InOrganization;
use crate::pages::{target, when};
use crate::problem::{Page, render, shown};
use crate::query::{Pages, Query};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::invitations::{self, CreateInvitation};
use control::command::projects::{self, ListProjects};
use control::{Front, Page as ListPage};
use model::name::Email;
use model::{Action, Error, InvitationId, OrganizationId, OrganizationRole, ProjectRole};

/// How many invitations a page shows.
const SIZE: u32 = 50;
/// How many projects can be chosen from; where there are more, one is named.
const MOST_PROJECTS: u32 = 50;

#[derive(Template)]
#[template(path = "organizations/invitations.html")]
struct Shown {
    frame: Frame,
    organization: String,
    roles: Vec<&'static str>,
    /// The newest projects, by id and name.
    projects: Vec<(String, String)>,
    /// Whether there are others.
    more_projects: bool,
    invitations: Vec<Row>,
    pages: Pages,
    typed: Typed,
}

/// What was typed, if it could not be accepted.
#[derive(Clone, Default)]
struct Typed {
    email: String,
    role: String,
    /// The id or name of a project; empty for none.
    project: String,
    project_role: String,
}

struct Row {
    id: String,
    email: String,
    role: &'static str,
    projects: usize,
    inviter: String,
    until: String,
    stands: bool,
}

#[derive(Template)]
#[template(path = "organizations/invited.html")]
struct Invited {
    frame: Frame,
    organization: String,
    email: String,
    link: String,
    until: String,
    mail_failure: String,
}

/// The list, and the form for another.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let query = Query::parse(query.as_deref());
    let said = Said::in_query(&query);
    page(&front, &visitor, target(&organization)?, query.page(), said, Typed::default()).await
}

/// Invites somebody.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: OrganizationId = target(&organization)?;
    visitor.check(&mut form)?;
    let typed = Typed {
        email: form.text("email")?,
        role: form.text("role")?,
        project: form.text("project")?.trim().to_owned(),
        project_role: form.text("project_role")?,
    };
    form.finish()?;
    let made = match request(&front, &visitor, id, &typed).await {
        Ok(request) => front.invite(visitor.caller.clone(), request).await,
        Err(error) => Err(error),
    };
    let invited = match made {
        Ok((invited, _)) => invited,
        Err(error) => {
            let said = Said::Refused(told::refusal_of_names(&error)?);
            return page(&front, &visitor, id, 1, said, typed).await;
        }
    };
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InOrganization::find(desk, &caller, id)).await?;
    let invitation = &invited.created.invitation;
    Ok(shown(&Invited {
        frame: Frame::of(&visitor, "Invited").in_organization(&place, Part::Invitations),
        organization: id.to_string(),
        email: invitation.email.to_string(),
        link: invited.link.expose().to_owned(),
        until: when(invitation.expires_at),
        mail_failure: invited.mail_failure.unwrap_or_default(),
    }))
}

async fn request(
    front: &Front,
    visitor: &Visitor,
    id: OrganizationId,
    typed: &Typed,
) -> Result<CreateInvitation, Error> {
    let role = OrganizationRole::from_text(&typed.role)
        .ok_or_else(|| Error::invalid("choose Owner or Member"))?;
    let email = Email::new(typed.email.trim())?;
    let mut projects = Vec::new();
    if !typed.project.is_empty() {
        let role = ProjectRole::from_text(&typed.project_role)
            .ok_or_else(|| Error::invalid("choose a role in the project"))?;
        let (caller, named) = (visitor.caller.clone(), typed.project.clone());
        let found = front.see(move |desk| projects::find(desk, &caller, id, &named)).await?;
        projects.push((found.id, role));
    }
    Ok(CreateInvitation { organization: id, email, role, projects })
}

/// Takes an invitation back.
pub(crate) async fn revoke(
    State(front): State<Front>,
    visitor: Visitor,
    Path((organization, invitation)): Path<(String, String)>,
    mut form: Form,
) -> Result<Response, Page> {
    let (id, invitation): (OrganizationId, InvitationId) =
        (target(&organization)?, target(&invitation)?);
    visitor.check(&mut form)?;
    form.finish()?;
    let caller = visitor.caller.clone();
    let (_, receipt) =
        front.change(move |desk| invitations::revoke(desk, &caller, invitation)).await?;
    told::done(&receipt, &format!("/console/organizations/{id}/invitations"), "revoked")
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: OrganizationId,
    number: u32,
    said: Said,
    typed: Typed,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let now = front.now();
    let (place, listed, projects) = front
        .see(move |desk| {
            let place = InOrganization::find(desk, &caller, id)?;
            let listed = invitations::list(desk, &caller, id, ListPage::new(number, SIZE)?)?;
            let first = ListPage::new(1, MOST_PROJECTS)?;
            let some = ListProjects { organization: Some(id), search: None, page: first };
            Ok((place, listed, projects::list(desk, &caller, &some)?.listed))
        })
        .await?;
    let rows = listed.items.iter().map(|one| Row {
        id: one.id.to_string(),
        email: one.email.to_string(),
        role: one.role.as_str(),
        projects: one.projects.len(),
        inviter: one.inviter_name.clone(),
        until: when(one.expires_at),
        stands: one.expires_at > now,
    });
    let more_projects = projects.count > u64::from(MOST_PROJECTS);
    let named = |one: control::Project| (one.id.to_string(), one.name.to_string());
    let owner = place.may(Action::CreateOwnerInvitation);
    let frame = Frame::of(visitor, "Invitations").in_organization(&place, Part::Invitations);
    let to = format!("/console/organizations/{id}/invitations?page=");
    let page = Shown {
        frame: frame.saying(&said),
        organization: id.to_string(),
        roles: ROLES.into_iter().filter(|role| owner || *role == "Member").collect(),
        projects: projects.items.into_iter().map(named).collect(),
        more_projects,
        invitations: rows.collect(),
        pages: Pages::new(number, SIZE, listed.count, to),
        typed,
    };
    Ok(render(said.status(), &page))
}
