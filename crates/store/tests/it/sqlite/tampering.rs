//! Somebody with the database file and without the master key.

use super::Folder;
use crate::ground::{Ground, Home, vault};
use model::scope::ClusterScope;
use model::{AccessRole, ErrorKind, SecretText};
use rusqlite::Connection;
use std::fs;
use store::audit::{self, Verification};
use store::{clusters, keys};

#[test]
fn every_kind_of_tampering_with_the_trail_shows() {
    let alter = "UPDATE audit SET detail = 'nothing to see' WHERE number = 4";
    let newest = "UPDATE store_state SET audit_number = 6, audit_hash = \
                  (SELECT hash FROM audit WHERE number = 6)";
    for (sql, number) in [
        (alter, 4),
        ("UPDATE audit SET revision = NULL WHERE number = 4", 4),
        ("UPDATE audit SET state_after = '{}' WHERE number = 4", 4),
        ("UPDATE audit SET number = 9 WHERE number = 7", 7),
        ("UPDATE audit SET id = 'nonsense' WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 7", 7),
        (&format!("DELETE FROM audit WHERE number = 7; {newest}"), 7),
        ("DELETE FROM audit; UPDATE store_state SET audit_number = 0", 1),
        (
            "INSERT INTO audit (number, id, at, revision, actor, user_id, action, resource, \
          organization_id, project_id, outcome, rule, address, detail, hash) SELECT 8, 'aud-aaaaaaaaaaaaaaaaaaaaaa', at, revision, actor, \
          user_id, action, resource, organization_id, project_id, outcome, rule, address, \
          detail, hash FROM audit WHERE number = 7",
            8,
        ),
    ] {
        let folder = Folder::new();
        let home = Home::new(&folder);
        (0..5).for_each(|_| drop(home.insert_key("key")));
        assert_eq!(home.read(audit::verify), Verification::Intact { records: 7 });
        Connection::open(folder.database()).unwrap().execute_batch(sql).unwrap();
        match home.read(audit::verify) {
            Verification::Broken { number: found, .. } => assert_eq!(found, number, "{sql}"),
            Verification::Intact { .. } => panic!("not noticed: {sql}"),
        }
    }
}

#[test]
fn a_sealed_copy_moved_to_another_row_does_not_open() {
    let folder = Folder::new();
    let home = Home::new(&folder);
    let [one, two] = ["one", "two"].map(|name| home.insert_key(name).into_value().id);
    Connection::open(folder.database())
        .unwrap()
        .execute(
            "UPDATE keys SET sealed = (SELECT sealed FROM keys WHERE id = ?1) WHERE id = ?2",
            [one.to_string(), two.to_string()],
        )
        .unwrap();
    assert!(home.read(|reader| keys::reveal(reader, one)).is_some());
    let refused = home.store.read(|reader| keys::reveal(reader, two)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Internal);
}

#[test]
fn no_secret_is_in_the_files() {
    let folder = Folder::new();
    let home = Home::new(&folder);
    let key = home.api_key();
    let kind = home.grant(AccessRole::Admin, ClusterScope::All);
    let mut cluster = home.new_cluster("one", None);
    cluster.credential = Some(SecretText::new("root:hunter2-hunter2".to_owned()));
    let _ = home.write(|work| clusters::insert(work, cluster)).unwrap();
    let _ = home.insert(&key, home.new_key("one", kind));
    let token = SecretText::new("session-token-session-token".to_owned());
    let user = home.insert_user("ada@example.com");
    let codes = home.insert_secrets_of(user, &token);

    let random = &key.expose()[21..48];
    let secrets = [random, "hunter2", token.expose(), codes.expose(), "12345678901234567890"];
    let mut found_name = false;
    for file in fs::read_dir(folder.path()).unwrap() {
        let content = fs::read(file.unwrap().path()).unwrap();
        let holds = |text: &str| content.windows(text.len()).any(|part| part == text.as_bytes());
        for secret in secrets {
            assert!(!holds(secret), "a file holds {secret:?}");
        }
        found_name |= holds("ada@example.com");
    }
    assert!(found_name, "the files were searched where the rows are");
    drop(folder.open(vault()));
}
