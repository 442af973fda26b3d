//! `/console/projects/{project}/keys/new`

use crate::form::Form;
use crate::frame::{Frame, Part};
use crate::pages::connect::{Snippet, snippets};
use crate::pages::target;
use crate::problem::{Page, render, sentence, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use control::command::clusters::{self, ListClusters};
use control::command::keys::{self, CreateKey, End, KeyTerms};
use control::command::projects;
use control::{Caller, Cluster, Front, Page as ListPage, Project};
use model::name::{Description, KeyName};
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::{AccessRole, ClusterId, Error, ErrorKind, ProjectId};

#[derive(Template)]
#[template(path = "keys/create.html")]
struct Shown {
    frame: Frame,
    project: String,
    clusters: Vec<Choice>,
    typed: Typed,
    refusal: String,
}

#[derive(Template)]
#[template(path = "keys/created.html")]
struct Created {
    frame: Frame,
    project: String,
    id: String,
    name: String,
    plain: String,
    endpoint: String,
    settled: bool,
    snippets: Vec<Snippet>,
}

/// A cluster to choose.
struct Choice {
    id: String,
    name: String,
    chosen: bool,
}

/// What was typed, to be shown again when it cannot be accepted.
#[derive(Default)]
struct Typed {
    name: String,
    description: String,
    days: String,
    role: String,
    narrowed: bool,
    clusters: Vec<String>,
}

impl Typed {
    fn read(form: &mut Form) -> Result<Self, Error> {
        Ok(Self {
            name: form.text("name")?,
            description: form.text("description")?,
            days: form.text("days")?,
            role: form.text("role")?,
            narrowed: form.text("scope")? == "some",
            clusters: form.all("cluster"),
        })
    }

    fn grant(&self, project: ProjectId) -> Result<ProjectGrant, Error> {
        let role = AccessRole::from_text(&self.role)
            .ok_or_else(|| Error::invalid("choose a role for the key"))?;
        let clusters = if self.narrowed {
            let ids: Result<Vec<ClusterId>, Error> =
                self.clusters.iter().map(|id| id.parse()).collect();
            let ids = ids?;
            if ids.is_empty() {
                return Err(Error::invalid("choose at least one cluster, or all clusters"));
            }
            ClusterScope::Only(ids.into())
        } else {
            ClusterScope::All
        };
        Ok(ProjectGrant { project, role, clusters, data: DataScope::default() })
    }

    fn end(&self) -> Result<End, Error> {
        match self.days.trim() {
            "" => Ok(End::Usual),
            days => days.parse().map(End::InDays).map_err(|_| {
                Error::invalid("the number of days must be a whole number, such as 90")
            }),
        }
    }

    fn request(&self, project: ProjectId) -> Result<CreateKey, Error> {
        Ok(CreateKey {
            grant: self.grant(project)?,
            name: KeyName::new(self.name.trim())?,
            description: Description::new(self.description.trim())?,
            terms: KeyTerms { end: self.end()?, ..KeyTerms::default() },
        })
    }
}

/// The form.
pub(crate) async fn form(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
) -> Result<Response, Page> {
    let id = target(&project)?;
    let (project, clusters) = surroundings(&front, &visitor.caller, id).await?;
    let typed = Typed { role: AccessRole::ReadWrite.as_str().to_owned(), ..Typed::default() };
    Ok(shown(&page(&visitor, &project, &clusters, typed, String::new())))
}

/// Makes the key and shows it.
pub(crate) async fn submit(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    mut form: Form,
) -> Result<Response, Page> {
    let id = target(&project)?;
    visitor.check(&mut form)?;
    let typed = Typed::read(&mut form)?;
    form.finish()?;
    let (project, clusters) = surroundings(&front, &visitor.caller, id).await?;
    let caller = visitor.caller.clone();
    let made = match typed.request(id) {
        Ok(request) => front.change(move |desk| keys::create(desk, &caller, request)).await,
        Err(error) => Err(error),
    };
    let (created, receipt) = match made {
        Ok(made) => made,
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::Conflict) => {
            let refusal = sentence(&error.message());
            let again = page(&visitor, &project, &clusters, typed, refusal);
            return Ok(render(StatusCode::BAD_REQUEST, &again));
        }
        Err(error) => return Err(Page::of(&error)),
    };
    let endpoint = first_open(&front, &clusters, created.key.grant());
    let frame = Frame::of(&visitor, "API key created");
    Ok(shown(&Created {
        frame: frame.in_project(id, project.name.as_str(), Part::Keys),
        project: id.to_string(),
        id: created.key.id.to_string(),
        name: created.key.name.to_string(),
        plain: created.plain.expose().to_owned(),
        snippets: if endpoint.is_empty() { Vec::new() } else { snippets(&endpoint) },
        endpoint,
        settled: receipt.settled,
    }))
}

/// The endpoint of the first cluster that the key opens; empty if there is none.
fn first_open(front: &Front, clusters: &[Cluster], grant: Option<&ProjectGrant>) -> String {
    let opened = |cluster: &&Cluster| grant.is_some_and(|g| g.clusters.contains(cluster.id));
    let first = clusters.iter().find(opened);
    first.map(|cluster| front.clusters().endpoint(cluster.id, cluster.port)).unwrap_or_default()
}

async fn surroundings(
    front: &Front,
    caller: &Caller,
    id: ProjectId,
) -> Result<(Project, Vec<Cluster>), Page> {
    let caller = caller.clone();
    let found = front.see(move |desk| {
        let project = projects::show(desk, &caller, id)?;
        let page = ListPage::new(1, ListPage::MAX_SIZE)?;
        let request = ListClusters { organization: None, project: Some(id), page };
        Ok((project, clusters::list(desk, &caller, request)?.items))
    });
    Ok(found.await?)
}

fn page(
    visitor: &Visitor,
    project: &Project,
    clusters: &[Cluster],
    typed: Typed,
    refusal: String,
) -> Shown {
    let choice = |cluster: &Cluster| {
        let id = cluster.id.to_string();
        let chosen = typed.clusters.contains(&id);
        Choice { id, name: cluster.name.to_string(), chosen }
    };
    let keys = format!("/console/projects/{}/keys", project.id);
    Shown {
        frame: Frame::of(visitor, "Create API key")
            .in_project(project.id, project.name.as_str(), Part::Keys)
            .under("API keys", &keys),
        project: project.id.to_string(),
        clusters: clusters.iter().map(choice).collect(),
        typed,
        refusal,
    }
}
