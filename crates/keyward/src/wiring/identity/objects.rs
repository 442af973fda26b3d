//! Kinds of things in Milvus' older calls, which sort privileges by `Collection`, `Global` and
//! `User` instead of by level.
//!
//! Answers name these kinds for every grant, whichever call made it. To add a privilege that the
//! older calls sort in their own way: [`Kind::of`].

use model::grant::Level;
use model::privilege::Privilege;

/// What a privilege is about, as the older calls have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One collection.
    Collection,
    /// A database, or the whole cluster.
    Global,
    /// A user.
    User,
}

impl Kind {
    /// The kind of a privilege.
    pub(super) const fn of(privilege: Privilege) -> Self {
        match privilege {
            Privilege::UpdateUser | Privilege::SelectUser => Self::User,
            // Rights on a collection that could be granted for whole databases only.
            Privilege::DescribeCollection
            | Privilege::CreateAlias
            | Privilege::DropAlias
            | Privilege::DescribeAlias
            | Privilege::ListAliases => Self::Global,
            other if matches!(other.level(), Level::Collection) => Self::Collection,
            _ => Self::Global,
        }
    }

    /// Its name.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Collection => "Collection",
            Self::Global => "Global",
            Self::User => "User",
        }
    }

    /// Reads what [`Self::as_str`] writes.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        [Self::Collection, Self::Global, Self::User].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What the older calls give along with a privilege.
pub(super) const fn along(privilege: Privilege) -> &'static [Privilege] {
    match privilege {
        Privilege::Load => &[Privilege::GetLoadState, Privilege::GetLoadingProgress],
        Privilege::Flush => &[Privilege::GetFlushState],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The kinds against Milvus' protocol definition, which names one for each RPC.
    #[test]
    fn every_privilege_has_the_kind_that_its_rpcs_name() {
        let table = include_str!("../../../../milvus/data/milvus-rpcs.csv");
        let mut named = BTreeMap::new();
        for line in table.lines().skip(1) {
            let cells: Vec<_> = line.split(',').collect();
            if let Some(name) = cells[8].strip_prefix("Privilege") {
                named.insert(name, cells[7]);
            }
        }
        assert!(named.len() > 60, "the table is not what it was");
        for (name, kind) in named {
            let privilege = Privilege::from_text(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(Kind::of(privilege).as_str(), kind, "{name}");
            assert_eq!(Kind::from_text(kind), Some(Kind::of(privilege)));
        }
        assert_eq!(Kind::from_text("Partition"), None);
    }

    #[test]
    fn what_comes_along_is_of_the_same_kind() {
        for &privilege in Privilege::ALL {
            assert!(along(privilege).iter().all(|&other| Kind::of(other) == Kind::of(privilege)));
        }
    }
}
