//! `/console/projects/{project}/settings`: another name, and the end.

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InProject;
use crate::pages::target;
use crate::problem::{Page, render};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::Front;
use control::command::projects;
use model::name::ProjectName;
use model::{Action, Error, ErrorKind, ProjectId};

#[derive(Template)]
#[template(path = "projects/settings.html")]
struct Shown {
    frame: Frame,
    project: String,
    name: String,
    clusters: u64,
}

/// The settings.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&project)?, said).await
}

/// Renames the project.
pub(crate) async fn rename(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    visitor.check(&mut form)?;
    let name = ProjectName::new(form.text("name")?.trim());
    form.finish()?;
    let done = visitor
        .change(&front, name, move |desk, caller, name| {
            projects::rename(desk, caller, id, &name, None)
        })
        .await;
    match done {
        Ok((_, receipt)) => {
            told::done(&receipt, &format!("/console/projects/{id}/settings"), "renamed")
        }
        Err(error) => page(&front, &visitor, id, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// Deletes the project if its name was typed.
pub(crate) async fn delete(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    visitor.check(&mut form)?;
    let (typed, detach) = (form.text("name")?, form.text("detach")? == "yes");
    form.finish()?;
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InProject::find(desk, &caller, id)).await?;
    if typed.trim() != place.project.name.as_str() {
        let said = Said::Refused("That is not the name of this project.".to_owned());
        return page(&front, &visitor, id, said).await;
    }
    if place.project.clusters > 0 && !detach {
        let sentence = "Clusters stand in the way: detach them first, or tick the box that does.";
        return page(&front, &visitor, id, Said::Refused(sentence.to_owned())).await;
    }
    let caller = visitor.caller.clone();
    let done = front.change(move |desk| projects::delete(desk, &caller, id, detach)).await;
    match done {
        Ok((_, receipt)) => {
            let home = format!("/console/organizations/{}", place.project.organization);
            told::done(&receipt, &home, "project-deleted")
        }
        Err(error) => page(&front, &visitor, id, Said::Refused(told::refusal(&error)?)).await,
    }
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ProjectId,
    said: Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InProject::find(desk, &caller, id)).await?;
    if !place.may(Action::UpdateProject) {
        let sentence = "owners of the organization rename and delete projects: ask one of them";
        return Err(Page::of(&Error::new(ErrorKind::Forbidden, sentence)));
    }
    let page = Shown {
        frame: Frame::of(visitor, "Settings").in_project(&place, Part::Settings).saying(&said),
        project: id.to_string(),
        name: place.project.name.to_string(),
        clusters: place.project.clusters,
    };
    Ok(render(said.status(), &page))
}
