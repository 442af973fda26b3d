//! The organizations a caller belongs to.

use crate::caller::Caller;
use crate::desk::Desk;
use model::{Actor, Error, OrganizationRole};
use store::organizations::Organization;
use store::{Listed, Page, members, organizations, second_factors};

/// An organization, and what the caller is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: Organization,
    /// The caller's role there; `None` for the operator.
    pub role: Option<OrganizationRole>,
    /// Whether the caller does nothing there for want of a second factor.
    pub factor_needed: bool,
}

impl Membership {
    /// One in which the caller may do what their role says.
    pub(super) fn open(organization: Organization, role: Option<OrganizationRole>) -> Self {
        Self { organization, role, factor_needed: false }
    }
}

/// The organizations the caller is a member of, oldest membership first: of a personal key its own,
/// of a project's key none, for the operator all.
///
/// # Errors
/// `Unavailable` if the store does not answer.
pub fn list(desk: &Desk, caller: &Caller, page: Page) -> Result<Listed<Membership>, Error> {
    desk.look(caller, |reader| match caller.actor() {
        Actor::Operator => {
            let all = organizations::list(reader, page)?;
            let items = all.items.into_iter();
            let items = items.map(|organization| Membership::open(organization, None));
            Ok(Listed { items: items.collect(), count: all.count, page })
        }
        Actor::User(user) => {
            let all = organizations::list_of_user(reader, *user, page)?;
            let has_factor = second_factors::confirmed(reader, *user)?.is_some();
            let items = all.items.into_iter().map(|(organization, role)| Membership {
                factor_needed: !has_factor
                    && organization.settings.password_policy.requires_second_factor(),
                ..Membership::open(organization, Some(role))
            });
            Ok(Listed { items: items.collect(), count: all.count, page })
        }
        Actor::PersonalKey { user, .. } => {
            let Some(id) = caller.organization() else {
                return Ok(Listed { items: Vec::new(), count: 0, page });
            };
            let role = members::organization_role(reader, id, *user)?;
            let found = organizations::find(reader, id)?.filter(|_| role.is_some());
            let count = u64::from(found.is_some());
            let items = found.into_iter().filter(|_| page.number() == 1);
            let items = items.map(|organization| Membership::open(organization, role));
            Ok(Listed { items: items.collect(), count, page })
        }
        Actor::ProjectKey { .. } | Actor::ClusterUser { .. } | Actor::Anonymous | Actor::Report => {
            Ok(Listed { items: Vec::new(), count: 0, page })
        }
    })
}
