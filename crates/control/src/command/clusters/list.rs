//! The clusters a caller may see.

use crate::caller::Caller;
use crate::command::organizations::home;
use crate::command::projects;
use crate::desk::Desk;
use model::{Action, Error, OrganizationId, ProjectId};
use store::clusters::Cluster;
use store::{Listed, Page, Reader, clusters};

/// Which clusters are asked for.
#[derive(Clone, Copy, Debug)]
pub struct ListClusters {
    /// Clusters of this organization; the caller's only one if none is named.
    pub organization: Option<OrganizationId>,
    /// Clusters of this project only.
    pub project: Option<ProjectId>,
    /// Which part of the list.
    pub page: Page,
}

/// The clusters the caller may see: those of one project newest first, or project by project.
///
/// # Errors
/// `NotFound` for a project the caller may not see; `Unavailable` if the store does not answer.
pub fn list(desk: &Desk, caller: &Caller, request: ListClusters) -> Result<Listed<Cluster>, Error> {
    desk.look(caller, |reader| {
        if let Some(id) = request.project {
            let _seen = projects::permitted(reader, caller, id, Action::ViewCluster)?;
            return Ok(clusters::list(reader, id, request.page)?);
        }
        let organization = home(reader, caller, request.organization)?;
        let seen = projects::all_permitted(reader, caller, organization, Action::ViewCluster)?;
        Ok(across(reader, &seen, request.page)?)
    })
}

/// One page of the clusters of several projects laid end to end.
fn across(
    reader: &Reader<'_>,
    seen: &[store::projects::Project],
    page: Page,
) -> Result<Listed<Cluster>, Error> {
    let count = seen.iter().map(|project| project.clusters).sum();
    let mut skip = u64::from(page.number() - 1) * u64::from(page.size());
    let wanted = page.size() as usize;
    let mut items = Vec::new();
    for project in seen {
        if skip >= project.clusters {
            skip -= project.clusters;
            continue;
        }
        let all = Page::new(1, Page::MAX_SIZE)?;
        let here = clusters::list(reader, project.id, all)?.items;
        let missing = wanted - items.len();
        items.extend(
            here.into_iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(missing),
        );
        skip = 0;
        if items.len() == wanted {
            break;
        }
    }
    Ok(Listed { items, count, page })
}
