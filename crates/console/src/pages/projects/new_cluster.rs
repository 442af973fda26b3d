//! `/console/projects/{project}/clusters/new`: attaching a Milvus, or making one on Milvus Lite.

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::here::InProject;
use crate::pages::target;
use crate::problem::{Page, render, shown};
use crate::session::Visitor;
use crate::told::{self, Said};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use control::command::clusters::{self, AttachCluster, CreateCluster, CreatedCluster};
use control::{Desk, Front, Receipt};
use model::cluster::UpstreamAddress;
use model::name::{ClusterName, Description};
use model::{Action, Error, ErrorKind, ProjectId, SecretText};
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "projects/new_cluster.html")]
struct Shown {
    frame: Frame,
    project: String,
    typed: Typed,
}

#[derive(Template)]
#[template(path = "projects/cluster_made.html")]
struct Made {
    frame: Frame,
    project: String,
    id: String,
    name: String,
    settled: bool,
    username: String,
    password: String,
}

/// What was typed; never the credential.
#[derive(Clone, Default)]
struct Typed {
    name: String,
    description: String,
    uri: String,
    lite: bool,
}

/// The form.
pub(crate) async fn form(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
) -> Result<Response, Page> {
    page(&front, &visitor, target(&project)?, Said::Nothing, Typed::default()).await
}

/// Attaches or makes the cluster.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    visitor.check(&mut form)?;
    let typed = Typed {
        name: form.text("name")?,
        description: form.text("description")?,
        uri: form.text("uri")?,
        lite: form.text("engine")? == "lite",
    };
    let credential = form.text("credential")?;
    let credential = Some(credential).filter(|text| !text.is_empty()).map(SecretText::new);
    form.finish()?;
    match add(&front, &visitor, id, &typed, credential).await {
        Ok((made, receipt)) => {
            let caller = visitor.caller.clone();
            let place = front.see(move |desk| InProject::find(desk, &caller, id)).await?;
            Ok(shown(&Made {
                frame: Frame::of(&visitor, "Cluster added").in_project(&place, Part::Overview),
                project: id.to_string(),
                id: made.cluster.id.to_string(),
                name: made.cluster.name.to_string(),
                settled: receipt.settled,
                username: made.username.to_string(),
                password: made.password.secret().expose().to_owned(),
            }))
        }
        Err(error) => {
            let said = Said::Refused(told::refusal(&error)?);
            page(&front, &visitor, id, said, typed).await
        }
    }
}

async fn add(
    front: &Front,
    visitor: &Visitor,
    project: ProjectId,
    typed: &Typed,
    credential: Option<SecretText>,
) -> Result<(CreatedCluster, Receipt), Error> {
    let name = ClusterName::new(typed.name.trim())?;
    let description = Description::new(typed.description.trim())?;
    let watch = front.shared_clusters();
    if typed.lite {
        watch.may_host()?;
    }
    let own_port = move |taken: &BTreeSet<u16>| watch.own_port(taken);
    let caller = visitor.caller.clone();
    if typed.lite {
        let request = CreateCluster { project, name, description, port: None };
        let work = move |desk: &Desk| clusters::create(desk, &caller, request, own_port);
        return front.change_hashing(work).await;
    }
    let uri = UpstreamAddress::parse(typed.uri.trim()).map_err(|error| error.in_field("uri"))?;
    let request = AttachCluster { project, name, description, uri, credential, port: None };
    front.change_hashing(move |desk| clusters::attach(desk, &caller, request, own_port)).await
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ProjectId,
    said: Said,
    typed: Typed,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let place = front.see(move |desk| InProject::find(desk, &caller, id)).await?;
    if !place.may(Action::CreateCluster) {
        let sentence = "owners of the project add clusters: ask one of them";
        return Err(Page::of(&Error::new(ErrorKind::Forbidden, sentence)));
    }
    let frame = Frame::of(visitor, "Add cluster").in_project(&place, Part::Overview);
    let page = Shown { frame: frame.saying(&said), project: id.to_string(), typed };
    Ok(render(said.status(), &page))
}
