//! From what people call an RPC to the RPC: `Search`, `create_collection`, a path.
//!
//! For questions about calls only: a call itself is found by its exact path ([`super::find()`]).

use super::{Row, TABLE, find};

/// How alike two names have to be for one to be proposed in the place of the other, of 1.
const ALIKE: f64 = 0.7;
/// How many names are proposed at most.
const MOST: usize = 3;
/// No RPC has a longer name.
const LONGEST: usize = 255;

/// The RPC with this name, whatever the case of its letters and with or without `_` between its
/// words, as SDKs write their methods; with its service in front, or as a whole path, too.
pub fn named(name: &str) -> Option<&'static Row> {
    if let Some(row) = find(name.as_bytes()) {
        return Some(row);
    }
    let wanted = plain(name)?;
    let is_wanted = |name: &str| plain(name).is_some_and(|plain| plain == wanted);
    // One method is in two services: without a service the main one is meant.
    let whole = TABLE.iter().find(|row| is_wanted(&row.rpc.to_string()));
    whole.or_else(|| TABLE.iter().find(|row| is_wanted(row.name)))
}

/// The names of RPCs that are most like this one, the likest first; none if none is.
pub fn near(name: &str) -> Vec<String> {
    let Some(wanted) = plain(name) else {
        return Vec::new();
    };
    let alike = |row: &Row| {
        let likeness = strsim::jaro_winkler(&wanted, &plain(row.name).unwrap_or_default());
        (likeness >= ALIKE).then(|| (likeness, row.rpc.to_string()))
    };
    let mut found: Vec<_> = TABLE.iter().filter_map(alike).collect();
    found.sort_by(|(a, first), (b, second)| b.total_cmp(a).then_with(|| first.cmp(second)));
    found.into_iter().take(MOST).map(|(_, name)| name).collect()
}

/// A name with nothing but its letters and digits, small; `None` for what cannot be one.
fn plain(name: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/');
    if name.len() > LONGEST || !name.chars().all(is_part) {
        return None;
    }
    Some(name.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::Rpc;

    #[test]
    fn every_rpc_is_found_by_each_of_its_names() {
        for row in &TABLE {
            for name in [row.path.to_owned(), row.rpc.to_string(), row.name.to_lowercase()] {
                let found = named(&name).unwrap();
                let is_bare = name == row.name.to_lowercase();
                assert!(found == row || is_bare && found.name == row.name, "{name}");
            }
        }
        assert_eq!(named("create_collection").map(|row| row.rpc), Some(Rpc::CreateCollection));
    }

    #[test]
    fn what_is_no_name_is_not_found_and_what_is_nearly_one_is_proposed() {
        assert_eq!(near("Serch").first().map(String::as_str), Some("Search"));
        assert_eq!(near("drop_colection").first().map(String::as_str), Some("DropCollection"));
        let endless = "x".repeat(100_000);
        for name in ["", "/", "Se arch", "Search\0", "Zq", "ß", &endless] {
            assert!(named(name).is_none(), "{name}");
            assert!(near(name).is_empty(), "{name}: {:?}", near(name));
        }
        assert!(named("Serch").is_none());
    }
}
