//! The gateway alone, with generated keys and all that a real one does: limits, timeouts, access
//! log and counters.

use crate::{Result, wait_for_parent};
use gateway::{Applied, Config, Gateway, Limits};
use model::change::{KeyAccess, KeyLimits};
use model::cluster::{ClusterRoute, Service, UpstreamAddress};
use model::entropy::SequenceEntropy;
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{
    AccessRole, Change, Clock, ClusterId, DigestKey, GatewayId, OrganizationId, ProjectId,
};
use model::{Revision, SecretText};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;
use testkit::clock::WallClock;
use testkit::keys::generated;

/// Keys given to the gateway at a time, as a feed does.
const BATCH: usize = 1000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many generated keys to let in
    #[arg(long)]
    keys: usize,
    /// The engine behind it
    #[arg(long)]
    upstream: SocketAddr,
    /// What the gateway signs in with there
    #[arg(long)]
    credential: String,
    /// File of the access log
    #[arg(long)]
    access_log: PathBuf,
    /// Worker threads
    #[arg(long, default_value_t = 1)]
    workers: usize,
}

pub(crate) fn run(args: Args) -> Result<()> {
    let entropy = SequenceEntropy::new(2);
    let project = ProjectId::generate(&entropy);
    let route = ClusterRoute {
        id: ClusterId::generate(&entropy),
        project,
        organization: OrganizationId::generate(&entropy),
        upstream: Some(UpstreamAddress::parse(&args.upstream.to_string())?),
        credential: Some(SecretText::new(args.credential)),
        port: None,
        service: Service::Open,
    };
    let config = Config {
        id: GatewayId::generate(&entropy),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        workers: args.workers,
        access_log: Some(args.access_log),
        roots: gateway::Roots::default(),
        desk: None,
        rest: None,
        lease: None,
        limits: Limits::default(),
    };
    let digest_key = DigestKey::new(&[7; 32]);
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    let gateway = Gateway::start(config, &digest_key, &clock)?;
    let mut revision = 1;
    let mut confirmed = gateway.load(Revision::new(revision), &[Change::ClusterPut(route)]);
    let mut batch = Vec::with_capacity(BATCH);
    let mut keys = generated(args.keys).map(|key| {
        Change::KeyPut(KeyAccess {
            id: key.id(),
            digest: key.digest(&digest_key),
            reach: KeyReach::Project(ProjectGrant {
                project,
                role: AccessRole::ReadWrite,
                clusters: ClusterScope::All,
                data: DataScope::default(),
            }),
            limits: KeyLimits::default(),
        })
    });
    loop {
        batch.clear();
        batch.extend(keys.by_ref().take(BATCH));
        if batch.is_empty() || confirmed != Applied::Confirmed {
            break;
        }
        revision += 1;
        confirmed = gateway.apply(Revision::new(revision), &batch);
    }
    drop(keys);
    if confirmed != Applied::Confirmed {
        return Err("the gateway did not take its keys".into());
    }
    println!("{}", gateway.local_addr());
    let (bell, rung) = mpsc::sync_channel(1);
    let ended = bell.clone();
    // A bell that is still ringing needs no second stroke.
    gateway.on_crowded_usage(move || drop(bell.try_send(Told::Crowded)));
    thread::scope(|scope| {
        let gateway = &gateway;
        scope.spawn(move || take_usage(gateway, &rung));
        wait_for_parent();
        drop(ended.send(Told::Ended));
    });
    gateway.shutdown(Duration::from_secs(1));
    Ok(())
}

/// Why usage is taken before its time, or no more.
enum Told {
    Crowded,
    Ended,
}

/// Takes what keys did as often as Keyward does, and drops it.
fn take_usage(gateway: &Gateway, told: &mpsc::Receiver<Told>) {
    loop {
        match told.recv_timeout(Duration::from_secs(10)) {
            Ok(Told::Crowded) | Err(mpsc::RecvTimeoutError::Timeout) => drop(gateway.usage()),
            Ok(Told::Ended) | Err(mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
}
