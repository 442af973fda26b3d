//! The audit trail names what it is about, and shows that it is whole.

use crate::ground::{Ground, Home, event, page, refusal};
use model::Action;
use model::policy::Resource;
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
