//! Milvus' calls about users, roles and privileges, answered here instead of by an engine.
//!
//! The gateway hands such a call over with who makes it. It is decoded, its names are read in
//! Milvus' words (`names`), one command of the control plane does what it asks in the caller's
//! name, and the answer says how that went as Milvus would (`failure`). A change is answered when
//! it holds on every gateway. This module must never decide who may do something, never reach the
//! store but through a command, and never log or repeat a password. To add a call: a function in
//! the file of its subject, and its line in `route`.

mod backup;
mod clerk;
mod failure;
mod grants;
mod groups;
mod meaning;
mod names;
mod objects;
mod roles;
mod users;

use clerk::{Answer, Clerk, Stop};
use control::ClusterDoor;
use gateway::{IdentityCall, IdentityDesk};
use milvus::message::Message;
use milvus::message::common::Status;
use milvus::message::rbac::ListCredUsersResponse;
use milvus::refusal::Refusal;
use milvus::rpc::{Row, Rpc, StatusAt};
use model::Action;
use std::fmt;
use std::sync::OnceLock;

/// Answers the gateway's calls about users, roles and privileges.
#[derive(Default)]
pub(super) struct Identity {
    door: OnceLock<ClusterDoor>,
}

impl Identity {
    /// Answers with these commands from now on. Before, every call is told to try again: the
    /// gateway starts before the control plane.
    pub(super) fn open(&self, door: ClusterDoor) {
        // A second one would lead to the same commands.
        let _ = self.door.set(door);
    }
}

impl IdentityDesk for Identity {
    fn answer(&self, call: &IdentityCall) -> Result<Vec<u8>, Refusal> {
        let door = self.door.get().ok_or(Refusal::Starting)?;
        match Clerk::new(door, call).and_then(|clerk| route(&clerk, call.rpc)) {
            Ok(message) => Ok(message),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Failed(failure)) => Ok(failed(call.rpc, failure.status())),
        }
    }
}

/// The function that answers an RPC, by name.
fn route(clerk: &Clerk<'_>, rpc: &'static Row) -> Answer {
    match rpc.rpc {
        Rpc::CreateCredential => users::create(clerk),
        Rpc::UpdateCredential => users::update(clerk),
        Rpc::DeleteCredential => users::delete(clerk),
        Rpc::ListCredUsers => users::list(clerk),
        Rpc::SelectUser => users::select(clerk),
        Rpc::CreateRole => roles::create(clerk),
        Rpc::AlterRole => roles::alter(clerk),
        Rpc::DropRole => roles::drop(clerk),
        Rpc::OperateUserRole => roles::operate(clerk),
        Rpc::SelectRole => roles::select(clerk),
        Rpc::OperatePrivilege => grants::operate(clerk),
        Rpc::OperatePrivilegeV2 => grants::operate_v2(clerk),
        Rpc::SelectGrant => grants::select(clerk),
        Rpc::CreatePrivilegeGroup => groups::create(clerk),
        Rpc::DropPrivilegeGroup => groups::drop(clerk),
        Rpc::ListPrivilegeGroups => groups::list(clerk),
        Rpc::OperatePrivilegeGroup => groups::operate(clerk),
        Rpc::BackupRBAC => backup::take(clerk),
        Rpc::RestoreRBAC => backup::restore(clerk),
        _ => Err(Stop::Refused(Refusal::IdentityRpc(rpc))),
    }
}

/// The act that such an RPC is for the policy; `None` if it is answered for nobody.
pub(super) const fn act(rpc: Rpc) -> Option<Action> {
    Some(match rpc {
        Rpc::CreateCredential => Action::CreateClusterUser,
        Rpc::UpdateCredential => Action::ChangeClusterPassword,
        Rpc::DeleteCredential => Action::DeleteClusterUser,
        Rpc::ListCredUsers | Rpc::SelectUser => Action::ListClusterUsers,
        Rpc::CreateRole => Action::CreateClusterRole,
        Rpc::AlterRole => Action::UpdateClusterRole,
        Rpc::DropRole => Action::DeleteClusterRole,
        Rpc::OperateUserRole => Action::SetClusterUserRole,
        Rpc::SelectRole | Rpc::SelectGrant => Action::ViewClusterRole,
        Rpc::OperatePrivilege | Rpc::OperatePrivilegeV2 => Action::SetClusterGrant,
        Rpc::CreatePrivilegeGroup => Action::CreatePrivilegeGroup,
        Rpc::DropPrivilegeGroup => Action::DeletePrivilegeGroup,
        Rpc::ListPrivilegeGroups => Action::ViewPrivilegeGroup,
        Rpc::OperatePrivilegeGroup => Action::UpdatePrivilegeGroup,
        Rpc::BackupRBAC => Action::ExportClusterAccess,
        Rpc::RestoreRBAC => Action::ImportClusterAccess,
        _ => return None,
    })
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// An answer that says nothing but why it was not done.
fn failed(rpc: &Row, status: Status) -> Vec<u8> {
    match rpc.status {
        StatusAt::Itself | StatusAt::Nowhere => status.encode_to_vec(),
        // Every answer of these calls has it in its first field; empty lists take no room.
        StatusAt::Field(_) => {
            ListCredUsersResponse { status: Some(status), usernames: Vec::new() }.encode_to_vec()
        }
    }
}
