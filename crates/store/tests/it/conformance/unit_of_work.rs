//! A change is whole or absent.

use crate::ground::{Ground, Home, event, refusal, vault};
use model::policy::Resource;
use model::scope::ClusterScope;
use model::{AccessRole, Action, Error, ErrorKind, Revision};
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::audit::{self, AuditFilter, Verification};
use store::keys::KeyFilter;
use store::{MasterKey, Vault, keys, projects};

use crate::ground::page;

pub(crate) fn a_change_commits_whole(ground: &dyn Ground) {
    let home = Home::new(ground);
    let before = home.store.revision().unwrap();
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let committed = home.insert(&home.api_key(), home.new_key("one", kind));

    assert_eq!(committed.revision().number(), before.number() + 1);
    assert_eq!(home.store.revision().unwrap(), committed.revision());
    let key = home.read(|reader| keys::find(reader, committed.value().id));
    assert_eq!(key.as_ref(), Some(committed.value()));
    assert_eq!(key.unwrap().revision, committed.revision());
    let trail = home.read(|reader| audit::list(reader, &AuditFilter::default(), page(1, 1)));
    assert_eq!(trail.items[0].revision, Some(committed.revision()));
}

/// The state a change must leave alone: revision, keys, audit records.
fn state(home: &Home) -> (Revision, u64, Verification) {
    let keys = home.read(|reader| keys::list(reader, &KeyFilter::default(), page(1, 1)));
    let trail = home.read(audit::verify);
    (home.store.revision().unwrap(), keys.count, trail)
}

pub(crate) fn a_failed_change_leaves_no_trace(ground: &dyn Ground) {
    let home = Home::new(ground);
    let before = state(&home);
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let error = home
        .write(|work| {
            keys::insert(work, &home.api_key(), home.new_key("one", kind))?;
            Err::<(), _>(Error::invalid("changed my mind"))
        })
        .unwrap_err();
    assert_eq!(error.message(), "changed my mind");
    assert_eq!(state(&home), before);

    // A conflict in the middle takes back what came before it.
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let taken = home.new_project(model::ProjectId::generate(&*home.entropy), "default");
    home.write(|work| {
        keys::insert(work, &home.api_key(), home.new_key("one", kind))?;
        projects::insert(work, taken)
    })
    .unwrap_err();
    assert_eq!(state(&home), before);
    let _ = home.insert_key("next");
    assert_eq!(state(&home).0.number(), before.0.number() + 1);
}

pub(crate) fn a_panicking_change_leaves_no_trace(ground: &dyn Ground) {
    let home = Home::new(ground);
    let before = state(&home);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        home.write(|work| -> Result<(), Error> {
            let kind = home.grant(AccessRole::Admin, ClusterScope::All);
            keys::insert(work, &home.api_key(), home.new_key("one", kind))?;
            panic!("in the middle of a change");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(state(&home), before);
    let _ = home.insert_key("next");
}

pub(crate) fn a_refused_act_changes_nothing(ground: &dyn Ground) {
    let home = Home::new(ground);
    let before = state(&home);
    let key = home.api_key();
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let outcome = home.store.write(|work| {
        let made = keys::insert(work, &key, home.new_key("one", kind))?;
        Ok((made, refusal(Action::CreateKey, Resource::Project(home.project))))
    });
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Internal);
    assert_eq!(state(&home), before);

    let refused = refusal(Action::CreateKey, Resource::Project(home.project));
    home.store.record(&refused).unwrap();
    let after = state(&home);
    assert_eq!((after.0, after.1), (before.0, before.1));
    assert_ne!(after.2, before.2, "the refusal itself is recorded");
}

pub(crate) fn a_reader_sees_one_snapshot(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").into_value();
    home.read(|reader| {
        assert!(keys::find(reader, key.id)?.is_some());
        let gone = home.delete_key(key.id);
        assert!(gone.value().is_some());
        assert!(keys::find(reader, key.id)?.is_some(), "the snapshot holds");
        Ok(())
    });
    assert!(home.read(|reader| keys::find(reader, key.id)).is_none());
}

pub(crate) fn revisions_continue_after_reopening(ground: &dyn Ground) {
    let home = Home::new(ground);
    let last = home.insert_key("one").revision();
    let again = home.through(ground.open(vault()));
    drop(home);
    assert_eq!(again.store.revision().unwrap(), last);
    let next = again.insert_key("two").revision();
    assert_eq!(next.number(), last.number() + 1);
    assert!(matches!(again.read(audit::verify), Verification::Intact { .. }));
    let record = event(Action::ViewAudit, Resource::Project(again.project));
    again.store.record(&record).unwrap();
}

pub(crate) fn another_master_key_is_refused(ground: &dyn Ground) {
    let home = Home::new(ground);
    let id = home.insert_key("one").value().id;
    let other = Vault::new(&MasterKey::from_bytes([8; 32]));
    let refused = ground.try_open(other).unwrap_err();
    assert!(refused.message().contains("master key is not the one"));
    // The right one still opens, and the key still reveals.
    let again = home.through(ground.open(vault()));
    assert!(again.read(|reader| keys::reveal(reader, id)).is_some());
}
