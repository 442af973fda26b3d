//! Decides and changes: the commands, and the REST API over them.
//!
//! [`command`] is what can be done, for any front; [`router`] is the REST API. A request becomes a
//! [`Caller`], a command decides and commits, and the API answers once the [`fence`] says that the
//! change holds on every gateway.
//!
//! This crate must never know a gateway's inside, never speak SQL, and never let a secret out but
//! in the answers made to carry one. To add an operation: see [`command`].

pub mod call_watch;
mod caller;
pub mod command;
mod deps;
pub mod describe;
mod desk;
pub mod explain;
pub mod fence;
mod front;
mod letters;
pub mod mail;
pub mod notices;
mod password;
mod password_policy;
mod rest;
mod serve;
pub mod snippets;
mod standing;
mod throttle;
mod token;
mod totp;
pub mod watch;
mod windows;

pub use call_watch::{CallWatch, Counting};
pub use caller::{Admitted, Caller, Credential, SESSION_PREFIX, identify, on_cluster};
pub use deps::{Deps, Limits};
pub use desk::Desk;
pub use explain::{Asked, AskedCall, Explainer, Question, Verdict};
pub use fence::{Confirmation, ConfirmedBy, Fence, Receipt, Settling};
pub use front::{ClusterDoor, Front, Invited};
pub use mail::{Letter, Mailer, Sending, Subject};
pub use notices::Notices;
pub use password::generate as generate_password;
pub use rest::{router, router_beside, routes};
pub use serve::{ServeLimits, serve};
/// Records as commands answer with them.
pub use store::{
    Committed, Listed, Page,
    audit::{AuditFilter, AuditRecord},
    clusters::Cluster,
    keys::{Key, KeyCursor, KeyOrder, KeySort, KeyStart},
    privilege_groups::PrivilegeGroup,
    projects::Project,
    sessions::Session,
    usage::{UsageBy, UsageLine},
    whitelist::NewEntry,
};
pub use watch::{ClusterState, ClusterStatus, ClusterWatch, Erasing, Looking};
