//! Fills a founded installation through the store, ten thousand keys a commit.
//!
//! Like a grown installation: the first project has a tenth of all keys, some of which were used;
//! every hundredth project has a cluster, one key in ten ends some day,
//! one in twenty has a list of addresses, and one in ten of those with a cluster names it.

use crate::Result;
use model::actor::Standing;
use model::cluster::UpstreamAddress;
use model::entropy::SequenceEntropy;
use model::life::Term;
use model::name::{ClusterName, Description, KeyName, ProjectName};
use model::policy::{Resource, decide};
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::usage::{ClientLabel, LastUse, UsageBatch};
use model::{
    AccessRole, Action, Actor, AddressBlock, AddressList, ApiKey, AuditEvent, ClusterId, Entropy,
    GatewayId, KeyId, OrganizationId, Permit, ProjectId, Timestamp,
};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use store::clusters::{ClusterEngine, NewCluster};
use store::keys::{Creator, KeyKind, NewKey};
use store::projects::NewProject;
use store::{MasterKey, Store, Vault, Work, clusters, keys, organizations, projects, usage};
use testkit::clock::WallClock;

/// Keys in one commit.
const BATCH: u32 = 10_000;
/// One project in so many has a cluster.
const WITH_CLUSTER: u32 = 100;
/// How far ahead keys end.
const YEAR_MILLIS: i64 = 365 * 24 * 60 * 60 * 1000;

/// How much.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) keys: u32,
    pub(crate) projects: u32,
}

/// What came of it.
pub(crate) struct Seeded {
    /// Every project.
    pub(crate) projects: Vec<String>,
    /// How many keys the first of them has.
    pub(crate) keys_of_large: u32,
    /// A key of a project with a cluster.
    pub(crate) key: String,
}

/// Fills the installation in the data folder, which nobody serves.
pub(crate) fn fill(data: &Path, upstream: SocketAddr, size: Size) -> Result<Seeded> {
    let vault = Vault::new(&MasterKey::load(&data.join("master.key"))?);
    let entropy: Arc<dyn Entropy> = Arc::new(SequenceEntropy::new(3));
    let store = Store::open(data, vault, Arc::new(WallClock), Arc::clone(&entropy))?;
    let organization = store.read(organizations::first)?.ok_or("nothing was founded")?.id;
    let resource = Resource::Organization(organization);
    let permit = decide(&Actor::Operator, Standing::NONE, Action::CreateProject, resource)
        .map_err(|_| "the operator may not make projects")?;
    let uri = UpstreamAddress::parse(&upstream.to_string())?;
    let large = (size.keys / 10).max(1);
    let each = ((size.keys - large) / size.projects.saturating_sub(1).max(1)).max(1);
    let (made, used) = (Vec::new(), Vec::new());
    let mut filler =
        Filler { organization, uri, entropy, permit, each, large, made, used, key: None };
    let step = (BATCH / each).max(1);
    let mut number = 0;
    while number < size.projects {
        let upto = size.projects.min(number + step);
        let _committed = store.write(|work| filler.batch(work, number..upto))?;
        number = upto;
    }
    let batch = UsageBatch { counts: Vec::new(), last: filler.used };
    usage::record(&store, GatewayId::generate(&*filler.entropy), 1, &batch)?;
    Ok(Seeded {
        projects: filler.made,
        keys_of_large: large,
        key: filler.key.ok_or("no key was made")?,
    })
}

struct Filler {
    organization: OrganizationId,
    uri: UpstreamAddress,
    entropy: Arc<dyn Entropy>,
    permit: Permit,
    /// Keys of each project.
    each: u32,
    /// Keys of the first one.
    large: u32,
    made: Vec<String>,
    /// When the keys that were used were used last.
    used: Vec<(KeyId, LastUse)>,
    key: Option<String>,
}

impl Filler {
    fn batch(
        &mut self,
        work: &mut Work<'_>,
        numbers: std::ops::Range<u32>,
    ) -> std::result::Result<((), AuditEvent), model::Error> {
        for number in numbers {
            self.project(work, number)?;
        }
        Ok(((), AuditEvent::done(self.permit.clone(), "seeded projects")))
    }

    fn project(
        &mut self,
        work: &mut Work<'_>,
        number: u32,
    ) -> std::result::Result<(), model::Error> {
        let id = ProjectId::generate(&*self.entropy);
        let name = ProjectName::new(&format!("project-{number}"))?;
        projects::insert(work, NewProject { id, organization: self.organization, name })?;
        let with_cluster = number.is_multiple_of(WITH_CLUSTER);
        let cluster = with_cluster.then(|| self.cluster(work, id)).transpose()?;
        let keys = if number == 0 { self.large } else { self.each };
        for place in 0..keys {
            let key = ApiKey::generate(KeyId::generate(&*self.entropy), &*self.entropy);
            if number == 0 && place.is_multiple_of(3) {
                let at = Timestamp::from_millis(work.now().millis() - i64::from(place));
                let (from, client) = (Ipv4Addr::LOCALHOST.into(), ClientLabel::new(b"seeded"));
                self.used.push((key.id(), LastUse { at, from, client }));
            }
            let clusters = match cluster {
                Some(one) if place % 10 == 9 => ClusterScope::Only([one].into()),
                _ => ClusterScope::All,
            };
            let new = self.new_key(work.now(), id, clusters, place)?;
            keys::insert(work, &key, new)?;
            if cluster.is_some() && self.key.is_none() {
                self.key = Some(key.expose().to_owned());
            }
        }
        self.made.push(id.to_string());
        Ok(())
    }

    fn cluster(
        &self,
        work: &mut Work<'_>,
        project: ProjectId,
    ) -> std::result::Result<ClusterId, model::Error> {
        let new = NewCluster {
            id: ClusterId::generate(&*self.entropy),
            project,
            name: ClusterName::new("one")?,
            description: Description::new("")?,
            engine: ClusterEngine::Attached(self.uri.clone()),
            credential: None,
            port: None,
        };
        Ok(clusters::insert(work, new)?.id)
    }

    fn new_key(
        &self,
        now: Timestamp,
        project: ProjectId,
        clusters: ClusterScope,
        place: u32,
    ) -> std::result::Result<NewKey, model::Error> {
        let role =
            if place.is_multiple_of(2) { AccessRole::ReadWrite } else { AccessRole::ReadOnly };
        let grant = ProjectGrant { project, role, clusters, data: DataScope::default() };
        let mut new = NewKey::plain(
            self.organization,
            KeyKind::Project(grant),
            KeyName::new(&format!("service-{}", u64::from(place) * 7919 % u64::from(self.large)))?,
            Description::new("seeded")?,
            Creator { id: "operator".to_owned(), name: "operator".to_owned() },
        );
        new.is_default = place == 0;
        if place % 10 == 5 {
            let end = now.millis() + YEAR_MILLIS + i64::from(place);
            new.life.term = Term::Until(Timestamp::from_millis(end));
        }
        if place % 20 == 7 {
            let block: AddressBlock = "10.0.0.0/8".parse()?;
            new.sources = AddressList::new([block]);
        }
        Ok(new)
    }
}
