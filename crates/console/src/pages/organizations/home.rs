//! `/console/` and `/console/organizations/{organization}`: the projects one may see, searched and
//! page by page.

use crate::frame::{Frame, Part};
use crate::here::InOrganization;
use crate::pages::{target, when};
use crate::problem::{Page, shown};
use crate::query::{Pages, Query};
use crate::session::Visitor;
use crate::told::Said;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::organizations::{self, Membership};
use control::command::projects::{self, ListProjects};
use control::{Front, Page as ListPage};
use model::{Action, OrganizationId};

/// How many projects a page shows.
const SIZE: u32 = 50;

#[derive(Template)]
#[template(path = "organizations/show.html")]
struct Shown {
    frame: Frame,
    organization: String,
    may_create: bool,
    projects: Vec<Row>,
    search: String,
    pages: Pages,
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
    factor_needed: bool,
}

/// The projects of one's organization, or one's organizations if there are several.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let query = Query::parse(query.as_deref());
    let caller = visitor.caller.clone();
    let listed = front
        .see(move |desk| organizations::list(desk, &caller, ListPage::new(1, ListPage::MAX_SIZE)?))
        .await?;
    if let [only] = listed.items.as_slice() {
        return page(&front, &visitor, only.organization.id, &query).await;
    }
    let choice = |one: &Membership| Choice {
        id: one.organization.id.to_string(),
        name: one.organization.name.to_string(),
        role: one.role.map_or("", model::OrganizationRole::as_str),
        factor_needed: one.factor_needed,
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
    page(&front, &visitor, target(&organization)?, &Query::parse(query.as_deref())).await
}

async fn page(
    front: &Front,
    visitor: &Visitor,
    id: OrganizationId,
    query: &Query,
) -> Result<Response, Page> {
    let request = ListProjects {
        organization: Some(id),
        search: query.given("search").map(str::to_owned),
        page: ListPage::new(query.page(), SIZE)?,
    };
    let caller = visitor.caller.clone();
    let (place, found) = front
        .see(move |desk| {
            let place = InOrganization::find(desk, &caller, id)?;
            Ok((place, projects::list(desk, &caller, &request)?))
        })
        .await?;
    let listed = found.listed;
    let row = |project: control::Project| Row {
        id: project.id.to_string(),
        name: project.name.to_string(),
        clusters: project.clusters,
        created: when(project.created_at),
    };
    let frame = Frame::of(visitor, "Projects").in_organization(&place, Part::Projects);
    let to = format!("/console/organizations/{id}?{}page=", query.again(&["search"]));
    Ok(shown(&Shown {
        frame: frame.saying(&Said::in_query(query)),
        organization: id.to_string(),
        may_create: place.may(Action::CreateProject),
        projects: listed.items.into_iter().map(row).collect(),
        search: query.text("search").to_owned(),
        pages: Pages::new(query.page(), SIZE, listed.count, to),
    }))
}
