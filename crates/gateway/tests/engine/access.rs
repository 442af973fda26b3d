//! `docs/ACCESS.md`: who may call each RPC, as the gateway decides it.
//!
//! To write it again: `KEYWARD_UPDATE=1 cargo test -p gateway --test engine access`.

use gateway::path::{granted, own};
use milvus::rpc::{Class, Listing, Row, Scope, TABLE, Touches, Why};
use model::grant::Level;
use std::fmt::Write;
use std::path::Path;

const HEADER: &str = "\
# Who may call each RPC

This page is generated from the table that the gateway decides by; a test fails when it is stale.

- **Privilege** is Milvus' own; `docs/CLUSTER-USERS.md` says what it means to be granted it on what.
- **API keys** need this role or a greater one on the cluster's project. Keys that are narrowed to some
  databases or collections are held to the names in the request as well (`docs/NARROWED-KEYS.md`).
- **Users of the cluster** need the privilege on what this column says.
- RPCs marked *Keyward* are answered by Keyward and never reach an engine; whether a key may make
  them is decided by what it may manage.
- An RPC that is not on this page is refused.

";

fn keys(row: &Row) -> String {
    match row.class {
        Class::Forward { privilege } => {
            let role = privilege.least_role();
            role.map_or_else(|| "nobody".to_owned(), |role| role.as_str().to_owned())
        }
        Class::Authenticated => "any key".to_owned(),
        Class::Identity { .. } => "*Keyward*".to_owned(),
        Class::Refused { .. } => "nobody".to_owned(),
    }
}

fn users(row: &Row) -> &'static str {
    match (row.class, row.scope) {
        (Class::Refused { why }, _) => match why {
            Why::Replication => "nobody: replication",
            Why::MessageDump => "nobody: reads past every check",
            Why::Internal => "nobody: for the engine's own parts",
            Why::ClientControl => "nobody: about other clients",
            Why::Heartbeat => "nobody: not collected",
        },
        (Class::Authenticated, _) => "any user",
        (Class::Identity { .. }, _) if own::may_be(row.rpc) => "`*` and `*`, or about itself",
        (Class::Identity { .. }, _) => "`*` and `*`",
        (Class::Forward { privilege }, Scope::Database) if privilege.level() == Level::Cluster => {
            "`*` and `*`: a right on the cluster"
        }
        (Class::Forward { .. }, scope) => match scope {
            Scope::Free => "anything",
            Scope::Named => "every collection named",
            Scope::Optional => "the collection named, else the database",
            Scope::Database => "the database and `*`",
            Scope::Listed { answer: Listing::Collections | Listing::Databases } => {
                "any user; sees what is granted"
            }
            Scope::Listed { answer: Listing::Aliases } => "what is named; sees what is granted",
            Scope::Listed { answer: Listing::Alias } => "the alias, and what it stands for",
            Scope::Closed { touches: Touches::Everything } => "`*` and `*`: the whole cluster",
            Scope::Closed { touches: Touches::Number } => "`*` and `*`: known by number only",
            Scope::Closed { touches: Touches::Files } => "`*` and `*`: files",
        },
    }
}

fn page() -> String {
    let mut page = HEADER.to_owned();
    page += "| RPC | privilege | API keys | users of the cluster |\n|---|---|---|---|\n";
    for row in &TABLE {
        let asked = granted::privilege(row).map(model::privilege::Privilege::as_str);
        let asked = match row.class {
            Class::Forward { privilege } => Some(privilege.as_str()),
            _ => asked,
        };
        let (rpc, privilege) = (row.rpc, asked.unwrap_or("none"));
        let (keys, users) = (keys(row), users(row));
        writeln!(page, "| `{rpc}` | {privilege} | {keys} | {users} |").unwrap();
    }
    page
}

#[test]
fn the_page_says_what_the_gateway_decides() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ACCESS.md");
    let wanted = page();
    if std::env::var_os("KEYWARD_UPDATE").is_some() {
        std::fs::write(&file, &wanted).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap();
    assert!(
        found == wanted,
        "docs/ACCESS.md is stale: KEYWARD_UPDATE=1 cargo test -p gateway --test engine access"
    );
}
