//! Requests about users and roles that nobody has: they can be read, and change nothing.

use milvus::message::Message;
use milvus::message::rbac::{
    AlterRoleRequest, CreateCredentialRequest, CreatePrivilegeGroupRequest, CreateRoleRequest,
    DeleteCredentialRequest, DropPrivilegeGroupRequest, DropRoleRequest, GrantEntity,
    GrantorEntity, ObjectEntity, OperatePrivilegeGroupRequest, OperatePrivilegeRequest,
    OperatePrivilegeV2Request, OperateUserRoleRequest, PrivilegeEntity, PrivilegeGroupInfo,
    RbacMeta, RestoreRbacRequest, RoleEntity, SelectGrantRequest, UpdateCredentialRequest,
    UserEntity, operation,
};
use milvus::rpc::Rpc;

/// A request about users or roles that can be read, and changes nothing that is there.
pub(crate) fn about_nobody(rpc: Rpc) -> Option<Vec<u8>> {
    let name = || "nobody_here".to_owned();
    let password = || "Q29ycmVjdC1ob3JzZS0x".to_owned();
    let role = || Some(RoleEntity { name: name(), description: String::new() });
    let username = name();
    let group_name = name();
    Some(match rpc {
        Rpc::CreateCredential => {
            CreateCredentialRequest { username, password: password(), description: None }
                .encode_to_vec()
        }
        Rpc::DeleteCredential => DeleteCredentialRequest { username }.encode_to_vec(),
        Rpc::CreateRole => CreateRoleRequest { entity: role() }.encode_to_vec(),
        Rpc::AlterRole => {
            AlterRoleRequest { role_name: name(), description: String::new() }.encode_to_vec()
        }
        Rpc::DropRole => DropRoleRequest { role_name: name(), force_drop: false }.encode_to_vec(),
        Rpc::OperateUserRole => {
            OperateUserRoleRequest { username, role_name: name(), operation: operation::ADD }
                .encode_to_vec()
        }
        Rpc::OperatePrivilege | Rpc::OperatePrivilegeV2 => grant_of(rpc, role()),
        Rpc::SelectGrant => {
            let entity = GrantEntity { role: role(), ..GrantEntity::default() };
            SelectGrantRequest { entity: Some(entity) }.encode_to_vec()
        }
        Rpc::CreatePrivilegeGroup => CreatePrivilegeGroupRequest { group_name }.encode_to_vec(),
        Rpc::DropPrivilegeGroup => DropPrivilegeGroupRequest { group_name }.encode_to_vec(),
        Rpc::OperatePrivilegeGroup => {
            let privileges = vec![PrivilegeEntity { name: "Search".to_owned() }];
            OperatePrivilegeGroupRequest { group_name, privileges, operation: 0 }.encode_to_vec()
        }
        Rpc::UpdateCredential => UpdateCredentialRequest {
            username,
            old_password: password(),
            new_password: password(),
            description: None,
        }
        .encode_to_vec(),
        Rpc::RestoreRBAC => {
            let group = PrivilegeGroupInfo { group_name, privileges: Vec::new() };
            let meta = RbacMeta { privilege_groups: vec![group], ..RbacMeta::default() };
            RestoreRbacRequest { rbac_meta: Some(meta) }.encode_to_vec()
        }
        _ => return None,
    })
}

/// A request to grant a role something.
fn grant_of(rpc: Rpc, role: Option<RoleEntity>) -> Vec<u8> {
    let user = Some(UserEntity { name: "root".to_owned() });
    let privilege = Some(PrivilegeEntity { name: "Search".to_owned() });
    let (grantor, operation) = (Some(GrantorEntity { user, privilege }), operation::ADD);
    let (db_name, collection_name) = ("default".to_owned(), "c".to_owned());
    if rpc == Rpc::OperatePrivilegeV2 {
        return OperatePrivilegeV2Request { role, grantor, operation, db_name, collection_name }
            .encode_to_vec();
    }
    let object = Some(ObjectEntity { name: "Collection".to_owned() });
    let entity = GrantEntity { role, object, object_name: collection_name, grantor, db_name };
    OperatePrivilegeRequest { entity: Some(entity), operation, version: String::new() }
        .encode_to_vec()
}
