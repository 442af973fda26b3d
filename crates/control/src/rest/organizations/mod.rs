//! `/v2/organizations`: the boundary of membership, and what each has chosen for itself.

mod create;
mod list;
mod rename;
mod settings;
mod show;

pub(crate) use create::{CREATE, create};
pub(crate) use list::{LIST, list};
pub(crate) use rename::{RENAME, rename};
pub(crate) use settings::{CHANGE_SETTINGS, SETTINGS, change_settings, settings};
pub(crate) use show::{SHOW, show};

use crate::command::organizations::Membership;
use crate::describe::{self, Field};
use model::OrganizationRole;
use schemars::JsonSchema;
use serde::Serialize;
use store::organizations::Organization;

/// The organization in a path.
pub(super) const ORGANIZATION_ID: Field =
    Field::text("id", "The organization.").required().pattern(describe::ORGANIZATION_ID);

/// An organization.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Organization")]
pub(crate) struct OrganizationBody {
    organization_id: String,
    organization_name: String,
    /// What the caller is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Whether you do nothing there until your account has a second factor.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    second_factor_needed: bool,
    create_time: String,
    /// The last change of name or settings, for `If-Match`.
    revision: u64,
}

impl OrganizationBody {
    fn of(organization: &Organization, role: Option<OrganizationRole>) -> Self {
        Self {
            organization_id: organization.id.to_string(),
            organization_name: organization.name.to_string(),
            role: role.map(OrganizationRole::as_str),
            second_factor_needed: false,
            create_time: organization.created_at.to_string(),
            revision: organization.revision.number(),
        }
    }
}

impl From<&Membership> for OrganizationBody {
    fn from(membership: &Membership) -> Self {
        Self {
            second_factor_needed: membership.factor_needed,
            ..Self::of(&membership.organization, membership.role)
        }
    }
}
