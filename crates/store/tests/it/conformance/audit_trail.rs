//! The audit trail names what it is about, and shows that it is whole.

use crate::ground::{Ground, Home, event, page, refusal};
use model::actor::Standing;
use model::audit::Outcome;
use model::name::KeyName;
use model::policy::{Resource, decide};
use model::{Action, Actor, AuditEvent, Snapshot};
use store::audit::{self, AuditFilter, AuditRecord, Verification};

fn newest(home: &Home, filter: &AuditFilter) -> AuditRecord {
    let listed = home.read(|reader| audit::list(reader, filter, page(1, 1)));
    listed.items.into_iter().next().unwrap()
}

pub(crate) fn every_act_is_recorded_with_its_place(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").into_value();
    let gone = home.delete_key(key.id);
    let about = AuditFilter { resource: Some(Resource::Key(key.id)), ..AuditFilter::default() };
    let record = newest(&home, &about);
    assert_eq!((record.action.as_str(), record.outcome.as_str()), ("key.delete", "done"));
    assert_eq!(record.resource, key.id.to_string());
    assert_eq!(record.actor, "operator");
    assert_eq!(record.rule.as_deref(), Some("operator"));
    assert_eq!(record.revision, Some(gone.revision()));
    // The key is gone, and its record still says where it was.
    assert_eq!(record.organization, Some(home.organization));
    assert_eq!(record.project, Some(home.project));

    let address = "2001:db8::7".parse().unwrap();
    let refused = refusal(Action::DeleteKey, Resource::Project(home.project));
    home.store.record(&refused.from_address(Some(address))).unwrap();
    let ours = AuditFilter { organization: Some(home.organization), ..AuditFilter::default() };
    let record = newest(&home, &ours);
    assert_eq!((record.outcome.as_str(), record.rule), ("refused", None));
    assert_eq!((record.revision, record.address.as_deref()), (None, Some("2001:db8::7")));
    assert!(record.user.is_some());

    let listed = home.read(|reader| audit::list(reader, &ours, page(2, 2)));
    let numbers: Vec<u64> = listed.items.iter().map(|record| record.number).collect();
    assert_eq!(numbers, [record.number - 2, record.number - 3], "newest first");
    assert_eq!(listed.count, record.number);
}

pub(crate) fn the_trail_verifies(ground: &dyn Ground) {
    let home = Home::new(ground);
    for number in 3..=6 {
        let _ = home.insert_key("key");
        let records = home.read(audit::verify);
        assert_eq!(records, Verification::Intact { records: number });
    }
    let record = event(Action::ViewAudit, Resource::Organization(home.organization));
    home.store.record(&record).unwrap();
    assert_eq!(home.read(audit::verify), Verification::Intact { records: 7 });
}

pub(crate) fn records_are_found_by_what_they_say(ground: &dyn Ground) {
    let home = Home::new(ground);
    let key = home.insert_key("one").into_value();
    let _ = home.delete_key(key.id);
    let resource = Resource::Project(home.project);
    let address = "192.0.2.7".parse().unwrap();
    let permit = decide(&Actor::Operator, Standing::NONE, Action::UpdateKey, resource).unwrap();
    let (before, after) = (KeyName::new("a-b").unwrap(), KeyName::new("b").unwrap());
    let event = AuditEvent::done(permit, "100% Sure")
        .from_address(Some(address))
        .changed(Snapshot::none().with("name", before), Snapshot::none().with("name", after));
    home.store.record(&event).unwrap();
    let newest = newest(&home, &AuditFilter::default());
    assert_eq!(newest.before.as_deref(), Some(r#"{"name":"a-b"}"#));
    let all = AuditFilter::default;
    let search = |text: &str| AuditFilter { search: Some(text.to_owned()), ..all() };
    let action = |text: &str| AuditFilter { action: Some(text.to_owned()), ..all() };
    let (number, count) = (newest.number, |filter: &AuditFilter| {
        home.read(|reader| audit::list(reader, filter, page(1, 100))).count
    });
    for (filter, found) in [
        (search("100% sure"), 1),
        (search("100_"), 0),
        (search("A-B"), 1),
        (search("operator"), number),
        (action("key.update"), 1),
        (action("key."), number - 1),
        (action("key"), 0),
        (AuditFilter { project: Some(home.project), ..action("key.") }, number - 1),
        (AuditFilter { address: Some(address), ..all() }, 1),
        (AuditFilter { outcome: Some(Outcome::Refused), ..all() }, 0),
        (AuditFilter { actor: Some("operator".to_owned()), ..all() }, number),
        (AuditFilter { from: Some(newest.at), ..all() }, 1),
        (AuditFilter { to: Some(newest.at), ..all() }, number - 1),
        (AuditFilter { up_to: Some(2), ..all() }, 2),
    ] {
        assert_eq!(count(&filter), found, "{filter:?}");
    }
    let portion = home.read(|reader| audit::after(reader, &all(), 1, 2));
    let numbers: Vec<_> = portion.iter().map(|record| record.number).collect();
    assert_eq!(numbers, [2, 3], "oldest first, after the first one");
}
