//! `GET /v2/projects/{id}/whitelist`

use super::{EntryBody, PROJECT_ID};
use crate::command::whitelist;
use crate::describe::{CURRENT_PAGE, Operation, PAGE_SIZE_FROM_5};
use crate::rest::answer::Answer;
use crate::rest::app::App;
use crate::rest::problem::Problem;
use crate::rest::query::Query;
use crate::rest::signed::Signed;
use crate::rest::target::{Target, tag};
use axum::extract::State;
use axum::response::IntoResponse;
use model::ProjectId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A whitelist, which fits into one page.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Whitelist")]
pub(crate) struct WhitelistBody {
    count: usize,
    current_page: u32,
    page_size: u32,
    /// Where this request came from.
    your_address: Option<String>,
    /// Whether the gateway lets that address in.
    your_address_admitted: bool,
    entries: Vec<EntryBody>,
}

/// [`list`]
pub(crate) const LIST: Operation = Operation::new("listWhitelist", "A project's whitelist")
    .about("The addresses from which its clusters may be used; without any entry, all.")
    .may("owners of the project and of the organization")
    .path(&[PROJECT_ID])
    .query(&[PAGE_SIZE_FROM_5, CURRENT_PAGE])
    .answers::<WhitelistBody>()
    .refuses(&[403, 404]);

/// The whitelist of a project.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Signed(caller): Signed,
    Target(project): Target<ProjectId>,
    mut query: Query,
) -> Result<impl IntoResponse, Problem> {
    let page = query.page(5..=100)?;
    query.finish()?;
    let found = app.see(move |desk| whitelist::list(desk, &caller, project)).await?;
    let (number, size) = (page.number(), page.size());
    let skipped = usize::try_from(u64::from(number - 1) * u64::from(size)).unwrap_or(usize::MAX);
    let shown = found.entries.iter().skip(skipped).take(size as usize);
    let body = WhitelistBody {
        count: found.entries.len(),
        current_page: number,
        page_size: size,
        your_address_admitted: found.admits_you(),
        your_address: found.your_address.map(|own| own.to_string()),
        entries: shown.map(EntryBody::from).collect(),
    };
    Ok((tag(found.revision), Answer::ok(body)))
}
