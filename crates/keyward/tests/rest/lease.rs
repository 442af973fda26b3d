//! The end of a gateway's lease over REST: an answer that is ready, or half written, goes no
//! further, even if the thread that writes it stood still and nothing has told it of the end.

use crate::client::Client;
use crate::engine::Engine;
use crate::fence::{LARGE, play};
use gateway::lease::{Alarm, BootClock};
use gateway::{Applied, Config, Gateway, Lease, LeaseClock, Limits, Roots};
use model::change::{KeyAccess, KeyLimits};
use model::cluster::{ClusterRoute, Service, UpstreamAddress};
use model::entropy::SequenceEntropy;
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{
    AccessRole, ApiKey, Change, Clock, ClusterId, DigestKey, GatewayId, KeyId, OrganizationId,
    ProjectId, Revision,
};
use serde_json::json;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use testkit::clock::WallClock;

const LENGTH: Duration = Duration::from_hours(1);

/// A clock that leaps by hours, and whose alarms are not heard of by that.
#[derive(Debug, Default)]
struct Leaping(AtomicU64);

impl LeaseClock for Leaping {
    fn since_boot(&self) -> Duration {
        Duration::from_hours(self.0.load(Ordering::SeqCst)) + BootClock.since_boot()
    }

    fn alarm(&self) -> io::Result<Box<dyn Alarm>> {
        BootClock.alarm()
    }
}

/// A gateway with a lease, the façade on its port, and one key.
struct Leased {
    gateway: Gateway,
    lease: Arc<Lease>,
    clock: Arc<Leaping>,
    key: ApiKey,
}

impl Leased {
    fn before(engine: SocketAddr) -> Self {
        let entropy = SequenceEntropy::new(5);
        let digest_key = DigestKey::new(&[5; 32]);
        let clock = Arc::new(Leaping::default());
        let lease = Arc::new(Lease::new(Arc::clone(&clock) as _).unwrap());
        let config = Config {
            id: GatewayId::generate(&entropy),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            workers: 1,
            access_log: None,
            roots: Roots::default(),
            desk: None,
            rest: Some(keyward::wiring::rest_door().unwrap()),
            lease: Some(Arc::clone(&lease)),
            limits: Limits::default(),
        };
        let wall: Arc<dyn Clock> = Arc::new(WallClock);
        let gateway = Gateway::start(config, &digest_key, &wall).unwrap();
        let project = ProjectId::generate(&entropy);
        let route = ClusterRoute {
            id: ClusterId::generate(&entropy),
            project,
            organization: OrganizationId::generate(&entropy),
            upstream: Some(UpstreamAddress::parse(&engine.to_string()).unwrap()),
            credential: None,
            port: None,
            service: Service::Open,
        };
        let key = ApiKey::generate(KeyId::generate(&entropy), &entropy);
        let (role, clusters) = (AccessRole::Admin, ClusterScope::All);
        let data = DataScope::default();
        let reach = KeyReach::Project(ProjectGrant { project, role, clusters, data });
        let (id, digest) = (key.id(), key.digest(&digest_key));
        let access = KeyAccess { id, digest, reach, limits: KeyLimits::default() };
        let content = [Change::ClusterPut(route), Change::KeyPut(access)];
        assert_eq!(gateway.load(Revision::new(1), &content), Applied::Confirmed);
        Self { gateway, lease, clock, key }
    }

    fn extend(&self) {
        self.lease.extend(self.lease.stamp(), LENGTH).unwrap();
    }

    fn client(&self) -> Client {
        Client::connect(self.gateway.local_addr())
    }

    /// What a new client hears: the status and the text.
    fn hears(&self) -> (u16, String) {
        let named = json!({ "collectionName": "books" });
        let (status, answer) = self.client().ask(self.key.expose(), "collections/has", &named);
        (status, answer["message"].as_str().unwrap_or_default().to_owned())
    }
}

#[test]
fn an_answer_in_the_facades_hands_goes_no_further_when_the_lease_is_over() {
    let engine = Engine::play(play);
    let leased = Leased::before(engine.address);
    let (status, text) = leased.hears();
    assert!(status == 503 && text.contains("lost touch with its control plane"), "{text}");
    leased.extend();
    assert_eq!(leased.hears().0, 200);
    let mut client = leased.client();
    let query = json!({ "collectionName": "books", "filter": "" });
    client.send(leased.key.expose(), "entities/query", &query);
    let (status, length) = client.head();
    assert!(status == 200 && length > LARGE, "{status} {length}");
    leased.clock.0.fetch_add(1, Ordering::SeqCst);
    let read = client.read_to_the_end();
    assert!(read < length, "all of the answer came after the end of the lease");
    let (status, text) = leased.hears();
    assert!(status == 503 && text.contains("lost touch with its control plane"), "{text}");
    leased.extend();
    assert_eq!(leased.hears().0, 200);
    leased.gateway.shutdown(Duration::ZERO);
}
