//! `/v2/organizations/{id}/members`: who belongs to an organization.

mod list;
mod remove;
mod set_role;

pub(crate) use list::{LIST, list};
pub(crate) use remove::{REMOVE, remove};
pub(crate) use set_role::{SET_ROLE, set_role};

use crate::describe::{self, Field};
use crate::rest::answer::ReceiptBody;
use model::{Error, OrganizationRole, ProjectRole};
use schemars::JsonSchema;
use serde::Serialize;
use store::members::Member;

/// The person in a path.
pub(super) const MEMBER_ID: Field =
    Field::text("userId", "The person.").required().pattern(describe::USER_ID);
/// What somebody is to be.
pub(super) const ROLE: Field =
    Field::text("role", "What they are to be.").required().one_of(&["Member", "Owner"]);

/// A member of an organization or of a project.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Member")]
pub(crate) struct MemberBody {
    user_id: String,
    email: String,
    name: String,
    role: &'static str,
    join_time: String,
}

impl MemberBody {
    fn of<R>(member: &Member<R>, role: &'static str) -> Self {
        Self {
            user_id: member.user.to_string(),
            email: member.email.to_string(),
            name: member.name.clone(),
            role,
            join_time: member.created_at.to_string(),
        }
    }
}

impl From<&Member<OrganizationRole>> for MemberBody {
    fn from(member: &Member<OrganizationRole>) -> Self {
        Self::of(member, member.role.as_str())
    }
}

impl From<&Member<ProjectRole>> for MemberBody {
    fn from(member: &Member<ProjectRole>) -> Self {
        Self::of(member, member.role.as_str())
    }
}

/// A member as they are now, or were until now, and since when gateways see it so.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ChangedMember")]
pub(crate) struct ChangedMember {
    #[serde(flatten)]
    pub(super) member: MemberBody,
    pub(super) revocation: ReceiptBody,
}

/// Reads a role in an organization.
pub(super) fn organization_role(text: &str) -> Result<OrganizationRole, Error> {
    OrganizationRole::from_text(text).ok_or_else(unknown)
}

/// Reads a role in a project.
pub(super) fn project_role(text: &str) -> Result<ProjectRole, Error> {
    ProjectRole::from_text(text).ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::invalid("must be \"Member\" or \"Owner\"")
}

/// One page of members.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemberList {
    pub(super) members: Vec<MemberBody>,
    pub(super) count: u64,
    pub(super) current_page: u32,
    pub(super) page_size: u32,
}
