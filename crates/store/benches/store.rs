//! How fast the store is on this machine: durable writes a second, and loading the access table.
//!
//! `cargo bench -p store` prints one line for each; an argument sets the number of keys (1 million
//! if none is given), and `postgres` takes a PostgreSQL server of the bench's own, not SQLite.

#![expect(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures time, prints, and stops at the first failure"
)]

use model::actor::Standing;
use model::entropy::SequenceEntropy;
use model::name::{ClusterName, Description, KeyName, OrganizationName, ProjectName};
use model::policy::{Resource, decide};
use model::scope::{ClusterScope, DataScope, ProjectGrant};
use model::{
    AccessRole, Action, Actor, ApiKey, AuditEvent, Change, Clock, ClusterId, Entropy, KeyId,
    OrganizationId, ProjectId, Timestamp,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use store::clusters::{ClusterEngine, NewCluster};
use store::keys::{Creator, KeyFilter, KeyKind, KeyStart, NewKey};
use store::projects::NewProject;
use store::{Database, Feed, MasterKey, PostgresAddress, Reader, Store, Vault, Work};
use store::{clusters, keys, organizations, projects};

struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

struct Bench {
    store: Store,
    entropy: Arc<dyn Entropy>,
    organization: OrganizationId,
    project: ProjectId,
}

fn main() {
    let argument = std::env::args().find_map(|argument| argument.parse::<u32>().ok());
    let count = argument.unwrap_or(1_000_000);
    let folder = tempfile::tempdir_in(".").unwrap();
    let vault = Vault::new(&MasterKey::from_bytes([7; 32]));
    let entropy: Arc<dyn Entropy> = Arc::new(SequenceEntropy::new(1));
    let clock = Arc::new(Ticking(AtomicI64::new(0)));
    let made = std::env::args().any(|argument| argument == "postgres").then(|| {
        let made = testkit::postgres::Server::shared().database();
        (PostgresAddress::parse(&made.address()).unwrap(), made)
    });
    let database = made.as_ref().map_or_else(
        || Database::Folder(folder.path().join("data")),
        |(address, _)| Database::Postgres(address.clone()),
    );
    let store = Store::open_database(&database, vault, clock, Arc::clone(&entropy)).unwrap();
    let bench = Bench {
        organization: OrganizationId::generate(&*entropy),
        project: ProjectId::generate(&*entropy),
        store,
        entropy,
    };
    let cluster = bench.begin();
    for threads in [1, 8] {
        bench.writes(threads);
    }
    bench.fill(count, cluster);
    bench.lists(count);
    bench.load(count);
    bench.follow(count);
    bench.deletes();
}

impl Bench {
    fn write<T>(&self, work: impl FnOnce(&mut Work<'_>) -> Result<T, model::Error>) -> T {
        let resource = Resource::Project(self.project);
        let permit = decide(&Actor::Operator, Standing::NONE, Action::CreateKey, resource).unwrap();
        let committed =
            self.store.write(|under_way| Ok((work(under_way)?, AuditEvent::done(permit, ""))));
        committed.unwrap().into_value()
    }

    fn begin(&self) -> ClusterId {
        let cluster = NewCluster {
            id: ClusterId::generate(&*self.entropy),
            project: self.project,
            name: ClusterName::new("one").unwrap(),
            description: Description::new("").unwrap(),
            engine: ClusterEngine::Lite,
            credential: None,
            port: None,
        };
        let project = NewProject {
            id: self.project,
            organization: self.organization,
            name: ProjectName::new("default").unwrap(),
        };
        let name = OrganizationName::new("Bench").unwrap();
        self.write(|work| {
            organizations::insert(work, self.organization, &name)?;
            projects::insert(work, project)?;
            clusters::insert(work, cluster)
        })
        .id
    }

    fn insert(
        &self,
        work: &mut Work<'_>,
        clusters: ClusterScope,
        number: u32,
    ) -> Result<(), model::Error> {
        let key = ApiKey::generate(KeyId::generate(&*self.entropy), &*self.entropy);
        let new = NewKey::plain(
            self.organization,
            KeyKind::Project(ProjectGrant {
                project: self.project,
                role: AccessRole::ReadWrite,
                clusters,
                data: DataScope::default(),
            }),
            KeyName::new(&format!("service-{number}")).unwrap(),
            Description::new("").unwrap(),
            Creator { id: "operator".to_owned(), name: "operator".to_owned() },
        );
        keys::insert(work, &key, new).map(|_| ())
    }

    /// One key a commit, for three seconds.
    fn writes(&self, threads: usize) {
        let started = Instant::now();
        let before = self.store.revision().unwrap();
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while started.elapsed() < Duration::from_secs(3) {
                        self.write(|work| self.insert(work, ClusterScope::All, 0));
                    }
                });
            }
        });
        let done = self.store.revision().unwrap().number() - before.number();
        println!(
            "{:<44}{:>10.0} /s",
            format!("durable writes, {threads} threads"),
            done as f64 / started.elapsed().as_secs_f64()
        );
    }

    /// Fills up to `count` keys; one in ten opens one cluster only.
    fn fill(&self, count: u32, cluster: ClusterId) {
        let started = Instant::now();
        for part in 0..count / 10_000 {
            self.write(|work| {
                (part * 10_000..(part + 1) * 10_000).try_for_each(|number| {
                    let scope = if number % 10 == 0 {
                        ClusterScope::Only([cluster].into())
                    } else {
                        ClusterScope::All
                    };
                    self.insert(work, scope, number)
                })
            });
        }
        let each = started.elapsed().as_secs_f64() / f64::from(count);
        println!("{:<44}{:>10.1} us", "insert a key, 10,000 a commit", each * 1e6);
    }

    /// The first page of a list that is searched or narrowed.
    fn lists(&self, count: u32) {
        let project = KeyFilter { projects: Some(vec![self.project]), ..KeyFilter::default() };
        let searched = |text: &str| {
            let search = Some(text.to_owned());
            KeyFilter { search, ..project.clone() }
        };
        let nowhere = ClusterId::from_number(1);
        for (name, filter) in [
            ("list the newest keys", project.clone()),
            ("search for what no key has", searched("nothing")),
            ("search for what one key has", searched(&(count / 2).to_string())),
            ("search for what every key has", searched("service")),
            ("search for that and what no key has", searched("service nothing")),
            ("search for that and what many have", searched("service 1")),
            (
                "list the keys of a cluster without",
                KeyFilter { cluster: nowhere, ..project.clone() },
            ),
        ] {
            let mut times: Vec<f64> = (0..200)
                .map(|_| {
                    let started = Instant::now();
                    let first = |reader: &Reader<'_>| {
                        keys::walk(reader, &filter, &KeyStart::First, 50).map(drop)
                    };
                    self.store.read(first).unwrap();
                    started.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            times.sort_by(f64::total_cmp);
            println!("{name:<44}{:>10.2} ms, p99 {:.2}", times[100], times[197]);
        }
    }

    fn load(&self, count: u32) {
        for _ in 0..3 {
            let started = Instant::now();
            let mut loaded = 0u32;
            self.store
                .load(&mut |change| loaded += u32::from(matches!(change, Change::KeyPut(_))))
                .unwrap();
            assert!(loaded >= count / 10_000 * 10_000);
            let name = format!("load {loaded} keys");
            println!("{name:<44}{:>10.3} s", started.elapsed().as_secs_f64());
        }
    }

    fn follow(&self, count: u32) {
        let newest = self.store.revision().unwrap().number();
        let before = model::Revision::new(newest - u64::from(count / 10_000).min(10));
        let started = Instant::now();
        let Feed::Changes(changes) = self.store.changes_after(before, 1_000_000).unwrap() else {
            return;
        };
        let each = started.elapsed().as_secs_f64() / changes.items.len().max(1) as f64;
        println!("{:<44}{:>10.1} us", "read one change from the feed", each * 1e6);
        let started = Instant::now();
        let newest = model::Revision::new(newest);
        for _ in 0..10_000 {
            self.store.changes_after(newest, 100).unwrap();
        }
        let each = started.elapsed().as_secs_f64() / 10_000.0;
        println!("{:<44}{:>10.1} us", "ask for changes when there are none", each * 1e6);
    }

    /// One delete a commit among all these keys.
    fn deletes(&self) {
        let mut ids = Vec::new();
        self.store
            .load(&mut |change| {
                if let Change::KeyPut(key) = change
                    && ids.len() < 2000
                {
                    ids.push(key.id);
                }
            })
            .unwrap();
        let started = Instant::now();
        for &id in &ids {
            self.write(|work| keys::delete(work, id));
        }
        let each = started.elapsed().as_secs_f64() / ids.len() as f64;
        println!("{:<44}{:>10.3} ms", "delete a key, one a commit", each * 1e3);
    }
}
