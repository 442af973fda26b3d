//! `/console/` and `/console/organizations/{organization}`: the projects one may see.

use crate::frame::{Frame, Part};
use crate::here::InOrganization;
use crate::pages::{target, when};
use crate::problem::{Page, shown};
use crate::query::Query;
use crate::session::Visitor;
use crate::told::Said;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::organizations::{self, Membership};
use control::command::projects;
use control::{Front, Page as ListPage};
use model::{Action, OrganizationId};

#[derive(Template)]
#[template(path = "organizations/show.html")]
struct Shown {
    frame: Frame,
    organization: String,
    may_create: bool,
    projects: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    clusters: u64,
    created: String,
}

#[derive(Template)]
#[template(path = "organizations/choose.html")]
struct Choose {
    frame: Frame,
    organizations: Vec<Choice>,
}

struct Choice {
    id: String,
    name: String,
    role: &'static str,
}

/// The projects of one's organization, or one's organizations if there are several.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let listed = front
        .see(move |desk| organizations::list(desk, &caller, ListPage::new(1, ListPage::MAX_SIZE)?))
        .await?;
    if let [only] = listed.items.as_slice() {
        let said = Said::in_query(&Query::parse(query.as_deref()));
        return page(&front, &visitor, only.organization.id, said).await;
    }
    let choice = |one: &Membership| Choice {
        id: one.organization.id.to_string(),
        name: one.organization.name.to_string(),
        role: one.role.map_or("", model::OrganizationRole::as_str),
    };
    let organizations = listed.items.iter().map(choice).collect();
    Ok(shown(&Choose { frame: Frame::of(&visitor, "Organizations"), organizations }))
}

/// The projects of an organization.
pub(crate) async fn of(
    State(front): State<Front>,
    visitor: Visitor,
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let said = Said::in_query(&Query::parse(query.as_deref()));
    page(&front, &visitor, target(&organization)?, said).await
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: OrganizationId,
    said: Said,
) -> Result<Response, Page> {
    let caller = visitor.caller.clone();
    let (place, projects) = front
        .see(move |desk| {
            Ok((InOrganization::find(desk, &caller, id)?, projects::list(desk, &caller)?))
        })
        .await?;
    let row = |project: control::Project| Row {
        id: project.id.to_string(),
        name: project.name.to_string(),
        clusters: project.clusters,
        created: when(project.created_at),
    };
    let here = projects.into_iter().filter(|project| project.organization == id);
    Ok(shown(&Shown {
        frame: Frame::of(visitor, "Projects").in_organization(&place, Part::Projects).saying(&said),
        organization: id.to_string(),
        may_create: place.may(Action::CreateProject),
        projects: here.map(row).collect(),
    }))
}
