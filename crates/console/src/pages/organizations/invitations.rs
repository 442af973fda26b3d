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
use control::command::projects;
use control::{Front, Page as ListPage};
use model::name::Email;
use model::{Action, Error, InvitationId, OrganizationId, OrganizationRole, ProjectRole};

/// How many invitations a page shows.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "organizations/invitations.html")]
struct Shown {
    frame: Frame,
    organization: String,
    roles: Vec<&'static str>,
    projects: Vec<(String, String)>,
    invitations: Vec<Row>,
    pages: Pages,
    /// What was typed, if it could not be accepted.
    email: String,
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
    page(&front, &visitor, target(&organization)?, query.page(), said, String::new()).await
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
    let typed = form.text("email")?;
    let request = request(id, &typed, &mut form);
    form.finish()?;
    let made = match request {
        Ok(request) => front.invite(visitor.caller.clone(), request).await,
        Err(error) => Err(error),
    };
    let invited = match made {
        Ok((invited, _)) => invited,
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
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

fn request(id: OrganizationId, email: &str, form: &mut Form) -> Result<CreateInvitation, Error> {
    let role = OrganizationRole::from_text(&form.text("role")?)
        .ok_or_else(|| Error::invalid("choose Owner or Member"))?;
    let projects = match form.text("project")?.as_str() {
        "" => Vec::new(),
        project => {
            let role = ProjectRole::from_text(&form.text("project_role")?)
                .ok_or_else(|| Error::invalid("choose a role in the project"))?;
            vec![(project.parse()?, role)]
        }
    };
    // Sent with the form, and without meaning where no project was chosen.
    form.text("project_role")?;
    Ok(CreateInvitation { organization: id, email: Email::new(email.trim())?, role, projects })
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
    email: String,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let now = front.now();
    let (place, listed, projects) = front
        .see(move |desk| {
            let place = InOrganization::find(desk, &caller, id)?;
            let listed = invitations::list(desk, &caller, id, ListPage::new(number, SIZE)?)?;
            Ok((place, listed, projects::list(desk, &caller)?))
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
    let here = projects.into_iter().filter(|project| project.organization == id);
    let owner = place.may(Action::CreateOwnerInvitation);
    let frame = Frame::of(visitor, "Invitations").in_organization(&place, Part::Invitations);
    let to = format!("/console/organizations/{id}/invitations?page=");
    let page = Shown {
        frame: frame.saying(&said),
        organization: id.to_string(),
        roles: ROLES.into_iter().filter(|role| owner || *role == "Member").collect(),
        projects: here.map(|one| (one.id.to_string(), one.name.to_string())).collect(),
        invitations: rows.collect(),
        pages: Pages::new(number, SIZE, listed.count, to),
        email,
    };
    Ok(render(said.status(), &page))
}
