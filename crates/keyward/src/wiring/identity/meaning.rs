//! What a call grants or revokes, as grants of the model: the two generations of Milvus' calls.
//!
//! Pure functions. Whether a role or a group that people made is there is for the command to say;
//! whether a target fits is said here already, in Milvus' words.

use super::failure::{Failure, instead};
use super::objects::{Kind, along};
use model::grant::{Grant, GrantTarget, Granted, Level, NameChoice};
use model::privilege::Privilege;
use model::privilege_group::BuiltInGroup;

/// What the older call means: a kind of thing, one of its privileges or all of them.
pub(super) fn by_kind(
    kind: Kind,
    privilege: &str,
    database: NameChoice,
    name: NameChoice,
) -> Result<Vec<Grant>, Failure> {
    let unknown = |what: String| Failure::unexpected(what).with_legacy(instead::OPERATE_PRIVILEGE);
    if kind == Kind::User && !name.is_any() {
        let sentence = "rights on a single user cannot be granted: name it * or change yourself";
        return Err(Failure::invalid(sentence));
    }
    let whole = GrantTarget { database: database.clone(), collection: NameChoice::Any };
    // What is global is so for a whole database, whatever name was given.
    let target = match kind {
        Kind::Collection => GrantTarget { database, collection: name },
        Kind::Global | Kind::User => whole.clone(),
    };
    let one = |what: Privilege| match what.level() {
        Level::Cluster => Grant { what: Granted::Privilege(what), target: GrantTarget::EVERYTHING },
        Level::Database => Grant { what: Granted::Privilege(what), target: whole.clone() },
        Level::Collection => Grant { what: Granted::Privilege(what), target: target.clone() },
    };
    let all = |level, target| Grant { what: Granted::All(level), target };
    let of_kind = |kind| Privilege::ALL.iter().copied().filter(move |&p| Kind::of(p) == kind);
    let grants = match (privilege, kind) {
        ("*", Kind::Collection) => vec![all(Level::Collection, target.clone())],
        ("*" | "All", Kind::Global) => {
            let rest = of_kind(kind).filter(|p| p.level() == Level::Collection).map(one);
            let wide =
                [all(Level::Cluster, GrantTarget::EVERYTHING), all(Level::Database, whole.clone())];
            wide.into_iter().chain(rest).collect()
        }
        ("*", Kind::User) => of_kind(kind).map(one).collect(),
        _ => {
            if BuiltInGroup::from_name(privilege).is_some() {
                return Err(unknown(format!(
                    "can not operate the built-in privilege group [{privilege}]"
                )));
            }
            let found = Privilege::from_text(privilege).filter(|&found| Kind::of(found) == kind);
            let found = found.ok_or_else(|| {
                let object = kind.as_str();
                unknown(format!("not found the privilege name[{privilege}] in object[{object}]"))
            })?;
            let with = along(found).iter().copied();
            std::iter::once(found).chain(with).map(one).collect()
        }
    };
    grants.iter().try_for_each(|grant| fits(privilege, grant))?;
    Ok(grants)
}

/// What the newer call means: a privilege or a group, or all that fits the target.
pub(super) fn by_level(
    privilege: &str,
    database: NameChoice,
    collection: NameChoice,
) -> Result<Vec<Grant>, Failure> {
    let target = GrantTarget { database, collection };
    if privilege == "*" {
        let fitting = Level::ALL.iter().filter(|&&level| target.fits(level).is_ok());
        let grant = |&level| Grant { what: Granted::All(level), target: target.clone() };
        return Ok(fitting.map(grant).collect());
    }
    let what = Granted::new(privilege).map_err(|_| not_found(privilege))?;
    // One right on the cluster is held on the cluster, in whatever database it was granted.
    let on_cluster = matches!(&what, Granted::Privilege(p) if p.level() == Level::Cluster);
    let target =
        if on_cluster && target.collection.is_any() { GrantTarget::EVERYTHING } else { target };
    let grant = Grant { what, target };
    fits(privilege, &grant)?;
    Ok(vec![grant])
}

/// What a grant in a backup means, as answers show it: `*` of a kind, else as the newer call.
pub(super) fn shown(
    kind: &str,
    privilege: &str,
    database: NameChoice,
    name: NameChoice,
) -> Result<Vec<Grant>, Failure> {
    let target = GrantTarget { database, collection: name };
    match (kind, privilege) {
        ("Collection", "*") => {
            let grant = Grant { what: Granted::All(Level::Collection), target };
            fits(privilege, &grant)?;
            Ok(vec![grant])
        }
        ("Global", "*") => {
            let level = if target.database.is_any() { Level::Cluster } else { Level::Database };
            let target = GrantTarget { collection: NameChoice::Any, ..target };
            Ok(vec![Grant { what: Granted::All(level), target }])
        }
        _ => by_level(privilege, target.database, target.collection),
    }
}

pub(super) fn not_found(privilege: &str) -> Failure {
    Failure::unexpected(format_args!("not found the privilege name[{privilege}]"))
        .with_legacy(instead::OPERATE_PRIVILEGE)
}

/// Whether the target fits, in Milvus' words. Groups that people made are looked at by the command.
fn fits(named: &str, grant: &Grant) -> Result<(), Failure> {
    let level = match &grant.what {
        Granted::Privilege(privilege) => privilege.level(),
        Granted::BuiltInGroup(group) => group.level(),
        Granted::All(level) => *level,
        Granted::Group(_) => return Ok(()),
    };
    grant.target.fits(level).map_err(|_| unfit(named, level))
}

pub(super) fn unfit(named: &str, level: Level) -> Failure {
    match level {
        Level::Cluster => Failure::invalid(format_args!(
            "dbName and collectionName should be * for the cluster level privilege: {named}"
        )),
        Level::Database => Failure::invalid(format_args!(
            "collectionName should be * for the database level privilege: {named}"
        )),
        Level::Collection => Failure::invalid(format_args!(
            "please specify database name for the collection level privilege: {named}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> NameChoice {
        NameChoice::new(text).unwrap()
    }

    fn texts(grants: Result<Vec<Grant>, Failure>) -> Vec<String> {
        grants.unwrap().iter().map(ToString::to_string).collect()
    }

    fn reason(grants: Result<Vec<Grant>, Failure>) -> String {
        grants.unwrap_err().status().reason
    }

    #[test]
    fn the_older_call_grants_by_kind() {
        let grant = |kind, privilege, database, object| {
            texts(by_kind(kind, privilege, name(database), name(object)))
        };
        assert_eq!(grant(Kind::Collection, "Search", "a", "b"), ["Search on a.b"]);
        assert_eq!(grant(Kind::Collection, "Search", "a", "*"), ["Search on a.*"]);
        assert_eq!(grant(Kind::Collection, "*", "a", "b"), ["Collection.* on a.b"]);
        assert_eq!(
            grant(Kind::Collection, "Load", "a", "b"),
            ["Load on a.b", "GetLoadState on a.b", "GetLoadingProgress on a.b"]
        );
        // What is global is so whatever name was given, and what is the cluster's everywhere.
        assert_eq!(grant(Kind::Global, "CreateCollection", "a", "b"), ["CreateCollection on a.*"]);
        assert_eq!(grant(Kind::Global, "CreateDatabase", "a", "*"), ["CreateDatabase on *.*"]);
        assert_eq!(
            grant(Kind::Global, "DescribeCollection", "a", "b"),
            ["DescribeCollection on a.*"]
        );
        assert_eq!(grant(Kind::User, "UpdateUser", "a", "*"), ["UpdateUser on *.*"]);
        assert_eq!(grant(Kind::User, "*", "a", "*"), ["SelectUser on *.*", "UpdateUser on *.*"]);
        let all = grant(Kind::Global, "*", "a", "*");
        assert_eq!(all, grant(Kind::Global, "All", "a", "*"));
        assert_eq!(all[..2], ["Cluster.* on *.*", "Database.* on a.*"]);
        assert!(all.contains(&"DescribeCollection on a.*".to_owned()) && all.len() == 7);
    }

    #[test]
    fn the_older_call_refuses_in_milvus_words() {
        let refused = |kind, privilege, database, object| {
            reason(by_kind(kind, privilege, name(database), name(object)))
        };
        assert_eq!(
            refused(Kind::Global, "Search", "a", "*"),
            "not found the privilege name[Search] in object[Global]"
        );
        assert_eq!(
            refused(Kind::Global, "ClusterAdmin", "a", "*"),
            "can not operate the built-in privilege group [ClusterAdmin]"
        );
        assert!(refused(Kind::Collection, "Search", "*", "b").contains("please specify database"));
        assert!(refused(Kind::User, "UpdateUser", "a", "ada").contains("single user"));
        assert!(refused(Kind::Collection, "All", "a", "b").starts_with("not found"));
    }

    #[test]
    fn the_newer_call_grants_on_database_and_collection() {
        let grant = |privilege, database, collection| {
            texts(by_level(privilege, name(database), name(collection)))
        };
        assert_eq!(grant("Search", "a", "b"), ["Search on a.b"]);
        assert_eq!(grant("CollectionAdmin", "*", "*"), ["CollectionAdmin on *.*"]);
        assert_eq!(grant("my_group", "a", "b"), ["my_group on a.b"]);
        // One right on the cluster may be granted in any database, a group of them may not.
        assert_eq!(grant("CreateDatabase", "a", "*"), ["CreateDatabase on *.*"]);
        assert_eq!(grant("*", "a", "b"), ["Collection.* on a.b"]);
        assert_eq!(grant("*", "a", "*"), ["Collection.* on a.*", "Database.* on a.*"]);
        assert_eq!(grant("*", "*", "*").len(), 3);
        assert_eq!(grant("*", "*", "b"), [""; 0]);
    }

    #[test]
    fn the_newer_call_refuses_in_milvus_words() {
        for (privilege, database, collection, said) in [
            ("ClusterAdmin", "a", "*", "dbName and collectionName should be * for the cluster"),
            ("CreateDatabase", "*", "b", "dbName and collectionName should be * for the cluster"),
            ("DatabaseAdmin", "a", "b", "collectionName should be * for the database level"),
            ("Search", "*", "b", "please specify database name for the collection level"),
            ("n-n", "a", "b", "not found the privilege name[n-n]"),
        ] {
            let text = reason(by_level(privilege, name(database), name(collection)));
            assert!(text.starts_with(said), "{text}");
        }
    }
}
