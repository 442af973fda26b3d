//! What a key opens, packed into one word.

use model::AccessRole;

/// The bit of a slot's word that says that the key is bounded besides what it opens; see
/// [`super::side`].
pub const BOUNDED: u64 = 1 << 5;

/// What a key opens. Projects and organizations are numbered by the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Every cluster of the project with this number, under this role.
    Project(u32, AccessRole),
    /// Some clusters of the project with this number or some of their data, under this role: which
    /// is beside the slot.
    Listed(u32, AccessRole),
    /// Every cluster of the organization with this number.
    Organization(u32),
    /// Clusters of several projects, under a role for each: the rights are beside the slot.
    Several,
    /// Nothing on the data path.
    Nothing,
}

impl Grant {
    /// The word that stands for the grant in a slot; [`BOUNDED`] is free in it.
    pub fn pack(self) -> u64 {
        let word = |kind: u64, role: AccessRole, place: u32| {
            kind | (role_number(role) << 3) | (u64::from(place) << 8)
        };
        match self {
            Self::Nothing => 0,
            Self::Project(place, role) => word(1, role, place),
            Self::Listed(place, role) => word(2, role, place),
            Self::Organization(place) => word(3, AccessRole::Admin, place),
            Self::Several => word(4, AccessRole::ReadOnly, 0),
        }
    }

    /// Reads what [`Grant::pack`] wrote.
    pub fn unpack(word: u64) -> Self {
        let role = match (word >> 3) & 3 {
            0 => AccessRole::ReadOnly,
            1 => AccessRole::ReadWrite,
            _ => AccessRole::Admin,
        };
        // The place was packed from 32 bits.
        let place = u32::try_from((word >> 8) & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        match word & 7 {
            1 => Self::Project(place, role),
            2 => Self::Listed(place, role),
            3 => Self::Organization(place),
            4 => Self::Several,
            _ => Self::Nothing,
        }
    }

    /// The role under which calls on a cluster are decided, once it is known which; `None` if there
    /// is none.
    pub fn role(self) -> Option<AccessRole> {
        match self {
            Self::Project(_, role) | Self::Listed(_, role) => Some(role),
            Self::Organization(_) => Some(AccessRole::Admin),
            Self::Several | Self::Nothing => None,
        }
    }
}

fn role_number(role: AccessRole) -> u64 {
    match role {
        AccessRole::ReadOnly => 0,
        AccessRole::ReadWrite => 1,
        AccessRole::Admin => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_survives_packing() {
        for place in [0, 1, 77, u32::MAX] {
            for &role in AccessRole::ALL {
                for grant in [
                    Grant::Project(place, role),
                    Grant::Listed(place, role),
                    Grant::Organization(place),
                    Grant::Several,
                    Grant::Nothing,
                ] {
                    assert_eq!(grant.pack() & BOUNDED, 0);
                    assert_eq!(Grant::unpack(grant.pack()), grant);
                    assert_eq!(Grant::unpack(grant.pack() | BOUNDED), grant);
                }
            }
        }
    }
}
