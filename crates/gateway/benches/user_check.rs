//! What deciding one call of a cluster's user costs, at 1,000 grants: the names alone, and all
//! steps from the head on with the digest of the password.

use base64::Engine;
use criterion::{Criterion, criterion_group, criterion_main};
use gateway::passwords;
use gateway::path::{Decision, Head, Means, Origin, Permit, decide};
use gateway::table::{AccessTable, View};
use milvus::rpc::Rpc;
use milvus::scan::Scanner;
use model::change::{ClusterRoleAccess, ClusterUserAccess};
use model::cluster::{ClusterRoute, Service, UpstreamAddress};
use model::cluster_role::{ClusterRoleName, RoleRef};
use model::cluster_user::{ClusterUserName, PasswordVerifier};
use model::entropy::SequenceEntropy;
use model::grant::{DataGrant, NameChoice};
use model::privilege::{Privilege, PrivilegeSet};
use model::{
    Change, ClusterId, ClusterRoleId, ClusterUserId, DigestKey, OrganizationId, ProjectId,
    Revision, SecretText, Timestamp,
};
use std::hint::black_box;
use std::sync::Arc;

/// Grants of the user, each on another collection of one of ten databases.
const GRANTS: usize = 1000;
const PASSWORD: &[u8] = b"Correct-horse-1";

/// A failure has no place in a benchmark: what it measures would not be what it says.
fn known<T>(value: Option<T>) -> T {
    value.unwrap_or_else(|| std::process::exit(1))
}

fn grant(number: usize) -> DataGrant {
    DataGrant {
        database: known(NameChoice::new(&format!("database_{}", number % 10)).ok()),
        collection: known(NameChoice::new(&format!("collection_{number}")).ok()),
        privileges: PrivilegeSet::EMPTY.with(Privilege::Search).with(Privilege::Query),
    }
}

/// A table with one user who has the grants and whose password is known.
fn table(digest_key: &DigestKey) -> View {
    let entropy = SequenceEntropy::new(1);
    let cluster = ClusterId::generate(&entropy);
    let role = ClusterRoleId::generate(&entropy);
    let verifier = SecretText::new("$argon2id$v=19$unused".to_owned());
    let table = Arc::new(AccessTable::new());
    table.apply(
        Revision::new(1),
        &[
            Change::ClusterPut(ClusterRoute {
                id: cluster,
                project: ProjectId::generate(&entropy),
                organization: OrganizationId::generate(&entropy),
                upstream: UpstreamAddress::parse("localhost:1").ok(),
                credential: None,
                port: None,
                service: Service::Open,
            }),
            Change::ClusterRolePut(ClusterRoleAccess {
                id: role,
                cluster,
                name: known(ClusterRoleName::new("reader").ok()),
                grants: (0..GRANTS).map(grant).collect(),
            }),
            Change::ClusterUserPut(ClusterUserAccess {
                id: ClusterUserId::generate(&entropy),
                cluster,
                name: known(ClusterUserName::new("alice").ok()),
                verifier: known(PasswordVerifier::from_phc(verifier).ok()),
                roles: [RoleRef::Custom(role)].into(),
            }),
        ],
    );
    let view = View::new(table);
    let user = known(view.user(cluster, b"alice").cloned());
    let key = passwords::digest_key(digest_key);
    user.proof.remember(passwords::digest(&key, cluster, b"alice", PASSWORD));
    view
}

fn head() -> Head {
    let token = base64::engine::general_purpose::STANDARD.encode([b"alice:", PASSWORD].concat());
    let mut head = Head::default();
    for (name, value) in [
        (":method", "POST"),
        (":path", Rpc::Search.row().path),
        (":authority", "localhost:19530"),
        ("content-type", "application/grpc"),
        ("authorization", token.as_str()),
        ("dbname", "database_7"),
    ] {
        head.push(name.as_bytes(), value.as_bytes());
    }
    head
}

fn decided(head: &Head, view: &View, means: &Means) -> Option<Permit> {
    let address = std::net::Ipv4Addr::LOCALHOST.into();
    let origin = Origin { port: 19530, address, now: Timestamp::from_millis(0) };
    match decide(head, origin, view, means) {
        Ok(Decision::Allowed(permit)) => Some(permit),
        Ok(Decision::Unproven(_)) | Err(_) => None,
    }
}

fn user_check(c: &mut Criterion) {
    let digest_key = DigestKey::new(&[7; 32]);
    let view = table(&digest_key);
    let means = Means::new(digest_key, false);
    let head = head();
    let permit = known(decided(&head, &view, &means));
    let name = b"collection_777";
    let message = [&[3 << 3 | 2, 14][..], name].concat();
    let mut scanner = Scanner::new(&Rpc::Search.row().fields);
    let body = [&[0, 0, 0, 0, 16][..], &message].concat();
    known(scanner.feed(&body).ok());
    let names = known(scanner.finish().ok());
    c.bench_function("names of a user's call, 1000 grants", |b| {
        b.iter(|| assert!(permit.admit(black_box(&names), black_box(b"database_7")).is_ok()));
    });
    c.bench_function("refused names of a user's call, 1000 grants", |b| {
        b.iter(|| assert!(permit.admit(black_box(&names), black_box(b"database_8")).is_err()));
    });
    c.bench_function("user's call from head to permit, 1000 grants", |b| {
        b.iter(|| assert!(decided(black_box(&head), &view, &means).is_some()));
    });
}

criterion_group!(benches, user_check);
criterion_main!(benches);
