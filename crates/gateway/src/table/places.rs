//! Clusters and projects in the table: their numbers, addresses and whitelists.
//!
//! Routes are replaced as a whole. A cluster that is where it was keeps its number, and with it the
//! connections to its engine, when only its project's whitelist changes.

use super::changes::Changes;
use super::routes::{Route, Routes};
use super::writer::Writer;
use super::{AccessTable, Effects};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hashbrown::{HashMap, HashSet};
use model::address::AddressList;
use model::change::ProjectAccess;
use model::cluster::{ClusterRoute, UpstreamAddress};
use model::{ClusterId, ProjectId};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

/// What a run of changes says about clusters and projects.
#[derive(Default)]
pub(super) struct Places<'c> {
    clusters: Vec<(ClusterId, Option<&'c ClusterRoute>)>,
    /// Projects whose whitelist was set, by number.
    projects: HashSet<u32>,
}

impl<'c> Places<'c> {
    pub(super) fn put_cluster(&mut self, route: &'c ClusterRoute) {
        self.clusters.push((route.id, Some(route)));
    }

    pub(super) fn remove_cluster(&mut self, id: ClusterId) {
        self.clusters.push((id, None));
    }

    pub(super) fn put_project(&mut self, writer: &mut Writer, access: &ProjectAccess) {
        self.set(writer, access.id, access.sources.clone());
    }

    pub(super) fn remove_project(&mut self, writer: &mut Writer, id: ProjectId) {
        self.set(writer, id, AddressList::default());
    }

    fn set(&mut self, writer: &mut Writer, id: ProjectId, sources: AddressList) {
        let project = writer.project(id);
        if sources.is_open() {
            writer.whitelists.remove(&id);
        } else {
            writer.whitelists.insert(id, sources);
        }
        self.projects.insert(project);
    }

    fn is_empty(&self) -> bool {
        self.clusters.is_empty() && self.projects.is_empty()
    }
}

impl AccessTable {
    pub(super) fn replace_routes(
        &self,
        writer: &mut Writer,
        places: &Places<'_>,
        effects: &mut Effects,
    ) {
        if places.is_empty() {
            return;
        }
        let before = self.current_routes();
        let mut routes: HashMap<ClusterId, Arc<Route>> =
            before.all().map(|route| (route.id, route.clone())).collect();
        for (id, change) in &places.clusters {
            let changes = routes.get(id).map(|old| Arc::clone(&old.changes)).unwrap_or_default();
            let made = change.map(|route| Arc::new(make_route(writer, route, changes)));
            let replaced = match made {
                Some(route) if routes.get(id).is_some_and(|old| same_route(old, &route)) => None,
                Some(route) => routes.insert(*id, route),
                None => routes.remove(id),
            };
            effects.routes.extend(replaced.map(|route| route.number));
        }
        let lists: HashMap<u32, AddressList> = writer.whitelists_by_number();
        for route in routes.values_mut() {
            let sources = lists.get(&route.project).cloned().unwrap_or_default();
            if places.projects.contains(&route.project) && route.sources != sources {
                effects.fenced.push(route.number);
                *route = Arc::new(Route { sources, ..Route::clone(route) });
            }
        }
        *self.routes.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(Routes::new(routes.into_values()));
        self.generation.fetch_add(1, Ordering::Release);
        effects.refresh = true;
    }
}

fn make_route(writer: &mut Writer, route: &ClusterRoute, changes: Arc<Changes>) -> Route {
    Route {
        number: writer.next_route(),
        id: route.id,
        text: route.id.to_string().into(),
        project: writer.project(route.project),
        organization: writer.organization(route.organization),
        authority: route
            .upstream
            .as_ref()
            .map_or_else(String::new, UpstreamAddress::authority)
            .into(),
        upstream: route.upstream.clone(),
        authorization: route
            .credential
            .as_ref()
            .map(|credential| STANDARD.encode(credential.expose()).into_bytes().into()),
        port: route.port,
        service: route.service,
        sources: writer.whitelists.get(&route.project).cloned().unwrap_or_default(),
        changes,
    }
}

/// Whether calls in flight on one may go on under the other, but for who may enter.
fn same_route(one: &Route, other: &Route) -> bool {
    (one.project, one.organization, one.port) == (other.project, other.organization, other.port)
        && one.upstream == other.upstream
        && one.authorization == other.authorization
        && one.service == other.service
}
