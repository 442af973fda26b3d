//! Every message against the bytes that pymilvus 3.0.2 makes of it.

use super::*;
use crate::message::common::Status;
use crate::message::{DecodeError, Message};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Reads the bytes, and checks that writing gives them again.
fn read<M: Message + Default>(hex: &str) -> M {
    let bytes = bytes(hex);
    let message = M::decode(bytes.as_slice()).unwrap();
    assert_eq!(message.encode_to_vec(), bytes);
    message
}

fn role(name: &str) -> RoleEntity {
    RoleEntity { name: name.to_owned(), description: String::new() }
}

fn privilege(name: &str) -> PrivilegeEntity {
    PrivilegeEntity { name: name.to_owned() }
}

fn grantor(name: &str) -> GrantorEntity {
    GrantorEntity {
        user: Some(UserEntity { name: "root".to_owned() }),
        privilege: Some(privilege(name)),
    }
}

fn grant() -> GrantEntity {
    GrantEntity {
        role: Some(role("reader")),
        object: Some(ObjectEntity { name: "Collection".to_owned() }),
        object_name: "books".to_owned(),
        grantor: Some(grantor("Search")),
        db_name: "library".to_owned(),
    }
}

#[test]
fn credentials() -> Result<(), DecodeError> {
    // Two fields that nobody reads are skipped: who sent it, and when.
    let create = CreateCredentialRequest::decode(
        bytes(
            "0a0508dc0b100712036164611a105547467a63336476636d517849513d3d200932086f66\
         206d61746873",
        )
        .as_slice(),
    )?;
    assert_eq!(create.username, "ada");
    assert_eq!(create.password, "UGFzc3dvcmQxIQ==");
    assert_eq!(create.description.as_deref(), Some("of maths"));
    let update: UpdateCredentialRequest = read("12036164611a046232786b2204626d56333a00");
    assert_eq!((&*update.username, &*update.old_password), ("ada", "b2xk"));
    assert_eq!((&*update.new_password, update.description.as_deref()), ("bmV3", Some("")));
    let update: UpdateCredentialRequest = read("12036164611a046232786b2204626d5633");
    assert_eq!(update.description, None);
    let delete = DeleteCredentialRequest::decode(bytes("0a0308de0b1203616461").as_slice())?;
    assert_eq!(delete.username, "ada");
    let list: ListCredUsersResponse = read("0a0012036164611203626f62");
    assert_eq!((list.status, list.usernames.len()), (Some(Status::success()), 2));
    Ok(())
}

#[test]
fn what_holds_a_password_prints_nothing_of_it() {
    let create: CreateCredentialRequest = read("12036164611a105547467a63336476636d517849513d3d");
    assert_eq!(format!("{create:?}"), "CreateCredentialRequest");
    let update: UpdateCredentialRequest = read("12036164611a046232786b2204626d5633");
    assert_eq!(format!("{update:?}"), "UpdateCredentialRequest");
    let restore: RestoreRbacRequest = read(
        "126c0a150a036164611204686173681a080a0672656164657212080a067265616465721a\
         3c0a080a06726561646572120c0a0a436f6c6c656374696f6e1a05626f6f6b7322120a06\
         0a04726f6f7412080a065365617263682a076c696272617279220b0a0973656172636865\
         7273",
    );
    assert!(!format!("{restore:?}").contains("hash"));
}

#[test]
fn roles() {
    let create: CreateRoleRequest = read("120f0a0672656164657212057265616473");
    let entity = create.entity.unwrap();
    assert_eq!((&*entity.name, &*entity.description), ("reader", "reads"));
    let alter: AlterRoleRequest = read("12067265616465721a0a7265616473206d6f7265");
    assert_eq!((&*alter.role_name, &*alter.description), ("reader", "reads more"));
    let drop: DropRoleRequest = read("12067265616465721801");
    assert_eq!((&*drop.role_name, drop.force_drop), ("reader", true));
    let add: OperateUserRoleRequest = read("12036164611a06726561646572");
    assert_eq!((&*add.username, &*add.role_name), ("ada", "reader"));
    assert_eq!(add.operation, operation::ADD);
    let remove: OperateUserRoleRequest = read("12036164611a067265616465722001");
    assert_eq!(remove.operation, operation::REMOVE);
}

#[test]
fn lookups() {
    let one: SelectRoleRequest = read("12080a067265616465721801");
    assert_eq!((one.role, one.include_user_info), (Some(role("reader")), true));
    let all: SelectRoleRequest = read("");
    assert_eq!((all.role, all.include_user_info), (None, false));
    let roles: SelectRoleResponse =
        read("0a0012180a0f0a067265616465721205726561647312050a03616461");
    assert_eq!(roles.results[0].role.as_ref().unwrap().description, "reads");
    assert_eq!(roles.results[0].users[0].name, "ada");
    let one: SelectUserRequest = read("12050a036164611801");
    assert_eq!((&*one.user.unwrap().name, one.include_role_info), ("ada", true));
    let users: SelectUserResponse = read(
        "0a0012250a050a0361646112080a0672656164657212080a067075626c69631a086f6620\
         6d61746873",
    );
    assert_eq!(users.results[0].roles, [role("reader"), role("public")]);
    assert_eq!(users.results[0].description, "of maths");
}

#[test]
fn grants() {
    let request: OperatePrivilegeRequest = read(
        "123c0a080a06726561646572120c0a0a436f6c6c656374696f6e1a05626f6f6b7322120a\
         060a04726f6f7412080a065365617263682a076c696272617279",
    );
    assert_eq!((request.entity, request.operation), (Some(grant()), operation::ADD));
    let request: OperatePrivilegeRequest = read(
        "123c0a080a06726561646572120c0a0a436f6c6c656374696f6e1a05626f6f6b7322120a\
         060a04726f6f7412080a065365617263682a076c696272617279180122027632",
    );
    assert_eq!((request.operation, &*request.version), (operation::REMOVE, "v2"));
    let request: OperatePrivilegeV2Request = read(
        "12080a067265616465721a1e0a060a04726f6f7412140a12436f6c6c656374696f6e5265\
         61644f6e6c7920012a076c6962726172793205626f6f6b73",
    );
    assert_eq!(request.role, Some(role("reader")));
    assert_eq!(request.grantor, Some(grantor("CollectionReadOnly")));
    assert_eq!(request.operation, operation::REMOVE);
    assert_eq!((&*request.db_name, &*request.collection_name), ("library", "books"));
    let request: SelectGrantRequest = read("12130a080a067265616465722a076c696272617279");
    let entity = request.entity.unwrap();
    assert_eq!((entity.role, &*entity.db_name), (Some(role("reader")), "library"));
    let answer: SelectGrantResponse = read(
        "0a00123c0a080a06726561646572120c0a0a436f6c6c656374696f6e1a05626f6f6b7322\
         120a060a04726f6f7412080a065365617263682a076c696272617279",
    );
    assert_eq!(answer.entities, [grant()]);
}

#[test]
fn groups() {
    let create: CreatePrivilegeGroupRequest = read("1209736561726368657273");
    let drop: DropPrivilegeGroupRequest = read("1209736561726368657273");
    assert_eq!((&*create.group_name, &*drop.group_name), ("searchers", "searchers"));
    let list: ListPrivilegeGroupsResponse =
        read("0a00121e0a0973656172636865727312080a0653656172636812070a055175657279");
    assert_eq!(list.privilege_groups[0].privileges, [privilege("Search"), privilege("Query")]);
    let operate: OperatePrivilegeGroupRequest =
        read("12097365617263686572731a080a065365617263682001");
    assert_eq!(operate.privileges, [privilege("Search")]);
    assert_eq!((&*operate.group_name, operate.operation), ("searchers", operation::REMOVE));
}

#[test]
fn backups() {
    let backup: BackupRbacResponse = read(
        "0a00126c0a150a036164611204686173681a080a0672656164657212080a067265616465\
         721a3c0a080a06726561646572120c0a0a436f6c6c656374696f6e1a05626f6f6b732212\
         0a060a04726f6f7412080a065365617263682a076c696272617279220b0a097365617263\
         68657273",
    );
    let meta = backup.rbac_meta.unwrap();
    assert_eq!((&*meta.users[0].user, &*meta.users[0].password), ("ada", "hash"));
    assert_eq!(meta.users[0].roles, [role("reader")]);
    assert_eq!((meta.roles, meta.grants), (vec![role("reader")], vec![grant()]));
    assert_eq!(meta.privilege_groups[0].group_name, "searchers");
}

#[test]
fn garbage_is_refused() {
    for hex in ["ff", "1205", "1a0400", "0a0912"] {
        assert!(CreateCredentialRequest::decode(bytes(hex).as_slice()).is_err(), "{hex}");
    }
}
