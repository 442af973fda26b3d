//! Keys narrowed to some collections: the gateway itself, the unmodified SDK and a real engine.
//!
//! The gateway is given its keys directly, as the change feed does it.

use crate::support::{Lite, python};
use gateway::{Config, Gateway, Limits, Roots};
use model::change::{KeyAccess, KeyLimits};
use model::cluster::{ClusterRoute, Service, UpstreamAddress};
use model::entropy::SequenceEntropy;
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant, Selection};
use model::{
    AccessRole, ApiKey, Change, Clock, ClusterId, DigestKey, GatewayId, KeyId, OrganizationId,
    ProjectId, Revision,
};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use testkit::clock::WallClock;

#[test]
fn a_narrowed_key_does_everything_on_its_own_collections_and_nothing_on_others() {
    let engine = Lite::start();
    let entropy = SequenceEntropy::new(5);
    let digest_key = DigestKey::new(&[5; 32]);
    let config = Config {
        id: GatewayId::generate(&entropy),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        workers: 2,
        access_log: None,
        roots: Roots::default(),
        desk: None,
        rest: None,
        lease: None,
        limits: Limits::default(),
    };
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let gateway = Gateway::start(config, &digest_key, &clock).unwrap();
    let project = ProjectId::generate(&entropy);
    let address = engine.uri().replace("http://", "");
    let route = ClusterRoute {
        id: ClusterId::generate(&entropy),
        project,
        organization: OrganizationId::generate(&entropy),
        upstream: Some(UpstreamAddress::parse(&address).unwrap()),
        credential: None,
        port: None,
        service: Service::Open,
    };
    let key = |data| {
        let key = ApiKey::generate(KeyId::generate(&entropy), &entropy);
        let (role, clusters) = (AccessRole::ReadWrite, ClusterScope::All);
        let reach = KeyReach::Project(ProjectGrant { project, role, clusters, data });
        let (id, digest) = (key.id(), key.digest(&digest_key));
        let access = KeyAccess { id, digest, reach, limits: KeyLimits::default() };
        (key, Change::KeyPut(access))
    };
    let (whole, put_whole) = key(DataScope::default());
    let collections = Selection::Only(Box::new(["team_*".parse().unwrap()]));
    let (narrowed, put_narrowed) = key(DataScope { collections, ..DataScope::default() });
    let content = [Change::ClusterPut(route), put_whole, put_narrowed];
    let _ = gateway.load(Revision::new(1), &content);
    let uri = format!("http://{}", gateway.local_addr());
    let given = [("uri", &*uri), ("whole", whole.expose()), ("narrowed", narrowed.expose())];
    python("narrowed.py", &given);
    gateway.shutdown(Duration::from_secs(1));
}
