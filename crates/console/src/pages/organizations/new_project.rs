//! `/console/organizations/{organization}/projects/new`

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InOrganization;
use crate::pages::target;
use crate::problem::{Page, render};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use control::Front;
use control::command::projects::{self, CreateProject};
use model::name::ProjectName;
use model::{Action, Error, ErrorKind, OrganizationId};

#[derive(Template)]
#[template(path = "organizations/new_project.html")]
struct Shown {
    frame: Frame,
    organization: String,
    name: String,
}

/// The form.
pub(crate) async fn form(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
) -> Result<Response, Page> {
    page(&front, &visitor, target(&organization)?, Said::Nothing, String::new()).await
}

/// Makes the project.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: OrganizationId = target(&organization)?;
    visitor.check(&mut form)?;
    let typed = form.text("name")?;
    form.finish()?;
    let made = visitor
        .change(&front, ProjectName::new(typed.trim()), move |desk, caller, name| {
            let request = CreateProject { organization: Some(id), name };
            projects::create(desk, caller, request)
        })
        .await;
    match made {
        // Its default key is on the page of its keys, where it can be viewed.
        Ok((made, _)) => {
            Ok(Redirect::to(&format!("/console/projects/{}", made.project.id)).into_response())
        }
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            page(&front, &visitor, id, said, typed).await
        }
    }
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: OrganizationId,
    said: Said,
    name: String,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InOrganization::find(desk, &caller, id)).await?;
    if !place.may(Action::CreateProject) {
        let sentence = "owners of the organization make projects: ask one of them";
        return Err(Page::of(&Error::new(ErrorKind::Forbidden, sentence)));
    }
    let frame = Frame::of(visitor, "Create project").in_organization(&place, Part::Projects);
    let page = Shown { frame: frame.saying(&said), organization: id.to_string(), name };
    Ok(render(said.status(), &page))
}
