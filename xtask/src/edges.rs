//! Forbidden dependency edges, each with its reason.
//!
//! The crates are cut so that the compiler keeps the rules of the architecture; this task keeps the
//! cut. It reads `cargo tree` and never judges development dependencies. To forbid one more edge:
//! a row in [`RULES`], with a reason that a newcomer understands.

use std::collections::BTreeSet;

use crate::command::{cargo, read};
use crate::{Result, workspace};

/// `from` must not reach any of `forbidden`, because `reason`.
struct Rule {
    from: &'static str,
    forbidden: &'static [&'static str],
    reason: &'static str,
}

/// Crates that do I/O, or bring a runtime that does.
const IO: &[&str] = &["tokio", "mio", "socket2", "hyper", "h2", "axum", "rusqlite", "ureq"];

const RULES: &[Rule] = &[
    Rule {
        from: "model",
        forbidden: IO,
        reason: "the model decides and is tested without waiting for anything: it does no I/O",
    },
    Rule {
        from: "model",
        forbidden: &["serde", "serde_core", "serde_json"],
        reason: "a wire format is chosen at the edge, where it can change without the model",
    },
    Rule {
        from: "model",
        forbidden: &["store", "milvus", "http2", "gateway", "control", "keyward"],
        reason: "everything builds on the model, so it builds on nothing of ours",
    },
    Rule {
        from: "http2",
        forbidden: IO,
        reason: "frames and headers are functions over bytes; sockets are somebody else's business",
    },
    Rule {
        from: "http2",
        forbidden: &["model", "store", "milvus", "gateway", "control", "keyward"],
        reason: "a wire protocol knows nothing of keys or clusters",
    },
    Rule {
        from: "milvus",
        forbidden: IO,
        reason: "what a Milvus message says is read from bytes, without a connection",
    },
    Rule {
        from: "milvus",
        forbidden: &["store", "http2", "gateway", "control", "keyward"],
        reason: "the catalogue of calls serves both doors and depends on neither",
    },
    Rule {
        from: "store",
        forbidden: &["http2", "gateway", "control", "milvus", "keyward", "hyper", "axum"],
        reason: "the store keeps and publishes; who asks, and over which protocol, is above it",
    },
    Rule {
        from: "control",
        forbidden: &["gateway", "http2", "milvus"],
        reason: "the two doors meet only in the change feed: neither can reach into the other",
    },
    Rule {
        from: "console",
        forbidden: &["gateway", "http2", "milvus", "keyward"],
        reason: "pages are one more front over the commands, and the commands know no data path",
    },
    Rule {
        from: "gateway",
        forbidden: &["store", "rusqlite"],
        reason: "the data path decides from its table in memory and never waits for a database",
    },
    Rule {
        from: "gateway",
        forbidden: &["control", "axum"],
        reason: "the two doors meet only in the change feed: neither can reach into the other",
    },
    Rule {
        from: "gateway",
        forbidden: &["tokio", "hyper", "h2"],
        reason: "the gateway has its own event loop; a second runtime would hide what a call costs",
    },
    Rule {
        from: "rest",
        forbidden: &["store", "gateway", "control", "console", "keyward", "axum"],
        reason: "a REST call is decided where a gRPC call is: this side only asks, over a connection",
    },
    Rule {
        from: "gateway",
        forbidden: &["rest"],
        reason: "who serves HTTP/1 is handed a connection; the gateway knows nothing of its shapes",
    },
    Rule {
        from: "keyward",
        forbidden: &["testkit", "xtask"],
        reason: "what is made for tests and for development never ships",
    },
];

/// Fails when a forbidden edge exists, with every one of them and how it came about.
pub(crate) fn run() -> Result<()> {
    let mut broken = Vec::new();
    for from in workspace::members()? {
        let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.from == from).collect();
        if rules.is_empty() {
            continue;
        }
        let package = specification(&from);
        let tree_below = read(cargo().args(tree(&package)))?;
        let reached = packages(&tree_below);
        for (rule, forbidden) in violations(&rules, &reached) {
            let chain = read(cargo().args(tree(&package)).args(["--invert", forbidden]))?;
            broken.push(format!(
                "{from} must not reach {forbidden}: {}. It does by\n{chain}",
                rule.reason
            ));
        }
    }
    if broken.is_empty() {
        println!("edges: {} rules hold", RULES.len());
        Ok(())
    } else {
        Err(format!("forbidden dependency edges:\n{}", broken.join("\n")))
    }
}

/// Names a package of ours even where a foreign one is called the same. Ours share one version.
fn specification(name: &str) -> String {
    format!("{name}@{}", env!("CARGO_PKG_VERSION"))
}

fn tree(package: &str) -> [&str; 9] {
    ["tree", "--package", package, "--edges", "normal,build", "--target", "all", "--prefix", "none"]
}

/// The names of the packages in the answer of `cargo tree --prefix none`.
fn packages(tree: &str) -> BTreeSet<&str> {
    tree.lines().filter_map(|line| line.split_whitespace().next()).collect()
}

fn violations<'rules>(
    rules: &[&'rules Rule],
    reached: &BTreeSet<&str>,
) -> Vec<(&'rules Rule, &'static str)> {
    let each = rules.iter().flat_map(|rule| rule.forbidden.iter().map(move |name| (*rule, *name)));
    each.filter(|(_, forbidden)| reached.contains(forbidden)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "gateway v0.1.0 (/src/crates/gateway)\nmio v1.2.0\nmodel v0.1.0 \
                        (/src/crates/model)\nrusqlite v0.43.0 (*)\n";

    #[test]
    fn a_forbidden_package_anywhere_in_the_tree_is_found() {
        let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.from == "gateway").collect();
        let found = violations(&rules, &packages(TREE));
        let names: Vec<_> = found.iter().map(|(_, name)| *name).collect();
        assert_eq!(names, ["rusqlite"]);
    }

    #[test]
    fn a_name_that_only_begins_alike_is_not_the_forbidden_one() {
        let reached = packages("model v0.1.0\ntokio-util v0.7.0\nserde_corelike v1.0.0\n");
        let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.from == "model").collect();
        assert!(violations(&rules, &reached).is_empty());
    }

    #[test]
    fn every_rule_names_a_crate_of_the_workspace() {
        let members = workspace::members().unwrap();
        for rule in RULES {
            assert!(members.iter().any(|name| name == rule.from), "no crate {}", rule.from);
        }
    }
}
