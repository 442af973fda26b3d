//! `/v2/organizations/{id}/members`: who belongs to an organization.

mod list;
mod remove;
mod set_role;

pub(crate) use list::{LIST, list};
pub(crate) use remove::{REMOVE, remove};
pub(crate) use set_role::{SET_ROLE, set_role};

use crate::describe::{self, Field};
use crate::fence::Receipt;
use crate::rest::answer::{Answer, ReceiptBody};
use model::{Error, OrganizationRole, ProjectRole};
use schemars::JsonSchema;
use serde::Serialize;
use store::Listed;
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
    member: MemberBody,
    revocation: ReceiptBody,
}

impl ChangedMember {
    /// The answer to a change of a membership.
    pub(super) fn answer<R>(member: &Member<R>, receipt: &Receipt) -> Answer<Self>
    where
        for<'a> MemberBody: From<&'a Member<R>>,
    {
        let changed = Self { member: member.into(), revocation: ReceiptBody::from(receipt) };
        Answer::changed(changed, receipt)
    }
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
    members: Vec<MemberBody>,
    count: u64,
    current_page: u32,
    page_size: u32,
}

impl<R> From<Listed<Member<R>>> for MemberList
where
    for<'a> MemberBody: From<&'a Member<R>>,
{
    fn from(listed: Listed<Member<R>>) -> Self {
        Self {
            members: listed.items.iter().map(MemberBody::from).collect(),
            count: listed.count,
            current_page: listed.page.number(),
            page_size: listed.page.size(),
        }
    }
}
