//! `/v2/projects/{id}/members`: who belongs to a project.

mod list;
mod remove;
mod set;

pub(crate) use list::{LIST, list};
pub(crate) use remove::{REMOVE, remove};
pub(crate) use set::{SET, set};

use super::members::{ChangedMember, MEMBER_ID, MemberList, ROLE, project_role};
