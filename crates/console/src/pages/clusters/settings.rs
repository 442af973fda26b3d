//! `/console/clusters/{cluster}/settings`: its name, suspending it, detaching it.

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
use control::command::clusters::{self, Data, UpdateCluster};
use control::{Caller, Cluster, Front, Receipt};
use model::cluster::Service;
use model::name::{ClusterName, Description};
use model::{Action, ClusterId, Error, ErrorKind};

#[derive(Template)]
#[template(path = "clusters/settings.html")]
struct Shown {
    frame: Frame,
    id: String,
    name: String,
    description: String,
    suspended: bool,
    lite: bool,
}

#[derive(Template)]
#[template(path = "clusters/detached.html")]
struct Detached {
    frame: Frame,
    name: String,
    project: String,
    settled: bool,
    revision: u64,
    /// What became of its data.
    fate: String,
}

/// The settings.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&cluster)?, said).await
}

/// Renames the cluster, or says anew what it is for.
pub(crate) async fn update(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    visitor.check(&mut form)?;
    let (name, description) = (form.text("name")?, form.text("description")?);
    form.finish()?;
    let request = || -> Result<UpdateCluster, Error> {
        Ok(UpdateCluster {
            expected: None,
            name: Some(ClusterName::new(name.trim())?),
            description: Some(Description::new(description.trim())?),
        })
    };
    let done = visitor
        .change(&front, request(), move |desk, caller, request| {
            clusters::update(desk, caller, id, request)
        })
        .await;
    finish(&front, &visitor, id, done, "saved").await
}

/// Stops serving the cluster.
pub(crate) async fn suspend(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    form: Form,
) -> Result<Response, Page> {
    let (id, caller) = asked(&visitor, &cluster, form)?;
    let done = front.change(move |desk| clusters::suspend(desk, &caller, id)).await;
    finish(&front, &visitor, id, done, "suspended").await
}

/// Serves it again.
pub(crate) async fn resume(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    form: Form,
) -> Result<Response, Page> {
    let (id, caller) = asked(&visitor, &cluster, form)?;
    let done = front.change(move |desk| clusters::resume(desk, &caller, id)).await;
    finish(&front, &visitor, id, done, "resumed").await
}

fn asked(visitor: &Visitor, cluster: &str, mut form: Form) -> Result<(ClusterId, Caller), Page> {
    visitor.check(&mut form)?;
    form.finish()?;
    Ok((target(cluster)?, visitor.caller.clone()))
}

async fn finish(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    done: Result<(Cluster, Receipt), Error>,
    word: &str,
) -> Result<Response, Page> {
    match done {
        Ok((_, receipt)) => told::done(&receipt, &format!("/console/clusters/{id}/settings"), word),
        Err(error) => page(front, visitor, id, Said::Refused(told::refusal(&error)?)).await,
    }
}

/// Detaches the cluster if its name was typed.
pub(crate) async fn detach(
    State(front): State<Front>,
    visitor: Visitor,
    Path(cluster): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id: ClusterId = target(&cluster)?;
    visitor.check(&mut form)?;
    let typed = form.text("name")?;
    let data = if form.text("data")? == "delete" { Data::Delete } else { Data::Keep };
    form.finish()?;
    let caller = visitor.caller.clone();
    let here = front.see(move |desk| InCluster::find(desk, &caller, id)).await?;
    if typed.trim() != here.cluster.name.as_str() {
        let said = Said::Refused("That is not the name of this cluster.".to_owned());
        return page(&front, &visitor, id, said).await;
    }
    let caller = visitor.caller.clone();
    let done = front.change(move |desk| clusters::detach(desk, &caller, id, data)).await;
    let (gone, receipt) = match done {
        Ok(done) => done,
        Err(error) => {
            return page(&front, &visitor, id, Said::Refused(told::refusal(&error)?)).await;
        }
    };
    let frame = Frame::of(&visitor, "Cluster detached");
    Ok(crate::problem::shown(&Detached {
        frame: frame.in_project(&here.place, Part::Overview),
        name: gone.name.to_string(),
        project: gone.project.to_string(),
        settled: receipt.settled,
        revision: receipt.revision.number(),
        fate: fate(&front, &gone, data).await,
    }))
}

/// Does with the data what was asked, and says what became of it. The cluster is gone either way.
async fn fate(front: &Front, gone: &Cluster, data: Data) -> String {
    if gone.engine.uri().is_some() {
        return "Its Milvus and the data in it are as they were.".to_owned();
    }
    if data == Data::Keep {
        return format!(
            "Its Milvus Lite is stopped; its data stays in the data folder, in clusters/{}.",
            gone.id
        );
    }
    match front.clusters().erase(gone.id).await {
        Ok(()) => "Its Milvus Lite is stopped; its data is deleted.".to_owned(),
        Err(error) => {
            tracing::error!(cluster = %gone.id, %error, "a cluster's data was not deleted");
            format!("Its data could NOT be deleted: {}.", error.message())
        }
    }
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: ClusterId,
    said: Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let here = front.see(move |desk| InCluster::find(desk, &caller, id)).await?;
    if !here.place.may(Action::UpdateCluster) {
        let sentence = "owners of the project look after its clusters: ask one of them";
        return Err(Page::of(&Error::new(ErrorKind::Forbidden, sentence)));
    }
    let cluster = &here.cluster;
    let page = Shown {
        frame: Frame::of(visitor, "Settings").in_cluster(&here, Part::Settings).saying(&said),
        id: id.to_string(),
        name: cluster.name.to_string(),
        description: cluster.description.to_string(),
        suspended: cluster.service == Service::Suspended,
        lite: cluster.engine.uri().is_none(),
    };
    Ok(render(said.status(), &page))
}
