//! What a role holds as a matrix: a row for each target, a column for each privilege group.

use control::PrivilegeGroup;
use control::command::cluster_roles::RoleDetail;
use model::grant::{Grant, GrantTarget, Granted, Level};
use model::privilege_group::BuiltInGroup;

/// The matrix.
pub(super) struct Matrix {
    /// The names of its columns, each in the parts that a narrow column may break it into.
    pub(super) groups: Vec<Vec<String>>,
    pub(super) rows: Vec<Row>,
}

/// What is granted on one target.
pub(super) struct Row {
    pub(super) database: String,
    pub(super) collection: String,
    pub(super) cells: Vec<Cell>,
    /// What is granted beside the groups: single privileges, and everything of a level.
    pub(super) others: Vec<Cell>,
}

/// One grant, made or to be made.
pub(super) struct Cell {
    pub(super) what: String,
    pub(super) granted: bool,
    /// Whether it can be granted on this target.
    pub(super) fits: bool,
    /// What a button on it sends.
    pub(super) value: String,
}

impl Matrix {
    /// Everything is always a row, so that a role without a grant can be given one.
    pub(super) fn new(role: &RoleDetail, groups: &[PrivilegeGroup]) -> Self {
        let built_in = BuiltInGroup::all().map(Granted::BuiltInGroup);
        let own = groups.iter().map(|group| Granted::Group(group.name.clone()));
        let columns: Vec<Granted> = built_in.chain(own).collect();
        let grants: Vec<&Grant> = role.grants.iter().map(|record| &record.grant).collect();
        let mut targets = vec![GrantTarget::EVERYTHING];
        for grant in &grants {
            if !targets.contains(&grant.target) {
                targets.push(grant.target.clone());
            }
        }
        targets.sort();
        let rows = targets.iter().map(|target| row(target, &columns, &grants, groups)).collect();
        Self { groups: columns.iter().map(|what| parts(&what.to_string())).collect(), rows }
    }
}

fn row(
    target: &GrantTarget,
    columns: &[Granted],
    grants: &[&Grant],
    groups: &[PrivilegeGroup],
) -> Row {
    let here: Vec<&Granted> =
        grants.iter().filter(|grant| grant.target == *target).map(|grant| &grant.what).collect();
    let cell = |what: &Granted| {
        let granted = here.contains(&what);
        let fits = level(what, groups).is_none_or(|level| target.fits(level).is_ok());
        let verb = if granted { "revoke" } else { "grant" };
        let value = format!("{verb} {what} {} {}", target.database, target.collection);
        Cell { what: what.to_string(), granted, fits, value }
    };
    Row {
        database: target.database.to_string(),
        collection: target.collection.to_string(),
        cells: columns.iter().map(cell).collect(),
        others: here.iter().copied().filter(|what| !columns.contains(what)).map(cell).collect(),
    }
}

/// The level of what is granted; `None` of a group with nothing in it.
fn level(what: &Granted, groups: &[PrivilegeGroup]) -> Option<Level> {
    match what {
        Granted::Privilege(privilege) => Some(privilege.level()),
        Granted::BuiltInGroup(group) => Some(group.level()),
        Granted::All(level) => Some(*level),
        Granted::Group(name) => {
            let group = groups.iter().find(|group| group.name == *name)?;
            model::grant::level_of(group.privileges).ok().flatten()
        }
    }
}

/// A name before each of its capital letters: `Collection`, `Read`, `Only`.
fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for letter in name.chars() {
        match parts.last_mut() {
            Some(part) if !letter.is_ascii_uppercase() => part.push(letter),
            _ => parts.push(letter.to_string()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_before_capitals() {
        assert_eq!(parts("CollectionReadOnly"), ["Collection", "Read", "Only"]);
        assert_eq!(parts("my_group"), ["my_group"]);
        assert!(parts("").is_empty());
    }
}
