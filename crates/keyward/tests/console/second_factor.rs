//! What somebody sees whose organizations do not all let them in with a password alone.

use crate::system::System;
use ureq::http::StatusCode;

#[test]
fn an_organization_that_asks_for_more_keeps_nobody_from_the_others() {
    let system = System::start();
    let (bystander, organization) = (&system.bystander, system.filled("{organization}"));
    let database = rusqlite::Connection::open(system.data().join("keyward.db")).unwrap();
    let enlist = "INSERT INTO organization_members (organization_id, user_id, role, created_at) \
                  SELECT id, ?1, 'Member', 1 FROM organizations WHERE name = 'Else'";
    assert_eq!(database.execute(enlist, [&bystander.id]).unwrap(), 1);
    let ask = "UPDATE organizations SET require_second_factor = 1 WHERE id = ?1";
    assert_eq!(database.execute(ask, [&organization]).unwrap(), 1);

    let (answer, text) = system.get(Some(bystander), "/");
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(text.contains("Asks for a second factor"), "{text}");
    assert!(text.contains("href=\"/console/account\">add one to your account"), "{text}");
    let link = |id: &str| format!("href=\"/console/organizations/{id}\"");
    assert!(!text.contains(&link(&organization)), "{text}");
    let other = "SELECT id FROM organizations WHERE name = 'Else'";
    let other: String = database.query_row(other, [], |row| row.get(0)).unwrap();
    assert!(text.contains(&link(&other)), "{text}");
    let (answer, _) = system.get(Some(bystander), &format!("/organizations/{other}"));
    assert_eq!(answer.status(), StatusCode::OK);
    // Whoever goes there all the same is told why not.
    let (answer, text) = system.get(Some(bystander), &format!("/organizations/{organization}"));
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(text.contains("second factor"), "{text}");
    // The account is open, or nobody could add one.
    assert_eq!(system.get(Some(bystander), "/account").0.status(), StatusCode::OK);
    system.stop();
}
