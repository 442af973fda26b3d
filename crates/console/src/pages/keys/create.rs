//! `/console/projects/{project}/keys/new`

use super::form::{Fields, Surroundings};
use super::typed::Typed;
use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::pages::snippets::{Snippet, snippets};
use crate::pages::target;
use crate::problem::{Page, render, shown};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::command::keys::{self, CreateKey};
use control::{Cluster, Front};
use model::scope::ProjectGrant;
use model::{Action, Error, ErrorKind, ProjectId};

#[derive(Template)]
#[template(path = "keys/create.html")]
struct Shown {
    frame: Frame,
    project: String,
    fields: Fields,
}

#[derive(Template)]
#[template(path = "keys/created.html")]
struct Created {
    frame: Frame,
    project: String,
    id: String,
    name: String,
    plain: String,
    once: bool,
    endpoint: String,
    settled: bool,
    snippets: Vec<Snippet>,
}

/// The form.
pub(crate) async fn form(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
) -> Result<Response, Page> {
    let around = Surroundings::find(&front, &visitor, target(&project)?).await?;
    if !around.place.may(Action::CreateKey) {
        let sentence = "owners of the project make its API keys: ask one of them";
        return Err(Page::of(&Error::new(ErrorKind::Forbidden, sentence)));
    }
    Ok(shown(&page(&visitor, &around, Typed::usual(), &Said::Nothing)))
}

/// Makes the key and shows it.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    visitor.check(&mut form)?;
    let typed = Typed::read(&mut form)?;
    form.finish()?;
    let around = Surroundings::find(&front, &visitor, id).await?;
    let made = visitor
        .change(&front, request(&typed, id), move |desk, caller, request| {
            keys::create(desk, caller, request)
        })
        .await;
    let (created, receipt) = match made {
        Ok(made) => made,
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            return Ok(render(said.status(), &page(&visitor, &around, typed, &said)));
        }
    };
    let endpoint = first_open(&front, &around.clusters, created.key.grant());
    Ok(shown(&Created {
        frame: around.frame(&visitor, "API key created"),
        project: id.to_string(),
        id: created.key.id.to_string(),
        name: created.key.name.to_string(),
        plain: created.plain.expose().to_owned(),
        once: around.once,
        snippets: if endpoint.is_empty() { Vec::new() } else { snippets(&endpoint) },
        endpoint,
        settled: receipt.settled,
    }))
}

fn request(typed: &Typed, project: ProjectId) -> Result<CreateKey, Error> {
    Ok(CreateKey {
        name: typed.key_name()?,
        description: typed.key_description()?,
        grant: typed.grant(project)?,
        terms: typed.terms()?,
    })
}

/// The endpoint of the first cluster that the key opens; empty if there is none.
fn first_open(front: &Front, clusters: &[Cluster], grant: Option<&ProjectGrant>) -> String {
    let opened = |cluster: &&Cluster| grant.is_some_and(|g| g.clusters.contains(cluster.id));
    let first = clusters.iter().find(opened);
    first.map(|cluster| front.clusters().endpoint(cluster.id, cluster.port)).unwrap_or_default()
}

fn page(visitor: &Visitor, around: &Surroundings, typed: Typed, said: &Said) -> Shown {
    let frame = Frame::of(visitor, "Create API key").in_project(&around.place, Part::Keys);
    let keys = format!("/console/projects/{}/keys", around.place.project.id);
    Shown {
        frame: frame.under("API keys", &keys).saying(said),
        project: around.place.project.id.to_string(),
        fields: around.fields(typed, String::new()),
    }
}
