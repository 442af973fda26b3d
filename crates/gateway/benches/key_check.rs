//! What checking one key costs: base64, checksum, digest, lookup, state.

use base64::Engine;
use criterion::{Criterion, criterion_group, criterion_main};
use gateway::table::{AccessTable, View};
use milvus::metadata::Credential;
use model::change::{KeyAccess, KeyLimits};
use model::entropy::SequenceEntropy;
use model::scope::{ClusterScope, DataScope, KeyReach, ProjectGrant};
use model::{AccessRole, ApiKey, Change, DigestKey, KeyId, PresentedKey, ProjectId, Revision};
use std::hint::black_box;
use std::sync::Arc;

/// Keys whose check is measured, spread over the table.
const SAMPLE: usize = 65_536;

fn table_of(keys: usize, digest_key: &DigestKey) -> (View, Vec<String>) {
    let entropy = SequenceEntropy::new(1);
    let grant = ProjectGrant {
        project: ProjectId::generate(&entropy),
        role: AccessRole::ReadWrite,
        clusters: ClusterScope::All,
        data: DataScope::default(),
    };
    let table = Arc::new(AccessTable::new());
    let mut sample = Vec::new();
    for number in 0..keys {
        let key = ApiKey::generate(KeyId::generate(&entropy), &entropy);
        let digest = key.digest(digest_key);
        let reach = KeyReach::Project(grant.clone());
        table.apply(
            Revision::new(number as u64 + 1),
            &[Change::KeyPut(KeyAccess {
                id: key.id(),
                digest,
                reach,
                limits: KeyLimits::default(),
            })],
        );
        if number % (keys / SAMPLE).max(1) == 0 {
            sample.push(base64::engine::general_purpose::STANDARD.encode(key.expose()));
        }
    }
    (View::new(table), sample)
}

fn check(view: &View, digest_key: &DigestKey, token: &str) -> bool {
    let Ok(Credential::Key(text)) = Credential::from_grpc(token.as_bytes()) else {
        return false;
    };
    let Some(key) = PresentedKey::parse(text.as_bytes()) else {
        return false;
    };
    let Some((handle, _)) = view.verify(key, digest_key) else { return false };
    view.grant(handle).is_some()
}

fn key_check(c: &mut Criterion) {
    let digest_key = DigestKey::new(&[7; 32]);
    for keys in [1000, 1_000_000, 10_000_000] {
        let (view, sample) = table_of(keys, &digest_key);
        let mut next = 0;
        c.bench_function(&format!("key check, {keys} keys"), |b| {
            b.iter(|| {
                next = (next + 1) % sample.len();
                assert!(check(&view, &digest_key, black_box(&sample[next])));
            });
        });
    }
    let (view, _) = table_of(1000, &digest_key);
    // The form of a key, with a checksum that cannot be right for an all-zero key.
    let garbage = base64::engine::general_purpose::STANDARD.encode(format!("kw_{:0>51}", 0));
    c.bench_function("garbage refused by its checksum", |b| {
        b.iter(|| assert!(!check(&view, &digest_key, black_box(&garbage))));
    });
}

criterion_group!(benches, key_check);
criterion_main!(benches);
