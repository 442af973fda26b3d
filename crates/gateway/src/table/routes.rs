//! The clusters, replaced as a whole with every change of one.

use super::changes::Changes;
use hashbrown::HashMap;
use model::ClusterId;
use model::address::AddressList;
use model::cluster::{Service, UpstreamAddress};
use std::sync::Arc;

/// One cluster as the data path needs it.
#[derive(Clone)]
pub struct Route {
    /// Unique for this cluster in this configuration: a new address or credential is a new number.
    pub number: u32,
    /// The cluster.
    pub id: ClusterId,
    /// Its id as text, for logs.
    pub text: Box<str>,
    /// The table's number of its project.
    pub project: u32,
    /// The table's number of its organization.
    pub organization: u32,
    /// Where its Milvus is; `None` while an embedded engine is not running.
    pub upstream: Option<UpstreamAddress>,
    /// Host and port of its Milvus, as `:authority`; empty while there is none.
    pub authority: Box<str>,
    /// Value of the `authorization` metadata sent upstream: base64 of the service credential.
    pub authorization: Option<Box<[u8]>>,
    /// A gateway port of its own.
    pub port: Option<u16>,
    /// Whether it takes calls.
    pub service: Service,
    /// From where its project may be entered. It may change while the number stays.
    pub sources: AddressList,
    /// What may have changed on it through this gateway; the same for the cluster's whole life.
    pub changes: Arc<Changes>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Route({} #{})", self.text, self.number)
    }
}

/// All clusters, found by id, by port and by where they belong.
#[derive(Debug, Default)]
#[expect(clippy::struct_field_names, reason = "each field is a way to look up the same things")]
pub struct Routes {
    by_id: HashMap<ClusterId, Arc<Route>>,
    by_port: HashMap<u16, Arc<Route>>,
    by_project: HashMap<u32, Vec<Arc<Route>>>,
    by_organization: HashMap<u32, Vec<Arc<Route>>>,
    /// The first cluster without a port of its own, else the first one, and whether it is not the
    /// only such one.
    by_nothing: Option<(Arc<Route>, bool)>,
}

impl Routes {
    /// Builds the lookups over these clusters.
    pub fn new(routes: impl IntoIterator<Item = Arc<Route>>) -> Self {
        let mut all = Self::default();
        for route in routes {
            if let Some(port) = route.port {
                all.by_port.insert(port, route.clone());
            }
            all.by_project.entry(route.project).or_default().push(route.clone());
            all.by_organization.entry(route.organization).or_default().push(route.clone());
            match &mut all.by_nothing {
                Some((first, _)) if first.port.is_none() && route.port.is_some() => {}
                Some((first, several)) if first.port.is_none() == route.port.is_none() => {
                    *several = true;
                }
                first => *first = Some((route.clone(), false)),
            }
            all.by_id.insert(route.id, route);
        }
        all
    }

    /// The cluster with this id.
    pub fn by_id(&self, id: ClusterId) -> Option<&Arc<Route>> {
        self.by_id.get(&id)
    }

    /// The cluster that owns this gateway port.
    pub fn by_port(&self, port: u16) -> Option<&Arc<Route>> {
        self.by_port.get(&port)
    }

    /// The cluster that is meant at an address that names none, whoever asks, and whether others
    /// could be meant as well: the only one without a port of its own, else the only one.
    pub fn at_bare_address(&self) -> (Option<&Arc<Route>>, bool) {
        self.by_nothing.as_ref().map_or((None, false), |(route, several)| (Some(route), *several))
    }

    /// The clusters of a project.
    pub fn of_project(&self, project: u32) -> &[Arc<Route>] {
        self.by_project.get(&project).map_or(&[], Vec::as_slice)
    }

    /// The clusters of an organization.
    pub fn of_organization(&self, organization: u32) -> &[Arc<Route>] {
        self.by_organization.get(&organization).map_or(&[], Vec::as_slice)
    }

    /// Every cluster, in no order.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Route>> {
        self.by_id.values()
    }

    /// Every gateway port that belongs to a cluster.
    pub fn ports(&self) -> impl Iterator<Item = u16> + '_ {
        self.by_port.keys().copied()
    }
}
