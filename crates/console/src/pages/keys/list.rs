//! `/console/projects/{project}/keys`

use super::Row;
use crate::frame::{Frame, Part};
use crate::pages::audit::page_number;
use crate::pages::target;
use crate::problem::{Page, shown};
use crate::session::Visitor;
use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use control::command::keys::{self, KeyQuery, ListKeys};
use control::command::projects;
use control::{Front, Page as ListPage};
use model::ProjectId;

/// How many keys a page shows.
const SIZE: u32 = 50;
/// The longest text that is searched for.
const MOST_SEARCHED: usize = 255;

#[derive(Template)]
#[template(path = "keys/list.html")]
struct Shown {
    frame: Frame,
    project: String,
    keys: Vec<Row>,
    search: String,
    /// The same as it stands in an address.
    query: String,
    count: u64,
    page: u32,
    pages: u64,
    more: bool,
}

/// One page of the project's keys.
pub(crate) async fn show(
    State(front): State<Front>,
    visitor: Visitor,
    Path(project): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Page> {
    let id: ProjectId = target(&project)?;
    let frame = Frame::of(&visitor, "API keys");
    let number = page_number(query.as_deref());
    let search = searched(query.as_deref());
    let (caller, wanted) = (visitor.caller, search.clone());
    let (project, listed) = front
        .see(move |desk| {
            let project = projects::show(desk, &caller, id)?;
            let request = ListKeys {
                organization: None,
                project: Some(id),
                search: Some(wanted).filter(|text| !text.is_empty()),
                query: KeyQuery::default(),
                page: ListPage::new(number, SIZE)?,
            };
            Ok((project, keys::list(desk, &caller, request)?))
        })
        .await?;
    let pages = listed.count.div_ceil(u64::from(SIZE)).max(1);
    Ok(shown(&Shown {
        frame: frame.in_project(id, project.name.as_str(), Part::Keys),
        project: id.to_string(),
        keys: listed.items.iter().map(Row::of).collect(),
        query: form_urlencoded::byte_serialize(search.as_bytes()).collect(),
        search,
        count: listed.count,
        page: number,
        more: u64::from(number) < pages,
        pages,
    }))
}

fn searched(query: Option<&str>) -> String {
    let mut fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let search = fields.find(|(name, _)| name == "search");
    search.map(|(_, text)| text.trim().chars().take(MOST_SEARCHED).collect()).unwrap_or_default()
}
