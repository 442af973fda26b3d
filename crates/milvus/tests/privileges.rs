//! The privileges and roles of `model` next to the groups that Milvus itself is built with.

#![expect(clippy::unwrap_used, reason = "a test ends at what it does not expect")]

use milvus::rpc::{Class, TABLE};
use model::privilege::{Privilege, PrivilegeSet};
use model::role::AccessRole;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn data(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(file)
}

/// Every built-in group of Milvus, with what it takes from the group it extends.
fn groups() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(data("milvus-privilege-groups.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let json = json.as_object().unwrap();
    let whole = |name: &str| {
        let mut privileges = BTreeSet::new();
        let mut name = Some(name);
        while let Some(group) = name.map(|name| &json[name]) {
            let own = group["privileges"].as_array().unwrap();
            privileges.extend(own.iter().map(|privilege| privilege.as_str().unwrap().to_owned()));
            name = group["extends"].as_str();
        }
        privileges
    };
    json.keys().map(|name| (name.clone(), whole(name))).collect()
}

/// What the group has and the role has not.
fn beyond(group: &str, role: AccessRole) -> Vec<String> {
    let has =
        |privilege: &String| role.privileges().contains(Privilege::from_text(privilege).unwrap());
    groups()[group].iter().filter(|privilege| !has(privilege)).cloned().collect()
}

#[test]
fn every_privilege_of_milvus_is_known_and_no_other() {
    let mut known: BTreeSet<String> = groups().into_values().flatten().collect();
    let mut reader = csv::Reader::from_path(data("milvus-rpcs.csv")).unwrap();
    let column = reader.headers().unwrap().iter().position(|name| name == "privilege").unwrap();
    for record in reader.records() {
        known.extend(record.unwrap()[column].strip_prefix("Privilege").map(str::to_owned));
    }
    let ours: BTreeSet<String> =
        Privilege::ALL.iter().map(|privilege| privilege.as_str().to_owned()).collect();
    assert_eq!(ours, known);
}

/// The role of the same name has all of Milvus' own group, but what Keyward answers itself.
#[test]
fn roles_hold_what_milvus_groups_of_the_same_name_hold() {
    assert!(beyond("ReadOnlyPrivilegeGroup", AccessRole::ReadOnly).is_empty());
    assert!(beyond("CollectionReadOnlyPrivileges", AccessRole::ReadOnly).is_empty());
    assert!(beyond("DatabaseReadOnlyPrivileges", AccessRole::ReadOnly).is_empty());
    assert!(beyond("ReadWritePrivilegeGroup", AccessRole::ReadWrite).is_empty());
    assert!(beyond("CollectionReadWritePrivileges", AccessRole::ReadWrite).is_empty());
    assert_eq!(beyond("DatabaseReadWritePrivileges", AccessRole::ReadWrite), ["AlterDatabase"]);
    assert_eq!(beyond("CollectionAdminPrivileges", AccessRole::ReadWrite), ["RestoreSnapshot"]);
    assert!(beyond("DatabaseAdminPrivileges", AccessRole::Admin).is_empty());
    let answered_by_keyward = [
        "BackupRBAC",
        "CreateOwnership",
        "DropOwnership",
        "ManageOwnership",
        "RestoreRBAC",
        "SelectOwnership",
        "SelectUser",
        "UpdateReplicateConfiguration",
        "UpdateUser",
    ];
    assert_eq!(beyond("AdminPrivilegeGroup", AccessRole::Admin), answered_by_keyward);
}

/// An administrator may do everything that is forwarded; and what no RPC asks for, no role holds,
/// but for the one privilege that only older versions of Milvus ask for.
#[test]
fn admin_is_everything_that_is_forwarded() {
    let forwarded = TABLE.iter().fold(PrivilegeSet::EMPTY, |set, row| match row.class {
        Class::Forward { privilege } => set.with(privilege),
        _ => set,
    });
    let all = forwarded.with(Privilege::GetLoadingProgress);
    assert_eq!(AccessRole::Admin.privileges(), all);
}

#[test]
fn each_role_holds_more_than_the_one_before() {
    for pair in AccessRole::ALL.windows(2) {
        let (less, more) = (pair[0].privileges(), pair[1].privileges());
        assert_eq!(less.union(more), more);
        assert_ne!(less, more);
    }
}
