//! What things are and who may do what.
//!
//! Every noun of Keyward as a type that can only hold a valid value, and the one function that
//! decides. This crate must never do I/O, block, read a clock or know a wire format: no tokio, no
//! serde, no SQL. To add a noun: a file here with its types, a row in [`policy`], and the same file
//! name in `store` and `control` (see `docs/ADDING-A-RESOURCE.md`).

pub mod account;
pub mod actor;
pub mod address;
pub mod audit;
pub mod change;
pub mod clock;
pub mod cluster;
pub mod cluster_role;
pub mod cluster_user;
pub mod digest;
pub mod entropy;
pub mod error;
pub mod grant;
pub mod id;
pub mod key;
pub mod life;
pub mod name;
pub mod pattern;
pub mod policy;
pub mod power;
pub mod privilege;
pub mod privilege_group;
pub mod rate;
pub mod role;
pub mod scope;
pub mod secret;
pub mod settings;
pub mod snapshot;
pub mod usage;

pub use actor::Actor;
pub use address::{AddressBlock, AddressList};
pub use audit::AuditEvent;
pub use change::{Change, Revision};
pub use clock::{Clock, Timestamp};
pub use digest::{DigestKey, KeyDigest};
pub use entropy::Entropy;
pub use error::{Error, ErrorKind, OnCluster};
pub use id::{
    AuditId, ClusterId, ClusterRoleId, ClusterUserId, GatewayId, InvitationId, KeyId,
    OrganizationId, ProjectId, RequestId, SessionId, UserId, WhitelistEntryId,
};
pub use key::{ApiKey, PresentedKey};
pub use life::{KeyLife, KeyState};
pub use pattern::NamePattern;
pub use policy::{Action, Denial, Permit, Resource};
pub use rate::RateLimit;
pub use role::{AccessRole, OrganizationRole, ProjectRole};
pub use secret::SecretText;
pub use settings::{KeyLifetime, OrganizationSettings, PasswordPolicy};
pub use snapshot::Snapshot;
